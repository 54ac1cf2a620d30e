"""Finds numbers that depend on something that their cards do not name.

A notebook runs with the values of some cards as they are and all others changed. If a number of these cards changes, it
depends on something that its card leaves out. Each run tries many cards: `stills` finds few runs that together change,
for each card, every value outside it. Series that a notebook checks first (a list whose parts have to add up) are
changed separately, because a failed check stops a cell and would hide the rest.

These notebooks run in this process, without a kernel and without drawing, because the question needs many runs.
"""

import gc
import json
import os
import random
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, chdir
from typing import Any, NamedTuple
from unittest.mock import patch

from claimbook.assurance import processes
from claimbook.charts.style import Canvas
from claimbook.evidence.reads import FILE, TOPIC
from claimbook.notebook.notebook_file import code_cells, parse_notebook
from claimbook.notebook.section import Section
from claimbook.project import parameters
from claimbook.project.folders import DATA_VARIABLE, MARKER, Row, csv_text, rows_in, scratch, write_below
from claimbook.project.report import report_settings
from claimbook.run.notebook_run import contents_of, kept_beside
from claimbook.run.plan import Plan
from claimbook.run.runner import as_they_end
from claimbook.say.words import Place

Contents = Mapping[str, bytes]  # by name in the project
Displayed = list[dict[str, Any]]  # what one cell displayed: content by MIME type


def cells_run(plan: Plan, name: str, changed: Contents) -> Iterator[tuple[Mapping[str, Any], Displayed, list[Section]]]:
    """Run a notebook. After each code cell, yield the cell, what it displays, and the sections made by then.

    `changed` replaces the contents of files. A cell that fails displays {"error": why}.
    """
    from IPython.core.interactiveshell import InteractiveShell  # these take a second to import
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    from claimbook.charts import figures

    notebook = plan.written(name)
    sections = {f"notebooks/{section}.ipynb": plan.staged(section) for section in plan.read_by(name)}
    main = sys.modules["__main__"]  # the shell replaces it, and without a real one no process can be forked
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    with (
        scratch() as folder,
        # drawings follow from data and words, which are compared, and take a third of a run
        patch.object(figures.Chart, "svg", lambda *_: ""),
        patch.multiple(Canvas, measure=lambda _: None, settle=lambda _: None),
        patch.object(shell, "showtraceback", lambda *_, **__: None),  # in a kernel, it fails the cell that asks
        patch.object(gc, "collect"),  # IPython collects at each reset, which takes a sixth of the time
        patch.dict(os.environ, {DATA_VARIABLE: ""}),  # the folder has its own data
    ):
        files = {MARKER: b"", f"notebooks/{name}.ipynb": notebook}
        write_below(folder, files | contents_of(plan.data_files | sections) | dict(changed))
        try:
            with chdir(folder / "notebooks"):
                for _, source, cell in code_cells(parse_notebook(notebook)):
                    with capture_output() as captured:
                        done = shell.run_cell(source)
                    if parameters.TAG in cell["metadata"].get("tags", ()):
                        names = shell.user_ns.keys()  # a profile lacks some parameters of sections
                        shell.push({name: value for name, value in plan.parameters.items() if name in names})
                    outputs = [dict(output.data) for output in captured.outputs if output.data and not output.update]
                    if not done.success:
                        error = done.error_before_exec or done.error_in_exec
                        outputs.append({"error": f"{type(error).__name__}: {error}"})
                    yield cell, outputs, [each for each in shell.user_ns.values() if isinstance(each, Section)]
        finally:
            shell.reset(new_session=False)
            sys.modules["__main__"] = main


def without_history() -> AbstractContextManager[Any]:
    """Leave out verdicts through time, which take long."""
    return patch.object(Section, "_turns", lambda *_: [])


def results_in_order(what: str, runs: Sequence[Future]) -> Iterator[Any]:
    """Print a line whenever a run ends. When all have ended, yield their results in the order of `runs`."""
    for done, _ in enumerate(as_they_end(runs), 1):
        print(f"  {what}: {done} of {len(runs)} trials", flush=True)
    yield from map(Future.result, runs)


LARGE_MOVE, SMALL_MOVE = 0.6, 0.01  # how far values move at most, as a part of themselves
SEED = 1
UNNAMED = (
    "when values change that its card does not name. "
    "Make it from the measures or quantities that it depends on, so that its card names them."
)

Places = frozenset[Place]
UNNAMED_PLACE = Place("", "", "")  # stands for all places that no card names
Series = frozenset[str]


class Movable(NamedTuple):
    """How the rows of a table can be moved: the series and places of a row, and the row with another value.

    `other` gets the row, the largest change as a part of the value, and the source of chance.
    """

    series: Callable[[Row], str]
    places: Callable[[Row], Places]
    other: Callable[[Row, float, random.Random], Row]


MovableTables = Mapping[str, tuple[Movable, list[Row]]]  # by the name of the file in the project

NumberPlaces = Mapping[str, tuple[float, Places]]  # of each number its value, and the places that its card names


def numbers(plan: Plan, name: str, changed: Contents) -> NumberPlaces:
    """Run a notebook with some files changed, and return the numbers that it makes before any cell fails."""
    with without_history(), patch("claimbook.notebook.section.chart_of", lambda *_: None):  # no number needs a chart
        *_, (_, _, sections) = cells_run(plan, name, changed)
    return {key: (s.statistics[key]["value"], frozenset(places)) for s in sections for key, places in s.behind.items()}


