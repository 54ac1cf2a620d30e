"""The report as an Excel workbook next to the pages: claims, measures, published rows, series, sources.

It contains only values. A text that begins like a formula is stored as text and stays text when somebody
edits its cell. Columns have the names of results.json and `data/`.
"""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.application import Sphinx

from claimbook.citation.metadata import Work
from claimbook.pages.book import results_of, work_of
from claimbook.pages.writing import FILES_EVENT, Files
from claimbook.project.files import figures_in, folder_hash, rows_in
from claimbook.project.outputs import WORKBOOK, stored_or_made
from claimbook.project.report import report_settings
from claimbook.say.periods import published_by

if TYPE_CHECKING:
    from pandas import DataFrame

NO_TIME = datetime(2000, 1, 1)  # time stamp of every workbook: the same cells give the same bytes
WIDEST = 450  # widest column in pixels
TEXTS = {"strings_to_formulas": False, "strings_to_urls": False}  # conversions that xlsxwriter must not make
CLAIM_COLUMNS = (
    "id section kind statement test.op test.value test.unit test.period answer found firm verdict qualifiers "
    "robustness.label robustness.flips certainty.word would_change"
).split()
MEASURE_COLUMNS = ("claim label value low high unit period match differs outcome decides grade origins sources").split()
SHEET_NOTES = {
    "Claims": "every statement under test, with its answer",
    "Measures": "what each claim was compared with; an empty low or high means no limit",
    "Rows": "every published value, as a number and as printed; bound: = as printed, ~ about, > over, < under",
    "Series": "what exactly each series counts, and its unit",
    "Sources": "who published, when, on which terms, how it was seen",
}


def tables(work: Work, claims: Sequence[Mapping[str, Any]], data: Path) -> dict[str, "DataFrame"]:
    """Return the sheets of an edition: claims as in results.json, and evidence published by the cut-off."""
    import pandas as pd  # slow to import, and Sphinx can start without it

    listed = rows_in(data / "sources.csv")
    public = published_by(work.cutoff.isoformat(), listed)
    rows = pd.DataFrame([{"topic": topic} | row for topic, row in figures_in(data) if row["source_id"] in public])
    rows.insert(rows.columns.get_loc("value"), "printed", rows["value"])
    rows["value"] = pd.to_numeric(rows["value"], errors="coerce")
    measures = [{"claim": claim["id"]} | measure for claim in claims for measure in claim["measures"]]
    sheets = {
        "Claims": pd.json_normalize(list(claims), max_level=1).reindex(columns=CLAIM_COLUMNS),
        "Measures": pd.DataFrame(measures).reindex(columns=MEASURE_COLUMNS),
        "Rows": rows,
        "Series": pd.DataFrame(rows_in(data / "series.csv")),
        "Sources": pd.DataFrame([row for row in listed if row["source_id"] in public]),
    }
    contents = [
        work.title,
        f"Edition {work.edition}: evidence published up to {work.cutoff}. Content hash {work.content}.",
        f"{report_settings().licences.statement} The terms of each source are in Sources.",
        *(f"{name}: {SHEET_NOTES[name]} ({len(table):,})" for name, table in sheets.items()),
    ]
    return {"About": pd.DataFrame({"contents": contents})} | sheets


def workbook_bytes(work: Work, sheets: Mapping[str, "DataFrame"]) -> bytes:
    """Return the workbook. The same tables give the same bytes."""
    import pandas as pd  # slow to import, and Sphinx can start without it

    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="xlsxwriter", engine_kwargs={"options": TEXTS}) as writer:
        writer.book.set_properties({"title": work.title, "author": work.author, "created": NO_TIME})
        as_text = writer.book.add_format({"quote_prefix": True})
        for name, table in sheets.items():
            plain = table.map(lambda value: "; ".join(value) if isinstance(value, list) else value)
            plain.to_excel(writer, sheet_name=name, index=False, freeze_panes=(1, 0), autofilter=True)
            for at, kind in enumerate(plain.dtypes):
                if not pd.api.types.is_numeric_dtype(kind):
                    writer.sheets[name].set_column(at, at, cell_format=as_text)
            writer.sheets[name].autofit(WIDEST)
    return stream.getvalue()


def workbook_file(app: Sphinx) -> Files:
    """Yield name and content of the workbook."""
    claims, work, data = results_of(app)["claims"], work_of(app), app.srcdir / "data"
    of = repr(work).encode(), json.dumps(claims).encode(), folder_hash(data).encode()
    yield WORKBOOK, stored_or_made(WORKBOOK, lambda: workbook_bytes(work, tables(work, claims, data)), *of)


def setup(app: Sphinx) -> None:
    app.connect(FILES_EVENT, workbook_file)
