"""How two records differ, layer by layer, and the difference in words: sentences, and blocks of rows.

Comparing two records in reverse order gives the same changes reversed.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any, NamedTuple

from claimbook.say.verdict_table import answer_of, in_words
from claimbook.say.words import COMPARED_DIGITS, counted, sentence_case, some, with_minus, with_unit

Item = Mapping[str, Any]  # a record, or a claim, measure or statistic of one
PartKey = tuple[str, str]  # subject of a part, and which part it is if several share the subject

DECIMAL_FRACTION = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")
DRAWN = re.compile(r'(?<= src=")data:image/[^"]*(?=")')  # drawings may be rounded; their data are compared
WORD = re.compile(r"\s+|\w+(?:[.,:–-]\w+)*|.", re.DOTALL)


class Change(NamedTuple):
    """One item before and after; None on the side that lacks it."""

    key: str
    before: Any
    after: Any

    @property
    def lost(self) -> bool:
        return self.after is None

    @property
    def added(self) -> bool:
        return self.before is None

    @property
    def both(self) -> bool:
        return not (self.lost or self.added)


Changes = tuple[Change, ...]


@dataclass(frozen=True)
class Difference:
    """What differs between two records, by layer; `missing` names layers that one of them lacks."""

    claims: Changes = ()
    statistics: Changes = ()
    evidence: Changes = ()
    charts: Changes = ()
    prose: Changes = ()
    parameters: Changes = ()
    files: Changes = ()
    missing: tuple[str, ...] = ()
    judged: int = 0  # number of claims in both

    def __bool__(self) -> bool:
        """Return whether the two say different things. Different files or parameters alone do not count."""
        return any((self.claims, self.statistics, self.evidence, self.charts, self.prose))

    @property
    def flipped(self) -> list[Change]:
        """The claims whose verdict changed."""
        return [c for c in self.claims if c.both and c.before["verdict"] != c.after["verdict"]]


def difference_between(before: Item, after: Item) -> Difference:
    """Compare two records, or two files results.json, and return what differs."""
    shared = [name for name in LAYERS if name in before and name in after]
    old, new = (  # evidence is as its sources print it, on every machine
        {name: LAYERS[name](side[name] if name == "evidence" else comparable(side[name])) for name in shared}
        for side in (before, after)
    )
    return Difference(
        **{name: _changes(old[name], new[name]) for name in shared},
        missing=tuple(name for name in LAYERS if name not in shared),
        judged=len(old["claims"].keys() & new["claims"].keys()),
    )


def comparable(value: Any, key: str = "") -> Any:
    """Return a value without what may differ between machines: drawings, late digits. `key` is its name, if any."""
    if isinstance(value, dict):
        return {name: comparable(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, float):
        return float(_nine_digits(value))
    if isinstance(value, str) and key == "csv":
        return DECIMAL_FRACTION.sub(lambda fraction: _nine_digits(fraction[0]), value)
    return DRAWN.sub("", value) if isinstance(value, str) else value


def _nine_digits(number: float | str) -> str:
    """Return a number with nine digits. The difference of two equal ones may be 1e-17 in one build and 0 in another."""
    return f"{round(float(number), 12):.{COMPARED_DIGITS}g}"


def _figures_by_place(columns: Mapping[str, list[str]]) -> dict[PartKey, Any]:
    """Return published figures as rows, by (series, entity, period) and source."""
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return {(f"{row['series']} | {row['entity']} | {row['period']}", row["source_id"]): row for row in rows}


LAYER_NAMES = "claims statistics evidence charts prose parameters files".split()
LAYERS: Mapping[str, Callable[[Any], dict[PartKey, Any]]] = {
    **dict.fromkeys(LAYER_NAMES, lambda items: {(name, ""): item for name, item in items.items()}),
    "claims": lambda claims: {(claim["id"], ""): claim for claim in claims},
    "evidence": _figures_by_place,
    "prose": lambda cells: {(cell, text): text for cell, texts in cells.items() for text in texts},
}


def _changes(old: Mapping[PartKey, Any], new: Mapping[PartKey, Any]) -> Changes:
    """Return all changes, sorted by subject.

    If one part is gone and another with the same subject is new, such as a figure from another source or a
    rewritten paragraph, that is one change.
    """
    changes = [Change(key[0], old[key], new[key]) for key in old if key in new and old[key] != new[key]]
    alone = defaultdict[str, tuple[list[Any], list[Any]]](lambda: ([], []))
    for side, (one, other) in enumerate(((old, new), (new, old))):
        for key in (key for key in one if key not in other):
            alone[key[0]][side].append(one[key])
    changes += [Change(subject, *pair) for subject, parts in alone.items() for pair in zip_longest(*parts)]
    return tuple(sorted(changes, key=lambda c: c.key))


def distance(a: float, b: float) -> float:
    """Return |a - b| / (|a| + |b|): 0 for equal numbers, 1 for opposite signs or a zero."""
    return abs(a - b) / (abs(a) + abs(b)) if a != b else 0.0


def mark_changes(before: str, after: str) -> str:
    """Return both texts merged word by word: deletions as [-this-], insertions as {+this+}."""
    old, new = WORD.findall(before), WORD.findall(after)
    pieces = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        cut, added = "".join(old[i:j]), "".join(new[k:m])
        pieces.append(cut if what == "equal" else f"[-{cut}-]" * bool(cut) + f"{{+{added}+}}" * bool(added))
    return "".join(pieces)


# in words ------------------------------------------------------------------------------------------------

FigureRow = Mapping[str, str]
Labels = Mapping[str, str]  # names of series, sources, claims and statistics, by id
Cells = tuple[str, ...]

FIGURES_LISTED = 6  # figures of one series and source, or files, in a list
MOST_LINES = 5  # rows of one block in the terminal
MOST_IDS = 3  # series or sources in a sentence
MOST_REASONS = 2  # measures in a sentence
CHANGES_FILE = "_build/changes.txt"  # the file with all rows
LOST, STATISTICS, ADDED, REVISED_BLOCK = "lost", "statistics", "added", "revised"
THEN_NOW = ("Then", "Now")
HEADS: dict[str, Cells] = {  # of those that pages show
    STATISTICS: ("Statistic", *THEN_NOW, "Change", "What else"),
    REVISED_BLOCK: ("Figure", *THEN_NOW, "Source"),
}


@dataclass(frozen=True)
class Block:
    """A table of changes of one kind, sorted by weight; `noun` is the name for one row, `head` is for pages."""

    name: str
    noun: str
    title: str
    rows: Sequence[Cells]
    head: Cells = ()


def names_of(ids: Iterable[str], labels: Labels) -> str:
    """Return the names of the first series or sources, and how many more there are."""
    return some((labels.get(one, one) for one in ids), MOST_IDS)


# sentences -----------------------------------------------------------------------------------------------------


def summary_of_difference(difference: Difference, before: str, after: str, tables: Iterable[Block]) -> str:
    """Return a one-sentence summary of a difference; `tables` list what changed."""
    if not difference:
        return f"Nothing changed from {before} to {after}."
    verdicts = f"{len(difference.flipped) or 'none'} of {counted(difference.judged, 'verdict')} changed"
    return f"From {before} to {after}: {', '.join([verdicts, *(block.title for block in tables)])}."


def story(difference: Difference, before: str, after: str, labels: Labels) -> Iterator[str]:
    """Yield sentences on what changed between two editions: new evidence, then its effect on verdicts."""
    for days in (change for change in difference.parameters if change.key == "cutoff"):
        yield f"{sentence_case(after)} uses what was published by {days.after}, {before} by {days.before}."
    if added := [c.after for c in difference.evidence if c.added]:
        series = Counter(labels.get(figure["series"], figure["series"]) for figure in added)
        sources = counted(len({figure["source_id"] for figure in added}), "source")
        most = "; ".join(f"{name} ({n:,})" for name, n in series.most_common(MOST_IDS))
        and_others, in_series = ", and others" * (len(series) > MOST_IDS), counted(len(series), "series", "series")
        yield f"New evidence: {counted(len(added), 'figure')} from {sources}, in {in_series}: {most}{and_others}."
    for change in difference.flipped:
        verdicts = [side["stands_as"] for side in change[1:]]
        then, now = (answer_of(verdict).word for verdict in verdicts)
        then, now = (then, now) if then != now else map(in_words, verdicts)
        yield f"“{change.after['statement']}” was “{then}” and is “{now}” now. {why_changed(change, labels)}".rstrip()
    for claim in (change.after for change in difference.claims if change.added):
        yield f"“{claim['statement']}” is a new claim: {answer_of(claim['stands_as']).word}."


def why_changed(change: Change, labels: Labels) -> str:
    """Return when a verdict changed, and which measures decide it now or no longer do."""
    then, now = change[1:]
    turns = [turn for turn in now.get("through_time", ()) if turn not in then.get("through_time", ())]
    when = "".join(f"It changed on {turn['day']}, with {names_of(turn['sources'], labels)}. " for turn in turns[-1:])
    for intro, side, other, decides in (
        ("Now known", now, then, True),
        ("No longer counted", then, now, True),
        ("Nearest figures", now, then, False),
    ):
        if words := differing_measures(side["measures"], other["measures"], decides):
            return f"{when}{intro}: {some(words, MOST_REASONS, '; ')}."
    return when.rstrip()


def differing_measures(measures: list[Any], other_measures: list[Any], decides: bool) -> list[str]:
    """Return measures that the other record lacks; if any have a different outcome there, only those."""
    outcomes = {(m["label"], m["outcome"]) for m in other_measures if m["decides"]}
    lacking = [m for m in measures if m["decides"] is decides and m not in other_measures and m["value"] is not None]
    different = [m for m in lacking if (m["label"], m["outcome"]) not in outcomes]
    return [*dict.fromkeys(map(measure_in_words, different or lacking))]


def measure_in_words(measure: Item) -> str:
    """Return a measure in words: "Half of the gap has closed (met)", "Share of the towns, 2022, 14.3 %"."""
    if measure["match"] in {"criterion", "part"}:
        return f"{measure['label']} ({measure['outcome']})"
    return f"{measure['label']}, {value_in_words(measure)}"


def causes(difference: Difference) -> Iterator[str]:
    """Yield sentences on different parameters, data and code, and on layers that could not be compared."""
    named = [f"{c.key} ({c.before or 'not set'}, now {c.after or 'not set'})" for c in difference.parameters]
    if parts := named + [c.key for c in difference.files]:
        yield f"Different inputs: {some(parts, len(named) + FIGURES_LISTED, '; ')}."
    if difference.missing:
        why_not = "One of the two is a results.json, which does not contain them; name a record.json."
        yield f"Not compared: {', '.join(difference.missing)}. {why_not}"


def statistic_names(record: Item, labels: Labels) -> dict[str, str]:
    """Return names of statistics by key: how each was made, from which series. Duplicates add their key."""
    named = {}
    for key, statistic in record["statistics"].items():
        series = dict.fromkeys(labels.get(place["series"], "") for place in statistic["places"])
        parts = [statistic["made"], " / ".join([*filter(None, series)][:MOST_REASONS])]
        named[key] = ": ".join(part for part in parts if part and part != "published") or key
    times = Counter(named.values())
    return {key: f"{name} ({key})" if times[name] > 1 else name for key, name in named.items()}


# rows ----------------------------------------------------------------------------------------------------------


def differing(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return what differs between two descriptions by name: "period: 2022, now 2023"."""
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return [f"{name}: {then.get(name, 'none')}, now {now.get(name, 'none')}" for name in names]


