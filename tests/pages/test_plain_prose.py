"""Prose speaks to readers: no badge of an answer, no pair of answers in brackets, no piece of a template."""

import re

import pytest
from finished_report import HTML, book_pages, soup

from claimbook.say.verdict_table import ANSWERS

pytestmark = [pytest.mark.book, pytest.mark.xdist_group("finished")]
WORD = "|".join(answer.word for answer in ANSWERS)
MACHINE = re.compile(
    rf"""[●◆✗▷○]                                   # the sign of an answer
    |\((?:{WORD}|not\ settled)(?:[;,]\ (?:{WORD}))+\)  # several answers in brackets
    |\b({WORD})\ \(\1\)                             # an answer twice
    |\(not\ settled\)|\bliteral\ reading\b
    |\b1\ (?:have|are|were|do|agree|say|stay|answers)\b  # one of several
    |[{{}}]|\[\[|\]\]|\|\|                          # what templates are made of
    |\(\s*\)|\b(?:None|nan|NaT)\b(?=[\s.,;)]*$)""",
    re.VERBOSE | re.MULTILINE,
)


def sentences(page):
    """Return the paragraphs and items of prose of a page, as readers see them."""
    for each in soup(page).select("article p, article li"):
        if not each.find_parent(("table", "figure", "pre", "details")) and not each.select_one("pre, table"):
            if "counts" not in each.get("class", ()) and not each.find_parent(class_="admonition"):
                yield each


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ("It holds (● right; ● right).", True),
        ("They hold (right; right).", True),
        ("So the text is right (right), but late.", True),
        ("1 have the same answer.", True),
        ("The rest: R&D staff (not settled).", True),
        ("There were {towns} of them.", True),
        ("It grew to ().", True),
        ("The worry is sound (right).", False),
        ("None of them asks, and 21 have none.", False),
    ],
)
def test_the_guard_knows_machine_speech(says, found):
    assert bool(MACHINE.search(says)) is found


def test_no_sentence_of_a_section_or_of_page_one_has_machine_speech_or_a_badge():
    read, found, badges = 0, [], []
    for name in [page for page in book_pages() if page.startswith("notebooks/") or page == "book/index"]:
        for each in sentences(HTML / f"{name}.html"):
            read += 1
            badges += [(name, str(b)) for b in each.select(".verdict") if not b.find_parent(class_="rests-on")]
            found += [(name, m[0], each.get_text()[:90]) for m in MACHINE.finditer(each.get_text())]
    assert read > 250 and not badges
    assert not found
