"""Trials: change a value of `data/`, and see which check notices. `mutate.py` runs them.

A change is noticed by meaning if a notebook computes another verdict, statistic, chart or table, names other sources
below a chart, or stops, or if `make check` reports an error. Otherwise other words in a notebook count, and last the
stored record, which reports every revised figure that a notebook loads. The digests in `datapackage.json` do not
count, because they change with every byte and say nothing about what a value is used for.

A value is used if a notebook, such as the profile of a province, takes its row from the evidence while it runs. All
other values are only on record for readers: the evidence page lists them, and no text rests on them.
"""

import hashlib
import json
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd

from claimbook.assurance.influence import Displayed, cells_run
from claimbook.changes import record
from claimbook.evidence import evidence
from claimbook.intake import validation
from claimbook.notebook.prose import display_mime
from claimbook.project.folders import Row, csv_text, rows_in, scratch
from claimbook.project.outputs import FIGURE_MIME, MYST_MIME, RESULTS_MIME
from claimbook.run.plan import Plan, plan_of

PROJECT, USUAL = "project", "usual.json"  # folder and file next to notebooks/, where a notebook asks for trials
ANSWER = "application/vnd.torch-program.trials+json"  # what it displays
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


@dataclass(frozen=True)
class Mutation:
    """One change: the file in `data/`, the line in it, and what the cell in `column` contains before and after."""

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
    """How a notebook runs on the unchanged data: digests of its cells, the rows it takes, the columns it filters by.

    A cell has two digests: of its results, and of everything that it displays. A row is a file and a line, like
    "talent.csv:12".
    """

    cells: tuple[tuple[str, str], ...]
    rows: frozenset[str]
    columns: frozenset[str]

    @classmethod
    def of(cls, shown: Mapping[str, Any]) -> "Usual":
        """Read what `show_usual` displayed."""
        cells = tuple((facts, everything) for facts, everything in shown["cells"])
        return cls(cells, frozenset(shown["rows"]), frozenset(shown["columns"]))

    def depends_on(self, mutation: Mutation) -> bool:
        """Return whether a change can reach this notebook: in a row that it takes, or that it would take now."""
        return mutation.row in self.rows or bool(DERIVED[mutation.column] & self.columns)


@dataclass(frozen=True)
class Trial:
    """How a mutation was noticed (FACTS, CHECK, WORDS, RECORD or NOBODY), and in which notebook.

    `missed` is False if no section would say anything else without the row: it takes the value but does not use it, or
    only the profile of a province takes it, and no profile is stored to compare with.
    """

    mutation: Mutation
    how: str
    where: str = ""
    missed: bool = True

    @classmethod
    def of(cls, shown: Mapping[str, Any]) -> "Trial":
        """Read what `show_trials` displayed."""
        return cls(**{**shown, "mutation": Mutation(**shown["mutation"])})

    def __str__(self) -> str:
        return f"{self.how} of {self.where}" if self.where else self.how


def mutations(folder: Path) -> list[Mutation]:
    """Return all changes to try: for each row of the figures, one of each kind that suits its value."""
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
            nonzero = Decimal(row["value"]) != 0  # zero is zero in every unit
            changed = {
                "factor": ("value", times_factor(row["value"])),
                "unit": ("unit", other_unit(row["unit"], canonical[row["series"]], units) if nonzero else ""),
                "swap": ("value", next((r["value"] for r in others[row["series"]] if r["value"] != row["value"]), "")),
                "source": ("source_id", next((s for s in sources if origin[s] != origin[row["source_id"]]), "")),
            }
            for kind, (column, after) in changed.items():
                if after and after != row[column]:
                    file = f"figures/{path.name}"
                    found.append(Mutation(file, index + 2, row["series"], kind, column, row[column], after))
    return found


def times_factor(value: str) -> str:
    """Return the value times a factor with the same number of digits, or one step of the last digit larger."""
    number = Decimal(value)
    step = Decimal(1).scaleb(min(0, int(number.as_tuple().exponent)))
    larger = (number * FACTOR).quantize(step)
    return format(larger if larger != number else number + step, "f")


