"""New rows against the form of their table and against what is stored: which are new, and where they go."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from torch_program.csv_tables import Row, written
from torch_program.intake.cells import tried
from torch_program.intake.description import columns
from torch_program.intake.problems import Problem, nearest
from torch_program.intake.structure import structure
from torch_program.intake.tables import CELL, Data, at, is_number, place_of
from torch_program.periods import parse
from torch_program.pipeline.files import scratch

KEY = (*CELL, "source_id")
SAME = ("value", "unit", "bound", "rounding", "status")  # columns in which a figure that is stored already agrees
Tables = Mapping[str, list[Row]]


def swapped(rows: list[Row], stored: Data) -> Iterator[Problem]:
    """Two columns whose contents stand under each other's name, in every row."""
    tests = _looks_right(stored)
    for one, other in combinations(tests, 2):
        if any(f"_{column}" in row for row in rows[:1] for column in (one, other)):
            continue  # cut out by a mapping
        here = any(tests[one](row[one]) and tests[other](row[other]) for row in rows)
        if rows and not here and all(tests[one](row[other]) and tests[other](row[one]) for row in rows):
            rule = "The contents of two columns have changed places."
            fix = f"Swap the columns {one} and {other} in every row."
            shown = f"{rows[0][one]} | {rows[0][other]}"
            yield Problem(rows[0]["_file"], int(rows[0]["_line"]), f"{one} and {other}", shown, rule, fix)


def _looks_right(stored: Data) -> dict[str, Callable[[str], bool]]:
    """For some columns, whether a cell looks like one of it."""
    return {
        "series": lambda text: text in stored.series,
        "entity": lambda text: text in stored.places.names,
        "period": lambda text: tried(parse, text) is not None,
        "value": is_number,
        "unit": lambda text: text in stored.known_units,
        "source_id": lambda text: text in stored.source_of,
    }


def in_form(given: Tables, schemas: Mapping[str, Any]) -> tuple[dict[str, list[Row]], list[Problem]]:
    """The rows that keep the form of their table, and what is wrong with the others."""
    problems = [p for table, rows in given.items() if rows for p in _structure(rows, table, schemas[table])]
    faulty = {(p.file, str(p.row)) for p in problems}
    return {table: [row for row in rows if place_of(row) not in faulty] for table, rows in given.items()}, problems


def _structure(rows: list[Row], table: str, schema: Mapping[str, Any]) -> Iterator[Problem]:
    """What the description of the data finds wrong with new rows, told where they stand."""
    with scratch() as folder:
        name = f"{table}.csv"
        (folder / name).write_bytes(written(rows, columns(schema)))
        for problem in structure(folder, {"path": name, "schema": schema}):
            row = rows[problem.row - 2] if problem.row else rows[0]
            column = row.get(f"_{problem.column}", problem.column)
            yield replace(problem, file=row["_file"], row=int(row["_line"]), column=column)


def compared(
    given: Tables, stored: Data, schemas: Mapping[str, Any]
) -> tuple[dict[str, list[Row]], list[Row], list[Problem]]:
    """New rows by table, rows that repeat what is stored, and rows that contradict it."""
    new: dict[str, list[Row]] = {}
    repeated, problems = [], []
    for table, rows in given.items():
        figures = table == "figures"
        key = (*KEY, *SAME) if figures else schemas[table]["primaryKey"]
        known = {tuple(row[c] for c in key): row for row in (stored.figures if figures else _stored(stored, table))}
        pairs = [(row, known.get(tuple(row[c] for c in key))) for row in rows]
        repeated += [row for row, before in pairs if before]
        new[table] = [row for row, before in pairs if not before]
        if not figures:
            names = columns(schemas[table])
            problems += [p for row, before in pairs if before for p in _differs(table, row, before, names, key[0])]
    return new, repeated, problems


def _differs(table: str, row: Row, before: Row, names: list[str], key: str) -> Iterator[Problem]:
    """A row whose key is stored already, and which says something else."""
    if differ := [name for name in names if row[name] != before[name]]:
        rule = f"{table}.csv has this row already, with another {' and '.join(differ)}."
        fix = f'There it is "{before[differ[0]]}". Write the same, or another {key}.'
        yield at(row, differ[0], rule, fix)


def _stored(stored: Data, table: str) -> list[Row]:
    units = [{"unit": u, "canonical": c, "factor": format(f, "g")} for (u, c), f in stored.units.items()]
    series = list(stored.series.values())
    return {"sources": stored.sources, "series": series, "zones": stored.zones, "units": units}[table]


def cited(new: Tables, stored: Data) -> tuple[dict[str, list[Row]], list[str]]:
    """Without sources, series and units that none of the new rows uses: one list may serve several tables."""
    figures = new.get("figures", ())
    used = {row["source_id"] for row in figures} | set(re.findall(r"\w+", stored.ledger))
    used |= {name for row in new.get("zones", ()) for name in row["source_id"].split(";")}
    wanted = {"sources": ("source_id", used)}
    wanted |= {table: (column, {row[column] for row in figures}) for table, column in USED.items()}
    said, kept = [], dict(new)
    for table, (column, names) in wanted.items():
        idle = [row[column] for row in new.get(table, ()) if row[column] not in names]
        kept[table] = [row for row in new.get(table, ()) if row[column] in names]
        said += [f"{table}.csv: not added, since no new row uses them: {', '.join(idle)}"] * bool(idle)
    return kept, said


USED = {"series": "series", "units": "unit"}  # by table, the column of figures that names its rows


def topics(rows: list[Row], stored: Data, known: set[str]) -> tuple[dict[str, list[Row]], list[Problem]]:
    """New figures by the file that they go to: where their series stands, or what a new one names."""
    homes: dict[str, Counter] = defaultdict(Counter)
    for row in stored.figures:
        homes[row["series"]][row["_file"]] += 1
    there = sorted({row["_file"] for row in stored.figures})
    found: dict[str, list[Row]] = defaultdict(list)
    problems = []
    for row in rows:
        file = f"figures/{row['topic']}.csv" if row.get("topic") else ""
        if (home := homes.get(row["series"])) and file not in home:
            file = home.most_common(1)[0][0]
        row["_home"] = file
        if file in there:
            found[file].append(row)
        elif row["series"] in known or row.get("topic"):
            rule = "A series without figures so far needs its topic, the file in data/figures that it goes to."
            named = [Path(topic).stem for topic in there]
            fix = nearest(row.get("topic", ""), named, f"write one of these into a column topic: {', '.join(named)}")
            problems.append(at(row, "topic", rule, fix))
    return dict(found), problems


def merged(stored: Data, new: Tables, given: Tables, unread: Iterable[str]) -> Data:
    """The stored data with new rows; rows that are faulty (`given`) still declare their names, for others to use.

    What a table that could not be read would declare is not known.
    """
    rows = defaultdict(list, new)
    declared = {name: set(known) for name, known in stored.declared.items()}
    for table in ("sources", "series", "units"):
        for row in given.get(table, ()):
            declared.setdefault(f"{table}.csv", set()).add(next(iter(row.values())))
        if table in unread:
            declared.pop(f"{table}.csv", None)
    return replace(
        stored,
        sources=[*stored.sources, *rows["sources"]],
        series=stored.series | {row["series"]: row for row in rows["series"]},
        units=stored.units | {(r["unit"], r["canonical"]): float(r["factor"]) for r in rows["units"]},
        figures=[*stored.figures, *rows["figures"]],
        zones=[*stored.zones, *rows["zones"]],
        declared=declared,
    )
