"""Province profiles: the real notebook for provinces and years with many and with few figures, and the book of them."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import small_profiles
import towns
import yaml
from bs4 import BeautifulSoup
from checkout import ROOT
from click.testing import CliRunner
from finished_report import dead_links
from real_project import executed

from claimbook.commands import main
from claimbook.project import outputs as results
from claimbook.run import plan
from claimbook.run.plan import PlanError
from torch_program.profiles import steps as profiles
from torch_program.profiles.steps import ProvinceYear

YEARS = "2022-2023"  # years of which the stand-in data have a figure
pytestmark = [pytest.mark.process, pytest.mark.slow]


def run(province: str, year: int) -> dict[str, Any]:
    """The real notebook, executed on the real figures."""
    real = plan.plan_of(ROOT)
    parameters = profiles.values_of(ProvinceYear(province, year), real.parameters)
    return json.loads(executed(real, profiles.NOTEBOOK, parameters))


def outputs(notebook: dict[str, Any], kind: str) -> list[Any]:
    found = [o["data"][kind] for c in notebook["cells"] for o in c.get("outputs", ()) if kind in o.get("data", {})]
    return ["".join(one) if isinstance(one, list) else one for one in found]


@pytest.fixture(scope="module")
def rich() -> dict[str, Any]:
    return run("Inner Mongolia", 2023)


@pytest.fixture(scope="module")
def poor() -> dict[str, Any]:
    """For this province and year only GDP is known, and not the value of its contracts."""
    return run("Tibet", 2001)


# the notebook --------------------------------------------------------------------------------------------------


def test_values_and_ranks_are_those_of_the_file(rich: dict[str, Any]) -> None:
    figures = pd.read_csv(ROOT / "data" / "figures" / "provinces.csv", dtype={"period": str})
    statistics = results.read_section_record(rich)["statistics"]
    series_of = {"rd": "rd_expenditure", "patents": "invention_patents_in_force", "staff": "rd_personnel_fte"}
    for key, series in series_of.items():
        rows = figures[(figures["series"] == series) & (figures["period"] == "2023") & (figures["entity"] != "China")]
        values = rows.set_index("entity")["value"]
        factor = 10 if rows["unit"].iloc[0] == "CNY 100 million" else 1
        assert statistics[key]["value"] == pytest.approx(values["Inner Mongolia"] / factor)
        assert statistics[f"{key}-rank"]["value"] == (values > values["Inner Mongolia"]).sum() + 1
    people = figures[(figures["series"] == "population_census") & (figures["entity"] == "Inner Mongolia")]["value"]
    per_head = statistics["staff"]["value"] / people.iloc[0] * 1e4
    assert statistics["staff-per-head"]["value"] == pytest.approx(per_head)
    zones = pd.read_csv(ROOT / "data" / "zones.csv")
    own = zones.query("province == 'Inner Mongolia' and approved_year <= 2023")
    assert statistics["zones"]["value"] == len(own)


def test_every_figure_is_described_and_belongs_to_the_province(rich: dict[str, Any]) -> None:
    figures = outputs(rich, results.FIGURE_MIME)
    shown = ("ranks", "trend", "shares", "funders", "peers")
    assert [f["label"] for f in figures] == [f"fig-inner-mongolia-2023-{what}" for what in shown]
    assert all(f["alt"] and "nan" not in f["alt"] and f["caption"] and f["csv"].count("\n") > 1 for f in figures)


def test_the_page_says_what_is_not_known_and_fills_no_gap(poor: dict[str, Any]) -> None:
    assert set(results.read_section_record(poor)["statistics"]) == {"gdp", "gdp-rank"}
    output = "\n".join(outputs(poor, "text/markdown"))
    assert output.count("no figure |") == 19
    assert "No figure of 2001 was found for Tibet: R&D expenditure, R&D staff" in output
    assert "No peers can be found" in output and "The list of zones has none in Tibet" in output
    assert not re.search(r"\bnan\b|inf\b", output)
    assert [f["label"] for f in outputs(poor, results.FIGURE_MIME)] == ["fig-tibet-2001-ranks", "fig-tibet-2001-shares"]


def test_a_page_shows_no_figure_of_a_later_year(poor: dict[str, Any]) -> None:
    shown = "".join(f["csv"] for f in outputs(poor, results.FIGURE_MIME))
    assert "2001" in shown and not re.search(r"\b20(0[2-9]|1\d|2\d)\b", shown)


# what is asked for ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Inner Mongolia", "inner-mongolia", " INNER mongolia ", "内 蒙 古", "内蒙古自治区"])
def test_a_province_is_found_however_it_is_written(name: str) -> None:
    assert profiles.province_named(name) == "Inner Mongolia"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2023", [2023]),
        ("2019-2021", [2019, 2020, 2021]),
        (" 2019 – 2021 ", [2019, 2020, 2021]),
        ("2021 2019", [2019, 2021]),
        ("2018,2020-2021, 2020", [2018, 2020, 2021]),
    ],
)
def test_years_are_a_range_a_list_or_both(text: str, years: list[int]) -> None:
    assert profiles.years_meant(text) == years
    assert profiles.years_meant(profiles.years_as_range(years)) == years


FOUR_DIGITS = "write years in four digits, like 2023, 2014-2023 or “2019 2020”."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *((text, FOUR_DIGITS) for text in ("abc", "", "2019-", "２０２０")),
        ("2023-2014", "2023-2014 ends before it begins. Write 2014-2023."),
    ],
)
def test_what_is_no_year_is_reported_in_plain_words(text: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(main, ["profiles", "--year", text])
    assert (done.exit_code, done.output) == (1, f"Error: YEAR={text}: {why}\n")


def test_a_misspelt_province_and_years_without_figures_are_reported() -> None:
    with pytest.raises(PlanError, match="PROVINCE=Hubai: there is no such province. Did you mean Hubei"):
        profiles.province_named("Hubai")
    sentence = r"YEAR=1998-2000 2026: edition 2026 has no figure of any province for 1998–1999, 2026\. .*: 2000–2024\."
    with pytest.raises(PlanError, match=sentence):
        profiles.make_profiles(plan.make_plan(), "1998-2000 2026", None)


def test_an_edition_knows_only_years_that_were_published_by_then() -> None:
    before, after = (profiles.years_with_figures(plan.make_plan(name)) for name in ("2023", "2026"))
    assert max(before) < max(after)


# the book ------------------------------------------------------------------------------------------------------


def statistics(*years: int, **values: float) -> dict[ProvinceYear, dict[str, Any]]:
    """The same statistics for every province and year, except that Tibet has none."""
    own = {key: {"value": value} for key, value in values.items()}
    return {ProvinceYear(p, year): own if p != "Tibet" else {} for year in years for p in profiles.PROFILED}


def test_the_front_page_of_a_year_leads_to_every_province_and_leaves_gaps() -> None:
    (page,) = profiles.computed_pages(statistics(2020, intensity=1.5, zones=2), "All evidence").values()
    links = re.findall(r"\]\(\.\./notebooks/([\w-]+)-2020\.ipynb\)", page)
    assert sorted(links) == sorted(map(profiles.slug, profiles.PROFILED))
    assert re.search(r"\| \[Tibet\]\([^)]+\) \| West \|( – \|){8}", page)
    assert re.search(r"\| \[Hubei\]\([^)]+\) \| Central \| 2 \| – \| – \| 1\.50 \|", page)


def test_the_front_page_of_several_years_compares_provinces_and_each_year_has_a_page_for_every_region() -> None:
    made = profiles.computed_pages(statistics(2019, 2020, 2022, intensity=1.5), "All evidence")
    front = made.pop("book/index.md")
    assert front.startswith("# Province profiles, 2019–2020, 2022\n")
    cells = " ".join(rf"\| \[1\.50\]\(\.\./notebooks/hubei-{year}\.ipynb\)" for year in (2019, 2020, 2022))
    assert re.search(rf"\| Hubei \| Central {cells} \|", front)
    assert "[–](../notebooks/tibet-2022.ipynb)" in front
    assert list(made) == [
        f"book/{year}-{region.lower()}.md" for year in (2019, 2020, 2022) for region in profiles.REGIONS
    ]
    assert len(profiles.REGIONS) > 2 and sum(text.count("-2019.ipynb)") for text in made.values()) == len(
        profiles.PROFILED
    )


def contents(profiled: profiles.Statistics) -> dict[str, Any]:
    return yaml.safe_load(profiles.filled("contents.jinja", profiled))


def test_contents_go_by_year_region_and_province_and_without_several_years_by_region() -> None:
    grid = contents(statistics(2019, 2020))
    assert [part["caption"] for part in grid["parts"]] == ["2019", "2020", "Reference"]
    east = grid["parts"][1]["chapters"][profiles.REGIONS.index("East")]
    assert east["file"] == "book/2020-east" and {"file": "notebooks/beijing-2020"} in east["sections"]
    one_year = contents(statistics(2019))
    assert [part["caption"] for part in one_year["parts"]] == [*profiles.REGIONS, "Reference"]
    one_province = contents({ProvinceYear("Hubei", year): {} for year in (2019, 2020)})
    own = {"caption": "Central", "chapters": [{"file": "notebooks/hubei-2019"}, {"file": "notebooks/hubei-2020"}]}
    assert one_province["parts"][:-1] == [own]


def test_a_profile_leads_to_the_other_years_of_its_province() -> None:
    asked = [*statistics(2019, 2020, 2022)]
    assert profiles.head(ProvinceYear("Hubei", 2020), asked) == (
        "# Hubei, 2020\n\nOther years: [2019](hubei-2019.ipynb), [2022](hubei-2022.ipynb).\n"
    )
    assert profiles.head(ProvinceYear("Hubei", 2020), [*statistics(2020)]) == "# Hubei, 2020\n"


@pytest.fixture(scope="module")
def hubei_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one province in two years, continued after Ctrl-C when the first was made; `said.txt` is next to it."""
    place = tmp_path_factory.mktemp("profiles")
    folder, meeting = small_profiles.create(place / "a project"), towns.Meeting(place / "meeting")
    waits = f"if year == 2023: {meeting.code}\\n"
    towns.edit(folder / "notebooks/profiles/province.ipynb", "import pandas as pd\\n", f"{waits}import pandas as pd\\n")
    first = towns.start(folder, "profiles", "--province", "hubei", "--year", YEARS)
    meeting.reached(first)
    towns.when(first, "done .*profiles: hubei-2022")
    towns.ctrl_c(first)
    interrupted = first.communicate()[0]
    meeting.go()
    code, output = towns.run(folder, "profiles", "--province", "hubei", "--year", YEARS)
    meeting.close()
    assert code == 0, output
    (place / "said.txt").write_text(f"{interrupted}\n{output}")
    return folder


