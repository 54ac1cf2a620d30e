"""Change values of `data/` one at a time, and report which checks notice: `make mutate`.

A change is noticed by meaning when a notebook computes another verdict, statistic, chart or table, names other
sources below a chart, or stops, or when `make check` reports a fault. Otherwise other words of a notebook
count, and last the stored record, which notices every changed figure that a notebook loads. The digests in
`datapackage.json` do not count, because they notice every byte, whatever a value is for.

A value is used when a notebook, the profile of a province included, takes its row from the evidence when it
runs. All other values are there only for readers: the evidence page lists them, and no text depends on them.
"""

import hashlib
import json
import os
import random
import shutil
import sys
import textwrap
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import pandas as pd

from claimbook.assurance.in_process import Displayed, displays, processes
from claimbook.changes import record
from claimbook.evidence import evidence
from claimbook.intake import validation
from claimbook.project import folders
from claimbook.project.csv_tables import Row, csv_text, rows_in
from claimbook.project.files import scratch, write_whole
from claimbook.project.outputs import FIGURE_MIME, MYST_MIME, RESULTS_MIME
from claimbook.run.plan import Plan, make_plan
from claimbook.run.runner import INTERRUPTED
from torch_program.profiles.steps import NOTEBOOK

ENOUGH = 0.98  # share of mutations that must be noticed
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
    """What a notebook does with unchanged data: digests of its cells, rows that it takes, columns that select them.

    A cell has two digests, of its results and of all that it displays. A row is file and line, "talent.csv:12".
    """

    cells: tuple[tuple[str, str], ...]
    rows: frozenset[str]
    columns: frozenset[str]

    def depends_on(self, mutation: Mutation) -> bool:
        """Return whether a changed cell can affect this notebook: only in a row that it takes, before or after."""
        return mutation.row in self.rows or bool(DERIVED[mutation.column] & self.columns)


@dataclass(frozen=True)
class Trial:
    """How a mutation was noticed (FACTS, CHECK, WORDS, RECORD or NOBODY), and in which notebook.

    `missed` is False if no section would change without the row: the section drops the value again, or only the
    profile of a province uses it, for which no result is stored.
    """

    mutation: Mutation
    how: str
    where: str = ""
    missed: bool = True

    def __str__(self) -> str:
        return f"{self.how} of {self.where}" if self.where else self.how


def mutations(folder: Path) -> list[Mutation]:
    """Return every possible change: each row once for each kind of change that is possible there."""
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
    """The value times a factor, printed with the same digits; a step of the last digit where that changes nothing."""
    number = Decimal(value)
    step = Decimal(1).scaleb(min(0, int(number.as_tuple().exponent)))
    larger = (number * FACTOR).quantize(step)
    return format(larger if larger != number else number + step, "f")


def other_unit(unit: str, canonical: str, units: list[Row]) -> str:
    """Another unit that is declared for the same canonical one, the unit itself included."""
    declared = [row["unit"] for row in units if row["canonical"] == canonical]
    return next((other for other in [*declared, canonical] if declared and other != unit), "")


def sample(found: Sequence[Mutation], n: int, seed: int) -> list[Mutation]:
    """Return `n` of them: one of each kind and series first, so that large tables do not crowd out small ones."""
    draw = random.Random(seed)
    groups = defaultdict(list)
    for mutation in draw.sample(found, len(found)):
        groups[mutation.kind, mutation.series].append(mutation)
    order = draw.sample(sorted(groups), len(groups))
    return [m for turn in zip_longest(*(groups[key] for key in order)) for m in turn if m][:n]


def apply(mutation: Mutation, folder: Path) -> bytes:
    """Return the file of a mutation with the change made."""
    rows = rows_in(folder / mutation.file)
    rows[mutation.line - 2][mutation.column] = mutation.after
    return csv_text(rows, list(rows[0]))


def without(mutation: Mutation, folder: Path) -> bytes:
    """Return the file as if the row had not been published: a notebook does not see a row without its source."""
    return apply(replace(mutation, column="source_id", after=""), folder)


def split(found: Sequence[Mutation], usual: Mapping[str, Usual]) -> tuple[list[Mutation], dict[str, int]]:
    """The mutations of rows that some notebook takes, and how many other rows there are of each series."""
    rows = frozenset().union(*(notebook.rows for notebook in usual.values()))
    others = {mutation.row: mutation.series for mutation in found if mutation.row not in rows}
    return [m for m in found if m.row in rows], dict(sorted(Counter(others.values()).items()))


