"""The evidence of the report: figures and sources, the lists of zones and cities, and panels of provinces."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from claimbook.evidence import evidence, reads
from claimbook.evidence.credits import Credit as Credit
from claimbook.evidence.evidence import Evidence, Whole
from claimbook.evidence.preparing import records
from claimbook.say.anchors import Place, source_anchor
from claimbook.say.periods import latest_day


@dataclass(frozen=True)
class ZoneEvidence(Evidence):
    """The tables of `data/` that an edition may see, including the lists of zones and prefectures."""

    zones: pd.DataFrame = Whole()
    prefectures: pd.DataFrame = Whole()

    _zones = _prefectures = pd.DataFrame()

    def panel(self, series: str) -> pd.DataFrame:
        """Return a series as provinces × years in its canonical unit; missing values are NaN."""
        best = self.provincial(series).drop_duplicates(["entity", "year"], keep="last")
        return best.pivot(index="entity", columns="year", values="value").reindex(self.provinces)

    def provincial(self, series: str) -> pd.DataFrame:
        """Return the rows of a series for whole years and provinces."""
        rows = self.frame(series, annual=True)
        return rows[rows["entity"].isin(self.provinces)]

    @property
    def provinces(self) -> list[str]:
        """The 31 provinces, in the order of the census table."""
        return [entity for entity in self.frame("population_census")["entity"].unique() if entity != "China"]

    def approved_zones(self, year: int, undated: bool = False) -> pd.DataFrame:
        """Return one row with `value` 1 for each zone of `zones.csv` approved by the end of a year.

        It leaves out zones whose sources came out after the cut-off and, unless `undated`, zones without a
        known year.
        """
        reads.note(reads.TABLE_PART, "zones")
        reads.note(reads.SERIES, "htz_count")
        reads.note(reads.SOURCE_PART, *{source for ids in self._zones["source_id"] for source in ids.split(";")})
        zones = self._known_zones
        approved = (zones["year"] <= year) | (undated & (zones["period"] == ""))
        return zones[approved].reset_index(drop=True)

    @cached_property
    def _known_zones(self) -> pd.DataFrame:
        """All zones that a source names by the cut-off; an unknown year of approval is 9999."""
        known = self._zones["source_id"].str.split(";").map(lambda ids: [s for s in ids if s in self._sources.index])
        rows = self._zones.assign(known=known)[known.map(bool)]
        about = {source["source_id"]: source for source in records(self._sources)}  # faster than the frame
        publishers = [{source: about[source] for source in ids} for ids in rows["known"]]
        return pd.DataFrame(
            {
                "series": "htz_count",
                "series_label": self._series.loc["htz_count", "label"],
                "entity": rows["zone_en"].to_list(),
                "province": rows["province"].to_list(),
                "city_code": rows["city_code"].to_list(),
                "period": rows["approved_year"].to_list(),
                "year": rows["approved_year"].replace("", "9999").astype(int).to_list(),
                **dict.fromkeys(("value", "low", "high"), 1.0),
                "unit": "count",
                "bound": "=",
                "status": "",
                "source_id": ["; ".join(t) for t in publishers],
                "origin": ["; ".join(dict.fromkeys(s["origin"] for s in t.values())) for t in publishers],
                "grade": [min(s["grade"] for s in t.values()) for t in publishers],
                "published": [min((s["published"] for s in t.values()), key=latest_day) for t in publishers],
                "anchor": [source_anchor(next(iter(t))) for t in publishers],
                "behind": [tuple(Place(s, "", z) for s in t) for z, t in zip(rows["zone_en"], publishers, strict=True)],
            }
        )


def load(*topics: str, cutoff: str) -> ZoneEvidence:
    """Read the figures of the named topics and the other tables of `data/`, as published by `cutoff`.

    Raises EvidenceError if a topic is unknown or the cut-off is not a day.
    """
    return evidence.load(*topics, cutoff=cutoff, kind=ZoneEvidence)
