"""The tables of values that are declared to conflict, and which value counts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from sphinx.application import Sphinx

from claimbook.pages.book import Content, figures_of, rows_of
from claimbook.pages.data_tables import Band, Cells, link, table
from claimbook.pages.source_tables import printed_value
from claimbook.rule.conflicts import Conflict, Side, declared_conflicts
from claimbook.say.anchors import EVIDENCE_DOCUMENT, conflict_anchor, figure_anchor
from claimbook.say.words import counted, title_of
from claimbook.templates import Html

UNSAID = frozenset({"count", "rank"})  # units that a sentence does not repeat
MOST_CONFLICTS = 30  # a series with more conflicts has one row for each entity
CONFLICT_HEAD = ("Value", "Unit", "Who produced it", "Source", "Grade", "Status and note", "In the report")
VINTAGE_HEAD = ("Entity", "Conflicts", "Periods", "Values", "Sources", "Farthest apart")


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


def conflict_rows(conflict: Conflict, label: str) -> Iterator[Band | Cells]:
    """Yield the rows of one conflict, under its subject and how it is read. Sources link to their figures."""
    about = f"{label}, {conflict.entity}, {conflict.period}. {reading(conflict)}"
    yield Band(conflict_anchor(conflict.slug), about)
    for side in conflict.sides:
        source, row = side.source, side.row
        text = f"{title_of(source)} ({source['published']})"
        address = f"../{EVIDENCE_DOCUMENT}.html#{figure_anchor(source['source_id'], row['series'])}"
        note, value = "; ".join(filter(None, (side.status, row["note"]))), printed_value(row)
        yield value, row["unit"], source["origin"], link(text, address), side.grade, note, conflict.role(side)


def vintage_row(entity: str, found: Sequence[Conflict]) -> Cells:
    """Return one row for the many conflicts of one series and entity."""
    worst = max(found, key=lambda c: c.difference)
    low, high = worst.ends
    periods = (f'<span id="{conflict_anchor(c.slug)}">{escape(c.period)}</span>' for c in found)
    return (
        entity,
        f"{len(found):,}",
        Html(", ".join(periods)),
        f"{sum(len(c.sides) for c in found):,}",
        f"{len({s.source['source_id'] for c in found for s in c.sides}):,}",
        f"{worst.period}: {printed_value(low.row)} to {with_printed_unit(high)}",
    )


def conflicts(app: Sphinx) -> Content:
    """Yield all groups of values that are declared to conflict, and which value counts."""
    series = {row["series"]: row for row in rows_of(app, "series")}
    found = declared_conflicts(figures_of(app), rows_of(app, "sources"), series.values(), rows_of(app, "units"))
    many = {name for name, n in Counter(c.series for c in found).items() if n > MOST_CONFLICTS}
    single = [c for c in found if c.series not in many]
    still = sum(c.is_open for c in single)
    yield (
        f"{counted(len(found), 'conflict')} with {counted(sum(len(c.sides) for c in found), 'value')}, in "
        f"{len({c.series for c in found})} series. Of the {len(single):,} that are listed one by one, the rule "
        f"decides {len(single) - still:,}; in {still:,} no value gives way and the report prints the range. "
        f"{len(found) - len(single):,} are summarised by entity."
    )
    if single:
        rows = (row for conflict in single for row in conflict_rows(conflict, series[conflict.series]["label"]))
        yield table(CONFLICT_HEAD, rows, right=("Value",))
    for name in sorted(many):
        by_entity = groupby((c for c in found if c.series == name), key=lambda c: c.entity)
        yield f"{series[name]['label']}, summarised by entity. {series[name]['note']}"
        rows = (vintage_row(entity, [*group]) for entity, group in by_entity)
        yield table(VINTAGE_HEAD, rows, right=("Conflicts", "Values", "Sources"))