def claim_row(change: Change) -> Cells:
    then_now = " → ".join(" · ".join(_standing(side)) for side in change[1:])
    details = differing(*map(_claim_details, change[1:])) or ["other details"]
    return f"{change.key}: {change.after['statement']}", then_now, some(details, 4, "; ")


def _standing(claim: Item) -> list[str]:
    return [in_words(claim["stands_as"]), claim["robustness"]["label"]]


def _claim_details(claim: Item) -> dict[str, str]:
    """Return details of a claim that may differ besides its verdict: measures, choices, qualifiers, certainty."""
    away = claim["robustness"].get("break_even")
    turns = {turn["day"] or "the time before all sources": turn for turn in claim.get("through_time", ())}
    return {
        **{m["label"]: _outcome(m) for m in sorted(claim["measures"], key=lambda m: not m["decides"])},
        **dict(flip.rpartition(": ")[::2] for flip in claim["robustness"]["flips"]),
        "distance to another outcome": "none" if away is None else f"{away * 100:.3g} %",
        "qualifiers": ", ".join(claim["qualifiers"]) or "none",
        "certainty": claim["certainty"]["word"] or "none",
        **{f"change on {day}": " by ".join([in_words(t["stands_as"]), *t["sources"][:1]]) for day, t in turns.items()},
    }


