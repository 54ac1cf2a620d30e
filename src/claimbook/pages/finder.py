"""The list for instant search: numbers, claims, figures, terms and headings. A page loads it when somebody searches.

Sphinx's own index has no numbers, and Chinese only as whole words. The list is a script, because a page
opened from a file can load scripts. It is made from the finished pages, so it lists what they show.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import unescape

import lxml.html
from docutils import nodes
from sphinx.application import Sphinx

from claimbook.citation.parts import title
from claimbook.pages import file_writers, number_cards, reading_aids
from claimbook.pages.book import claims_ledger, notebooks_of, rows_of
from claimbook.pages.claim_pages import CLAIMS_FOLDER, claim_articles
from claimbook.pages.file_writers import Files
from claimbook.pages.finishing import finished
from claimbook.results.models import ClaimRecord
from claimbook.say.anchors import EVIDENCE_DOCUMENT
from claimbook.say.words import sentence_case

LIST = "_static/find_list.js"
NUMBER_LINK = re.compile(r'<a id="number-([^"]+)"[^>]*>(.*?)</a>', re.S)
FIGURE = re.compile(
    r'<figure class="chart[^>]*id="([^"]+)".*?"caption-number">(.*?)</span><span class="caption-text">(.*?)</span><a',
    re.S,
)
Entry = tuple[str, str, str, str, str]  # kind, name, description, address, more words to search


def number_entries(
    html: str, document: str, where: str, statistics: Mapping, labels: Mapping[str, str]
) -> Iterator[Entry]:
    """Yield the numbers of a page, except years, with what they count and when."""
    for key, text in NUMBER_LINK.findall(html):
        statistic = statistics[key]
        if statistic["unit"] != "year":
            card = number_cards.card(statistic, {})
            kinds = dict.fromkeys(labels.get(place["series"], "") for place in card["places"])
            how = card["made"] if card["made"] != "published" else "; ".join([*filter(None, kinds)][:2])
            details = ", ".join(filter(None, (how, card["period"])))
            place = f"{document}.html#number-{key}"
            yield "Number", unescape(text), f"{details} · {where}", place, card["value"]


def claim_entries(articles: Iterable[tuple[ClaimRecord, str, str]], names: Mapping[str, str]) -> Iterator[Entry]:
    """Yield the page of each claim by its name, with those of its words that at most half of these pages have."""
    found = []
    for claim, html, _ in articles:
        article = lxml.html.fromstring(finished(html))
        for unread in article.xpath(".//script | .//svg | .//form"):
            unread.drop_tree()
        found.append((claim, dict.fromkeys(" ".join(article.itertext()).split())))
    times = Counter(word for _, words in found for word in words)
    for claim, words in found:
        rest = " ".join(word for word in words if times[word] <= len(found) / 2)
        name = f"{sentence_case(names[claim.id])}: {claim.quoted}"
        yield "Claim", name, f"{claim.answer}: {claim.found}", f"{CLAIMS_FOLDER}/{claim.id}.html", rest


def figure_entries(html: str, document: str, where: str) -> Iterator[Entry]:
    """Yield the figures of a page by their number, with their caption."""
    for label, number, caption in FIGURE.findall(html):
        says = " ".join(lxml.html.fromstring(f"<p>{caption}</p>").text_content().split())
        yield "Figure", number.strip(), f"{says} · {where}", f"{document}.html#{label}", "chart"


def terms(glossary: str) -> Iterator[Entry]:
    for row in reading_aids.rows(glossary):
        place = f"{reading_aids.GLOSSARY}.html#{reading_aids.anchor(reading_aids.term_and_short_form(row['term'])[0])}"
        yield "Term", " ".join(f"{row['term']} {row['han']}".split()), row["says"], place, row["sound"]


def heading_entries(app: Sphinx) -> Iterator[Entry]:
    """Yield the headings of all pages but the register of sources, each with the title of its page."""
    for document, contents in app.env.tocs.items():
        if document == EVIDENCE_DOCUMENT:
            continue
        for link in contents.findall(nodes.reference):
            place = f"{document}.html{link['anchorname']}"
            yield "Heading", link.astext(), app.env.titles[document].astext(), place, ""


def find_list(app: Sphinx) -> Files:
    """Yield the list as a script."""
    notebooks, labels = notebooks_of(app), {row["series"]: row["label"] for row in rows_of(app, "series")}
    statistics = number_cards.all_statistics(notebooks.values())
    found = [*terms((app.srcdir / f"{reading_aids.GLOSSARY}.md").read_text(encoding="utf-8"))]
    found += claim_entries(claim_articles(app), {c.id: c.called for c in claims_ledger(app).claims})
    for document, notebook in notebooks.items():
        html = (app.outdir / f"{document}.html").read_text(encoding="utf-8")
        found += figure_entries(html, document, title(notebook))
        found += number_entries(html, document, title(notebook), statistics, labels)
    found += heading_entries(app)
    yield LIST, f"window.findList = {json.dumps(found, ensure_ascii=False)};\n".encode()


def setup(app: Sphinx) -> None:
    app.add_js_file("find.js", loading_method="defer")
    app.connect(file_writers.PRINTS_EVENT, find_list, priority=600)  # after the PDFs, which take longer