def other_unit(unit: str, canonical: str, units: list[Row]) -> str:
    """Return another unit with the same canonical unit, or the canonical unit itself; "" if there is none."""
    declared = [row["unit"] for row in units if row["canonical"] == canonical]
    return next((other for other in [*declared, canonical] if declared and other != unit), "")


def sample(found: Sequence[Mutation], n: int, seed: int) -> list[Mutation]:
    """Draw `n` mutations: one of each kind and series before a second one, so that small tables have their share."""
    draw = random.Random(seed)
    groups = defaultdict(list)
    for mutation in draw.sample(found, len(found)):
        groups[mutation.kind, mutation.series].append(mutation)
    order = draw.sample(sorted(groups), len(groups))
    return [m for turn in zip_longest(*(groups[key] for key in order)) for m in turn if m][:n]


def apply(mutation: Mutation, folder: Path) -> bytes:
    """Return the changed file of a mutation."""
    rows = rows_in(folder / mutation.file)
    rows[mutation.line - 2][mutation.column] = mutation.after
    return csv_text(rows, list(rows[0]))


def without(mutation: Mutation, folder: Path) -> bytes:
    """Return the file as if the row had not been published: without its source, no notebook sees it."""
    return apply(replace(mutation, column="source_id", after=""), folder)


def split(found: Sequence[Mutation], usual: Mapping[str, Usual]) -> tuple[list[Mutation], dict[str, int]]:
    """Return the mutations of rows that a notebook takes, and the number of other rows by series."""
    rows = frozenset().union(*(notebook.rows for notebook in usual.values()))
    others = {mutation.row: mutation.series for mutation in found if mutation.row not in rows}
    return [m for m in found if m.row in rows], dict(sorted(Counter(others.values()).items()))


def try_out(plan: Plan, usual: Mapping[str, Usual], mutation: Mutation) -> Trial:
    """Try the notebooks that the change can reach, the likeliest first, then the data check, then the record."""
    changed = {f"data/{mutation.file}": apply(mutation, plan.data)}
    names = readers_of(plan, usual, mutation)
    worded = ""
    for name in names:
        how = differs(plan, name, usual[name], changed)
        if how == FACTS:
            return Trial(mutation, FACTS, name)
        worded = worded or (name if how == WORDS else "")
    if check_objects(plan.data, mutation.file, *changed.values()):
        return Trial(mutation, CHECK)
    if worded:
        return Trial(mutation, WORDS, worded)
    gone = {f"data/{mutation.file}": without(mutation, plan.data)}
    missed = any(any(differences(plan, name, usual[name], gone)) for name in names)
    how = RECORD if revised(plan, mutation.file, *changed.values()) else NOBODY
    return Trial(mutation, how, missed=missed)


def check_objects(data: Path, file: str, content: bytes) -> bool:
    with scratch() as folder:
        copy = shutil.copytree(data, folder / "data")
        (copy / file).write_bytes(content)
        return any(problem.severity == "error" for problem in validation.find_faults(copy))


def readers_of(plan: Plan, usual: Mapping[str, Usual], mutation: Mutation) -> list[str]:
    """Return the notebooks that the change can reach; those that name the series come first."""
    reached = [name for name in plan.notebooks if usual[name].depends_on(mutation)]
    return sorted(reached, key=lambda name: mutation.series not in plan.committed(name).read_text(encoding="utf-8"))


def revised(plan: Plan, file: str, content: bytes) -> bool:
    """Return whether the record of a build with the changed file would contain other published figures."""
    name = f"data/{file}"
    files = {n: plan.data_files[n].read_bytes() for n in ("data/sources.csv", name)}
    before, after = (record.known_figures(f, plan.parameters["cutoff"]) for f in (files, files | {name: content}))
    return before != after


# running the notebooks ------------------------------------------------------------------------------------------


