"""The evidence as it was on earlier days, for code that asks the same question about many days."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache, cached_property
from typing import Any

import numpy as np

from claimbook.evidence import reads
from claimbook.evidence.evidence import Evidence
from claimbook.evidence.reads import Read
from claimbook.say.periods import latest_day


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
    """The evidence on each day up to its cut-off."""

    def __init__(self, latest: Evidence) -> None:
        self.latest = latest
        self.made: dict[tuple, Any] = {}  # what is made of the rows of one series, for all days with the same rows
        self.rows_read: set[tuple[str, str | None]] = set()  # of all days, as in `Evidence`
        self.published_on = {s: latest_day(day).isoformat() for s, day in latest._sources["published"].items()}
        self.at = cache(self._at)

    def _at(self, day: str) -> Evidence:
        tables = {field.name: vars(self.latest)[f"_{field.name}"] for field in fields(self.latest)[1:]}
        seen = [published <= day for published in self.published_on.values()]
        tables["sources"] = tables["sources"][seen]
        tables["figures"] = tables["figures"][self._figures_on <= day]
        evidence = type(self.latest)(day, **tables)
        sources = {s: row for s, row in self.latest._source_rows.items() if self.published_on[s] <= day}
        days_of = self._days_of
        vars(evidence).update(
            _made=self.made,
            _rows_read=self.rows_read,
            _events=self.latest._events,
            _series_rows=self.latest._series_rows,
            _source_rows=sources,
            _seen_of=lambda series: bisect_right(days_of.get(series, ()), day),
        )
        return evidence

    @cached_property
    def _figures_on(self) -> np.ndarray:
        """The day of each figure."""
        return self.latest._figures["source_id"].map(self.published_on).to_numpy(object)

    @cached_property
    def _days_of(self) -> dict[str, list[str]]:
        """The days on which figures of each series were published, in order."""
        series, days = self.latest._figures["series"], self._figures_on
        return {name: sorted({*days[places]}) for name, places in series.groupby(series, sort=False).indices.items()}

    def sources_of(self, read: Iterable[Read]) -> set[str]:
        """Return the ids of the sources, up to the cut-off, behind everything that was read, on any day.

        When one of them is published, an answer that rests on these reads can change. Of a series only the
        rows count that were used.
        """
        ids = {source for kind, name in read for source in self._ids(kind, name)}
        for series, entity in self.rows_read:
            rows = self.latest._of_series(series)
            ids |= {*(rows if entity is None else rows[rows["entity"] == entity])["source_id"]}
        return ids & {*self.published_on}

    def _ids(self, kind: str, name: str) -> Iterable[str]:
        events, studies = self.latest._timeline, self.latest._studies
        if kind == reads.EVENT:
            rows = events[events["event_id"] == name]
            return _split(*rows["source_id"], *rows["ended_source_id"])
        if kind == reads.STUDIES:
            return studies.loc[[name in _split(claims) for claims in studies["claim_ids"]], "source_id"]
        if kind == reads.TABLE_PART and name != "series":
            return _split(*vars(self.latest)[f"_{name}"]["source_id"].unique())
        return [name] if kind == reads.SOURCE_PART else []


def _split(*cells: str) -> list[str]:
    return [part for cell in cells for part in re.split("; ?", cell)]
