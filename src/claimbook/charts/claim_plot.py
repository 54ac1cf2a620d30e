"""The picture of a judged claim: what was claimed, every measure of it, and which of them decide."""

import math
from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from claimbook.charts.figures import Chart, told
from claimbook.charts.row_parts import Band, Group, Line, Mark, Panel, Row, Sign
from claimbook.charts.rows import plan_for, rows_chart, whole_height
from claimbook.charts.style import (
    BAND,
    BAND_CLOSE,
    INK,
    MUTED,
    OUTCOMES,
    PAPER,
    SMALL,
    Key,
    Sheet,
    band_key,
    marker_key,
    short,
    words,
)
from claimbook.evidence.claims import NumberClaim
from claimbook.evidence.measures import Measure, year
from claimbook.firmness.judgement import Assessed, Judgement
from claimbook.rule.verdicts import band
from claimbook.say.numbers import THIN
from claimbook.say.words import listed

UNITS_WITHOUT_WORD = {"count", "ratio", ""}
HIGHEST = 8.0  # inches; a page in print has room for such a chart and its caption
GRADES = {"A": "original", "B": "official, in a repost", "C": "secondary", "D": "standing unknown"}
PanelKey = tuple[str, str, bool]  # dimension, unit, may the band of the claim be drawn
Grouped = tuple[str, list[Assessed], PanelKey]
HEADINGS = {  # match: weight and heading of its group; others depend on more
    "exact": (1, "The same, replaced or too weak to decide"),
    "same, earlier": (3, "Other years, same definition"),
    "same, later": (3, "Other years, same definition"),
    "bound": (4, "Limits the claim by logic"),
}


def claim_plot(judgement: Judgement, title: str, subtitle: str, source: str) -> Chart:
    """Claim as a band and measures as rows, as many as a page has room for; the data have them all.

    Filled marks decide the verdict. A reading is held against the band too, because it says what the claim then means.
    What can neither decide nor lean the verdict comes last, and is counted where it is left out.
    """
    groups = grouped(judgement)
    ranked = by_weight(judgement)
    for most in range(len(ranked), -1, -1):
        shown = limited([g for g in groups if g[2][2]], ranked[:most])
        panels = _panels(judgement, shown, more=len(judgement.assessed) - most)
        keys = _keys([a for _, rows, _ in shown for a in rows])
        if whole_height(panels, words(title, subtitle, source, keys), plan_for(panels)) <= HIGHEST:
            break
    alt = _alt(judgement, groups)
    return rows_chart(panels, title, subtitle, source, alt, _data(groups), keys=keys)


# grouping ------------------------------------------------------------------------------------------------------


def grouped(judgement: Judgement) -> list[Grouped]:
    """Headings with their measures, in the order of their weight, each with the key of its panel.

    The first group is there even when it is empty. In a group come first those that may vote, of these and of the
    others those that differ in least from the claim, and of these the latest.
    """
    claim = number_of(judgement)
    own = (claim.facets.quantity, claim.test.unit, True)
    deciding = f"Decides: literal reading, {judgement.period}"

    def place(a: Assessed) -> tuple[int, str, PanelKey]:
        comparable = a.measure.unit == own[1] and (a.commensurable or a.match == "reading")
        key = own if comparable and a.commensurable else (a.measure.dimension, a.measure.unit, comparable)
        if a.decides:
            return 0, deciding, own
        if a.match == "reading":
            return 2, f"If read as {a.reading}", key
        near = (5, "Near, but not the same thing: nearest first") if key == own else (6, f"Another quantity: {key[0]}")
        return *HEADINGS.get(a.match, near), key

    def rank(a: Assessed) -> tuple:
        weight, heading, key = place(a)
        late = -year(a.measure)
        return key != own, weight, heading, key, not votes(judgement, a), differing(a), late, a.measure.label

    placed = sorted(judgement.assessed, key=rank)
    groups = [(k[1], list(rows), k[2]) for k, rows in groupby(placed, key=place)]
    if not any(a.decides for a in judgement.assessed):
        groups.insert(0, (deciding, [], own))
    return groups


def number_of(judgement: Judgement) -> NumberClaim:
    """The claim, which has measures because it is a number."""
    assert isinstance(judgement.claim, NumberClaim), "only numbers have a claim plot"
    return judgement.claim


