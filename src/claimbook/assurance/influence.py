"""Finds numbers that depend on something that their cards do not name.

For each set of places that cards of a notebook name, the notebook runs with every other value of its evidence changed.
A number that changes then depends on something that its card leaves out. Series that a notebook checks first (a list
whose parts have to add up) are changed separately, because a failed check stops a cell and would hide the rest.

These notebooks run in this process, without a kernel and without drawing, because the question needs many runs.
"""

import json
import os
import random
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

from claimbook.evidence.reads import FILE, TOPIC
from claimbook.notebook.notebook_file import code_cells, parse_notebook
from claimbook.notebook.section import Section
from claimbook.project import folders, parameters
from claimbook.project.files import Row, csv_text, rows_in, scratch
from claimbook.project.report import report_settings
from claimbook.run import kernels
from claimbook.run.plan import Plan
from claimbook.say.words import Place

Displayed = list[dict[str, Any]]  # what one cell displayed: content by MIME type


def displays(plan: Plan, name: str, changed: Mapping[str, bytes], go_on: bool = False) -> Iterator[Displayed]:
    """Run a notebook and yield what each code cell displays.

    `changed` replaces the contents of files, by their name in the project. A cell that fails displays
    {"error": why} and ends the run, unless `go_on` is set.
    """
    from IPython.core.interactiveshell import InteractiveShell  # these take a second to import
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    from claimbook.charts import figures

    main = sys.modules["__main__"]  # the shell replaces it, and without a real one no process can be forked
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    with (
        _laid_out(plan, name, changed) as folder,
        chdir(folder / "notebooks"),
        # drawings follow from data and words, which are compared; without them a run takes a quarter less
        patch.object(figures.Chart, "svg", lambda *_: ""),
        patch.object(shell, "_showtraceback", lambda *_: None),  # in a kernel, it would also fail the cell that asks
        patch.dict(os.environ),
    ):
        os.environ.pop(folders.DATA_VARIABLE, None)  # the folder has its own data
        try:
            for _, source, cell in code_cells(parse_notebook(plan.committed(name).read_bytes())):
                with capture_output() as captured:
                    done = shell.run_cell(source)
                if parameters.TAG in cell["metadata"].get("tags", ()):
                    names = shell.user_ns.keys()  # a profile lacks some parameters of sections
                    shell.push({name: value for name, value in plan.parameters.items() if name in names})
                outputs = [dict(output.data) for output in captured.outputs if output.data and not output.update]
                if not done.success:
                    error = done.error_before_exec or done.error_in_exec
                    outputs.append({"error": f"{type(error).__name__}: {error}"})
                yield outputs
                if not done.success and not go_on:
                    return
        finally:
            shell.reset(new_session=False)
            sys.modules["__main__"] = main


@contextmanager
def sections_made() -> Iterator[list[Section]]:
    """Collect every Section that a notebook creates inside the block, without lines through time, which take long."""
    sections: list[Section] = []
    begin = Section.__init__

    def kept(self: Section, *args: Any, **more: Any) -> None:
        begin(self, *args, **more)
        sections.append(self)

    with patch.object(Section, "__init__", kept), patch.object(Section, "_turns", lambda *_: []):
        yield sections


@contextmanager
def _laid_out(plan: Plan, name: str, changed: Mapping[str, bytes]) -> Iterator[Path]:
    """Provide a folder to run a notebook in, with the data and the sections of the last build that it reads."""
    wanted = plan.data_files | {f"notebooks/{section}.ipynb": plan.staged(section) for section in plan.read_by(name)}
    with scratch() as folder:
        (folder / "notebooks").mkdir()
        (folder / folders.MARKER).touch()
        for relative, path in wanted.items():
            target = folder / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            if relative in changed:
                target.write_bytes(changed[relative])
            else:
                target.symlink_to(path)
        yield folder


def ignore_signals() -> None:
    """Ignore signals in a worker process: the main process hears them and ends the workers."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """Provide a worker process for each processor, and kill them if anything goes wrong here, Ctrl-C included."""
    kernels.start_forkserver()
    pool = ProcessPoolExecutor(mp_context=get_context("forkserver"), initializer=ignore_signals)
    try:
        yield pool
    except BaseException:
        for process in active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


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