def try_out(plan: Plan, usual: Mapping[str, Usual], mutation: Mutation) -> Trial:
    """Try the notebooks that the change can reach, the likeliest first, then the data check and the stored record."""
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


def shares(trials: Sequence[Trial]) -> dict[str, float]:
    """Shares of the trials noticed by meaning (of all, and of the values that a section would miss), and at all."""
    needed = [t for t in trials if t.missed]
    return {
        "by_meaning": sum(t.how in BY_MEANING for t in trials) / len(trials),
        "by_meaning_of_needed": sum(t.how in BY_MEANING for t in needed) / max(1, len(needed)),
        "at_all": sum(t.how != NOBODY for t in trials) / len(trials),
    }


def quiet(trials: Iterable[Trial]) -> list[Trial]:
    """Return those that no result and no rule noticed, in the order of the data."""
    found = (t for t in trials if t.how not in BY_MEANING)
    return sorted(found, key=lambda t: (t.mutation.file, t.mutation.line))


def check_objects(data: Path, file: str, content: bytes) -> bool:
    with scratch() as folder:
        copy = shutil.copytree(data, folder / "data")
        (copy / file).write_bytes(content)
        return any(problem.severity == "error" for problem in validation.find_faults(copy))


def readers_of(plan: Plan, usual: Mapping[str, Usual], mutation: Mutation) -> list[str]:
    """Notebooks that the change can reach; those that name the series come first, as the likeliest."""
    reached = [name for name in plan.notebooks if usual[name].depends_on(mutation)]
    return sorted(reached, key=lambda name: mutation.series not in plan.committed(name).read_text(encoding="utf-8"))


def revised(plan: Plan, file: str, content: bytes) -> bool:
    """Whether the record of a build with the changed file would hold other published figures."""
    name = f"data/{file}"
    files = {n: plan.data_files[n].read_bytes() for n in ("data/sources.csv", name)}
    before, after = (record.evidence(f, plan.parameters["cutoff"]) for f in (files, files | {name: content}))
    return before != after


# asking the notebooks ------------------------------------------------------------------------------------------


def differs(plan: Plan, name: str, usual: Usual, changed: Mapping[str, bytes]) -> str:
    """Return FACTS as soon as a cell stops or gives another number, verdict, chart or table; otherwise WORDS or ""."""
    found = ""
    for how in differences(plan, name, usual, changed):
        if how == FACTS:
            return FACTS
        found = WORDS
    return found


def differences(plan: Plan, name: str, usual: Usual, changed: Mapping[str, bytes]) -> Iterator[str]:
    """FACTS or WORDS for each cell that gives something else."""
    for output, (facts, everything) in zip(displays(plan, name, changed), usual.cells, strict=False):
        if digest(output) != everything:
            yield WORDS if digest(facts_of(output)) == facts else FACTS


def facts_of(output: Displayed) -> list[Any]:
    """Return the displays of a cell that are results or show one."""
    facts = []
    for display in output:
        figure, text = display.get(FIGURE_MIME), display.get(MYST_MIME, {})
        chart = figure and (figure["csv"], figure["sources"])
        table = text.get("myst", "")
        facts.append(
            [display.get("error"), display.get(RESULTS_MIME), text.get("values"), chart, TABLE in table and table]
        )
    return facts


def digest(output: Any) -> str:
    return hashlib.sha256(repr(output).encode()).hexdigest()


def usual(plan: Plan, name: str) -> Usual:
    """Return what a notebook gives with the unchanged data, and which rows it takes."""
    with watched() as (rows, columns):
        cells = tuple((digest(facts_of(output)), digest(output)) for output in displays(plan, name, {}))
    return Usual(cells, frozenset(rows), frozenset(columns))


@contextmanager
def watched() -> Iterator[tuple[set[str], set[str]]]:
    """Record which rows are taken from the evidence, and by which columns they are selected."""
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

    def watched_load(*topics: str, cutoff: str, **how: Any) -> evidence.Evidence:
        known: evidence.Evidence = load(*topics, cutoff=cutoff, **how)
        folder = folders.data_folder() / "figures"
        lines = [f"{topic}.csv:{n}" for topic in topics for n, _ in enumerate(rows_in(folder / f"{topic}.csv"), 2)]
        own = [lines[place] for place in known.figures.index]
        return replace(known, figures=Watched(known.figures.assign(row=own)))

    def watched_frame(self: evidence.Evidence, *args: Any, **more: Any) -> pd.DataFrame:
        found = frame(replace(self, figures=pd.DataFrame(self.figures)), *args, **more)
        rows.update(found["row"])
        return found

    with patch.object(evidence, "load", watched_load), patch.object(evidence.Evidence, "frame", watched_frame):
        yield rows, columns


