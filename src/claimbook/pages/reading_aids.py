"""Help for readers: explain glossary terms at their first mention, and give each claim a link to copy.

The terms are the rows of the glossary's table, so there is only one list.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.say.anchors import slug

GLOSSARY = "book/glossary"
BEFORE_HEADINGS = 400  # priority: Sphinx reads the headings of a page at 500
GLOSSARY_ROW = re.compile(
    r"^\|\s*(?P<term>[^|:]+?)\s*\|(?P<han>[^|]*)\|(?P<sound>[^|]*)\|\s*(?P<says>[^|]+?)\s*\|$", re.M
)
PERCENT = re.compile(r"(<(pre|script)\b.*?</\2>)|(?<=\d) %", re.S)
NO_PROSE = (
    nodes.title,
    nodes.reference,
    nodes.literal,
    nodes.literal_block,
    nodes.caption,
    nodes.table,
    nodes.Admonition,
)


def rows(text: str) -> list[re.Match]:
    """Return the rows of the glossary below its head: `term`, `han`, `sound` (Pinyin), and what it `says`."""
    return [*GLOSSARY_ROW.finditer(text)][1:]


def glossary_terms(text: str) -> dict[str, str]:
    """Return the terms of the glossary with their meanings. A short form in brackets is a term too."""
    found: dict[str, str] = {}
    for row in rows(text):
        found |= dict.fromkeys(term_and_short_form(row["term"]), row["says"])
    return found


def term_and_short_form(term: str) -> list[str]:
    """Return a term, and its short form in brackets if it has one."""
    return term.rstrip(")").split(" (", 1)


def anchor(term: str) -> str:
    return f"term-{slug(term)}"


def explain(doctree: nodes.document, meanings: Mapping[str, str], glossary: str) -> None:
    """Link the first mention of each term to the address of the glossary, with its meaning as the title."""
    left = dict(meanings)
    boxes = doctree.findall(lambda node: isinstance(node, NO_PROSE))
    outside = {id(text) for box in boxes for text in box.findall(nodes.Text)}
    for text in [text for paragraph in doctree.findall(nodes.paragraph) for text in paragraph.findall(nodes.Text)]:
        if left and id(text) not in outside:
            text.parent.replace(text, [*explained(str(text), left, glossary)])


def explained(text: str, left: dict[str, str], glossary: str) -> Iterator[nodes.Node]:
    """Yield a text in pieces. Terms in `left`, the longest first, become links and are removed from `left`.

    An abbreviation must be in capitals: "most" is not MOST.
    """
    longest = sorted(left, key=len, reverse=True)
    names = "|".join(re.escape(name) if name.isupper() else f"(?i:{re.escape(name)})" for name in longest)
    for at, piece in enumerate(re.split(rf"\b((?:{names})s?)\b", text)):
        term = next((name for name in longest if at % 2 and piece.lower() in (name.lower(), f"{name.lower()}s")), None)
        if term:
            address = f"{glossary}#{anchor(term)}"
            yield nodes.reference("", piece, refuri=address, reftitle=left.pop(term), classes=["term"])
        elif piece:
            yield nodes.Text(piece)


def link_claims(doctree: nodes.document) -> None:
    """Give the box of each claim a link to itself, like headings have, and a link to how it was judged."""
    for box in doctree.findall(nodes.Admonition):
        place = next((name for name in box.get("ids", ()) if name.startswith("claim-")), "")
        if place and isinstance(box[0], nodes.title):
            link = f'<a class="headerlink" href="#{place}" title="Link to this claim">#</a>'
            box[0] += nodes.raw("", link, format="html")
            judged = "" if "judgement-opinion" in box["classes"] else "#judged"
            page = f"../claims/{place.removeprefix('claim-')}.html{judged}"
            box[-1] += nodes.raw("", f' <a class="web-only" href="{page}">How it was judged</a>', format="html")


def help_reading(app: Sphinx, doctree: nodes.document) -> None:
    """Add the aids to a page when it is read."""
    page, source = app.env.docname, Path(app.srcdir) / f"{GLOSSARY}.md"
    if page == GLOSSARY:
        for row in doctree.findall(nodes.row):  # links can use its term or its short form
            cell = row[0]  # a second id of the row would be outside
            cell["ids"] += map(anchor, term_and_short_form(cell.astext()))
    elif page.startswith("notebooks/"):
        link_claims(doctree)
        if source.exists():
            app.env.note_dependency(str(source))
            explain(doctree, glossary_terms(source.read_text(encoding="utf-8")), f"../{GLOSSARY}.html")


def keep_percents_whole(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Keep a number and its percent sign on one line. Code is not changed, so that it can be copied."""
    context["body"] = PERCENT.sub(lambda found: found[1] or "\xa0%", context.get("body", ""))


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", keep_percents_whole)
    app.connect("doctree-read", help_reading, priority=BEFORE_HEADINGS)
