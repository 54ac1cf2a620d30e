"""Tables with a figure of nearly every zone: what is spread over the zones, once the data hold such a table.

A column is one measure in one year. Zones that are left out are the small ones, so a column counts as whole only with
nearly every zone that was approved by then.
"""

import pandas as pd

from claimbook.charts import lorenz_chart
from claimbook.charts.figures import Chart
from claimbook.evidence.concentration import gini, hhi, top_share
from claimbook.say import tables
from claimbook.say.words import listed
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


def spread_table(ev: ZoneEvidence, whole: dict[str, pd.DataFrame], year: int) -> pd.DataFrame:
    """How each column is spread over the zones, with and without the largest; cells are MyST text."""
    approved = len(ev.approved_zones(year, undated=True))

    def row(series: str, rows: pd.DataFrame) -> dict[str, str | None]:
        values = rows.set_index("entity")["value"]
        printed = ev.annual(series)
        total = printed.loc[printed["year"] == year, "value"] if len(printed) else pd.Series(dtype=float)
        return {
            "Measure": tables.escape(MEASURES[series]),
            "Zones": f"{len(values)} of {approved}",
            "Top ten, %": f"{top_share(values, 10) * 100:.1f}",
            "Gini": f"{gini(values):.3f}",
            "HHI": f"{hhi(values):.3f}",
            "Top ten without Zhongguancun, %": f"{top_share(values.drop(LARGEST, errors='ignore'), 10) * 100:.1f}",
            "Covered, %": f"{values.sum() / total.iloc[0] * 100:.1f}" if len(total) else None,
        }

    return pd.DataFrame([row(series, rows) for series, rows in whole.items()])


def spread_chart(ev: ZoneEvidence, whole: dict[str, pd.DataFrame], year: int) -> Chart:
    """Lorenz curves over the zones that have every measure, each zone counted the same."""
    values = pd.DataFrame({MEASURES[series]: rows.set_index("entity")["value"] for series, rows in whole.items()})
    curves = values.dropna()
    ginis = curves.apply(gini)
    ends = dict.fromkeys((ginis.idxmax(), ginis.idxmin()))
    ten = {name: top_share(values[name].dropna(), 10) * 100 for name in ends}
    return lorenz_chart(
        curves,
        pd.Series(1.0, index=curves.index),
        f"Ten zones have {listed(f'{part:.0f} % of {name}' for name, part in ten.items())}",
        f"Lorenz curves over the {len(curves)} zones that have every measure, {year}; each zone counts the same",
        ev.credit(pd.concat(whole.values())),
        unit="zones",
    )
