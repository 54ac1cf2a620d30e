"""Small drawings of verdicts: numbers as claimed and found, and step lines of verdicts through time."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sphinx.application import Sphinx

from claimbook.evidence.claims import Test
from claimbook.pages.book import add_views
from claimbook.results.models import ClaimRecord
from claimbook.rule.verdicts import band
from claimbook.say.numbers import BARE, number_in_words
from claimbook.say.verdict_table import SCORED, answer_of
from claimbook.say.words import counted, listed
from claimbook.templates import filled

CONTEXT = frozenset({"reading", "same, earlier", "same, later"})  # same unit and kind, not near
LEFT, REACH = 2.0, 2.0  # place of zero in per cent of the width; the width holds so many times the claim


def across(multiple: float) -> float:
    """Return the place of a multiple of the claim in per cent of the width, at most the edge."""
    share = min(max(multiple, 0), REACH) / REACH
    return round(LEFT + share * (100 - 2 * LEFT), 1)


def svg_place(multiple: float) -> str:
    """Return the place of a multiple of the claim as an SVG coordinate, such as "41.2%"."""
    return f"{across(multiple):.1f}%"


def plot(claim: ClaimRecord, test: Test) -> dict[str, Any]:
    """Return what the drawing of one number shows: values that pass, and the deciding ones or, without one, others."""
    low, high, _, _ = band(test)
    left, right = across(low / test.value), across(high / test.value)
    deciding = sorted((m for m in claim.measures if m.decides and m.value is not None), key=attrgetter("value"))
    values = list(dict.fromkeys(number_in_words(m.value or 0, test.unit) for m in deciding))
    others = sorted({m.value for m in claim.measures if m.match in CONTEXT and m.value is not None})
    ends = dict.fromkeys(number_in_words(value, test.unit) for value in others[:1] + others[-1:])
    return {
        "claim": claim,
        "unit": "" if test.unit in BARE else test.unit,
        "claimed": test.in_words(),
        "found": listed(values) if len(values) < 3 else f"{values[0]} to {values[-1]}",
        "left": left,
        "wide": max(right - left, 0.6),
        "deciding": deciding,
        "rings": [] if deciding else [value / test.value for value in others],
        "ends": " to ".join(ends),
    }


# verdicts through time ---------------------------------------------------------------------------------------

LINE_WIDTH, TALL, EDGE = 260, 40, 4  # CSS pixels
SINCE = 20  # a line begins so many years before the text
LATEST = "9999-12-31"


def step_line(claim: ClaimRecord, text_date: str, until: str) -> str:
    """Return an SVG of how the verdict changed up to the day `until`; "" if the claim has no history."""
    if not claim.through_time:
        return ""
    year = text_date[:4]
    first, last = int(year) - SINCE, int(until[:4]) + 1

    def across(day: str) -> float:
        moment = int(day[:4]) + int(day[5:7]) / 12 if day else first
        return round(EDGE + (max(moment, first) - first) / (last - first) * (LINE_WIDTH - 2 * EDGE), 1)

    size = {"wide": LINE_WIDTH, "tall": TALL, "edge": EDGE}
    return filled("step_line.html", across=across, year=year, turns=claim.through_time, **size)


def all_in_words(claims: Sequence[ClaimRecord], year: str) -> str:
    """Sum up all lines: how many answers changed, in all and in the text's own year."""

    def changed(begin: str, end: str) -> int:
        return sum(answer_of(c.on(begin).stands_as) is not answer_of(c.on(end).stands_as) for c in claims)

    ever = sum(len({answer_of(turn.stands_as) for turn in claim.through_time}) > 1 for claim in claims)
    return (
        f"Levels from top to bottom: {', '.join(answer.word for answer in SCORED)}. "
        f"Of {len(claims)} claims, {ever} had another answer at some time. "
        f"{counted(changed(f'{year}-01-01', f'{year}-12-31'), 'answer')} changed between the beginning and the end of "
        f"{year}, and {changed(f'{year}-12-31', LATEST)} between then and today."
    )


def setup(app: Sphinx) -> None:
    add_views(app, ["through_time"], (step_line, all_in_words))
