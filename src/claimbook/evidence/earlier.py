"""The evidence as it was on earlier days, for code that asks the same question about many days."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache, cached_property
from typing import Any

import pandas as pd

from claimbook.evidence.evidence import E, Evidence
from claimbook.evidence.findings import Finding
from claimbook.say.periods import latest_day

OF_SERIES = ("frame", "_plain", "_rows", "annual", "value", "measures", "best")  # depend only on the rows of a series


class NotOfThisDay(RuntimeError):
    """A judging function used the evidence of the notebook, not the evidence of the day it was given."""


@contextmanager
def closed(evidence: Evidence) -> Iterator[list[str]]:
    """Make `evidence` refuse all access inside the block. Yields a list that collects the names asked for."""
    asked: list[str] = []

    class Closed(Evidence):
        def __getattribute__(self, name: str) -> Any:
            asked.append(name)
            raise NotOfThisDay(name)

    kind = type(evidence)
    object.__setattr__(evidence, "__class__", Closed)
    try:
        yield asked
    finally:
        object.__setattr__(evidence, "__class__", kind)


class Days:
    """The evidence on each day up to its cut-off. `read` collects the ids of the sources that were used.

    An answer about a series is computed once for each set of visible rows and shared by all days with that
    set.
    """

    def __init__(self, whole: Evidence) -> None:
        self.whole, self.read = whole, set[str]()
        self.day_of = {s: latest_day(day).isoformat() for s, day in whole._sources["published"].items()}
        self.kept: dict[tuple, Any] = {}
        names = {f"_{field.name}" for field in fields(whole)} - {"_cutoff", "_figures"}
        self.tables = {name: vars(whole)[name] for name in names}
        self.kind, self.at = _earlier(type(whole)), cache(self._at)
        self.days_of = cache(lambda series: sorted(self.day_of[s] for s in whole.of_series(series)["source_id"]))

    def afresh(self) -> Evidence:
        """Return the whole evidence, caching only its groups of rows, so that it notes every read again."""
        made: Evidence = object.__new__(type(self.whole))
        own = {"cutoff", "_figures", *self.tables}
        made.__dict__.update({name: vars(self.whole)[name] for name in own} | {"_by_series": self.whole._by_series})
        return made

    def of_tables(self, *tables: str) -> set[str]:
        """Return the ids of the sources of whole tables. When one is published, its table gains rows."""
        rows = [self.tables.get(f"_{name}", self.whole._figures)["source_id"] for name in tables]
        named = {source for column in rows for ids in column.unique() for source in re.split("; ?", ids)}
        return named & {*self.day_of}

    def seen(self, series: str, day: str) -> int:
        """Return how many rows of a series were visible on a day."""
        return bisect_right(self.days_of(series), day)

    def once(self, key: tuple, made: Callable[[], Any]) -> Any:
        """Return `made()`, computed once for each key, and add the sources that it used to `read`."""
        if key not in self.kept:
            before, self.read = self.read, set()
            try:
                self.kept[key] = made(), self.read
            finally:
                self.read = self.read | before
        found, read = self.kept[key]
        self.read = self.read | read
        return found

    def _at(self, day: str) -> Evidence:
        known = self.whole._sources[[self.day_of[source] <= day for source in self.whole._sources.index]]
        seen: Evidence = object.__new__(self.kind)
        seen.__dict__.update(self.tables | {"_sources": known, "cutoff": day, "days": self})
        return seen


def _earlier(kind: type[E]) -> type[E]:
    """Return a subclass of `kind` that has the figures of one day and filters them series by series."""
    return type(f"Earlier{kind.__name__}", (_Earlier, kind), {name: _kept(name) for name in OF_SERIES})


def _kept(name: str) -> Any:
    """Return a version of a method in `OF_SERIES` that is computed once for the same rows, and returns copies."""

    def asked(self: Any, series: str, *how: Any, **others: Any) -> Any:
        key = (name, series, self.days.seen(series, self.cutoff), how, *others.items())
        found = self.days.once(key, lambda: getattr(super(type(self), self), name)(series, *how, **others))
        if isinstance(found, pd.DataFrame):
            return found.copy(deep=False)
        return list(found) if isinstance(found, list) else found

    return asked


class _Earlier(Evidence):
    days: Days

    @cached_property
    def _figures(self) -> pd.DataFrame:  # type: ignore[override]
        whole = self.days.whole._figures
        return whole[whole["source_id"].isin(self._sources.index)]

    def of_series(self, series: str) -> pd.DataFrame:
        rows, key = self.days.whole.of_series(series), ("of_series", series, self.days.seen(series, self.cutoff))
        return self.days.once(key, lambda: rows[rows["source_id"].isin(self._sources.index)])

    def _read(self, series: str, entity: str | None) -> None:
        rows = self.days.whole.of_series(series)
        self.days.read.update(rows["source_id"] if entity is None else rows.loc[rows["entity"] == entity, "source_id"])

    def frame(self, series: str, entity: str | None = None, annual: bool = False) -> pd.DataFrame:
        self._read(series, entity)
        return super().frame(series, entity, annual)

    def _plain(self, series: str, entity: str | None, annual: bool) -> list[dict]:
        self._read(series, entity)
        asked = series, entity, annual
        rows = self.days.once(("whole", *asked), lambda: self.days.whole._plain(*asked))
        return [row for row in rows if row["source_id"] in self._sources.index]

    @cached_property
    def _titles(self) -> dict[str, dict[str, str]]:
        return self.days.whole._titles

    def dated(self, *event_ids: str) -> list[Finding]:
        rows = self._timeline[self._timeline["event_id"].isin(event_ids)]
        self.days.read.update(s for ids in (*rows["source_id"], *rows["ended_source_id"]) for s in ids.split(";"))
        return super().dated(*event_ids)

    def studies_of(self, claim_id: str) -> pd.DataFrame:
        of_claim = self._studies["claim_ids"].map(lambda ids: claim_id in ids.split(";")).astype(bool)
        self.days.read.update(self._studies.loc[of_claim, "source_id"])
        return super().studies_of(claim_id)
