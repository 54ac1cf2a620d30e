"""Values and events over time. A line joins neighbouring years only, never across a missing year or a break."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from claimbook.charts import style
from claimbook.charts.figures import Chart, describe_series, finish
from claimbook.charts.labels import End, write_ends
from claimbook.charts.style import (
    MUTED,
    PALETTE,
    SMALL,
    Canvas,
    KeyEntry,
    canvas,
    marker_key,
    offset_text,
    set_tooltip,
    short_number,
    wrap,
)
from claimbook.say.verdict_table import BAND, CLAIM_COLOUR
from claimbook.say.words import parse

HOLLOW = {"preliminary", "partial"}
MARKERS = {">": "^", "<": "v"}
BOUND_SIGNS = {">": "> ", "<": "< ", "~": "about "}
BREAK: style.MatplotlibStyle = {"color": MUTED, "linewidth": 0.9, "linestyle": (0, (1, 2))}
ROW_HEIGHT, HEADING_HEIGHT = 0.43, 0.26  # inches, in a timeline: a row with its bar, a heading
NUMBERS, WORDS = ["low", "high"], ["bound", "status", "conflict", "grade", "origin"]
LINE_COLUMNS = "entity period low high unit bound status conflict printed grade origin source_id".split()


class Target(NamedTuple):
    """What a claim says on the value axis: a band, or a line if both ends are the same."""

    low: float
    high: float
    label: str


def parse_breaks(text: str, years: pd.Series) -> dict[int, str]:
    """Parse breaks as in `series.csv`, "2023: survey -> above-size; 2024: …", into reasons by year.

    Breaks outside the years are left out. Raises ValueError for another form.
    """
    found = {}
    for item in filter(None, (part.strip() for part in text.split(";"))):
        match = re.fullmatch(r"(\d{4})\s*:\s*(.+)", item)
        if match is None:
            raise ValueError(f"write a break as 2023: reason, not {item!r}")
        found[int(match[1])] = match[2].replace("->", "→")
    return {year: reason for year, reason in found.items() if years.min() < year <= years.max()}


def line_chart(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    series: str | None = None,
    breaks: str = "",
    claim: Target | None = None,
    zero: bool = True,
    format_value: Callable[[float], str] = short_number,
) -> Chart:
    """Draw lines over years, each labelled with its name and last value, together with what the claim says.

    `frame` has one value per row and may have `low`, `high`, `bound`, `status` and `conflict` as in the evidence.
    `series` names the column that distinguishes lines (at most six). `breaks` is written as in `series.csv`.
    """
    points = with_visible_rounding(prepared(frame, series))
    lines, gaps = lines_of(points), parse_breaks(breaks, points["x"])
    if len(lines) > len(PALETTE):
        raise ValueError(f"{len(lines)} lines are too many to distinguish; draw at most {len(PALETTE)} in one chart")
    keys = keys_for(points, points["rounding"].any())
    figure, axes = canvas(title, subtitle, source, keys=keys)
    if claim and claim.low < claim.high:
        axes.axhspan(claim.low, claim.high, color=BAND, linewidth=0, zorder=0.5)
    elif claim:
        axes.axhline(claim.low, color=CLAIM_COLOUR, linewidth=1.3, zorder=1.5)
    ends, alt = [], []
    for (name, line), color in zip(lines.items(), PALETTE, strict=False):
        draw_series(axes, line, gaps, color)
        last = (representative(line) if len(representative(line)) else line).iloc[-1]
        says = f"{name} {BOUND_SIGNS.get(last['bound'], '')}{format_value(last['y'])}"
        ends.append(End(says.strip(), color, last["y"], last["x"]))
        alt.append(describe_series(name or subtitle or title, line["x"], line["y"], format_value))
    add_point_tooltips(axes, points, format_value)
    frame_axes(axes, points, zero, claim)
    alt += [f"The line is broken at {year}: {reason}." for year, reason in gaps.items()]
    if claim:
        ends.append(End(claim.label, CLAIM_COLOUR, (claim.low + claim.high) / 2))
        alt.append(f"{claim.label}.")
    write_ends(axes, ends)
    mark_breaks(figure, axes, gaps)
    return finish(figure, drawn(frame, series), " ".join(alt))


# data ----------------------------------------------------------------------------------------------------------


def prepared(frame: pd.DataFrame, series: str | None) -> pd.DataFrame:
    """Return the points of a chart under fixed column names, without missing values.

    Columns that the frame lacks are empty; without `low` and `high` a point has no range. Raises ValueError
    if no row has a value.
    """
    names = frame[series] if series else pd.Series("", frame.index)
    points = frame.assign(x=frame["year"].astype(int), y=frame["value"], line=pd.Categorical(names, names.unique()))
    points = points.reindex(columns=[*"xy", "line", *NUMBERS, *WORDS]).dropna(subset=["y"])
    if not len(points):
        raise ValueError("there is nothing to draw: no row has a value")
    for column in NUMBERS:
        points[column] = points[column].astype(float).fillna(points["y"])
    points[WORDS] = points[WORDS].astype(object).fillna("")
    points["conflict"] = points["conflict"].astype(bool)
    return points.sort_values(["x", "y"], kind="stable", ignore_index=True)


def lines_of(points: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the points of each line by its name, in the order of the frame. A single line has no name."""
    return dict([*points.groupby("line", observed=True)])


