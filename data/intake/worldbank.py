"""The current release of the World Development Indicators, of each stored series that it revises or extends.

    claimbook data add data/intake/worldbank.py

asks api.worldbank.org, as no build ever does. A release comes whole beside the stored ones, with a source of its own:
of several, the latest within the cutoff of an edition counts. Where it contradicts another publisher, it takes a word
in a column `conflict` of the figures to add it.
"""

from datetime import date

import pandas as pd
import wbgapi

from claimbook.project import folders

DATABASE, NUMBER = "World Development Indicators", 2
INDICATORS = {
    "rd_expenditure_pct_gdp": "GB.XPD.RSDV.GD.ZS",
    "researchers_per_million": "SP.POP.SCIE.RD.P6",
    "ip_charges_receipts": "BX.GSR.ROYL.CD",
    "ip_charges_payments": "BM.GSR.ROYL.CD",
    "patent_applications_resident": "IP.PAT.RESD",
    "gdp_current": "NY.GDP.MKTP.CN",
}
CELL = ["series", "entity", "period"]


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(folders.data_folder() / name, dtype=str, keep_default_na=False)


def is_other(value: float, stored: object) -> bool:
    """Is a value another one than is stored, in the digits that are stored, or is none stored?"""
    return not isinstance(stored, str) or round(value, len(stored.partition(".")[2])) != float(stored)


# of each stored cell, the value of the latest release of the database; the code of its economy stands in the locator
stored = pd.concat([table("figures/international.csv"), table("figures/national.csv")])
stored = stored[stored["series"].isin(list(INDICATORS))].merge(table("sources.csv"), on="source_id")
stored = stored[stored["title_en"].str.contains(f"{DATABASE}:", regex=False)].sort_values("published", kind="stable")
stored["economy"] = stored["locator"].str.extract(r"\brow (\w{3})\b", expand=False).str.upper()
stored = stored.drop_duplicates(CELL, keep="last")
series = stored.groupby("series").agg(
    first=("period", "min"), unit=("unit", "last"), origin=("origin", "last"), before=("published", "max")
)
places = stored[["series", "economy", "entity"]].drop_duplicates()

# all that the bank says now of these series and economies, from the first stored year on
released = wbgapi.source.get(NUMBER)["lastupdated"]
asked = wbgapi.data.fetch(list(INDICATORS.values()), sorted(set(places["economy"])), numericTimeKeys=True, db=NUMBER)
now = pd.DataFrame(asked).dropna(subset="value").rename(columns={"series": "indicator"})
now["series"] = now["indicator"].map({indicator: name for name, indicator in INDICATORS.items()})
now = now.assign(period=now["time"].astype(str)).merge(places, on=["series", "economy"])
now = now.merge(series, on="series").query("period >= first and before < @released")
now = now.merge(stored[[*CELL, "value"]], how="left", on=CELL, suffixes=("", "_stored"))

# series in which something is new or revised
other = [is_other(value, before) for value, before in zip(now["value"], now["value_stored"], strict=True)]
print(now.loc[other, [*CELL, "value_stored", "value"]].to_string(index=False) if any(other) else "Nothing new.")
figures = now[now["series"].isin(now.loc[other, "series"])].sort_values(CELL)
figures["source_id"] = f"WDI_{released.replace('-', '')}_" + figures["indicator"].str.replace(".", "_")
figures["locator"] = figures.agg("indicator {0[indicator]}; row {0[economy]}, column {0[period]}".format, axis=1)
sources = figures.drop_duplicates("source_id").assign(
    title=f"{DATABASE}: " + figures["indicator"] + f", release of {released}",
    title_en=lambda frame: frame["title"],
    publisher="World Bank",
    published=released,
    address=f"https://api.worldbank.org/v2/sources/{NUMBER}/series/" + figures["indicator"],
    language="en",
    licence="CC BY 4.0 (World Bank)",
    redistribute="yes",
    seen="answer of the publisher's data service",
    grade=lambda frame: frame["origin"].map({"World Bank": "A"}).fillna("B"),
    note=f"Read on {date.today()} by data/intake/worldbank.py",
    dated="",
)
sources = sources[list(table("sources.csv"))]
figures = figures[[*CELL, "value", "unit", "source_id", "locator"]]
