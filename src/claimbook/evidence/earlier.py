"""Evidence as it could be seen on an earlier day, for those who ask the same of many days."""

from dataclasses import fields
from functools import cache
from typing import Any

import pandas as pd

from claimbook.evidence.evidence import WHOLE, Evidence
from claimbook.evidence.findings import Finding
from claimbook.evidence.measures import Measure
from claimbook.say.periods import latest_day


class Days:
    """Some evidence on every day up to its cut-off; `read` gathers the sources that were asked for."""

    def __init__(self, whole: Evidence) -> None:
        self.whole, self.read = whole, set[str]()
        self.day_of = {s: latest_day(day).isoformat() for s, day in whole.sources["published"].items()}
        self.kept: dict[tuple, Any] = {}
        self.kind: type[Evidence] = type(f"Earlier{type(whole).__name__}", (_Earlier, type(whole)), {})
        self.at = cache(self._at)

    def _at(self, day: str) -> Evidence:
        known = self.whole.sources[[self.day_of[source] <= day for source in self.whole.sources.index]]
        figures = self.whole.figures[self.whole.figures["source_id"].isin(known.index)]
        seen: Evidence = object.__new__(self.kind)
        own = {field.name: getattr(self.whole, field.name) for field in fields(self.whole)}
        seen.__dict__.update(own | {"figures": figures, "sources": known, "cutoff": day, "days": self})
        return seen


class _Earlier(Evidence):
    days: Days

    def frame(self, series: str, entity: str | None = None, annual: bool = False) -> pd.DataFrame:
        self._read(series, entity)
        return super().frame(series, entity, annual)

    def measures(self, series: str, entity: str = WHOLE) -> list[Measure]:
        return list(self._known("measures", series, entity))

    def _rows(self, series: str, entity: str, annual: bool = False) -> list[dict]:
        return self._known("_rows", series, entity, annual)

    def dated(self, *event_ids: str) -> list[Finding]:
        rows = self.timeline[self.timeline["event_id"].isin(event_ids)]
        self.days.read.update(s for ids in (*rows["source_id"], *rows["ended_source_id"]) for s in ids.split(";"))
        return super().dated(*event_ids)

    def studies_of(self, claim_id: str) -> pd.DataFrame:
        of_claim = self.studies["claim_ids"].map(lambda ids: claim_id in ids.split(";")).astype(bool)
        self.days.read.update(self.studies.loc[of_claim, "source_id"])
        return super().studies_of(claim_id)

    def _read(self, series: str, entity: str | None) -> None:
        rows = self.days.whole.of_series(series)
        self.days.read.update(rows["source_id"] if entity is None else rows.loc[rows["entity"] == entity, "source_id"])

    def _known(self, method: str, series: str, *how: Any) -> Any:
        """What a method says, worked out once for all days on which the same rows of the series could be seen."""
        self._read(series, how[0])
        key = method, series, *how, len(self.of_series(series))
        if key not in self.days.kept:
            self.days.kept[key] = getattr(super(), method)(series, *how)
        return self.days.kept[key]
