"""Rows of words with marks on a common axis: dot plots, and the layout of charts of judgements."""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import pandas as pd

from claimbook.charts import style
from claimbook.charts.figures import Chart, describe_items, finish
from claimbook.charts.layout import Canvas, ChartWords, Drawn, FigureSheet, KeyEntry, marker_key, wrap_words
from claimbook.charts.style import (
    BASE_SIZE,
    GRID,
    INNER,
    MUTED,
    PAD,
    SMALL,
    WIDTH,
    line_height,
    short_number,
    text_width,
    wrap,
)
from claimbook.say.numbers import with_minus
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
    color: str = style.CLAIM_COLOUR


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


class RowLayout(NamedTuple):
    """The inches for the words of a row, and whether marks are below or next to them."""

    labels: float
    stacked: bool


class Scale(NamedTuple):
    """Maps values to inches: `low` to `left`, `high` to `right`, clipped to `start` and `edge`."""

    low: float
    high: float
    left: float
    right: float
    start: float
    edge: float

    def __call__(self, value: float) -> float:
        x = self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)
        return min(max(x, self.start), self.edge)

    def value(self, x: float) -> float:
        """Return the value at x inches."""
        return self.low + (x - self.left) / (self.right - self.left) * (self.high - self.low)


def rows_chart(
    panels: Sequence[Panel],
    title: str,
    subtitle: str,
    source: str,
    alt: str,
    data: pd.DataFrame,
    *,
    keys: Sequence[KeyEntry] = (),
) -> Chart:
    """Draw panels one below the other, as high as their words need."""
    plan, words = plan_for(panels), wrap_words(title, subtitle, source, keys)
    figure, y = Canvas(words, whole_height(panels, words, plan)), words.head
    for panel in panels:
        draw_panel(figure.sheet, panel, y, plan)
        y += panel_height(panel, plan)
    return finish(figure, title, subtitle, source, data, alt)


def plan_for(panels: Sequence[Panel]) -> RowLayout:
    """Return the plan for the lower figure: marks next to their words or, if words are long, below them."""
    widths = [text_width(r.note, SMALL) for p in panels for r in p.rows]
    for row in (r for p in panels for r in p.rows if p.bands or not r.heading):
        wide = text_width(row.label, BASE_SIZE, "semibold")
        widths.append(wide / 2 + 0.1 if row.heading else wide)
    room = INNER - GAP - PLOT - max(signs_width(p) for p in panels)
    inline, below = RowLayout(min(room, max(widths) + 0.02), stacked=False), RowLayout(INNER, stacked=True)
    return min(inline, below, key=lambda plan: sum(panel_height(p, plan) for p in panels))


# sizes in inches -----------------------------------------------------------------------------------------------


def whole_height(panels: Sequence[Panel], words: ChartWords, plan: RowLayout) -> float:
    """Return the height of a figure in inches."""
    return words.head + sum(panel_height(p, plan) for p in panels) + words.foot


def panel_height(panel: Panel, plan: RowLayout) -> float:
    """Return the height of a panel with strip, rows and axis, in inches."""
    inside = sum(row_height(row, panel, plan) for row in panel.rows)
    return len(strip_of(panel)) * line_height(SMALL) + inside + axis_height(panel)


def axis_height(panel: Panel) -> float:
    return 0.24 + line_height(SMALL) * len(wrap(panel.axis, INNER, SMALL)) + 0.1 if panel.marks and panel.axis else 0.1


def row_height(row: PlotRow, panel: Panel, plan: RowLayout) -> float:
    """Return the height of a row with its marks and gaps, in inches."""
    tall = words_height(row, panel, plan)
    if row.heading:
        return tall + (0.12 if row.label else 0.05)
    if plan.stacked:
        return tall + (TRACK if row.marks or row.empty or row.sign else 0) + 0.1
    return max(0.25, tall + 0.07)


def words_height(row: PlotRow, panel: Panel, plan: RowLayout) -> float:
    label, note = row_lines(row, panel, plan)
    return len(label) * line_height(BASE_SIZE) + len(note) * line_height(SMALL)