# the command ---------------------------------------------------------------------------------------------------


def run(n: int, seed: int) -> None:
    """Try `n` changes drawn with `seed`, print what was noticed, and return 1 if too little was."""
    plan = make_plan()
    if not all(plan.staged(name).exists() for name in plan.notebooks):
        raise click.ClickException("There is no report to compare with. Run `make report` first.")
    started = time.time()
    with processes(os.cpu_count() or 1) as pool:
        click.echo("Running every notebook on the data as they are, to see what it says and which values it takes.")
        names = [*plan.notebooks, NOTEBOOK]
        waiting = {name: pool.submit(usual, plan, name) for name in names}
        known = {name: future.result() for name, future in waiting.items()}
        possible, unused = split(mutations(plan.data), known)
        chosen = sample(possible, n or len(possible), seed)
        click.echo(
            f"{len(chosen)} of {len(possible)} possible changes, seed {seed}; each is undone before the next. "
            f"Left out are {sum(unused.values())} values that no notebook takes; their series are listed below."
        )
        trials: list[Trial] = []
        for future in as_completed([pool.submit(try_out, plan, known, mutation) for mutation in chosen]):
            trials.append(trial := future.result())
            who = "NOT NOTICED" if trial.how == NOBODY else str(trial)
            click.echo(f"  {len(trials):4}  {who:42} {trial.mutation}")
    found = shares(trials)
    tell(trials, found, time.time() - started, unused)
    kept: dict[str, Any] = {"seed": seed, "tried": len(trials), "needed": sum(t.missed for t in trials), **found}
    kept |= {"by": dict(sorted(Counter(map(str, trials)).items())), "unused": unused}
    kept["quiet"] = [{"change": str(t.mutation), "noticed": str(t), "missed": t.missed} for t in quiet(trials)]
    content = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
    write_whole(plan.root / "_build" / "mutations.json", content.encode())
    sys.exit(found["at_all"] < ENOUGH)


def tell(trials: Sequence[Trial], found: Mapping[str, float], seconds: float, unused: Mapping[str, int]) -> None:
    """Print what was noticed and by what, then what was not noticed, and what was not tried."""
    click.echo()
    for kind in KINDS:
        if of_kind := [t for t in trials if t.mutation.kind == kind]:
            meant = sum(t.how in BY_MEANING for t in of_kind)
            noticed = sum(t.how != NOBODY for t in of_kind)
            click.echo(f"{kind:8} of {len(of_kind)}: {meant} by meaning, {noticed} at all")
    click.echo(
        f"Noticed by a verdict, a statistic, a chart, a table or the data check: {found['by_meaning'] * 100:.1f} %, "
        f"and {found['by_meaning_of_needed'] * 100:.1f} % of the {sum(t.missed for t in trials)} whose value a section "
        f"would miss; at all: {found['at_all'] * 100:.1f} % of {len(trials)}, in {seconds:.0f} s."
    )
    for missed, why in (
        (True, "Noticed less, though a section would miss the value (rounded, or not the one that decides):"),
        (False, "Noticed less, and no section would say anything else without it (the profile of a province may):"),
    ):
        if of_these := [f"  {t.mutation} ({t})" for t in quiet(trials) if t.missed == missed]:
            click.echo("\n".join([why, *of_these]))
    click.echo("On record, but taken by no notebook, so not tried (values of a series):")
    listed = ", ".join(f"{series}\N{NO-BREAK SPACE}{values}" for series, values in unused.items())
    click.echo(textwrap.fill(listed, 118, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))


@click.command()
@click.option("--n", default=100, show_default=True, help="How many changes to try; 0 tries all of them.")
@click.option("--seed", default=1, show_default=True, help="Which ones: the same seed draws the same.")
def main(n: int, seed: int) -> None:
    """Change values of data/ one at a time, and report which checks notice."""
    try:
        run(n, seed)
    except KeyboardInterrupt:
        click.echo("Interrupted: no file was changed. Start it again; the same seed draws the same.", err=True)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
