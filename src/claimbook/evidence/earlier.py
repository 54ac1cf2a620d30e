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
    names: list[str] = []

    class Closed(Evidence):
        def __getattribute__(self, name: str) -> Any:
            names.append(name)
            raise NotOfThisDay(name)

    kind = type(evidence)
    object.__setattr__(evidence, "__class__", Closed)
    try:
        yield names
    finally:
        object.__setattr__(evidence, "__class__", kind)


class Days:
    """The evidence on each day up to its cut-off. `sources` collects the ids of those that were used.

    An answer about a series is computed once for each set of visible rows and shared by all days with that
    set.
    """

    def __init__(self, latest: Evidence) -> None:
        self.latest, self.sources = latest, set[str]()
        self.published_on = {s: latest_day(day).isoformat() for s, day in latest._sources["published"].items()}
        self.answers: dict[tuple, Any] = {}
        names = {f"_{field.name}" for field in fields(latest)} - {"_cutoff", "_figures"}
        self.tables = {name: vars(latest)[name] for name in names}
        self.kind, self.at = _earlier(type(latest)), cache(self._at)
        self.publication_days = cache(
            lambda series: sorted(self.published_on[s] for s in latest.of_series(series)["source_id"])
        )

    def uncached(self) -> Evidence:
        """Return the latest evidence with no cache but its groups of rows, so that it notes every read again."""
        copy: Evidence = object.__new__(type(self.latest))
        attributes = {"cutoff", "_figures", "_by_series", *self.tables}
        copy.__dict__.update({name: getattr(self.latest, name) for name in attributes})
        return copy

    def sources_of_tables(self, *tables: str) -> set[str]:
        """Return the ids of the sources of whole tables. When one is published, its table gains rows."""
        rows = [self.tables.get(f"_{name}", self.latest._figures)["source_id"] for name in tables]
        sources = {source for column in rows for ids in column.unique() for source in re.split("; ?", ids)}
        return sources & {*self.published_on}

    def visible_rows(self, series: str, day: str) -> int:
        """Return how many rows of a series were visible on a day."""
        return bisect_right(self.publication_days(series), day)

    def once(self, key: tuple, compute: Callable[[], Any]) -> Any:
        """Return `compute()`, called once for each key, and add the sources that it used to `sources`."""
        if key not in self.answers:
            before, self.sources = self.sources, set()
            try:
                self.answers[key] = compute(), self.sources
            finally:
                self.sources = self.sources | before
        answer, sources = self.answers[key]
        self.sources = self.sources | sources
        return answer

    def _at(self, day: str) -> Evidence:
        sources = self.latest._sources[[self.published_on[source] <= day for source in self.latest._sources.index]]
        evidence: Evidence = object.__new__(self.kind)
        evidence.__dict__.update(self.tables | {"_sources": sources, "cutoff": day, "days": self})
        return evidence


def _earlier(kind: type[E]) -> type[E]:
    """Return a subclass of `kind` that has the figures of one day and filters them series by series."""
    return type(f"Earlier{kind.__name__}", (_Earlier, kind), {name: _cached(name) for name in OF_SERIES})


def _cached(name: str) -> Any:
    """Return a version of a method in `OF_SERIES` that is computed once for the same rows, and returns copies."""

    def cached_method(self: Any, series: str, *args: Any, **kwargs: Any) -> Any:
        key = (name, series, self.days.visible_rows(series, self.cutoff), args, *kwargs.items())
        answer = self.days.once(key, lambda: getattr(super(type(self), self), name)(series, *args, **kwargs))
        if isinstance(answer, pd.DataFrame):
            return answer.copy(deep=False)
        return list(answer) if isinstance(answer, list) else answer

    return cached_method


class _Earlier(Evidence):
    days: Days

    @cached_property
    def _figures(self) -> pd.DataFrame:  # type: ignore[override]
        figures = self.days.latest._figures
        return figures[figures["source_id"].isin(self._sources.index)]

    def of_series(self, series: str) -> pd.DataFrame:
        rows, visible = self.days.latest.of_series(series), self.days.visible_rows(series, self.cutoff)
        return self.days.once(("of_series", series, visible), lambda: rows[rows["source_id"].isin(self._sources.index)])

    def _read(self, series: str, entity: str | None) -> None:
        rows = self.days.latest.of_series(series)
        self.days.sources.update(
            rows["source_id"] if entity is None else rows.loc[rows["entity"] == entity, "source_id"]
        )

    def frame(self, series: str, entity: str | None = None, annual: bool = False) -> pd.DataFrame:
        self._read(series, entity)
        return super().frame(series, entity, annual)

    def _plain(self, series: str, entity: str | None, annual: bool) -> list[dict]:
        self._read(series, entity)
        args = series, entity, annual
        rows = self.days.once(("latest", *args), lambda: self.days.latest._plain(*args))
        return [row for row in rows if row["source_id"] in self._sources.index]

    @cached_property
    def _titles(self) -> dict[str, dict[str, str]]:
        return self.days.latest._titles

    def dated(self, *event_ids: str) -> list[Finding]:
        rows = self._timeline[self._timeline["event_id"].isin(event_ids)]
        self.days.sources.update(s for ids in (*rows["source_id"], *rows["ended_source_id"]) for s in ids.split(";"))
        return super().dated(*event_ids)

    def studies_of(self, claim_id: str) -> pd.DataFrame:
        of_claim = self._studies["claim_ids"].map(lambda ids: claim_id in ids.split(";")).astype(bool)
        self.days.sources.update(self._studies.loc[of_claim, "source_id"])
        return super().studies_of(claim_id)
