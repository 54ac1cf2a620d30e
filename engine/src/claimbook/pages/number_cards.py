"""Numbers in prose as links, and the cards that say how they were made.

Each number has an address, and one JSON block per page has the texts of its cards. Without a script, a number is a link
to its evidence, with a title.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from claimbook.pages import book
from claimbook.pages.figure_files import citable
from claimbook.pages.writing import pages_stay
from claimbook.project.folders import content_of
from claimbook.say.words import BARE, Place, day_in_words, figure_anchor, is_day, source_anchor, title_of
from claimbook.templates import filled

NUMBER_ANCHOR = re.compile(r'class="stat" data-number="([^"]+)"')
MOST_PLACES = 5  # (source, series) on a card; the evidence page has all

RecordedNumber = Mapping[str, Any]


def with_addresses(body: str) -> str:
    """Return the page with the id `number-<key>` on the first occurrence of each number."""
    for key in dict.fromkeys(NUMBER_ANCHOR.findall(body)):
        attributes = f'class="stat" data-number="{key}"'
        body = body.replace(f"<a {attributes}", f'<a id="number-{key}" {attributes}', 1)
    return body


@cache
def words_of(app: Sphinx) -> Mapping[Place, str]:
    """Return the quoted words of sources by the place of their figure."""
    return {
        Place(row["source_id"], row["series"], row["locator"]): row["quote"]
        for row in book.figures_of(app)
        if row.get("quote")
    }


def cards(
    keys: list[str],
    statistics: Mapping[str, RecordedNumber],
    sources: Mapping[str, Mapping[str, str]],
    labels: Mapping[str, str],
    words: Mapping[Place, str],
) -> dict[str, Any]:
    """Return the texts of a page's cards: `numbers` by key, and the `sources` and `series` that they name."""
    numbers = {key: card(statistics[key], words) for key in keys if key in statistics}
    places = [place for number in numbers.values() for place in number["places"]]
    return {
        "numbers": numbers,
        "sources": {s: source_words(sources[s]) for s in sorted({p["source"] for p in places}) if s in sources},
        "series": {s: labels[s] for s in sorted({p["series"] for p in places}) if s in labels},
    }


def card(statistic: RecordedNumber, words: Mapping[Place, str]) -> dict[str, Any]:
    """Return the card of one number. Long lists of places are cut; `more` counts those left out."""
    places, unit, period = statistic["places"], statistic["unit"], statistic["period"]
    return {
        "value": value_on_card(statistic["value"], unit),
        "unit": "%" if unit == "percent" else "" if unit in BARE else unit,
        "period": day_in_words(date.fromisoformat(period)) if is_day(period) else period,
        "made": statistic["made"],
        "places": [place_on_card(place, words) for place in places[:MOST_PLACES]],
        "more": max(0, len(places) - MOST_PLACES),
    }


def place_on_card(place: Mapping[str, Any], words: Mapping[Place, str]) -> dict[str, Any]:
    """Return a place of a number: its anchor, where in its source it is, and the quoted words there."""
    source, series, locators = place["source"], place["series"], place["locators"]
    return {
        "source": source,
        "series": series,
        # a row of a list has no series, so it leads to its source
        "anchor": figure_anchor(source, series) if series else source_anchor(source),
        "where": "; ".join(locators) + (f" and {place['more']} more" if place["more"] else ""),
        "words": [words[at] for locator in locators if (at := Place(source, series, locator)) in words],
    }


def value_on_card(value: float, unit: str) -> str:
    """Return the value with more digits than the prose prints, and its unit: "14.3012 percent"."""
    if unit == "year":
        return f"{value:.0f}"
    digits = f"{value:,.4f}".rstrip("0").rstrip(".")
    return digits if unit in {"", "count"} else f"{digits} {unit}"


def source_words(source: Mapping[str, str]) -> dict[str, str]:
    """Return a source as a card names it."""
    return {
        "title": title_of(source),
        "by": source["origin"],
        "published": source["published"],
        "grade": source["grade"],
        "anchor": source_anchor(source["source_id"]),
    }


# Sphinx ------------------------------------------------------------------------------------------------------


def explain_page(app: Sphinx, page: str, context: book.Context) -> None:
    """Give the numbers of a page their addresses and cards."""
    body = context.get("body", "")
    if made := cards_html(app, page, body):
        context["body"] = with_addresses(body) + made
        app.add_css_file("numbers.css")
        app.add_js_file("numbers.js", loading_method="defer")


def cards_html(app: Sphinx, page: str, html: str) -> str:
    """Return the cards of the numbers in the HTML of a page; "" if it has none."""
    if not (keys := [*dict.fromkeys(NUMBER_ANCHOR.findall(html))]):
        return ""
    known = book.results_of(app)["statistics"], book.sources_of(app), book.series_labels(app), words_of(app)
    work = citable(app)
    about = {"report": work and f"{work.title}, {work.stand}", "place": work and work.place(page)}
    return filled("numbers.html", cards=cards(keys, *known) | about)


def with_other_cards(app: Sphinx, env: BuildEnvironment) -> Iterator[str]:
    """Yield the documents whose written pages have other cards than now."""
    for page in () if pages_stay(app) else env.found_docs:
        html = (content_of(app.outdir / f"{page}.html") or b"").decode()
        if cards_html(app, page, html) not in html:
            yield page


def setup(app: Sphinx) -> None:
    book.on_each_page(app, explain_page)
    app.connect("env-updated", with_other_cards)
