"""How two records differ, layer by layer; comparing them the other way round gives the same, turned round."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from operator import itemgetter
from typing import Any

from torch_program.csv_tables import COLUMNS

Record = Mapping[str, Any]

# Two builds may add up the same floating-point numbers in another order, on another processor or with another release
# of numpy; that moves the last digits of the sixteen. Statistics and measures are sums, ratios and slopes over at most
# some thousand values, so nine digits stay the same. Whatever moves more was moved by the evidence or the code.
TOLERANCE = 1e-9
ZERO = 1e-12  # the difference of two equal numbers may come out as 1e-17 in one build and as 0 in another


@dataclass(frozen=True)
class Change:
    """One thing before and after; None where it was not there."""

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
    """What differs between two records, each layer in a fixed order; `missing` names layers that one of them lacks."""

    claims: tuple[Change, ...]
    statistics: tuple[Change, ...]
    figures: tuple[Change, ...]
    charts: tuple[Change, ...]
    prose: tuple[Change, ...]
    parameters: tuple[Change, ...]
    files: tuple[Change, ...]
    missing: tuple[str, ...]
    held: int  # claims of both with the same verdict

    def __bool__(self) -> bool:
        """Whether the two say different things; other files or parameters alone say nothing."""
        return bool(self.results_moved or self.prose)

    @property
    def results_moved(self) -> bool:
        """Whether more than wording differs: this is what a stored record guards."""
        return any((self.claims, self.statistics, self.figures, self.charts))

    @property
    def verdicts(self) -> list[Change]:
        """Claims whose verdict flipped, and claims that are new."""
        return [c for c in self.claims if c.added or (c.both and c.before["verdict"] != c.after["verdict"])]

    @property
    def robustness(self) -> list[Change]:
        """Claims whose robustness moved: its label, what flips the verdict, or how far away that is."""
        return [c for c in self.claims if c.both and not alike(robust(c.before), robust(c.after))]

    @property
    def otherwise(self) -> list[Change]:
        """Claims that differ in something else alone: measures, qualifiers, grid, wording."""
        told = {c.key for c in (*self.verdicts, *self.robustness)}
        return [c for c in self.claims if c.both and c.key not in told]

    @property
    def ranked(self) -> list[Change]:
        """Statistics that both have, the farthest moved first."""
        return sorted((c for c in self.statistics if c.both), key=lambda c: (-distance_of(c), c.key))


def difference(before: Record, after: Record) -> Difference:
    """What differs between two records or results.json."""

    shared = before.keys() & after.keys()

    def layer(name: str, compare: Callable[[Any, Any], Iterable[Change]]) -> tuple[Change, ...]:
        changes = compare(before[name], after[name]) if name in shared else ()
        return tuple(sorted(changes, key=lambda c: (c.key, str(c.before), str(c.after))))

    names = ("claims", "statistics", "evidence", "charts", "prose", "parameters", "files")
    return Difference(
        claims=layer("claims", lambda a, b: named(_by_id(a), _by_id(b))),
        statistics=layer("statistics", named),
        figures=layer("evidence", figures),
        charts=layer("charts", named),
        prose=layer("prose", prose),
        parameters=layer("parameters", named),
        files=layer("files", named),
        missing=tuple(name for name in names if name not in shared),
        held=_held(_by_id(before["claims"]), _by_id(after["claims"])),
    )


def _held(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    return sum(before[name]["verdict"] == after[name]["verdict"] for name in before.keys() & after.keys())


def _by_id(claims: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {claim["id"]: claim for claim in claims}


def named(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Changes of things that have a name."""
    pairs = ((key, before.get(key), after.get(key)) for key in before.keys() | after.keys())
    return [Change(key, a, b) for key, a, b in pairs if not alike(a, b)]


def alike(a: Any, b: Any) -> bool:
    """Whether two values say the same, numbers within the tolerance of floating point."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(alike(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(alike, a, b))
    if _is_number(a) and _is_number(b):
        return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=ZERO)
    return type(a) is type(b) and a == b


def without(items: Sequence[Hashable], others: Iterable[Hashable]) -> list[Any]:
    """What is left of `items`, in their order, when each of `others` takes one equal away."""
    taken = Counter(others)
    left = []
    for item in items:
        if taken[item]:
            taken[item] -= 1
        else:
            left.append(item)
    return left


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def robust(claim: Mapping[str, Any]) -> list[Any]:
    """What of a claim's robustness counts as moved."""
    robustness = claim.get("robustness", {})
    return [robustness.get(name) for name in ("label", "flips", "break_even")]