def row_lines(row: PlotRow, panel: Panel, plan: RowLayout) -> tuple[list[str], list[str]]:
    """Break label and note into lines. A heading may run across vertical lines but not across a band."""
    room = INNER if row.heading and not panel.bands else plan.labels
    return wrap(row.label, room, BASE_SIZE, weight_of(row)), wrap(row.note, room, SMALL)


def weight_of(row: PlotRow) -> str:
    return "semibold" if row.strong or row.heading else "normal"


def signs_width(panel: Panel) -> float:
    """Return the width of the column of signs at the right, including the gap before it, in inches."""
    widths = [r.sign[0] for r in panel.rows if r.sign] + [text_width(panel.signs, SMALL)] * bool(panel.signs)
    return max(widths) + GAP if widths else 0.0


# the strip and the axis ----------------------------------------------------------------------------------------


def label_width(line: Line) -> float:
    return text_width(line.label, SMALL, "semibold") + 0.12


def strip_of(panel: Panel) -> list[list[Line]]:
    """Return the lines of the strip: labels side by side, or each in its own row if they do not fit."""
    lines = sorted(panel.lines, key=lambda li: li.value)
    return [[li] for li in lines] if sum(map(label_width, lines)) > INNER or not lines else [lines]


def draw_strip(on: FigureSheet, panel: Panel, scale: Scale, y: float) -> float:
    """Label the vertical lines, each label as close to its line as possible. Returns the y below the labels."""
    for lines in strip_of(panel):
        wanted, widths = [scale(li.value) for li in lines], [label_width(li) for li in lines]
        for line, x in zip(lines, style.spread(wanted, widths, 0.02, WIDTH - 0.02), strict=True):
            on.text(x, y + line_height(SMALL) / 2, line.label, color=line.color, weight="semibold", ha="center")
        y += line_height(SMALL)
    return y


def scale_of(panel: Panel, plan: RowLayout) -> Scale:
    """Return the scale of a panel: it covers all values, ranges and lines, with room for printed values."""
    marks = panel.marks
    drawn = [v for m in marks for v in (m.value, m.low, m.high)] + [li.value for li in panel.lines] + list(panel.reach)
    drawn = [v for v in drawn if math.isfinite(v)]
    low, high = (min(drawn), max(drawn)) if drawn else (0.0, 1.0)
    if low == high:
        low, high = low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1)
    start, edge = PAD if plan.stacked else PAD + plan.labels + GAP, WIDTH - PAD - signs_width(panel)
    left = start + (ARROW if any(math.isinf(m.low) for m in marks) else 0.1)
    right = edge - (ARROW if any(math.isinf(m.high) for m in marks) else 0.1)
    room = max([text_width(m.text, BASE_SIZE, "semibold") for m in marks], default=0.0)
    options = [(0, 0), (0, room), (room, 0), (room, room)]  # extra room for values that would sit on a line or outside
    scales = [Scale(low, high, left + before, right - after, start, edge) for before, after in options]
    laid = {s: [ends for r in panel.rows for _, ends in marks_with_ends(r.marks, panel, s)] for s in scales}
    return min(scales, key=lambda scale: sum(trouble(ends, panel, scale) for ends in laid[scale]))


def draw_axis(on: FigureSheet, panel: Panel, scale: Scale, y: float) -> None:
    """Draw the axis, its ticks and its name."""
    on.line([scale.start, scale.edge], [y, y])
    for tick, text in ticks_apart(scale):
        on.line([scale(tick)] * 2, [y, y + 0.045])
        on.text(scale(tick), y + 0.14, text, ha="center")
    y += 0.24
    for text in wrap(panel.axis, INNER, SMALL):
        half = text_width(text, SMALL) / 2
        x = max(PAD + half, min((scale.start + scale.edge) / 2, WIDTH - PAD - half))
        y = on.lines(x, y, [text], ha="center")


