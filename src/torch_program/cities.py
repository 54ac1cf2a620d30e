"""Cities by size: what the smaller ones have of something, and how far what could not be placed may move that."""

from dataclasses import replace

import pandas as pd

from claimbook.evidence.intervals import Interval
from claimbook.evidence.quantity import FRACTION, Quantity, of_tables

CLASSES = {"over 10 million": 10e6, "5 to 10 million": 5e6, "3 to 5 million": 3e6, "under 3 million": 0}
SMALLER = ("3 to 5 million", "under 3 million")
LEAST = 0.1  # of the rows of a count, for an origin that carries it
SUMS = {  # entities of series that are published by size
    "Units above 10 million people": "over 10 million",
    "Units of 5 to 10 million people": "5 to 10 million",
    "Units of 3 to 5 million people": "3 to 5 million",
    "Units of 1 to 3 million people": "under 3 million",
    "Units below 1 million people": "under 3 million",
}


def placed(rows: pd.DataFrame, residents: pd.DataFrame) -> pd.DataFrame:
    """Rows of units of prefecture level with their `size`; the nation, and what lies in no unit, is left out."""
    people = residents.set_index("entity")["value"]
    size = SUMS | {city: next(name for name, least in CLASSES.items() if n >= least) for city, n in people.items()}
    return rows.assign(size=rows["entity"].map(size)).dropna(subset=["size"])


def smaller_share(rows: pd.DataFrame, residents: pd.DataFrame, nation: pd.DataFrame) -> Quantity:
    """Share of the smaller units of all that could be placed; what of the nation was not may all be theirs, or none."""

    def share(own: pd.DataFrame, *_: pd.DataFrame) -> float:
        return own.loc[own["size"].isin(SMALLER), "value"].sum() / own["value"].sum()

    made, when = "units under five million people over all that could be placed", int(rows["year"].max())
    found = of_tables(share, rows, residents, unit=FRACTION, made=made, period=when, bound="=")
    known, whole = rows["value"].sum(), nation["value"].sum()
    return replace(found, interval=Interval(found.value * known / whole, (found.value * known + whole - known) / whole))


def carrying(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the origins behind at least a tenth of a count, without grade D: single ones do not carry it."""
    rows = rows[rows["grade"] != "D"]
    weight = rows["origin"].value_counts(normalize=True)
    return rows[rows["origin"].isin(weight.index[weight >= LEAST])]