def _outcome(measure: Item) -> str:
    if measure["match"] == "part" or measure["value"] is None:  # the value of a finding is only the year of its date
        return measure["outcome"]
    return f"{value_in_words(measure)} ({measure['outcome']})"


def statistic_row(change: Change, labels: Labels) -> Cells:
    """Return a row about a statistic: its name, both values, the change ("+0.6, +4.80 %"), and what else differs."""
    then, now = (side["value"] for side in change[1:])
    name, shown, moved = labels.get(change.key, change.key), [*map(value_in_words, change[1:])], ""
    other = differing(*({name: side[name] for name in ("period", "unit", "bound", "made")} for side in change[1:]))
    if then != now:
        moved = f"{now - then:+.3g}" + (f", {(now - then) / abs(then) * 100:+,.2f} %" if then else "")
        shown = shown if shown[0] != shown[1] else [f"{then:.12g}", f"{now:.12g}"]
    else:
        other += differing(*({"sources": names_of(side["sources"], labels)} for side in change[1:]))
    return name, *shown, with_minus(moved), "; ".join(other)


def value_in_words(of: Item) -> str:
    """Return the value of a measure or a statistic with its unit."""
    unit, value = of["unit"], of["value"]
    return f"{value:.0f}" if unit == "year" else with_unit(value, unit).strip()


