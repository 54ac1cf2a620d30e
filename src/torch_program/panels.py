"""Tables of provinces in one year and of cities by size, and the shares and quotients made from them."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from claimbook.evidence.concentration import ln, shares
from claimbook.evidence.evidence import NothingPublished
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import FRACTION, Quantity
from claimbook.evidence.quantity import of, of_tables, provenance, published, ratio, total
from claimbook.say.words import in_ranges
from torch_program.evidence import CENSUS, ZoneEvidence
from torch_program.provinces import NATIONAL

CITY_CLASSES = {"over 10 million": 10e6, "5 to 10 million": 5e6, "3 to 5 million": 3e6, "under 3 million": 0}
SMALLER_CITIES = ("3 to 5 million", "under 3 million")
LEAST_OF_ORIGIN = 0.1  # smallest share of the rows for an origin that a count rests on
SUMS_BY_SIZE = {  # entities in series published by size of city
    "Units above 10 million people": "over 10 million",
    "Units of 5 to 10 million people": "5 to 10 million",
    "Units of 3 to 5 million people": "3 to 5 million",
    "Units of 1 to 3 million people": "under 3 million",
    "Units below 1 million people": "under 3 million",
}


def complete_years(ev: ZoneEvidence, series: str, until: int) -> list[int]:
    """Return the years up to `until` in which every province has a value."""
    rows, of = ev.provincial(series), len(ev.provinces)
    counts = ev.once(("provinces by year",), lambda: rows.groupby("year")["entity"].nunique(), (series, None), CENSUS)
    return [int(year) for year in counts.index[counts == of] if year <= until]


def provincial(ev: ZoneEvidence, series: str, year: int) -> pd.DataFrame:
    """Return the rows of evidence for one year, one per province."""
    rows = ev.provincial(series)
    return rows[rows["year"] == year].drop_duplicates("entity", keep="last").reset_index(drop=True)


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
    logs = pd.DataFrame(ln(table.to_numpy(float)), table.index, table.columns)  # of frames, each step takes long
    return (logs - logs.mean()) / logs.std(ddof=0)


def distances(table: pd.DataFrame, unit: str) -> pd.Series:
    """Return the distance of every other unit from `unit` in standard deviations, nearest first.

    It is the root of the mean squared gap over the columns of `table` after `standardised`: 0 for a unit that
    is equal in every indicator, about 1.4 for two unrelated units. Equal distances are sorted by name.
    """
    scores = standardised(table)
    gaps = np.sqrt(((scores - scores.loc[unit]) ** 2).mean(axis=1))
    return gaps.drop(unit).sort_index().sort_values(kind="stable").rename("distance")


# cities by size -------------------------------------------------------------------------------------------------


def counts_by_city(ev: ZoneEvidence, year: int) -> dict[str, pd.DataFrame]:
    """Return the counts by city up to `year`, a table each: residents, approved zones, universities and so on.

    The column `size` has the size class of the city. It is empty for the nation and for what lies in no listed city.
    """
    series = {
        "universities": "city_universities_by_size",
        "patents": "city_patents_granted",
        "laboratories": "city_state_key_labs_academic",
        "research money": "city_rd_programme_money",
    }
    people = ("city_population_census", None)
    zones, cities = ev.approved_zones(year), ev.prefectures  # each call reads both tables
    size = ev.once(("sizes", year), lambda: sizes_of_cities(last_table(ev.frame(people[0]), year)), people)

    def sized(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(size=rows["entity"].map(size))

    def of_series(one: str) -> pd.DataFrame:
        return ev.once(("sized", year), lambda: sized(last_table(ev.frame(one), year)), (one, None), people)

    placed = ev.once(
        ("sized zones", year, ev.cutoff),
        lambda: sized(zones.assign(entity=zones["city_code"].map(cities.set_index("city_code")["entity"]))),
        people,
    )
    return {"people": of_series(people[0]), "zones": placed} | {name: of_series(one) for name, one in series.items()}


def last_table(rows: pd.DataFrame, until: int) -> pd.DataFrame:
    """Return the rows of the latest year up to `until`, among the years with the most rows."""
    rows = rows[(rows["year"] <= until).astype(bool)]
    times = rows["year"].value_counts()
    return rows[rows["year"] == times.index[times == times.max()].max()] if len(rows) else rows


def smaller_cities(counted: dict[str, pd.DataFrame], name: str) -> tuple[pd.DataFrame, Quantity]:
    """Return the rows of one table of `counts_by_city` that lie in a city, and the share of smaller cities in them.

    Raises NothingPublished if no row could be placed.
    """
    every = counted[name]
    rows = every.dropna(subset=["size"])
    if not len(rows):
        raise NothingPublished(f"no {name} by city")
    nation = every if name == "zones" else rows
    if name in ("laboratories", "research money"):
        nation = every[every["entity"] == "China"].iloc[-1:]
    return rows, share_of_smaller_cities(rows, counted["people"], nation)


def yardsticks_of_shenzhen(ev: ZoneEvidence, until: int) -> dict[str, Quantity]:
    """Return Shenzhen's share of people and, if it is published, of GDP in 2016. The inputs are from later years.

    The people of the provinces are of their last census up to `until`. Raises NothingPublished without a census.
    """
    residents, product = (ev.frame(series, "Shenzhen") for series in ("city_population_census", "city_gdp"))
    if not len(residents):
        raise NothingPublished("no census of Shenzhen")
    everyone = total(latest(ev, "population_census", until))
    found = {"people": (published(residents.iloc[0]) / everyone).named("Shenzhen over the sum of provinces")}
    for _, row in product.query("year == 2016").iterrows():
        found = {f"GDP of {row['year']}": published(row) / total(provincial_gdp(ev, row["year"])), **found}
    return found


def sizes_of_cities(residents: pd.DataFrame) -> dict[str, str]:
    """Return the size class of each prefecture-level city, and of the sums that series give by size."""
    people = residents.set_index("entity")["value"]
    return SUMS_BY_SIZE | {
        city: next(name for name, least in CITY_CLASSES.items() if n >= least) for city, n in people.items()
    }


def share_of_smaller_cities(rows: pd.DataFrame, residents: pd.DataFrame, nation: pd.DataFrame) -> Quantity:
    """Return the share that smaller cities have in all that could be placed.

    The rest of the nation could not. The interval ends where none of the rest, or all of it, is in smaller cities.
    """

    def smaller(cities: pd.DataFrame, *_: pd.DataFrame) -> float:
        return cities.loc[cities["size"].isin(SMALLER_CITIES), "value"].sum() / cities["value"].sum()

    method, when = "units under five million people over all that could be placed", int(rows["year"].max())
    found = of_tables(smaller, rows, residents, unit=FRACTION, made=method, period=when, bound="=")
    national = nation["value"].sum()
    known = min(rows["value"].sum(), national)  # a sum of rounded or newer values may exceed the nation's
    least, not_placed = found.value * known / national, (national - known) / national
    return replace(found, interval=Interval(least, least + not_placed))


def carrying_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out rows of grade D, and then rows from an origin with less than a tenth of the rest."""
    rows = rows[rows["grade"] != "D"]
    weight = rows["origin"].value_counts(normalize=True)
    return rows[rows["origin"].isin(weight.index[weight >= LEAST_OF_ORIGIN])]
