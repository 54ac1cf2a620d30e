"""Would anybody notice? Values of `data/` are changed one at a time, and the checks are asked.

A change is noticed by meaning when a notebook computes another verdict, statistic, chart or table, names other sources
below a chart, stops, or when `make check` calls the data wrong. Where none of them does, other words of a notebook
count, and last the stored record, which calls any published figure revised that a notebook loads. The digests in
`datapackage.json` are left out of it, since they notice every byte and say nothing about what a value is for.

A value is used when a notebook, the profile of a province included, takes its row out of the evidence as it runs. The
rest is on record for readers alone: the evidence page lists it, and no text says anything that rests on it.
"""

import hashlib
import random
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd

from torch_program import evidence
from torch_program.changes import record
from torch_program.csv_tables import rows_in, written
from torch_program.pipeline.displays import Said, displays
from torch_program.pipeline.files import scratch
from torch_program.pipeline.plan import Plan
from torch_program.results import FIGURE_MIME, MYST_MIME, RESULTS_MIME

FACTOR = Decimal("1.1")
KINDS = ("factor", "unit", "swap", "source")
FACTS, CHECK, WORDS, RECORD, NOBODY = "facts", "data check", "words", "stored record", "nobody"
BY_MEANING = (FACTS, CHECK)
TABLE = ":::{table}"  # how a numbered table begins
_AMOUNT, _BEHIND = (
    {"value", "low", "high", "printed"},
    {"source_id", "origin", "grade", "published", "anchor", "behind"},
)
DERIVED = {"value": _AMOUNT, "unit": _AMOUNT | {"unit"}, "source_id": _BEHIND}  # columns of the evidence that follow

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Mutation:
    """One change: `file` as in `data/`, `line` in it, and what the cell `column` holds before and after."""

    file: str
    line: int
    series: str
    kind: str
    column: str
    before: str
    after: str

    @property
    def row(self) -> str:
        """File and line, as the evidence names its rows."""
        return f"{Path(self.file).name}:{self.line}"

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line} ({self.series})"
        return f"{where}: {self.column} {self.before!r} becomes {self.after!r} by {self.kind}"


@dataclass(frozen=True)
class Usual:
    """What a notebook gives of the data as they are: digests of its cells, rows it takes, columns it chooses them by.

    A cell has two digests, of its results and of all that it displays. A row is file and line, "talent.csv:12".
    """

    cells: tuple[tuple[str, str], ...]
    rows: frozenset[str]
    columns: frozenset[str]

    def depends_on(self, mutation: Mutation) -> bool:
        """Can a changed cell reach this notebook at all? Only in a row that it takes, or that it would take now."""
        return mutation.row in self.rows or bool(DERIVED[mutation.column] & self.columns)


@dataclass(frozen=True)
class Trial:
    """How a mutation was noticed (FACTS, CHECK, WORDS, RECORD or NOBODY), in which notebook, and after how long.

    `missed` is False where no section would say anything else without the row: it takes the value and drops it again,
    or only the profile of a province takes it, of which nothing is stored to compare with.
    """

    mutation: Mutation
    how: str
    where: str = ""
    seconds: float = 0.0
    missed: bool = True

    def __str__(self) -> str:
        return f"{self.how} of {self.where}" if self.where else self.how


def mutations(folder: Path) -> list[Mutation]:
    """Every change that can be made to a value: each row once for each kind that is possible there."""
    units = rows_in(folder / "units.csv")
    origin = {row["source_id"]: row["origin"] for row in rows_in(folder / "sources.csv")}
    canonical = {row["series"]: row["unit"] for row in rows_in(folder / "series.csv")}
    found = []
    for path in sorted((folder / "figures").glob("*.csv")):
        rows = rows_in(path)
        others = defaultdict(list)
        for row in rows:
            others[row["series"]].append(row)
        sources = list(dict.fromkeys(row["source_id"] for row in rows))
        for index, row in enumerate(rows):
            nonzero = Decimal(row["value"]) != 0  # nothing is nothing in every unit
            changed = {
                "factor": ("value", _times(row["value"])),
                "unit": ("unit", _other_unit(row["unit"], canonical[row["series"]], units) if nonzero else ""),
                "swap": ("value", next((r["value"] for r in others[row["series"]] if r["value"] != row["value"]), "")),
                "source": ("source_id", next((s for s in sources if origin[s] != origin[row["source_id"]]), "")),
            }
            for kind, (column, after) in changed.items():
                if after and after != row[column]:
                    file = f"figures/{path.name}"
                    found.append(Mutation(file, index + 2, row["series"], kind, column, row[column], after))
    return found


