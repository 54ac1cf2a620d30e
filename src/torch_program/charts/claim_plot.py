"""The picture of a judged claim: what was claimed, every measure of it, and which of them decide."""

import math
from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from torch_program.charts.rows import Band, Group, Line, Mark, Panel, Row, Sign, draw_rows
from torch_program.charts.style import (
    BAND,
    BAND_CLOSE,
    GRADES,
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
    text_width,
)
from torch_program.figures import Chart, listed
from torch_program.judgement import Assessed, Judgement
from torch_program.measures import Measure
from torch_program.numbers import THIN
from torch_program.periods import parse
from torch_program.verdicts import CriterionResult, band

UNITS_WITHOUT_WORD = {"count", "ratio", ""}
PanelKey = tuple[str, str, bool]  # dimension, unit, may the band of the claim be drawn


def claim_plot(judgement: Judgement, title: str, subtitle: str, source: str) -> Chart:
    """Claim as a band, every measure as a row; what cannot be compared stands on axes of its own.

    Filled marks decide the verdict. A reading is held against the band too, because it says what the claim then means.
    """
    groups = grouped(judgement)
    panels = [
        _panel(judgement, key, [(heading, rows) for heading, rows, k in groups if k == key], first=number == 0)
        for number, key in enumerate(dict.fromkeys(k for _, _, k in groups))
    ]
    figure = draw_rows(panels, title, subtitle, source, _keys(judgement))
    return Chart(figure, title, subtitle, source, _alt(judgement, groups), _data(groups))


# grouping ------------------------------------------------------------------------------------------------------


def grouped(judgement: Judgement) -> list[tuple[str, list[Assessed], PanelKey]]:
    """Headings with their measures, in the order of their weight, each with the key of its panel.

    The first group is there even when it is empty.
    """
    own = (judgement.claim.facets.quantity, judgement.claim.test.unit, True)

    def place(a: Assessed) -> tuple[int, str, PanelKey]:
        comparable = a.measure.unit == own[1] and (a.commensurable or a.match == "reading")
        key = own if comparable and a.commensurable else (a.measure.dimension, a.measure.unit, comparable)
        if a.decides:
            return 0, f"Decides: {_when(judgement)}", own
        if a.match == "exact":
            return 1, "The same, replaced or too weak to decide", key
        if a.match == "reading":
            return 2, f"If read as {a.reading}", key
        if a.match in {"same, earlier", "same, later"}:
            return 3, "Other years, same definition", key
        if a.match == "bound":
            return 4, "Limits the claim by logic", key
        return (5, "Near, but not the same thing", key) if key == own else (6, f"Another quantity: {key[0]}", key)

    def rank(a: Assessed) -> tuple:
        weight, heading, key = place(a)
        return key != own, weight, heading, key, -_year(a), a.measure.label

    placed = sorted(judgement.assessed, key=rank)
    groups = [(k[1], list(rows), k[2]) for k, rows in groupby(placed, key=place)]
    if not any(a.decides for a in judgement.assessed):
        groups.insert(0, (f"Decides: {_when(judgement)}", [], own))
    return groups


def _when(judgement: Judgement) -> str:
    return f"literal reading, {judgement.period}"


def _year(a: Assessed) -> int:
    return parse(a.measure.period).year


# drawing -------------------------------------------------------------------------------------------------------


def _panel(judgement: Judgement, key: PanelKey, groups: list[tuple[str, list[Assessed]]], first: bool) -> Panel:
    dimension, unit, comparable = key
    test = judgement.claim.test
    low, high, close_low, close_high = band(test)
    return Panel(
        groups=tuple(_group(heading, rows, comparable) for heading, rows in groups),
        axis=dimension if unit in UNITS_WITHOUT_WORD else f"{dimension}, {unit}",
        lines=(Line(test.value, f"claim: “{test.in_words()}”"),) if comparable else (),
        bands=(Band(close_low, close_high, BAND_CLOSE), Band(low, high, BAND)) if comparable else (),
        reach=(low, high) if comparable else (),
        signs="grade" if first else "",
    )


def _group(heading: str, rows: list[Assessed], comparable: bool) -> Group:
    if not rows:
        return Group(heading, (Row("no published figure", empty="none found"),))
    stems = {stem(a.measure) for a in rows}
    shared = stems.pop() if len(stems) == 1 else ""
    return Group(heading, tuple(_row(a, shared, comparable) for a in rows), note=shared)


def stem(measure: Measure) -> str:
    """Label of a measure without its period and origin."""
    known = {measure.period, *measure.origins, "; ".join(measure.origins)}
    return ", ".join(p for p in measure.label.split(", ") if p not in known)