# numbers -------------------------------------------------------------------------------------------------------


def distance(a: float, b: float) -> float:
    """|a - b| / (|a| + |b|): 0 for the same, 1 for opposite signs or a zero; nothing is divided by a small base."""
    scale = max(abs(a), abs(b))
    if not scale:
        return 0.0
    exponent = math.frexp(scale)[1]
    a, b = math.ldexp(a, -exponent), math.ldexp(b, -exponent)  # exact, and the sum of huge numbers does not overflow
    return abs(a - b) / (abs(a) + abs(b))


def distance_of(change: Change) -> float:
    """Distance of a statistic's two values."""
    return distance(change.before["value"], change.after["value"])


# figures -------------------------------------------------------------------------------------------------------

Figure = dict[str, str]


def figures(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> list[Change]:
    """Published figures that are gone, new or revised.

    A figure is the value of a series for an entity and a period from one source. One that goes while another source's
    comes for the same series, entity and period counts as revised, not as lost.
    """
    old, new = _rows(before), _rows(after)
    gone, come = (
        [dict(zip(COLUMNS, row, strict=True)) for row in rows] for rows in (without(old, new), without(new, old))
    )
    changes: list[Change] = []
    identity = itemgetter("series", "entity", "period")
    for key in (
        lambda f: (*identity(f), f["source_id"]),
        lambda f: (*identity(f), f["value"], f["unit"]),
        identity,
    ):
        pairs, gone, come = _paired(gone, come, key)
        changes += [Change(" | ".join(identity(a)), a, b) for a, b in pairs]
    changes += [Change(" | ".join(identity(a)), a, None) for a in gone]
    changes += [Change(" | ".join(identity(b)), None, b) for b in come]
    return changes


def _rows(columns: Mapping[str, list[str]]) -> list[tuple[str, ...]]:
    return sorted(zip(*(columns[name] for name in COLUMNS), strict=True))


def _paired(
    gone: list[Figure], come: list[Figure], key: Callable[[Figure], Hashable]
) -> tuple[list[tuple[Figure, Figure]], list[Figure], list[Figure]]:
    """Pairs with the same key, in their order, and what is left of both."""
    groups: dict[Hashable, tuple[list[Figure], list[Figure]]] = defaultdict(lambda: ([], []))
    for figure in gone:
        groups[key(figure)][0].append(figure)
    for figure in come:
        groups[key(figure)][1].append(figure)
    pairs, left, right = [], [], []
    for old, new in groups.values():
        both = min(len(old), len(new))
        pairs += list(zip(old[:both], new[:both], strict=True))
        left += old[both:]
        right += new[both:]
    return pairs, left, right


# prose ---------------------------------------------------------------------------------------------------------


def prose(before: Mapping[str, list[list[str]]], after: Mapping[str, list[list[str]]]) -> list[Change]:
    """Paragraphs that differ, those of one cell paired in their order; the key is notebook and cell."""
    changes = []
    cells_before, cells_after = _cells(before), _cells(after)
    for key in cells_before.keys() | cells_after.keys():
        old, new = cells_before.get(key, []), cells_after.get(key, [])
        changes += [Change(key, a, b) for a, b in zip_longest(without(old, new), without(new, old))]
    return changes


def _cells(layer: Mapping[str, list[list[str]]]) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = defaultdict(list)
    for notebook, found in layer.items():
        for cell, text in found:
            cells[f"{notebook}, {cell}"].append(text)
    return cells


SAME, GONE, NEW = "same", "gone", "new"


def marked(before: str, after: str) -> list[tuple[str, str]]:
    """Pieces of two texts, word by word, each SAME, GONE or NEW: without the new it is the first, without the gone the
    second."""
    old, new = (re.findall(r"\s+|\w+(?:[.,:–-]\w+)*|.", text, re.DOTALL) for text in (before, after))
    pieces: list[tuple[str, str]] = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(("".join(old[i:j]), SAME))
        else:
            pieces += [("".join(part), kind) for part, kind in ((old[i:j], GONE), (new[k:m], NEW)) if part]
    return pieces
