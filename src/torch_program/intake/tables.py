"""The tables of `data/` as the rules see them: rows of text that know file and line, without what is faulty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from torch_program.csv_tables import Row, lined
from torch_program.intake import cells, ledger
from torch_program.intake.description import future_begins, package_of
from torch_program.intake.problems import Problem, Refused
from torch_program.intervals import Interval, printed_interval
from torch_program.periods import Period, parse
from torch_program.places import Places

DECLARING = ("sources.csv", "series.csv", "units.csv", "prefectures.csv")  # others refer to their first column
CELL = ("series", "entity", "period")  # what a value is of; several sources may give one


@dataclass(frozen=True)
class Data:
    """The tables of `data/` as text, without the files and rows that the structure already found wrong.

    A row has its cells by column, and its `_file` and `_line`.
    """

    sources: list[Row]
    series: dict[str, Row]
    units: dict[tuple[str, str], float]
    figures: list[Row]
    zones: list[Row]
    prefectures: list[Row]
    timeline: list[Row]
    search_log: list[Row]
    not_seen: list[Row]
    changes: list[Row]  # of tests and of labels
    sums: list[Row]
    unread: list[Row]  # rows of figures and zones that the structure found wrong
    declared: dict[str, set[str]]  # what a file declares in its first column, faulty rows too; unreadable files lack
    ledger: str  # claims.yml as text: a source may be used there
    today: date
    studies: list[Row] = field(default_factory=list)

    @cached_property
    def source_of(self) -> dict[str, Row]:
        return {row["source_id"]: row for row in self.sources}

    @cached_property
    def places(self) -> Places:
        """Every name of a place that a stored figure, a zone or a province has."""
        return Places(self.zones, {row["entity"] for row in self.figures})

    @cached_property
    def known_units(self) -> set[str]:
        return {unit for pair in self.units for unit in pair} | {row["unit"] for row in self.series.values()}

    def source_of_row(self, row: Row) -> Row | None:
        return self.source_of.get(row["source_id"])

    def period(self, row: Row) -> Period | None:
        return cells.tried(parse, row["period"])

    def mode(self, row: Row) -> str:
        """Stock or kind of flow of a figure; empty where its series is not known."""
        return self.series.get(row["series"], {}).get("mode", "")

    def factor(self, unit: str, series: str) -> float | None:
        """From a unit into the canonical one of a series; None where no conversion is declared."""
        canonical = self.series[series]["unit"]
        return 1.0 if unit == canonical else self.units.get((unit, canonical))

    def units_of(self, series: str) -> list[str]:
        """Units in which a figure of a series may be given, its own first."""
        own = self.series[series]["unit"]
        return [own, *sorted(unit for unit, canonical in self.units if canonical == own)]

    def interval(self, row: Row) -> Interval | None:
        """Range of a figure in its series' canonical unit; None where unit, value or series are unknown."""
        if row["series"] not in self.series or not is_number(row["value"]):
            return None
        factor = self.factor(row["unit"], row["series"])
        if factor is None or row["rounding"] and not is_number(row["rounding"]):
            return None
        return printed_interval(row["value"], row["unit"], row["bound"], row["rounding"]).scaled(factor)


def read(folder: Path, faulty: Mapping[str, set[int] | None], today: date) -> Data:
    """The tables without what is faulty: lines by file, or None where the whole file is."""
    wrong_lines = {name: lines for name, lines in faulty.items() if lines is not None and name.endswith(".csv")}
    tables = {name: list(rows_of(folder / name, name)) for name in wrong_lines}

    def rows(name: str, wrong: bool = False) -> list[Row]:
        return [row for row in tables.get(name, ()) if (int(row["_line"]) in wrong_lines[name]) == wrong]

    topics = sorted(name for name in tables if name.startswith("figures/"))
    claims = folder / ledger.FILE
    return Data(
        sources=rows("sources.csv"),
        series={row["series"]: row for row in rows("series.csv")},
        units={(r["unit"], r["canonical"]): float(r["factor"]) for r in rows("units.csv")},
        figures=[row for topic in topics for row in rows(topic)],
        zones=rows("zones.csv"),
        prefectures=rows("prefectures.csv"),
        timeline=rows("timeline.csv"),
        search_log=rows("search_log.csv"),
        not_seen=rows("not_seen.csv"),
        changes=[*rows("changes_of_tests.csv"), *rows("changes_of_labels.csv")],
        sums=rows("sums.csv"),
        unread=[row for name in (*topics, "zones.csv") for row in rows(name, wrong=True)],
        declared={n: {next(iter(row.values())) for row in tables[n]} for n in DECLARING if n in tables},
        ledger=claims.read_text(encoding="utf-8", errors="replace") if claims.is_file() else "",
        today=today,
        studies=rows("studies.csv"),
    )


def stored(folder: Path) -> tuple[Data, dict[str, Any]]:
    """The stored data and their description; raises Refused where they cannot be read."""
    package, problems = package_of(folder)
    if package is None or problems:
        raise Refused(*problems)
    try:
        data = read(folder, {r["path"]: set() for r in package["resources"]}, future_begins(package))
        if data.sources and data.series and data.figures and data.zones:
            return data, package
    except (ValueError, KeyError):
        pass  # told by the check, with the place
    rule = "The stored data cannot be read, so nothing can be added to them or taken out."
    raise Refused(Problem(str(folder), None, "", "", rule, "`make check` says what to mend first."))


def rows_of(path: Path, name: str) -> list[Row]:
    """Rows that know the name of their file and the line on which they begin."""
    return [row | {"_file": name, "_line": str(line)} for line, row in lined(path)]


def at(row: Row, column: str, rule: str, fix: str, value: str | None = None) -> Problem:
    """A fault in one cell of a row; a row cut out of a wide table says as `_<column>` where that cell stands there."""
    shown = row.get(column, "") if value is None else value
    return Problem(row["_file"], int(row["_line"]), row.get(f"_{column}", column), shown, rule, fix)


def place_of(row: Row) -> tuple[str, str]:
    """File and line, by which a row is known."""
    return row["_file"], row["_line"]


def line_of(row: Row) -> str:
    """Where a row stands, to be named in the fault of another."""
    return f"line {row['_line']} of {row['_file']}"


def cell_of(row: Row) -> tuple[str, ...]:
    """Series, entity and period of a figure."""
    return tuple(row[column] for column in CELL)


def is_number(text: str) -> bool:
    return bool(cells.PLAIN.fullmatch(text))
