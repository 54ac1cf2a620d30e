"""Province profiles: the real notebook for provinces and years with many and with few figures, and the book of them."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import stand_in
import towns
from bs4 import BeautifulSoup
from checkout import ROOT
from click.testing import CliRunner
from real_project import executed

from claimbook.commands import main
from claimbook.project import outputs as results
from claimbook.run import plan
from claimbook.run.inputs import PlanError
from torch_program.profiles import steps as profiles

pytestmark = [pytest.mark.process, pytest.mark.slow]


def run(province: str, year: int) -> dict[str, Any]:
    """The real notebook, executed on the real figures."""
    real = plan.plan_of(ROOT)
    parameters = profiles.Profiles(real, year).parameters(province)
    return json.loads(executed(real, profiles.NOTEBOOK, parameters, profiles.run_as(province)))


def outputs(notebook: dict[str, Any], kind: str) -> list[Any]:
    found = [o["data"][kind] for c in notebook["cells"] for o in c.get("outputs", ()) if kind in o.get("data", {})]
    return ["".join(one) if isinstance(one, list) else one for one in found]


@pytest.fixture(scope="module")
def rich() -> dict[str, Any]:
    return run("Inner Mongolia", 2023)


@pytest.fixture(scope="module")
def poor() -> dict[str, Any]:
    """Only GDP is known of this province and year, and what the province sold in contracts is not."""
    return run("Tibet", 2001)


# the notebook --------------------------------------------------------------------------------------------------


def test_values_and_ranks_are_those_of_the_file(rich: dict[str, Any]) -> None:
    figures = pd.read_csv(ROOT / "data" / "figures" / "provinces.csv", dtype={"period": str})
    statistics = results.read_section_record(rich)["statistics"]
    for key, series in (
        ("rd", "rd_expenditure"),
        ("patents", "invention_patents_in_force"),
        ("staff", "rd_personnel_fte"),
    ):
        rows = figures[(figures["series"] == series) & (figures["period"] == "2023") & (figures["entity"] != "China")]
        values = rows.set_index("entity")["value"]
        factor = 10 if rows["unit"].iloc[0] == "CNY 100 million" else 1
        assert statistics[key]["value"] == pytest.approx(values["Inner Mongolia"] / factor)
        assert statistics[f"{key}-rank"]["value"] == (values > values["Inner Mongolia"]).sum() + 1
    people = figures[(figures["series"] == "population_census") & (figures["entity"] == "Inner Mongolia")]["value"]
    per_head = statistics["staff"]["value"] / people.iloc[0] * 1e4
    assert statistics["staff-per-head"]["value"] == pytest.approx(per_head)
    assert statistics["zones"]["value"] == len(
        pd.read_csv(ROOT / "data" / "zones.csv").query("province == 'Inner Mongolia' and approved_year <= 2023")
    )


def test_every_figure_is_described_and_belongs_to_the_province(rich: dict[str, Any]) -> None:
    figures = outputs(rich, results.FIGURE_MIME)
    assert [f["label"] for f in figures] == [
        f"fig-inner-mongolia-{what}" for what in ("ranks", "trend", "shares", "funders", "peers")
    ]
    assert all(f["alt"] and "nan" not in f["alt"] and f["caption"] and f["csv"].count("\n") > 1 for f in figures)


def test_what_is_not_known_is_said_and_nothing_is_filled(poor: dict[str, Any]) -> None:
    assert set(results.read_section_record(poor)["statistics"]) == {"gdp", "gdp-rank"}
    said = "\n".join(outputs(poor, "text/markdown"))
    assert said.count("no figure |") == 19
    assert "No figure of 2001 was found for Tibet: R&D expenditure, R&D staff" in said
    assert "No peers can be found" in said and "The list of zones has none in Tibet" in said
    assert not re.search(r"\bnan\b|inf\b", said)
    assert [f["label"] for f in outputs(poor, results.FIGURE_MIME)] == ["fig-tibet-ranks", "fig-tibet-shares"]


def test_nothing_of_a_later_year_is_shown(poor: dict[str, Any]) -> None:
    shown = "".join(f["csv"] for f in outputs(poor, results.FIGURE_MIME))
    assert "2001" in shown and not re.search(r"\b20(0[2-9]|1\d|2\d)\b", shown)


# what is asked for ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["Inner Mongolia", "inner-mongolia", " INNER mongolia ", "内蒙古", "内 蒙 古", "内蒙古自治区"]
)
def test_a_province_is_found_however_it_is_written(said: str) -> None:
    assert profiles.province_named(said) == "Inner Mongolia"


def test_a_year_in_letters_is_reported_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(main, ["profiles", "--year", "abc"])
    assert (done.exit_code, done.output) == (1, "Error: YEAR=abc: write a year in four digits, like 2023.\n")


def test_a_misspelt_province_and_a_year_without_figures_are_reported() -> None:
    with pytest.raises(PlanError, match="PROVINCE=Hubai: there is no such province. Did you mean Hubei"):
        profiles.province_named("Hubai")
    with pytest.raises(PlanError, match="YEAR=1990: edition 2026 has no figure.*Years with figures: 2000–2024"):
        profiles.make_profiles(plan.make_plan(), 1990, None)


def test_an_edition_knows_only_years_that_were_published_by_then() -> None:
    assert max(profiles.years(plan.make_plan("2023"))) < max(profiles.years(plan.make_plan("2026")))


# the book ------------------------------------------------------------------------------------------------------


def record(**values: float) -> dict[str, Any]:
    return {"statistics": {key: {"value": value} for key, value in values.items()}}


def test_the_overview_leads_to_every_province_and_leaves_gaps() -> None:
    records = {p: record(intensity=1 + len(p) / 10, zones=2) for p in profiles.PROFILED} | {"Tibet": record()}
    page = profiles.overview(records, 2020, "All evidence")
    links = re.findall(r"\]\(\.\./notebooks/([\w-]+)\.ipynb\)", page)
    assert sorted(links) == sorted(map(profiles.slug, profiles.PROFILED))
    assert re.search(r"\| \[Tibet\]\([^)]+\) \| West \|( – \|){8}", page)
    assert re.search(r"\| \[Hubei\]\([^)]+\) \| Central \| 2 \| – \| – \| 1\.50 \|", page)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one province."""
    folder = stand_in.create(tmp_path_factory.mktemp("profiles") / "a project")
    code, said = towns.run(folder, "profiles", "--province", "hubei")
    assert code == 0, said
    assert "1 of 1 profiles run" in said
    return folder


