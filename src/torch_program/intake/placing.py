"""Rows put in their places in the files of `data/`; all else stays as it is, byte by byte."""

import shutil
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from torch_program.csv_tables import Row, written
from torch_program.intake import description
from torch_program.intake.disputes import Words
from torch_program.intake.problems import Refused
from torch_program.intake.structure import structure
from torch_program.intake.tables import place_of, rows_of
from torch_program.periods import parse
from torch_program.pipeline.files import scratch


def changed_files(
    folder: Path,
    package: Mapping[str, Any],
    new: Mapping[str, list[Row]],
    marked: Words,
    gone: Collection[tuple[str, str]] = (),
) -> dict[str, bytes]:
    """The files of a data folder that change, and their description; raises Refused where one would be faulty.

    `new` has rows by file, `marked` words for the column conflict of stored rows; rows that are `gone` are left out.
    """
    changed = {*new, *(name for name, _ in (*marked, *gone))}
    resources = [resource for resource in package["resources"] if resource["path"] in changed]
    files = {}
    for resource in resources:
        name, columns = resource["path"], description.columns(resource["schema"])
        files[name] = _with(folder / name, name, columns, new.get(name, []), marked, gone)
    with scratch() as temporary:
        copy = staged(folder, files, temporary)
        if problems := [problem for resource in resources for problem in structure(copy, resource)]:
            raise Refused(*problems)
        description.describe(copy)
        last = {description.PACKAGE: (copy / description.PACKAGE).read_bytes()}  # a stop before it shows: out of step
    return files | last


def staged(folder: Path, files: Mapping[str, bytes], where: Path) -> Path:
    """A copy of a data folder with other files in it."""
    copy = shutil.copytree(folder, where / "data", ignore=shutil.ignore_patterns(".*"))
    for name, content in files.items():
        (copy / name).write_bytes(content)
    return copy


def _with(
    path: Path, name: str, columns: list[str], new: list[Row], marked: Words, gone: Collection[tuple[str, str]]
) -> bytes:
    """A file with rows put behind those of their series, place and earlier time, and words for conflicts."""
    lines = path.read_bytes().splitlines(keepends=True)
    stored = rows_of(path, name)
    starts = [int(row["_line"]) for row in stored] + [len(lines) + 1]
    of_series, behind = defaultdict(list), defaultdict(list)
    for index, row in enumerate(stored):
        of_series[row.get("series")].append(index)
    for row in new:
        behind[_index(stored, of_series[row.get("series")], row)].append(row)
    out = [*lines[: starts[0] - 1], written(behind[-1], columns, header=False)]
    for index, row in enumerate(stored):
        word = marked.get(place_of(row))
        if place_of(row) not in gone:
            kept = lines[starts[index] - 1 : starts[index + 1] - 1]
            out += kept if word is None else [written([row | {"conflict": word}], columns, header=False)]
        out.append(written(behind[index], columns, header=False))
    return b"".join(out)


def _index(stored: list[Row], series: list[int], row: Row) -> int:
    """The stored row behind which a new one belongs: of its series and place and not later, of its series, or last."""
    last = len(stored) - 1
    if "period" not in row:
        return last
    own = [index for index in series if stored[index]["entity"] == row["entity"]]
    day = parse(row["period"]).last_day
    earlier = [index for index in own if parse(stored[index]["period"]).last_day <= day]
    return earlier[-1] if earlier else own[0] - 1 if own else series[-1] if series else last
