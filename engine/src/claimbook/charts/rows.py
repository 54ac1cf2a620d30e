"""Rows of words with marks on a common axis: dot plots, and the layout of charts of judgements."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from claimbook.charts import style
from claimbook.charts.figures import Chart, describe_items, finish
from claimbook.charts.style import (
    BASE_SIZE,
    INNER,
    MUTED,
    PAD,
    SMALL,
    WIDTH,
    Canvas,
    Drawn,
    KeyEntry,
    Sheet,
    line_height,
    marker_key,
    text_width,
    wrap,
)
from claimbook.say.verdict_table import CLAIM_COLOUR
from claimbook.say.words import listed

GAP = 0.14
ARROW = 0.36  # length of the arrow for an open end
TRACK = 0.24  # height of marks that are below the words of a row
PLOT = 2.0  # inches that marks need next to their words
Ends = tuple[float, float]  # left and right, in inches


class Mark(NamedTuple):
    """A value with its range (an infinite end becomes an arrow) and the text printed next to it."""

    value: float
    low: float
    high: float
    color: str
    marker: str
    filled: bool
    text: str
    says: str  # in its tooltip
    origin: object = ""  # who published it, if known


class PlotRow(NamedTuple):
    """Words and marks, or a heading for the rows that follow; a heading "" is only a gap.

    A line connects several marks. `empty` is printed in the plot if there is no mark.
    """

    label: str
    note: str = ""
    marks: tuple[Mark, ...] = ()
    sign: tuple[float, Drawn] | None = None  # at the right: its width in inches and a function that draws it
    strong: bool = False
    empty: str = ""
    heading: bool = False


class Line(NamedTuple):
    """A vertical line with a label in the strip above the rows."""

    value: float
    label: str
    color: str = CLAIM_COLOUR


class Panel(NamedTuple):
    """Rows on one axis. `signs` is the heading of the column of signs."""

    rows: Sequence[PlotRow]
    axis: str
    lines: Sequence[Line] = ()
    bands: Sequence[tuple[float, float, str]] = ()  # low, high, colour
    signs: str = ""
    reach: tuple[float, ...] = ()  # values that the axis must include besides those drawn

    @property
    def marks(self) -> list[Mark]:
        return [m for r in self.rows for m in r.marks]

    @property
    def ends(self) -> tuple[float, float]:
        """Return the least and the largest of all values, ends of ranges, lines and what the axis must include."""
        values = [v for m in self.marks for v in (m.value, m.low, m.high)] + [li.value for li in self.lines]
        drawn = [v for v in (*values, *self.reach) if math.isfinite(v)] or [0.0, 1.0]
        return min(drawn), max(drawn)


class Scale(NamedTuple):
    """Maps the values from `low` to `high` to the inches from `left` to `right`, and others to these ends."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        return float(np.interp(value, (self.low, self.high), (self.left, self.right)))


def rows_sheet(panels: Sequence[Panel], title: str, subtitle: str, source: str, keys: Sequence[KeyEntry]) -> Sheet:
    """Draw panels one below the other. Marks are next to their words, or below long words if that is lower."""
    widths = [text_width(r.note, SMALL) for p in panels for r in p.rows]
    for row in (r for p in panels for r in p.rows if p.bands or not r.heading):
        wide = text_width(row.label, BASE_SIZE, "semibold")
        widths.append(wide / 2 + 0.1 if row.heading else wide)
    room = INNER - GAP - PLOT - max(map(signs_width, panels))
    sheets = []
    for width in (min(room, max(widths) + 0.02), INNER):
        sheets.append(sheet := Sheet(title, subtitle))
        for panel in panels:
            draw_panel(sheet, panel, width)
        sheet.foot(source, keys)
    return min(sheets, key=lambda sheet: sheet.y)


def signs_width(panel: Panel) -> float:
    """Return the width of the column of signs at the right, including the gap before it, in inches."""
    widths = [r.sign[0] for r in panel.rows if r.sign] + [text_width(panel.signs, SMALL)] * bool(panel.signs)
    return max(widths) + GAP if widths else 0.0


