"""The report as an Excel workbook: claims, their measures, every published row and its source, linked to each other.

It holds values alone. Nothing in it is a formula, and text that a spreadsheet would take for one stays text.
"""

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch_program.citation.metadata import Work
from torch_program.csv_tables import figures_in, rows_in
from torch_program.periods import published_by

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

FILE = "torch-program.xlsx"
ABOUT = "About"
NO_TIME = datetime(2000, 1, 1)  # of making a workbook: the same cells give the same bytes
MOST_LINKS = 65_530  # Excel takes a sheet with more of them for damaged
DIGITS = 15  # Excel keeps no more of a number
NUMBER = re.compile(r"-?\d+(?:\.(\d+))?")
LIKE_FORMULA = ("=", "+", "-", "@")
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # in XML
WIDTHS = {  # in characters; what is not named here is short
    "statement": 60, "label": 60, "counts": 60, "event": 60, "what would change it": 60, "flips": 60, "qualifiers": 40,
    "note": 50, "title": 50, "title_en": 50, "publisher": 40, "origin": 30, "origins": 30, "locator": 30, "breaks": 40,
    "address": 40, "page": 50, "sources": 30, "source_id": 24, "id": 30, "claim": 30, "series": 36, "entity": 24,
    "what is what": 110,
}  # fmt: skip
SHORT = 14


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere: to the web, or to a row of another sheet, counted from 1 below its head."""

    text: str
    address: str = ""
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True)
class Sheet:
    """A table: what it is, its head, and its rows of text, numbers and links."""

    name: str
    about: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class _Places:
    """Where rows stand in their sheets, counted from 1, so that the cells of others lead there."""

    work: Work
    pages: Mapping[str, str]
    sources: Mapping[str, int]
    series: Mapping[str, int]
    claims: Mapping[str, int]
    measures: Mapping[str, int]  # the first of each claim

    def of_sources(self, ids: Iterable[str]) -> Link:
        names = [name.strip() for name in ids]
        first = _first(names, self.sources)
        return Link("; ".join(names), sheet="Sources" if first else "", row=self.sources.get(first, 0))

    def claim(self, claim: Mapping[str, Any]) -> list[Any]:
        test, own = claim["test"] or {}, self.measures.get(claim["id"], 0)
        page = self.pages.get(claim["id"], "")
        place = self.work.place(page, f"claim-{claim['id']}") if page else ""
        return [
            Link(claim["id"], sheet="Measures" if own else "", row=own),
            *(claim[name] for name in ("section", "kind", "statement")),
            test.get("op", ""),
            test.get("value"),
            test.get("unit", ""),
            test.get("period", ""),
            claim["verdict"],
            "; ".join(claim["qualifiers"]),
            claim["robustness"]["label"],
            "; ".join(claim["robustness"]["flips"]),
            claim["would_change"],
            Link(place, address=place if self.work.address else ""),
        ]

    def measure(self, claim: Mapping[str, Any], m: Mapping[str, Any]) -> list[Any]:
        return [
            Link(claim["id"], sheet="Claims", row=self.claims[claim["id"]]),
            *(m[name] for name in ("label", "value", "low", "high", "unit", "period", "match")),
            "; ".join(m["differs"]),
            m["outcome"],
            "yes" if m["decides"] else "no",
            m["grade"],
            "; ".join(m["origins"]),
            self.of_sources(m["sources"]),
        ]

    def cell(self, name: str, row: Mapping[str, str]) -> Any:
        if name == "source_id":
            return self.of_sources(row[name].split(";"))
        if name == "series":
            return Link(row[name], sheet="Series", row=self.series[row[name]])
        return printed(row[name]) if name == "value" else row[name]


CLAIM_HEAD = (
    *("id", "section", "kind", "statement", "wording", "claimed value", "unit", "period", "verdict", "qualifiers"),
    *("robustness", "flips", "what would change it", "page"),
)
MEASURE_HEAD = (
    *("claim", "label", "value", "low", "high", "unit", "period", "match", "differs", "outcome", "decides"),
    *("grade", "origins", "sources"),
)


def sheets(work: Work, claims: Sequence[Mapping[str, Any]], pages: Mapping[str, str], data: Path) -> list[Sheet]:
    """All tables of an edition.

    `claims` are those of results.json, `pages` their documents by id, `data` the folder of the evidence, of which the
    rows are kept whose source was published by the cut-off.
    """
    listed = rows_in(data / "sources.csv")
    public = published_by(work.cutoff.isoformat(), listed)
    sources = [row for row in listed if row["source_id"] in public]
    series = rows_in(data / "series.csv")
    measures = [(claim, measure) for claim in claims for measure in claim["measures"]]
    at = _Places(
        work,
        pages,
        sources={row["source_id"]: n for n, row in enumerate(sources, 1)},
        series={row["series"]: n for n, row in enumerate(series, 1)},
        claims={claim["id"]: n for n, claim in enumerate(claims, 1)},
        measures={claim["id"]: n for n, (claim, _) in reversed(list(enumerate(measures, 1)))},
    )
    known = [(topic, row) for topic, row in figures_in(data) if row["source_id"] in at.sources]
    events = [row for row in rows_in(data / "timeline.csv") if _first(row["source_id"].split(";"), at.sources)]
    columns = list(known[0][1]) if known else []
    about_measures = "what each claim was held against; without low or high there is no end"
    about_rows = "every published value, digits and unit as printed; bound: = as printed, ~ about, > over, < under"
    figures = [[topic, *(at.cell(name, row) for name in columns)] for topic, row in known]
    return [
        Sheet("Claims", "every statement under test, with its verdict", CLAIM_HEAD, [at.claim(c) for c in claims]),
        Sheet("Measures", about_measures, MEASURE_HEAD, [at.measure(*pair) for pair in measures]),
        Sheet("Rows", about_rows, ["topic", *columns], figures),
        Sheet("Events", "dated rules and events", *_plain(events, at.cell)),
        Sheet("Series", "what exactly each series counts, and its unit", *_plain(series, lambda name, row: row[name])),
        Sheet("Sources", "who published, when, on which terms, how it was seen", *_plain(sources, _of_source)),
    ]


def _plain(
    rows: Sequence[Mapping[str, str]], cell: Callable[[str, Mapping[str, str]], Any]
) -> tuple[list[str], list[list[Any]]]:
    head = list(rows[0]) if rows else []
    return head, [[cell(name, row) for name in head] for row in rows]


def _of_source(name: str, row: Mapping[str, str]) -> Any:
    return Link(row[name], address=row[name]) if name == "address" and row[name].startswith("http") else row[name]


def _first(names: Iterable[str], known: Mapping[str, int]) -> str:
    return next((name for name in names if name in known), "")


@dataclass(frozen=True)
class Printed:
    """A number that keeps the decimals with which it was printed."""

    value: float
    decimals: int


def printed(text: str) -> Printed | str:
    """A published value as a number, or as text where a spreadsheet could not keep all its digits."""
    found = NUMBER.fullmatch(text)
    if not found or len(text.strip("-").replace(".", "").lstrip("0")) > DIGITS:
        return text
    return Printed(float(text), len(found[1] or ""))


# writing -------------------------------------------------------------------------------------------------------


def written(work: Work, tables: Sequence[Sheet]) -> bytes:
    """The workbook: a sheet that says what is what, then the tables; the same tables give the same bytes."""
    from xlsxwriter import Workbook  # a tenth of a second

    said: list[list[Any]] = [
        [work.title],
        [f"Edition {work.edition}: evidence published up to {work.cutoff}. Content hash {work.content}."],
        [f"Code and text: {work.licence}. Published figures are cited from their sources, whose terms are in Sources."],
        *([Link(f"{table.name}: {table.about} ({len(table.rows):,})", sheet=table.name, row=0)] for table in tables),
    ]
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True, "constant_memory": True}) as book:  # rows are written as they come
        book.set_properties({"title": work.title, "author": work.author, "created": NO_TIME})
        look = _looks(book)
        for table in (Sheet(ABOUT, "", ("what is what",), said), *tables):
            _fill(book.add_worksheet(table.name), table, look)
    return stream.getvalue()


def _looks(book: "Workbook") -> Callable[..., "Format"]:
    """Formats by what they are of, each made once."""
    kinds = {
        "head": {"bold": True},
        "link": {"font_color": "#0B5394", "underline": 1},
        "plain": {},
    }

    @cache
    def look(kind: str = "plain", decimals: int | None = None, like_formula: bool = False) -> "Format":
        made = book.add_format(kinds[kind])
        if decimals is not None:
            made.set_num_format(f"0.{'0' * decimals}" if decimals else "0")
        if like_formula:
            made.set_quote_prefix()  # text, also after somebody has been in the cell
        return made

    return look


def _fill(sheet: "Worksheet", table: Sheet, look: Callable[..., "Format"]) -> None:
    sheet.freeze_panes(1, 1 if len(table.head) > 1 else 0)
    for column, name in enumerate(table.head):
        sheet.set_column(column, column, WIDTHS.get(name, SHORT))
        sheet.write_string(0, column, name, look("head"))
    links = 0
    for number, row in enumerate(table.rows, 1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, Printed):
                sheet.write_number(number, column, value.value, look(decimals=value.decimals))
                continue
            if isinstance(value, (int, float)):
                sheet.write_number(number, column, value)
                continue
            text = ILLEGAL.sub("", value.text if isinstance(value, Link) else value)
            like_formula = text.startswith(LIKE_FORMULA)
            if isinstance(value, Link) and (value.address or value.sheet) and links < MOST_LINKS:
                links += 1
                target = value.address or f"internal:'{value.sheet}'!A{value.row + 1}"
                sheet.write_url(number, column, target, look("link", like_formula=like_formula), text)
            else:
                sheet.write_string(number, column, text, look(like_formula=True) if like_formula else None)