def votes(judgement: Judgement, a: Assessed) -> bool:
    """Whether a measure can decide or lean the verdict, or decides it under another reading."""
    if a.match in {"reading", "bound"}:
        return True
    near = a.match == "near" and a.commensurable and a.measure.grade != "D"
    return a.decides or (near and years_apart(judgement, a) <= number_of(judgement).window)


def years_apart(judgement: Judgement, a: Assessed) -> int:
    """How many years a measure lies from that of the judgement."""
    return abs(year(a.measure) - int(judgement.period[:4]))


def differing(a: Assessed) -> int:
    """In how many facets a measure is not what the claim says, apart from its year or a reading."""
    return len(a.differs) if a.match in {"near", "bound"} else 0


def by_weight(judgement: Judgement) -> list[Assessed]:
    """Measures that can be held against the claim: those that vote first, then of each group the nearest before others.

    Empty where a chart of the claim would have no mark.
    """

    def far(a: Assessed) -> tuple:
        return not votes(judgement, a), differing(a), years_apart(judgement, a)

    placed = [
        (not votes(judgement, a), place, a)
        for _, rows, key in grouped(judgement)
        if key[2]
        for place, a in enumerate(sorted(rows, key=far))
    ]
    return [a for *_, a in sorted(placed, key=lambda p: p[:2])]


def limited(groups: list[Grouped], kept: list[Assessed]) -> list[Grouped]:
    """Groups with only those measures that are kept, without groups of which nothing is left."""
    ids = {id(a) for a in kept}
    parts = [(heading, [a for a in rows if id(a) in ids], key) for heading, rows, key in groups]
    return [part for part, whole in zip(parts, groups, strict=True) if part[1] or not whole[1]]


# drawing -------------------------------------------------------------------------------------------------------


def _panels(judgement: Judgement, groups: list[Grouped], more: int) -> list[Panel]:
    """Panels of the groups, one for each axis; the last row counts those that are left out."""
    keys = list(dict.fromkeys(key for _, _, key in groups))
    drawn = [[_group(heading, rows) for heading, rows, k in groups if k == key] for key in keys]
    if more:
        drawn[-1].append(Group("", (Row("", note=f"and {more} more, listed below"),)))
    return [
        _panel(judgement, key, tuple(own), number == 0)
        for number, (key, own) in enumerate(zip(keys, drawn, strict=True))
    ]


def _panel(judgement: Judgement, key: PanelKey, groups: tuple[Group, ...], first: bool) -> Panel:
    dimension, unit, _ = key
    test = number_of(judgement).test
    low, high, close_low, close_high = band(test)
    return Panel(
        groups=groups,
        axis=dimension if unit in UNITS_WITHOUT_WORD or unit.rstrip("s") in dimension else f"{dimension}, {unit}",
        lines=(Line(test.value, f"claim: “{test.in_words()}”"),),
        bands=(Band(close_low, close_high, BAND_CLOSE), Band(low, high, BAND)),
        reach=(low, high),
        signs="grade" if first else "",
    )


def _group(heading: str, rows: list[Assessed]) -> Group:
    if not rows:
        return Group(heading, (Row("no published figure", empty="none found"),))
    stems = {stem(a.measure) for a in rows}
    shared = stems.pop() if len(stems) == 1 else ""
    return Group(heading, tuple(_row(a, shared) for a in rows), note=shared)


def stem(measure: Measure) -> str:
    """Label of a measure without its period and origin."""
    known = {measure.period, *measure.origins, "; ".join(measure.origins)}
    return ", ".join(p for p in measure.label.split(", ") if p not in known)


def _row(a: Assessed, shared: str) -> Row:
    m = a.measure
    computed = "" if m.made == "published" else "computed"
    when = ", ".join(t for t in (m.period, "; ".join(m.origins), m.status, computed) if t)
    differs = _differs(a.differs) if a.match in {"near", "bound"} and a.differs else ""
    label, notes = (when, [differs]) if shared else (stem(m), [when, differs])
    look = OUTCOMES[a.outcome]
    span = m.limits
    text = value_text(m, limits=True)
    says = told(m.label, text, {"origin": "; ".join(m.origins)})
    mark = Mark(m.value, span.low, span.high, look.color, look.marker, a.decides, text, says)
    note = "; ".join(n for n in notes if n)
    return Row(label, note=note, marks=(mark,), sign=grade_sign(m.grade), strong=a.decides)


