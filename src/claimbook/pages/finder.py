"""The list for instant search: numbers, claims and terms. A page loads it when somebody searches.

Sphinx's own index has no numbers, and Chinese only as whole words. The list is a script, because a page
opened from a file can load scripts. It is made from the finished pages, so it lists what they show.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path

import lxml.html
from sphinx.application import Sphinx

from claimbook.citation.parts import title
from claimbook.pages import number_cards, reading_aids
from claimbook.pages.citing import notebooks_of
from claimbook.pages.claim_pages import CLAIMS_FOLDER, accounts
from claimbook.project.csv_tables import rows_in
from claimbook.project.files import write_whole
from claimbook.results.models import ClaimRecord

LIST = "_static/find_list.js"
NUMBER_LINK = re.compile(r'<a id="number-([^"]+)"[^>]*>(.*?)</a>', re.S)
Entry = tuple[str, str, str, str, str]  # kind, name, description, address, more words to search


def number_entries(html: str, page: str, where: str, statistics: Mapping, labels: Mapping[str, str]) -> Iterator[Entry]:
    """Yield the numbers of a page, except years, with what they count and when."""
    for key, text in NUMBER_LINK.findall(html):
        statistic = statistics[key]
        if statistic["unit"] != "year":
            card = number_cards.card(statistic, {})
            kinds = dict.fromkeys(labels.get(place["series"], "") for place in card["places"])
            how = card["made"] if card["made"] != "published" else "; ".join([*filter(None, kinds)][:2])
            details = ", ".join(filter(None, (how, card["period"])))
            place = f"{page}.html#number-{key}"
            yield "Number", unescape(text), f"{details} · {where}", place, card["value"]


def claim_entries(judged: Sequence[ClaimRecord], folder: Path) -> Iterator[Entry]:
    """Yield the page of each claim, with those of its words that at most half of these pages have."""
    words: dict[str, dict[str, None]] = {}
    for claim in judged:
        page = lxml.html.parse(folder / f"{claim.id}.html").find(".//article")
        for unread in page.xpath(".//script | .//svg | .//form"):
            unread.drop_tree()
        words[claim.id] = dict.fromkeys(" ".join(page.itertext()).split())
    times = Counter(word for found in words.values() for word in found)
    for claim in judged:
        rest = " ".join(word for word in words[claim.id] if times[word] <= len(judged) / 2)
        yield "Claim", claim.statement, f"{claim.answer}: {claim.found}", f"{folder.name}/{claim.id}.html", rest


def terms(glossary: str) -> Iterator[Entry]:
    for row in reading_aids.rows(glossary):
        place = f"{reading_aids.GLOSSARY}.html#{reading_aids.anchor(reading_aids.term_and_short_form(row['term'])[0])}"
        yield "Term", " ".join(f"{row['term']} {row['han']}".split()), row["says"], place, row["sound"]


def write_list(app: Sphinx, exception: Exception | None) -> None:
    """Write the list next to the finished pages."""
    if exception or app.builder.name != "html":
        return
    source, out = Path(app.srcdir), Path(app.outdir)
    notebooks, labels = notebooks_of(app), {row["series"]: row["label"] for row in rows_in(source / "data/series.csv")}
    statistics = number_cards.all_statistics(notebooks.values())
    found = [*terms((source / f"{reading_aids.GLOSSARY}.md").read_text(encoding="utf-8"))]
    found += claim_entries([account.claim for account in accounts(app)], out / CLAIMS_FOLDER)
    for page, notebook in notebooks.items():
        html = (out / f"{page}.html").read_text(encoding="utf-8")
        found += number_entries(html, page, title(notebook), statistics, labels)
    write_whole(out / LIST, f"window.findList = {json.dumps(found, ensure_ascii=False)};\n".encode())


def setup(app: Sphinx) -> None:
    app.add_js_file("find.js", loading_method="defer")
    app.connect("build-finished", write_list)
