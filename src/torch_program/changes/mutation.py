"""Would anybody notice? Values of `data/` are changed one at a time, and the checks are asked.

A change is noticed by meaning when a notebook computes another verdict, statistic or chart, stops, or when `make check`
calls the data wrong. Where none of them does, other words or tables of a notebook count, and last the stored record,
which calls any published figure revised that a notebook loads. The digests in `datapackage.json` are left out of it,
since they notice every byte and say nothing about what a value is for.
"""

import csv
import io
import json
import os
import random
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from torch_program import project
from torch_program.changes import record
from torch_program.changes.record import GLUED
from torch_program.pipeline.execution import code_cells, declared_topics
from torch_program.pipeline.plan import READERS, Plan
from torch_program.results import FIGURE_MIME, RESULTS_MIME

FACTOR = Decimal("1.1")
KINDS = ("factor", "unit", "swap", "source")
FACTS, CHECK, WORDS, RECORD, NOBODY = "facts", "data check", "words", "stored record", "nobody"
BY_MEANING = (FACTS, CHECK)

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

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line} ({self.series})"
        return f"{where}: {self.column} {self.before!r} becomes {self.after!r} by {self.kind}"


@dataclass(frozen=True)
class Trial:
    """How a mutation was noticed (FACTS, CHECK, WORDS, RECORD or NOBODY), in which notebook, and after how long."""

    mutation: Mutation
    how: str
    where: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.how} of {self.where}" if self.where else self.how


