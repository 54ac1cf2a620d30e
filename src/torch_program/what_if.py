"""What if: the choices of a claim as lists to choose from, and what each gives, as it was computed with the verdict.

A reader's choice is looked up and never judged anew, so there is one rule.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from torch_program.multiverse import ALL_MARKS, FACTORS, OPEN, SAME, TURNS, mark_step
from torch_program.numbers import badge_class

Claim = Mapping[str, Any]

LISTS = {  # axis: how a list is called, what is declared, and its name in an address
    "day": ("Day of the text", "as assumed", "day"),
    "edition": ("Evidence up to", "the day of this edition", "up-to"),
    "figure": ("Figures", "as chosen", "figures"),
    "revision": ("Revision of the figures", "none", "revised"),
    "grades": ("Grades of evidence", "as the rule says", "grades"),
    "origin": ("Leave out a producer", "nobody", "without"),
    "window": ("Years within which near figures count", "{window}", "window"),
    "about": ("Width of “about”", "{about}", "about"),
    "mark": ("Mark of “{criterion}”", "as declared", "mark"),
}
EVERY_MARK = "All marks"
STEPS = [mark_step(factor) for factor in sorted(FACTORS)]
BECOMES = {SAME: "the same verdict as declared", TURNS: "another verdict", OPEN: "left open"}


@dataclass(frozen=True)
class Option:
    """A choice in a list: its place in the table, its words, and how an address names it."""

    place: int
    words: str
    at: str


@dataclass(frozen=True)
class ChoiceList:
    """What can be chosen of one kind, with the words for what is declared."""

    label: str
    declared: str
    options: tuple[Option, ...]


def table(claim: Claim) -> Mapping[str, Any]:
    """What every choice of a claim gives; empty where nothing can be chosen, or an old record does not tell."""
    found = claim["robustness"].get("choices", {}).get("table") or {}
    return found if found.get("choices") else {}


def lists(claim: Claim) -> list[ChoiceList]:
    """The lists of a claim, in the order in which choices are asked; all marks at once come before each alone."""
    grouped: dict[tuple[str, str], list[tuple[int, Mapping[str, Any]]]] = {}
    for place, choice in enumerate(table(claim).get("choices", ())):
        key = choice["axis"], choice["of"] if choice["axis"] == "mark" else ""
        grouped.setdefault(key, []).append((place, choice))
    marks = [of for axis, of in grouped if axis == "mark"]
    ordered = sorted(grouped, key=lambda key: key == ("mark", ALL_MARKS), reverse=True) if len(marks) > 1 else grouped
    return [choice_list(claim, axis, of, grouped[axis, of], len(marks) == 1) for axis, of in ordered]


def choice_list(
    claim: Claim, axis: str, of: str, own: Sequence[tuple[int, Mapping[str, Any]]], only: bool
) -> ChoiceList:
    """One list; `only` says that there is no other mark, so that an address need not say which."""
    label, declared, name = LISTS[axis]
    if axis == "mark":
        criterion = next((m["label"] for m in claim["measures"] if m["cell"] == of), of)
        label = EVERY_MARK if of == ALL_MARKS else label.format(criterion=criterion)
        name = name if only or of == ALL_MARKS else f"{name}.{of}"
        own = sorted(own, key=lambda pair: STEPS.index(pair[1]["to"]))
    elif axis in {"window", "about"}:
        own = sorted(own, key=lambda pair: int(pair[1]["to"].partition(" ")[0]))
    options = (Option(place, words(c), f"{name}={quote(plain(c['to'] or c['of']), safe='+')}") for place, c in own)
    return ChoiceList(label, declared.format(**declared_words(claim)), tuple(options))


def words(choice: Mapping[str, Any]) -> str:
    """A choice as a list has it."""
    if choice["axis"] == "revision":
        return choice["says"].removeprefix("figures revised by ")
    return f"{choice['to']} years" if choice["axis"] == "window" else choice["to"] or choice["of"]


def declared_words(claim: Claim) -> dict[str, str]:
    test = claim.get("test") or {}
    return {"window": f"{claim.get('window', '')} years", "about": f"{test.get('tolerance', 0):.0%}".replace("%", " %")}


def plain(text: str) -> str:
    """Words for an address: "−10 %" is "-10%"."""
    return "".join(text.replace("−", "-").split()) if text.endswith("%") else text


def grouped_verdicts(claim: Claim) -> list[tuple[str, str, str, str]]:
    """The table without a script: list, its choices that give the same, their verdict, and what becomes of it."""
    found = table(claim)
    rows = []
    for each in lists(claim):
        by_verdict: dict[int, list[str]] = {}
        for option in each.options:
            by_verdict.setdefault(found["choices"][option.place]["verdict"], []).append(option.words)
        for verdict, chosen in sorted(by_verdict.items()):
            rows.append((each.label, ", ".join(chosen), found["verdicts"][verdict], found["becomes"][verdict]))
    return rows


def pairs_in_words(claim: Claim) -> str:
    """How many pairs of choices end in which way."""
    pairs = claim["robustness"].get("choices", {}).get("pairs") or {}
    said = ((SAME, "give the same verdict"), (TURNS, "another"), (OPEN, "leave it open"))
    parts = [f"{pairs[word]:,} {says}" for word, says in said if pairs.get(word)]
    return f"Two choices at once: of {sum(pairs.values()):,} pairs, {', '.join(parts)}." if parts else ""


def data(claim: Claim) -> str:
    """What the script looks up, as JSON that may stand inside a page."""
    found = table(claim)
    content = {
        "verdicts": [[word, badge_class(word)] for word in found["verdicts"]],
        "becomes": [BECOMES[word] for word in found["becomes"]],
        "says": [c["says"] for c in found["choices"]],
        "singles": [c["verdict"] for c in found["choices"]],
        "pairs": found["pairs"],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