# panels --------------------------------------------------------------------------------------------------------


def draw_panel(on: Sheet, panel: Panel, width: float) -> None:
    """Draw strip, rows and axis of one panel. Words have `width` inches; if these are all, marks are below them."""
    below, scale = width == INNER, scale_of(panel, width)
    draw_strip(on, panel, scale)
    top = on.y
    if panel.signs:
        on.text(WIDTH - PAD, top + 0.1, panel.signs, ha="right")
    for row in panel.rows:
        weight = "semibold" if row.strong or row.heading else "normal"
        room = INNER if row.heading and not panel.bands else width  # headings may cross vertical lines, but no band
        label, note = wrap(row.label, room, BASE_SIZE, weight), wrap(row.note, room, SMALL)
        tall = len(label) * line_height(BASE_SIZE) + len(note) * line_height(SMALL)
        above, high = 0.0, max(0.25, tall + 0.07)
        if row.heading:
            above, high = 0.1, tall + (0.12 if row.label else 0.05)
        elif below:
            high = tall + TRACK * bool(row.marks or row.empty or row.sign) + 0.1
        else:
            above = (high - tall) / 2
        look = {"color": MUTED, "bbox": style.CLEAR} if row.heading else {"color": style.INK}
        on.lines(PAD, on.lines(PAD, on.y + above, label, BASE_SIZE, weight=weight, **look), note)
        middle = on.y + (tall + TRACK / 2 + 0.02 if below else high / 2)
        on.y += high
        if below and row.marks:
            draw_ground(on, panel, scale, on.y - 0.08 - TRACK, on.y - 0.08)
        draw_row(on, row, panel, scale, middle)
    if panel.marks and not below:
        draw_ground(on, panel, scale, top, on.y)
    if panel.marks and panel.axis:  # a panel without quantities has no axis
        draw_axis(on, panel, scale)
    on.y += 0.1


def scale_of(panel: Panel, width: float) -> Scale:
    """Return the scale of a panel: it covers all values, ranges and lines, with room for printed values."""
    marks, (low, high) = panel.marks, panel.ends
    if low == high:
        low, high = low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1)
    start, edge = PAD if width == INNER else PAD + width + GAP, WIDTH - PAD - signs_width(panel)
    left = start + (ARROW if any(math.isinf(m.low) for m in marks) else 0.1)
    right = edge - (ARROW if any(math.isinf(m.high) for m in marks) else 0.1)
    room = max([text_width(m.text, BASE_SIZE, "semibold") for m in marks], default=0.0)
    scales = []
    for before, after in ((0, 0), (0, room), (room, 0), (room, room)):  # for values that would sit on a line or outside
        if (wide := right - after - left - before) <= 0.5:
            continue  # no room for the marks
        inch = (high - low) / wide
        scales.append(Scale(low - (left + before - start) * inch, high + (edge - right + after) * inch, start, edge))
    return min(
        scales, key=lambda s: sum(trouble(ends, panel, s) for r in panel.rows for _, ends in printed(r.marks, panel, s))
    )


def draw_strip(on: Sheet, panel: Panel, scale: Scale) -> None:
    """Label the vertical lines side by side, as close to their lines as possible, or each in its own row."""
    lines = sorted(panel.lines)
    widths = {line: text_width(line.label, SMALL, "semibold") + 0.12 for line in lines}
    for row in [[line] for line in lines] if sum(widths.values()) > INNER else filter(None, [lines]):
        wanted = [scale(line.value) for line in row]
        for line, x in zip(row, style.spread(wanted, [widths[line] for line in row], 0.02, WIDTH - 0.02), strict=True):
            on.text(x, on.y + line_height(SMALL) / 2, line.label, color=line.color, weight="semibold", ha="center")
        on.y += line_height(SMALL)


