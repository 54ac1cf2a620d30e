"""Would anybody notice? Values of `data/` are changed one at a time, and the checks are asked.

A change counts as noticed when `make check` calls the data wrong, or when a notebook gives another output than the one
that is stored: what nbval and the comparison of results look at. The digests in `datapackage.json` are left out of it,
since they notice every byte and say nothing about what a value is for.
"""

import csv
import io
import json
import random
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from torch_program.pipeline.plan import READERS, Plan
from torch_program.results import FIGURE_MIME

FACTOR = Decimal("1.1")
KINDS = ("factor", "unit", "swap", "source")
# Drawings follow from data, words and alternative text, which are compared; leaving them out takes half the time.
UNDRAWN = b"\n\nChart.svg = lambda self: ''\nChart.png = lambda self: b''\n"
DRAWINGS = {"svg", "png"}
FIGURES = "src/torch_program/figures.py"

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
class Verdict:
    """Who noticed a mutation: "data check", the name of a notebook, or nobody (empty)."""

    mutation: Mutation
    noticed_by: str


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


def try_out(plan: Plan, mutation: Mutation) -> Verdict:
    """Ask the data check, then every notebook that reads the file, the likeliest first, until one notices."""
    content = apply(mutation, plan.data)
    if _check_objects(plan.data, mutation.file, content):
        return Verdict(mutation, "data check")
    for name in _readers_of(plan, mutation):
        if says(_executed(plan, name, {f"data/{mutation.file}": content})) != stored(plan, name):
            return Verdict(mutation, name)
    return Verdict(mutation, "")


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


def _executed(plan: Plan, name: str, changed: Mapping[str, bytes]) -> bytes:
    from torch_program.pipeline.execution import NotebookFailed, execute_bundle

    files = {path: source.read_bytes() for path, source in plan.inputs(name).items()} | dict(changed)
    files |= {"_toc.yml": b"", f"notebooks/{name}.ipynb": plan.committed(name).read_bytes()}
    if name in READERS:
        files |= {f"notebooks/{section}.ipynb": plan.staged(section).read_bytes() for section in plan.sections}
    files[FIGURES] += UNDRAWN
    try:
        return execute_bundle(files, name, plan.parameters)
    except NotebookFailed as stopped:  # a notebook that stops has noticed, too
        return stopped.partial


def stored(plan: Plan, name: str) -> list[Any]:
    """What a notebook said in the last build."""
    return says(plan.staged(name).read_bytes())


def says(notebook: bytes) -> list[Any]:
    """The outputs of a notebook without its drawings."""
    outputs = [output for cell in json.loads(notebook)["cells"] for output in cell.get("outputs", ())]
    return [_undrawn(output.get("data", output)) for output in outputs]


def _undrawn(data: Mapping[str, Any]) -> dict[str, Any]:
    kept = {mime: content for mime, content in data.items() if mime != "image/svg+xml"}
    if FIGURE_MIME in kept:
        kept[FIGURE_MIME] = {key: value for key, value in kept[FIGURE_MIME].items() if key not in DRAWINGS}
    return kept
