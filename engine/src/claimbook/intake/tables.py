"""The tables of data/ as the rules see them: rows of text with file and line, without faulty rows."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from claimbook.evidence.intervals import Interval, printed_interval
from claimbook.intake import cells, languages
from claimbook.intake.description import (
    Described,
    column_names,
    future_begins,
    in_form,
    of_folder,
    package_of,
    put_back,
    rows_of_sheet,
    table_of,
)
from claimbook.intake.ledger import LEDGER_FILE, read_declared
from claimbook.intake.problems import Problem, Problems, Refused, Rows, did_you_mean, nearest
from claimbook.intake.reading import stored_sheet
from claimbook.project.folders import Row
from claimbook.project.report import report_settings
from claimbook.say.words import Period, closest, parse

OTHER = "other"  # the kind of a place that is on no list
LEAST_SIMILARITY = 0.6  # least similarity of a name that is suggested


@dataclass(frozen=True)
class Places:
    """The known names of places: those in `tables`, as a report lists them, and `others` already in use."""

    KINDS: ClassVar[str] = "the nation or the whole"  # possible places, in an error message
    NEW: ClassVar[str] = "Use the name of a place that already has figures."  # what to do about any other name
    tables: Any  # rows by the name of their table
    others: Iterable[str]

    @cached_property
    def listed(self) -> frozenset[str]:
        """Names that are correct even if no figure has them."""
        return report_settings().geography.national

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that a figure may have. Of two that differ only in case, the later one is correct."""
        return (*sorted(set(self.others) - self.listed), *sorted(self.listed))

    @cached_property
    def by_name(self) -> dict[str, str]:
        """The names in the data, by the form that is compared."""
        return {folded(name): name for name in self.names}

    @property
    def kinds(self) -> frozenset[str]:
        """All kinds of places."""
        return report_settings().geography.national | {OTHER}

    def kinds_of(self, name: str) -> frozenset[str]:
        """Return the kinds of a place: its own name if it stands for the whole, otherwise "other"."""
        return frozenset({name}) & report_settings().geography.national or frozenset({OTHER})

    def resolve(self, name: str) -> str:
        """Return the name in the data for a name written in full; "" if there is none."""
        return self.by_name.get(folded(name), "")

    def suggest(self, name: str) -> str:
        """Return the known name most similar to an unknown one; "" if none is similar."""
        return self.resolve(name) or self.by_name.get(closest(folded(name), self.by_name, LEAST_SIMILARITY), "")

    def unknown(self, name: str) -> tuple[str, str]:
        """Return the rule that an unknown place breaks, and the fix."""
        rule = f"The place is unknown: it is not {self.KINDS}, and no stored figure has it."
        return rule, did_you_mean(self.suggest(name), self.NEW)


def normalised_name(name: str) -> str:
    """Return a text for comparison: with characters of one width, and single blanks where words need them."""
    return languages.printed().joined(re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip())


def folded(name: str) -> str:
    return normalised_name(name).casefold()


# Places -----------------------------------------------------------------------------------------------------------


CELL = ("series", "entity", "period")  # what a value is about; several sources may give one
OF_CELL = ("_value", "_series", "_unit")  # cells whose place is where the number is printed