def revision_row(change: Change, labels: Labels) -> Cells:
    old, new = change.before, change.after
    which = f"{labels.get(old['series'], old['series'])}, {old['entity']}, {old['period']}"
    other = [n for n in ("rounding", "status", "locator") if old[n] != new[n]]
    then, now = ("; ".join([value_as_printed(f), *(f"{n} {f[n] or 'none'}" for n in other)]) for f in (old, new))
    sources = dict.fromkeys(labels.get(f["source_id"], f["source_id"]) for f in (old, new))
    return which, then, now, ", now ".join(sources)


def value_as_printed(figure: FigureRow) -> str:
    """Return a published value with its bound and unit as in the data."""
    return f"{figure['bound']} {figure['value']} {figure['unit']}".removeprefix("= ")


def chart_row(change: Change) -> Cells:
    first, *more = chart_differences(change.before["csv"], change.after["csv"])
    return change.key, change.after["notebook"], first + f"; {counted(len(more), 'more change')}" * bool(more)


def chart_differences(then: str, now: str) -> list[str]:
    """Return the rows of the data behind a chart that differ, each with its old and new words marked."""
    (head, *old), (heading, *new) = (map(", ".join, csv.reader(table.splitlines(True))) for table in (then, now))
    if head != heading:
        return [f"columns {mark_changes(head, heading)}"]
    moved = (block for block in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if block[0] != "equal")
    return [mark_changes(*rows) for _, i, j, k, m in moved for rows in zip_longest(old[i:j], new[k:m], fillvalue="")]


def group_figures(figures: Iterable[FigureRow], labels: Labels) -> list[Cells]:
    """Return rows of figures by series and source: a few are listed, many are summarised."""
    place = itemgetter("series", "source_id")
    groups = groupby(sorted(figures, key=place), place)
    return [(labels.get(name, name), _which([*rows]), labels.get(source, source)) for (name, source), rows in groups]


def _which(figures: list[FigureRow]) -> str:
    if len(figures) <= FIGURES_LISTED:
        return "; ".join(f"{f['entity']}, {f['period']}: {value_as_printed(f)}" for f in figures)
    entities, periods = (sorted({f[name] for f in figures}) for name in ("entity", "period"))
    who = counted(len(entities), "entity", "entities") if len(entities) > 1 else entities[0]
    return f"{counted(len(figures), 'figure')}: {who}, {' to '.join(dict.fromkeys((periods[0], periods[-1])))}"


# blocks --------------------------------------------------------------------------------------------------------


