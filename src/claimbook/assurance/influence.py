"""Finds numbers that depend on something that their cards do not name.

For each set of places that cards of a notebook name, the notebook runs with every other value of its evidence changed.
A number that changes then depends on something that its card leaves out. Series that a notebook checks first (a list
whose parts have to add up) are changed separately, because a failed check stops a cell and would hide the rest.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from claimbook.assurance.in_process import displays, sections_made
from claimbook.evidence.reads import FILE, TOPIC
from claimbook.project.csv_tables import Row, csv_text, rows_in
from claimbook.project.report import report_settings
from claimbook.run.plan import Plan
from claimbook.say.anchors import Place

LARGE, SMALL = 0.6, 0.01  # largest change of a value, as a part of it: enough to change a choice, or hardly any
SEED = 1

Places = frozenset[Place]
Series = frozenset[str]
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Movable:
    """How the rows of a table can be moved: the series and places of a row, and the row with another value.

    `other` gets the row, the largest change as a part of the value, and the source of chance.
    """

    series: Callable[[Row], str]
    places: Callable[[Row], Places]
    other: Callable[[Row, float, random.Random], Row]


Tables = Mapping[str, tuple[Movable, list[Row]]]  # by the name of the file in the project


@dataclass(frozen=True)
class Numbers:
    """The numbers of a notebook as it ran: the value of each, and the places that its card names."""

    values: Mapping[str, float]
    places: Mapping[str, Places]


Run = Callable[[Files], Numbers]  # runs a notebook with some files changed


def numbers(plan: Plan, name: str, changed: Files) -> Numbers:
    """Run a notebook with some files changed, and return the numbers that it makes before any cell fails."""
    with sections_made() as sections:
        for _ in displays(plan, name, changed, go_on=True):
            pass
    values = {key: s["value"] for section in sections for key, s in section.statistics.items()}
    return Numbers(values, {key: frozenset(p) for section in sections for key, p in section.behind.items()})


def unnamed_influences(plan: Plan, name: str) -> list[str]:
    """Return a sentence for each number of a notebook that depends on a value which its card does not name.

    The last run of the notebook says which tables it reads.
    """
    run = partial(numbers, plan, name)
    usual = run({})
    if not usual.places:
        return []
    alike = defaultdict(list)
    for key, places in usual.places.items():
        alike[places].append(key)
    tables = _tables(plan, name)
    every = frozenset(movable.series(row) for movable, rows in tables.values() for row in rows)
    checked = _stopping(run, usual, tables, every) if every else every
    found = []
    for places, keys in alike.items():
        moved = _moved(run, usual, keys, partial(_changed, tables, places, every - checked))
        if checked:  # a cell that refuses makes no numbers; those that are still made are compared
            refused = run(_changed(tables, places, checked, SMALL)).values
            moved |= {key: refused[key] for key in keys if refused.get(key, usual.values[key]) != usual.values[key]}
        found += [_sentence(name, key, usual.values[key], after) for key, after in moved.items()]
    return found


def _sentence(name: str, key: str, before: float, after: float | None) -> str:
    became = "is no longer made" if after is None else f"becomes {after:g}"
    return (
        f"notebooks/{name}.ipynb: {key} = {before:g} {became} when everything that its card does not name changes. "
        "Make it from the measures or quantities that it depends on, so that its card names them."
    )


def _tables(plan: Plan, name: str) -> Tables:
    """Return the tables that the last run of a notebook read and that can be moved."""
    read = {(kind, part) for kind, part, _ in json.loads(plan.reads(name).read_bytes())["read"]}
    wanted = {f"data/figures/{topic}.csv": FIGURES for kind, topic in read if kind == TOPIC}
    others: Mapping[str, Movable] = dict(report_settings().hook("movable"))
    wanted |= {table: others[table] for kind, table in read if kind == FILE and table in others}
    return {table: (movable, rows_in(plan.data_files[table])) for table, movable in sorted(wanted.items())}


def _stopping(run: Run, usual: Numbers, tables: Tables, series: Series) -> Series:
    """Return the series whose values the notebook tests: even a small change to one of them makes a cell fail."""
    now = run(_changed(tables, frozenset(), series, SMALL))
    if usual.values.keys() <= now.values.keys():
        return frozenset()
    if len(series) == 1:
        return series
    names = sorted(series)
    halves = (frozenset(names[: len(names) // 2]), frozenset(names[len(names) // 2 :]))
    return frozenset().union(*(_stopping(run, usual, tables, half) for half in halves))


def _moved(run: Run, usual: Numbers, keys: Iterable[str], changed: Callable[[float], Files]) -> dict[str, float | None]:
    """Return the new values of the numbers that changed. If a large change stops the notebook, try a small one."""
    for size in (LARGE, SMALL):
        now = run(changed(size)).values
        if all(key in now for key in keys):
            break
    return {key: now.get(key) for key in keys if now.get(key) != usual.values[key]}


def _changed(tables: Tables, places: Places, series: Series, size: float) -> Files:
    """Return the tables of some series, moving every value that `places` does not name by up to `size` times itself."""
    draw = random.Random(SEED)
    files = {}
    for name, (movable, rows) in tables.items():
        free = [movable.series(row) in series and not movable.places(row) & places for row in rows]
        if any(free):
            others = [
                movable.other(row, size, draw) if is_free else row for row, is_free in zip(rows, free, strict=True)
            ]
            files[name] = csv_text(others, list(rows[0]))
    return files


def _other_figure(row: Row, size: float, draw: random.Random) -> Row:
    """Return a published figure with another value. A whole number stays whole."""
    step = float(row["value"]) * size * draw.choice((-1, 1)) * draw.uniform(0.3, 1)
    if row["value"].isdigit():
        return {**row, "value": f"{max(1, int(row['value']) + (round(step) or 1))}"}
    return {**row, "value": f"{float(row['value']) + step:.7g}"}


FIGURES = Movable(
    series=lambda row: row["series"],
    places=lambda row: frozenset({Place(row["source_id"], row["series"], row["locator"])}),
    other=_other_figure,
)
