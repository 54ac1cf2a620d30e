"""Shares of the smaller cities, and how far counts that could not be placed may move them."""

from dataclasses import replace

import pandas as pd

from claimbook.evidence.intervals import Interval
from claimbook.evidence.quantity import FRACTION, Quantity, of_tables

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


def placed(rows: pd.DataFrame, residents: pd.DataFrame) -> pd.DataFrame:
    """Return the rows for prefecture-level units with their class of `size`, without the nation."""
    people = residents.set_index("entity")["value"]
    size = SUMS | {city: next(name for name, least in CLASSES.items() if n >= least) for city, n in people.items()}
    return rows.assign(size=rows["entity"].map(size)).dropna(subset=["size"])


def smaller_share(rows: pd.DataFrame, residents: pd.DataFrame, nation: pd.DataFrame) -> Quantity:
    """Return the share of the smaller units in all that could be placed.

    At the ends of its interval, none or all of the rest of the nation, which could not be placed, is in
    smaller units.
    """

    def share(own: pd.DataFrame, *_: pd.DataFrame) -> float:
        return own.loc[own["size"].isin(SMALLER), "value"].sum() / own["value"].sum()

    made, when = "units under five million people over all that could be placed", int(rows["year"].max())
    found = of_tables(share, rows, residents, unit=FRACTION, made=made, period=when, bound="=")
    known, whole = rows["value"].sum(), nation["value"].sum()
    return replace(found, interval=Interval(found.value * known / whole, (found.value * known + whole - known) / whole))


def carrying(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows without grade D from origins with at least a tenth of them, which a count can rest on."""
    rows = rows[rows["grade"] != "D"]
    weight = rows["origin"].value_counts(normalize=True)
    return rows[rows["origin"].isin(weight.index[weight >= LEAST])]