def _times(value: str) -> str:
    """The value times a factor, printed with the same digits; a step of the last digit where that changes nothing."""
    number = Decimal(value)
    step = Decimal(1).scaleb(min(0, int(number.as_tuple().exponent)))
    larger = (number * FACTOR).quantize(step)
    return format(larger if larger != number else number + step, "f")


def _other_unit(unit: str, canonical: str, units: Rows) -> str:
    """Another unit that is declared for the same canonical one, the unit itself included."""
    declared = [row["unit"] for row in units if row["canonical"] == canonical]
    return next((other for other in [*declared, canonical] if declared and other != unit), "")


def sample(found: Sequence[Mutation], n: int, seed: int) -> list[Mutation]:
    """`n` of them, one of each kind and series before any second, so that large tables do not crowd out small ones."""
    draw = random.Random(seed)
    groups = defaultdict(list)
    for mutation in draw.sample(found, len(found)):
        groups[mutation.kind, mutation.series].append(mutation)
    order = draw.sample(sorted(groups), len(groups))
    return [m for turn in zip_longest(*(groups[key] for key in order)) for m in turn if m][:n]


def apply(mutation: Mutation, folder: Path) -> bytes:
    """The file of a mutation with the change in it."""
    rows = rows_in(folder / mutation.file)
    rows[mutation.line - 2][mutation.column] = mutation.after
    return written(rows, list(rows[0]))


def without(mutation: Mutation, folder: Path) -> bytes:
    """The file as if the row of a mutation had not been published: without its source a notebook does not see it."""
    return apply(replace(mutation, column="source_id", after=""), folder)


def used(usual: Mapping[str, Usual]) -> frozenset[str]:
    """The rows that some notebook takes."""
    return frozenset().union(*(notebook.rows for notebook in usual.values()))


def split(found: Sequence[Mutation], rows: frozenset[str]) -> tuple[list[Mutation], dict[str, int]]:
    """The mutations of some rows, and how many other rows there are of each series."""
    others = {mutation.row: mutation.series for mutation in found if mutation.row not in rows}
    return [m for m in found if m.row in rows], dict(sorted(Counter(others.values()).items()))


def try_out(plan: Plan, usual: Mapping[str, Usual], mutation: Mutation) -> Trial:
    """Ask the notebooks that the change can reach, the likeliest first, then the data check, then the stored record."""
    started = time.process_time()
    changed = {f"data/{mutation.file}": apply(mutation, plan.data)}
    names = _readers_of(plan, usual, mutation)

    def noticed(how: str, where: str = "", missed: bool = True) -> Trial:
        return Trial(mutation, how, where, time.process_time() - started, missed)

    worded = ""
    for name in names:
        how = differs(plan, name, usual[name], changed)
        if how == FACTS:
            return noticed(FACTS, name)
        worded = worded or (name if how == WORDS else "")
    if _check_objects(plan.data, mutation.file, *changed.values()):
        return noticed(CHECK)
    if worded:
        return noticed(WORDS, worded)
    gone = {f"data/{mutation.file}": without(mutation, plan.data)}
    missed = any(any(_differences(plan, name, usual[name], gone)) for name in names)
    return noticed(RECORD if _revised(plan, mutation.file, *changed.values()) else NOBODY, missed=missed)


def shares(trials: Sequence[Trial]) -> dict[str, float]:
    """Shares of the trials noticed by meaning (of all, and of the values that a section would miss), and at all."""
    needed = [t for t in trials if t.missed]
    return {
        "by_meaning": sum(t.how in BY_MEANING for t in trials) / len(trials),
        "by_meaning_of_needed": sum(t.how in BY_MEANING for t in needed) / max(1, len(needed)),
        "at_all": sum(t.how != NOBODY for t in trials) / len(trials),
    }


