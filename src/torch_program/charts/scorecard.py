"""All claims at one look: what was claimed, how far the evidence lies from it, the verdict, and how firm it is."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from torch_program.charts.style import (
    BAND,
    CLAIM,
    GRID,
    MUTED,
    NARROW,
    OUTCOMES,
    PAD,
    SMALL,
    Sheet,
    Words,
    band_key,
    line_height,
    marker_key,
    sheet,
    words,
    wrap,
)
from torch_program.figures import Chart, Drawing, Said
from torch_program.scores import MET, REACH, VERDICTS, ScoreRow, short_verdict
from torch_program.words import listed

WIDE = 8.2
TEXT = SMALL
PLOT_WIDTH = 0.98


@dataclass(frozen=True)
class Columns:
    """Left ends of the columns in inches; on a telephone the statement stands above the others."""

    width: float = WIDE
    plot: float = 4.3
    verdict: float = 5.5
    robust: float = 7.3

    @property
    def stacked(self) -> bool:
        return self.width < WIDE

    @property
    def statement(self) -> float:
        """Inches for a statement."""
        return self.width - 2 * PAD if self.stacked else self.plot - PAD - 0.15

    def place(self, multiple: float) -> float:
        """Inches of a multiple of the claim in the small plot, held inside it."""
        share = (min(max(multiple, 1 - REACH), 1 + REACH) - 1 + REACH) / (2 * REACH)
        return self.plot + share * PLOT_WIDTH


DESK, PHONE = Columns(), Columns(NARROW, PAD + 0.1, 1.3, 1.52)


def scorecard(
    rows: Iterable[ScoreRow],
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    sections: Mapping[str, str],
) -> Chart:
    """One row a claim, grouped by section (`sections` names them)."""
    rows = list(rows)
    keys = [band_key("values that pass", BAND)] if any(r.passes for r in rows) else []
    if any(r.criteria for r in rows):
        keys += [marker_key(f"criterion {says}", marker, color) for says, (color, marker, _) in MET.items()]
        keys.append(marker_key("criterion without data", "s", filled=False))
    groups: dict[str, list[ScoreRow]] = {}
    for row in rows:
        groups.setdefault(f"{row.section}  {sections.get(row.section, '')}".strip(), []).append(row)

    def draw(at: Columns) -> Drawing:
        return draw_groups(groups, words(title, subtitle, source, keys, at.width), at)

    counts = pd.Series([short_verdict(r.verdict) for r in rows]).value_counts()
    tally = listed(f"{counts[v]} {v}" for v in VERDICTS if v in counts)
    alt = f"{len(rows)} claims: {tally}. " + " ".join(f"{r.says.rstrip('.')}: {r.verdict}{_spoken(r)}." for r in rows)
    data = pd.DataFrame([_record(r) for r in rows])
    return Chart(draw(DESK), title, subtitle, source, alt, data, lambda: draw(PHONE))


HEADING = 0.3
TRACK = 0.26  # inches of the small plot that stands under its statement


def draw_groups(groups: Mapping[str, list[ScoreRow]], said: Words, at: Columns) -> Drawing:
    """All rows under the headings of their sections."""
    top = said.head + 0.42
    height = top + sum(HEADING + sum(row_height(r, at) for r in g) for g in groups.values()) + 0.1 + said.foot
    on = sheet(height, at.width)
    said.draw(on)
    draw_heads(on, said.head, at)
    y = top
    for heading, group in groups.items():
        on.text(PAD, y + HEADING / 2 + 0.03, heading, size=TEXT, weight="bold", color=MUTED)
        on.line([PAD, at.width - PAD], [y + HEADING - 0.02] * 2, color=MUTED, linewidth=0.7)
        y += HEADING
        for row in group:
            draw_row(on, row, y, at)
            y += row_height(row, at)
    return on.figure


def _lines(row: ScoreRow, at: Columns) -> tuple[list[str], list[str], list[str]]:
    says, note = wrap(row.says.rstrip("."), at.statement, TEXT), wrap(row.note, at.statement, SMALL)
    room = at.width - PAD - at.robust if at.stacked else at.robust - at.verdict - 0.28
    return says, note, wrap(row.verdict, room, SMALL, "semibold")


def heights(row: ScoreRow, at: Columns) -> tuple[float, float]:
    """Inches of the statement with its note, and of the verdict, which on a telephone has its robustness below it."""
    says, note, verdict = _lines(row, at)
    judged = (len(verdict) + (at.stacked and bool(row.robustness))) * line_height(SMALL)
    return len(says) * line_height(TEXT) + len(note) * line_height(SMALL), judged


def row_height(row: ScoreRow, at: Columns) -> float:
    said, judged = heights(row, at)
    return 0.09 + (said + max(judged, TRACK) + 0.05 if at.stacked else max(said, judged))


def draw_heads(on: Sheet, y: float, at: Columns) -> None:
    """Names of the columns, and the axis of the small plots."""
    heads = (
        [(at.verdict, "verdict, robustness")] if at.stacked else [(at.verdict, "verdict"), (at.robust, "robustness")]
    )
    for x, text in heads:
        on.text(x, y + 0.1, text, size=SMALL, color=MUTED)
    on.text(at.plot + PLOT_WIDTH / 2, y + 0.1, "value / claim", size=SMALL, color=MUTED, ha="center")
    for multiple, text in ((1 - REACH, "0.5"), (1, "1"), (1 + REACH, "1.5")):
        on.text(at.place(multiple), y + 0.28, text, size=SMALL - 0.5, color=MUTED, ha="center")


def draw_row(on: Sheet, row: ScoreRow, y: float, at: Columns) -> None:
    says, note, verdict = _lines(row, at)
    height, (tall, judged) = row_height(row, at), heights(row, at)
    middle = y + height / 2
    below = on.lines(PAD, y + 0.04 if at.stacked else middle - tall / 2, says, size=TEXT)
    below = on.lines(PAD, below, note, size=SMALL, color=MUTED)
    on.line([PAD, at.width - PAD], [y + height] * 2, color=GRID, linewidth=0.6)
    top, tall = (below + 0.02, max(judged, TRACK)) if at.stacked else (y, height)
    middle = top + tall / 2
    if row.passes:
        draw_interval(on, row, row.passes, (top, tall), at)
    draw_criteria(on, row.criteria, middle, at)
    color, marker, filled = VERDICTS[short_verdict(row.verdict)]
    on.mark(at.verdict + 0.08, middle, marker, color, filled=filled)
    on.tell(at.verdict + 0.08, middle, Said(f"{row.says.rstrip('.')}: {row.verdict}{_spoken(row)}"))
    end = on.lines(at.verdict + 0.22, middle - judged / 2, verdict, size=SMALL, color=color, weight="semibold")
    on.text(at.robust, end + line_height(SMALL) / 2 if at.stacked else middle, row.robustness, size=SMALL, color=MUTED)


def draw_interval(
    on: Sheet, row: ScoreRow, passes: tuple[float, float], span: tuple[float, float], at: Columns
) -> None:
    """Values that pass as a band, the claim as a line, the evidence as a bar with a mark; an arrow leaves the plot."""
    place, (y, height) = at.place, span
    left, right = place(passes[0]), place(passes[1])
    on.box(left, y + 0.03, right - left, height - 0.06, BAND, zorder=0.5)
    on.line([place(1)] * 2, [y + 0.03, y + height - 0.03], color=CLAIM, linewidth=1.2)
    if row.low is None or row.high is None:
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


def draw_criteria(on: Sheet, criteria: tuple[str, ...], y: float, at: Columns) -> None:
    """Declared criteria as small signs: met, not met, or empty."""
    step = min(0.16, PLOT_WIDTH / max(len(criteria), 1))
    x = at.plot + (PLOT_WIDTH - step * (len(criteria) - 1)) / 2
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
