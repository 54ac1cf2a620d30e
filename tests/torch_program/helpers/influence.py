"""Does the card of every number name what moves it? Whatever it does not name is changed, all of it at once.

For each set of places that cards of a notebook name, the notebook runs with every other value of its evidence, and
every other zone of the list, changed. A number that is then another one has an influence that its card is silent
about. Series that a notebook makes a condition of (a list whose parts have to add up) are changed apart, because they
stop the cell and so hide the rest.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from unittest.mock import patch

from displays import displays

from claimbook.notebook.section import Section
from claimbook.project.csv_tables import Row, csv_text, rows_in
from claimbook.run.plan import Plan
from claimbook.say.anchors import Place

LARGE, SMALL = 0.6, 0.01  # how far a value is moved at most: far enough to change a choice, or hardly
SEED = 1
ZONES = "data/zones.csv"

Places = frozenset[Place]
Series = frozenset[str]
Tables = Mapping[str, list[Row]]
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Cards:
    """The numbers of a notebook as it ran: value and places of each."""

    values: Mapping[str, float]
    places: Mapping[str, Places]


Read = Callable[[Files], Cards]  # of a notebook with other contents of some files


@dataclass(frozen=True)
class Silent:
    """A number that its card does not explain: `before`, and `after` values that the card leaves out had moved."""

    key: str
    before: float
    after: float | None

    def __str__(self) -> str:
        became = "is not made any more" if self.after is None else f"becomes {self.after:g}"
        return f"{self.key} = {self.before:g} {became} when all that its card does not name changes"


def cards(plan: Plan, name: str, changed: Files) -> Cards:
    """Run a notebook with other contents of some files and read its numbers, as far as it comes."""
    with _kept() as sections:
        for _ in displays(plan, name, changed, go_on=True):
            pass
    values = {key: s["value"] for section in sections for key, s in section.statistics.items()}
    return Cards(values, {key: frozenset(p) for section in sections for key, p in section.behind.items()})


def silent(plan: Plan, name: str) -> list[Silent]:
    """Numbers of a notebook that something moves which their cards do not name."""
    read = partial(cards, plan, name)
    usual = read({})
    alike = defaultdict(list)
    for key, places in usual.places.items():
        alike[places].append(key)
    code = plan.committed(name).read_text("utf-8")
    named = {n: p for n, p in plan.data_files.items() if p.parent.name == "figures" and f'\\"{p.stem}\\"' in code}
    tables = {n: rows_in(p) for n, p in (named | {ZONES: plan.data_files[ZONES]}).items()}
    every = frozenset(_series(n, row) for n, rows in tables.items() for row in rows)
    checked = _stopping(read, usual, tables, every)
    found = []
    for places, keys in alike.items():
        moved = _moved(read, usual, keys, partial(_changed, tables, places, every - checked))
        if checked:  # what a cell refuses says nothing of its numbers; those that are made all the same are asked
            refused = read(_changed(tables, places, checked, SMALL)).values
            moved |= {key: refused[key] for key in keys if refused.get(key, usual.values[key]) != usual.values[key]}
        found += [Silent(key, usual.values[key], after) for key, after in moved.items()]
    return found


def _stopping(read: Read, usual: Cards, tables: Tables, series: Series) -> Series:
    """The series of which a notebook makes a condition: changed alone, even by little, they stop one of its cells."""
    now = read(_changed(tables, frozenset(), series, SMALL))
    if usual.values.keys() <= now.values.keys():
        return frozenset()
    if len(series) == 1:
        return series
    names = sorted(series)
    halves = (frozenset(names[: len(names) // 2]), frozenset(names[len(names) // 2 :]))
    return frozenset().union(*(_stopping(read, usual, tables, half) for half in halves))


def _moved(read: Read, usual: Cards, keys: Iterable[str], changed: Callable[[float], Files]) -> dict[str, float | None]:
    """Which of some numbers are others now. Where a notebook stops at so much change, less of it is asked."""
    for size in (LARGE, SMALL):
        now = read(changed(size)).values
        if all(key in now for key in keys):
            break
    return {key: now.get(key) for key in keys if now.get(key) != usual.values[key]}


def _changed(tables: Tables, places: Places, series: Series, size: float) -> Files:
    """The tables in which some series stand, with every value that no place names moved by up to `size` of itself."""
    draw = random.Random(SEED)
    files = {}
    for name, rows in tables.items():
        free = [_series(name, row) in series and not _places(name, row) & places for row in rows]
        if any(free):
            others = [
                _other(name, row, size, draw) if is_free else row for row, is_free in zip(rows, free, strict=True)
            ]
            files[name] = csv_text(others, list(rows[0]))
    return files


def _places(name: str, row: Row) -> Places:
    if name == ZONES:
        return frozenset(Place(source, "", row["zone_en"]) for source in row["source_id"].split(";"))
    return frozenset({Place(row["source_id"], row["series"], row["locator"])})


def _series(name: str, row: Row) -> str:
    return "the list of zones" if name == ZONES else row["series"]


def _other(name: str, row: Row, size: float, draw: random.Random) -> dict[str, str]:
    """A row with another value, whole if it was whole; a zone in another province."""
    if name == ZONES:
        return row | {"province": draw.choice(("Beijing", "Tibet", "Hubei"))}
    step = float(row["value"]) * size * draw.choice((-1, 1)) * draw.uniform(0.3, 1)
    if row["value"].isdigit():
        return row | {"value": f"{max(1, int(row['value']) + (round(step) or 1))}"}
    return row | {"value": f"{float(row['value']) + step:.7g}"}


@contextmanager
def _kept() -> Iterator[list[Section]]:
    """Keeps the sections that notebooks begin."""
    sections: list[Section] = []
    begin = Section.__init__

    def kept(self: Section, *args: str, **more: str) -> None:
        begin(self, *args, **more)
        sections.append(self)

    with patch.object(Section, "__init__", kept):
        yield sections
