"""Timelines: bars from the start to the end of events, with an arrow if no end is known."""

from collections.abc import Callable

import pandas as pd

from claimbook.charts.figures import Chart, finish
from claimbook.charts.layout import canvas, set_tooltip
from claimbook.charts.style import (
    ACCENT,
    CLEAR,
    GRID,
    MUTED,
    PALETTE,
    POINT,
    SMALL,
    line_height,
    offset_text,
    text_width,
)
from claimbook.say.periods import parse

ROW_HEIGHT, HEADING_HEIGHT = 0.43, 0.26  # inches: a row with its bar, a heading


def moment(date: str, end: bool = False) -> float:
    """Return a date in years, by its first possible day or, with `end`, its last: "2020-07" is 2020.5."""
    day = parse(date).last_day if end else parse(date).first_day
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def span(began: str, ended: str, known_by: str) -> dict[str, float]:
    """Return `start` and `end` in years; `end` is NaN if there is none by the day `known_by`."""
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
    format_row: Callable[[pd.Series], str] | None = None,
) -> Chart:
    """Draw one bar per row from `start` to `end`, in years as in `moment`, or an arrow up to `until`.

    Rows keep the order of the frame, under headings from the column `group`. `strong` names a column of
    booleans: False is drawn in grey. `format_row` returns the words after a name, by default its years. `line` is a
    moment and its name. The axis continues beyond `until` if a plan ends later.
    """
    height = ROW_HEIGHT * len(frame) + HEADING_HEIGHT * frame[group].nunique()
    figure, axes = canvas(title, subtitle, source, height=height + 1.5)
    look = {"xycoords": axes.get_yaxis_transform(), "ha": "left"}
    at = 0.0
    for _, rows in frame.groupby((frame[group] != frame[group].shift()).cumsum()):
        offset_text(axes, rows[group].iloc[0], (0, at + HEADING_HEIGHT / 2), weight="semibold", **look)
        at += HEADING_HEIGHT
        for _, row in rows.iterrows():
            color = PALETTE[0] if row[strong] else MUTED
            after = (text_width(row[label], SMALL) + 0.1) / POINT
            offset_text(axes, row[label], (0, at + 0.1), bbox=CLEAR, **look)
            offset_text(axes, (format_row or in_years)(row), (0, at + 0.1), (after, 0), color=color, bbox=CLEAR, **look)
            place, open_end = at + 0.1 + line_height(SMALL), pd.isna(row["end"])
            axes.barh(place, (until if open_end else row["end"]) - row["start"], 0.1, row["start"], color=color)
            if open_end:
                axes.plot(until, place, marker=">", color=color, markersize=7, clip_on=False)
            set_tooltip(axes, row["start"], place, f"{row[label]}: {in_years(row)}", row.get("origin"))
            at += ROW_HEIGHT
    first, last = frame["start"].min(), max(until, frame["end"].max())
    axes.set(xlim=(first - 0.5, last + 0.5), ylim=(at, 0), yticks=[])
    axes.xaxis.get_major_locator().set_params(integer=True, nbins=6)
    axes.xaxis.set_major_formatter(lambda v, _: f"{v:.0f}")
    axes.grid(visible=False)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.axvline(line[0], color=ACCENT, linewidth=1.2, zorder=0)
    above = ("data", "axes fraction")
    offset_text(axes, line[1], (line[0], 1), (0, 2), xycoords=above, color=ACCENT)
    alt = " ".join(f"{row[label]}: {in_years(row)}." for _, row in frame.iterrows())
    return finish(figure, frame, alt)


def in_years(row: pd.Series) -> str:
    """Return "1995–2004", or "since 1995" if no end is known."""
    return f"since {int(row['start'])}" if pd.isna(row["end"]) else f"{int(row['start'])}–{int(row['end'])}"
