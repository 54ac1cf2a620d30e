"""Pages of tables: sources with their figures, conflicts, searches, the bibliography, and those of Methods."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf, isclose, sqrt
from operator import itemgetter
from statistics import NormalDist
from typing import Any, get_args

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from claimbook import citation
from claimbook.evidence.claims import Op, Test, ids_of_claims
from claimbook.pages.book import add_views, claims_of, figures_of, rows_of, view, work_of
from claimbook.project.folders import Row
from claimbook.project.outputs import Notebook, read_notebook
from claimbook.results import brief
from claimbook.results.due import Due, coming, overdue_in_words, what_is_due
from claimbook.rule.conflicts import Conflict, Side, declared_conflicts
from claimbook.rule.judgement import UNNAMED_PRODUCER
from claimbook.rule.verdicts import band
from claimbook.say.words import day_in_words, is_day, latest_day, listed, with_minus


def ways_seen(sources: Iterable[Row]) -> list[str]:
    """Return the ways in which sources were seen, the most frequent first."""
    return [way for way, _ in Counter(sorted(source["seen"] for source in sources)).most_common()]


class EvidenceLinks(SphinxPostTransform):
    """Keeps Markdown links to built pages, "../book/evidence.html#…", because MyST only looks for sources.

    The anchors are made from data, so tests check these links on the built pages.
    """

    default_priority = 8  # before MyST resolves its references, at 9

    def run(self, **kwargs: Any) -> None:
        for found in list(self.document.findall(addnodes.pending_xref)):
            if found["reftype"] == "myst" and re.match(r"\.\./[\w/-]+\.html(#|$)", found["reftarget"]):
                found.replace_self(nodes.reference("", "", *found[0].children, refuri=found["reftarget"]))


# sources and their figures -----------------------------------------------------------------------------------

PRINTED_BOUNDS = {"~": "about ", ">": "over ", "<": "under "}


def printed_value(row: Mapping[str, str]) -> str:
    """Return the value as its source prints it, with its bound in words: "over 20,000"."""
    whole, point, rest = row["value"].partition(".")
    grouped = f"{int(whole):,}" if re.fullmatch(r"-?\d{4,}", whole) else whole
    return PRINTED_BOUNDS.get(row.get("bound", ""), "") + with_minus(grouped + point + rest)


def distinct(rows: Iterable[Row], column: str) -> list[str]:
    """Return the values of a column, sorted, without those that are empty."""
    return sorted({row[column] for row in rows if row.get(column)})


def by_source(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return rows by the id of each source that they name; semicolons stand between several."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for source in dict.fromkeys(map(str.strip, row["source_id"].split(";"))):
            found[source].append(row)
    return dict(found)


# values that conflict ----------------------------------------------------------------------------------------

UNSAID = frozenset({"count", "rank"})  # units that a sentence does not repeat
MOST_CONFLICTS = 30  # a series with more conflicts has one row for each entity


def reading(conflict: Conflict) -> str:
    """Say which value counts, or that all do."""
    if not conflict.kept:
        return "None counts, because no source has a grade that decides."
    if conflict.is_open:
        low, high = (with_printed_unit(end(conflict.kept, key=lambda s: s.value)) for end in (min, max))
        return f"None gives way: the report prints the range, {low} to {high}."
    narrowest = min(conflict.kept, key=lambda s: s.interval.high - s.interval.low)
    return f"The value that counts is {with_printed_unit(narrowest)}."


def with_printed_unit(side: Side) -> str:
    """Return a value as printed, with its unit unless the label already names it."""
    value, unit = printed_value(side.row), side.row["unit"]
    return value if unit in UNSAID else f"{value} {unit}"


def with_many(found: Iterable[Conflict]) -> list[str]:
    """Return the series with so many conflicts that each entity gets one row."""
    return [name for name, n in Counter(conflict.series for conflict in found).items() if n > MOST_CONFLICTS]


# searches ----------------------------------------------------------------------------------------------------

SMALL_WORDS = frozenset({"a", "and", "by", "for", "in", "of", "on", "the"})


def searches_by_claim(rows: Iterable[Row]) -> dict[str, list[list[Row]]]:
    """Return the searches for each claim, newest first. Searches for the same thing form one list.

    Two searches are for the same thing if `looked_for` has the same words, in any order and without small words.
    """
    found: dict[str, dict[frozenset[str], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in reversed(sorted(rows, key=itemgetter("date"))):
        words = frozenset(re.findall(r"\w+", row["looked_for"].casefold())) - SMALL_WORDS
        for claim_id in ids_of_claims(row):
            found[claim_id][words].append(row)
    return {claim_id: [*same.values()] for claim_id, same in found.items()}


def places(rows: Iterable[Row]) -> str:
    """List where we searched, each place once. A search names its places with semicolons between them."""
    return listed(dict.fromkeys(place.strip() for row in rows for place in row["where"].split(";")))


def how_often(rows: Sequence[Row]) -> str:
    """Say how often and when we searched, for rows with the newest first: "2 times, last in November 2026,"."""
    newest = rows[0]["date"]
    day = day_in_words(latest_day(newest))
    when = f"on {day}" if is_day(newest) else f"in {day.partition(' ')[2]}"
    return f"{len(rows)} times, last {when}," if len(rows) > 1 else when


# the bibliography --------------------------------------------------------------------------------------------

BEFORE_CONTENTS = 400  # priority: Sphinx reads the headings of a page at 500


def section_number(document: str) -> str:
    """Return "2.1" for "notebooks/2-1-what-it-is", and for a name without a number the name: "North Shore"."""
    name = document.rpartition("/")[2]
    number = re.match(r"\d+(?:-\d+)?(?=-)", name)
    return number[0].replace("-", ".") if number else name.replace("-", " ").title()


def used_sources(notebooks: Mapping[str, Notebook]) -> dict[str, set[str]]:
    """Return the ids of the sources of each document."""
    return {document: citation.sources(notebook) for document, notebook in notebooks.items()}


def add_sources(app: Sphinx, doctree: nodes.document) -> None:
    """Add links to its sources at the end of a section."""
    path, chapter = app.srcdir / f"{app.env.docname}.ipynb", doctree.next_node(nodes.section)
    used = citation.sources(read_notebook(path)) if path.exists() else ()
    if chapter is not None and used:
        chapter += view(app, "sources_of_section.html", used=used)


# methods ----------------------------------------------------------------------------------------------------


def fault_rate(faults: str, rows: str) -> str:
    """Return "0 (0.0 to 4.2 %)": faults, and the Wilson interval of their rate at 95 %; or "not counted"."""
    if not faults:
        return "not counted"
    low, high = wilson(int(faults), int(rows))
    return f"{faults} ({100 * low:.1f} to {100 * high:.1f}\u202f%)"


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the Wilson score interval of a share at 95 %, as shares from 0 to 1."""
    z = NormalDist().inv_cdf(0.975)
    middle, half = hits + z**2 / 2, z * sqrt(hits * (n - hits) / n + z**2 / 4)
    return max(0.0, (middle - half) / (n + z**2)), min(1.0, (middle + half) / (n + z**2))