def draw_ground(on: Sheet, panel: Panel, scale: Scale, top: float, bottom: float) -> None:
    """Draw bands and vertical lines."""
    for low, high, color in panel.bands:
        on.box(scale(low), top, scale(high) - scale(low), bottom - top, color, zorder=0.5)
    for line in panel.lines:
        on.line([scale(line.value)] * 2, [top, bottom], color=line.color, linewidth=1.3, zorder=1.5)


def draw_axis(on: Sheet, panel: Panel, scale: Scale) -> None:
    """Draw the axis with its name and as many ticks as fit: none below zero or above 100 % if no value is there."""
    least, most = panel.ends
    low = scale.low if least < 0 else max(scale.low, 0)
    high = min(scale.high, 100) if "percent" in panel.axis and most <= 100 else scale.high
    on.line([scale.left, scale.right], [on.y, on.y])
    for count in (5, 4, 3, 2):
        found = style.round_ticks(count).tick_values(scale.low, scale.high)
        ticks = [(t, style.tick_text(t)) for t in found if low <= t <= high]
        wide = max(text_width(text, SMALL) for _, text in ticks) + 0.1
        if scale(ticks[-1][0]) - scale(ticks[0][0]) >= wide * (len(ticks) - 1):
            break
    for tick, text in ticks:
        on.line([scale(tick)] * 2, [on.y, on.y + 0.045])
        on.text(scale(tick), on.y + 0.14, text, ha="center")
    on.y += 0.24
    for text in wrap(panel.axis, INNER, SMALL):
        half = text_width(text, SMALL) / 2
        x = max(PAD + half, min((scale.left + scale.right) / 2, WIDTH - PAD - half))
        on.y = on.lines(x, on.y, [text], ha="center")


# rows ----------------------------------------------------------------------------------------------------------


def draw_row(on: Sheet, row: PlotRow, panel: Panel, scale: Scale, y: float) -> None:
    """Draw the marks of a row with their values, and its sign at the right."""
    if row.empty:
        clear = max([scale.left, *(scale(li.value) + 0.08 for li in panel.lines if panel.marks)])
        if clear + text_width(row.empty, SMALL) > scale.right:  # no room right of the line
            clear = scale.left
        on.text(clear, y, row.empty, style="italic")
    if len(row.marks) > 1:
        ends = [scale(m.value) for m in row.marks]
        on.line([min(ends), max(ends)], [y, y], linewidth=1.6, zorder=2)
    for mark in row.marks:
        draw_mark(on, mark, scale, y)
    stops = [scale.left]
    for mark, (left, right) in printed(row.marks, panel, scale):
        # a value that must cross a line interrupts it
        gap = {"bbox": style.CLEAR} if trouble((left, right), panel, scale) and not panel.bands else {}
        on.text(left, y, mark.text, BASE_SIZE, mark.color, weight="semibold" if mark.filled else "normal", **gap)
        stops += [left - 0.04, right + 0.04]
    for left, right in zip(stops[::2], [*stops[1::2], scale.right], strict=True):
        if row.marks and right > left:  # the line of the row stops where a value is printed
            on.line([left, right], [y, y], color=style.GRID, linewidth=0.7, zorder=1)
    if row.sign:
        row.sign[1](on, WIDTH - PAD - row.sign[0], y)


def draw_mark(on: Sheet, mark: Mark, scale: Scale, y: float) -> None:
    """Draw the range as a bar, an open end as an arrow, and the value as a marker."""
    left, right = drawn_range(mark, scale)
    if right > left:
        on.line([left, right], [y, y], color=mark.color, linewidth=5, alpha=0.45, zorder=3)
    for end, x, head in ((mark.high, right, ">"), (mark.low, left, "<")):
        if math.isinf(end):
            on.mark(x, y, head, mark.color, size=6)
    on.mark(scale(mark.value), y, mark.marker, mark.color, filled=mark.filled)
    on.tooltip(scale(mark.value), y, mark.says, mark.origin)


def drawn_range(mark: Mark, scale: Scale) -> Ends:
    """Return the left and right end of the drawn range in inches."""
    at = scale(mark.value)
    left = max(at - ARROW, scale.left) if math.isinf(mark.low) else scale(mark.low)
    right = min(at + ARROW, scale.right) if math.isinf(mark.high) else scale(mark.high)
    return left, right