def differs(plan: Plan, name: str, usual: Usual, changed: Mapping[str, bytes]) -> str:
    """Return FACTS as soon as a cell gives another result or stops; otherwise WORDS if other words changed, or ""."""
    found = ""
    for how in differences(plan, name, usual, changed):
        if how == FACTS:
            return FACTS
        found = WORDS
    return found


def differences(plan: Plan, name: str, usual: Usual, changed: Mapping[str, bytes]) -> Iterator[str]:
    """Run a notebook with changed files. Yield FACTS for each cell with other results, WORDS for other text."""
    for (_, said, _), (facts, everything) in zip(cells_run(plan, name, changed), usual.cells, strict=False):
        if digest(said) != everything:
            yield WORDS if digest(facts_of(said)) == facts else FACTS


def facts_of(said: Displayed) -> list[Any]:
    """Return the results in what a cell displays."""
    facts = []
    for display in said:
        figure, text = display.get(FIGURE_MIME), display.get(MYST_MIME, {})
        chart = figure and (figure["csv"], figure["sources"])
        table = text.get("myst", "")
        facts.append(
            [display.get("error"), display.get(RESULTS_MIME), text.get("values"), chart, TABLE in table and table]
        )
    return facts


def digest(said: Any) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()


def usual(plan: Plan, name: str) -> Usual:
    """Return what a notebook makes of the unchanged data, and which rows it takes. Raises ValueError if it stops."""
    with watched() as (rows, columns):
        said = [shown for _, shown, _ in cells_run(plan, name, {})]
    if stopped := [display["error"] for cell in said for display in cell if "error" in display]:
        raise ValueError(f"{name} stops on the data as they are: {stopped[0]}")
    return Usual(tuple((digest(facts_of(one)), digest(one)) for one in said), frozenset(rows), frozenset(columns))


@contextmanager
def watched() -> Iterator[tuple[set[str], set[str]]]:
    """Collect the rows that are taken from the evidence, and the columns by which they are chosen."""
    rows: set[str] = set()
    columns: set[str] = set()
    read, frame = evidence.read_text_table, evidence.Evidence.frame

    class Watched(pd.DataFrame):
        def __getitem__(self, key: Any) -> Any:
            found = super().__getitem__(key)
            if isinstance(found, pd.DataFrame):
                rows.update(super().__getitem__("row").loc[found.index])
            else:
                columns.add(key)
            return found

    class WatchedFigures(evidence.Whole):
        def __get__(self, known: Any, kind: type | None = None) -> pd.DataFrame:
            return Watched(super().__get__(known, kind))

    def read_with_lines(path: Path, *columns: Any) -> pd.DataFrame:
        table = read(path, *columns)
        if path.parent.name != "figures":
            return table
        return table.assign(row=[f"{path.name}:{line}" for line in range(2, len(table) + 2)])

    def watched_frame(self: evidence.Evidence, *args: Any, **more: Any) -> pd.DataFrame:
        found = frame(self, *args, **more)
        rows.update(found["row"])
        return found

    (figures := WatchedFigures()).__set_name__(evidence.Evidence, "figures")
    with (
        patch.object(evidence, "read_text_table", read_with_lines),
        patch.object(evidence.Evidence, "frame", watched_frame),
        patch.object(evidence.Evidence, "figures", figures),
    ):
        yield rows, columns


# in a notebook -------------------------------------------------------------------------------------------------


def show_usual(name: str) -> None:
    """Display what a notebook of the project makes of the unchanged data."""
    found = usual(_project(), name)
    _show({"cells": found.cells, "rows": sorted(found.rows), "columns": sorted(found.columns)})


def show_trials(mutations: Sequence[Mapping[str, Any]]) -> None:
    """Display the trial of each mutation."""
    usual = {name: Usual.of(shown) for name, shown in json.loads(Path("..", USUAL).read_text("utf-8")).items()}
    _show([asdict(try_out(_project(), usual, Mutation(**mutation))) for mutation in mutations])


def _project() -> Plan:
    return plan_of(Path("..", PROJECT).resolve())


def _show(answer: Any) -> None:
    display_mime({ANSWER: answer})
