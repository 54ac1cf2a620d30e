"""The evidence as it was on earlier days, for code that asks the same question about many days."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from typing import Any

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
        self.published_on = {s: latest_day(day).isoformat() for s, day in latest._sources["published"].items()}
        self.at = cache(self._at)

    def _at(self, day: str) -> Evidence:
        visible = {source for source, published in self.published_on.items() if published <= day}
        tables = {field.name: vars(self.latest)[f"_{field.name}"] for field in fields(self.latest)[1:]}
        tables["sources"] = tables["sources"][tables["sources"].index.isin(visible)]
        tables["figures"] = tables["figures"][tables["figures"]["source_id"].isin(visible)]
        return type(self.latest)(day, **tables)

    def sources_of(self, read: Iterable[Read]) -> set[str]:
        """Return the ids of the sources, up to the cut-off, behind everything that was read.

        When one of them is published, an answer that rests on these reads can change.
        """
        return {source for kind, name in read for source in self._ids(kind, name)} & {*self.published_on}

    def _ids(self, kind: str, name: str) -> Iterable[str]:
        events, studies = self.latest._timeline, self.latest._studies
        if kind == reads.SERIES:
            return self.latest.of_series(name)["source_id"]
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