def bands_in_words(op: Op) -> tuple[str, str, str]:
    """Return a wording, the values that pass under it and those that are close, all in terms of "n"."""
    low, high, *close = band(Test(op=op, value=1, unit="count"))
    passes = {"over": "above n", "equals": "rounds to n"}.get(op) or in_terms_of_n(low, high)
    return "n" if op == "equals" else f"{op} n", passes, in_terms_of_n(*close)


def in_terms_of_n(low: float, high: float) -> str:
    """Return a range of multiples of n in words: "within 5 % of n" or "from 0.95 n to n"."""
    if isclose(1 - low, high - 1):
        return f"within {100 * (high - 1):.0f} % of n"
    ends = ["n" if end == 1 else f"{end:.2f} n" for end in (low, high) if end != inf]
    return f"from {' to '.join(ends)}"


VIEWS = """answers audits bands bibliography_of_data changes_of_tests codings conflicts corrections due evidence
evidence_coverage firmness first_answers how_firm not_seen one_source search_log series_register summary_of_findings
words_kept""".split()
PAGE_TOOLS: tuple[Callable, ...] = (
    *(bands_in_words, by_source, coming, declared_conflicts, distinct, fault_rate, how_often),
    *(ids_of_claims, overdue_in_words, places, printed_value, reading, searches_by_claim, section_number),
    *(used_sources, ways_seen, with_many, with_printed_unit),
)


def due_of(app: Sphinx) -> list[Due]:
    """Return what is due on the last day of the edition."""
    series, sources = rows_of(app, "series"), rows_of(app, "sources")
    return what_is_due(claims_of(app), series, figures_of(app), sources, work_of(app).cutoff.isoformat())


def setup(app: Sphinx) -> None:
    has_files = "downloads" in app.config.book_parts
    values = {"brief": brief, "has_files": has_files, "wordings": get_args(Op), "unnamed": UNNAMED_PRODUCER}
    add_views(app, VIEWS, PAGE_TOOLS, [due_of], **values)
    app.add_post_transform(EvidenceLinks)
    app.connect("doctree-read", add_sources, priority=BEFORE_CONTENTS)
