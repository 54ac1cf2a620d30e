"""Tables of provinces for one year, and shares and quotients of a province with their provenance."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from claimbook.evidence.concentration import ln, shares
from claimbook.evidence.evidence import NothingPublished
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import FRACTION, Quantity
from claimbook.evidence.quantity import of, provenance, published, ratio
from claimbook.say.words import in_ranges
from torch_program.evidence import CENSUS, ZoneEvidence
from torch_program.provinces import NATIONAL


def complete_years(ev: ZoneEvidence, series: str, until: int) -> list[int]:
    """Return the years up to `until` in which every province has a value."""
    rows, of = ev.provincial(series), len(ev.provinces)
    counts = ev.once(("provinces by year",), lambda: rows.groupby("year")["entity"].nunique(), (series, None), CENSUS)
    return [int(year) for year in counts.index[counts == of] if year <= until]


def provincial(ev: ZoneEvidence, series: str, year: int) -> pd.DataFrame:
    """Return the rows of evidence for one year, one per province."""
    rows = ev.provincial(series)

    def of_year() -> pd.DataFrame:
        return rows[rows["year"] == year].drop_duplicates("entity", keep="last").reset_index(drop=True)

    return ev.once(("provincial", year), of_year, (series, None), CENSUS).copy(deep=False)


def latest(ev: ZoneEvidence, series: str, until: int) -> pd.DataFrame:
    """Return the rows for the last year up to `until` in which every province has a value.

    Raises NothingPublished if there is no such year.
    """
    if not (years := complete_years(ev, series, until)):
        raise NothingPublished(f"no year up to {until} has a value of {series!r} for every province.")
    return provincial(ev, series, years[-1])


def year_of(rows: pd.DataFrame) -> int:
    """Return the year of a table. Raises ValueError if its rows are from several years."""
    (year,) = rows["year"].unique()
    return int(year)


def years_in_words(tables: Iterable[pd.DataFrame]) -> str:
    """Return the years of several tables, each from one year: "2023", "2019, 2022–2023"."""
    return in_ranges(sorted({year_of(rows) for rows in tables}))


def provincial_gdp(ev: ZoneEvidence, year: int) -> pd.DataFrame:
    """Return GDP by province in CNY billion: as published, else R&D expenditure divided by R&D intensity."""
    rows = provincial(ev, "gdp", year)
    if len(rows):
        return rows
    spent, intensity = (provincial(ev, series, year) for series in ("rd_expenditure", "rd_intensity"))
    return ratio(spent, intensity, factor=100, unit="CNY billion")


def latest_gdp(ev: ZoneEvidence, until: int) -> pd.DataFrame:
    """Return GDP by province for the last year up to `until` in which every province has it."""
    of = ("gdp", "rd_expenditure", "rd_intensity")
    own, spent, intensity = ({*complete_years(ev, series, until)} for series in of)
    return provincial_gdp(ev, max(own | (spent & intensity)))


def share(rows: pd.DataFrame, place: str) -> Quantity:
    """Return the share of one place in the sum of all rows, as a fraction.

    At the lower end of its interval, the place has its lowest value and all others their highest; at the
    upper end it is the reverse. Raises NothingPublished if the place has no row.
    """
    here = rows["entity"] == place
    if not here.any():
        raise NothingPublished(f"{place} has no value, so there is no share.")

    def part(mine: str, rest: str) -> float:
        return rows.loc[here, mine].sum() / (rows.loc[here, mine].sum() + rows.loc[~here, rest].sum())

    result = of(lambda values: shares(values)[place], rows, unit=FRACTION, made=f"{place} over the sum of provinces")
    return replace(result, interval=Interval(part("low", "high"), part("high", "low")))


def share_of_nation(rows: pd.DataFrame, place: str) -> Quantity:
    """Return the share of a place in the national figure, for the last period that has both.

    Raises NothingPublished if there is no such period.
    """
    nations, local = (rows[rows["entity"].isin(names)] for names in (NATIONAL, [place]))
    if not (both := set(nations["period"]) & set(local["period"])):
        raise NothingPublished(f"no period has a value both for {place} and for the nation.")
    above, below = (frame[frame["period"] == max(both)].iloc[-1] for frame in (local, nations))
    return (published(above) / published(below)).named(f"{place} over the nation")


def share_over_share(part: Quantity, whole: Quantity, made: str) -> Quantity:
    """Return one share over another, with the period of the first; 1 means in proportion."""
    return replace(part / whole, unit="quotient", period=part.period, made=made, label=made)


def by_province(ev: ZoneEvidence, rows: pd.DataFrame) -> pd.Series:
    """Return the values by province in the order of the census."""
    return rows.set_index("entity")["value"].reindex(ev.provinces)


def from_list(ev: ZoneEvidence, rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return counts from a complete list, one row per province; provinces that are not in the list have 0.

    Every row has the whole list as provenance, because any missing entry would change a count.
    """
    places = rows.get("province", rows["entity"])
    counts = rows.groupby(places)["value"].sum().reindex(ev.provinces, fill_value=0.0)
    origin, first = provenance(rows), rows.iloc[0]
    return pd.DataFrame(
        {
            "series": first["series"],
            "series_label": first["series_label"],
            "entity": ev.provinces,
            "period": str(year),
            "year": year,
            **dict.fromkeys(("value", "low", "high"), counts.to_numpy()),
            "unit": first["unit"],
            "bound": "=",
            "source_id": "; ".join(origin.sources),
            "origin": "; ".join(origin.origins),
            "grade": origin.grade,
            "anchor": origin.anchor,
            "behind": [origin.behind] * len(counts),
        }
    )


