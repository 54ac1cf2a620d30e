"""Tables with a figure of nearly every zone: what is spread over the zones, once the data hold such a table.

A column is one measure in one year. Zones that are left out are the small ones, so a column counts as whole only with
nearly every zone that was approved by then.
"""

import pandas as pd

from torch_program.evidence import ZoneEvidence

MEASURES = {
    "htz_operating_revenue": "operating revenue",
    "htz_employees": "employees",
    "htz_hnte": "certified high-tech enterprises",
    "htz_enterprises": "surveyed enterprises",
    "htz_gross_industrial_output": "gross industrial output",
}
LARGEST = "Zhongguancun Science Park"
NEARLY_EVERY = 0.95  # of the zones approved by then
NEVER = 9999

Column = tuple[str, int]  # series and year


def columns(ev: ZoneEvidence) -> dict[Column, pd.DataFrame]:
    """Rows of single zones, one a zone from its approval on, by series and year."""
    zones = ev.approved_zones(NEVER, undated=True)
    approved = zones.set_index("entity")["year"].where(lambda year: year < NEVER, 0)
    found: dict[Column, pd.DataFrame] = {}
    for name in MEASURES:
        rows = ev.frame(name, annual=True)
        rows = rows[rows["year"] >= rows["entity"].map(approved)]  # no other place has a year of approval
        rows = rows.drop_duplicates(["entity", "year"], keep="last")
        found |= {(name, int(year)): own for year, own in rows.groupby("year")}
    return found


def whole_table(ev: ZoneEvidence, found: dict[Column, pd.DataFrame]) -> tuple[int, dict[str, pd.DataFrame]]:
    """The last year that has whole columns, and those columns by series; nothing where no column is whole."""
    counts = {year: len(ev.approved_zones(year, undated=True)) for _, year in found}
    whole = {column: rows for column, rows in found.items() if len(rows) >= NEARLY_EVERY * counts[column[1]]}
    last = max((year for _, year in whole), default=0)
    return last, {series: rows for (series, year), rows in whole.items() if year == last}