def unnamed_influences(plan: Plan) -> list[str]:
    """Return a sentence for each number that depends on a value which its card does not name.

    The last runs of the notebooks say which tables they read.
    """
    found = dict[str, str]()
    with processes("forkserver") as pool:
        firsts = {pool.submit(as_usual, plan, name): name for name in plan.notebooks}
        runs = [
            pool.submit(moved, plan, firsts[first], still, *first.result())
            for first in as_they_end(firsts)
            for still in stills({card for _, card in first.result()[0].values()})
        ]
        for run in results_in_order("named influences", runs):
            found |= run
    return [f"{number} {became} {UNNAMED}" for number, became in sorted(found.items())]


def as_usual(plan: Plan, name: str) -> tuple[NumberPlaces, Series]:
    """Run a notebook on the data as they are. Return its numbers, and the series that it tests."""
    usual, tables = numbers(plan, name, {}), _tables(plan, name)
    return usual, _tested(plan, name, usual, tables, _series(tables)) if usual else frozenset()


def stills(cards: Collection[Places]) -> list[Places]:
    """Return the places that stay as they are in each run: those of several cards.

    For each card and each place outside it, the card stays and the place moves in at least one run. Places that no card
    names move in all of them. Cards join a run as long as that brings more such pairs.
    """
    pending = {card: Places({UNNAMED_PLACE}).union(*cards) - card for card in cards}
    found = list[Places]()
    while any(pending.values()):
        still, most = Places(), 0
        for card in sorted(cards, key=lambda card: (-len(pending[card]), sorted(card))):
            more = still | card
            pairs = sum(len(pending[other] - more) for other in cards if other <= more)
            if pairs > most:
                still, most = more, pairs
        found.append(still)
        pending |= {card: pending[card] & still for card in cards if card <= still}
    return found


def moved(plan: Plan, name: str, still: Places, usual: NumberPlaces, tested: Series) -> dict[str, str]:
    """Move all values but those of some cards. Say of each number with such a card what it becomes, if another.

    A number that a large change prevents gets a small one. When values that the notebook tests change, cells may
    refuse to make numbers; those that are made are compared.
    """
    tables, keys = _tables(plan, name), {key for key, (_, places) in usual.items() if places <= still}
    free, found = _series(tables) - tested, dict[str, str]()

    def missing(series: Series, size: float) -> set[str]:
        now = numbers(plan, name, _changed(tables, still, series, size))
        both = keys & now.keys()
        found.update({key: f"becomes {now[key][0]:g}" for key in both if now[key][0] != usual[key][0]})
        return keys - now.keys()

    if prevented := missing(free, LARGE_MOVE):
        found |= dict.fromkeys(prevented & missing(free, SMALL_MOVE), "is no longer made")
    if tested:
        missing(tested, SMALL_MOVE)
    return {f"notebooks/{name}.ipynb: {key} = {usual[key][0]:g}": became for key, became in found.items()}


def _tables(plan: Plan, name: str) -> MovableTables:
    """Return the tables that the last run of a notebook read and that can be moved."""
    read = {(kind, part) for kind, part, _ in json.loads(kept_beside(plan.executed(name)).read_bytes())["read"]}
    wanted = {f"data/figures/{topic}.csv": FIGURES for kind, topic in read if kind == TOPIC}
    others: Mapping[str, Movable] = dict(report_settings().hook("movable"))
    wanted |= {table: others[table] for kind, table in read if kind == FILE and table in others}
    return {table: (movable, rows_in(plan.data_files[table])) for table, movable in sorted(wanted.items())}


def _series(tables: MovableTables) -> Series:
    return frozenset(movable.series(row) for movable, rows in tables.values() for row in rows)


def _tested(
    plan: Plan, name: str, usual: NumberPlaces, tables: MovableTables, series: Series, known: bool = False
) -> Series:
    """Return the series of which even a small change makes a cell fail. `known`: a change to all of them does."""
    if not known and usual.keys() <= numbers(plan, name, _changed(tables, frozenset(), series, SMALL_MOVE)).keys():
        return frozenset()
    if len(series) == 1:
        return series
    half = frozenset(sorted(series)[: len(series) // 2])
    found = _tested(plan, name, usual, tables, half)
    return found | _tested(plan, name, usual, tables, series - half, known=not found)


def _changed(tables: MovableTables, places: Places, series: Series, size: float) -> Contents:
    """Return the tables of some series, moving every value that `places` does not name by up to `size` times itself."""
    draw = random.Random(SEED)
    files = {}
    for name, (movable, rows) in tables.items():
        others = [
            row if movable.series(row) not in series or movable.places(row) & places else movable.other(row, size, draw)
            for row in rows
        ]
        if others != rows:
            files[name] = csv_text(others, list(rows[0]))
    return files


def _other_figure(row: Row, size: float, draw: random.Random) -> Row:
    """Return a published figure with another value. A whole number stays whole."""
    value = row["value"]
    step = float(value) * size * draw.choice((-1, 1)) * draw.uniform(0.3, 1)
    other = str(max(1, int(value) + (round(step) or 1))) if value.isdigit() else f"{float(value) + step:.7g}"
    return row | {"value": other}


FIGURES = Movable(
    series=lambda row: row["series"],
    places=lambda row: frozenset({Place(row["source_id"], row["series"], row["locator"])}),
    other=_other_figure,
)