def test_the_book_has_every_page_and_no_broken_link(project: Path) -> None:
    pages = project / "_build" / "2026" / "profiles" / "2023" / "hubei" / "html"
    shown = BeautifulSoup((pages / "notebooks" / "hubei.html").read_text(), "html.parser")
    assert shown.h1.get_text().startswith("Hubei")
    assert "Hubei 2023 2026 Central" in shown.get_text()
    listed = BeautifulSoup((pages / "book" / "bibliography.html").read_text(), "html.parser")
    assert listed.find("a", href="../notebooks/hubei.html#sources").get_text() == "Hubei"
    assert "2023" in shown.title.get_text() and not list(pages.rglob("*.pdf"))
    for page in pages.rglob("*.html"):
        for link in BeautifulSoup(page.read_text(), "html.parser").select("article a[href], nav a[href]"):
            href = link["href"].partition("#")[0].partition("?")[0]
            assert ":" in href or not href or (page.parent / href).exists(), f"{page.name}: {href}"


def test_nothing_is_done_twice_and_a_failure_leaves_the_old_book(project: Path) -> None:
    code, said = towns.run(project, "profiles", "--province", "Hubei")
    assert code == 0 and "Nothing to do" in said, said
    (project / "notebooks" / "profiles" / "province.ipynb").write_text(stand_in.notebook(fails_for="Hubei"))
    code, said = towns.run(project, "profiles", "--province", "Hubei")
    assert code == 1
    assert "profiles/hubei.ipynb, code cell 3 (import pandas as pd): ValueError: no figure at all" in said
    assert "The report in _build/2026/profiles/2023/hubei/html is still the old one." in said
    assert (project / "_build/2026/profiles/2023/hubei/html/index.html").exists()