def _row(a: Assessed, shared: str, comparable: bool) -> Row:
    m = a.measure
    computed = "" if m.made == "published" else "computed"
    when = ", ".join(t for t in (m.period, "; ".join(m.origins), m.status, computed) if t)
    differs = f"differs in {listed(a.differs)}" if a.match in {"near", "bound"} and a.differs else ""
    label, notes = (when, [differs]) if shared else (stem(m), [when, differs])
    look = OUTCOMES[a.outcome]
    span = m.limits if comparable else m.interval
    mark = Mark(
        value=m.value,
        low=span.low,
        high=span.high,
        color=look.color if comparable else MUTED,
        marker=look.marker if comparable else "o",
        filled=a.decides,
        text=value_text(m, comparable),
    )
    note = "; ".join(n for n in notes if n)
    return Row(label, note=note, marks=(mark,), sign=grade_sign(m.grade), strong=a.decides)


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
        on.text(x + 0.11, y + 0.003, grade, size=SMALL - 1, color=color, ha="center", weight="semibold", zorder=6)

    return Sign(0.22, draw)


def _keys(judgement: Judgement) -> list[Key]:
    shown = [a for a in judgement.assessed if a.commensurable or a.match == "reading"]
    keys = [band_key("range that passes", BAND), band_key("range that is close", BAND_CLOSE)]
    outcomes = {a.outcome for a in shown}
    keys += [marker_key(look.says, look.marker, look.color) for o, look in OUTCOMES.items() if o in outcomes]
    if any(not a.commensurable and a.match != "reading" for a in judgement.assessed):
        keys.append(marker_key("not comparable", "o", filled=False))
    keys += [marker_key("decides", "o"), marker_key("context", "o", filled=False)]
    grades = sorted({a.measure.grade for a in judgement.assessed})
    return keys + [Key(GRADES[g][2:], grade_sign(g).draw) for g in grades]


# words and numbers ---------------------------------------------------------------------------------------------


def _alt(judgement: Judgement, groups: list[tuple[str, list[Assessed], PanelKey]]) -> str:
    said = [f"Claim: {judgement.claim.test.in_words()}. Verdict: {judgement.verdict}."]
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


def _data(groups: Iterable[tuple[str, list[Assessed], PanelKey]]) -> pd.DataFrame:
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


# comparisons ---------------------------------------------------------------------------------------------------

MET = {
    "met": ("#00695c", "o", True),
    "not met": ("#a3200f", "X", True),
    "on the line": ("#855c00", "D", False),
    "no data": (MUTED, "s", False),
}


def criteria_plot(judgement: Judgement, title: str, subtitle: str, source: str) -> Chart:
    """Criteria as rows, each value as a multiple of its threshold, with the result as shape and word."""
    rows = tuple(_criterion_row(r) for r in judgement.criteria)
    panel = Panel(
        groups=(Group("", rows),),
        axis="value as a multiple of its threshold",
        lines=(Line(1.0, "threshold"),),
        zero=True,
        reach=(1.6,) if any(r.empty for r in rows) else (),  # room for the words right of the threshold
    )
    figure = draw_rows([panel], title, subtitle, source)
    counts = pd.Series([r.word for r in judgement.criteria]).value_counts()
    tally = listed(f"{counts[w]} {w}" for w in MET if w in counts)
    said = [f"Verdict: {judgement.verdict}. {tally}, of {len(judgement.criteria)} criteria."]
    said += [f"{r.says}: {_against(r) or 'no value'}, {r.word}." for r in judgement.criteria]
    return Chart(figure, title, subtitle, source, " ".join(said), _criteria_data(judgement))


def _against(r: CriterionResult) -> str:
    """Value and threshold in words: "6.2, at least 1.25"."""
    value = r.value_text or ("" if r.value is None else short(r.value))
    if r.threshold is None or not value:
        return value
    return f"{value}, {r.criterion.op} {short(r.threshold)}"


def _criterion_row(r: CriterionResult) -> Row:
    word = r.word
    color, marker, filled = MET[word]
    note = _against(r) or (f"{r.criterion.op} {short(r.threshold)}" if r.threshold is not None else "")
    marks = ()
    if r.value is not None and r.threshold:
        at = r.value / r.threshold
        marks = (Mark(at, at, at, color, marker, filled, f"{at:,.2f} ×"),)
    if marks:
        empty = ""
    elif r.value is not None and r.threshold == 0:
        empty = "only the sign counts"  # nothing is a multiple of zero
    else:
        empty = "documented" if r.met else "no figure"
    return Row(r.says, note=note, marks=marks, sign=word_sign(word, color, marker, filled), empty=empty)


def word_sign(word: str, color: str, marker: str, filled: bool) -> Sign:
    """A shape and its word."""

    def draw(on: Sheet, x: float, y: float) -> None:
        on.mark(x + 0.08, y, marker, color, filled=filled, markeredgewidth=1.0 if marker == "X" else 1.4)
        on.text(x + 0.2, y, word, size=SMALL, color=color, weight="semibold")

    return Sign(0.2 + text_width(word, SMALL, "semibold"), draw)


def _criteria_data(judgement: Judgement) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "criterion": r.says,
                "value": r.value,
                "value_text": r.value_text,
                "requirement": r.criterion.op,
                "threshold": r.threshold,
                "unit": r.criterion.unit,
                "result": r.word,
                "grade": r.grade,
                "origins": "; ".join(r.origins),
                "sources": "; ".join(r.sources),
            }
            for r in judgement.criteria
        ]
    )
