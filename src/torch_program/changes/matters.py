"""What matters of a difference: the verdicts that flipped, each with one sentence why, in names that readers know."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from torch_program.changes.compare import Change, Difference
from torch_program.changes.tell import several
from torch_program.numbers import with_unit
from torch_program.words import counted

MOST = 2  # measures that a sentence names


@dataclass(frozen=True)
class Flip:
    """A verdict that flipped; `then` and `now` are verdicts as they are counted."""

    claim: str
    then: str
    now: str
    why: str


def opening(found: Difference, before: str, after: str) -> str:
    """How many verdicts stand and how many flipped, in one sentence."""
    flipped = sum(change.both for change in found.verdicts)
    if not flipped:
        return f"Every verdict of edition {before} stands in edition {after}." if found.held else ""
    all_of_them = counted(flipped + found.held, "verdict")
    return f"What came to light between edition {before} and edition {after} flipped {flipped} of {all_of_them}."


def flips(found: Difference, labels: Mapping[str, str]) -> Iterator[Flip]:
    """The verdicts that flipped; `labels` has names of claims by their ids."""
    for change in found.verdicts:
        if change.both:
            then, now = (side.get("stands_as") or side["verdict"] for side in (change.before, change.after))
            yield Flip(labels.get(change.key, change.key), then, now, why(change))


def why(change: Change) -> str:
    """What decides a verdict now and did not in the same way before, or no longer does."""
    then, now = (side.get("measures", []) for side in (change.before, change.after))
    come = telling(now, then, decides=True)
    gone = telling(then, now, decides=True)
    near = telling(now, then, decides=False)
    for says, measures in (("Now known", come), ("No longer counted", gone), ("Nearest to it", near)):
        if measures:
            return f"{says}: {several(measures, MOST)}."
    return ""


def telling(own: list[Any], others: list[Any], decides: bool) -> list[str]:
    """Measures that the other side has not; those alone that came out otherwise there, if there are any."""
    outcomes = {(m["label"], m["outcome"]) for m in others if m["decides"]}
    told = [m for m in own if m["decides"] is decides and m not in others and m["value"] is not None]
    return [in_words(m) for m in told if (m["label"], m["outcome"]) not in outcomes] or [in_words(m) for m in told]


def in_words(measure: Mapping[str, Any]) -> str:
    """ "Half of the gap has closed (met)", "Share of the zones, 2022, 14.3 %"."""
    if measure["match"] in {"criterion", "part"}:
        return f"{measure['label']} ({measure['outcome']})"
    return f"{measure['label']}, {with_unit(measure['value'], measure['unit']).strip()}"


def statistic_names(record: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, str]:
    """Statistics in words, by their keys: the series behind each and how it was made; namesakes keep their key."""
    named = {key: statistic_name(statistic, labels) or key for key, statistic in record["statistics"].items()}
    alike = {name for name, times in Counter(named.values()).items() if times > 1}
    return {key: f"{name} ({key})" if name in alike else name for key, name in named.items()}


def statistic_name(statistic: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    series = list(dict.fromkeys(labels.get(place["series"], "") for place in statistic.get("places", ())))
    behind = " / ".join(filter(None, series[:MOST]))
    made = statistic.get("made", "")
    return behind if made == "published" else f"{made}: {behind}" if behind and made else behind or made
