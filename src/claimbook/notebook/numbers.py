"""How a computed number appears in the text, and its record."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from claimbook.evidence.quantity import Quantity
from claimbook.notebook.tables import EVIDENCE_PAGE
from claimbook.project.outputs import rounded
from claimbook.say.anchors import Place
from claimbook.say.numbers import BOUND_WORDS, number_link, with_minus

NAMED_LOCATORS = 3  # per source and series, in the record of a number


def number_text(number: Quantity, template: str = "") -> str:
    """Return a number as the text prints it, with its bound in words."""
    template, value = template or ("{:d}" if number.unit == "year" else "{:,.0f}"), rounded(number.value)
    text = with_minus(template.format(int(value) if value.is_integer() else value))
    return f"{BOUND_WORDS[number.bound]} {text}".strip()


def linked_number(key: str, number: Quantity, text: str) -> str:
    """Return a printed number as HTML, with how it was computed and a link to its rows."""
    behind = number.provenance
    parts = [number.period, number.made, f"{'; '.join(behind.origins)} (grade {behind.grade})"]
    return number_link(text, " · ".join(filter(None, parts)), f"{EVIDENCE_PAGE}#{behind.anchor}", key)


def number_record(number: Quantity) -> dict:
    """Return the record of a number: value, unit, period, bound, how it was computed, and sources."""
    return {
        "value": rounded(number.value),
        "unit": number.unit,
        "period": number.period,
        "bound": number.bound,
        "made": number.made,
        "sources": list(number.provenance.sources),
        "places": recorded_places(number.provenance.places),
    }


def recorded_places(places: Iterable[Place]) -> list[dict]:
    """Group sorted places by source and series: the first locators of each, and how many more there are."""
    grouped = ((key, list(group)) for key, group in groupby(places, key=itemgetter(0, 1)))
    return [
        {
            "source": source,
            "series": series,
            "locators": [place.locator for place in group[:NAMED_LOCATORS]],
            "more": max(0, len(group) - NAMED_LOCATORS),
        }
        for (source, series), group in grouped
    ]
