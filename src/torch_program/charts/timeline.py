"""Timelines: what held from when to when, an arrow where no end was seen."""

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from torch_program.charts.layout import Canvas, canvas, finish
from torch_program.charts.style import (
    ACCENT,
    GRID,
    INK,
    MUTED,
    NARROW,
    PAD,
    PALETTE,
    PAPER,
    SMALL,
    WIDTH,
    Look,
    beside,
    line_height,
    wrap,
)
from torch_program.figures import Chart, told
from torch_program.periods import parse

NAMES = 2.5  # inches for the words at the left
ROW = 0.3  # inches of a row with one line of words
NamedRow = tuple[list[str], pd.Series | None]


def moment(date: str, end: bool = False) -> float:
    """A date as a point on an axis of years: the first day that it allows, or the last; "2020-07" is 2020.5."""
    day = parse(date).last_day if end else parse(date).first_day
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def span(began: str, ended: str, known_by: str) -> dict[str, float]:
    """`start` and `end` of a thing by its dates, in years; an end after `known_by`, or none, is missing."""
    over = bool(ended) and parse(ended).last_day.isoformat() <= known_by
    return {"start": moment(began), "end": moment(ended, end=True) if over else float("nan")}


def timeline(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    label: str,
    until: float,
    group: str,
    strong: str,
    line: tuple[float, str],
    said: Callable[[pd.Series], str] | None = None,
) -> Chart:
    """One bar a row, from `start` to `end` in years as `moment` gives them; without an end it is an arrow to `until`.

    Rows stand in the order of the frame, under headings from the column `group`. `strong` names a column of
    booleans: False is drawn in grey. `said` writes the words beside a bar, else its years. `line` is a
    moment and its name. The axis goes on beyond `until` where a plan ends later.
    """
    height = sum(ROW + line_height(SMALL) * (len(lines) - 1) for lines, _ in _rows(frame, label, group, NAMES))
    figure, axes = canvas(title, subtitle, source, size=(WIDTH, height + 1.25))
    said = said or in_years

    def draw(row: pd.Series, place: float) -> None:
        _draw_span(axes, row, place, until, bool(row[strong]), said(row))
        figure.tell(axes, row["start"], place, told(row[label], in_years(row), row))

    figure.each_width(lambda: _draw_rows(figure, axes, frame, label, group, draw))
    first, last = frame["start"].min(), max(until, frame["end"].max())
    axes.set_xlim(first - 0.16 * (last - first), last + 0.5)  # room for words before the first arrow
    axes.xaxis.get_major_locator().set_params(integer=True, nbins=7)
    axes.xaxis.set_major_formatter(lambda v, _: f"{v:.0f}")
    axes.grid(visible=False)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.axvline(line[0], color=ACCENT, linewidth=1.2, zorder=0)
    above = ("data", "axes fraction")
    beside(axes, line[1], (line[0], 1), (0, 2), xycoords=above, ha="center", va="bottom", color=ACCENT)
    alt = " ".join(f"{row[label]}: {in_years(row)}." for _, row in frame.iterrows())
    return finish(figure, title, subtitle, source, frame, alt)


def in_years(row: pd.Series) -> str:
    """ "1995–2004", or "since 1995" where no end was seen."""
    return f"since {int(row['start'])}" if pd.isna(row["end"]) else f"{int(row['start'])}–{int(row['end'])}"


def _rows(frame: pd.DataFrame, label: str, group: str, room: float) -> list[NamedRow]:
    """Rows from above: their words in lines, and what is drawn; a heading has nothing to draw."""
    rows: list[NamedRow] = []
    heading = None
    for _, row in frame.iterrows():
        if row[group] != heading:
            heading = row[group]
            rows.append((wrap(heading, room, SMALL, "semibold"), None))
        rows.append((wrap(row[label], room, SMALL), row))
    return rows


def _draw_rows(
    figure: Canvas,
    axes: Axes,
    frame: pd.DataFrame,
    label: str,
    group: str,
    draw: Callable[[pd.Series, float], None],
) -> None:
    """Words of the rows beside their bars, or above them on a telephone; heights in rows of one line."""
    narrow = figure.is_narrow
    figure.told.clear()
    rows = _rows(frame, label, group, NARROW - 2 * PAD if narrow else NAMES)
    places, at = [], 0.0
    for lines, row in rows:
        words = len(lines) * line_height(SMALL) / ROW
        tall = 1 + words - line_height(SMALL) / ROW
        if narrow:
            tall = words + (1.1 if row is not None else 0.2)
            weight = "semibold" if row is None else "normal"
            look: Look = {"size": SMALL, "weight": weight, "linespacing": 1.1, "va": "top"}
            axes.text(0, at + 0.05, "\n".join(lines), transform=axes.get_yaxis_transform(), **look)
        places.append(at + (words + 0.65 if narrow else tall / 2))
        at += tall
        if row is not None:
            draw(row, places[-1])
    if narrow:
        figure.height = at * ROW + 1.25
    axes.set_yticks([] if narrow else places, [] if narrow else ["\n".join(lines) for lines, _ in rows])
    for tick, (_, row) in zip(axes.get_yticklabels(), rows, strict=False):
        tick.set(color=INK, weight="semibold" if row is None else "normal")
    axes.set_ylim(at, 0)


def _draw_span(axes: Axes, row: pd.Series, place: float, until: float, strong: bool, said: str) -> None:
    """A bar with words after its end, or before its start where it has none or ends late; an arrow has no end."""
    color = PALETTE[0] if strong else MUTED
    open_end = pd.isna(row["end"])
    stop = until if open_end else row["end"]
    axes.barh(place, stop - row["start"], left=row["start"], height=0.34, color=color)
    if open_end:
        axes.plot(stop, place, marker=">", color=color, markersize=8, clip_on=False)
    before = open_end or stop > until  # no room after what goes on to the edge
    offset, ha = ((-5, 0), "right") if before else ((5, 0), "left")
    spot = (row["start"] if before else stop, place)
    paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}  # a line of the grid stops at the words
    beside(axes, said, spot, offset, ha=ha, va="center", color=color, bbox=paper)
