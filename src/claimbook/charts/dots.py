"""Dot plots: named values on one axis, with ranges, thresholds and pairs."""

from collections.abc import Callable, Iterable

import pandas as pd

from claimbook.charts.figures import Chart, describe_items, told
from claimbook.charts.row_parts import Group, Line, Mark, Panel, Row
from claimbook.charts.rows import rows_chart
from claimbook.charts.style import PALETTE, marker_key, short
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

    A row without a value says so. Rows whose label is in `strong` are set off by colour and weight. Without `axis` the
    values are places of words, which `say` has.
    """
    strong = set(strong)

    def row(r: pd.Series) -> Row:
        if pd.isna(r[value]):
            return Row(r[label], empty=NO_DATA)
        low, high = (float(r[c]) if c in r and pd.notna(r[c]) else float(r[value]) for c in ("low", "high"))
        color = PALETTE[1] if r[label] in strong else PALETTE[0]
        said = say(float(r[value]))
        name = f"{r[group]}, {r[label]}" if group else str(r[label])
        mark = Mark(float(r[value]), low, high, color, "o", True, said, told(name, said, r))
        return Row(r[label], marks=(mark,), strong=r[label] in strong)

    parts = dict(list(frame.groupby(group, sort=False))) if group else {"": frame}
    groups = tuple(Group(name, tuple(row(r) for _, r in part.iterrows())) for name, part in parts.items())
    panel = Panel(groups, axis=axis, lines=tuple(lines), zero=True)
    alt = [describe_items(name or axis, part[label], part[value], say) for name, part in parts.items()]
    empty = [f"{r[group] + ': ' if group else ''}{r[label]}" for _, r in frame[frame[value].isna()].iterrows()]
    alt += [f"No data: {listed(empty)}."] if empty else []
    alt += [f"Lines: {listed(f'{li.label} ({say(li.value)})' for li in panel.lines)}."] if panel.lines else []
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
    looks = ((ends[0], PALETTE[0], "o", True), (ends[1], PALETTE[1], "D", False))

    def row(r: pd.Series) -> Row:
        marks = tuple(
            Mark(v, v, v, color, marker, filled, say(v), told(f"{r[label]}, {end}", say(v), r))
            for end, color, marker, filled in looks
            if pd.notna(v := float(r[end]))
        )
        return Row(r[label], marks=marks, joined=len(marks) == 2, empty="" if marks else NO_DATA)

    rows = Group("", tuple(row(r) for _, r in frame.iterrows()))
    keys = [marker_key(end, marker, color, filled) for end, color, marker, filled in looks]
    panel = Panel((rows,), axis=axis, lines=tuple(lines), zero=zero)
    alt = " ".join(describe_items(f"{axis}, {end}", frame[label], frame[end], say) for end in ends)
    return rows_chart([panel], title, subtitle, source, alt, frame, keys=keys)
