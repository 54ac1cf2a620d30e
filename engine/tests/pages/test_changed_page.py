"""The page of changes between editions."""

import bz2
import json
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import lxml.etree
import pytest
from finished_report import HTML
from hand_made_notebook import FIGURES, ROWS, SOURCES, notebook

from claimbook.changes import difference, record
from claimbook.pages.book import share_notebooks
from claimbook.pages.changes_page import changes
from claimbook.project import outputs
from claimbook.project.folders import write_whole

OLDER = {"edition": "2023", "cutoff": "2023-12-31", "panel_year": 2022}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The source tree of a book of one notebook."""
    files = {
        "_toc.yml": "root: index\nchapters: [{file: notebooks/2-1-towns}]\n",
        "notebooks/2-1-towns.ipynb": json.dumps(notebook()).replace('edition = \\"2023\\"', 'edition = \\"2026\\"'),
        "data/sources.csv": SOURCES,
        "data/series.csv": "series,label\nmade_up,Made-up things\n",
        "data/claims.yml": "text_date: '2023-12-31'\nclaims: []\n",
        "data/figures/topic.csv": FIGURES + ROWS,
        **dict.fromkeys(("editions/2023.yml", "editions/2026.yml"), ""),
    }
    for name, text in files.items():
        write_whole(tmp_path / name, text.encode())
    return tmp_path


def store(source: Path, sources: str = SOURCES) -> None:
    """A stored record of the older edition, from the same notebook with another statistic."""
    executed = json.loads((source / "notebooks/2-1-towns.ipynb").read_text().replace("178.0", "177.0"))
    data = {f"data/{n}": (source / "data" / n).read_bytes() for n in ("series.csv", "claims.yml", "figures/topic.csv")}
    results = outputs.collect_results([outputs.read_section_record(executed)], [], OLDER)
    made = record.make_record({"2-1-towns": executed}, data | {"data/sources.csv": sources.encode()}, results)
    record.stored_record_path(source, "2023").write_bytes(bz2.compress(record.record_as_json(made)))


class Application:
    """A Sphinx application with only its folders."""

    def __init__(self, source: Path) -> None:
        self.srcdir, self.doctreedir, self.read = source, source / "trees", list[str]()
        self.env = SimpleNamespace(temp_data={"docname"}, note_dependency=self.read.append, metadata=defaultdict(dict))


def page_text(source: Path) -> str:
    """Return the text of the directive, without a build."""
    share_notebooks(app := Application(source))
    text = " ".join(part.astext() for part in changes(app))
    assert [path for path in app.read if path.endswith(".ipynb")] == [], "each changed word would change this page"
    return text


def test_the_pages_are_compared_with_the_stored_record_as_they_are(source: Path) -> None:
    store(source)
    record.stored_record_path(source, "2026").write_bytes(b"the stored record of these pages is not read")
    reported = page_text(source)
    assert "From edition 2023 to edition 2026: none of 0 verdicts changed, 1 statistic changed, 1 figure" in reported
    assert "177" in reported and "178" in reported and "Made-up things" in reported and "other data" not in reported


def test_a_record_of_other_data_is_said_to_be_one(source: Path) -> None:
    store(source, sources=SOURCES + "more,2020,D\n")
    assert "Some of this comes from other data, not from the edition: data/sources.csv." in page_text(source)


def test_without_another_edition_and_its_record_a_sentence_says_so(source: Path) -> None:
    alone = "These pages are edition 2026. No record of another edition is stored to compare it with."
    assert page_text(source) == alone
    store(source)
    (source / "editions/2023.yml").unlink()
    assert page_text(source) == alone


def test_statistics_have_names_that_readers_know() -> None:
    place = {"series": "x", "source": "s", "locators": [], "more": 0}
    made = [{"made": how, "places": [place]} for how in ("published", "share", "share")]
    names = difference.statistic_names({"statistics": dict(zip("abc", made, strict=True))}, {"x": "Towns"})
    assert names == {"a": "Towns", "b": "share: Towns (b)", "c": "share: Towns (c)"}


@pytest.mark.book
def test_the_feed_leads_from_each_edition_to_its_changes_and_every_page_to_the_feed() -> None:
    atom = {"a": "http://www.w3.org/2005/Atom"}
    feed = lxml.etree.parse(HTML / "changes.atom")
    page = (HTML / "book" / "changed.html").read_text(encoding="utf-8")
    ids = feed.xpath("//a:id/text()", namespaces=atom)
    places = feed.xpath("//a:entry/a:link/@href", namespaces=atom)
    assert len(set(ids)) == len(ids) == len(places) + 1 > 1
    assert all(f'id="{place.removeprefix("book/changed.html#")}"' in page for place in places)
    assert all(title.startswith("Edition 20") for title in feed.xpath("//a:entry/a:title/text()", namespaces=atom))
    assert page.count('href="../changes.atom"') == 2
    assert 'type="application/atom+xml" title="What changed" href="changes.atom"' in (HTML / "search.html").read_text()


def test_corrections_are_listed_newest_first_with_their_claims(shown_page, two_opinions) -> None:
    early = {"date": "2027-01-02", "edition": "2026", "claim_id": "", "was": "a", "is": "b"}
    rows = [early, early | {"date": "2027-03-04", "claim_id": "two", "was": "13", "is": "14"}]
    made = shown_page("corrections", {"book/corrections": rows})
    first, last = ([cell.get_text() for cell in row.select("td")] for row in made.select("table.register tbody tr"))
    assert first == ["2027-03-04", "2026", "“It is two.”", "13", "14"] and last[0] == "2027-01-02"
    assert [link["href"] for link in made.select("table.register a")] == ["../claims/two.html"]


def test_without_corrections_a_sentence_says_so(shown_page, two_opinions, tmp_path) -> None:
    write_whole(tmp_path / "book/corrections.csv", b"date,edition,claim_id,was,is\n")
    made = shown_page("corrections", {})
    assert "There are no corrections so far." in made.get_text()