def read_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(rows: Rows) -> bytes:
    """The table as it stands in `data/figures/`."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def mutations(folder: Path) -> list[Mutation]:
    """Every change that can be made to a value: each row once for each kind that is possible there."""
    units = read_rows(folder / "units.csv")
    origin = {row["source_id"]: row["origin"] for row in read_rows(folder / "sources.csv")}
    canonical = {row["series"]: row["unit"] for row in read_rows(folder / "series.csv")}
    found = []
    for path in sorted((folder / "figures").glob("*.csv")):
        rows = read_rows(path)
        others = defaultdict(list)
        for row in rows:
            others[row["series"]].append(row)
        sources = list(dict.fromkeys(row["source_id"] for row in rows))
        for index, row in enumerate(rows):
            changed = {
                "factor": ("value", _times(row["value"])),
                "unit": ("unit", _other_unit(row["unit"], canonical[row["series"]], units)),
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
    step = Decimal(1).scaleb(min(0, number.as_tuple().exponent))
    larger = (number * FACTOR).quantize(step)
    return format(larger if larger != number else number + step, "f")


def _other_unit(unit: str, canonical: str, units: Rows) -> str:
    """Another unit that is declared for the same canonical one, the unit itself included."""
    declared = [row["unit"] for row in units if row["canonical"] == canonical]
    return next((other for other in [*declared, canonical] if declared and other != unit), "")


def sample(found: Sequence[Mutation], n: int, seed: int) -> list[Mutation]:
    """`n` of them, drawn series by series and kind by kind, so that large tables do not crowd out small ones."""
    groups = defaultdict(list)
    for mutation in random.Random(seed).sample(found, len(found)):
        groups[mutation.kind, mutation.series].append(mutation)
    return [m for turn in zip_longest(*groups.values()) for m in turn if m][:n]


def apply(mutation: Mutation, folder: Path) -> bytes:
    """The file of a mutation with the change in it."""
    rows = read_rows(folder / mutation.file)
    rows[mutation.line - 2][mutation.column] = mutation.after
    return written(rows)


def try_out(plan: Plan, mutation: Mutation) -> Trial:
    """Ask the notebooks that read the file, the likeliest first, then the data check, then the stored record."""
    started = time.process_time()
    changed = {f"data/{mutation.file}": apply(mutation, plan.data)}

    def noticed(how: str, where: str = "") -> Trial:
        return Trial(mutation, how, where, time.process_time() - started)

    worded = ""
    for name in _readers_of(plan, mutation):
        how = differs(plan, name, changed)
        if how == FACTS:
            return noticed(FACTS, name)
        worded = worded or (name if how == WORDS else "")
    if _check_objects(plan.data, mutation.file, *changed.values()):
        return noticed(CHECK)
    if worded:
        return noticed(WORDS, worded)
    return noticed(RECORD if _revised(plan, changed) else NOBODY)


def _check_objects(data: Path, file: str, content: bytes) -> bool:
    from torch_program.intake import validation

    with tempfile.TemporaryDirectory(prefix="torch-program-") as folder:
        copy = shutil.copytree(data, Path(folder) / "data")
        (copy / file).write_bytes(content)
        return any(problem.severity == "error" for problem in validation.check(copy))


def _readers_of(plan: Plan, mutation: Mutation) -> list[str]:
    """Notebooks that load the file; those that name the series come first, since they are the likeliest to notice."""
    loading = [name for name in plan.notebooks if f"data/{mutation.file}" in plan.inputs(name)]
    return sorted(loading, key=lambda name: mutation.series not in plan.committed(name).read_text(encoding="utf-8"))


def _revised(plan: Plan, changed: Mapping[str, bytes]) -> bool:
    """Whether the record of a build with the changed files would hold other published figures."""
    files = {name: path.read_bytes() for name, path in plan.data_files.items()}
    topics = {
        topic for name in plan.notebooks for topic in declared_topics(json.loads(plan.committed(name).read_bytes()))
    }
    before, after = (record.evidence(f, topics, plan.parameters["cutoff"]) for f in (files, files | dict(changed)))
    return before != after


# running a notebook without kernel and drawings ----------------------------------------------------------------

Said = list[dict[str, Any]]  # what one cell displayed: content by MIME type


def differs(plan: Plan, name: str, changed: Mapping[str, bytes]) -> str:
    """FACTS as soon as a cell gives another number, verdict or chart or stops; WORDS or nothing at the end."""
    usual, found = _usual(plan, name), ""
    for now, then in zip(_run(plan, name, changed), usual, strict=False):
        if now != then:
            if [_facts(said) for said in now] != [_facts(said) for said in then]:
                return FACTS
            found = WORDS
    return found


def _facts(said: Mapping[str, Any]) -> list[Any]:
    """What of a display is a result, or shows one."""
    figure = said.get(FIGURE_MIME)
    return [said.get("error"), said.get(RESULTS_MIME), said.get(GLUED), figure and figure["csv"]]


@cache
def _usual(plan: Plan, name: str) -> list[Said]:
    """What a notebook says of the data as they are; a worker asks once."""
    return list(_run(plan, name, {}))


def _run(plan: Plan, name: str, changed: Mapping[str, bytes]) -> Iterator[Said]:
    """Displays of a notebook, cell by cell, in this process: no kernel to start, nothing drawn."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance(config=_shell_config())
    with tempfile.TemporaryDirectory(prefix="torch-program-") as folder, _undrawn():
        _lay_out(Path(folder), plan, name, changed)
        before = Path.cwd()
        os.chdir(Path(folder) / "notebooks")
        try:
            for _, source, _ in code_cells(json.loads(plan.committed(name).read_bytes())):
                with capture_output() as captured:
                    done = shell.run_cell(source)
                said = [dict(output.data) for output in captured.outputs]
                if not done.success:
                    yield [*said, {"error": type(done.error_before_exec or done.error_in_exec).__name__}]
                    return
                yield said
        finally:
            os.chdir(before)
            shell.reset(new_session=False)


def _shell_config() -> Any:
    from traitlets.config import Config

    return Config({"HistoryManager": {"enabled": False}})


def _lay_out(folder: Path, plan: Plan, name: str, changed: Mapping[str, bytes]) -> None:
    """The folder that a notebook runs in: the data it declares and, for a reader, the sections of the last build."""
    (folder / "notebooks").mkdir()
    (folder / project.MARKER).touch()
    wanted = {n: p for n, p in plan.inputs(name).items() if n.startswith("data/")}
    if name in READERS:
        wanted |= {f"notebooks/{section}.ipynb": plan.staged(section) for section in plan.sections}
    for relative, path in wanted.items():
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        if relative in changed:
            target.write_bytes(changed[relative])
        else:
            target.symlink_to(path)


@contextmanager
def _undrawn() -> Iterator[None]:
    """Drawings follow from data and words, which are compared; leaving them out takes a third of the time."""
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    from torch_program.figures import Chart

    nothing = {(Chart, "svg"): "", (Chart, "png"): b"", (Figure, "draw_without_rendering"): None}
    kept = {(owner, method): getattr(owner, method) for owner, method in nothing}
    for (owner, method), result in nothing.items():
        setattr(owner, method, lambda self, result=result: result)
    try:
        yield
    finally:
        plt.close("all")
        for (owner, method), function in kept.items():
            setattr(owner, method, function)