def _differs(facets: tuple[str, ...]) -> str:
    """What is not as the claim says; the table names all of many."""
    return f"differs in {listed(facets)}" if len(facets) < 3 else f"differs in {len(facets)} ways"


def value_text(measure: Measure, limits: bool = False) -> str:
    """The value as printed beside its mark, with a sign where it is only a bound."""
    span = measure.limits if limits else measure.interval
    sign = "> " if span.high == float("inf") else "< " if span.low == float("-inf") else ""
    if measure.unit != "percent":
        return sign + short(measure.value)
    # no more digits than the interval admits: "13" is printed 13, not 13.0
    width = measure.interval.high - measure.interval.low
    known = math.isfinite(width) and width > 0
    digits = min(2, max(0, -math.floor(math.log10(width) + 1e-9))) if known else None
    number = f"{measure.value:,.10g}" if digits is None else f"{measure.value:,.{digits}f}"
    return f"{sign}{number}{THIN}%"


def grade_sign(grade: str) -> Sign:
    """A grade's letter in a disc: dark for A and B, outlined for C, bare for D."""

    def draw(on: Sheet, x: float, y: float) -> None:
        dark = grade in "AB"
        if grade != "D":
            on.mark(x + 0.11, y, "o", INK if dark else MUTED, size=13, filled=dark, markeredgewidth=0.9)
        color = PAPER if dark else MUTED
        on.text(x + 0.11, y + 0.003, grade, size=SMALL, color=color, ha="center", weight="semibold", zorder=6)

    return Sign(0.22, draw)


def _keys(shown: list[Assessed]) -> list[Key]:
    keys = [band_key("range that passes", BAND), band_key("range that is close", BAND_CLOSE)]
    outcomes = {a.outcome for a in shown}
    keys += [marker_key(look.says, look.marker, look.color) for o, look in OUTCOMES.items() if o in outcomes]
    deciding = {a.decides for a in shown}
    keys += [marker_key("decides", "o")] if True in deciding else []
    keys += [marker_key("does not decide", "o", filled=False)] if False in deciding else []
    grades = sorted({a.measure.grade for a in shown})
    return keys + [Key(GRADES[g], grade_sign(g).draw) for g in grades]


# words and numbers ---------------------------------------------------------------------------------------------


def _alt(judgement: Judgement, groups: list[Grouped]) -> str:
    said = [f"Claim: {number_of(judgement).test.in_words()}. Verdict: {judgement.verdict}."]
    for heading, rows, (_, _, comparable) in groups:
        if not rows:
            said.append(f"{heading}: no published figure.")
            continue
        ranked = sorted(rows, key=lambda a: (a.measure.value, a.measure.label))
        ends = [ranked[-1], ranked[0]] if len(rows) > 3 else rows
        items = listed(_spoken(a, comparable) for a in ends)
        count = "" if ends is rows else f", {len(rows)} values, highest and lowest"
        said.append(f"{heading}{count}: {items}.")
    return " ".join(said)


def _spoken(a: Assessed, comparable: bool) -> str:
    result = f", {OUTCOMES[a.outcome].says.split(':')[0]}" if comparable else ""
    return f"{value_text(a.measure, comparable)} ({a.measure.label}{result})"


def _data(groups: Iterable[Grouped]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "group": heading,
                "measure": a.measure.label,
                "period": a.measure.period,
                "value": a.measure.value,
                "low": a.measure.limits.low,
                "high": a.measure.limits.high,
                "unit": a.measure.unit,
                "dimension": a.measure.dimension,
                "match": a.match,
                "differs": "; ".join(a.differs),
                "outcome": a.outcome if comparable else "not comparable",
                "decides": a.decides,
                "grade": a.measure.grade,
                "status": a.measure.status,
                "origins": "; ".join(a.measure.origins),
                "sources": "; ".join(a.measure.sources),
            }
            for heading, rows, (_, _, comparable) in groups
            for a in rows
        ]
    )
