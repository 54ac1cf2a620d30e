"""Dot plots: named values on one axis, with ranges, thresholds and pairs."""

from collections.abc import Callable, Iterable

import pandas as pd

from claimbook.charts.figures import Chart, describe_items
from claimbook.charts.layout import marker_key, told
from claimbook.charts.rows import Line, Mark, Panel, Row, rows_chart
from claimbook.charts.style import PALETTE, short
from claimbook.say.words import listed

NO_DATA = "no data"


def dot_plot(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    label: str,
    value: str = "value",
    group: str | None = None,
    axis: str,
    lines: Iterable[Line] = (),
    say: Callable[[float], str] = short,
    strong: Iterable[str] = (),
) -> Chart:
    """One value a row, under headings where `group` names a column; `low` and `high` are drawn as its range.

    A row without a value says so. Rows whose label is in `strong` are set off by colour and weight.
    """
    strong, lines = set(strong), tuple(lines)

    def row(r: pd.Series) -> Row:
        if pd.isna(r[value]):
            return Row(r[label], empty=NO_DATA)
        at, said = float(r[value]), say(float(r[value]))
        low, high = (float(r[c]) if c in r and pd.notna(r[c]) else at for c in ("low", "high"))
        name = f"{r[group]}, {r[label]}" if group else str(r[label])
        mark = Mark(at, low, high, PALETTE[r[label] in strong], "o", True, said, told(name, said, r))
        return Row(r[label], marks=(mark,), strong=r[label] in strong)

    parts = dict(list(frame.groupby(group, sort=False))) if group else {"": frame}
    rows = [r for name, part in parts.items() for r in (Row(name, heading=True), *(row(r) for _, r in part.iterrows()))]
    alt = [describe_items(name or axis, part[label], part[value], say) for name, part in parts.items()]
    empty = [f"{r[group] + ': ' if group else ''}{r[label]}" for _, r in frame[frame[value].isna()].iterrows()]
    alt += [f"No data: {listed(empty)}."] if empty else []
    alt += [f"Lines: {listed(f'{li.label} ({say(li.value)})' for li in lines)}."] if lines else []
    panel = Panel(rows, axis, lines, zero=True)
    return rows_chart([panel], title, subtitle, source, " ".join(alt), frame)


def dumbbell(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    label: str,
    ends: tuple[str, str],
    axis: str,
    lines: Iterable[Line] = (),
    zero: bool = True,
    say: Callable[[float], str] = short,
) -> Chart:
    """Two values a row, joined: the columns `ends`, the first filled, the second hollow."""
    looks = ((ends[0], "o", PALETTE[0], True), (ends[1], "D", PALETTE[1], False))

    def row(r: pd.Series) -> Row:
        marks = tuple(
            Mark(v, v, v, color, marker, filled, say(v), told(f"{r[label]}, {end}", say(v), r))
            for end, marker, color, filled in looks
            if pd.notna(v := float(r[end]))
        )
        return Row(r[label], marks=marks, joined=len(marks) == 2, empty="" if marks else NO_DATA)

    rows = [Row("", heading=True), *(row(r) for _, r in frame.iterrows())]
    alt = " ".join(describe_items(f"{axis}, {end}", frame[label], frame[end], say) for end in ends)
    keys = [marker_key(*look) for look in looks]
    return rows_chart([Panel(rows, axis, tuple(lines), zero=zero)], title, subtitle, source, alt, frame, keys=keys)
