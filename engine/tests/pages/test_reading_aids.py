"""Words of the glossary in the prose, on a hand-made page."""

import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from claimbook.pages.reading_aids import explain, glossary_terms, link_claims
from claimbook.project.folders import write_below
from claimbook.templates import FILLED

GLOSSARY = """
| English | 中文 | Pinyin | What it means here |
|:--|:--|:--|:--|
| Library Union | 图书中心 | Túshū zhōngxīn | the body that runs it |
| Gross domestic product (GDP) | 国内生产总值 | guónèi | value added |
| Origin | | | who produced a number |
| Ministry (MOST) | 文化部 | Wénhuà bù | the parent |
"""
PAGE = """
Title with GDP
==============

At most the Library Union says origins, an *origin* and ``GDP``. See the GDP_, and GDP again; not least MOST.

.. _GDP: https://example.org
"""


def test_terms_and_their_short_forms_are_read_from_the_table():
    assert glossary_terms(GLOSSARY) == {
        "Library Union": "the body that runs it",
        "Gross domestic product": "value added",
        "GDP": "value added",
        "Origin": "who produced a number",
        "Ministry": "the parent",
        "MOST": "the parent",
    }


def test_only_the_first_mention_in_the_prose_is_explained_and_the_words_stay():
    page = publish_doctree(PAGE)
    before = page.astext()
    explain(page, glossary_terms(GLOSSARY), "glossary.html")
    found = [r for r in page.findall(nodes.reference) if "term" in r["classes"]]
    assert [(r.astext(), r["refuri"], r["reftitle"]) for r in found] == [
        ("Library Union", "glossary.html#term-library-union", "the body that runs it"),
        ("origins", "glossary.html#term-origin", "who produced a number"),
        ("GDP", "glossary.html#term-gdp", "value added"),
        ("MOST", "glossary.html#term-most", "the parent"),
    ]
    assert page.astext() == before


def explained(*parts: str) -> str:
    """Return a paragraph of texts and HTML tags, with brackets around the words that are explained."""
    made = (nodes.raw("", part, format="html") if part.startswith("<") else nodes.Text(part) for part in parts)
    page = nodes.paragraph("", "", *made)
    explain(page, glossary_terms(GLOSSARY), "glossary.html")
    return "".join(f"[{n.astext()}]" if isinstance(n, nodes.reference) else n.astext() for n in page.children)


PARTS = {
    "[Origins], and Origins.": ("Origins, and Origins.",),
    "The [Ministry’s] plan": ("The Ministry’s plan",),
    "The Ministryship": ("The Ministryship",),
    '<a title="GDP" href="#">An Origin</a> of [GDP]': ('<a title="GDP" href="#">', "An Origin", "</a>", " of GDP"),
    '<a href="#">GDP</a> and [Origin]': ('<a href="#">GDP</a>', " and Origin"),
}


@pytest.mark.parametrize(("shown", "parts"), PARTS.items())
def test_a_mark_covers_a_whole_word_and_none_is_inside_a_link(shown: str, parts: tuple[str, ...]) -> None:
    assert explained(*parts) == shown


def test_the_box_of_a_claim_links_to_itself_and_to_its_own_page():
    box = nodes.admonition("", nodes.title("", "A claim"), ids=["claim-one"])
    opinion = nodes.admonition("", nodes.title("", "O"), ids=["claim-two"], classes=["judgement-opinion"])
    page = nodes.section("", box, opinion, nodes.admonition("", nodes.title("", "Another box")))
    link_claims(page)
    assert [raw.astext() for raw in page.findall(nodes.raw)][:2] == [
        '<a class="headerlink" href="#claim-one" title="Link to this claim">#</a>',
        ' <a class="web-only" href="../claims/one.html#judged">How it was judged</a>',
    ]
    assert 'href="../claims/two.html"' in opinion.astext()  # nobody judged it


def built(folder: Path, page: str = "index", **more: Any) -> str:
    """Build the book in a folder, and return the HTML of one of its pages."""
    settings = {"extensions": ["myst_nb", "claimbook.pages"], "book_parts": ["displays"]} | more
    with patch.dict(os.environ), patch.object(FILLED, "bytecode_cache", None):  # which other tests must not see
        Sphinx(folder, None, folder / "out", folder / "trees", "html", settings, status=None, warning=None).build()
    return (folder / f"out/{page}.html").read_text(encoding="utf-8")


LISTING = "\n```{code-block} python\n:caption: What runs\n:name: %s\n1\n```\n"
FILES = {
    "_toc.yml": b"root: index\nparts: [{caption: First, chapters: [{file: a}, {file: b}]}]\n",
    "index.md": b"# Title\n\n```{toctree}\na\nb\n```\n",
    "b.md": b"# B & C\n" + LISTING.encode() % b"b",
}


def test_after_an_edit_the_next_page_is_numbered_again_in_the_same_process_and_lists_both(tmp_path: Path) -> None:
    write_below(tmp_path, FILES)
    for number, text in (1, "# A\n"), (2, "# A\n" + LISTING % "a"), (1, "# A, edited\n"):
        (tmp_path / "a.md").write_text(text)
        page = built(tmp_path, "b", numfig=True, html_theme="sphinx_book_theme")
        assert f"Listing {number} " in page
    assert ' current active"><a class="current reference internal" href="#">B &amp; C</a></li>' in page
    assert '<li class="toctree-l1"><a class="reference internal" href="a.html">A, edited</a></li>' in page


def test_a_page_that_includes_itself_is_named_with_the_line_and_one_that_quotes_itself_is_built(tmp_path: Path) -> None:
    write_below(tmp_path, {"_toc.yml": b"root: index\n", "index.md": b"# Title\n\n```{include} part.md\n```\n"})
    (tmp_path / "part.md").write_text("Text.\n\n:::{include} index.md\n:::\n")
    with pytest.raises(ExtensionError, match="^part.md, line 3: this includes a file from within itself"):
        built(tmp_path)
    (tmp_path / "part.md").write_text("Text.\n\n```{include} index.md\n:literal:\n```\n")
    assert "{include} part.md" in built(tmp_path)