def ticks_apart(scale: Scale) -> list[tuple[float, str]]:
    """Return as many ticks as fit, with their texts."""
    for count in (5, 4, 3, 2):
        at = style.ticks(scale.value(scale.start), scale.value(scale.edge), count)
        laid = list(zip(at, tick_texts(at), strict=True))
        ends = [(scale(tick), text_width(text, SMALL) / 2 + 0.05) for tick, text in laid]
        if all(one + half <= other - more for (one, half), (other, more) in pairwise(ends)):
            break
    return laid


def tick_texts(at: list[float]) -> list[str]:
    """Return the texts of ticks, with all digits if short texts would be inexact or equal."""
    texts = [short_number(tick) for tick in at]
    exact = all(tick in (float(f"{tick:.3g}"), round(tick)) for tick in at)
    return texts if exact and len(set(texts)) == len(texts) else [with_minus(f"{tick:,.10g}") for tick in at]


# rows ----------------------------------------------------------------------------------------------------------


def draw_panel(on: FigureSheet, panel: Panel, top: float, plan: RowLayout) -> None:
    """Draw strip, rows and axis of one panel, from `top` downwards."""
    scale = scale_of(panel, plan)
    y = draw_strip(on, panel, scale, top)
    bottom = top + panel_height(panel, plan) - axis_height(panel)
    if panel.marks and panel.axis:  # a panel without quantities has no axis
        draw_axis(on, panel, scale, bottom)
    if panel.marks and not plan.stacked:
        draw_ground(on, panel, scale, y, bottom)
    if panel.signs:
        on.text(WIDTH - PAD, y + 0.1, panel.signs, ha="right")
    for row in panel.rows:
        tall, height = words_height(row, panel, plan), row_height(row, panel, plan)
        label, note = row_lines(row, panel, plan)
        above = 0.1 if row.heading else 0 if plan.stacked else (height - tall) / 2
        look = {"color": MUTED, "bbox": style.CLEAR} if row.heading else {"color": style.INK}
        below = on.lines(PAD, y + above, label, BASE_SIZE, weight=weight_of(row), **look)
        on.lines(PAD, below, note)
        if plan.stacked and row.marks:
            draw_ground(on, panel, scale, y + height - 0.08 - TRACK, y + height - 0.08)
        draw_row(on, row, panel, scale, y + (tall + TRACK / 2 + 0.02 if plan.stacked else height / 2))
        y += height


def draw_ground(on: FigureSheet, panel: Panel, scale: Scale, top: float, bottom: float) -> None:
    """Draw bands and vertical lines."""
    for low, high, color in panel.bands:
        on.box(scale(low), top, scale(high) - scale(low), bottom - top, color, zorder=0.5)
    for line in panel.lines:
        on.line([scale(line.value)] * 2, [top, bottom], color=line.color, linewidth=1.3, zorder=1.5)


def draw_row(on: FigureSheet, row: PlotRow, panel: Panel, scale: Scale, y: float) -> None:
    """Draw the marks of a row with their values, and its sign at the right."""
    if row.empty:
        clear = max([scale.start, *(scale(li.value) + 0.08 for li in panel.lines if panel.marks)])
        if clear + text_width(row.empty, SMALL) > scale.edge:  # no room right of the line
            clear = scale.start
        on.text(clear, y, row.empty, style="italic")
    if len(row.marks) > 1:
        ends = [scale(m.value) for m in row.marks]
        on.line([min(ends), max(ends)], [y, y], linewidth=1.6, zorder=2)
    for mark in row.marks:
        draw_mark(on, mark, scale, y)
    values = marks_with_ends(row.marks, panel, scale)
    for mark, (left, right) in values:
        # a value that must cross a line interrupts it
        gap = {"bbox": style.CLEAR} if trouble((left, right), panel, scale) and not panel.bands else {}
        on.text(left, y, mark.text, BASE_SIZE, mark.color, weight="semibold" if mark.filled else "normal", **gap)
    stops = [x for _, (left, right) in values for x in (left - 0.04, right + 0.04)]
    for left, right in zip([scale.start, *stops[1::2]], [*stops[::2], scale.edge], strict=True):
        if row.marks and right > left:  # the line of the row stops where a value is printed
            on.line([left, right], [y, y], color=GRID, linewidth=0.7, zorder=1)
    if row.sign:
        row.sign[1](on, WIDTH - PAD - row.sign[0], y)


