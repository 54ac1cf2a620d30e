"""What if: the choices of a claim as lists to choose from, and what each gives, as it was computed with the verdict.

A reader's choice is looked up and never judged anew, so there is one rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from claimbook.evidence.claims import Criterion
from claimbook.firmness.multiverse import ALL_MARKS, FACTORS, OPEN, SAME, TURNS, mark_step
from claimbook.results.models import CaseRecord, ClaimRecord, CriterionRecord, TableRecord
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import counted

LISTS = {  # axis: how a list is called, what is declared, and its name in an address
    "day": ("Day of the text", "as assumed", "day"),
    "edition": ("Evidence up to", "the day of this edition", "up-to"),
    "figure": ("Figures", "as chosen", "figures"),
    "revision": ("Revision of the figures", "none", "revised"),
    "grades": ("Grades of evidence", "as the rule says", "grades"),
    "origin": ("Leave out a producer", "nobody", "without"),
    "near": ("Studies of something near", "left aside", "near"),
    "window": ("Years within which near figures count", "{window}", "window"),
    "about": ("Width of “about”", "{about}", "about"),
    "mark": ("Mark of “{criterion}”", "as declared", "mark"),
    "word": ("Word of the text", "{word}", "word"),
    "number": ("Number of the text", "{number}", "number"),
    "year": ("Year of the text", "{year}", "year"),
}
BEFORE = {"revision": "with figures revised by ", "day": "if written on "}  # what a list does not repeat of a choice
EVERY_MARK = "All marks"
STEPS = {mark_step(factor): factor for factor in sorted(FACTORS)}
BECOMES = {SAME: "the same verdict as declared", TURNS: "another verdict", OPEN: "left open"}


@dataclass(frozen=True)
class Option:
    """A choice in a list: its place in the table, its words, and how an address names it."""

    place: int
    words: str
    at: str


@dataclass(frozen=True)
class ChoiceList:
    """What can be chosen of one kind, what is declared, and whether it counts: not where the text would be another."""

    label: str
    declared: str
    options: tuple[Option, ...]
    counts: bool = True


def table(claim: ClaimRecord) -> TableRecord | None:
    """What every choice of a claim gives; None where nothing can be chosen."""
    choices = claim.robustness.choices
    return choices.table if choices and choices.table.choices else None


def lists(claim: ClaimRecord) -> list[ChoiceList]:
    """The lists of a claim, in the order in which choices are asked; all marks at once come before each alone."""
    grouped: dict[tuple[str, str], list[tuple[int, CaseRecord]]] = {}
    found = table(claim)
    for place, choice in enumerate(found.choices if found else ()):
        key = choice.axis, choice.of if choice.axis == "mark" else ""
        grouped.setdefault(key, []).append((place, choice))
    marks = [of for axis, of in grouped if axis == "mark"]
    ordered = sorted(grouped, key=lambda key: key != ("mark", ALL_MARKS))
    return [choice_list(claim, axis, of, grouped[axis, of], len(marks) == 1) for axis, of in ordered]


def choice_list(
    claim: ClaimRecord, axis: str, of: str, own: Sequence[tuple[int, CaseRecord]], only: bool
) -> ChoiceList:
    """One list; `only` says that there is no other mark, so that an address need not say which."""
    label, declared, name = LISTS[axis]
    measure = next((m for m in claim.measures if m.match == "criterion" and axis == "mark" and m.cell == of), None)
    if measure:
        label, declared = label.format(criterion=measure.label), marked(measure, 1.0)
        name = name if only else f"{name}.{of}"
    elif axis == "mark":
        label = EVERY_MARK
    options = (
        Option(place, words(claim, c, measure), f"{name}={quote(plain(c.to or c.of), safe='+')}")
        for place, c in sorted(own, key=lambda pair: size(pair[1]))
    )
    declared = declared.format(**declared_words(claim))
    return ChoiceList(label, declared, tuple(options), all(c.counts for _, c in own))


def size(choice: CaseRecord) -> float:
    """By what the choices of a list that has sizes are sorted; all others keep their order."""
    if choice.axis == "mark":
        return STEPS[choice.to]
    return float(choice.to.partition(" ")[0]) if choice.axis in {"window", "about", "number"} else 0.0


def marked(measure: CriterionRecord, factor: float) -> str:
    """The mark of a criterion, moved: "at least 1.65"."""
    criterion = Criterion(id=measure.cell, says="", threshold=measure.threshold, unit=measure.unit)
    return f"{measure.op} {criterion.moved(factor).threshold:.5g}"


def words(claim: ClaimRecord, choice: CaseRecord, measure: CriterionRecord | None = None) -> str:
    """A choice as a list has it; with its `measure`, the mark of a criterion says where it then lies."""
    to = choice.to or choice.of
    if choice.axis in BEFORE:
        return choice.says.removeprefix(BEFORE[choice.axis])
    if choice.axis == "window":
        return counted(int(to), "year")
    if choice.axis == "number" and claim.test:
        return claim.test.model_copy(update={"value": float(to)}).number
    return f"{to} ({marked(measure, STEPS[to])})" if measure else to


def declared_words(claim: ClaimRecord) -> dict[str, str]:
    """What is declared, for a number claim; others need none of it."""
    test, asked = claim.test, claim.in_period or claim.as_of
    if not test:
        return {}
    return {
        "window": counted(claim.window, "year"),
        "about": f"{test.tolerance:.0%}".replace("%", " %"),
        "word": "none" if test.op == "equals" else test.op,
        "number": test.number,
        "year": asked if asked == test.period else f"{asked}, judged by {test.period}",
    }


def plain(text: str) -> str:
    """Words for an address: "−10 %" is "-10%"."""
    return "".join(text.replace("−", "-").split()) if text.endswith("%") else text


def grouped_verdicts(claim: ClaimRecord) -> list[tuple[str, str, str, str]]:
    """The table without a script: list, its choices that give the same, their verdict, and what becomes of it."""
    rows: list[tuple[str, str, str, str]] = []
    found = table(claim)
    if not found:
        return rows
    for each in lists(claim):
        by_verdict: dict[int, list[str]] = {}
        for option in each.options:
            choice = found.choices[option.place]
            by_verdict.setdefault(found.cases[choice.case][0], []).append(words(claim, choice))
        for verdict, chosen in sorted(by_verdict.items()):
            rows.append((each.label, ", ".join(chosen), found.verdicts[verdict], found.becomes[verdict]))
    return rows


def look(claim: ClaimRecord, verdict: str) -> str:
    """How a verdict is drawn: the declared one as it stands above, whatever choice gives it."""
    return claim.stands_as if verdict == claim.verdict else verdict


def pairs_in_words(claim: ClaimRecord) -> str:
    """How many pairs of choices that count end in which way."""
    if not claim.robustness.choices:
        return ""
    pairs = claim.robustness.choices.pairs
    said = ((pairs.same, "give the same verdict"), (pairs.turns, "another"), (pairs.open, "leave it open"))
    parts = [f"{n:,} {says}" for n, says in said if n]
    return f"Two choices at once: of {sum(n for n, _ in said):,} pairs, {', '.join(parts)}." if parts else ""


def data(claim: ClaimRecord, found: TableRecord) -> dict[str, Any]:
    """What the script looks up in the table of a claim."""
    answers = {word: answer_of(look(claim, word)) for word in found.verdicts}
    return {
        "verdicts": [[f"{answer.word} ({word})", answer.name] for word, answer in answers.items()],
        "becomes": [BECOMES[word] for word in found.becomes],
        "lines": found.lines,
        "cases": found.cases,
        "says": [c.says for c in found.choices],
        "singles": [c.case for c in found.choices],
        "pairs": found.pairs,
    }
