"""The sections on sources: what each is, and every figure taken from it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.pages.book import figures_of, rows_of
from claimbook.pages.data_tables import Band, Cells, table
from claimbook.project.csv_tables import Row
from claimbook.say.anchors import figure_anchor, source_anchor
from claimbook.say.numbers import with_minus
from claimbook.say.words import how_read

SERIES_ROWS_SHOWN = 30  # a longer series of one source becomes one row
BOUNDS = {"~": "about ", ">": "over ", "<": "under "}
FIGURE_HEAD = ("Entity", "Period", "Value", "Unit", "Where in the source", "Note")


def printed_value(row: Mapping[str, str]) -> str:
    """Return the value as its source prints it, with its bound in words: "over 20,000"."""
    whole, point, rest = row["value"].partition(".")
    grouped = f"{int(whole):,}" if re.fullmatch(r"-?\d{4,}", whole) else whole
    return BOUNDS.get(row.get("bound", ""), "") + with_minus(grouped + point + rest)


def figures_table(source_id: str, figures: Iterable[Row], labels: Mapping[str, str]) -> nodes.raw:
    """Return every figure from a source, under the label of its series. A long series becomes one row."""
    rows: list[Band | Cells] = []
    of_series = itemgetter("series")
    for series, group in groupby(sorted(figures, key=of_series), key=of_series):
        own = list(group)
        rows.append(Band(figure_anchor(source_id, series), labels[series]))
        rows += map(figure_cells, own) if len(own) <= SERIES_ROWS_SHOWN else [summary_cells(own)]
    return table(FIGURE_HEAD, rows, "figures", right=("Value",))


def figure_cells(row: Row) -> tuple[str, ...]:
    """Return the cells of one figure. The note includes its status and whether sources disagree."""
    parts = [row.get("status", ""), "sources disagree" if row.get("conflict") else "", row.get("note", "")]
    note = "; ".join(filter(None, parts))
    return row["entity"], row["period"], printed_value(row), row["unit"], row.get("locator", ""), note


def summary_cells(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return one row for many figures: the numbers of entities and values, and the periods."""
    entities, periods, units = (sorted({row[name] for row in rows}) for name in ("entity", "period", "unit"))
    who = f"{entities[0]} and {len(entities) - 1} others" if len(entities) > 1 else entities[0]
    when = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
    places = {row.get("locator", "") for row in rows} - {""}
    where = places.pop() if len(places) == 1 else ""
    return who, when, f"{len(rows):,} values", "; ".join(units), where, "the data files have every value"


def source_section(source: Row, figures: Sequence[Row], labels: dict[str, str], events: Sequence[Row]) -> nodes.section:
    """Return the section on one source: what it is, and every figure taken from it."""
    title, anchor = source["title_en"] or source["title"], source_anchor(source["source_id"])
    section = nodes.section("", nodes.title("", title), ids=[anchor], classes=["source"])
    about = f"{source['publisher']}, {source['published']}", how_read(source), f"grade {source['grade']}"
    details = f"{'; '.join(filter(None, about))}. "
    known = nodes.reference("", "What it is, and how we saw it", refuri=f"bibliography.html#{anchor}")
    section += nodes.paragraph("", details, known)
    if events:
        items = (nodes.list_item("", nodes.paragraph("", f"{span_of(e)}: {e['event']}")) for e in events)
        section += [nodes.paragraph("", "Dated events that we read there:"), nodes.bullet_list("", *items)]
    if figures:
        section += figures_table(source["source_id"], figures, labels)
    return section


def span_of(event: Row) -> str:
    """Say when an event took place, and when the rule that it began ended."""
    return f"{event['date']} (ended {event['ended']})" if event["ended"] else event["date"]


def evidence(app: Sphinx) -> list[nodes.Node]:
    """Return every source with its figures, ordered by producer and date."""
    labels = {row["series"]: row["label"] for row in rows_of(app, "series")}
    sources = sorted(rows_of(app, "sources"), key=lambda s: (s["origin"].lower(), s["published"], s["source_id"]))
    figures: dict[str, list[Row]] = defaultdict(list)
    events: dict[str, list[Row]] = defaultdict(list)
    for found, rows in ((figures, figures_of(app)), (events, rows_of(app, "timeline"))):
        for row in rows:
            for source in dict.fromkeys(map(str.strip, row["source_id"].split(";"))):
                found[source].append(row)
    return [source_section(s, figures[s["source_id"]], labels, events[s["source_id"]]) for s in sources]
