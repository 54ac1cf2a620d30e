"""Describes a difference in words: sentences, and blocks of rows for the terminal and the book."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from claimbook.changes.compare import Change, Difference, distance, mark_changes
from claimbook.say.numbers import with_minus, with_unit
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import counted, sentence_case, some

FigureCell = Mapping[str, str]
FigureCells = tuple[str, ...]

FIGURES_LISTED = 6  # figures of one series and source, or files, in a list
MOST_PARTS = 4  # differences of one claim
MOST_LINES = 5  # rows of one block in the terminal
SERIES_NAMED = 3  # series in a sentence
MOST_REASONS = 2  # measures in a sentence
CHANGES_FILE = "_build/changes.txt"  # the file with all rows
LOST, STATISTICS, ADDED, REVISED_BLOCK = "lost", "statistics", "added", "revised"
THEN_NOW = ("Then", "Now")


@dataclass(frozen=True)
class Block:
    """A table of changes of one kind, sorted by weight; `noun` is the name for one row."""

    name: str
    noun: str
    title: str
    head: tuple[str, ...]
    rows: Sequence[FigureCells]


def several(items: list[str], most: int) -> str:
    """Return the first `most` items, and how many more there are."""
    return "; ".join([*items[:most], *([f"and {len(items) - most:,} more"] if len(items) > most else [])])


# sentences -----------------------------------------------------------------------------------------------------


def summary_of_difference(difference: Difference, before: str, after: str, tables: Iterable[Block]) -> str:
    """Return a one-sentence summary of a difference; `tables` list what changed."""
    if not difference:
        return f"Nothing changed from {before} to {after}."
    verdicts = f"{len(difference.flipped) or 'none'} of {counted(difference.judged, 'verdict')} changed"
    return f"From {before} to {after}: {', '.join([verdicts, *(block.title for block in tables)])}."


def story(difference: Difference, before: str, after: str, labels: Mapping[str, str]) -> Iterator[str]:
    """Yield sentences on what changed between two editions: new evidence, then its effect on verdicts."""
    for days in (change for change in difference.parameters if change.key == "cutoff"):
        yield f"{sentence_case(after)} uses what was published by {days.after}, {before} by {days.before}."
    if added := [c.after for c in difference.evidence if c.added]:
        series = Counter(labels.get(figure["series"], figure["series"]) for figure in added)
        sources = counted(len({figure["source_id"] for figure in added}), "source")
        most = "; ".join(f"{name} ({n:,})" for name, n in series.most_common(SERIES_NAMED))
        and_others, in_series = ", and others" * (len(series) > SERIES_NAMED), counted(len(series), "series", "series")
        yield f"New evidence: {counted(len(added), 'figure')} from {sources}, in {in_series}: {most}{and_others}."
    for change in difference.flipped:
        then, now = old_and_new_answer(change)
        yield f"“{change.after['statement']}” was “{then}” and is “{now}” now. {why_changed(change, labels)}".rstrip()
    for change in (change for change in difference.claims if change.added):
        yield f"“{change.after['statement']}” is a new claim: {answer_of(counted_verdict(change.after)).word}."


def counted_verdict(claim: Mapping[str, Any]) -> str:
    """Return the verdict under which a claim is counted."""
    return claim.get("stands_as") or claim["verdict"]


def old_and_new_answer(change: Change) -> tuple[str, str]:
    """Return the old and new answer to a claim or, if they are equal, the old and new verdict."""
    verdicts = counted_verdict(change.before), counted_verdict(change.after)
    answers = answer_of(verdicts[0]).word, answer_of(verdicts[1]).word
    return answers if answers[0] != answers[1] else verdicts


def why_changed(change: Change, labels: Mapping[str, str]) -> str:
    """Return when a verdict changed, and which measures decide it now or no longer do."""
    steps = [step for step in change.after.get("through_time", ()) if step not in change.before.get("through_time", ())]
    named = (
        f"It changed on {t['day']}, with {some((labels.get(s, s) for s in t['sources']), 3)}. " for t in steps[-1:]
    )
    when = "".join(named)
    then, now = change.before["measures"], change.after["measures"]
    reasons = (
        ("Now known", now, then, True),
        ("No longer counted", then, now, True),
        ("Nearest figures", now, then, False),
    )
    for intro, measures, other_measures, decides in reasons:
        if words := differing_measures(measures, other_measures, decides):
            return f"{when}{intro}: {several(words, MOST_REASONS)}."
    return when.rstrip()


def differing_measures(measures: list[Any], other_measures: list[Any], decides: bool) -> list[str]:
    """Return measures that the other record lacks; if any have a different outcome there, only those."""
    outcomes = {(m["label"], m["outcome"]) for m in other_measures if m["decides"]}
    candidates = [m for m in measures if m["decides"] is decides and m not in other_measures and m["value"] is not None]
    return [measure_in_words(m) for m in candidates if (m["label"], m["outcome"]) not in outcomes] or [
        measure_in_words(m) for m in candidates
    ]


def measure_in_words(measure: Mapping[str, Any]) -> str:
    """Return a measure in words: "Half of the gap has closed (met)", "Share of the towns, 2022, 14.3 %"."""
    if measure["match"] in {"criterion", "part"}:
        return f"{measure['label']} ({measure['outcome']})"
    return f"{measure['label']}, {with_unit(measure['value'], measure['unit']).strip()}"


def _standing(claim: Mapping[str, Any] | None) -> list[str]:
    return [counted_verdict(claim), claim["robustness"]["label"]] if claim else []


def causes(difference: Difference) -> Iterator[str]:
    """Yield sentences on different parameters, data and code, and on layers that could not be compared."""
    named = [f"{c.key} ({c.before or 'not set'}, now {c.after or 'not set'})" for c in difference.parameters]
    if parts := named + [c.key for c in difference.files]:
        yield f"Different inputs: {several(parts, len(named) + FIGURES_LISTED)}."
    if difference.missing:
        why_not = "One of the two is a results.json, which does not contain them; name a record.json."
        yield f"Not compared: {', '.join(difference.missing)}. {why_not}"


def statistic_names(record: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, str]:
    """Return names of statistics by key: how each was made, from which series. Duplicates add their key."""
    named = {}
    for key, statistic in record["statistics"].items():
        series = dict.fromkeys(labels.get(place["series"], "") for place in statistic.get("places", ()))
        behind = " / ".join([*filter(None, series)][:MOST_REASONS])
        method = statistic.get("made", "")
        named[key] = ": ".join(part for part in (method, behind) if part and part != "published") or key
    times = Counter(named.values())
    return {key: f"{name} ({key})" if times[name] > 1 else name for key, name in named.items()}


# blocks --------------------------------------------------------------------------------------------------------


def blocks(difference: Difference, labels: Mapping[str, str], later: Set[str] = frozenset()) -> list[Block]:
    """Return everything that changed: claims first, then losses, then the rest.

    `labels` names series and optionally sources, claims and statistics. `later` are sources published after the
    cut-off of the second record; their figures do not count as lost.
    """
    claims = [_claim(c) for c in sorted(difference.claims, key=_weight) if not c.lost]
    both = [c for c in difference.statistics if c.both]
    both.sort(key=lambda c: distance(c.before["value"], c.after["value"]), reverse=True)  # largest changes first
    moved = [_statistic(c, labels) for c in both]
    new = [(c.key, _value(c.after)) for c in difference.statistics if c.added]
    revised = [_revised(c, labels) for c in difference.evidence if c.both]
    prose = [(c.key, mark_changes(c.before or "", c.after or "")) for c in difference.prose]
    charts = [_chart(c) for c in difference.charts if not c.lost]
    added = [c.after for c in difference.evidence if c.added]
    not_yet = [c.before for c in difference.evidence if c.lost and c.before["source_id"] in later]
    title = f"{counted(len(not_yet), 'figure')} published after the cut-off"
    tables = [
        _block(
            "claims",
            claims,
            "claim",
            "with a different verdict, firmness or evidence",
            "Claim",
            *THEN_NOW,
            "What differs",
        ),
        _lost(difference, labels, later),
        _block(STATISTICS, moved, "statistic", "changed", "Statistic", *THEN_NOW, "Change", "What else"),
        _block("new", new, "new statistic", "", "Statistic", "Value"),
        _block(REVISED_BLOCK, revised, "figure", "revised", "Figure", *THEN_NOW, "Source"),
        _block("prose", prose, "paragraph", "reworded", "Where", "Paragraph"),
        _block("charts", charts, "chart", "with different data", "Chart", "Notebook", "What differs"),
        Block(
            ADDED,
            "new figure",
            f"{counted(len(added), 'figure')} added",
            ("Series", "Which", "Source"),
            group_figures(added, labels),
        ),
        Block("later", "later figure", title, ("Series", "Which", "Source"), group_figures(not_yet, labels)),
    ]
    return [block for block in tables if block.rows]


def _block(name: str, rows: Sequence[FigureCells], noun: str, tail: str, *head: str) -> Block:
    return Block(name, noun, f"{counted(len(rows), noun)} {tail}".rstrip(), head, rows)


def _lost(difference: Difference, labels: Mapping[str, str], later: Set[str]) -> Block:
    figures = [c for c in difference.evidence if c.lost and c.before["source_id"] not in later]
    kinds = {
        "figure": figures,
        "claim": difference.claims,
        "statistic": difference.statistics,
        "chart": difference.charts,
    }
    lost = {kind: [(c.key, c.before) for c in changes if c.lost] for kind, changes in kinds.items()}
    rows = [("figure", *row) for row in group_figures([figure for _, figure in lost["figure"]], labels)]
    rows += [("claim", key, answer_of(counted_verdict(claim)).word, claim["statement"]) for key, claim in lost["claim"]]
    rows += [
        ("statistic", key, _value(one), some((labels.get(s, s) for s in one.get("sources", ())), 3))
        for key, one in lost["statistic"]
    ]
    rows += [("chart", key, _chart_rows(chart), chart["notebook"]) for key, chart in lost["chart"]]
    counts = ", ".join(counted(len(entries), kind) for kind, entries in lost.items() if entries)
    return Block(LOST, "LOST", f"LOST {counts}", ("Kind", "What", "What it was", "Where from"), rows)


def group_figures(figures: Iterable[FigureCell], labels: Mapping[str, str]) -> list[FigureCells]:
    """Return rows of figures by series and source: a few are listed, many are summarised."""
    groups: dict[tuple[str, str], list[FigureCell]] = defaultdict(list)
    for figure in figures:
        groups[figure["series"], figure["source_id"]].append(figure)
    return [
        (labels.get(series, series), _which(rows), labels.get(source, source))
        for (series, source), rows in sorted(groups.items())
    ]


def _which(figures: list[FigureCell]) -> str:
    if len(figures) <= FIGURES_LISTED:
        return "; ".join(f"{f['entity']}, {f['period']}: {value_as_printed(f)}" for f in figures)
    entities, periods = (sorted({f[name] for f in figures}) for name in ("entity", "period"))
    who = counted(len(entities), "entity", "entities") if len(entities) > 1 else entities[0]
    return f"{counted(len(figures), 'figure')}: {who}, {' to '.join(dict.fromkeys((periods[0], periods[-1])))}"


def value_as_printed(figure: FigureCell) -> str:
    """Return a published value with its bound and unit as in the data."""
    return f"{figure['bound']} {figure['value']} {figure['unit']}".removeprefix("= ")


def _weight(change: Change) -> list[bool]:
    """Return a sort key: new claims first, then changed verdicts, then changed labels of robustness."""
    return [then == now for then, now in zip(*map(_standing, change[1:]), strict=False)]


def _claim(change: Change) -> FigureCells:
    then, now = (" · ".join(_standing(side)) for side in change[1:])
    return f"{change.key}: {change.after['statement']}", then, now, differing_fields(change) if change.both else "new"


def differing_fields(change: Change) -> str:
    """Return what differs in a claim that both records have, apart from verdict and robustness label."""
    then, now = _aspects(change.before), _aspects(change.after)
    other = [what for what in {**then, **now} if then.get(what) != now.get(what)]
    parts = [f"{what}: {then.get(what, 'none')}, now {now.get(what, 'none')}" for what in other]
    return several(parts or ["other details"], MOST_PARTS)


def _aspects(claim: Mapping[str, Any]) -> dict[str, str]:
    """Return details of a claim that may differ, by name, such as measures, qualifiers and certainty."""
    away = claim["robustness"].get("break_even")
    return {
        **{m["label"]: _outcome(m) for m in sorted(claim["measures"], key=lambda m: not m["decides"])},
        **dict(flip.rpartition(": ")[::2] for flip in claim["robustness"].get("flips", ())),
        "distance to another outcome": "none" if away is None else f"{away * 100:.3g} %",
        "qualifiers": ", ".join(claim.get("qualifiers", ())) or "none",
        "certainty": claim.get("certainty", {}).get("word") or "none",
        **{
            f"change on {turn['day'] or 'the time before all sources'}": " by ".join(
                [turn["stands_as"], *turn["sources"][:1]]
            )
            for turn in claim.get("through_time", ())
        },
    }


def _outcome(measure: Mapping[str, Any]) -> str:
    if measure["match"] == "part" or measure["value"] is None:  # the value of a finding is only the year of its date
        return measure["outcome"]
    return f"{with_unit(measure['value'], measure['unit']).strip()} ({measure['outcome']})"


def _statistic(change: Change, labels: Mapping[str, str]) -> FigureCells:
    old, new = change.before, change.after
    then, now = _value(old), _value(new)
    if then == now and old["value"] != new["value"]:
        then, now = (f"{side['value']:.12g}" for side in (old, new))
    names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    period = [f"{old.get('period')}, now {new.get('period')}"] if "period" in names else []
    follows = {"value", "period"} | ({"places", "sources"} if "value" in names else set())
    other = [f"other {name}" for name in names if name not in follows]
    moved = by_how_much(old["value"], new["value"]) if "value" in names else ""
    return labels.get(change.key, change.key), then, now, moved, "; ".join(period + other)


def _value(statistic: Mapping[str, Any]) -> str:
    unit, value = statistic.get("unit", ""), statistic["value"]
    return f"{value:.0f}" if unit == "year" else with_unit(value, unit).strip()


def by_how_much(then: float, now: float) -> str:
    """Return a change as difference and per cent of the first value, "+0.6, +4.80 %"; from 0 no per cent."""
    return with_minus(f"{now - then:+.3g}" + (f", {(now - then) / abs(then) * 100:+,.2f} %" if then else ""))


def arrow(then: str, now: str) -> str:
    """Return a change as "12.5 → 13.1 (+0.6, +4.80 %)"; without difference if a value is not a number."""
    try:
        return f"{then} → {now} ({by_how_much(float(then), float(now))})"
    except ValueError:
        return f"{then or 'nothing'} → {now or 'nothing'}"


def _revised(change: Change, labels: Mapping[str, str]) -> FigureCells:
    old, new = change.before, change.after
    which = f"{labels.get(old['series'], old['series'])}, {old['entity']}, {old['period']}"
    other = [n for n in ("rounding", "status", "locator") if old[n] != new[n]]
    then, now = ("; ".join([value_as_printed(f), *(f"{n} {f[n] or 'none'}" for n in other)]) for f in (old, new))
    sources = dict.fromkeys(labels.get(f["source_id"], f["source_id"]) for f in (old, new))
    return which, then, now, ", now ".join(sources)


def _chart(change: Change) -> FigureCells:
    then, now = change.before, change.after
    first, *more = chart_differences(then["csv"], now["csv"]) if then else [f"new, {_chart_rows(now)}"]
    return change.key, now["notebook"], first + f"; {counted(len(more), 'more change')}" * bool(more)


def _chart_rows(chart: Mapping[str, str]) -> str:
    return counted(chart["csv"].count("\n") - 1, "row")


def chart_differences(then: str, now: str) -> list[str]:
    """Return how the data behind a chart differ, value by value."""
    (head, *old), (heading, *new) = (list(csv.reader(table.splitlines(keepends=True))) for table in (then, now))
    if head != heading:
        return [f"columns {mark_changes(', '.join(head), ', '.join(heading))}"]
    if len(old) != len(new):
        before, after = (Counter(map(", ".join, rows)) for rows in (old, new))
        changes = [*(f"gone: {row}" for row in before - after), *(f"new: {row}" for row in after - before)]
        return [f"{len(old)} rows → {len(new)}", *changes]
    return [
        f"row {number} ({', '.join(filter(None, row[:2]))}), {column}: {arrow(a, b)}"
        for number, (row, other) in enumerate(zip(old, new, strict=True), start=1)
        for column, a, b in zip(head, row, other, strict=True)
        if a != b
    ]


# terminal ------------------------------------------------------------------------------------------------------


def difference_as_text(
    difference: Difference,
    before: str,
    after: str,
    labels: Mapping[str, str],
    most: int | None = None,
    later: Set[str] = frozenset(),
) -> str:
    """Return everything as text, verdicts first, with at most `most` rows per block but every loss."""
    tables = blocks(difference, labels, later)
    shown = ("\n".join(lines(block, None if block.name == LOST else most)) for block in tables)
    text = "\n".join(story(difference, before, after, labels))
    parts = [summary_of_difference(difference, before, after, tables), text, *shown, *causes(difference)]
    return "\n\n".join(part for part in parts if part)


def lines(block: Block, most: int | None) -> Iterator[str]:
    """Yield the title of a block and its first rows."""
    yield block.title
    yield from (f"  {row_as_text(block, row)}" for row in block.rows[:most])
    if most and len(block.rows) > most:
        yield f"  … and {len(block.rows) - most:,} more in {CHANGES_FILE}"


def row_as_text(block: Block, row: FigureCells) -> str:
    """Return one row as text."""
    cells = [*row[:1], f"{row[1]} → {row[2]}", *row[3:]] if block.head[1:3] == THEN_NOW else row
    return " | ".join(cell for cell in cells if cell)


def sentences(difference: Difference) -> list[str]:
    """Return one sentence for each change, for the last lines of the tests."""
    return [f"{block.noun} {row_as_text(block, row)}" for block in blocks(difference, {}) for row in block.rows]
