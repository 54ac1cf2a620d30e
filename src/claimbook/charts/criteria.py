"""The picture of a judged comparison: its criteria in their own units, each with the mark it is held against."""

import math

import pandas as pd

from claimbook.charts.figures import Chart
from claimbook.charts.layout import Sheet, band_key, told
from claimbook.charts.rows import Band, Line, Mark, Panel, Row, Sign, rows_chart
from claimbook.charts.style import BAND, MUTED, SMALL, short, text_width
from claimbook.firmness.judgement import Judgement
from claimbook.rule import scores
from claimbook.rule.comparisons import CriterionResult
from claimbook.say.numbers import THIN
from claimbook.say.words import listed

MET = scores.MET | {"on the line": (scores.BETWEEN, "D", False), "no data": (MUTED, "s", False)}
AXES = {"quotient": "ratio", "": ""}  # units whose name says little to a reader


def criteria_plot(judgement: Judgement, title: str, subtitle: str, source: str) -> Chart:
    """Criteria in their own units, each with the mark it is held against; those of one unit and mark share an axis.

    The shaded side of a mark is the one on which a criterion is met, with its result as shape and word.
    """
    results: dict[tuple, list[CriterionResult]] = {}  # by what a criterion is held against: a document alone is nothing
    for r in judgement.criteria:
        axis = None if r.threshold is None else (r.criterion.op, r.threshold, r.criterion.unit)
        results.setdefault((axis,), []).append(r)
    panels = [_criteria_panel(own) for own in results.values()]
    counts = pd.Series([r.word for r in judgement.criteria]).value_counts()
    tally = listed(f"{counts[w]} {w}" for w in MET if w in counts)
    said = [f"Verdict: {judgement.verdict}. {tally}, of {len(judgement.criteria)} criteria."]
    said += [f"{r.says}: {_against(r) or 'no value'}, {r.word}." for r in judgement.criteria]
    keys = [band_key("criterion is met here", BAND)]
    return rows_chart(panels, title, subtitle, source, " ".join(said), _criteria_data(judgement), keys=keys)


def _criteria_panel(results: list[CriterionResult]) -> Panel:
    rows = [Row("", heading=True), *map(_criterion_row, results)]
    op, threshold, unit = results[0].criterion.op, results[0].threshold, results[0].criterion.unit
    if threshold is None or all(r.value is None for r in results):
        return Panel(rows, axis="")
    met = Band(threshold, math.inf, BAND) if op == "at least" else Band(-math.inf, threshold, BAND)
    line, reach = Line(threshold, f"{op} {_with_percent(threshold, unit)}"), (1.0, threshold + 1)
    rank = unit == "rank"
    return Panel(rows, AXES.get(unit, unit), (line,), (met,), zero=not rank, reach=reach if rank else ())


def _against(r: CriterionResult) -> str:
    """Value and threshold in words: "6.2, at least 1.25"."""
    value = r.value_text or ("" if r.value is None else short(r.value))
    if r.threshold is None or not value:
        return value
    return f"{value}, {r.criterion.op} {short(r.threshold)}"


def _criterion_row(r: CriterionResult) -> Row:
    color, marker, filled = MET[r.word]
    marks: tuple[Mark, ...] = ()
    if r.value is not None and r.threshold is not None:
        text = _with_percent(r.value, r.criterion.unit)
        says = told(r.says, f"{text}, {r.word}", {"origin": "; ".join(r.origins)})
        marks = (Mark(r.value, r.value, r.value, color, marker, filled, text, says),)

    def draw(on: Sheet, x: float, y: float) -> None:
        on.mark(x + 0.08, y, marker, color, filled=filled, markeredgewidth=1.0 if marker == "X" else 1.4)
        on.text(x + 0.2, y, r.word, color=color, weight="semibold")

    sign = Sign(0.2 + text_width(r.word, SMALL, "semibold"), draw)
    empty = "" if marks else "no figure" if r.value is None else "documented"
    return Row(r.says, "" if r.value is None else r.value_text, marks, sign, empty=empty)


def _with_percent(value: float, unit: str) -> str:
    """A value on an axis that names its other units."""
    return f"{short(value)}{THIN}%" if unit == "percent" else short(value)


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
