"""Values over time. A line joins only what may be joined: not over a missing year, never over a declared break."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox, blended_transform_factory

from torch_program.charts.style import (
    BAND,
    BASE,
    CLAIM,
    MUTED,
    PALETTE,
    PAPER,
    SMALL,
    WIDTH,
    Key,
    canvas,
    finish,
    line_height,
    line_key,
    marker_key,
    settle,
    short,
    spread,
    text_width,
    wrap,
)
from torch_program.figures import Chart, describe_series

VALUE = SMALL + 0.5  # size of labels at the lines
HOLLOW = {"preliminary", "partial"}
KEPT = (
    "entity",
    "period",
    "low",
    "high",
    "unit",
    "bound",
    "status",
    "conflict",
    "printed",
    "grade",
    "origin",
    "source_id",
)
SEVERAL = len(PALETTE)


@dataclass(frozen=True)
class Target:
    """What a claim says on the axis of values: a band, or a line where both ends are the same."""

    low: float
    high: float
    label: str


def parse_breaks(text: str) -> dict[int, str]:
    """Breaks as `series.csv` writes them, "2023: survey -> above-size; 2024: …", by the first year of the new rule."""
    found = {}
    for item in filter(None, (part.strip() for part in text.split(";"))):
        match = re.fullmatch(r"(\d{4})\s*:\s*(.+)", item)
        if match is None:
            raise ValueError(f"a break is written 2023: reason, not {item!r}")
        found[int(match.group(1))] = match.group(2).replace("->", "→")
    return found


def line_chart(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    x: str = "year",
    y: str = "value",
    series: str | None = None,
    breaks: Mapping[int, str] | str = "",
    claim: Target | None = None,
    zero: bool = True,
    say: Callable[[float], str] = short,
    height: float = 3.9,
) -> Chart:
    """Lines over years, each labelled at its end.

    `frame` has one value a row and may carry `low`, `high`, `bound`, `status` and `conflict` as the evidence does;
    `series` names the column that tells lines apart (at most six), `breaks` years from which another rule holds.
    """
    points = prepared(frame, x, y, series)
    gaps = parse_breaks(breaks) if isinstance(breaks, str) else dict(breaks)
    names = names_of(frame, series)
    if len(names) > SEVERAL:
        raise ValueError(f"{len(names)} lines cannot be told apart; draw at most {SEVERAL}, or panel_lines")
    keys = keys_for(points, visible_ranges(points).any())
    figure, axes = canvas(title, subtitle, source, size=(WIDTH, height), keys=keys)
    draw_claim(axes, claim)
    for name, color in zip(names, PALETTE, strict=False):
        draw_series(axes, points[points["series"] == name], gaps, color)
    frame_axes(axes, points, zero, claim)
    mark_breaks(figure, axes, gaps, points)
    label_ends(figure, axes, points, names, claim, say)
    alt = [describe_series(n or subtitle or title, *_spoken(points[points["series"] == n]), say=say) for n in names]
    alt += [f"The line is broken at {year}: {reason}." for year, reason in gaps.items()]
    alt += [f"{claim.label}."] if claim else []
    return finish(figure, title, subtitle, source, drawn(frame, x, y, series), " ".join(alt))


def panel_lines(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    panel: str,
    x: str = "year",
    y: str = "value",
    breaks: Mapping[str, Mapping[int, str]] | None = None,
    columns: int = 2,
    say: Callable[[float], str] = short,
) -> Chart:
    """Small multiples: one line for each value of the column `panel`, each on an axis from zero of its own.

    `breaks` gives each panel its breaks; their reasons are printed at the foot.
    """
    points = prepared(frame, x, y, panel)
    names = names_of(frame, panel)
    gaps = {n: dict((breaks or {}).get(n, {})) for n in names}
    notes = [f"Break in {'; '.join(_reasons(gaps))}."] if any(gaps.values()) else []
    rows = -(-len(names) // columns)
    foot = " ".join([*notes, source])
    size = (WIDTH, 0.9 + 1.55 * rows)
    keys = keys_for(points, any(visible_ranges(own).any() for _, own in points.groupby("series")))
    figure, grid = canvas(title, subtitle, foot, size=size, panels=(rows, columns), keys=keys, sharex=True)
    flat = list(grid.flat) if rows * columns > 1 else [grid]
    for axes, name in zip(flat, names, strict=False):
        own = points[points["series"] == name]
        draw_series(axes, own, gaps[name], PALETTE[0])
        frame_axes(axes, own, zero=True)
        axes.set_title("\n".join(wrap(name, (WIDTH - 0.5) / columns, BASE, "semibold")), pad=9, x=0.0)
        axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        axes.set_ylim(0, axes.get_ylim()[1] * 1.15)
        for year in gaps[name]:
            axes.axvline(year - 0.5, color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)))
        label_points(axes, own, say)
    first, last = points["x"].min(), points["x"].max()
    flat[0].set_xlim(first - 0.5, last + 0.5)
    for axes in flat[len(names) :]:
        axes.remove()
    for axes in flat[max(0, len(names) - columns) : len(names)]:
        axes.tick_params(labelbottom=True)
    alt = " ".join([*(describe_series(n, *_spoken(points[points["series"] == n]), say=say) for n in names), *notes])
    return finish(figure, title, subtitle, source, drawn(frame, x, y, panel), alt)


def step_chart(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    x: str = "year",
    y: str = "value",
    notes: Mapping[float, str] | None = None,
    claim: Target | None = None,
    say: Callable[[float], str] = short,
    height: float = 3.9,
) -> Chart:
    """A count that changes by decisions: known totals as points, level lines between them, the unseen rise dotted.

    `notes` gives points, by their x, a few words.
    """
    points = prepared(frame, x, y, None)
    keys = [
        *keys_for(points, visible_ranges(points).any()),
        marker_key("known total", "o", PALETTE[0]),
        line_key("when it rose in between is not shown", PALETTE[0], linestyle=(0, (1, 1.5)), linewidth=1.3),
    ]
    figure, axes = canvas(title, subtitle, source, size=(WIDTH, height), keys=keys)
    draw_claim(axes, claim)
    known = points.drop_duplicates("x", keep="last")
    xs, ys = known["x"].to_list(), known["y"].to_list()
    for (x0, y0), (x1, y1) in zip(zip(xs, ys, strict=True), zip(xs[1:], ys[1:], strict=True), strict=False):
        axes.plot([x0, x1], [y0, y0], color=PALETTE[0], linewidth=1.6, solid_capstyle="butt")
        axes.plot([x1, x1], [y0, y1], color=PALETTE[0], linewidth=1.3, linestyle=(0, (1, 1.5)))
    draw_points(axes, points, PALETTE[0])
    frame_axes(axes, points, True, claim)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.1)
    label_ends(figure, axes, points, [""], claim, say, value=False)
    label_steps(axes, known, notes or {}, claim, say)
    alt = [describe_series(title, *_spoken(points), say=say)]
    alt += [f"{when:g}: {text}." for when, text in (notes or {}).items()] + ([f"{claim.label}."] if claim else [])
    return finish(figure, title, subtitle, source, drawn(frame, x, y, None), " ".join(alt))


# data ----------------------------------------------------------------------------------------------------------


def prepared(frame: pd.DataFrame, x: str, y: str, series: str | None) -> pd.DataFrame:
    """The points of a chart under fixed names, without missing values; what the frame does not tell is empty."""
    points = pd.DataFrame({"x": frame[x], "y": frame[y].astype(float)})
    points["series"] = frame[series] if series else ""
    for column in ("low", "high"):
        points[column] = frame[column].astype(float) if column in frame else points["y"]
    for column in ("bound", "status", "conflict", "grade"):
        points[column] = frame[column] if column in frame else ""
    points = points.dropna(subset=["y"])
    if not len(points):
        raise ValueError("there is nothing to draw: no row has a value")
    return points.sort_values(["x", "y"], kind="stable")


def names_of(frame: pd.DataFrame, series: str | None) -> list[str]:
    """Names of the lines in the order of the frame; one line needs none."""
    return list(dict.fromkeys(frame[series])) if series else [""]


def drawn(frame: pd.DataFrame, x: str, y: str, series: str | None) -> pd.DataFrame:
    """The columns of a frame that a reader of the chart may want."""
    wanted = [*([series] if series else []), x, y, *KEPT]
    return frame[[c for c in dict.fromkeys(wanted) if c in frame]].dropna(subset=[y])


def disputed(points: pd.DataFrame) -> pd.Series:
    return points["conflict"].fillna("").astype(bool)


def speaking(points: pd.DataFrame) -> pd.DataFrame:
    """Points that stand for their year.

    Only whole years; final values where there are any; of values that agree the most exact one, of others all.
    """
    kept = []
    for _, year in points[points["status"] != "partial"].groupby("x"):
        for better in (year["grade"] != "D", year["status"] != "preliminary"):
            year = year[better[year.index]] if better[year.index].any() else year
        if not disputed(year).any():
            width = (year["high"] - year["low"]).to_numpy()
            year = year.iloc[[int(np.argmin(width))]]
        kept.append(year)
    return pd.concat(kept) if kept else points.iloc[:0]


def segments(points: pd.DataFrame, gaps: Iterable[int]) -> list[tuple[float, float, float, float]]:
    """Pairs of points (x0, y0, x1, y1) that a line may join: neighbouring whole years without a break."""
    by_year = {year: sorted(set(group["y"])) for year, group in speaking(points).groupby("x")}
    return [
        (year, before, year + 1, after)
        for year, values in by_year.items()
        if year + 1 in by_year and year + 1 not in set(gaps)
        for before in values
        for after in by_year[year + 1]
    ]


def _spoken(points: pd.DataFrame) -> tuple[list[str], list[float]]:
    return [f"{v:g}" for v in points["x"]], points["y"].to_list()


def _reasons(gaps: Mapping[str, Mapping[int, str]]) -> list[str]:
    return sorted({f"{year}: {reason}" for own in gaps.values() for year, reason in own.items()})


# drawing -------------------------------------------------------------------------------------------------------


def keys_for(points: pd.DataFrame, ranges: bool) -> list[Key]:
    """Keys for the signs that these points need; `ranges` tells whether rounding is wide enough to be seen."""
    several = points[disputed(points)].groupby(["series", "x"])["y"].nunique()
    hulls = disputed(points) & (points["high"] > points["low"])
    about = [
        w
        for w, seen in (("about", points["bound"] == "~"), *((s, points["status"] == s) for s in sorted(HOLLOW)))
        if seen.any()
    ]
    keys = [marker_key(", ".join(about).replace("partial", "part of a year"), "o", filled=False)] if about else []
    keys += [marker_key("more than", "^")] if (points["bound"] == ">").any() else []
    keys += [marker_key("less than", "v")] if (points["bound"] == "<").any() else []
    if (several > 1).any() or hulls.any():
        keys.append(
            Key(
                "sources disagree",
                lambda s, x, y: s.line([x + 0.1, x + 0.1], [y - 0.07, y + 0.07], linewidth=2.4, color=MUTED),
            )
        )
    if ranges:
        keys.append(Key("rounding", lambda s, x, y: s.box(x + 0.06, y - 0.07, 0.08, 0.14, MUTED, alpha=0.35)))
    return keys


def visible_ranges(points: pd.DataFrame) -> pd.Series:
    """Whether the rounding of a point is wide enough to be seen: two per cent of the axis."""
    width = (points["high"] - points["low"]).where(~points["bound"].isin([">", "<"]), 0.0)
    return (width > 0.02 * max(points["y"].max() - min(points["y"].min(), 0), 1e-12)) & ~disputed(points)


def draw_series(axes: Axes, points: pd.DataFrame, gaps: Mapping[int, str], color: str) -> None:
    xs, ys = [], []
    for x0, y0, x1, y1 in segments(points, gaps):
        if xs and (xs[-1], ys[-1]) == (x0, y0):
            xs.append(x1), ys.append(y1)
        else:
            xs += [float("nan"), x0, x1]
            ys += [float("nan"), y0, y1]
    axes.plot(xs, ys, color=color, linewidth=1.5, zorder=2.5)
    draw_points(axes, points, color)


def draw_points(axes: Axes, points: pd.DataFrame, color: str) -> None:
    """Markers, rounding bars and the bars between sources that disagree."""
    size = 4.5 if len(points) <= 20 else 3.4
    for p in points[visible_ranges(points)].itertuples():
        axes.plot([p.x, p.x], [p.low, p.high], color=color, linewidth=5, alpha=0.35, solid_capstyle="butt")
    for when, group in points[disputed(points)].groupby("x"):
        ends = [*group["y"], *group["low"], *group["high"]] if len(group) == 1 else list(group["y"])
        axes.plot([when, when], [min(ends), max(ends)], color=color, linewidth=2.4, solid_capstyle="butt")
    hollow = (points["bound"] == "~") | points["status"].isin(HOLLOW)
    kinds = {
        "o": points[~points["bound"].isin([">", "<"])],
        "^": points[points["bound"] == ">"],
        "v": points[points["bound"] == "<"],
    }
    for marker, group in kinds.items():
        for open_, some in group.groupby(hollow[group.index]):
            axes.plot(
                some["x"],
                some["y"],
                linestyle="",
                marker=marker,
                markersize=size + (1.5 if marker != "o" else 0),
                color=color,
                markerfacecolor=PAPER if open_ else color,
                markeredgewidth=1.2,
                zorder=3,
            )


def draw_claim(axes: Axes, claim: Target | None) -> None:
    if claim and claim.low < claim.high:
        axes.axhspan(claim.low, claim.high, color=BAND, linewidth=0, zorder=0.5)
    elif claim:
        axes.axhline(claim.low, color=CLAIM, linewidth=1.3, zorder=1.5)


def frame_axes(axes: Axes, points: pd.DataFrame, zero: bool, claim: Target | None = None) -> None:
    """Limits and ticks."""
    axes.set_xlim(points["x"].min() - 0.5, points["x"].max() + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda v, _: f"{v:.0f}")
    ends = [points["y"].min(), points["y"].max(), *((claim.low, claim.high) if claim else ())]
    low, high = min(ends), max(ends)
    if zero and low >= 0:
        axes.set_ylim(0, high * 1.08 or 1)
    else:
        room = 0.1 * (high - low or abs(high) or 1)
        axes.set_ylim(low - room, high + room)


def mark_breaks(figure: Figure, axes: Axes, gaps: Mapping[int, str], points: pd.DataFrame) -> None:
    """A dotted line before the first year of a new rule, and its reason in rows above the axes."""
    figure.draw_without_rendering()
    box = axes.get_window_extent()
    inches = box.width / figure.dpi
    low, high = axes.get_xlim()
    step = line_height(SMALL) * figure.dpi / box.height
    rows: list[float] = []  # right end of the last label in each row, in inches
    for year, reason in sorted(gaps.items()):
        if not points["x"].min() < year <= points["x"].max():
            continue
        at = (year - 0.5 - low) / (high - low) * inches
        width = text_width(reason, SMALL)
        left = max(0.0, min(at - width / 2, inches - width))
        row = next((i for i, end in enumerate(rows) if end + 0.1 < left), len(rows))
        rows[row : row + 1] = [left + width]
        top = 1.02 + row * step
        axes.plot(
            [year - 0.5] * 2,
            [0, top],
            transform=blended_transform_factory(axes.transData, axes.transAxes),
            color=MUTED,
            linewidth=0.9,
            linestyle=(0, (1, 2)),
            clip_on=False,
            scalex=False,
            scaley=False,
        )
        axes.text(left / inches, top, reason, transform=axes.transAxes, size=SMALL, color=MUTED, va="bottom")


def label_ends(
    figure: Figure,
    axes: Axes,
    points: pd.DataFrame,
    names: list[str],
    claim: Target | None,
    say: Callable,
    value: bool = True,
) -> None:
    """Name and last value of each line at the right of the axes, moved apart where they would touch."""
    right = axes.get_xlim()[1]
    labels = []  # text, colour, where it points, from where
    for name, color in zip(names, PALETTE, strict=False):
        own = points[points["series"] == name]
        last = (speaking(own) if len(speaking(own)) else own).iloc[-1]
        words = wrap(f"{name} {say(last['y'])}".strip() if value else name, 1.3, VALUE, "semibold")
        if words:
            labels.append(("\n".join(words), color, last["y"], last["x"]))
    if claim:
        labels.append(
            ("\n".join(wrap(claim.label, 1.3, VALUE, "semibold")), CLAIM, (claim.low + claim.high) / 2, right)
        )
    offset = {"xytext": (9, 0), "textcoords": "offset points", "annotation_clip": False}
    made = [
        axes.annotate(
            text, (right, at), color=color, size=VALUE, weight="semibold", va="center", linespacing=1.1, **offset
        )
        for text, color, at, _ in labels
    ]
    settle(figure)
    box = axes.get_window_extent()
    pixels = [axes.transData.transform((right, at))[1] for _, _, at, _ in labels]
    heights = [t.get_window_extent().height + 2 for t in made]
    placed = spread(pixels, heights, box.y0 - 8, max(box.y1 + 4, box.y0 - 8 + sum(heights)))
    for text, pixel, wanted, (_, color, at, start) in zip(made, placed, pixels, labels, strict=True):
        level = axes.transData.inverted().transform((0, pixel))[1]
        text.xy = (right, level)
        if abs(pixel - wanted) > 3 or right - start > 0.6:
            axes.plot([start, right], [at, at], color=color, linewidth=0.6, linestyle=(0, (1, 2)), scalex=False)
            axes.plot(
                [right, right + 8 / box.width * (right - axes.get_xlim()[0])],
                [at, level],
                color=color,
                linewidth=0.6,
                clip_on=False,
                scalex=False,
                scaley=False,
            )


def label_points(axes: Axes, points: pd.DataFrame, say: Callable) -> None:
    """First and last value of a small multiple."""
    first, last = points.iloc[0], points.iloc[-1]
    for p, side in ((last, "right"),) if first["x"] == last["x"] else ((first, "left"), (last, "right")):
        axes.annotate(
            say(p["y"]),
            (p["x"], p["y"]),
            xytext=(0, 5),
            textcoords="offset points",
            ha=side,
            va="bottom",
            size=SMALL,
            color=PALETTE[0],
            weight="semibold",
            annotation_clip=False,
        )


def label_steps(
    axes: Axes, points: pd.DataFrame, notes: Mapping[float, str], claim: Target | None, say: Callable
) -> None:
    """Values and notes where neither a step nor another label is; a value without room is left out, a note never."""
    frame = axes.get_window_extent()
    steps = step_path(axes, points)
    if claim:
        level = axes.transData.transform((0, (claim.low + claim.high) / 2))[1]
        steps = np.vstack([steps, [(x, level) for x in np.linspace(frame.x0, frame.x1, 200)]])
    order = [*(i for i, x in enumerate(points["x"]) if x in notes), len(points) - 1, 0, *range(len(points))]
    taken = []
    for i in dict.fromkeys(order):
        p = points.iloc[i]
        noted = p["x"] in notes
        text = axes.annotate(
            "\n".join(wrap(", ".join(filter(None, [say(p["y"]), notes.get(p["x"])])), 1.5, SMALL)),
            (p["x"], p["y"]),
            xytext=(0, 0),
            textcoords="offset points",
            size=SMALL,
            color=PALETTE[0],
            linespacing=1.1,
            annotation_clip=False,
        )
        spots = [(-4, 3, "right", "bottom"), (5, -4, "left", "top"), (-4, 3, "left", "bottom")]
        spots += [(-4, rise, "left", "bottom") for rise in range(20, 140, 10)] if noted else []
        scored = [(_clash(text, spot, steps, taken, frame), number) for number, spot in enumerate(spots)]
        score, best = min(scored)
        if score and not noted:
            text.remove()
            continue
        taken.append(_put(text, spots[best]))
        if best > 2:
            axes.plot(
                [p["x"]] * 2,
                [p["y"], axes.transData.inverted().transform((0, taken[-1].y0))[1]],
                color=PALETTE[0],
                linewidth=0.6,
                scaley=False,
            )


def step_path(axes: Axes, points: pd.DataFrame) -> np.ndarray:
    """Pixels along the steps, close enough to tell whether a label lies on them."""
    xs = np.repeat(points["x"].to_numpy(float), 2)[1:]
    ys = np.repeat(points["y"].to_numpy(float), 2)[:-1]
    corners = axes.transData.transform(np.column_stack([xs, ys]))
    share = np.linspace(0, 1, 60)[:, None]
    return np.vstack([a + share * (b - a) for a, b in zip(corners, corners[1:], strict=False)])


def _put(text: Annotation, spot: tuple[float, float, str, str]) -> Bbox:
    x, y, ha, va = spot
    text.set(position=(x, y), ha=ha, va=va)
    return text.get_window_extent().padded(4)


def _clash(text: Annotation, spot: tuple, path: np.ndarray, taken: list[Bbox], frame: Bbox) -> int:
    """How badly a label would sit at a spot: on other labels, on the path, or outside the axes."""
    box = _put(text, spot)
    on_path = box.padded(-3).count_contains(path) if len(path) else 0
    outside = box.x0 < frame.x0 - 3 or box.y0 < frame.y0 or box.x1 > frame.x1 + 3 or box.y1 > frame.y1 + 6
    return 1000 * sum(box.overlaps(other) for other in taken) + 1000 * outside + int(on_path)
