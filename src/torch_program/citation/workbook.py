"""The report as one workbook, for those who work in a spreadsheet: claims, measures, numbers, figures and sources.

Heads stay in sight, names lead to their rows, numbers keep the digits that were printed, and nothing is a formula.
"""

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # heavy to import
    from openpyxl import Workbook

WIDEST = 60  # signs of a column
NUMBERS = frozenset({"value", "low", "high"})
TARGETS = {"claim": "claims", "source_id": "sources", "series": "series"}  # columns whose names stand in another sheet

Row = Mapping[str, Any]


def workbook(results: Mapping[str, Any], data: Path) -> bytes:
    """The bytes of the workbook: what a build found (`results.json`), and the data that it was made of."""
    from openpyxl import Workbook

    figures = [
        row | {"row": f"{path.stem}.csv:{line}"}
        for path in sorted((data / "figures").glob("*.csv"))
        for line, row in enumerate(_table(path), start=2)
    ]
    sheets = {
        "claims": [_claim(claim) for claim in results["claims"]],
        "measures": [_measure(claim, m) for claim in results["claims"] for m in claim.get("measures", ())],
        "statistics": [_statistic(key, stat) for key, stat in sorted(results["statistics"].items())],
        "figures": figures,
        "series": _table(data / "series.csv"),
        "sources": _table(data / "sources.csv"),
    }
    places = {name: {row[next(iter(row))]: n for n, row in enumerate(rows, start=2)} for name, rows in sheets.items()}
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        _sheet(book, name, rows, places)
    return saved(book)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _claim(claim: Row) -> Row:
    test = claim.get("test") or {}
    return {
        "claim": claim["id"],
        "section": claim["section"],
        "kind": claim["kind"],
        "statement": claim["statement"],
        "claimed": test.get("says", ""),
        "unit": test.get("unit", ""),
        "period": test.get("period", ""),
        "verdict": claim["verdict"],
        "qualifiers": "; ".join(claim.get("qualifiers", ())),
        "robustness": claim.get("robustness", {}).get("label", ""),
        "what would change it": claim.get("would_change", ""),
    }


def _measure(claim: Row, measure: Row) -> Row:
    plain = ("label", "value", "low", "high", "unit", "period", "match", "outcome", "grade")
    return (
        {"claim": claim["id"]}
        | {name: measure.get(name) for name in plain}
        | {"decides": "yes" if measure.get("decides") else ""}
        | {"origins": "; ".join(measure["origins"]), "source_id": "; ".join(measure["sources"])}
    )


def _statistic(key: str, statistic: Row) -> Row:
    said = {name: statistic.get(name, "") for name in ("value", "unit", "period", "made")}
    return {"statistic": key} | said | {"source_id": "; ".join(statistic.get("sources", ()))}


def _sheet(book: "Workbook", name: str, rows: Sequence[Row], places: Mapping[str, Mapping[str, int]]) -> None:
    """One table with its head frozen, filters, and links to the rows that its names stand for."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.hyperlink import Hyperlink

    sheet = book.create_sheet(name)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    for index, column in enumerate(columns, 1):
        sheet.cell(1, index, column).font = Font(bold=True)
        widest = max([len(column), *(len(str(row.get(column) or "")) for row in rows)])
        sheet.column_dimensions[get_column_letter(index)].width = min(WIDEST, widest + 2)
    for line, row in enumerate(rows, 2):
        for index, column in enumerate(columns, 1):
            value = row.get(column)
            if value is None or value == "":
                continue
            cell = sheet.cell(line, index)
            if column in NUMBERS:
                cell.value, cell.number_format = _number(value)
                continue
            cell.value, cell.data_type = str(value), "s"  # "=" is a bound, never a formula
            cell.alignment = Alignment(vertical="top", wrap_text=len(str(value)) > WIDEST)
            target = TARGETS.get(column, "")
            if target and target != name and (at := places[target].get(value)):
                cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!A{at}")
            elif column == "address" and str(value).startswith(("http://", "https://")):
                cell.hyperlink = str(value)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _number(value: Any) -> tuple[float, str]:
    """A number, and the format that shows the digits with which it was printed."""
    digits = len(value.partition(".")[2]) if isinstance(value, str) else 0
    return float(value), "0." + "0" * digits if digits else "General"


def saved(book: "Workbook") -> bytes:
    """A workbook without the clock: the same cells give the same bytes."""
    stream, again = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as packed, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as out:
        for name in packed.namelist():
            content = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", packed.read(name))
            out.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return again.getvalue()
