"""New rows against the form of their table and against what is stored: which are new, and where they go."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from torch_program.csv_tables import Row, written
from torch_program.intake.cells import tried
from torch_program.intake.description import columns
from torch_program.intake.problems import Problem, nearest
from torch_program.intake.structure import structure
from torch_program.intake.tables import CELL, Data, at, is_number
from torch_program.periods import parse
from torch_program.pipeline.files import scratch

KEY = (*CELL, "source_id")
SAME = ("value", "unit", "bound", "rounding", "status")  # columns in which a figure that is stored already agrees
USED = {"sources": "source_id", "series": "series", "units": "unit"}  # columns of figures that name rows of a table
Tables = Mapping[str, list[Row]]


def swapped(rows: list[Row], stored: Data) -> Iterator[Problem]:
    """Two columns whose contents stand under each other's name, in every row."""
    looks_right = {  # like a cell of the column
        "series": lambda text: text in stored.series,
        "entity": lambda text: text in stored.places.names,
        "period": lambda text: tried(parse, text) is not None,
        "value": is_number,
        "unit": lambda text: text in stored.known_units,
        "source_id": lambda text: text in stored.source_of,
    }
    for one, other in combinations(looks_right, 2):
        is_one, is_other = looks_right[one], looks_right[other]
        here = any(is_one(row[one]) and is_other(row[other]) for row in rows)
        if rows and not here and all(is_one(row[other]) and is_other(row[one]) for row in rows):
            shown, first = f"{rows[0][one]} | {rows[0][other]}", int(rows[0]["_line"])
            rule, fix = "The contents of two columns have changed places.", "Swap the columns {} and {} in every row."
            yield Problem(rows[0]["_file"], first, f"{one} and {other}", shown, rule, fix.format(one, other))


def in_form(given: Tables, schemas: Mapping[str, Any]) -> tuple[dict[str, list[Row]], list[Problem]]:
    """The rows that keep the form of their table, and what is wrong with the others, told where they stand."""
    sound, problems = {}, []
    for table, rows in given.items():
        faulty = set()
        with scratch() as folder:
            (folder / f"{table}.csv").write_bytes(written(rows, columns(schemas[table])))
            for fault in structure(folder, {"path": f"{table}.csv", "schema": schemas[table]}) if rows else ():
                number = fault.row - 2 if fault.row else 0
                faulty.add(number)
                problems.append(at(rows[number], fault.column, fault.rule, fault.fix, fault.value))
        sound[table] = [row for number, row in enumerate(rows) if number not in faulty]
    return sound, problems


def compared(
    given: Tables, stored: Data, schemas: Mapping[str, Any]
) -> tuple[dict[str, list[Row]], list[Row], list[Problem]]:
    """New rows by table, rows that repeat what is stored, and what is wrong with those that contradict it."""
    new: dict[str, list[Row]] = {}
    repeated, problems = [], []
    for table, rows in given.items():
        key = (*KEY, *SAME) if table == "figures" else schemas[table]["primaryKey"]
        known = {tuple(row[column] for column in key): row for row in stored[table]}
        pairs = [(row, known.get(tuple(row[column] for column in key))) for row in rows]
        new[table] = [row for row, before in pairs if not before]
        for row, before in ((row, before) for row, before in pairs if before):
            repeated.append(row)
            differ = [name for name in columns(schemas[table]) if row[name] != before[name]]
            if differ and table != "figures":
                rule = f"{table}.csv has this row already, with another {' and '.join(differ)}."
                fix = f'There it is "{before[differ[0]]}". Write the same, or another {key[0]}.'
                problems.append(at(row, differ[0], rule, fix))
    return new, repeated, problems


def cited(new: Tables, stored: Data) -> tuple[dict[str, list[Row]], list[str]]:
    """Without sources, series and units that none of the new rows uses: one list may serve several tables."""
    said, kept = [], dict(new)
    for table, column in USED.items():
        names = {row[column] for row in new.get("figures", ())}
        if table == "sources":
            names |= {name for row in new.get("zones", ()) for name in row["source_id"].split(";")}
            names |= set(re.findall(r"\w+", stored.ledger))
        idle = [row[column] for row in new.get(table, ()) if row[column] not in names]
        kept[table] = [row for row in new.get(table, ()) if row[column] in names]
        said += [f"{table}.csv: not added, since no new row uses them: {', '.join(idle)}"] * bool(idle)
    return kept, said


def topics(rows: list[Row], stored: Data, known: set[str] | None) -> tuple[dict[str, list[Row]], list[Problem]]:
    """New figures by the file that they go to: where their series stands, or what a new one names."""
    homes: dict[str, Counter] = defaultdict(Counter)
    for row in stored["figures"]:
        homes[row["series"]][row["_file"]] += 1
    there = sorted(set().union(*homes.values()))
    found: dict[str, list[Row]] = defaultdict(list)
    problems = []
    for row in rows:
        file, home = f"figures/{row['topic']}.csv", homes.get(row["series"], Counter())
        row["_home"] = file = home.most_common(1)[0][0] if home and file not in home else file
        if file in there:
            found[file].append(row)
        elif known is not None and (row["series"] in known or row["topic"]):
            rule = "A series without figures so far needs its topic, the file in data/figures that it goes to."
            named = [Path(topic).stem for topic in there]
            fix = nearest(row["topic"], named, f"write one of these into a column topic: {', '.join(named)}")
            problems.append(at(row, "topic", rule, fix))
    return dict(found), problems


def merged(stored: Data, new: Tables, given: Tables) -> Data:
    """The stored data with new rows; rows that are faulty (`given`) still declare their names, for others to use.

    What a table would declare that could not be read is not known.
    """
    tables = {table: [*stored[table], *new.get(table, ())] for table in stored.tables}
    declared = {table: set(names) for table, names in stored.declared.items()}
    for table, rows in given.items():
        declared[table] |= {next(iter(row.values())) for row in rows}
        if not rows:
            declared.pop(table)
    return replace(stored, tables=tables, declared=declared)
