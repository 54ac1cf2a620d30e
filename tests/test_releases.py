"""The next edition: cut-off of today, the year that the provinces reach, and what is due as far as the data tell."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from torch_program.commands import editions as command
from torch_program.commands import main
from torch_program.csv_tables import figures_in, rows_in
from torch_program.pipeline import editions
from torch_program.pipeline.releases import in_sentences, panel_year, releases
from torch_program.provinces import regions

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"


def stored() -> tuple[list[dict], dict[str, dict]]:
    return [row for _, row in figures_in(DATA)], {row["source_id"]: row for row in rows_in(DATA / "sources.csv")}


def made(series: str, *printed: tuple[int, str], producer: str = "Office") -> tuple[list[dict], dict[str, dict]]:
    """Invented: a yearly series, each year printed by a source of its own on the day named."""
    figures = [row(series, str(year), f"{series}-{year}") for year, _ in printed]
    return figures, {f"{series}-{year}": {"published": day, "origin": producer} for year, day in printed}


def row(series: str, period: str, source: str, entity: str = "China", status: str = "") -> dict[str, str]:
    return {"series": series, "entity": entity, "period": period, "source_id": source, "status": status}


@pytest.mark.parametrize("name", editions.names(ROOT))
def test_the_year_of_the_maps_is_the_one_that_people_chose_for_the_editions_there_are(name: str) -> None:
    parameters = editions.read(ROOT, name).parameters
    assert panel_year(*stored(), date.fromisoformat(parameters.cutoff)) == parameters.panel_year


def test_a_year_of_the_maps_has_every_province(tmp_path: Path) -> None:
    sources = {"s": {"published": "2024", "origin": "Office"}}
    whole = [row("one", "2022", "s", entity=province) for province in regions().index]
    next_year = [row("one", "2023", "s", entity=province) for province in regions().index]
    assert panel_year([*whole, *next_year], sources, date(2025, 1, 1)) == 2023
    assert panel_year([*whole, *next_year[1:]], sources, date(2025, 1, 1)) == 2022
    assert panel_year(whole, sources, date(2024, 6, 30)) is None, "not published yet"


def test_a_release_is_due_as_long_after_its_year_as_those_before() -> None:
    figures, sources = made("gdp", (2020, "2021-03-31"), (2021, "2022-04-30"), (2022, "2023-03-01"))
    (found,) = releases(figures, sources, date(2023, 6, 1))
    assert (found.series, found.producer, found.year, found.day) == ("gdp", "Office", 2023, date(2024, 3, 30))
    assert found.missed == 0
    assert in_sentences([found], date(2023, 6, 1)) == ["Office: 2023 is expected by March 2024, for gdp."]
    (found,) = releases(figures, sources, date(2024, 4, 1))
    assert in_sentences([found], date(2024, 4, 1)) == ["Office: 2023 was due by March 2024, for gdp."]


def test_who_prints_a_year_again_later_does_not_make_it_late() -> None:
    figures, sources = made("gdp", (2020, "2021-03-31"), (2021, "2022-03-31"), (2022, "2023-03-31"))
    for year in (2021, 2022):
        figures.append(row("gdp", str(year), f"again-{year}"))
        sources[f"again-{year}"] = {"published": "2023-12-31", "origin": "Office"}
    (found,) = releases(figures, sources, date(2024, 1, 1))
    assert found.day == date(2024, 3, 30)


def test_a_source_that_prints_many_years_is_late_only_for_its_last() -> None:
    figures, sources = made("gdp", (2020, "2021-03-31"), (2021, "2022-03-31"), (2022, "2023-03-31"))
    figures += [row("gdp", str(year), "gdp-2022") for year in (1990, 2021)]
    (found,) = releases(figures, sources, date(2023, 6, 1))
    assert found.day == date(2024, 3, 30)


@pytest.mark.parametrize(
    "figures",
    [
        made("twice", (2020, "2021"), (2021, "2022")),
        made("each-second", (2018, "2019"), (2020, "2021"), (2022, "2023")),
    ],
    ids=["seen too seldom", "not yearly"],
)
def test_without_a_usual_lag_nothing_is_foretold(figures: tuple) -> None:
    assert releases(*figures, date(2024, 6, 1)) == []


def test_figures_of_parts_of_a_year_and_later_sources_do_not_count() -> None:
    figures, sources = made("gdp", (2020, "2021-03-31"), (2021, "2022-03-31"), (2022, "2023-03-31"))
    figures += [
        row("gdp", "2023Q1-3", "gdp-2022"),
        row("gdp", "2023", "late"),
        row("gdp", "2023", "gdp-2022", status="partial"),
    ]
    sources["late"] = {"published": "2024-03-31", "origin": "Office"}
    assert releases(figures, sources, date(2023, 12, 1))[0].year == 2023
    assert releases(figures, sources, date(2024, 12, 1))[0].year == 2024


def test_a_series_that_missed_many_years_has_perhaps_ended() -> None:
    figures, sources = made("old", (2015, "2016-06"), (2016, "2017-06"), (2017, "2018-06"))
    today = date(2021, 7, 1)
    assert in_sentences(releases(figures, sources, today), today) == [
        "3 years or more are overdue, so perhaps no more will come, after the last year of old (2017)."
    ]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("data", "editions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    monkeypatch.chdir(tmp_path)

    class Day(date):
        @classmethod
        def today(cls) -> date:
            return date(2027, 6, 30)

    monkeypatch.setattr(command, "date", Day)
    return tmp_path


def test_an_edition_begins_with_the_evidence_of_today_and_says_what_is_due(project: Path) -> None:
    done = CliRunner().invoke(main, ["edition", "new", "2027"])
    assert done.exit_code == 0, done.output
    parameters = editions.read(project, "2027").parameters
    assert (parameters.cutoff, parameters.panel_year) == ("2027-06-30", panel_year(*stored(), date(2027, 6, 30)))
    assert "NBS: 2024 was due by December 2025, for " in done.output and "no calendar of a producer" in done.output
    assert "make diff FROM=2026 TO=2027" in done.output


@pytest.mark.parametrize(
    ("name", "said"), [("2026", "Edition 2026 is there"), ("next year", "Did you mean next-year?"), ("..", "no name")]
)
def test_an_edition_that_cannot_be_begun_is_refused_in_a_sentence(project: Path, name: str, said: str) -> None:
    before = {path: path.read_bytes() for path in (project / "editions").iterdir()}
    done = CliRunner().invoke(main, ["edition", "new", name])
    assert done.exit_code == 1 and said in done.output and "Traceback" not in done.output
    assert {path: path.read_bytes() for path in (project / "editions").iterdir()} == before
