"""A difference in words: blocks of rows for the terminal and the pages, and one document for machines."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from torch_program.changes.compare import GONE, NEW, Change, Difference, Figure, distance_of, marked
from torch_program.numbers import with_minus, with_unit
from torch_program.words import counted, sentence_case

Cell = str | list[tuple[str, str]]  # text, or pieces of it that are marked as same, gone or new

MOST_FIGURES = 6  # of one series and source that are listed one by one
MOST_MEASURES = 4  # in one cell of a table
MOST_CAUSES = 6
MOST_LINES = 5  # of one block in the terminal
MOST_OF_KIND = 3  # series or statistics that a sentence names
LOST = "lost"
THEN_NOW = ("Then", "Now")
ROOMS = {"data/": "data", "notebooks/": "notebooks", "src/": "code", "requirements": "packages"}
NAMES = {"evidence": "published figures"}  # of layers that are called otherwise than their key


@dataclass(frozen=True)
class Block:
    """One kind of change: a table whose rows are ordered by weight; columns of numbers stand at the `right`."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    right: tuple[str, ...] = ()


# sentences -----------------------------------------------------------------------------------------------------


def headline(difference: Difference, before: str, after: str) -> str:
    """The whole in one sentence."""
    if not difference:
        return f"Nothing moved from {before} to {after}."
    d = difference
    lost = _kinds(gone(d))
    parts = [
        f"LOST {lost}" if lost else "",
        _some(sum(c.both for c in d.verdicts), "verdict flipped", "verdicts flipped"),
        _some(sum(c.added for c in d.verdicts), "new claim"),
        _some(len(d.robustness), "claim with other robustness", "claims with other robustness"),
        _some(len(d.otherwise), "claim with other evidence", "claims with other evidence"),
        _some(len(d.ranked), "statistic moved", "statistics moved"),
        _some(sum(f.added for f in d.figures), "figure added", "figures added"),
        _some(sum(f.both for f in d.figures), "figure revised", "figures revised"),
        _some(len(d.prose), "paragraph with other words", "paragraphs with other words"),
        _some(sum(c.both for c in d.charts), "chart with other data", "charts with other data"),
    ]
    told = [part for part in parts if part] or ["what was added stands below"]
    return f"From {before} to {after}: {', '.join(told)}."


def story(difference: Difference, before: str, after: str, labels: Mapping[str, str]) -> list[str]:
    """What happened between two editions, in sentences: the evidence that came, then what it did to the verdicts."""
    d = difference
    days = {c.key: c for c in d.parameters}.get("cutoff")
    added, revised = [c.after for c in d.figures if c.added], [c for c in d.figures if c.both]
    flipped = [c for c in d.verdicts if c.both]
    parts = [
        f"{sentence_case(after)} sees what was published by {days.after}, {before} by {days.before}." if days else "",
        _came(added, labels),
        _were_revised(revised, labels),
        *(_flipped(change) for change in flipped),
        *(f"“{c.after.get('statement', c.key)}” is a new claim: {c.after['verdict']}." for c in d.verdicts if c.added),
        *firmness(d, labels),
        _farthest(d, labels),
        f"{counted(d.held, 'verdict is', 'verdicts are')} as before." if d.results_moved and d.held else "",
    ]
    return [part for part in parts if part]


def _came(added: list[Figure], labels: Mapping[str, str]) -> str:
    if not added:
        return ""
    series, sources = (len({figure[name] for figure in added}) for name in ("series", "source_id"))
    came = f"{counted(len(added), 'figure')} from {counted(sources, 'source')} came in"
    others = ", and others" * (series > MOST_OF_KIND)
    return f"{came}, in {counted(series, 'series', 'series')}: {_most(added, labels)}{others}."


def _were_revised(revised: list[Change], labels: Mapping[str, str]) -> str:
    if not revised:
        return ""
    were = counted(len(revised), "figure was", "figures were")
    return f"{were} revised or printed anew: {_most((c.before for c in revised), labels)}."


