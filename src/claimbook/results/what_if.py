"""What if: the choices of a claim as lists that a reader can choose from, with the verdict under each choice.

All verdicts were computed with the report. The page only looks them up, so there is one rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from claimbook.evidence.claims import Criterion
from claimbook.results.models import CaseRecord, ClaimRecord, CriterionRecord, TableRecord
from claimbook.rule.choices import ALL_MARKS, FACTORS, signed_per_cent
from claimbook.rule.multiverse import NOTHING_DECIDES, TURNS, UNCHANGED
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import counted

LISTS = {  # axis: heading of the list, declared choice, and name in an address
    "day": ("Day of the text", "as declared", "day"),
    "edition": ("Evidence up to", "the day of this edition", "up-to"),
    "figure": ("Figures", "as chosen", "figures"),
    "revision": ("Revision of the figures", "none", "revised"),
    "grades": ("Grades of evidence", "as in the rule", "grades"),
    "origin": ("Leave out a producer", "none", "without"),
    "near": ("Studies of related effects", "not counted", "near"),
    "window": ("Years within which near figures count", "{window}", "window"),
    "about": ("Width of “about”", "{about}", "about"),
    "mark": ("Threshold of “{criterion}”", "as declared", "mark"),
    "word": ("Word of the text", "{word}", "word"),
    "number": ("Number of the text", "{number}", "number"),
    "year": ("Year of the text", "{year}", "year"),
}
WORDS_BEFORE_CHOICE = {"revision": "with figures revised by ", "day": "if written on "}  # words that a list leaves out
EVERY_MARK = "All thresholds"
STEPS = {signed_per_cent(factor - 1): factor for factor in sorted(FACTORS)}
BECOMES = {UNCHANGED: "the same verdict as declared", TURNS: "another verdict", NOTHING_DECIDES: "left open"}


@dataclass(frozen=True)
class Option:
    """A choice in a list: its place in the table, its words, and its name in an address."""

    place: int
    words: str
    at: str


@dataclass(frozen=True)
class ChoiceList:
    """The choices of one kind, the declared one, and whether they count. Those about the text do not."""

    label: str
    declared: str
    options: tuple[Option, ...]
    counts: bool = True


def choice_table(claim: ClaimRecord) -> TableRecord | None:
    """Return the table with the verdict under every choice of a claim; None if there are no choices."""
    choices = claim.robustness.choices
    return choices.table if choices and choices.table.choices else None


def lists(claim: ClaimRecord) -> list[ChoiceList]:
    """Return the lists of a claim in the order of the axes. All thresholds at once come before each alone."""
    grouped: dict[tuple[str, str], list[tuple[int, CaseRecord]]] = {}
    found = choice_table(claim)
    for place, choice in enumerate(found.choices if found else ()):
        key = choice.axis, choice.of if choice.axis == "mark" else ""
        grouped.setdefault(key, []).append((place, choice))
    marks = [of for axis, of in grouped if axis == "mark"]
    ordered = sorted(grouped, key=lambda key: key != ("mark", ALL_MARKS))
    return [choice_list(claim, axis, of, grouped[axis, of], len(marks) == 1) for axis, of in ordered]


def choice_list(
    claim: ClaimRecord, axis: str, of: str, choices: Sequence[tuple[int, CaseRecord]], only: bool
) -> ChoiceList:
    """Return one list. With `only` there is no other threshold, so an address need not name it."""
    label, declared, name = LISTS[axis]
    measure = next((m for m in claim.measures if m.match == "criterion" and axis == "mark" and m.cell == of), None)
    if measure:
        label, declared = label.format(criterion=measure.label), threshold_in_words(measure, 1.0)
        name = name if only else f"{name}.{of}"
    elif axis == "mark":
        label = EVERY_MARK
    options = (
        Option(place, choice_in_words(claim, c, measure), f"{name}={quote(address_words(c.to or c.of), safe='+')}")
        for place, c in sorted(choices, key=lambda pair: size(pair[1]))
    )
    declared = declared.format(**declared_words(claim))
    return ChoiceList(label, declared, tuple(options), all(c.counts for _, c in choices))


def size(choice: CaseRecord) -> float:
    """Return the number by which a list is sorted. Lists without sizes keep their order."""
    if choice.axis == "mark":
        return STEPS[choice.to]
    return float(choice.to.partition(" ")[0]) if choice.axis in {"window", "about", "number"} else 0.0


def threshold_in_words(measure: CriterionRecord, factor: float) -> str:
    """Return the threshold of a criterion, times `factor`: "at least 1.65"."""
    criterion = Criterion(id=measure.cell, says="", threshold=measure.threshold, unit=measure.unit)
    return f"{measure.op} {criterion.moved(factor).threshold:.5g}"


def choice_in_words(claim: ClaimRecord, choice: CaseRecord, measure: CriterionRecord | None = None) -> str:
    """Return the words of a choice in its list. With `measure` they name the resulting threshold."""
    to = choice.to or choice.of
    if choice.axis in WORDS_BEFORE_CHOICE:
        return choice.says.removeprefix(WORDS_BEFORE_CHOICE[choice.axis])
    if choice.axis == "window":
        return counted(int(to), "year")
    if choice.axis == "number" and claim.test:
        return claim.test.model_copy(update={"value": float(to)}).number
    return f"{to} ({threshold_in_words(measure, STEPS[to])})" if measure else to


def declared_words(claim: ClaimRecord) -> dict[str, str]:
    """Return the words of the declared choices of a number claim; empty for other kinds."""
    test, claimed_period = claim.test, claim.in_period or claim.as_of
    if not test:
        return {}
    return {
        "window": counted(claim.window, "year"),
        "about": f"{test.tolerance:.0%}".replace("%", " %"),
        "word": "none" if test.op == "equals" else test.op,
        "number": test.number,
        "year": claimed_period
        if claimed_period == test.period
        else f"{claimed_period}, judged on figures for {test.period}",
    }


def address_words(text: str) -> str:
    """Return words as an address has them: "−10 %" is "-10%"."""
    return "".join(text.replace("−", "-").split()) if text.endswith("%") else text


def grouped_verdicts(claim: ClaimRecord) -> list[tuple[str, str, str, str]]:
    """Return the table for readers without scripts.

    A row has the list, its choices that give the same verdict, that verdict, and what happens to the declared one.
    """
    rows: list[tuple[str, str, str, str]] = []
    found = choice_table(claim)
    if not found:
        return rows
    for each in lists(claim):
        by_verdict: dict[int, list[str]] = {}
        for option in each.options:
            choice = found.choices[option.place]
            by_verdict.setdefault(found.cases[choice.case][0], []).append(choice_in_words(claim, choice))
        for verdict, chosen in sorted(by_verdict.items()):
            rows.append((each.label, ", ".join(chosen), found.verdicts[verdict], found.becomes[verdict]))
    return rows


def drawn_verdict(claim: ClaimRecord, verdict: str) -> str:
    """Return the verdict as it is drawn. The declared verdict always looks as it does above the list."""
    return claim.stands_as if verdict == claim.verdict else verdict


def pairs_in_words(claim: ClaimRecord) -> str:
    """Say how many counted pairs of choices give the same verdict, give another, or leave it open."""
    if not claim.robustness.choices:
        return ""
    pairs = claim.robustness.choices.pairs
    counts = ((pairs.same, "give the same verdict"), (pairs.turns, "another"), (pairs.open, "leave it open"))
    parts = [f"{n:,} {effect}" for n, effect in counts if n]
    return f"Two choices at once: of {sum(n for n, _ in counts):,} pairs, {', '.join(parts)}." if parts else ""


def choice_table_data(claim: ClaimRecord, found: TableRecord) -> dict[str, Any]:
    """Return what the script looks up in the table of a claim."""
    answers = {word: answer_of(drawn_verdict(claim, word)) for word in found.verdicts}
    return {
        "verdicts": [[f"{answer.word} ({word})", answer.name] for word, answer in answers.items()],
        "becomes": [BECOMES[word] for word in found.becomes],
        "lines": found.lines,
        "cases": found.cases,
        "says": [c.says for c in found.choices],
        "singles": [c.case for c in found.choices],
        "pairs": found.pairs,
    }
