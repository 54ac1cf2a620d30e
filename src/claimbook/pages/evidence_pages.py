"""Directives for the tables of data/: sources with figures, series, searches, unread documents, conflicts.

Text from data may contain any sign, so it is put into document nodes or templates and never into Markdown.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.smartquotes import educate_tokens
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from claimbook.citation import metadata, parts
from claimbook.evidence.claims import Ledger, read_ledger
from claimbook.evidence.conflicts import Conflict, Side, conflicts
from claimbook.evidence.lookups import ids_of_claims
from claimbook.pages import searches
from claimbook.project import contents
from claimbook.project.csv_tables import Row, figures_in, rows_in
from claimbook.say.anchors import EVIDENCE_DOCUMENT, conflict_anchor, figure_anchor, searches_anchor, source_anchor
from claimbook.say.numbers import with_minus
from claimbook.say.sources import how_read, title_of
from claimbook.say.words import counted
from claimbook.templates import filled

CellContent = str | Sequence[nodes.Node]

SERIES_ROWS_SHOWN = 30  # a longer series of one source becomes one row
UNSAID = frozenset({"count", "rank"})  # units that a sentence does not repeat
MOST_CONFLICTS = 30  # a series with more conflicts has one row for each entity
SMART, PLAIN_MARKS = "qDe", re.compile(r"""['"`]|--|\.\.\.""")  # marks that Sphinx would set, and how
BOUNDS = {"~": "about ", ">": "over ", "<": "under "}


# nodes -------------------------------------------------------------------------------------------------------


def unnumbered_table(
    head: Sequence[str],
    rows: Iterable[nodes.row | Sequence[CellContent]],
    kind: str = "register",
    right: Sequence[str] = (),
) -> nodes.table:
    """Return a table without number. `kind` holds its classes; columns in `right` are right-aligned.

    A row is a node or its cells. A cell is text or inline nodes.
    """
    aligned = [name in right for name in head]
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", _table_row(head, aligned))
    group += nodes.tbody("", *(row if isinstance(row, nodes.row) else _table_row(row, aligned) for row in rows))
    return nodes.table("", group, classes=["data", *kind.split()])


def _table_row(cells: Sequence[CellContent], right: Sequence[bool]) -> nodes.row:
    row = nodes.row()
    for cell, is_right in zip(cells, right, strict=True):
        paragraph = nodes.paragraph("", cell) if isinstance(cell, str) else nodes.paragraph("", "", *cell)
        row += nodes.entry("", paragraph, classes=["text-right"] if is_right else [])
    return row


def fold(look: str, summary: str, *content: nodes.Node, id: str = "", beside: str = "") -> list[nodes.Node]:
    """Return content that readers can unfold without a script. In print there is no summary."""
    opening = filled("fold.html", look=look, summary=summary, id=id, beside=beside)
    return [nodes.raw("", opening, format="html"), *content, nodes.raw("", "</details>", format="html")]


def band_node(text: str, columns: int, anchor: str) -> nodes.row:
    """Return a row of one cell that heads the rows below it and can be linked to."""
    entry = nodes.entry("", nodes.paragraph("", text), morecols=columns - 1, classes=["band"])
    return nodes.row("", entry, ids=[anchor])


# sources and figures -----------------------------------------------------------------------------------------

FIGURE_HEAD = ("Entity", "Period", "Value", "Unit", "Where in the source", "Note")


def printed_value(row: Row) -> str:
    """Return the value as its source prints it, with its bound in words: "over 20,000"."""
    whole, point, rest = row["value"].partition(".")
    grouped = f"{int(whole):,}" if re.fullmatch(r"-?\d{4,}", whole) else whole
    return BOUNDS.get(row.get("bound", ""), "") + with_minus(grouped + point + rest)


def figures_table(source_id: str, figures: Iterable[Row], labels: Mapping[str, str]) -> nodes.raw:
    """Return every figure from a source, under the label of its series. A long series becomes one row."""
    rows: list[tuple[str, str | tuple[str, ...]]] = []
    of_series = itemgetter("series")
    for series, group in groupby(sorted(figures, key=of_series), key=of_series):
        own = list(group)
        rows.append((figure_anchor(source_id, series), labels[series]))
        rows += [
            ("", cells) for cells in (map(figure_cells, own) if len(own) <= SERIES_ROWS_SHOWN else [summary_cells(own)])
        ]
    html = filled("figures.html", head=FIGURE_HEAD, rows=rows, smart=smart, right=FIGURE_HEAD.index("Value"))
    return nodes.raw("", html, format="html")


def smart(text: str) -> str:
    """Return text from data with typographic quotation marks and dashes, as elsewhere in the book."""
    return "".join(educate_tokens([("plain", text)], SMART)) if PLAIN_MARKS.search(text) else text


def figure_cells(row: Row) -> tuple[str, ...]:
    """Return the cells of one figure. The note includes its status and whether sources disagree."""
    parts = [row.get("status", ""), "sources disagree" if row.get("conflict") else "", row.get("note", "")]
    note = "; ".join(filter(None, parts))
    return row["entity"], row["period"], printed_value(row), row["unit"], row.get("locator", ""), note


def summary_cells(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return one row for many figures: the numbers of entities and values, and the periods."""
    entities = sorted({r["entity"] for r in rows})
    periods = sorted({r["period"] for r in rows})
    who = f"{entities[0]} and {len(entities) - 1} others" if len(entities) > 1 else entities[0]
    when = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
    units = sorted({r["unit"] for r in rows})
    places = sorted({r.get("locator", "") for r in rows} - {""})
    where = places[0] if len(places) == 1 else ""
    return who, when, f"{len(rows):,} values", "; ".join(units), where, "the data files have every value"


def source_section(source: Row, figures: Sequence[Row], labels: dict[str, str], events: Sequence[Row]) -> nodes.section:
    """Return the section on one source: what it is, and every figure taken from it."""
    title, anchor = source["title_en"] or source["title"], source_anchor(source["source_id"])
    section = nodes.section("", nodes.title("", title), ids=[anchor], classes=["source"])
    about = f"{source['publisher']}, {source['published']}", how_read(source), f"grade {source['grade']}"
    said = f"{'; '.join(filter(None, about))}. "
    known = nodes.reference("", "What it is, and how we saw it", refuri=f"bibliography.html#{anchor}")
    section += nodes.paragraph("", said, known)
    if events:
        items = (nodes.list_item("", nodes.paragraph("", f"{span_of(e)}: {e['event']}")) for e in events)
        section += [nodes.paragraph("", "Dated events that we read there:"), nodes.bullet_list("", *items)]
    if figures:
        section += figures_table(source["source_id"], figures, labels)
    return section


def span_of(event: Row) -> str:
    """Say when an event was, and when what it began ended."""
    return f"{event['date']} (ended {event['ended']})" if event["ended"] else event["date"]


class TableDirective(SphinxDirective):
    """A directive that prints tables of `<source>/data` and is read again if one of them changes."""

    @property
    def source(self) -> Path:
        """The folder of the source tree."""
        return Path(self.env.srcdir)

    def noted(self, path: Path) -> Path:
        """Note that the page depends on a file, and return the file."""
        self.env.note_dependency(str(path))
        return path

    def rows(self, name: str) -> list[Row]:
        return rows_in(self.noted(self.source / "data" / name))

    def notebooks(self) -> Mapping[str, parts.ExecutedNotebook]:
        """Return the executed notebooks of the book by name."""
        for path in contents.executed_notebooks(self.source).values():
            self.noted(path)
        return contents.notebooks(self.source)

    def note_report(self) -> None:
        """Note that the page depends on CITATION.cff and on every notebook."""
        self.noted(self.source / metadata.CITATION_FILE)
        self.notebooks()

    def ledger(self) -> Ledger:
        return read_ledger(self.noted(self.source / "data" / "claims.yml"))

    def figures(self) -> list[Row]:
        data = self.source / "data"
        for path in (data / "figures").glob("*.csv"):
            self.noted(path)
        return [row for _, row in figures_in(data)]


class Sources(TableDirective):
    """Every source with its figures, ordered by producer and date."""

    def run(self) -> list[nodes.Node]:
        labels = {row["series"]: row["label"] for row in self.rows("series.csv")}
        sources = sorted(self.rows("sources.csv"), key=lambda s: (s["origin"].lower(), s["published"], s["source_id"]))
        figures: dict[str, list[Row]] = defaultdict(list)
        events: dict[str, list[Row]] = defaultdict(list)
        for found, rows in ((figures, self.figures()), (events, self.rows("timeline.csv"))):
            for row in rows:
                for source in dict.fromkeys(map(str.strip, row["source_id"].split(";"))):
                    found[source].append(row)
        return [source_section(s, figures[s["source_id"]], labels, events[s["source_id"]]) for s in sources]


class Series(TableDirective):
    """The register of series: what each counts, its unit and its breaks."""

    def run(self) -> list[nodes.Node]:
        head = ("Series", "What is counted", "Unit", "Flow or stock", "Breaks")
        cells = ((self.label(s), s["counts"], s["unit"], s["mode"], s["breaks"]) for s in self.rows("series.csv"))
        return [unnumbered_table(head, cells)]

    def label(self, series: Row) -> CellContent:
        """Return the label of a series, with a link to its file of figures in a book that has such files."""
        if "series_files" not in self.config.book_parts:
            return series["label"]
        return [nodes.reference("", series["label"], refuri=f"../series/{series['series']}.csv")]


class Searches(TableDirective):
    """What we looked for and did not find, by claim, with the words that we used."""

    def run(self) -> list[nodes.Node]:
        head = ("What we looked for", "Words used")
        found, rows = searches.by_claim(self.rows("search_log.csv")), list[nodes.row | Sequence[CellContent]]()
        for claim in self.ledger().claims:
            if claim.id in found:
                rows.append(band_node(claim.statement, len(head), searches_anchor(claim.id)))
            for same in found.get(claim.id, ()):
                words = "; ".join(dict.fromkeys(row["words"] for row in same))
                rows.append((searches.search_in_words(same), words))
        return [unnumbered_table(head, rows, "register searches")]


class NotSeen(TableDirective):
    """Documents that exist but that we could not read, with number, issuer and date as far as known."""

    def run(self) -> list[nodes.Node]:
        head = ("Document", "Claims", "What was seen", "What it would show")
        says = {claim.id: claim.statement for claim in self.ledger().claims}
        rows = []
        for row in self.rows("not_seen.csv"):
            document = ", ".join(filter(None, (row[part] for part in ("title", "number", "issuer", "date"))))
            claims = " ".join(says[claim] for claim in ids_of_claims(row))
            rows.append((document, claims, row["what_was_seen"], row["what_it_would_give"]))
        return [unnumbered_table(head, rows)]


class Coverage(TableDirective):
    """How many sources were seen in which way, by grade: everything rests on this selection."""

    def run(self) -> list[nodes.Node]:
        sources = self.rows("sources.csv")
        counts = Counter((s["seen"], s["grade"]) for s in sources)
        ways = sorted({s["seen"] for s in sources}, key=lambda way: -sum(counts[way, g] for g in "ABCD"))
        head = ("How the source was seen", *(f"Grade {g}" for g in "ABCD"), "All")
        numbers = {way: [counts[way, grade] for grade in "ABCD"] for way in ways}
        numbers["All sources"] = [sum(column) for column in zip(*numbers.values(), strict=True)]
        rows = [(way, *map(str, n), str(sum(n))) for way, n in numbers.items()]
        sentence = f"{len(self.figures()):,} published figures, and dated facts, come from {len(sources):,} sources."
        return [nodes.paragraph("", sentence), unnumbered_table(head, rows, "coverage", right=head[1:])]


# conflicts ---------------------------------------------------------------------------------------------------

CONFLICT_HEAD = ("Value", "Unit", "Who produced it", "Source", "Grade", "Status and note", "In the report")
VINTAGE_HEAD = ("Entity", "Conflicts", "Periods", "Values", "Sources", "Farthest apart")


def reading(conflict: Conflict) -> str:
    """Say which value counts, or that none gives way."""
    if not conflict.kept:
        return "None counts, because no source has a grade that decides."
    if conflict.is_open:
        low, high = (with_printed_unit(end(conflict.kept, key=lambda s: s.value)) for end in (min, max))
        return f"None gives way: the report prints the range, {low} to {high}."
    narrowest = min(conflict.kept, key=lambda s: s.interval.high - s.interval.low)
    return f"The value that counts is {with_printed_unit(narrowest)}."


def with_printed_unit(side: Side) -> str:
    """Return a value as printed, with its unit unless the label already names it."""
    value, unit = printed_value(dict(side.row)), side.row["unit"]
    return value if unit in UNSAID else f"{value} {unit}"


def conflict_rows(conflict: Conflict, label: str) -> Iterator[nodes.row | Sequence[CellContent]]:
    """Yield the rows of one conflict, under its subject and how it is read. Sources link to their figures."""
    about = f"{label}, {conflict.entity}, {conflict.period}. {reading(conflict)}"
    yield band_node(about, len(CONFLICT_HEAD), conflict_anchor(conflict.slug))
    for side in conflict.sides:
        source, row = side.source, side.row
        text = f"{title_of(source)} ({source['published']})"
        address = f"../{EVIDENCE_DOCUMENT}.html#{figure_anchor(source['source_id'], row['series'])}"
        link, note = nodes.reference("", text, refuri=address), "; ".join(filter(None, (side.status, row["note"])))
        value = printed_value(dict(row))
        yield value, row["unit"], source["origin"], [link], side.grade, note, conflict.role(side)


def vintage_row(entity: str, found: Sequence[Conflict]) -> tuple[CellContent, ...]:
    """Return one row for the many conflicts of one series and entity."""
    worst = max(found, key=lambda c: c.difference)
    low, high = worst.ends
    periods: list[nodes.Node] = []
    for conflict in found:
        periods += [nodes.Text(", ")] if periods else []
        periods.append(nodes.inline("", conflict.period, ids=[conflict_anchor(conflict.slug)]))
    return (
        entity,
        f"{len(found):,}",
        periods,
        f"{sum(len(c.sides) for c in found):,}",
        f"{len({s.source['source_id'] for c in found for s in c.sides}):,}",
        f"{worst.period}: {printed_value(dict(low.row))} to {with_printed_unit(high)}",
    )


class Conflicts(TableDirective):
    """All groups of values that are declared to conflict, and which value counts."""

    def run(self) -> list[nodes.Node]:
        series = self.rows("series.csv")
        labels = {row["series"]: row["label"] for row in series}
        notes = {row["series"]: row["note"] for row in series}
        found = conflicts(self.figures(), self.rows("sources.csv"), series, self.rows("units.csv"))
        many = {name for name, n in Counter(c.series for c in found).items() if n > MOST_CONFLICTS}
        single = [c for c in found if c.series not in many]
        still = sum(c.is_open for c in single)
        sentence = (
            f"{counted(len(found), 'conflict')} with {counted(sum(len(c.sides) for c in found), 'value')}, in "
            f"{len({c.series for c in found})} series. Of the {len(single):,} that are listed one by one, the rule "
            f"decides {len(single) - still:,}; in {still:,} no value gives way and the report prints the range. "
            f"{len(found) - len(single):,} are summarised by entity."
        )
        rows = [row for conflict in single for row in conflict_rows(conflict, labels[conflict.series])]
        made: list[nodes.Node] = [nodes.paragraph("", sentence)]
        if rows:
            made.append(unnumbered_table(CONFLICT_HEAD, rows, right=("Value",)))
        for name in sorted(many):
            ordered = [c for c in found if c.series == name]
            grouped = [vintage_row(entity, list(cs)) for entity, cs in groupby(ordered, key=lambda c: c.entity)]
            made.append(nodes.paragraph("", f"{labels[name]}, summarised by entity. {notes[name]}"))
            made.append(unnumbered_table(VINTAGE_HEAD, grouped, right=("Conflicts", "Values", "Sources")))
        return made


class EvidenceLinks(SphinxPostTransform):
    """Keeps Markdown links to built pages, "../book/evidence.html#…", because MyST only looks for sources.

    The anchors are made from data, so tests check these links on the built pages.
    """

    default_priority = 8  # before MyST resolves its references, at 9

    def run(self, **kwargs: Any) -> None:
        for link in list(self.document.findall(addnodes.pending_xref)):
            if link["reftype"] == "myst" and re.match(r"\.\./[\w/-]+\.html(#|$)", link["reftarget"]):
                text = [child.deepcopy() for child in link[0].children]
                link.replace_self(nodes.reference("", "", *text, refuri=link["reftarget"]))


def setup(app: Sphinx) -> None:
    app.add_directive("evidence", Sources)
    app.add_directive("evidence-coverage", Coverage)
    app.add_directive("series-register", Series)
    app.add_directive("search-log", Searches)
    app.add_directive("not-seen", NotSeen)
    app.add_directive("conflicts", Conflicts)
    app.add_post_transform(EvidenceLinks)
