"""The print edition: readable by people, search engines and screen readers, and without traces of the machine."""

import json
import re
from functools import cache
from html import unescape
from operator import attrgetter
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from checkout import BUILT, ROOT
from finished_report import pdf, plain, results, texts_of

from claimbook.pages.pdf import REPLACEMENT
from claimbook.pages.print_pages import ANNEX_CAPTION, WEB
from claimbook.project.outputs import PRINTS, figures, listed_documents

PDF, ANNEX, BRIEF, CHINESE = (BUILT / name for name in PRINTS)
named = attrgetter("stem")
OF_ANNEX = pytest.mark.slow  # `make report` makes no annex, `make test-all` does
ALL = (PDF, BRIEF, CHINESE, pytest.param(ANNEX, marks=OF_ANNEX))
FILES = pytest.mark.parametrize("path", ALL, ids=named)
SOURCE = BUILT / "source"
EMPTY = 0.4  # of the height of a page, at most
CONTENTS = 1  # index of the first page of the contents

pytestmark = pytest.mark.book


@cache
def reader(path: Path = PDF) -> pikepdf.Pdf:
    assert path.exists(), f"{path.relative_to(ROOT)} is not there: run `make report` first."
    return pikepdf.open(path)


page_texts = cache(texts_of)


def text(path: Path = PDF) -> str:
    return "\n".join(page_texts(path))


@cache
def elements(path: Path = PDF) -> list[pikepdf.Dictionary]:
    """Every element of the structure tree."""
    return [e for e in reader(path).objects if isinstance(e, pikepdf.Dictionary) and e.get("/Type") == "/StructElem"]


def chapter_titles(annex: bool = False) -> list[str]:
    """Titles of the chapters of the report or its annex as their sources give them, with straight apostrophes."""
    listed = listed_documents(SOURCE)
    names = [name for part, name in listed if (part == ANNEX_CAPTION) is annex and name != WEB]
    sources = [next(ROOT.glob(f"{name}.*")).read_text(encoding="utf-8") for name in names]
    return [plain(re.search(r'^\s*"?# (.+?)(\\n)?"?,?$', source, re.M)[1]) for source in sources]


def contents_lines() -> list[tuple[str, str]]:
    """(title, page number) of the lines of the contents, which may take several pages."""
    lines: list[tuple[str, str]] = []
    for index in range(CONTENTS, len(reader().pages)):
        found = re.findall(r"^(.+?)\s*(?:\.\s*){3,}\s*(\d+)$", page_texts(PDF)[index], re.M)
        if not found:
            break
        lines += found
    return lines


@FILES
def test_no_character_is_missing_in_the_fonts(path):
    shown = [index + 1 for index in range(len(reader(path).pages)) if REPLACEMENT in page_texts(path)[index]]
    assert not shown, f"The fonts lack a character on pages {shown}: make them again as book/make_fonts.py says."


def test_words_and_charts_are_set_in_the_fonts_of_the_project():
    fonts = (font for page in reader().pages for font in page.Resources.get("/Font", {}).values())
    names = {str(font.BaseFont).partition("+")[2] for font in fonts}
    ours = ("ClaimbookSans-", "ClaimbookSerif-", "ClaimbookHan-", "DejaVuSansMono")
    assert not [name for name in names if not name.startswith(ours)]


@FILES
def test_it_is_tagged_has_a_language_and_says_which_standards_it_follows(path):
    root = reader(path).Root
    assert root.MarkInfo.Marked
    assert str(root.Lang).startswith("zh" if path == CHINESE else "en")
    drawn = set() if path == ANNEX else {"/Figure"}  # it has no chart
    assert {str(element.S) for element in elements(path)} >= {"/H1", "/H2", "/P", "/Table", "/TH"} | drawn
    packet = unescape(root.Metadata.read_bytes().decode())
    title = str(reader(path).docinfo["/Title"])
    for output in ("<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", title):
        assert output in packet
    assert len(root.OutputIntents)


def test_every_figure_has_a_description():
    said = [str(e.get("/Alt", "")) for e in elements() if e.S == "/Figure"]
    assert said and not [alt for alt in said if len(alt) < 20]


@pytest.mark.parametrize("path", (PDF, pytest.param(ANNEX, marks=OF_ANNEX)), ids=named)
def test_every_chapter_has_a_bookmark(path):
    bookmarks = {plain(title) for depth, title, _ in pdf(path).get_toc() if depth == 1}
    assert {*chapter_titles(annex=path == ANNEX)} <= bookmarks


def test_the_brief_has_two_pages_in_each_language():
    assert [len(reader(path).pages) for path in (BRIEF, CHINESE)] == [2, 2]


