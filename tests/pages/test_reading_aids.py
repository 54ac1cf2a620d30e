"""Words of the glossary in the prose, on a hand-made page."""

from docutils import nodes
from docutils.core import publish_doctree

from claimbook.pages.reading_aids import explain, glossary_terms, link_claims

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