@dataclass(frozen=True)
class Data:
    """The tables of data/ as rows of text, without rows with a faulty structure.

    All topics of figures are one table. A row has its cells by column, and its `_file` and `_line`.
    """

    tables: Mapping[str, Rows]
    unread: Rows  # rows with a faulty structure
    declared: Mapping[str, set[str]]  # by table, its first column with faulty rows; without unreadable tables
    ledger: str  # claims.yml as text, because it may cite sources
    today: date

    def __getitem__(self, table: str) -> Rows:
        return self.tables.get(table, [])

    @cached_property
    def claims(self) -> tuple[Any, ...] | None:
        """The claims of claims.yml; None if it has faults, which are reported elsewhere."""
        ledger = read_declared(self.ledger.encode()).model
        return ledger and ledger.claims

    @cached_property
    def series(self) -> dict[str, Row]:
        return {row["series"]: row for row in self["series"]}

    @cached_property
    def units(self) -> dict[tuple[str, str], float]:
        return {(row["unit"], row["canonical"]): float(row["factor"]) for row in self["units"]}

    @cached_property
    def all_units(self) -> set[str]:
        """The units that can be converted or that a series has."""
        return {unit for pair in self.units for unit in pair} | {row["unit"] for row in self["series"]}

    @cached_property
    def source_of(self) -> dict[str, Row]:
        return {row["source_id"]: row for row in self["sources"]}

    @cached_property
    def places(self) -> Places:
        """All names of places that a stored figure has or that the report lists."""
        return self.places_among({row["entity"] for row in self["figures"]})

    def places_among(self, others: set[str]) -> Places:
        """Return the names of places that the report lists, together with `others`."""
        return report_settings().hook("places")(self, others)

    def source_of_row(self, row: Row) -> Row | None:
        return self.source_of.get(row["source_id"])

    def period(self, row: Row) -> Period | None:
        return cells.tried(parse, row["period"])

    def is_flow(self, row: Row) -> bool:
        """Return whether a figure counts over its period, not on a day of it."""
        return self.series.get(row["series"], {}).get("mode", "") not in {"stock", ""}

    def factor(self, unit: str, series: str) -> float | None:
        """Return the factor from a unit to the canonical unit of a series; None if none is declared."""
        canonical = self.series[series]["unit"]
        return 1.0 if unit == canonical else self.units.get((unit, canonical))

    def series_of(self, row: Row) -> str:
        """Return the series with this name in printed tables that fits place and unit; "" unless exactly one does."""
        of_name = self._of_printed_name(row["series"])
        kinds = self.places.kinds_of(row["entity"])
        fits = [s for s in of_name if kinds & self.kinds_of(s) and self.factor(row["unit"], s) is not None]
        return fits[0] if len(fits) == 1 else ""

    def suggest_series(self, name: str) -> str:
        """Say what to write for an unknown series: those with that name in printed tables, or the most similar name."""
        if of_name := self._of_printed_name(name):
            about = (f"{s} ({self.series[s]['entities']}, in {self.series[s]['unit']})" for s in of_name)
            return f"These have this name in tables: {', '.join(about)}. Write the one that measures the same."
        otherwise = "add its definition to series.csv"
        named = nearest(name, self.series, otherwise)
        word, labels = folded(name), self._by_label
        holding = min((label for label in labels if len(word) > 3 and word in label), key=len, default="")
        if near := "" if named.startswith("Did") else closest(word, labels, 0.75) or holding:
            series, label = labels[near]
            return did_you_mean(series, f'Its name in tables is "{label}". Otherwise {otherwise}.')
        return named

    def _of_printed_name(self, name: str) -> list[str]:
        """Return the series that have this name in tables of the report's languages, without a mark of a part."""
        return self._by_printed_name.get(languages.printed().without_part(normalised_name(name)), [])

    @cached_property
    def _by_label(self) -> dict[str, tuple[str, str]]:
        """The series and their labels in every language that is on, by the form of a label that is compared."""
        printed = [(names[0], label) for label, names in self._by_printed_name.items()]
        english = [(name, row["label"]) for name, row in self.series.items() if row.get("label")]
        return {folded(label): (name, label) for name, label in (*english, *printed)}

    @cached_property
    def _by_printed_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, row in self.series.items():
            for column in languages.printed().label_columns:
                for called in filter(None, row.get(column, "").split(";")):
                    found[normalised_name(called)].append(name)
        return found

    def kinds_of(self, series: str) -> set[str]:
        """Return the kinds of places that a series declares."""
        declared = self.series.get(series, {}).get("entities", "")
        return {*map(str.strip, declared.split(";"))} - {""}

    def units_of(self, series: str) -> list[str]:
        """Return the units that figures of a series may have, its own first."""
        unit_of_series = self.series[series]["unit"]
        return [unit_of_series, *sorted(unit for unit, canonical in self.units if canonical == unit_of_series)]

    def interval(self, row: Row) -> Interval | None:
        """Return a figure's range in its series' canonical unit; None if unit, value or series is unknown."""
        if row["series"] not in self.series or not is_number(row["value"]):
            return None
        factor = self.factor(row["unit"], row["series"])
        if factor is None or row["rounding"] and not is_number(row["rounding"]):
            return None
        return printed_interval(row["value"], row["unit"], row["bound"], row["rounding"]).scaled(factor)


def read_tables(folder: Path, package: Described, today: date) -> tuple[Data, Problems]:
    """Read the tables that are described, without faulty rows. Return them and the faults of their form."""
    tables: dict[str, Rows] = defaultdict(list)
    declared: dict[str, set[str]] = defaultdict(set)
    unread, problems = Rows(), Problems()
    resources = {resource["path"]: resource["schema"] for resource in package["resources"] if "schema" in resource}
    for name, schema in resources.items():
        table, raw = table_of(name), (folder / name).read_bytes()
        try:
            rows, odd, faults = rows_of_sheet(stored_sheet(name, raw, column_names(schema), put_back(name)))
        except Refused as refused:
            problems += refused.problems
            continue
        sound, faulty, of_cells = in_form(rows, schema)
        problems += [*faults, *of_cells]
        tables[table] += sound
        unread += [*odd, *faulty]
        declared[table] |= set(map(first_cell, (*rows, *odd)))
    if "units.csv" not in resources:  # a report may do without conversions
        declared["units"] = set()
    claims = folder / LEDGER_FILE
    text = claims.read_text(encoding="utf-8", errors="replace") if claims.is_file() else ""
    return Data(tables, unread, declared, text, today), problems


def read_stored(folder: Path) -> tuple[Data, dict[str, Any]]:
    """Return the stored data and their description. Raises Refused if they cannot be read."""
    package, problems = package_of(folder)
    if package is None or problems:
        raise Refused(*(of_folder(problem, folder) for problem in problems))
    data, problems = read_tables(folder, package, future_begins(package))
    if problems or not all(data[table] for table in ("sources", "series", "figures")):
        rule = "The stored data cannot be read, so nothing can be added or exported."
        raise Refused(Problem(str(folder), rule, "Run `make check` to see what to correct first."))
    return data, package


def first_cell(row: Row) -> str:
    """Return the cell in the first column, which names a row of most tables."""
    return next(iter(row.values()))


def cell_of(row: Row) -> tuple[str, ...]:
    """Return series, entity and period of a figure."""
    return tuple(row[column] for column in CELL)


def is_number(text: str) -> bool:
    return bool(cells.PLAIN_DECIMAL.fullmatch(text))