def quiet(trials: Iterable[Trial]) -> list[Trial]:
    """Those that no result and no rule noticed, in the order of the data."""
    found = (t for t in trials if t.how not in BY_MEANING)
    return sorted(found, key=lambda t: (t.mutation.file, t.mutation.line))


def _check_objects(data: Path, file: str, content: bytes) -> bool:
    from torch_program.intake import validation

    with scratch() as folder:
        copy = shutil.copytree(data, folder / "data")
        (copy / file).write_bytes(content)
        return any(problem.severity == "error" for problem in validation.check(copy))


def _readers_of(plan: Plan, usual: Mapping[str, Usual], mutation: Mutation) -> list[str]:
    """Notebooks that the change can reach; those that name the series come first, as the likeliest."""
    loading = [name for name in plan.notebooks if f"data/{mutation.file}" in plan.inputs(name)]
    reached = [name for name in loading if usual[name].depends_on(mutation)]
    return sorted(reached, key=lambda name: mutation.series not in plan.committed(name).read_text(encoding="utf-8"))


def _revised(plan: Plan, file: str, content: bytes) -> bool:
    """Whether the record of a build with the changed file would hold other published figures."""
    topic, name = Path(file).stem, f"data/{file}"
    if not any(name in plan.inputs(notebook) for notebook in plan.notebooks):
        return False
    files = {n: plan.data_files[n].read_bytes() for n in ("data/sources.csv", name)}
    before, after = (record.evidence(f, [topic], plan.parameters["cutoff"]) for f in (files, files | {name: content}))
    return before != after


# asking the notebooks ------------------------------------------------------------------------------------------


def differs(plan: Plan, name: str, usual: Usual, changed: Mapping[str, bytes]) -> str:
    """FACTS as soon as a cell gives another number, verdict, chart or table or stops; WORDS or nothing at the end."""
    found = ""
    for how in _differences(plan, name, usual, changed):
        if how == FACTS:
            return FACTS
        found = WORDS
    return found


def _differences(plan: Plan, name: str, usual: Usual, changed: Mapping[str, bytes]) -> Iterator[str]:
    """FACTS or WORDS for each cell that gives something else."""
    for said, (facts, everything) in zip(displays(plan, name, changed), usual.cells, strict=False):
        if _digest(said) != everything:
            yield WORDS if _digest(_facts(said)) == facts else FACTS


def _facts(said: Said) -> list[Any]:
    """What of the displays of a cell is a result, or shows one."""
    facts = []
    for display in said:
        figure, text = display.get(FIGURE_MIME), display.get(MYST_MIME, {})
        chart = figure and (figure["csv"], figure["sources"])
        table = text.get("myst", "")
        facts.append(
            [display.get("error"), display.get(RESULTS_MIME), text.get("values"), chart, TABLE in table and table]
        )
    return facts


def _digest(said: Any) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()


def usual(plan: Plan, name: str) -> Usual:
    """What a notebook says of the data as they are, and what it takes of them."""
    with _watched() as (rows, columns):
        cells = tuple((_digest(_facts(said)), _digest(said)) for said in displays(plan, name, {}))
    return Usual(cells, frozenset(rows), frozenset(columns))


@contextmanager
def _watched() -> Iterator[tuple[set[str], set[str]]]:
    """Keeps which rows are taken out of the evidence, and by which columns they are chosen."""
    rows: set[str] = set()
    columns: set[str] = set()
    load, frame = evidence.load, evidence.Evidence.frame

    class Watched(pd.DataFrame):
        def __getitem__(self, key: Any) -> Any:
            found = super().__getitem__(key)
            if isinstance(found, pd.DataFrame):
                rows.update(super().__getitem__("row").loc[found.index])
            else:
                columns.add(key)
            return found

    def watched_load(*topics: str, cutoff: str) -> evidence.Evidence:
        known = load(*topics, cutoff=cutoff)
        return replace(known, figures=Watched(known.figures))

    def watched_frame(self: evidence.Evidence, *args: Any, **more: Any) -> pd.DataFrame:
        found = frame(replace(self, figures=pd.DataFrame(self.figures)), *args, **more)
        rows.update(found["row"])
        return found

    with patch.object(evidence, "load", watched_load), patch.object(evidence.Evidence, "frame", watched_frame):
        yield rows, columns