def bound_sign(low: float, high: float) -> str:
    """Return the sign of a value that is only a bound: "> " or "< ", or "" for a value with both ends."""
    return "> " if math.isinf(high) else "< " if math.isinf(low) else ""


def printed(marks: Sequence[Mark], panel: Panel, scale: Scale) -> list[tuple[Mark, Ends]]:
    """Return marks with the left and right end of their printed values, from left to right.

    Of several values, the lowest is printed left of its mark and the highest right of it. A single value is
    printed on the right unless the left is better.
    """
    ranked = sorted((m for m in marks if m.text), key=lambda m: m.value)
    found = []
    for mark in ranked[:1] + ranked[1:][-1:]:
        left, right = drawn_range(mark, scale)
        width = text_width(mark.text, BASE_SIZE, "semibold")
        sides = [(right + 0.1, right + 0.1 + width), (left - 0.1 - width, left - 0.1)]
        if len(ranked) > 1:
            sides = sides[1:] if mark is ranked[0] else sides[:1]
        found.append((mark, min(sides, key=lambda side: trouble(side, panel, scale))))
    return found


def trouble(ends: Ends, panel: Panel, scale: Scale) -> float:
    """Return a penalty for the place of a printed value: for crossing lines and for leaving the plot."""
    left, right = ends
    crossed = sum(left - 0.03 < scale(li.value) < right + 0.03 for li in panel.lines)
    return crossed + 10 * (left < scale.left - 0.02) + 10 * (right > scale.right + 0.02)


# dots ----------------------------------------------------------------------------------------------------------


def dot_plot(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    label: str,
    values: Sequence[str] = ("value",),
    group: str | None = None,
    axis: str,
    lines: Iterable[Line] = (),
    format_value: Callable[[float], str] = style.short_number,
    strong: Iterable[str] = (),
) -> Chart:
    """Draw one value per row, or two connected ones from the columns `values`: one filled, one hollow.

    If `group` names a column, rows are grouped under its headings. Rows without a value say "no data"; `low` and
    `high` are drawn as a range, and `says` is printed instead of the value. Rows whose label is in `strong` differ in
    colour and weight.
    """
    strong, lines = set(strong), tuple(lines)
    looks = list(zip(values, "oD", style.PALETTE, (True, False), strict=False))
    of = {column: f", {column}" if len(values) > 1 else "" for column in values}
    rows, alt, empty = [], [], []
    for name, part in frame.groupby(group, sort=False) if group else [("", frame)]:
        rows.append(PlotRow(name, heading=True))
        for _, r in part.iterrows():
            called = f"{name}, {r[label]}" if name else str(r[label])
            marks: list[Mark] = []
            for column, marker, color, filled in looks:
                if pd.notna(at := float(r[column])):
                    low, high = (float(r[c]) if pd.notna(r.get(c)) else at for c in ("low", "high"))
                    shade = style.PALETTE[1] if r[label] in strong else color
                    text = str(r.get("says") or bound_sign(low, high) + format_value(at))
                    tooltip = f"{called}{of[column]}: {text}"
                    marks.append(Mark(at, low, high, shade, marker, filled, text, tooltip, r.get("origin")))
            rows.append(PlotRow(r[label], "", tuple(marks), None, r[label] in strong, "" if marks else "no data"))
            empty += [] if marks else [called]
        alt += [describe_items(f"{name or axis}{of[c]}", part[label], part[c], format_value) for c in values]
    alt += [f"No data: {listed(empty)}."] if empty else []
    alt += [f"Lines: {listed(f'{li.label} ({format_value(li.value)})' for li in lines)}."] if lines else []
    keys = [marker_key(*look) for look in looks] if len(values) > 1 else []
    sheet = rows_sheet([Panel(rows, axis, lines, reach=(0.0,))], title, subtitle, source, keys)
    return finish(Canvas(sheet), frame, " ".join(alt))
