"""One line to quote on a number: what was published, for which year, by whom, and the newest figure if it is later."""

from collections.abc import Callable, Iterable

from claimbook.results.models import ClaimRecord, MeasureRecord
from claimbook.say.numbers import with_unit
from claimbook.say.words import sentence_case

NEAR = ("bound", "reading", "same, earlier", "near")  # the nearest first
LATER = "same, later"


def quote(called: str, claim: ClaimRecord, name_of_source: Callable[[str], str]) -> str:
    """Return the line for a number that is `called` so, or "" for other claims and for numbers without any figure.

    If no figure decides, the line gives the nearest one and says what it counts.
    """
    name = sentence_case(called)
    measures = [m for m in claim.measures if isinstance(m, MeasureRecord)]
    deciding = best(m for m in measures if m.decides)
    if deciding:
        later = [m for m in measures if m.match == LATER and m.year > deciding.year]
        newest = best(m for m in later if m.year == max(m.year for m in later))
        return f"{name}. {said(deciding, name_of_source)}" + (
            f" Newest: {said(newest, name_of_source)}" if newest else ""
        )
    year = int((claim.test and claim.test.period or claim.text_date or "0")[:4])

    def distance(m: MeasureRecord) -> tuple:
        """Return how far a figure is from the claim: another dimension, only a bound, kind, facets, years."""
        open_end = None in (m.low, m.high)
        return not m.commensurable, open_end, NEAR.index(m.match), len(m.differs), abs(m.year - year), m.grade

    nearest = min((m for m in measures if m.match in NEAR), key=distance, default=None)
    return f"{name}: no figure for exactly this is known. Nearest: {said(nearest, name_of_source)}" if nearest else ""


def best(measures: Iterable[MeasureRecord]) -> MeasureRecord | None:
    """Return the measure to quote: of the best grade, published rather than recomputed, a value rather than a bound."""
    return min(measures, key=lambda m: (None in (m.low, m.high), m.grade or "Z", len(m.origins)), default=None)


def said(m: MeasureRecord, name_of_source: Callable[[str], str]) -> str:
    """Return what a figure counts, for when and by whom, its value, and where it was printed."""
    bound = "more than " if m.high is None else "under " if m.low is None else ""
    sources = "; ".join(dict.fromkeys(map(name_of_source, m.sources)))
    return f"{sentence_case(m.label)}: {bound}{with_unit(m.value, m.unit)} ({sources})."
