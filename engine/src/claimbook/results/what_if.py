"""What if: the choices of a claim as lists that a reader can choose from, with the verdict under each choice.

All verdicts were computed with the report. The page only looks them up, so there is one rule.
"""

from collections import defaultdict
from typing import Any, NamedTuple
from urllib.parse import quote

from claimbook.evidence.claims import Criterion
from claimbook.results.models import CaseRecord, ClaimRecord, CriterionRecord, TableRecord
from claimbook.rule.choices import ALL_MARKS, FACTORS, NOTHING_DECIDES, TURNS, UNCHANGED, signed_per_cent
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import counted

CHOICE_LISTS = {  # axis: heading of the list, declared choice, and name in an address
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


class Option(NamedTuple):
    """One entry of a list: index in the table, words, name in an address, and index of its verdict."""

    place: int
    words: str
    at: str
    verdict: int


class ChoiceList(NamedTuple):
    """The choices of one kind, the declared one, and whether they count. Those about the text do not."""

    label: str
    declared: str
    options: tuple[Option, ...]
    counts: bool


def choice_table(claim: ClaimRecord) -> TableRecord | None:
    """Return the table with the verdict under every choice of a claim; None if there are no choices."""
    choices = claim.robustness.choices
    return choices.table if choices and choices.table.choices else None


def lists(claim: ClaimRecord, table: TableRecord) -> list[ChoiceList]:
    """Return the lists of a claim in the order of the axes. All thresholds at once come before each alone."""
    grouped: dict[tuple[str, str], list[tuple[int, CaseRecord]]] = defaultdict(list)
    for place, choice in enumerate(table.choices):
        grouped[choice.axis, choice.of if choice.axis == "mark" else ""].append((place, choice))
    only_mark = sum(axis == "mark" for axis, _ in grouped) == 1
    criteria = {m.cell: m for m in claim.measures if isinstance(m, CriterionRecord)}
    found, words = [], declared_words(claim)
    for axis, of in sorted(grouped, key=lambda key: key != ("mark", ALL_MARKS)):
        label, declared, name = CHOICE_LISTS[axis]
        if measure := criteria.get(of):
            label, declared = label.format(criterion=measure.label), threshold_in_words(measure, 1.0)
            name = name if only_mark else f"{name}.{of}"
        elif axis == "mark":
            label = EVERY_MARK
        elif claim.kind == "causal" and axis == "origin":
            label = "Leave out a study"
        options = tuple(
            Option(
                place,
                choice_in_words(claim, choice, measure),
                f"{name}={quote(address_words(choice.to or choice.of), safe='+')}",
                table.cases[choice.case][0],
            )
            for place, choice in sorted(grouped[axis, of], key=lambda pair: size(pair[1]))
        )
        found.append(ChoiceList(label, declared.format(**words), options, grouped[axis, of][0][1].counts))
    return found


def size(choice: CaseRecord) -> float:
    """Return the number by which a list is sorted. Lists without sizes keep their order."""
    if choice.axis == "mark":
        return STEPS[choice.to]
    return float(choice.to.partition(" ")[0]) if choice.axis in {"window", "about", "number"} else 0.0


def threshold_in_words(measure: CriterionRecord, factor: float) -> str:
    """Return the threshold of a criterion, times `factor`: "at least 1.65"."""
    criterion = Criterion(id=measure.cell, says="", threshold=measure.threshold, unit=measure.unit)
    return f"{measure.op} {criterion.moved(factor).threshold:.5g}"


def choice_in_words(claim: ClaimRecord, choice: CaseRecord, measure: CriterionRecord | None) -> str:
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


def drawn_verdict(claim: ClaimRecord, verdict: str) -> str:
    """Return the verdict as it is drawn. The declared verdict always looks as it does above the list."""
    return claim.stands_as if verdict == claim.verdict else verdict


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
    }
