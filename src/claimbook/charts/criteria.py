"""The picture of a judged comparison: its criteria in their own units, each with the mark it is held against."""

import math

import pandas as pd

from claimbook.charts.figures import Chart, told
from claimbook.charts.row_parts import Band, Group, Line, Mark, Panel, Row, Sign
from claimbook.charts.rows import rows_chart
from claimbook.charts.style import BAND, MUTED, SMALL, Sheet, band_key, short, text_width
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
    marks = list(dict.fromkeys(_mark_of(r) for r in judgement.criteria))
    panels = [_criteria_panel(mark, [r for r in judgement.criteria if _mark_of(r) == mark]) for mark in marks]
    keys = [band_key("criterion is met here", BAND)]
    counts = pd.Series([r.word for r in judgement.criteria]).value_counts()
    tally = listed(f"{counts[w]} {w}" for w in MET if w in counts)
    said = [f"Verdict: {judgement.verdict}. {tally}, of {len(judgement.criteria)} criteria."]
    said += [f"{r.says}: {_against(r) or 'no value'}, {r.word}." for r in judgement.criteria]
    data = _criteria_data(judgement)
    return rows_chart(panels, title, subtitle, source, " ".join(said), data, keys=keys)


def _mark_of(r: CriterionResult) -> tuple[str, float | None, str]:
    """Requirement, threshold and unit: the axis of a criterion. What needs a document alone has none."""
    return ("", None, "") if r.threshold is None else (r.criterion.op, r.threshold, r.criterion.unit)


def _criteria_panel(mark: tuple[str, float | None, str], results: list[CriterionResult]) -> Panel:
    op, threshold, unit = mark
    rows = (Group("", tuple(_criterion_row(r) for r in results)),)
    if threshold is None or all(r.value is None for r in results):
        return Panel(rows, axis="")
    met = Band(threshold, math.inf, BAND) if op == "at least" else Band(-math.inf, threshold, BAND)
    return Panel(
        rows,
        axis=AXES.get(unit, unit),
        lines=(Line(threshold, f"{op} {_with_percent(threshold, unit)}"),),
        bands=(met,),
        zero=unit != "rank",
        reach=(1.0, threshold + 1) if unit == "rank" else (),
    )


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
    empty = "" if marks else "no figure" if r.value is None else "documented"
    note = "" if r.value is None else r.value_text
    return Row(r.says, note=note, marks=marks, sign=word_sign(r.word, color, marker, filled), empty=empty)


def _with_percent(value: float, unit: str) -> str:
    """A value on an axis that names its other units."""
    return f"{short(value)}{THIN}%" if unit == "percent" else short(value)


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
