"""All claims at one look: what was claimed, how far the evidence lies from it, the verdict, and how firm it is."""

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from torch_program.charts.style import (
    BAND,
    CLAIM,
    GRID,
    MUTED,
    OUTCOMES,
    PAD,
    SMALL,
    Sheet,
    band_key,
    line_height,
    marker_key,
    sheet,
    words,
    wrap,
)
from torch_program.figures import Chart
from torch_program.scores import MET, REACH, VERDICTS, ScoreRow, short_verdict
from torch_program.words import listed

WIDE = 8.2
TEXT = SMALL
STATEMENT, PLOT, VERDICT, ROBUST = PAD, 4.3, 5.5, 7.3  # left ends of the columns, in inches
PLOT_WIDTH = 0.98


def scorecard(
    rows: Iterable[ScoreRow],
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    sections: Mapping[str, str] | None = None,
) -> Chart:
    """One row a claim, grouped by section (`sections` names them)."""
    rows = list(rows)
    keys = [band_key("values that pass", BAND)] if any(r.passes for r in rows) else []
    if any(r.criteria for r in rows):
        keys += [marker_key(f"criterion {says}", marker, color) for says, (color, marker, _) in MET.items()]
        keys.append(marker_key("criterion without data", "s", filled=False))
    said = words(title, subtitle, source, keys, width=WIDE)
    groups: dict[str, list[ScoreRow]] = {}
    for row in rows:
        groups.setdefault(row.section, []).append(row)
    top = said.head + 0.42
    height = top + sum(HEADING + sum(row_height(r) for r in g) for g in groups.values()) + 0.1 + said.foot
    on = sheet(height, WIDE)
    said.draw(on)
    draw_heads(on, said.head)
    y = top
    for section, group in groups.items():
        heading = f"{section}  {(sections or {}).get(section, '')}".strip()
        on.text(STATEMENT, y + HEADING / 2 + 0.03, heading, size=TEXT, weight="bold", color=MUTED)
        on.line([PAD, WIDE - PAD], [y + HEADING - 0.02] * 2, color=MUTED, linewidth=0.7)
        y += HEADING
        for row in group:
            draw_row(on, row, y)
            y += row_height(row)
    counts = pd.Series([short_verdict(r.verdict) for r in rows]).value_counts()
    tally = listed(f"{counts[v]} {v}" for v in VERDICTS if v in counts)
    alt = f"{len(rows)} claims: {tally}. " + " ".join(f"{r.says.rstrip('.')}: {r.verdict}{_spoken(r)}." for r in rows)
    return Chart(on.figure, title, subtitle, source, alt, pd.DataFrame([_record(r) for r in rows]))


HEADING = 0.3


def _lines(row: ScoreRow) -> tuple[list[str], list[str], list[str]]:
    says = wrap(row.says.rstrip("."), PLOT - STATEMENT - 0.15, TEXT)
    note = wrap(row.note, PLOT - STATEMENT - 0.15, SMALL)
    return says, note, wrap(row.verdict, ROBUST - VERDICT - 0.28, SMALL, "semibold")


def row_height(row: ScoreRow) -> float:
    says, note, verdict = _lines(row)
    return 0.09 + max(len(says) * line_height(TEXT) + len(note) * line_height(SMALL), len(verdict) * line_height(SMALL))


def place(multiple: float) -> float:
    """Inches of a multiple of the claim in the small plot, held inside it."""
    share = (min(max(multiple, 1 - REACH), 1 + REACH) - 1 + REACH) / (2 * REACH)
    return PLOT + share * PLOT_WIDTH


def draw_heads(on: Sheet, y: float) -> None:
    """Names of the columns, and the axis of the small plots."""
    for x, text in ((VERDICT, "verdict"), (ROBUST, "robustness")):
        on.text(x, y + 0.1, text, size=SMALL, color=MUTED)
    on.text(PLOT + PLOT_WIDTH / 2, y + 0.1, "value / claim", size=SMALL, color=MUTED, ha="center")
    for multiple, text in ((1 - REACH, "0.5"), (1, "1"), (1 + REACH, "1.5")):
        on.text(place(multiple), y + 0.28, text, size=SMALL - 0.5, color=MUTED, ha="center")


def draw_row(on: Sheet, row: ScoreRow, y: float) -> None:
    says, note, verdict = _lines(row)
    height = row_height(row)
    middle = y + height / 2
    tall = len(says) * line_height(TEXT) + len(note) * line_height(SMALL)
    below = on.lines(STATEMENT, middle - tall / 2, says, size=TEXT)
    on.lines(STATEMENT, below, note, size=SMALL, color=MUTED)
    on.line([PAD, WIDE - PAD], [y + height] * 2, color=GRID, linewidth=0.6)
    if row.passes:
        draw_interval(on, row, y, height)
    draw_criteria(on, row.criteria, middle)
    color, marker, filled = VERDICTS[short_verdict(row.verdict)]
    on.mark(VERDICT + 0.08, middle, marker, color, filled=filled)
    tall = len(verdict) * line_height(SMALL)
    on.lines(VERDICT + 0.22, middle - tall / 2, verdict, size=SMALL, color=color, weight="semibold")
    on.text(ROBUST, middle, row.robustness, size=SMALL, color=MUTED)


def draw_interval(on: Sheet, row: ScoreRow, y: float, height: float) -> None:
    """Values that pass as a band, the claim as a line, the evidence as a bar with a mark; an arrow leaves the plot."""
    left, right = place(row.passes[0]), place(row.passes[1])
    on.box(left, y + 0.03, right - left, height - 0.06, BAND, zorder=0.5)
    on.line([place(1)] * 2, [y + 0.03, y + height - 0.03], color=CLAIM, linewidth=1.2)
    if row.low is None:
        return
    look = OUTCOMES[row.outcome]
    middle = y + height / 2
    on.line([place(row.low), place(row.high)], [middle, middle], color=look.color, linewidth=4, alpha=0.45)
    centre = row.low if math.isinf(row.high) else row.high if math.isinf(row.low) else (row.low + row.high) / 2
    marker = ">" if centre > 1 + REACH else "<" if centre < 1 - REACH else look.marker
    on.mark(place(centre), middle, marker, look.color)
    if abs(centre - 1) > REACH:
        text, side = f"{centre:.1f} ×", -1 if centre > 1 else 1
        on.text(
            place(centre) + side * 0.1,
            middle,
            text,
            size=SMALL - 0.5,
            color=look.color,
            ha="right" if side < 0 else "left",
        )


def draw_criteria(on: Sheet, criteria: tuple[str, ...], y: float) -> None:
    """Declared criteria as small signs: met, not met, or empty."""
    step = min(0.16, PLOT_WIDTH / max(len(criteria), 1))
    x = PLOT + (PLOT_WIDTH - step * (len(criteria) - 1)) / 2
    for result in sorted(criteria, key=lambda c: [*MET].index(c) if c in MET else 2):
        color, marker, filled = MET.get(result, (MUTED, "s", False))
        on.mark(x, y, marker, color, size=5, filled=filled, markeredgewidth=1.0)
        x += step


def _spoken(row: ScoreRow) -> str:
    return f" ({row.note})" if row.note else ""


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