def draw_mark(on: FigureSheet, mark: Mark, scale: Scale, y: float) -> None:
    """Draw the range as a bar, an open end as an arrow, and the value as a marker."""
    left, right = drawn_range(mark, scale)
    if right > left:
        on.line([left, right], [y, y], color=mark.color, linewidth=5, alpha=0.45, zorder=3)
    for end, x, head in ((mark.high, right, ">"), (mark.low, left, "<")):
        if math.isinf(end):
            on.mark(x, y, head, mark.color, size=6)
    on.mark(scale(mark.value), y, mark.marker, mark.color, filled=mark.filled)
    on.figure.add_tooltip(on.axes, scale(mark.value), y, mark.says, mark.origin)


def drawn_range(mark: Mark, scale: Scale) -> Ends:
    """Return the left and right end of the drawn range in inches."""
    at = scale(mark.value)
    left = max(at - ARROW, scale.start) if math.isinf(mark.low) else scale(mark.low)
    right = min(at + ARROW, scale.edge) if math.isinf(mark.high) else scale(mark.high)
    return left, right


def marks_with_ends(marks: Sequence[Mark], panel: Panel, scale: Scale) -> list[tuple[Mark, Ends]]:
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
    return crossed + 10 * (left < scale.start - 0.02) + 10 * (right > scale.edge + 0.02)


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
    format_value: Callable[[float], str] = short_number,
    strong: Iterable[str] = (),
) -> Chart:
    """Draw one value per row, or two connected ones from the columns `values`: one filled, one hollow.

    If `group` names a column, rows are grouped under its headings. Rows without a value say "no data"; `low` and
    `high` are drawn as a range. Rows whose label is in `strong` differ in colour and weight.
    """
    strong, lines = set(strong), tuple(lines)
    looks = list(zip(values, "oD", style.PALETTE, (True, False), strict=False))
    of = {column: f", {column}" if len(values) > 1 else "" for column in values}

    def called(r: pd.Series) -> str:
        return f"{r[group]}, {r[label]}" if group else str(r[label])

    def row(r: pd.Series) -> PlotRow:
        marks: list[Mark] = []
        for column, marker, color, filled in looks:
            if pd.notna(at := float(r[column])):
                low, high = (float(r[c]) if pd.notna(r.get(c)) else at for c in ("low", "high"))
                shade = style.PALETTE[1] if r[label] in strong else color
                tooltip = f"{called(r)}{of[column]}: {format_value(at)}"
                marks.append(Mark(at, low, high, shade, marker, filled, format_value(at), tooltip, r.get("origin")))
        return PlotRow(r[label], marks=tuple(marks), strong=r[label] in strong, empty="" if marks else "no data")

    parts = dict(list(frame.groupby(group, sort=False))) if group else {"": frame}
    grouped = ((PlotRow(name, heading=True), *(row(r) for _, r in part.iterrows())) for name, part in parts.items())
    rows = [*chain.from_iterable(grouped)]
    alt = [
        describe_items(f"{name or axis}{of[column]}", part[label], part[column], format_value)
        for name, part in parts.items()
        for column in values
    ]
    empty = [called(r) for _, r in frame[frame[[*values]].isna().all(axis=1)].iterrows()]
    alt += [f"No data: {listed(empty)}."] if empty else []
    alt += [f"Lines: {listed(f'{li.label} ({format_value(li.value)})' for li in lines)}."] if lines else []
    keys = [marker_key(*look) for look in looks] if len(values) > 1 else []
    panel = Panel(rows, axis, lines, reach=(0.0,))
    return rows_chart([panel], title, subtitle, source, " ".join(alt), frame, keys=keys)
