"""The evidence of the report: figures and sources, the lists of zones and cities, and panels of provinces."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from claimbook.evidence import evidence, reads
from claimbook.evidence.evidence import Credit as Credit
from claimbook.evidence.evidence import Evidence, Whole
from claimbook.evidence.preparing import rows_as_dicts
from claimbook.say.words import Place, latest_day, source_anchor

CENSUS = ("population_census", None)  # the rows that list the provinces


@dataclass(frozen=True)
class ZoneEvidence(Evidence):
    """The tables of `data/` that an edition may see, including the lists of zones and prefectures."""

    zones: pd.DataFrame = Whole()
    prefectures: pd.DataFrame = Whole()
    effects: pd.DataFrame = Whole()

    _zones = _prefectures = _effects = pd.DataFrame()

    def panel(self, series: str) -> pd.DataFrame:
        """Return a series as provinces × years in its canonical unit; missing values are NaN."""
        best = self.provincial(series).drop_duplicates(["entity", "year"], keep="last")
        return best.pivot(index="entity", columns="year", values="value").reindex(self.provinces)

    def provincial(self, series: str) -> pd.DataFrame:
        """Return the rows of a series for whole years and provinces."""
        every, known = self.frame(series, annual=True), self.provinces
        made = self.once(("provincial",), lambda: every[every["entity"].isin(known)], (series, None), CENSUS)
        return made.copy(deep=False)

    @property
    def provinces(self) -> list[str]:
        """The 31 provinces, in the order of the census table."""
        listed = self.once(("provinces",), lambda: self.frame(CENSUS[0])["entity"].unique(), CENSUS)
        return [place for place in listed if place != "China"]

    def approved_zones(self, year: int, undated: bool = False) -> pd.DataFrame:
        """Return one row with `value` 1 for each zone of `zones.csv` approved by the end of a year.

        It leaves out zones whose sources came out after the cut-off and, unless `undated`, zones without a known year.
        """
        reads.note(reads.TABLE_PART, "zones")
        reads.note(reads.SERIES, "htz_count")
        reads.note(reads.SOURCE_PART, *{source for ids in self._zones["source_id"] for source in ids.split(";")})

        def approved() -> pd.DataFrame:
            zones = self._known_zones
            return zones[(zones["year"] <= year) | (undated & (zones["period"] == ""))].reset_index(drop=True)

        return self._kept(("approved", year, undated, self.cutoff), approved).copy(deep=False)

    @cached_property
    def _known_zones(self) -> pd.DataFrame:
        """All zones that a source names by the cut-off; an unknown year of approval is 9999."""
        about = self._source_rows
        found = []
        for zone in rows_as_dicts(self._zones):
            if sources := [about[source] for source in zone["source_id"].split(";") if source in about]:
                key = ("zone", zone["zone_en"], *(source["source_id"] for source in sources))
                if key not in self._made:
                    self._made[key] = self._zone(zone, sources)
                found.append(self._made[key])
        return pd.DataFrame(found, columns=None if found else [*self._figures.columns, "province", "city_code"])

    def _zone(self, zone: dict[str, str], sources: list[dict[str, str]]) -> dict[str, Any]:
        """Return a row of the list of zones as a row of the evidence, from the sources known by the cut-off."""
        return {
            "series": "htz_count",
            "series_label": self._series.loc["htz_count", "label"],
            "entity": zone["zone_en"],
            "province": zone["province"],
            "city_code": zone["city_code"],
            "period": zone["approved_year"],
            "year": int(zone["approved_year"] or 9999),
            **dict.fromkeys(("value", "low", "high"), 1.0),
            "unit": "count",
            "bound": "=",
            "status": "",
            "source_id": "; ".join(source["source_id"] for source in sources),
            "origin": "; ".join(dict.fromkeys(source["origin"] for source in sources)),
            "grade": min(source["grade"] for source in sources),
            "published": min((source["published"] for source in sources), key=latest_day),
            "anchor": source_anchor(sources[0]["source_id"]),
            "behind": tuple(Place(source["source_id"], "", zone["zone_en"]) for source in sources),
        }


def load(*topics: str, cutoff: str) -> ZoneEvidence:
    """Read the figures of the named topics and the other tables of `data/`, as published by `cutoff`.

    Raises EvidenceError if a topic is unknown or the cut-off is not a day.
    """
    return evidence.load(*topics, cutoff=cutoff, kind=ZoneEvidence)
