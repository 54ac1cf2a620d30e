"""New releases of the World Bank's indicators: asked for, compared with what is stored, and offered as a new vintage.

Stored rows are never changed: a release comes beside the earlier ones, with a source of its own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from torch_program.csv_tables import Row, written
from torch_program.intake import adding, description
from torch_program.intake.tables import Data, stored
from torch_program.intervals import printed_interval
from torch_program.periods import in_words, latest_day
from torch_program.pipeline.files import scratch
from torch_program.project import NothingWritten
from torch_program.vintages import DATABASES, database

WDI = DATABASES[0]
NUMBER = 2  # of the World Development Indicators among the databases of the World Bank
ADDRESS = "https://api.worldbank.org/v2"
BANK = "World Bank"
SEEN = "answer of the publisher's data service"
INDICATOR = re.compile(r"\b[A-Z]{2}(?:\.[A-Z0-9]+){2,}\b")  # GB.XPD.RSDV.GD.ZS
CELL = re.compile(r"\brow ([A-Za-z]{3}),? ?(?:column )?(\d{4})\b")  # row CHN, column 1996


class RefreshError(NothingWritten):
    """No answer that can be used; the message says what happened and what to do."""


@dataclass(frozen=True)
class Wanted:
    """A series that is stored from the World Bank: its indicator, the economies by code, and its latest release."""

    series: str
    label: str
    indicator: str
    unit: str
    entities: dict[str, str]
    first: int
    source: Row  # of the latest release
    latest: dict[tuple[str, str], Row]  # stored figure of the latest release that has one, by entity and period

    @property
    def published(self) -> date:
        return latest_day(self.source["published"])


@dataclass(frozen=True)
class Change:
    """What a release says against the stored ones; `values` are all of its own, as text, by entity and period."""

    wanted: Wanted
    values: dict[tuple[str, str], str]
    new: list[tuple[str, str]]
    revised: list[tuple[str, str]]
    gone: list[tuple[str, str]]

    @property
    def any(self) -> bool:
        return bool(self.new or self.revised)


def wanted(data: Data) -> list[Wanted]:
    """The stored series of the database whose rows tell indicator, economy and year of the cell they come from.

    A series whose periods are not the years of the cells (an edition named by the next year) is left alone.
    """
    found: dict[str, list[tuple[Row, str, str]]] = defaultdict(list)
    left: set[str] = set()
    for row in data.figures:
        source = data.source_of_row(row)
        if source is None or database(source) != WDI:
            continue
        code = INDICATOR.search(row["locator"]) or INDICATOR.search(source["publisher"])
        cell = CELL.search(row["locator"])
        if code and cell and cell[2] == row["period"]:
            found[row["series"]].append((row, code[0], cell[1].upper()))
        else:
            left.add(row["series"])
    return [_wanted(data, series, rows) for series, rows in sorted(found.items()) if series not in left]


def _wanted(data: Data, series: str, rows: list[tuple[Row, str, str]]) -> Wanted:
    def day(row: Row) -> date:
        return latest_day(data.source_of[row["source_id"]]["published"])

    ordered = sorted(rows, key=lambda found: (day(found[0]), found[0]["source_id"]))
    last, indicator, _ = ordered[-1]
    return Wanted(
        series=series,
        label=data.series[series]["label"],
        indicator=indicator,
        unit=last["unit"],
        entities={code: row["entity"] for row, _, code in sorted(rows, key=lambda found: found[2])},
        first=min(int(row["period"]) for row, _, _ in rows),
        source=data.source_of[last["source_id"]],
        latest={(row["entity"], row["period"]): row for row, _, _ in ordered},
    )


# Asking ---------------------------------------------------------------------------------------------------------


def release(server: str = ADDRESS, timeout: float = 30) -> date:
    """Day of the release that the server has now."""
    import wbgapi

    answer = _ask(server, timeout, lambda: wbgapi.source.get(NUMBER))
    try:
        return date.fromisoformat(answer["lastupdated"])
    except (TypeError, KeyError, ValueError):
        raise RefreshError(f"{server} does not say of which day its release is. Try again later.") from None


def answer(series: Wanted, server: str = ADDRESS, timeout: float = 30) -> dict[tuple[str, str], str]:
    """Values by entity and period, as text with all digits; raises RefreshError unless the answer is whole."""
    import wbgapi

    path = f"sources/{NUMBER}/country/{';'.join(series.entities)}/series/{series.indicator}/time/all"
    cells = _ask(server, timeout, lambda: [_cell(row) for row in wbgapi.fetch(path)])
    values, years = {}, defaultdict(set)
    for code, indicator, year, value in cells:
        if indicator != series.indicator or code not in series.entities:
            raise RefreshError(f"{server} was asked for {series.indicator} and sent {indicator} of {code}.")
        years[code].add(year)
        if value is not None and year >= series.first:
            values[series.entities[code], str(year)] = printed(value)
    every = set().union(*years.values())
    short = sorted(code for code in series.entities if not every or years[code] != every)
    if short or every != set(range(min(every), max(every) + 1)):
        missing = f" for {', '.join(short)}" if short else ""
        raise RefreshError(f"{server} sent only a part of {series.indicator}{missing}. Try again later.")
    return values


def _ask(server: str, timeout: float, ask: Any) -> Any:
    """The result of `ask`, with every way in which a server can fail told in a sentence."""
    import requests
    import wbgapi

    wbgapi.endpoint, wbgapi.get_options = server.rstrip("/"), {"timeout": timeout}
    try:
        return ask()
    except requests.Timeout:
        raise RefreshError(f"{server} did not answer within {timeout:g} s. Try again later.") from None
    except requests.RequestException:
        raise RefreshError(f"{server} cannot be reached. Is there a connection to the network?") from None
    except wbgapi.APIResponseError:
        raise RefreshError(f"{server} sent something that is no JSON. Try again later.") from None
    except wbgapi.APIError as error:
        code = f" ({error.code})" if error.code else ""
        raise RefreshError(f"{server} answered with an error: {error.msg}{code}. Try again later.") from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise RefreshError(f"{server} sent JSON of another form than expected. Try again later.") from None


def _cell(row: Mapping[str, Any]) -> tuple[str, str, int, float | int | None]:
    """Economy, indicator, year and value of one cell of the answer."""
    part = {variable["concept"].lower(): variable["id"] for variable in row["variable"]}
    value = row["value"]
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise TypeError(value)
    return part["country"], part["series"], int(part["time"].removeprefix("YR")), value


def printed(value: float | int) -> str:
    """A number with all the digits that it came with, never in powers of ten."""
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


# Comparing ------------------------------------------------------------------------------------------------------


def compare(series: Wanted, values: Mapping[tuple[str, str], str]) -> Change:
    """What is new, revised beyond rounding, or no longer there, against the latest stored value of each cell."""

    def differs(key: tuple[str, str]) -> bool:
        row = series.latest[key]
        before = printed_interval(row["value"], row["unit"], row["bound"], row["rounding"])
        return not before.meets(printed_interval(values[key], series.unit))

    return Change(
        wanted=series,
        values=dict(values),
        new=sorted(key for key in values if key not in series.latest),
        revised=sorted(key for key in values if key in series.latest and differs(key)),
        gone=sorted(key for key in series.latest if key not in values),
    )


def vintage(data: Data, change: Change, released: date, read: date) -> tuple[Row, list[Row]]:
    """The source of a release and all of its figures; raises RefreshError where that release is stored already."""
    series = change.wanted
    if released <= series.published:
        raise RefreshError(
            f"{series.series}: the release of {released} is not later than the stored one of {series.published} "
            f"({series.source['source_id']}), but {len(change.new) + len(change.revised)} values differ. "
            "Compare them by hand."
        )
    codes = {entity: code for code, entity in series.entities.items()}
    title = f"{WDI}: {series.label}, release of {in_words(released)}"
    origin = series.source["origin"]
    source = {
        "source_id": f"WDI_{released:%Y%m%d}_{series.indicator.replace('.', '_')}",
        "title": title,
        "title_en": title,
        "publisher": BANK,
        "origin": origin,
        "published": released.isoformat(),
        "address": f"{ADDRESS}/sources/{NUMBER}/series/{series.indicator}",
        "language": "en",
        "licence": series.source["licence"],
        "redistribute": series.source["redistribute"],
        "seen": SEEN,
        "grade": "A" if origin == BANK else "B",
        "note": f"Read on {read} by torch-program data refresh worldbank",
    }
    others: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in data.figures:
        known = data.source_of_row(row)
        if row["series"] == series.series and known and database(known) != WDI:
            others[row["entity"], row["period"]].append(row)
    figures = [
        {
            "series": series.series,
            "entity": entity,
            "period": period,
            "value": value,
            "unit": series.unit,
            "bound": "=",
            "rounding": "",
            "status": "",
            "conflict": _conflict(data, value, series.unit, others[entity, period]),
            "source_id": source["source_id"],
            "locator": f"indicator {series.indicator}; row {codes[entity]}, column {period}",
            "note": "",
        }
        for (entity, period), value in sorted(change.values.items())
    ]
    return source, figures


def _conflict(data: Data, value: str, unit: str, others: Iterable[Row]) -> str:
    """The word by which a source of another kind that contradicts the value declares its conflicts, or ""."""
    canonical = {"value": value, "unit": unit, "bound": "=", "rounding": ""}
    for row in others:
        here, there = data.interval(canonical | {"series": row["series"]}), data.interval(row)
        if here and there and not here.meets(there):
            return row["conflict"]
    return ""


def offer(folder: Path, changes: Iterable[Change], released: date, read: date) -> adding.Offer:
    """The new sources and figures, held against the rules like any other table that is added."""
    data, package = stored(folder)
    schemas = description.schemas(package)
    vintages = [vintage(data, change, released, read) for change in changes]
    sources, figures = [source for source, _ in vintages], [row for _, rows in vintages for row in rows]
    with scratch() as temporary:
        tables = {"figures": temporary / "world-bank.csv", "sources": temporary / "sources.csv"}
        for (name, path), rows in zip(tables.items(), (figures, sources), strict=True):
            path.write_bytes(written(rows, description.columns(schemas[name])))
        return adding.offer(folder, tables["figures"], around=tables["sources"])
