"""The second report: the engine builds it in its own folder, without anything of the other report."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from finished_report import dead_links, text_of
from towns import EXAMPLE, FIRST, NAME, create, edit, run
from words_of_report import OF_THE_REPORT

PRINTS = ("three-towns.pdf", "three-towns-brief.pdf")


def own_files() -> list[Path]:
    """Return the files of the report itself, without the engine."""
    found = (EXAMPLE / name for name in ("_config.yml", "_toc.yml", "CITATION.cff", "Makefile", "report.yml"))
    folders = ("book", "data", "editions", "notebooks")
    return [*found, *(p for folder in folders for p in (EXAMPLE / folder).rglob("*.*") if p.is_file())]


@pytest.mark.process
@pytest.mark.parametrize("example", ["three_towns", "python_3_13"])
def test_an_example_is_checked_in_its_folder_by_the_engine_above_it(example: str) -> None:
    assert run(EXAMPLE.parent / example, "check") == (0, "The data pass every check.\n")


def test_every_file_of_it_says_that_it_is_invented_and_none_names_the_other_report() -> None:
    for path in own_files():
        text = path.read_text(encoding="utf-8")
        assert not re.findall(OF_THE_REPORT, text, re.I), path
    kinds = {".yml", ".cff", ".md", ".ipynb", ".json"}
    loud = [p for p in own_files() if p.suffix in kinds and "editions" not in p.parts]
    quiet = {"_toc.yml"}
    assert {p.name for p in loud if "INVENTED" not in p.read_text(encoding="utf-8")} == quiet


@pytest.mark.process
def test_its_three_verdicts_and_its_prints(built: Path) -> None:
    claims = json.loads((built / "_build/2026/results.json").read_bytes())["claims"]
    assert [(claim["id"], claim["verdict"], claim["robustness"]["label"]) for claim in claims] == [
        ("libraries-over-50", "overstated", "fragile"),
        ("first-in-alder-1990", "confirmed", "one origin"),
        ("open-more", "not scored", "not scored"),
    ]
    for name in PRINTS:
        text = text_of(built / "_build/2026" / name)
        assert "INVENTED" in text and not re.findall(OF_THE_REPORT, text, re.I), name
    assert "The judgements" not in text  # of two pages: there are none


@pytest.mark.process
@pytest.mark.slow
def test_a_finding_that_names_other_numbers_in_the_other_language_stops_the_build(tmp_path: Path) -> None:
    folder = create(tmp_path / "report")
    edit(folder / "report.yml", "slug:", "also: zh\nslug:")
    edit(folder / "data/claims.yml", "    kind: ", "    also: {statement: 虚构。}\n    kind: ")
    edit(folder / FIRST, 'fits=(\\"right', 'also=\\"{libraries}座。\\", fits=(\\"right')
    code, said = run(folder, "report")
    where = f"{NAME}.ipynb, code cell .*FindingError: The finding of 'libraries-over-50' does not have the same numbers"
    assert code and re.search(f"{where} in both languages: only English has {{libraries-year}}", said), said


@pytest.mark.process
def test_its_pages_say_that_it_is_invented_have_no_dead_links_and_no_word_of_the_other_report(built: Path) -> None:
    pages = [p for p in (built / "_build/2026/html").rglob("*.html") if p.parent.name != "html"]
    assert len(pages) == 13
    for page in pages:
        soup = BeautifulSoup(page.read_bytes(), "lxml")
        assert dead_links(page) == [], page.name
        for link in soup.find_all("link", rel="stylesheet"):
            link.decompose()
        assert "INVENTED" in soup.select_one(".bd-header-announcement").get_text()
        assert not re.findall(OF_THE_REPORT, str(soup), re.I), page
