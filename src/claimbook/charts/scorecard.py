"""All claims at one look: what was claimed, how far the evidence lies from it, the verdict, and how firm it is."""

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from claimbook.charts.figures import Chart, finish
from claimbook.charts.layout import Canvas, Sheet, band_key, marker_key, words
from claimbook.charts.style import BAND, BASE, CLAIM, GRID, INK, MUTED, OUTCOMES, PAD, SMALL, WIDTH, line_height, wrap
from claimbook.rule.scores import MET, REACH, ScoreRow
from claimbook.say.verdict_table import VERDICTS, verdict_of
from claimbook.say.words import listed

PLOT, VERDICT, ROBUST = 2.06, 2.92, 4.2  # left ends of the columns beside the names, in inches
PLOT_WIDTH = 0.7
HEADING = 0.3


def scorecard(
    rows: Iterable[ScoreRow],
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    called: Mapping[str, str],
    sections: Mapping[str, str],
) -> Chart:
    """One row a claim, by its name in `called`, grouped by section (`sections` names them)."""
    rows = list(rows)
    keys = [band_key("values that pass", BAND)] if any(r.passes for r in rows) else []
    if any(r.criteria for r in rows):
        keys += [marker_key(f"criterion {says}", marker, color) for says, (color, marker, _) in MET.items()]
        keys.append(marker_key("criterion without data", "s", filled=False))
    counts = pd.Series([verdict_of(r.verdict).word for r in rows]).value_counts()
    tally = listed(f"{counts[v]} {v}" for v in VERDICTS if v in counts)
    groups: dict[str, list[ScoreRow]] = {}
    for row in rows:
        groups.setdefault(f"{row.section}  {sections.get(row.section, '')}".strip(), []).append(row)
    said = words(title, subtitle, source, keys)
    y = said.head + 0.42
    inside = sum(_height(r, called[r.id]) for r in rows) + HEADING * len(groups)
    figure = Canvas(said, y + inside + 0.1 + said.foot)
    on = figure.sheet
    _draw_heads(on, said.head)
    for heading, group in groups.items():
        on.text(PAD, y + HEADING / 2 + 0.03, heading, BASE, weight="semibold")
        on.line([PAD, WIDTH - PAD], [y + HEADING - 0.02] * 2, linewidth=0.7)
        y += HEADING
        for row in group:
            _draw_row(on, row, called[row.id], y)
            y += _height(row, called[row.id])
    alt = f"{len(rows)} claims: {tally}. {' '.join(map(_spoken, rows))}"
    return finish(figure, title, subtitle, source, pd.DataFrame([_record(r) for r in rows]), alt)


def _lines(row: ScoreRow, name: str) -> tuple[list[str], list[str], list[str]]:
    """Name, note and verdict in lines."""
    room = PLOT - PAD - 0.08
    return wrap(name, room), wrap(row.note, room, SMALL), wrap(row.verdict, ROBUST - VERDICT - 0.28, SMALL, "semibold")


def _height(row: ScoreRow, name: str) -> float:
    called, note, verdict = _lines(row, name)
    said = len(called) * line_height(BASE) + len(note) * line_height(SMALL)
    return 0.09 + max(said, len(verdict) * line_height(SMALL))


def _draw_heads(on: Sheet, y: float) -> None:
    """Names of the columns, and the axis of the small plots."""
    on.text(VERDICT, y + 0.1, "verdict")
    on.text(ROBUST, y + 0.1, "robustness")
    on.text(PLOT + PLOT_WIDTH / 2, y + 0.1, "value / claim", ha="center")
    for multiple in (1 - REACH, 1, 1 + REACH):
        on.text(place(multiple), y + 0.28, f"{multiple:g}", ha="center")


def place(multiple: float) -> float:
    """Inches of a multiple of the claim in the small plot, held inside it."""
    return PLOT + PLOT_WIDTH * (min(max(multiple, 1 - REACH), 1 + REACH) - 1 + REACH) / (2 * REACH)


def _draw_row(on: Sheet, row: ScoreRow, name: str, y: float) -> None:
    called, note, verdict = _lines(row, name)
    height = _height(row, name)
    middle = y + height / 2
    tall = len(called) * line_height(BASE) + len(note) * line_height(SMALL)
    on.lines(PAD, on.lines(PAD, middle - tall / 2, called, BASE, color=INK), note)
    on.line([PAD, WIDTH - PAD], [y + height] * 2, color=GRID, linewidth=0.6)
    if row.passes:
        _draw_interval(on, row, [place(multiple) for multiple in row.passes], y, height)
    _draw_criteria(on, row.criteria, middle)
    shown = verdict_of(row.verdict)
    color, marker, filled = shown.color, shown.marker, shown.filled
    on.mark(VERDICT + 0.08, middle, marker, color, filled=filled)
    on.figure.tell(on.axes, VERDICT + 0.08, middle, _spoken(row)[:-1])
    top = middle - len(verdict) * line_height(SMALL) / 2
    on.lines(VERDICT + 0.22, top, verdict, color=color, weight="semibold")
    on.text(ROBUST, middle, row.robustness)


def _draw_interval(on: Sheet, row: ScoreRow, passes: list[float], y: float, height: float) -> None:
    """Values that pass as a band, the claim as a line, the evidence as a bar with a mark; an arrow leaves the plot."""
    on.box(passes[0], y + 0.03, passes[1] - passes[0], height - 0.06, BAND, zorder=0.5)
    on.line([place(1)] * 2, [y + 0.03, y + height - 0.03], color=CLAIM, linewidth=1.2)
    if row.low is None or row.high is None:
        return
    look, middle = OUTCOMES[row.outcome], y + height / 2
    on.line([place(row.low), place(row.high)], [middle] * 2, color=look.color, linewidth=4, alpha=0.45)
    centre = row.low if math.isinf(row.high) else row.high if math.isinf(row.low) else (row.low + row.high) / 2
    marker = ">" if centre > 1 + REACH else "<" if centre < 1 - REACH else look.marker
    on.mark(place(centre), middle, marker, look.color)


def _draw_criteria(on: Sheet, criteria: tuple[str, ...], y: float) -> None:
    """Declared criteria as small signs: met, not met, or empty."""
    step = min(0.16, PLOT_WIDTH / max(len(criteria), 1))
    x = PLOT + (PLOT_WIDTH - step * (len(criteria) - 1)) / 2
    for number, result in enumerate(sorted(criteria, key=lambda c: [*MET].index(c) if c in MET else 2)):
        color, marker, filled = MET.get(result, (MUTED, "s", False))
        on.mark(x + number * step, y, marker, color, size=5, filled=filled, markeredgewidth=1.0)


def _spoken(row: ScoreRow) -> str:
    return f"{row.says.rstrip('.')}: {row.verdict}{f' ({row.note})' if row.note else ''}."


def _record(row: ScoreRow) -> dict:
    return {
        "section": row.section,
        "claim": row.id,
        "statement": row.says,
        "claimed and found": row.note,
        "verdict": row.verdict,
        "robustness": row.robustness,
        "lowest value divided by claim": row.low,
        "highest value divided by claim": row.high,
        "criteria met": sum(c == "met" for c in row.criteria) if row.criteria else None,
        "criteria": len(row.criteria) or None,
    }