def drawn(frame: pd.DataFrame, series: str | None) -> pd.DataFrame:
    """Return the columns of a frame that a reader of the chart may want."""
    wanted = dict.fromkeys([series, "year", "value", *LINE_COLUMNS])
    return frame[[c for c in wanted if c in frame]].dropna(subset=["value"])


def representative(points: pd.DataFrame) -> pd.DataFrame:
    """Return the points that represent their year.

    They are whole years, and final values if there are any. Of values that agree, only the most exact one is
    kept; values that disagree are all kept.
    """
    shown = points[points["status"] != "partial"]
    for column, poor in (("grade", "D"), ("status", "preliminary")):
        better = shown[column] != poor
        shown = shown[better | ~better.groupby(shown["x"]).transform("any")]
    agreed = shown[~shown["conflict"].groupby(shown["x"]).transform("any")]
    widths = (agreed["high"] - agreed["low"]).groupby(agreed["x"])
    return shown.drop(agreed.index.difference(widths.idxmin()))


def segments(points: pd.DataFrame, gaps: Iterable[int]) -> list[tuple[float, float]]:
    """Return pairs of points that a line may join (neighbouring years without a break), with a gap after each pair."""
    spots = representative(points)[["x", "y"]].drop_duplicates()
    after = spots[~spots["x"].isin(gaps)]
    pairs = spots.merge(after.assign(x=after["x"] - 1), on="x", suffixes=("", "_after"))
    return [spot for p in pairs.itertuples() for spot in ((p.x, p.y), (p.x + 1, p.y_after), (math.nan, math.nan))]


# drawing -------------------------------------------------------------------------------------------------------


def keys_for(points: pd.DataFrame, ranges: bool) -> list[KeyEntry]:
    """Return keys for the signs that these points need; `ranges` says whether rounding is visible."""
    about = ["about"] * ("~" in {*points["bound"]}) + sorted(HOLLOW & {*points["status"]})
    keys = [marker_key(", ".join(about).replace("partial", "part of a year"), "o", filled=False)] if about else []
    words = {">": "more than", "<": "less than"}
    keys += [marker_key(words[bound], marker) for bound, marker in MARKERS.items() if bound in {*points["bound"]}]
    if points["conflict"].any():
        bar = {"linewidth": 2.4, "color": MUTED}
        keys.append(KeyEntry("sources disagree", lambda s, x, y: s.line([x + 0.1] * 2, [y - 0.07, y + 0.07], **bar)))
    if ranges:
        keys.append(KeyEntry("rounding", lambda s, x, y: s.box(x + 0.06, y - 0.07, 0.08, 0.14, MUTED, alpha=0.35)))
    return keys


def with_visible_rounding(points: pd.DataFrame) -> pd.DataFrame:
    """Add a column `rounding`: True if a reader sees how far a point was rounded, from two per cent of the axis."""
    width = (points["high"] - points["low"]).where(~points["bound"].isin([">", "<"]), 0.0)
    axis = max(points["y"].max() - min(points["y"].min(), 0), 1e-12)
    return points.assign(rounding=(width > 0.02 * axis) & ~points["conflict"])


def draw_series(axes: Axes, points: pd.DataFrame, gaps: Mapping[int, str], color: str) -> None:
    """Draw one line with its gaps and markers, and bars for rounding and for disagreement."""
    xs, ys = np.array(segments(points, gaps)).reshape(-1, 2).T
    axes.plot(xs, ys, color=color, linewidth=1.5, zorder=2.5, solid_capstyle="round")
    for p in points[points["rounding"]].itertuples():
        axes.plot([p.x, p.x], [p.low, p.high], color=color, linewidth=5, alpha=0.35, solid_capstyle="butt")
    for when, group in points[points["conflict"]].groupby("x"):
        ends = [*group["y"], *group["low"], *group["high"]] if len(group) == 1 else list(group["y"])
        axes.plot([when, when], [min(ends), max(ends)], color=color, linewidth=2.4, solid_capstyle="butt")
    size = 4.5 if len(points) <= 20 else 3.4
    hollow = (points["bound"] == "~") | points["status"].isin(HOLLOW)
    for (bound, open_), some in points.groupby([points["bound"], hollow]):
        look: style.MatplotlibStyle = {"marker": MARKERS.get(bound, "o"), "facecolor": style.PAPER if open_ else color}
        area = (size + 1.5 * (bound in MARKERS)) ** 2
        axes.scatter("x", "y", area, data=some, edgecolor=color, linewidth=1.2, zorder=3, **look)


