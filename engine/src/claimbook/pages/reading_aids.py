"""Help for readers: glossary terms at their first mention, a link to each claim, and the list for instant search.

The terms are the rows of the glossary's table, so there is only one list. Sphinx's own index has no numbers, and
Chinese only as whole words. Our list is a script, because a page opened from a file can load scripts. It is made from
the finished pages, so it lists what they show. A page loads it when somebody searches.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

import lxml.html
from docutils import nodes
from lxml.html import HtmlElement
from sphinx import addnodes
from sphinx.application import Sphinx

from claimbook.citation import title
from claimbook.pages import number_cards
from claimbook.pages.book import Context, claim_names, notebooks_of, noted, on_each_page, results_of, series_labels
from claimbook.pages.claim_pages import claim_contexts, claim_page
from claimbook.pages.print_pages import finished_page, own_text
from claimbook.pages.writing import FILES, PRINTS_EVENT, WrittenFiles, finished
from claimbook.project.outputs import stored_or_made
from claimbook.say.words import EVIDENCE_DOCUMENT, sentence_case, slug

GLOSSARY = "book/glossary"
BEFORE_HEADINGS = 400  # priority: Sphinx reads the headings of a page at 500
GLOSSARY_ROW = re.compile(
    r"^\|\s*(?P<term>[^|:]+?)\s*\|(?P<han>[^|]*)\|(?P<sound>[^|]*)\|\s*(?P<says>[^|]+?)\s*\|$", re.M
)
PERCENT = re.compile(r"(<(pre|script)\b.*?</\2>)|(?<=\d) %", re.S)
LINK_TAG = re.compile(r"<(/?)a\b")  # in HTML, which opens a link or closes it
ENDING = "(?:e?s)?(?:[’']s)?"  # of a term in a sentence: plural and genitive
BOXES = (nodes.title, nodes.caption, nodes.table, nodes.Admonition, nodes.literal, nodes.literal_block)
NO_PROSE = (*BOXES, nodes.raw, nodes.reference, addnodes.pending_xref)


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
    outside = {id(text) for box in boxes for text in box.findall(nodes.Text)} | {*map(id, in_html_links(doctree))}
    for text in [text for paragraph in doctree.findall(nodes.paragraph) for text in paragraph.findall(nodes.Text)]:
        if left and id(text) not in outside:
            text.parent.replace(text, [*explained(str(text), left, glossary)])


def in_html_links(doctree: nodes.document) -> Iterator[nodes.Text]:
    """Yield the texts between the two tags of a link that is written in HTML, like the answers in the prose."""
    inside = False
    for node in doctree.findall(lambda node: isinstance(node, nodes.raw | nodes.Text)):
        if isinstance(node, nodes.raw):
            for tag in LINK_TAG.finditer(node.astext()):
                inside = not tag[1]
        elif inside:
            yield node


def explained(text: str, left: dict[str, str], glossary: str) -> Iterator[nodes.Node]:
    """Yield a text in pieces. Terms in `left`, the longest first, become links and are removed from `left`.

    A link covers the whole word, with its ending. An abbreviation must be in capitals: "most" is not MOST.
    """
    longest = sorted(left, key=len, reverse=True)
    names = "|".join(re.escape(name) if name.isupper() else f"(?i:{re.escape(name)})" for name in longest)
    for at, piece in enumerate(re.split(rf"\b((?:{names}){ENDING})(?!\w)", text)):
        term = next((name for name in longest if at % 2 and piece.lower().startswith(name.lower())), None)
        if term in left:
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
    page = app.env.docname
    if page == GLOSSARY:
        for row in doctree.findall(nodes.row):  # links can use its term or its short form
            cell = row[0]  # a second id of the row would be outside
            cell["ids"] += map(anchor, term_and_short_form(cell.astext()))
    elif page.startswith("notebooks/"):
        link_claims(doctree)
        if (source := noted(app, f"{GLOSSARY}.md")).exists():
            explain(doctree, glossary_terms(source.read_text(encoding="utf-8")), f"../{GLOSSARY}.html")


def keep_percents_whole(app: Sphinx, page: str, context: Context) -> None:
    """Keep a number and its percent sign on one line. Code is not changed, so that it can be copied."""
    context["body"] = PERCENT.sub(lambda found: found[1] or "\xa0%", context.get("body", ""))


# the list for instant search ---------------------------------------------------------------------------------


LIST = "_static/find_list.js"
Entry = tuple[str, str, str, str, str]  # kind, name, description, address, more words to search


def number_entries(
    page: HtmlElement, document: str, where: str, statistics: Mapping, labels: Mapping[str, str]
) -> Iterator[Entry]:
    """Yield the numbers of a page, except years, with what they count and when."""
    for link in page.xpath("//a[starts-with(@id, 'number-')]"):
        statistic = statistics[link.get("data-number")]
        if statistic["unit"] != "year":
            card = number_cards.card(statistic, {})
            kinds = dict.fromkeys(labels.get(place["series"], "") for place in card["places"])
            how = card["made"] if card["made"] != "published" else "; ".join([*filter(None, kinds)][:2])
            details = ", ".join(filter(None, (how, card["period"])))
            place = f"{document}.html#{link.get('id')}"
            yield "Number", link.text_content(), f"{details} · {where}", place, card["value"]


def claim_entries(app: Sphinx) -> Iterator[Entry]:
    """Yield the page of each claim by its name, with those of its words that at most half of these pages have."""
    found, names = [], claim_names(app)
    for claim, context in claim_contexts(app):
        article = lxml.html.fromstring(finished(context["body"]))
        for unread in article.xpath(".//script | .//svg | .//form"):
            unread.drop_tree()
        found.append((claim, dict.fromkeys(" ".join(article.itertext()).split())))
    times = Counter(word for _, words in found for word in words)
    for claim, words in found:
        rest = " ".join(word for word in words if times[word] <= len(found) / 2)
        name = f"{sentence_case(names[claim.id])}: {claim.quoted}"
        yield "Claim", name, f"{claim.answer}: {claim.found}", f"{claim_page(claim)}.html", rest


def figure_entries(page: HtmlElement, document: str, where: str) -> Iterator[Entry]:
    """Yield the charts of a page by their number, with their caption. They are also found as figures."""
    for figure in page.iter("figure"):
        if "chart" in figure.classes:
            number, says = (own_text(*figure.find_class(part)) for part in ("caption-number", "caption-text"))
            place = f"{document}.html#{figure.get('id')}"
            yield "Chart", number, f"{says} · {where}", place, number.replace("Chart", "Figure")


def terms(glossary: str) -> Iterator[Entry]:
    for row in rows(glossary):
        place = f"{GLOSSARY}.html#{anchor(term_and_short_form(row['term'])[0])}"
        yield "Term", " ".join(f"{row['term']} {row['han']}".split()), row["says"], place, row["sound"]


def heading_entries(app: Sphinx) -> Iterator[Entry]:
    """Yield the headings of all pages but the register of sources, each with the title of its page."""
    for document in sorted(app.env.tocs.keys() - {EVIDENCE_DOCUMENT}):  # pages that were read again come last in it
        for link in app.env.tocs[document].findall(nodes.reference):
            place = f"{document}.html{link['anchorname']}"
            yield "Heading", link.astext(), app.env.titles[document].astext(), place, ""


def notebook_entries(app: Sphinx, document: str) -> Iterator[Entry]:
    """Yield the charts and numbers on the page of a notebook."""
    page, where = finished_page(app.outdir, document), title(notebooks_of(app)[document])
    yield from figure_entries(page, document, where)
    yield from number_entries(page, document, where, results_of(app)["statistics"], series_labels(app))


def stored_entries(name: str, make: Callable[[], Iterable[Entry]], *inputs: bytes) -> list[Entry]:
    """Return entries from an earlier build if what they were made from is unchanged, else make them."""
    return json.loads(stored_or_made(f"{name}.json", lambda: json.dumps([*make()]).encode(), *inputs))


def find_list(app: Sphinx) -> WrittenFiles:
    """Yield the list as a script."""
    found = [*terms((app.srcdir / f"{GLOSSARY}.md").read_text(encoding="utf-8"))]
    made_of = json.dumps([app.shown[FILES], *sorted(app.env.found_docs)]).encode()  # type: ignore[attr-defined]
    found += stored_entries("found", partial(claim_entries, app), made_of)
    for document in notebooks_of(app):
        page = (app.outdir / f"{document}.html").read_bytes()
        found += stored_entries(f"found-{slug(document)}", partial(notebook_entries, app, document), made_of, page)
    found += heading_entries(app)
    yield LIST, f"window.findList = {json.dumps(found, ensure_ascii=False)};\n".encode()


def setup(app: Sphinx) -> None:
    on_each_page(app, keep_percents_whole)
    app.connect("doctree-read", help_reading, priority=BEFORE_HEADINGS)
    app.add_js_file("find.js", loading_method="defer")
    app.connect(PRINTS_EVENT, find_list, priority=600)  # after the PDFs, which take longer
