"""Judge a claim again under other choices, one at a time and two together."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any

from claimbook.say.numbers import with_minus
from claimbook.say.periods import day_in_words, latest_day
from claimbook.say.verdict_table import NO_SOURCE, NOT_TESTED, UNVERIFIED
from claimbook.say.words import counted

UNCHANGED, TURNS, NOTHING_DECIDES = "same", "turns", "open"  # the verdict stays, becomes another, or nothing decides
UNDECIDED = (UNVERIFIED, "undecided", NO_SOURCE, NOT_TESTED)
AS_FAR = " as far as tested"
# choices in this order, smaller steps first; the report names the first one that changes the verdict
CHOICE_AXES = ("day", "edition", "figure", "revision", "grades", "origin", "near", "window", "about", "mark")
OF_THE_TEXT = ("word", "number", "year")  # these change the sentence itself: shown, but never counted
TOLERANCES = (0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10)
WINDOWS = range(6)  # years
FACTORS = (1.05, 0.95, 1.10, 0.90, 1.25, 0.75, 1.50, 0.50)
NEAR_THRESHOLD = 0.10  # a larger move of a threshold is shown, but does not make a verdict fragile
ALL_MARKS = "all"

Setting = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """One other choice: its axis, what it concerns, and what is chosen.

    `of` names the criterion or the origin, if there are several. `sets` holds what the rule receives. Two
    choices that set different things make a pair.
    """

    axis: str
    of: str
    to: str
    says: str
    sets: tuple[tuple[str, Any], ...]
    near: bool = True

    @property
    def raises(self) -> bool:
        """Whether the choice raises a threshold."""
        return self.to.startswith("+")

    @property
    def counts(self) -> bool:
        """Whether the choice leaves the sentence of the text as it is.

        Only such choices show how firm the verdict is.
        """
        return self.axis not in OF_THE_TEXT


@dataclass(frozen=True)
class RuleResult:
    """What the rule answers: a verdict, and the lines that name what it rests on."""

    verdict: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Varied:
    """What the rule answers under one other choice."""

    choice: Choice
    said: RuleResult
    becomes: str  # same, turns or open

    @property
    def verdict(self) -> str:
        return self.said.verdict

    @property
    def in_words(self) -> str:
        return f"{self.choice.says}: {self.verdict}"


@dataclass(frozen=True)
class Multiverse:
    """Every choice that affects what a verdict rests on, and the verdicts under each pair of choices.

    `declared` is the answer under the declared choice, computed in the same way as all others. Choices that
    do not count come last.
    """

    declared: RuleResult
    singles: tuple[Varied, ...]
    judged: Callable[[Setting], RuleResult] = field(repr=False, compare=False)

    @cached_property
    def together(self) -> tuple[tuple[int, int, RuleResult], ...]:
        """The answer under each pair of choices, as (i, j, answer); i < j are places in `singles`.

        It is computed on first use, because pairs are many and most callers do not need them.
        """
        both = combinations(enumerate(v.choice for v in self.singles), 2)
        return tuple((i, j, self.judged(dict(a.sets + b.sets))) for (i, a), (j, b) in both if go_together(a, b))

    @property
    def counted(self) -> tuple[Varied, ...]:
        """The choices that leave the sentence of the text as it is."""
        return tuple(v for v in self.singles if v.choice.counts)

    @property
    def pairs(self) -> tuple[tuple[str, int], ...]:
        """The number of counted pairs by what happens to the verdict: same, turns or open."""
        n = len(self.counted)
        counts = Counter(becomes(self.declared.verdict, result.verdict) for _, j, result in self.together if j < n)
        return tuple((word, counts[word]) for word in (UNCHANGED, TURNS, NOTHING_DECIDES)) if counts else ()

    @property
    def agree(self) -> int:
        return sum(v.becomes == UNCHANGED for v in self.counted)

    @property
    def turning(self) -> tuple[Varied, ...]:
        """The choices that change the verdict; for each axis, criterion and direction, only the smallest."""
        first: dict[tuple, Varied] = {}
        for v in self.counted:
            at_once = v.choice.of == ALL_MARKS and any(d[-1] is v.choice.raises for d in first if d[0] == "mark")
            if v.becomes == TURNS and not at_once:  # a single threshold had already changed it
                first.setdefault(_direction(v.choice), v)
        return tuple(first.values())

    @property
    def first(self) -> Varied | None:
        """The first single choice that changes the verdict."""
        return next(iter(self.turning), None)

    def of_axis(self, axis: str) -> list[Varied]:
        return [v for v in self.singles if v.choice.axis == axis]


def _direction(choice: Choice) -> tuple:
    """Return a key that choices share if they differ only in size, such as all that raise one threshold."""
    if choice.axis == "mark":
        return choice.axis, choice.of, choice.raises
    return (choice.axis,) if choice.axis in {"about", "window"} else (choice.axis, choice.of, choice.to)


def explore(choices: Iterable[Choice], judged: Callable[[Setting], RuleResult]) -> Multiverse:
    """Judge the claim under the declared choice and each other one. Pairs are computed when they are needed."""
    declared = judged({})
    order = [*CHOICE_AXES, *OF_THE_TEXT]
    ordered = sorted(choices, key=lambda c: order.index(c.axis))  # stable: keeps the order within an axis
    singles = tuple(
        Varied(c, result := judged(dict(c.sets)), becomes(declared.verdict, result.verdict)) for c in ordered
    )
    return Multiverse(declared, singles, judged)


def go_together(a: Choice, b: Choice) -> bool:
    """Return whether two choices can be made at once: on two axes, or thresholds of two criteria."""
    if a.axis != b.axis:
        return True
    return a.axis == "mark" and a.of != b.of and ALL_MARKS not in {a.of, b.of}


def agreement(agree: int, of: int) -> str:
    """Say under how many of the other choices the verdict is the same, as words that follow "it is"."""
    if 0 < agree < of:
        which = f"{agree} of {of} other choices"
    elif agree:
        which = {1: "the one other choice", 2: "both other choices"}.get(of, f"all {of} other choices")
    else:
        which = {1: "no other choice", 2: "neither other choice"}.get(of, f"none of {of} other choices")
    return f"the same under {which} of rule and evidence"


def becomes(declared: str, other: str) -> str:
    """Return whether another verdict says the same, says something else, or leaves open what was decided."""
    before, after = _without_origin(declared), _without_origin(other)
    if after in {before, before.removesuffix(AS_FAR)}:
        return UNCHANGED  # more was tested, with the same result
    if after == before + AS_FAR:
        return NOTHING_DECIDES
    if after.startswith(UNDECIDED) and not ("evidence" in before and after.startswith(f"{UNVERIFIED}, evidence")):
        return NOTHING_DECIDES
    return TURNS


def _without_origin(verdict: str) -> str:
    """Return a verdict without "(one origin)", which the label of robustness already says."""
    return verdict.removesuffix(" (one origin)")


# choices that several kinds of claims share ----------------------------------------------------------------------


def origin_choices(origins: Iterable[str]) -> list[Choice]:
    return [Choice("origin", o, "", f"without {o}", (("origin", o),)) for o in sorted(set(origins))]


def grade_choices() -> list[Choice]:
    return [
        Choice("grades", "", "A, B", "with grades A and B only", (("grades", "AB"),)),
        Choice("grades", "", "A–C alike", "with grades A to C counted alike", (("grades", "alike"),)),
    ]


def time_choices(editions: Mapping[str, str], days: Iterable[str]) -> list[Choice]:
    """Return choices of another day for the text (ISO days) and of an earlier cut-off (edition: ISO day)."""
    return [
        *(Choice("day", "", day, f"if written on {day_in_words(latest_day(day))}", (("day", day),)) for day in days),
        *(
            Choice("edition", "", name, f"with evidence up to {day_in_words(latest_day(day))}", (("cutoff", day),))
            for name, day in sorted(editions.items())
        ),
    ]


def rule_choices(tolerance: float, window: int) -> list[Choice]:
    """Return other widths of "about" and other windows (years) for near evidence, nearest first."""
    widths = sorted((t for t in TOLERANCES if t != tolerance), key=lambda t: (abs(t - tolerance), t))
    years = sorted((w for w in WINDOWS if w != window), key=lambda w: (abs(w - window), w))
    per_cent = {t: f"{t:.0%}".replace("%", " %") for t in widths}
    return [
        *(Choice("window", "", f"{w}", f"with a window of {counted(w, 'year')}", (("window", w),)) for w in years),
        *(Choice("about", "", words, f"with “about” as {words}", (("about", t),)) for t, words in per_cent.items()),
    ]


def figure_choices(other_figures: Mapping[str, Iterable[str]]) -> list[Choice]:
    """Return choices of other figures for criteria (id: names), such as an earlier release."""
    names = dict.fromkeys(name for names_of_criterion in other_figures.values() for name in names_of_criterion)
    using = {
        name: [c for c, names_of_criterion in other_figures.items() if name in names_of_criterion] for name in names
    }
    return [
        Choice("figure", "", name, f"with {name}", tuple((f"figure {c}", name) for c in criteria))
        for name, criteria in using.items()
    ]


def mark_choices(marks: Mapping[str, str]) -> list[Choice]:
    """Return other thresholds (id: the criterion's words): each alone, then all; smallest step first."""
    named = {c: f"with the threshold of “{words}”" for c, words in marks.items()}
    named |= {ALL_MARKS: "with all thresholds"} if len(marks) > 1 else {}
    return [
        Choice(
            "mark",
            of,
            mark_step(factor),
            f"{words} {'raised' if factor > 1 else 'lowered'} by {100 * abs(factor - 1):.0f} %",
            tuple((f"mark {c}", factor) for c in (marks if of == ALL_MARKS else [of])),
            near=abs(factor - 1) <= NEAR_THRESHOLD + 1e-9,
        )
        for factor in FACTORS
        for of, words in named.items()
    ]


def mark_step(factor: float) -> str:
    """Return the change of a threshold in words: 1.05 is "+5 %"."""
    return with_minus(f"{factor - 1:+.0%}".replace("%", " %"))