def blocks(difference: Difference, labels: Labels, later: Set[str] = frozenset()) -> list[Block]:
    """Return everything that changed: claims first, then losses, then the rest.

    `labels` names series and optionally sources, claims and statistics. `later` are sources published after the
    cut-off of the second record; their figures do not count as lost.
    """
    claims, statistics, revised, charts = (
        [change for change in layer if change.both]
        for layer in (difference.claims, difference.statistics, difference.evidence, difference.charts)
    )
    claims.sort(key=lambda c: [then == now for then, now in zip(*map(_standing, c[1:]), strict=True)])
    statistics.sort(key=lambda c: distance(c.before["value"], c.after["value"]), reverse=True)
    added = [c.after for c in difference.evidence if c.added]
    lost, not_yet = list[FigureRow](), list[FigureRow]()
    for figure in (c.before for c in difference.evidence if c.lost):
        (not_yet if figure["source_id"] in later else lost).append(figure)
    coming = "published after the cut-off"
    prose = [(c.key, mark_changes(c.before or "", c.after or "")) for c in difference.prose]
    tables = [
        _block("claims", "claim", "with a different verdict, firmness or evidence", [claim_row(c) for c in claims]),
        Block(LOST, "LOST", *_one_sided("LOST {}", difference, "before", lost, labels)),
        _block(STATISTICS, "statistic", "changed", [statistic_row(c, labels) for c in statistics]),
        _block(REVISED_BLOCK, "figure", "revised", [revision_row(c, labels) for c in revised]),
        _block("prose", "paragraph", "reworded", prose),
        _block("charts", "chart", "with different data", [chart_row(c) for c in charts]),
        Block(ADDED, "new", *_one_sided("{} added", difference, "after", added, labels)),
        Block("later", "figure", f"{counted(len(not_yet), 'figure')} {coming}", group_figures(not_yet, labels)),
    ]
    return [block for block in tables if block.rows]


def _block(name: str, noun: str, tail: str, rows: Sequence[Cells]) -> Block:
    return Block(name, noun, f"{counted(len(rows), noun)} {tail}", rows, HEADS.get(name, ()))


def _one_sided(
    title: str, difference: Difference, side: str, figures: list[FigureRow], labels: Labels
) -> tuple[str, list[Cells], Cells]:
    """Return title, rows and head of what only one record has, the one "before" or "after", with these `figures`."""
    layers = {
        "claim": (difference.claims, lambda one: (answer_of(one["stands_as"]).word, one["statement"])),
        "statistic": (difference.statistics, lambda one: (value_in_words(one), names_of(one["sources"], labels))),
        "chart": (difference.charts, lambda one: (counted(one["csv"].count("\n") - 1, "row"), one["notebook"])),
    }
    rows: list[Cells] = [("figure", *row) for row in group_figures(figures, labels)]
    counts = {"figure": len(figures)}
    for kind, (layer, cells_of) in layers.items():
        alone = [(labels.get(c.key, c.key), item) for c in layer if not c.both and (item := getattr(c, side))]
        rows += [(kind, name, *cells_of(item)) for name, item in alone]
        counts[kind] = len(alone)
    what = ", ".join(counted(number, kind) for kind, number in counts.items() if number)
    return title.format(what), rows, ("Kind", "What", "What it says", "Where from")


# terminal ------------------------------------------------------------------------------------------------------


def difference_as_text(
    found: Difference, before: str, after: str, labels: Labels, later: Set[str] = frozenset(), most: int | None = None
) -> str:
    """Return everything as text, verdicts first, with at most `most` rows per block but every loss."""
    tables = blocks(found, labels, later)
    shown = ("\n".join(lines(block, None if block.name == LOST else most)) for block in tables)
    text = "\n".join(story(found, before, after, labels))
    parts = summary_of_difference(found, before, after, tables), text, *shown, *causes(found)
    return "\n\n".join(filter(None, parts))


def lines(block: Block, most: int | None) -> Iterator[str]:
    """Yield the title of a block and its first rows."""
    yield block.title
    yield from (f"  {row_as_text(block, row)}" for row in block.rows[:most])
    if most and len(block.rows) > most:
        yield f"  … and {len(block.rows) - most:,} more in {CHANGES_FILE}"


def row_as_text(block: Block, row: Cells) -> str:
    """Return one row as text."""
    cells = [*row[:1], f"{row[1]} → {row[2]}", *row[3:]] if block.head[1:3] == THEN_NOW else row
    return " | ".join(filter(None, cells))


def sentences(difference: Difference) -> list[str]:
    """Return one sentence for each change, for the last lines of the tests."""
    return [f"{block.noun} {row_as_text(block, row)}" for block in blocks(difference, {}) for row in block.rows]
