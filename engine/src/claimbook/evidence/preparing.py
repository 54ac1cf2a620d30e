"""Makes the tables of data/ ready for use: the sources up to a day, and figures with range, year and provenance."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from claimbook.evidence.intervals import printed_interval
from claimbook.evidence.measures import Factors
from claimbook.project.folders import COLUMNS
from claimbook.say.words import Place, figure_anchor, parse, published_by

OLDEST_FIRST = ["year", "period", "published", "source_id"]  # order of figures


def read_text_table(path: Path, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Read a table as text. With `columns`, a missing file gives an empty table."""
    if columns and not path.is_file():
        return pd.DataFrame(columns=columns, dtype=object)
    return pd.read_csv(path, dtype=object, keep_default_na=False)


def rows_as_dicts(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dicts, several times as fast as pandas does."""
    names = frame.columns.tolist()
    return [dict(zip(names, cells, strict=True)) for cells in frame.to_numpy(object).tolist()]


def visible_sources(sources: pd.DataFrame, cutoff: str) -> pd.DataFrame:
    """Return the sources that were published by a day, by id."""
    sources = sources.set_index("source_id", drop=False)
    sources["origin"] = sources["origin"].str.replace(r"\s*;\s*", "; ", regex=True)
    return sources[sources.index.isin(published_by(cutoff, rows_as_dicts(sources)))]


def prepared_figures(
    files: Sequence[pd.DataFrame], sources: pd.DataFrame, series: pd.DataFrame, known: Factors
) -> pd.DataFrame:
    """Return the figures from these sources, oldest first, with ranges in the canonical unit, year, and provenance.

    `known` has the conversions to canonical units.
    Texts are plain objects: pandas takes rows from such a table three times as fast as from one of type "str".
    """
    rows = pd.concat(files or [pd.DataFrame(columns=COLUMNS, dtype=object)], ignore_index=True)
    rows = rows[rows["source_id"].isin(sources.index)]
    about, behind = series.loc[rows["series"]], sources.loc[rows["source_id"]]
    unit = about["unit"].to_list()
    factors = _each(lambda own, to: 1.0 if own == to else known[own, to], rows["unit"], unit)
    words = [rows[name] for name in ("value", "unit", "bound", "rounding")]
    intervals = _each(lambda *read: printed_interval(*read[:-1]).scaled(read[-1]), *words, factors)
    periods = _each(parse, rows["period"])
    made = rows.assign(
        value=[float(value) * factor for value, factor in zip(rows["value"], factors, strict=True)],
        low=[i.low for i in intervals],
        high=[i.high for i in intervals],
        unit=unit,
        printed=rows["value"] + " " + rows["unit"],
        year=[p.year for p in periods],
        complete=[p.complete or mode == "stock" for p, mode in zip(periods, about["mode"], strict=True)],
        origin=behind["origin"].to_list(),
        grade=behind["grade"].to_list(),
        published=behind["published"].to_list(),
        series_label=about["label"].to_list(),
        anchor=_each(figure_anchor, rows["source_id"], rows["series"]),
        behind=_each(lambda *place: (Place(*place),), rows["source_id"], rows["series"], rows["locator"]),
    )
    texts = dict.fromkeys(made.select_dtypes("str"), object)
    joined = made.astype(texts).copy()  # a copy stores all columns of a type as one
    return joined.sort_values(OLDEST_FIRST, ignore_index=True)


def _each(function: Callable, *columns: Sequence) -> list:
    """Apply `function` to each row of the columns, once for each distinct row."""
    rows = list(zip(*(np.asarray(column, dtype=object) for column in columns), strict=True))  # pandas iterates slowly
    known = {row: function(*row) for row in dict.fromkeys(rows)}
    return [known[row] for row in rows]
