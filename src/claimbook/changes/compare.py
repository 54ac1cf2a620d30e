"""How two records differ, layer by layer. Comparing them in reverse order gives the same changes reversed."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, NamedTuple

RecordDocument = Mapping[str, Any]
PartKey = tuple[str, str]  # subject of a part, and which part it is if several share the subject

# Two builds may add up the same floating-point numbers in different orders, on different processors or with different
# releases of numpy, which changes the last of sixteen digits. Statistics and measures are sums, ratios and slopes over
# some thousand values at most, so nine digits agree. Larger changes come from the evidence or the code.
COMPARED_DIGITS = 9
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


@dataclass(frozen=True)
class Difference:
    """What differs between two records, by layer; `missing` names layers that one of them lacks."""

    claims: tuple[Change, ...] = ()
    statistics: tuple[Change, ...] = ()
    evidence: tuple[Change, ...] = ()
    charts: tuple[Change, ...] = ()
    prose: tuple[Change, ...] = ()
    parameters: tuple[Change, ...] = ()
    files: tuple[Change, ...] = ()
    missing: tuple[str, ...] = ()
    judged: int = 0  # number of claims in both

    def __bool__(self) -> bool:
        """Return whether the two say different things. Different files or parameters alone do not count."""
        return any((self.claims, self.statistics, self.evidence, self.charts, self.prose))

    @property
    def flipped(self) -> list[Change]:
        """The claims whose verdict changed."""
        return [c for c in self.claims if c.both and c.before["verdict"] != c.after["verdict"]]


def difference_between(before: RecordDocument, after: RecordDocument) -> Difference:
    """Return what differs between two records or results.json."""
    shared = [name for name in LAYERS if name in before and name in after]
    old, new = ({name: LAYERS[name](without_drawings(side[name])) for name in shared} for side in (before, after))
    return Difference(
        **{name: _changes(old[name], new[name]) for name in shared},
        missing=tuple(name for name in LAYERS if name not in shared),
        judged=len(old["claims"].keys() & new["claims"].keys()),
    )


def without_drawings(value: Any) -> Any:
    """Return a value without what may differ between machines: drawings, and digits after the ninth."""
    if isinstance(value, dict):
        return {
            key: DECIMAL_FRACTION.sub(_shorter, item) if key == "csv" else without_drawings(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [without_drawings(item) for item in value]
    if isinstance(value, float):
        # the difference of two equal numbers may be 1e-17 in one build and 0 in another
        return float(f"{round(value, 12):.{COMPARED_DIGITS}g}")
    return DRAWN.sub("", value) if isinstance(value, str) else value


def _shorter(fraction: re.Match[str]) -> str:
    return f"{float(fraction[0]):.{COMPARED_DIGITS}g}"


def _by_key(items: Mapping[str, Any]) -> dict[PartKey, Any]:
    return {(name, ""): item for name, item in items.items()}


def _figures_by_place(columns: Mapping[str, list[str]]) -> dict[PartKey, Any]:
    """Return published figures as rows, by (series, entity, period) and source."""
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return {(f"{row['series']} | {row['entity']} | {row['period']}", row["source_id"]): row for row in rows}


NAMES = ("claims", "statistics", "evidence", "charts", "prose", "parameters", "files")
LAYERS: Mapping[str, Callable[[Any], dict[PartKey, Any]]] = dict.fromkeys(NAMES, _by_key) | {
    "claims": lambda claims: {(claim["id"], ""): claim for claim in claims},
    "evidence": _figures_by_place,
    "prose": lambda cells: {(cell, text): text for cell, texts in cells.items() for text in texts},
}


def _changes(old: Mapping[PartKey, Any], new: Mapping[PartKey, Any]) -> tuple[Change, ...]:
    """Return all changes, sorted by subject.

    If one part is gone and another with the same subject is new, such as a figure from another source or a
    rewritten paragraph, that is one change.
    """
    changes = [Change(key[0], old[key], new[key]) for key in old if key in new and old[key] != new[key]]
    gone, come = _unmatched(old, new), _unmatched(new, old)
    changes += [Change(key, *pair) for key in {**gone, **come} for pair in zip_longest(gone[key], come[key])]
    return tuple(sorted(changes, key=lambda c: c.key))


def _unmatched(one: Mapping[PartKey, Any], other: Mapping[PartKey, Any]) -> dict[str, list[Any]]:
    """Return the parts that only `one` has, by subject."""
    found = defaultdict(list)
    for key in one:
        if key not in other:
            found[key[0]].append(one[key])
    return found


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