def add_point_tooltips(axes: Axes, points: pd.DataFrame, format_value: Callable[[float], str]) -> None:
    """Give each point a tooltip: its line, year, value and publisher."""
    for _, p in points.iterrows():
        name = ", ".join(filter(None, [p["line"], str(p["x"])]))
        value = BOUND_SIGNS.get(p["bound"], "") + format_value(p["y"])
        set_tooltip(axes, p["x"], p["y"], f"{name}: {value}", p["origin"])


def frame_axes(axes: Axes, points: pd.DataFrame, zero: bool, claim: Target | None = None) -> None:
    """Set limits and ticks."""
    axes.set_xlim(points["x"].min() - 0.5, points["x"].max() + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter("{x:.0f}")
    ends = [*points["y"], *((claim.low, claim.high) if claim else ())]
    low, high = min(ends), max(ends)
    if zero and low >= 0:
        axes.set_ylim(0, high * 1.08 or 1)
    else:
        room = 0.1 * (high - low or abs(high) or 1)
        axes.set_ylim(low - room, high + room)


def mark_breaks(figure: Canvas, axes: Axes, gaps: Mapping[int, str]) -> None:
    """Draw a dotted line before the first year of each new rule, with the reason in rows above the axes."""
    figure.measure()
    box = axes.get_window_extent()
    inches = box.width / figure.dpi
    low, high = axes.get_xlim()
    step = style.line_height(SMALL) * figure.dpi / box.height * 1.15  # scaled, because labels above make the axes lower
    look = BREAK | {"clip_on": False}
    rows: list[float] = []  # right end of the last label in each row, in inches
    for year, reason in sorted(gaps.items()):
        at = (year - 0.5 - low) / (high - low) * inches
        lines = wrap(reason, inches, SMALL)
        width = max(style.text_width(line, SMALL) for line in lines)
        left = max(0.0, min(at - width / 2, inches - width))
        row = next((i for i, end in enumerate(rows) if end + 0.1 < left), len(rows))
        rows[row : row + len(lines)] = [left + width] * len(lines)
        top = 1.02 + row * step
        axes.plot([year - 0.5] * 2, [0, top], transform=axes.get_xaxis_transform(), scalex=False, scaley=False, **look)
        axes.text(left / inches, top, "\n".join(lines), transform=axes.transAxes, size=SMALL, color=MUTED, va="bottom")


# events -------------------------------------------------------------------------------------------------------


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
            after = (style.text_width(row[label], SMALL) + 0.1) / style.POINT
            for words, right, shade in ((row[label], 0, style.INK), ((format_row or in_years)(row), after, color)):
                offset_text(axes, words, (0, at + 0.1), (right, 0), color=shade, bbox=style.CLEAR, **look)
            place, open_end = at + 0.1 + style.line_height(SMALL), pd.isna(row["end"])
            axes.barh(place, (until if open_end else row["end"]) - row["start"], 0.1, row["start"], color=color)
            if open_end:
                axes.plot(until, place, marker=">", color=color, markersize=7, clip_on=False)
            set_tooltip(axes, row["start"], place, f"{row[label]}: {in_years(row)}", row.get("origin"))
            at += ROW_HEIGHT
    first, last = frame["start"].min(), max(until, frame["end"].max())
    axes.set(xlim=(first - 0.5, last + 0.5), ylim=(at, 0), yticks=[])
    axes.xaxis.get_major_locator().set_params(integer=True, nbins=6)
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x")
    axes.axvline(line[0], color=style.ACCENT, linewidth=1.2, zorder=0)
    above = ("data", "axes fraction")
    offset_text(axes, line[1], (line[0], 1), (0, 2), xycoords=above, color=style.ACCENT)
    alt = " ".join(f"{row[label]}: {in_years(row)}." for _, row in frame.iterrows())
    return finish(figure, frame, alt)


def in_years(row: pd.Series) -> str:
    """Return "1995–2004", or "since 1995" if no end is known."""
    return f"since {int(row['start'])}" if pd.isna(row["end"]) else f"{int(row['start'])}–{int(row['end'])}"