def test_a_sweep_that_was_interrupted_continues_where_it_stopped(hubei_book: Path) -> None:
    said = (hubei_book.parent / "said.txt").read_text()
    assert "Interrupted. Finished parts are kept" in said
    assert "1 of 2 profiles ran" in said and "profiles: hubei-2023\n" in said, said


def test_the_book_has_every_page_and_no_broken_link(hubei_book: Path) -> None:
    html = hubei_book / "_build/2026/profiles" / YEARS / "hubei/html"
    shown = BeautifulSoup((html / "notebooks" / "hubei-2023.html").read_text(), "html.parser")
    assert shown.h1.get_text().startswith("Hubei, 2023")
    assert "Hubei 2023 2026 Central" in shown.get_text()
    assert shown.select_one("article p a")["href"] == "hubei-2022.html"
    listed = BeautifulSoup((html / "book" / "bibliography.html").read_text(), "html.parser")
    assert listed.find("a", href="../notebooks/hubei-2023.html#sources").get_text() == "Hubei 2023"
    assert "2022–2023" in shown.title.get_text() and not list(html.rglob("*.pdf"))
    dead = {page.name: dead_links(page, ":is(article, nav) a[href]") for page in html.rglob("*.html")}
    assert dead and not any(dead.values()), dead


def test_no_step_runs_twice_and_a_failure_leaves_the_old_book(hubei_book: Path) -> None:
    code, output = towns.run(hubei_book, "profiles", "--province", "Hubei", "--year", YEARS)
    assert code == 0 and "Nothing to do" in output, output
    (hubei_book / "notebooks" / "profiles" / "province.ipynb").write_text(small_profiles.notebook(fails_for="Hubei"))
    code, output = towns.run(hubei_book, "profiles", "--province", "Hubei", "--year", YEARS)
    assert code == 1
    assert "profiles/hubei-2023.ipynb, code cell 3 (import pandas as pd): ValueError: no figure at all" in output
    assert f"The report in _build/2026/profiles/{YEARS}/hubei/html is still the old one." in output
    assert (hubei_book / f"_build/2026/profiles/{YEARS}/hubei/html/index.html").exists()