def _most(figures: Iterable[Figure], labels: Mapping[str, str]) -> str:
    """The series of which there are most, with their numbers."""
    most = Counter(figure["series"] for figure in figures).most_common(MOST_OF_KIND)
    return "; ".join(f"{labels.get(series, series)} ({n:,})" for series, n in most)


def _flipped(change: Change) -> str:
    """One verdict that flipped, with what decided it on both sides."""
    old, new = change.before, change.after
    then, now = deciding(old, new.get("measures", [])), deciding(new, old.get("measures", []))
    why = f" It rests on {now} now, and then on {then}." if (then, now) != ("nothing", "nothing") else ""
    return f"“{new.get('statement', change.key)}” was “{old['verdict']}” and is “{new['verdict']}” now.{why}"


def firmness(d: Difference, labels: Mapping[str, str]) -> list[str]:
    """Claims whose robustness has another word, gathered by it."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for change in d.robustness:
        groups[change.before["robustness"]["label"], change.after["robustness"]["label"]].append(
            labels.get(change.key, change.key)
        )
    return [
        f"{'No longer' if then == 'stable' else 'Now'} {then if then == 'stable' else now}"
        f"{f', but {now}' if then == 'stable' else f', before {then}'}: {', '.join(keys)}."
        for (then, now), keys in groups.items()
        if then != now and then and now
    ]


def _farthest(d: Difference, labels: Mapping[str, str]) -> str:
    """The statistics that moved farthest."""
    moved = [
        f"{labels.get(c.key, c.key)}, {_of_period(c.before)} to {_of_period(c.after)}" for c in d.ranked[:MOST_OF_KIND]
    ]
    return f"Farthest moved of {counted(len(d.ranked), 'statistic')}: {'; '.join(moved)}." if moved else ""


def _of_period(statistic: Mapping[str, Any]) -> str:
    period = statistic.get("period", "")
    return _value(statistic) + (f" ({period})" if period else "")


def _some(n: int, noun: str, many: str = "") -> str:
    return counted(n, noun, many) if n else ""


def causes(difference: Difference) -> str:
    """What differs in parameters, data and code, as a sentence; empty where nothing does."""
    named = [f"{c.key} ({_shown(c.before)}, then {_shown(c.after)})" for c in difference.parameters]
    parts = [f"parameters {'; '.join(named)}"] if named else []
    for folder, what in ROOMS.items():
        files = [c.key for c in difference.files if c.key.startswith(folder)]
        if files:
            parts.append(f"{what} {several(files, MOST_CAUSES, ', ')}")
    return f"What went in differs: {'; '.join(parts)}." if parts else ""


def not_compared(difference: Difference) -> str:
    """Which layers could not be compared, as a sentence."""
    if not difference.missing:
        return ""
    names = ", ".join(NAMES.get(name, name) for name in difference.missing)
    return f"Not compared: {names}. One of the two is a results.json, which does not hold them; name a record.json."


def _shown(value: Any) -> str:
    return "not set" if value is None else str(value)


def several(items: list[str], most: int, joint: str = "; ") -> str:
    """The first of some items, and how many more there are."""
    more = f"{joint}and {len(items) - most:,} more" if len(items) > most else ""
    return joint.join(items[:most]) + more


# blocks --------------------------------------------------------------------------------------------------------


def gone(difference: Difference) -> list[tuple[str, Change]]:
    """All that is lost, with its kind."""
    d = difference
    kinds = {"figure": d.figures, "claim": d.claims, "statistic": d.statistics, "chart": d.charts}
    return [(kind, change) for kind, changes in kinds.items() for change in changes if change.lost]


def blocks(difference: Difference, labels: Mapping[str, str]) -> list[Block]:
    """Everything that moved, what is lost first. `labels` names series, and perhaps claims and statistics."""
    d = difference
    found = [
        _lost(d, labels),
        _verdicts(d),
        Block("robustness", "Robustness moved", ("Claim", "Then", "Now", "Reasons"), [*map(_robust, d.robustness)]),
        Block("claims", "Claims with other evidence", ("Claim", "What differs"), [*map(_otherwise, d.otherwise)]),
        Block(
            "statistics",
            "Statistics, the farthest moved first",
            ("Statistic", "Then", "Now", "Moved", "What else"),
            [_statistic(c, labels) for c in d.ranked],
            right=("Then", "Now", "Moved"),
        ),
        Block(
            "new_statistics",
            "New statistics",
            ("Statistic", "Value"),
            [(c.key, _value(c.after)) for c in d.statistics if c.added],
            right=("Value",),
        ),
        Block(
            "figures_added",
            "Figures added",
            ("Series", "Which", "Source"),
            grouped([c.after for c in d.figures if c.added], labels),
        ),
        Block(
            "figures_revised",
            "Figures revised",
            ("Figure", "Then", "Now", "Source"),
            [_revised(c, labels) for c in d.figures if c.both],
        ),
        Block("prose", "Prose with other words", ("Where", "Paragraph"), [*map(_paragraph, d.prose)]),
        Block("parameters", "Parameters", ("Parameter", "Then", "Now"), [*map(_parameter, d.parameters)]),
        Block(
            "charts",
            "Charts whose data moved, and new ones",
            ("Chart", "Notebook", "What differs"),
            [_chart(c) for c in d.charts if not c.lost],
        ),
    ]
    return [block for block in found if block.rows]


def _lost(d: Difference, labels: Mapping[str, str]) -> Block:
    lost = gone(d)
    title = f"LOST: {_kinds(lost)}"
    figures = [change.before for kind, change in lost if kind == "figure"]
    rows: list[tuple[Cell, ...]] = [("figure", *row) for row in grouped(figures, labels)]
    for kind, change in lost:
        if kind == "claim":
            rows.append((kind, change.key, change.before["verdict"], change.before.get("statement", "")))
        elif kind == "statistic":
            rows.append((kind, change.key, _value(change.before), several(change.before.get("sources", []), 3, ", ")))
        elif kind == "chart":
            rows.append((kind, change.key, counted(change.before["rows"], "row"), change.before["notebook"]))
    return Block(LOST, title, ("Kind", "What", "What it was", "Where from"), rows)


def _kinds(lost: list[tuple[str, Change]]) -> str:
    """How many of each kind."""
    counts = Counter(kind for kind, _ in lost)
    return ", ".join(counted(n, kind) for kind, n in counts.items())


def grouped(figures: Iterable[Figure], labels: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    """Figures by series and source: few are listed, many are summed up."""
    groups: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure["series"], figure["source_id"]].append(figure)
    rows: list[tuple[Cell, ...]] = []
    for (series, source), members in sorted(groups.items()):
        if len(members) <= MOST_FIGURES:
            which = "; ".join(f"{f['entity']}, {f['period']}: {printed(f)}" for f in members)
        else:
            entities, periods = ({f[name] for f in members} for name in ("entity", "period"))
            who = counted(len(entities), "entity", "entities") if len(entities) > 1 else min(entities)
            when = min(periods) if len(periods) == 1 else f"{min(periods)} to {max(periods)}"
            which = f"{counted(len(members), 'figure')}: {who}, {when}"
        rows.append((labels.get(series, series), which, source))
    return rows


def printed(figure: Figure) -> str:
    """A published value with its bound and unit, as the data hold it."""
    bound = "" if figure["bound"] == "=" else figure["bound"] + " "
    return f"{bound}{figure['value']} {figure['unit']}"


def _verdicts(d: Difference) -> Block:
    rows: list[tuple[Cell, ...]] = []
    for change in d.verdicts:
        if change.added:
            rows.append((_claim(change), "not there", change.after["verdict"], "", deciding(change.after, [])))
        else:
            old, new = change.before.get("measures", []), change.after.get("measures", [])
            cells = (_verdict(change.before), _verdict(change.after), deciding(change.before, new))
            rows.append((_claim(change), *cells, deciding(change.after, old)))
    return Block("verdicts", "Verdicts that flipped", ("Claim", "Then", "Now", "Decided then", "Decides now"), rows)


def _claim(change: Change) -> str:
    claim = change.after or change.before
    return f"{change.key}: {claim.get('statement', '')}"


def _verdict(claim: Mapping[str, Any]) -> str:
    return " · ".join([claim["verdict"], *claim.get("qualifiers", ())])


def deciding(claim: Mapping[str, Any], others: list[Any]) -> str:
    """The measures that decide a verdict and did not, in the same way, on the other side; where none does, those near
    it."""
    own = [m for m in claim.get("measures", ()) if m["decides"]]
    telling = [m for m in own if m not in others]
    if telling:
        return several([_measure(m) for m in telling], MOST_MEASURES)
    if own:
        return "only what both have"
    near = [m for m in claim.get("measures", ()) if m not in others and m["value"] is not None]
    return "nothing" + (f"; near it: {several([_measure(m) for m in near], MOST_MEASURES)}" if near else "")


def _measure(measure: Mapping[str, Any]) -> str:
    if measure["match"] == "part":  # a finding: its value is the year of its date
        return measure["label"]
    value = "" if measure["value"] is None else with_unit(measure["value"], measure["unit"]).strip() + " "
    return f"{measure['label']}: {value}({measure['outcome']})"


def _robust(change: Change) -> tuple[Cell, ...]:
    old, new = change.before["robustness"], change.after["robustness"]
    flips = [set(side.get("flips", ())) for side in (old, new)]
    parts = [f"no longer: {flip}" for flip in sorted(flips[0] - flips[1])]
    parts += [f"now: {flip}" for flip in sorted(flips[1] - flips[0])]
    away = [side.get("break_even") for side in (old, new)]
    if away[0] != away[1]:
        then, now = ("no distance" if a is None else f"{a * 100:.3g} %" for a in away)
        parts.append(f"distance to another outcome {then}, now {now}")
    return _claim(change), old["label"], new["label"], several(parts, MOST_MEASURES)


def _otherwise(change: Change) -> tuple[Cell, ...]:
    return _claim(change), differing(change)


def differing(change: Change) -> str:
    """What differs in a claim that both have."""
    old, new = change.before, change.after
    parts = []
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) == new.get(name):
            continue
        if name == "measures":
            parts += [f"no longer {_measure(m)}" for m in old[name] if m not in new[name]]
            parts += [f"now {_measure(m)}" for m in new[name] if m not in old[name]]
        elif name == "qualifiers":
            parts.append(f"qualifiers {', '.join(old[name]) or 'none'}, now {', '.join(new[name]) or 'none'}")
        else:
            parts.append(f"other {name.replace('_', ' ')}")
    return several(parts or ["order"], MOST_MEASURES)


def _statistic(change: Change, labels: Mapping[str, str]) -> tuple[Cell, ...]:
    old, new = change.before, change.after
    then, now = _value(old), _value(new)
    if then == now and old["value"] != new["value"]:
        then, now = (f"{side['value']:.12g}" for side in (old, new))
    names = sorted(name for name in old.keys() | new.keys() if name != "value" and old.get(name) != new.get(name))
    period = f"{old['period']}, now {new['period']}" if "period" in names else ""
    rest = [period, *(f"other {name}" for name in names if name not in {"period", "places", "sources"})]
    return (
        labels.get(change.key, change.key),
        then,
        now,
        by_how_much(old["value"], new["value"]),
        "; ".join(part for part in rest if part),
    )


def by_how_much(then: float, now: float) -> str:
    """ "+0.6, +4.80 %", the share being one of the first value; without it where that is nought."""
    return with_minus(f"{now - then:+.3g}" + (f", {(now - then) / abs(then) * 100:+,.2f} %" if then else ""))


def _value(statistic: Mapping[str, Any]) -> str:
    unit, value = statistic.get("unit", ""), statistic["value"]
    return f"{value:.0f}" if unit == "year" else with_unit(value, unit).strip()


def _revised(change: Change, labels: Mapping[str, str]) -> tuple[Cell, ...]:
    old, new = change.before, change.after
    which = f"{labels.get(old['series'], old['series'])}, {old['entity']}, {old['period']}"
    other = [n for n in ("rounding", "status", "locator") if old[n] != new[n]]
    then, now = ([printed(f), *(f"{n} {f[n] or 'none'}" for n in other)] for f in (old, new))
    source = old["source_id"] if old["source_id"] == new["source_id"] else f"{old['source_id']}, now {new['source_id']}"
    return which, "; ".join(then), "; ".join(now), source


def _paragraph(change: Change) -> tuple[Cell, ...]:
    return change.key, marked(change.before or "", change.after or "")


def _parameter(change: Change) -> tuple[Cell, ...]:
    return change.key, _shown(change.before), _shown(change.after)


def _chart(change: Change) -> tuple[Cell, ...]:
    old, new = change.before, change.after
    if change.added:
        return change.key, new["notebook"], f"new, {counted(new['rows'], 'row')}"
    if old["rows"] != new["rows"]:
        return change.key, new["notebook"], f"{counted(old['rows'], 'row')}, now {new['rows']:,}"
    return change.key, new["notebook"], f"values in its {counted(new['rows'], 'row')}"


# terminal and machines -----------------------------------------------------------------------------------------


def as_text(difference: Difference, before: str, after: str, labels: Mapping[str, str]) -> str:
    """Summary for the terminal: every block with its first rows."""
    paragraphs = [
        headline(difference, before, after),
        *filter(None, ["\n".join(story(difference, before, after, labels))]),
    ]
    for block in blocks(difference, labels) if difference else []:
        most = len(block.rows) if block.name in {LOST, "verdicts"} else MOST_LINES
        lines = [f"{block.title} ({len(block.rows):,})" if block.name != LOST else block.title]
        lines += [f"  {_line(block, row)}" for row in block.rows[:most]]
        if len(block.rows) > most:
            lines.append(f"  … and {len(block.rows) - most:,} more on the page")
        paragraphs.append("\n".join(lines))
    return "\n\n".join([*paragraphs, *filter(None, (causes(difference), not_compared(difference)))])


def _line(block: Block, row: tuple[Cell, ...]) -> str:
    cells = [plain(cell) for cell in row]
    if block.head[1:3] == THEN_NOW:
        cells[1:3] = [f"{cells[1]} → {cells[2]}"]
    return " | ".join(cell for cell in cells if cell)


def plain(cell: Cell) -> str:
    """A cell as text: what is gone as [-this-], what is new as {+this+}."""
    if isinstance(cell, str):
        return cell
    signs = {GONE: "[-{}-]", NEW: "{{+{}+}}"}
    return "".join(signs.get(kind, "{}").format(text) for text, kind in cell)


def document(difference: Difference, before: str, after: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """The whole difference for machines; every change has `key`, `before` and `after`, null where there is nothing.

    `labels` names series in words.
    """
    d = difference

    def as_plain(changes: Iterable[Change]) -> list[dict[str, Any]]:
        return [vars(change) for change in changes]

    return {
        "from": before,
        "to": after,
        "moved": bool(d),
        "summary": headline(d, before, after),
        "story": story(d, before, after, labels),
        "lost": [{"kind": kind, "key": c.key, "before": c.before} for kind, c in gone(d)],
        "verdicts": as_plain(d.verdicts),
        "robustness": as_plain(d.robustness),
        "claims": as_plain(d.otherwise),
        "statistics": [vars(c) | {"distance": distance_of(c)} for c in d.ranked],
        "statistics_added": as_plain(c for c in d.statistics if c.added),
        "figures_added": [c.after for c in d.figures if c.added],
        "figures_revised": as_plain(c for c in d.figures if c.both),
        "prose": as_plain(d.prose),
        "parameters": as_plain(d.parameters),
        "charts": as_plain(c for c in d.charts if not c.lost),
        "files": as_plain(d.files),
        "not_compared": list(d.missing),
    }