@pytest.mark.parametrize(("path", "words"), [(BRIEF, ("Claimed and found", "Right")), (PDF, ("Edition 2026",))])
def test_the_first_page_has_the_result(path, words):
    lead = results()["lead"].split()[:8]
    first = " ".join(page_texts(path)[0].split())
    assert lead and not [each for each in (" ".join(lead), *words) if each not in first]


@OF_ANNEX
def test_lists_for_looking_things_up_are_only_in_the_annex():
    for title in ("Measures, criteria and findings", "Searches, and other lists"):
        assert title in text(ANNEX) and title not in {t for _, t, _ in pdf(PDF).get_toc()}
    for head in ("What it would show", "Words used", "Test before"):  # of lists
        assert head in " ".join(text(ANNEX).split()) and head not in " ".join(text().split())
    sources = text()[text().rindex("Sources cited") :]
    assert "Grade A" not in sources and len(sources) < len(text(ANNEX)) / 4


def test_no_page_of_a_chapter_is_half_empty():
    """Charts float, so that text fills what they leave; the last page of a chapter may be short."""
    book = pdf(PDF)
    begins = {page for level, _, page in book.get_toc() if level == 1}
    short = [n for n in range(2, len(book)) if n + 1 not in begins and filled(book[n - 1]) < 1 - EMPTY]
    assert not short, f"pages {short} are more than {EMPTY:.0%} empty"


def filled(page: Any) -> float:
    """Return the filled part of the height between head and foot."""
    top, bottom = 70, page.rect.height - 62
    ends = [block[3] for block in page.get_text("blocks")] + [d["rect"].y1 for d in page.get_drawings()]
    return (max([end for end in ends if end <= bottom + 8], default=top) - top) / (bottom - top)


def test_the_contents_give_the_right_pages():
    lines = contents_lines()
    titles = "\n".join(title for title, _ in lines)
    for title in chapter_titles():
        assert re.sub(r"^[\d.]+\s+", "", title)[:30] in plain(titles)
    for title, number in lines:
        bare = re.sub(r"^[\d.]+\s+", "", title).strip(" .")
        assert bare[:30] in page_texts(PDF)[int(number) - 1], f"“{bare}” is not on page {number}"


@FILES
def test_pages_are_numbered(path):
    for index in range(CONTENTS, len(reader(path).pages)):
        assert re.search(rf"\b{index + 1}\b", page_texts(path)[index]), f"page {index + 1} does not show its number"


def test_links_stay_in_the_file_or_go_to_the_web():
    for page in reader().pages:
        for annotation in page.get("/Annots", []):
            address = str(annotation.get("/A", {}).get("/URI", "https:"))
            assert address.startswith(("https:", "http:")), address


@FILES
def test_it_does_not_tell_where_it_was_built(path):
    raw = path.read_bytes()
    for place in (b"file:/", str(ROOT).encode(), str(Path.home()).encode() + b"/"):
        assert place not in raw


def test_the_evidence_and_the_results_are_attached_as_data():
    associated = {str(f.UF): f for f in reader().Root.AF}
    expected = {p.relative_to(SOURCE).as_posix(): p.read_bytes() for p in (SOURCE / "data").rglob("*") if p.is_file()}
    expected["results.json"] = (SOURCE.parent / "results.json").read_bytes()
    assert any(name.startswith("data/figures/") for name in expected)
    assert {name: f.EF.F.read_bytes() for name, f in associated.items()} == expected
    assert {str(f.AFRelationship) for f in associated.values()} == {"/Data"}


# All are set by the same hand, and the brief takes least.
@pytest.mark.parametrize(
    "path", (BRIEF, CHINESE, *(pytest.param(p, marks=pytest.mark.slow) for p in (PDF, ANNEX))), ids=named
)
def test_a_checker_of_accessibility_finds_no_error(path):
    from outloud import check

    result = check(str(path))
    assert result.error is None
    assert not [f"{f.rule}, page {f.page}: {f.message}" for f in result.findings if f.severity == "error"]


def test_words_of_the_charts_can_be_searched():
    notebooks = sorted((SOURCE / "notebooks").glob("*.ipynb"))
    found = [figure for path in notebooks for figure in figures(json.loads(path.read_text(encoding="utf-8")))]
    printed = re.sub(r"\s+", "", text())
    shown = [figure["svg"] for figure in found if not figure.get("claim")]  # others are only on claim pages
    sources = {words for svg in shown for words in re.findall(r">(Source: [^<&]+)</text>", svg)}
    assert sources
    assert not [words for words in sources if re.sub(r"\s+", "", words) not in printed]


def test_print_leaves_out_what_only_works_on_a_screen():
    for words in ("Download SVG", "Show code", "Show all", "Copy"):
        assert not re.search(rf"^{words}$", text(), re.M)
