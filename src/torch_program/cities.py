"""Shares of the smaller cities, and how far counts that could not be placed may move them."""

from dataclasses import replace

import pandas as pd

from claimbook.evidence.evidence import NothingPublished
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import FRACTION, Quantity
from claimbook.evidence.quantity import of_tables, published, total
from torch_program import panels
from torch_program.evidence import ZoneEvidence

CLASSES = {"over 10 million": 10e6, "5 to 10 million": 5e6, "3 to 5 million": 3e6, "under 3 million": 0}
SMALLER = ("3 to 5 million", "under 3 million")
LEAST = 0.1  # smallest share of the rows for an origin that a count rests on
SUMS = {  # entities in series published by size of city
    "Units above 10 million people": "over 10 million",
    "Units of 5 to 10 million people": "5 to 10 million",
    "Units of 3 to 5 million people": "3 to 5 million",
    "Units of 1 to 3 million people": "under 3 million",
    "Units below 1 million people": "under 3 million",
}


def counts(ev: ZoneEvidence, year: int) -> dict[str, pd.DataFrame]:
    """Return the rows of what is counted by city up to `year`: residents, zones approved, universities and so on.

    Each has the class of `size` of its unit, and none for the nation and for what is not of a unit.
    """
    series = {
        "universities": "city_universities_by_size",
        "patents": "city_patents_granted",
        "laboratories": "city_state_key_labs_academic",
        "research money": "city_rd_programme_money",
    }
    people = ("city_population_census", None)
    zones, cities = ev.approved_zones(year), ev.prefectures
    size = ev.once(("sizes", year), lambda: sizes(last_table(ev.frame(people[0]), year)), people)

    def sized(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(size=rows["entity"].map(size))

    def sized_zones() -> pd.DataFrame:
        return sized(zones.assign(entity=zones["city_code"].map(cities.set_index("city_code")["entity"])))

    def of_series(one: str) -> pd.DataFrame:
        return ev.once(("sized", year), lambda: sized(last_table(ev.frame(one), year)), (one, None), people)

    placed = ev.once(("sized zones", year, ev.cutoff), sized_zones, people)
    tables = {name: of_series(one) for name, one in series.items()}
    return {"people": of_series(people[0]), "zones": placed, **tables}


def last_table(rows: pd.DataFrame, until: int) -> pd.DataFrame:
    """Return the rows of the last year up to `until` that has as many rows as any."""
    rows = rows[(rows["year"] <= until).astype(bool)]
    times = rows["year"].value_counts()
    return rows[rows["year"] == times.index[times == times.max()].max()] if len(rows) else rows


def smaller(counted: dict[str, pd.DataFrame], name: str) -> tuple[pd.DataFrame, Quantity]:
    """Return the rows of `counts` that could be placed, and the share of the smaller cities in them.

    Raises NothingPublished if no row could be placed.
    """
    every = counted[name]
    rows = every.dropna(subset=["size"])
    if not len(rows):
        raise NothingPublished(f"no {name} by city")
    nation = every if name == "zones" else rows
    if name in ("laboratories", "research money"):
        nation = every[every["entity"] == "China"].iloc[-1:]
    return rows, smaller_share(rows, counted["people"], nation)


def yardsticks_of_shenzhen(ev: ZoneEvidence, until: int) -> dict[str, Quantity]:
    """Return the city's share of people and, if published, of GDP in 2016. The inputs are from later years.

    The people of the provinces are of their last census up to `until`. Raises NothingPublished without a census.
    """
    residents, product = (ev.frame(series, "Shenzhen") for series in ("city_population_census", "city_gdp"))
    if not len(residents):
        raise NothingPublished("no census of Shenzhen")
    everyone = total(panels.latest(ev, "population_census", until))
    found = {"people": (published(residents.iloc[0]) / everyone).named("Shenzhen over the sum of provinces")}
    for _, row in product.query("year == 2016").iterrows():
        found = {f"GDP of {row['year']}": published(row) / total(panels.provincial_gdp(ev, row["year"])), **found}
    return found


def sizes(residents: pd.DataFrame) -> dict[str, str]:
    """Return the class of size of each prefecture-level unit, and of the sums that series give by size."""
    people = residents.set_index("entity")["value"]
    return SUMS | {city: next(name for name, least in CLASSES.items() if n >= least) for city, n in people.items()}


def smaller_share(rows: pd.DataFrame, residents: pd.DataFrame, nation: pd.DataFrame) -> Quantity:
    """Return the share of the smaller units in all that could be placed.

    The rest of the nation could not be placed. The interval ends where none of it, or all of it, is in smaller units.
    """

    def share(cities: pd.DataFrame, *_: pd.DataFrame) -> float:
        return cities.loc[cities["size"].isin(SMALLER), "value"].sum() / cities["value"].sum()

    method, when = "units under five million people over all that could be placed", int(rows["year"].max())
    found = of_tables(share, rows, residents, unit=FRACTION, made=method, period=when, bound="=")
    national = nation["value"].sum()
    known = min(rows["value"].sum(), national)  # a sum of rounded or newer values may exceed the nation's
    least, not_placed = found.value * known / national, (national - known) / national
    return replace(found, interval=Interval(least, least + not_placed))


def carrying(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that a count may use: not of grade D, and from an origin that has at least a tenth of them."""
    rows = rows[rows["grade"] != "D"]
    weight = rows["origin"].value_counts(normalize=True)
    return rows[rows["origin"].isin(weight.index[weight >= LEAST])]
