"""Rows of words with marks on a common axis: the frame of claim plots, criteria and dot plots."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from claimbook.charts.figures import Chart
from claimbook.charts.row_parts import Group, Line, Mark, Panel, Row, Scale
from claimbook.charts.style import (
    BASE,
    CLEAR,
    GRID,
    INNER,
    MUTED,
    PAD,
    SMALL,
    WIDTH,
    Key,
    Sheet,
    Words,
    line_height,
    sheet,
    short,
    text_width,
    ticks,
    words,
    wrap,
)
from claimbook.say.numbers import with_minus

GAP = 0.14
ARROW = 0.36  # length of an arrow that stands for an open end
TRACK = 0.24  # height of the marks of a row that stand under its words
PLOT = 2.0  # inches that marks need beside their words


@dataclass(frozen=True)
class Plan:
    """How many inches the words of a row get, and whether its marks stand under them or beside them."""

    labels: float
    stacked: bool

    @property
    def start(self) -> float:
        """Where the marks begin."""
        return PAD if self.stacked else PAD + self.labels + GAP


def rows_chart(
    panels: Sequence[Panel],
    title: str,
    subtitle: str,
    source: str,
    alt: str,
    data: pd.DataFrame,
    *,
    keys: Sequence[Key] = (),
) -> Chart:
    """Panels under each other, as high as their words need."""
    plan, said = plan_for(panels), words(title, subtitle, source, keys)
    on = sheet(whole_height(panels, said, plan))
    said.draw(on)
    y = said.head
    for panel in panels:
        draw_panel(on, panel, y, plan)
        y += panel_height(panel, plan)
    return Chart(on.figure, title, subtitle, source, alt, data.reset_index(drop=True))


def whole_height(panels: Iterable[Panel], said: Words, plan: Plan) -> float:
    """Inches of a figure."""
    return said.head + sum(panel_height(p, plan) for p in panels) + said.foot


def plan_for(panels: Sequence[Panel]) -> Plan:
    """Marks stand beside their words, or under them where that makes the figure lower, as it does with long words."""
    widths = [text_width(g.note, SMALL) for p in panels for g in p.groups]
    widths += [text_width(g.heading, BASE, "bold") / 2 + 0.1 for p in panels if p.bands for g in p.groups]
    widths += [max(text_width(r.label, BASE, "semibold"), text_width(r.note, SMALL)) for p in panels for r in p.rows]
    room = INNER - GAP - PLOT - max(signs_width(p) for p in panels)
    beside, below = Plan(min(room, max(widths) + 0.02), stacked=False), Plan(INNER, stacked=True)
    return min(beside, below, key=lambda plan: sum(panel_height(p, plan) for p in panels))


def signs_width(panel: Panel) -> float:
    """Inches of the column of signs at the right, with a gap before it."""
    widths = [r.sign.width for r in panel.rows if r.sign] + [text_width(panel.signs, SMALL)] * bool(panel.signs)
    return max(widths) + GAP if widths else 0.0


# heights -------------------------------------------------------------------------------------------------------


def row_lines(row: Row, room: float) -> tuple[list[str], list[str]]:
    weight = "semibold" if row.strong else "normal"
    return wrap(row.label, room, BASE, weight), wrap(row.note, room, SMALL)


def words_height(row: Row, room: float) -> float:
    label, note = row_lines(row, room)
    return len(label) * line_height(BASE) + len(note) * line_height(SMALL)


def row_height(row: Row, plan: Plan) -> float:
    if plan.stacked:
        return words_height(row, plan.labels) + (TRACK if row.marks or row.empty or row.sign else 0) + 0.1
    return max(0.25, words_height(row, plan.labels) + 0.07)


def head_height(group: Group, room: float) -> float:
    heading, note = wrap(group.heading, room, BASE, "bold"), wrap(group.note, room, SMALL)
    return 0.1 + len(heading) * line_height(BASE) + len(note) * line_height(SMALL) + 0.02 if heading else 0.05


def strip_rows(panel: Panel, scale: Scale) -> list[list[tuple[Line, float]]]:
    """Labels of the vertical lines in as many rows as they need, each with its left end in inches.

    A label stands centred on its line; two that would touch are set to the outer sides of their lines.
    """
    lines = sorted((li for li in panel.lines if li.label), key=lambda li: li.value)
    widths = [text_width(li.label, SMALL, "semibold") for li in lines]
    lefts = [scale(li.value) - w / 2 for li, w in zip(lines, widths, strict=True)]
    if len(lines) == 2 and lefts[0] + widths[0] + 0.12 > lefts[1]:
        lefts = [scale(lines[0].value) - widths[0] - 0.02, scale(lines[1].value) + 0.02]
    rows: list[list[tuple[Line, float]]] = []
    ends: list[float] = []
    for line, width, left in zip(lines, widths, lefts, strict=True):
        left = max(PAD, min(left, WIDTH - PAD - width))
        row = next((i for i, end in enumerate(ends) if end + 0.04 <= left), len(rows))
        rows[row : row + 1] = [[*(rows[row] if row < len(rows) else []), (line, left)]]
        ends[row : row + 1] = [left + width]
    return rows


def head_room(panel: Panel, plan: Plan) -> float:
    """Inches for a heading, which may stand on lines but not on a band."""
    return plan.labels if panel.bands else INNER


def panel_height(panel: Panel, plan: Plan) -> float:
    strip = len(strip_rows(panel, scale_of(panel, plan))) * line_height(SMALL)
    heads = sum(head_height(g, head_room(panel, plan)) for g in panel.groups)
    inside = heads + sum(row_height(r, plan) for r in panel.rows)
    return strip + inside + axis_height(panel)


def axis_height(panel: Panel) -> float:
    return 0.24 + line_height(SMALL) * len(wrap(panel.axis, INNER, SMALL)) + 0.1 if panel.marks and panel.axis else 0.1


# the axis ------------------------------------------------------------------------------------------------------


def scale_of(panel: Panel, plan: Plan) -> Scale:
    """Axis of a panel: all values, ranges, lines and finite ends of the first band, with room for printed values."""
    marks = panel.marks
    drawn = [v for m in marks for v in (m.value, m.low, m.high)] + [li.value for li in panel.lines] + list(panel.reach)
    drawn = [v for v in drawn if math.isfinite(v)] + ([0.0] if panel.zero else [])
    low, high = (min(drawn), max(drawn)) if drawn else (0.0, 1.0)
    if low == high:
        low, high = low - (abs(low) * 0.1 or 1), high + (abs(high) * 0.1 or 1)
    start, edge = plan.start, WIDTH - PAD - signs_width(panel)
    left = start + (ARROW if any(math.isinf(m.low) for m in marks) else 0.1)
    right = edge - (ARROW if any(math.isinf(m.high) for m in marks) else 0.1)
    room = max([text_width(m.text, BASE, "semibold") for m in marks], default=0.0)
    options = [(0, 0), (0, room), (room, 0), (room, room)]  # room for values that would sit on a line or outside
    scales = [Scale(low, high, left + before, right - after, start, edge) for before, after in options]
    return min(scales, key=lambda scale: sum(row_trouble(r, panel, scale) for r in panel.rows))


def row_trouble(row: Row, panel: Panel, scale: Scale) -> float:
    """How badly the printed values of a row would sit."""
    return sum(trouble(*places(mark, scale)[side], panel, scale) for mark, side in sides(row.marks, panel, scale))


# drawing -------------------------------------------------------------------------------------------------------


def draw_panel(on: Sheet, panel: Panel, top: float, plan: Plan) -> None:
    """Strip, groups and axis of one panel, from `top` downwards."""
    scale, room = scale_of(panel, plan), head_room(panel, plan)
    strip = strip_rows(panel, scale)
    y = top + len(strip) * line_height(SMALL)
    bottom = top + panel_height(panel, plan) - axis_height(panel)
    for number, laid in enumerate(strip):
        middle = top + (number + 0.5) * line_height(SMALL)
        for line, left in laid:
            on.text(left, middle, line.label, size=SMALL, color=line.color, weight="semibold")
    if panel.marks:
        if not plan.stacked:
            draw_ground(on, panel, scale, y, bottom)
        draw_axis(on, panel, scale, bottom)
    if panel.signs:
        on.text(WIDTH - PAD, y + 0.1, panel.signs, size=SMALL, color=MUTED, ha="right")
    for group in panel.groups:
        here = y + (0.1 if group.heading else 0.05)
        here = on.lines(PAD, here, wrap(group.heading, room, BASE, "bold"), weight="bold", color=MUTED, bbox=CLEAR)
        on.lines(PAD, here, wrap(group.note, room, SMALL), size=SMALL, color=MUTED)
        y += head_height(group, room)
        for row in group.rows:
            if plan.stacked and row.marks:
                foot = y + row_height(row, plan) - 0.08
                draw_ground(on, panel, scale, foot - TRACK, foot)
            draw_row(on, row, panel, scale, y, plan)
            y += row_height(row, plan)


def draw_ground(on: Sheet, panel: Panel, scale: Scale, top: float, bottom: float) -> None:
    """Bands and vertical lines."""
    for band in panel.bands:
        left, right = scale.clipped(band.low), scale.clipped(band.high)
        on.box(left, top, right - left, bottom - top, band.color, zorder=0.5)
    for line in panel.lines:
        on.line([scale(line.value)] * 2, [top, bottom], color=line.color, linewidth=1.3, zorder=1.5)


def draw_axis(on: Sheet, panel: Panel, scale: Scale, bottom: float) -> None:
    """Axis, ticks and what they are of; places that are no quantity have no axis."""
    if not panel.axis:
        return
    left, right = scale.start, scale.edge
    on.line([left, right], [bottom, bottom], color=MUTED)
    for tick, text in ticks_apart(scale):
        on.line([scale(tick)] * 2, [bottom, bottom + 0.045], color=MUTED)
        on.text(scale(tick), bottom + 0.14, text, size=SMALL, color=MUTED, ha="center")
    y = bottom + 0.24
    for text in wrap(panel.axis, INNER, SMALL):
        width = text_width(text, SMALL)
        x = max(PAD, min((left + right - width) / 2, WIDTH - PAD - width))
        on.text(x, y + line_height(SMALL) / 2, text, size=SMALL, color=MUTED)
        y += line_height(SMALL)


def ticks_apart(scale: Scale) -> list[tuple[float, str]]:
    """Ticks with their texts, as many as stand apart."""
    for count in (5, 4, 3, 2):
        at = ticks(scale.value(scale.start), scale.value(scale.edge), count)
        laid = list(zip(at, tick_texts(at), strict=True))
        ends = [(scale(tick), text_width(text, SMALL) / 2 + 0.05) for tick, text in laid]
        if all(one + half <= other - more for (one, half), (other, more) in pairwise(ends)):
            break
    return laid


def tick_texts(at: list[float]) -> list[str]:
    """Texts of ticks, with all their digits where one would read as another number or two of them the same."""
    texts = [short(tick) for tick in at]
    exact = all(tick in (float(f"{tick:.3g}"), round(tick)) for tick in at)
    return texts if exact and len(set(texts)) == len(texts) else [with_minus(f"{tick:,.10g}") for tick in at]


def draw_row(on: Sheet, row: Row, panel: Panel, scale: Scale, top: float, plan: Plan) -> None:
    """Words at the left or above, marks on the axis, sign at the right."""
    label, note = row_lines(row, plan.labels)
    height, tall = row_height(row, plan), words_height(row, plan.labels)
    weight = "semibold" if row.strong else "normal"
    y = on.lines(PAD, top + (0 if plan.stacked else (height - tall) / 2), label, size=BASE, weight=weight)
    on.lines(PAD, y, note, size=SMALL, color=MUTED)
    middle = top + (tall + TRACK / 2 + 0.02 if plan.stacked else height / 2)
    if row.empty:
        clear = max([scale.start, *(scale(li.value) + 0.08 for li in panel.lines if panel.marks)])
        if clear + text_width(row.empty, SMALL) > scale.edge:  # a line at the end of the axis leaves no room beyond it
            clear = scale.start
        on.text(clear, middle, row.empty, size=SMALL, color=MUTED, style="italic")
    if row.joined:
        ends = [scale(m.value) for m in row.marks]
        on.line([min(ends), max(ends)], [middle, middle], color=MUTED, linewidth=1.6, zorder=2)
    for mark in row.marks:
        draw_mark(on, mark, scale, middle)
    if row.marks:
        x = scale.start
        for start, end in [*draw_values(on, row.marks, panel, scale, middle), (scale.edge + 0.04, scale.edge)]:
            if start - 0.04 > x:  # the line of the row stops where a value is printed
                on.line([x, start - 0.04], [middle, middle], color=GRID, linewidth=0.7, zorder=1)
            x = end + 0.04
    if row.sign:
        row.sign.draw(on, WIDTH - PAD - row.sign.width, middle)


def draw_mark(on: Sheet, mark: Mark, scale: Scale, y: float) -> None:
    """Range as a bar, an open end as an arrow, the value as a marker."""
    left, right = span(mark, scale)
    if right > left:
        on.line([left, right], [y, y], color=mark.color, linewidth=5, alpha=0.45, zorder=3)
    for end, x, head in ((mark.high, right, ">"), (mark.low, left, "<")):
        if math.isinf(end):
            on.mark(x, y, head, mark.color, size=6)
    on.mark(scale(mark.value), y, mark.marker, mark.color, filled=mark.filled)
    if mark.says:
        on.tell(scale(mark.value), y, mark.says)


def span(mark: Mark, scale: Scale) -> tuple[float, float]:
    """Left and right end of the drawn range in inches."""
    at = scale(mark.value)
    left = max(at - ARROW, scale.start) if math.isinf(mark.low) else scale(mark.low)
    right = min(at + ARROW, scale.edge) if math.isinf(mark.high) else scale(mark.high)
    return left, right


def places(mark: Mark, scale: Scale) -> dict[str, tuple[float, float]]:
    """Left end and width of a printed value at either side of its mark."""
    left, right = span(mark, scale)
    width = text_width(mark.text, BASE, "semibold")
    return {"right": (right + 0.1, width), "left": (left - 0.1 - width, width)}


def draw_values(on: Sheet, marks: tuple[Mark, ...], panel: Panel, scale: Scale, y: float) -> list[tuple[float, float]]:
    """Print values beside their marks: the leftmost of several at its left, the rightmost at its right.

    Returns where they begin and end, from left to right.
    """
    taken = []
    for mark, side in sides(marks, panel, scale):
        x, width = places(mark, scale)[side]
        crossed = any(x - 0.03 < scale(li.value) < x + width + 0.03 for li in panel.lines)
        # a value that no side keeps clear of a line interrupts the line
        gap = {"bbox": CLEAR} if crossed and not panel.bands else {}
        weight = "semibold" if mark.filled else "normal"
        on.text(x, y, mark.text, size=BASE, color=mark.color, weight=weight, **gap)
        taken.append((x, x + width))
    return taken


def sides(marks: tuple[Mark, ...], panel: Panel, scale: Scale) -> list[tuple[Mark, str]]:
    """At which side of its mark each value is printed; of several only the outermost two have room."""
    ranked = sorted((m for m in marks if m.text), key=lambda m: m.value)
    if len(ranked) > 1:
        return [(ranked[0], "left"), (ranked[-1], "right")]
    return [(m, better_side(m, panel, scale)) for m in ranked]


def better_side(mark: Mark, panel: Panel, scale: Scale) -> str:
    """Where a single value is printed: at the right, unless it sits worse there."""
    options = places(mark, scale)
    return min(options, key=lambda side: trouble(*options[side], panel, scale))


def trouble(left: float, width: float, panel: Panel, scale: Scale) -> float:
    """How badly a printed value would sit: on a line, or outside the plot."""
    crossed = sum(left - 0.03 < scale(li.value) < left + width + 0.03 for li in panel.lines)
    return crossed + 10 * (left < scale.start - 0.02) + 10 * (left + width > scale.edge + 0.02)