def last_whole_list(ev: ZoneEvidence, series: str, until: int) -> pd.DataFrame:
    """Return counts of the last list up to `until` that adds up to the nation. Raises NothingPublished without one."""
    rows, named = ev.frame(series, annual=True), ev.provincial(series)
    sums, nation = (part.groupby("year")["value"].sum() for part in (named, rows[rows["entity"].isin(NATIONAL)]))
    if not (years := [year for year in nation.index if year <= until and nation[year] == sums.get(year)]):
        raise NothingPublished(f"no list of {series!r} up to {until} adds up to what is published for the nation.")
    return from_list(ev, named[named["year"] == years[-1]], years[-1])


# how one province compares with others -------------------------------------------------------------------------------


def rank(values: pd.Series, unit: str) -> tuple[int, int]:
    """Return a unit’s rank (1 is highest, ties share the better one) and how many units have a value."""
    known = values.dropna()
    return int(known.rank(ascending=False, method="min")[unit]), len(known)


def columns_for_logs(table: pd.DataFrame) -> list[str]:
    """Return the columns that allow a comparison of logs: all values above zero, and not all the same."""
    sound = (table > 0).all() & (table.nunique() > 1)
    return list(table.columns[sound])


def standardised(table: pd.DataFrame) -> pd.DataFrame:
    """Return the logs of comparable columns as standard deviations from their means.

    Logs, because provinces differ by factors: half of a large value and half of a small one count alike.
    """
    logs = ln(table.astype(float))
    return (logs - logs.mean()) / logs.std(ddof=0)


def distances(table: pd.DataFrame, unit: str) -> pd.Series:
    """Return the distance of every other unit from `unit` in standard deviations, nearest first.

    It is the root of the mean squared gap over the columns of `table` after `standardised`: 0 for a unit that
    is equal in every indicator, about 1.4 for two unrelated units. Equal distances are sorted by name.
    """
    scores = standardised(table)
    gaps = np.sqrt(((scores - scores.loc[unit]) ** 2).mean(axis=1))
    return gaps.drop(unit).sort_index().sort_values(kind="stable").rename("distance")
