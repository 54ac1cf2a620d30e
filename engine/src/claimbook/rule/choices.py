"""Other choices than the declared ones: of the evidence, of the rule, and of the words of the text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from claimbook.evidence.claims import NumberClaim
from claimbook.evidence.measures import DECIDING_GRADES, FIRST_TIER, REPLACED, Measure
from claimbook.say.verdict_table import NO_SOURCE, NOT_TESTED, UNVERIFIED
from claimbook.say.words import counted, day_in_words, latest_day, with_minus

TOLERANCES = (0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10)
WINDOWS = range(6)  # years
FACTORS = (1.05, 0.95, 1.10, 0.90, 1.25, 0.75, 1.50, 0.50)
NEAR_THRESHOLD = 0.10  # a larger move of a threshold is shown, but does not make a verdict fragile
ALL_MARKS = "all"
HUNDRED_PER_CENT = 100.0  # a share cannot exceed it
TEXT_WORDS = ("over", "nearly", "about")
OF_THE_TEXT = ("word", "number", "year")  # axes that change the sentence itself: shown, but never counted

UNCHANGED, TURNS, NOTHING_DECIDES = "same", "turns", "open"  # the verdict stays, becomes another, or nothing decides
UNDECIDED = (UNVERIFIED, "undecided", NO_SOURCE, NOT_TESTED)
AS_FAR = " as far as tested"

Setting = Mapping[str, Any]  # what the rule receives instead of the declared choice


@dataclass(frozen=True)
class Choice:
    """One other choice: its axis, what it concerns, and what is chosen.

    `of` names the criterion or the origin, if there are several. `setting` holds what the rule receives instead of
    the declared choice. `named` is what `to` stands for, if readers need other words.
    """

    axis: str
    of: str
    to: str
    setting: Setting
    named: str = ""
    near: bool = True

    @property
    def says(self) -> str:
        """The choice in words that follow a verdict: "with grades A and B only"."""
        return AXES[self.axis](self)

    @property
    def raises(self) -> bool:
        """Whether the choice raises a threshold."""
        return self.to.startswith("+")

    @property
    def counts(self) -> bool:
        """Whether the choice leaves the sentence of the text as it is. Only such choices show how firm a verdict is."""
        return self.axis not in OF_THE_TEXT


# Each axis with the words of its choices. The report names the first choice in this order, smaller steps first, that
# changes the verdict.
AXES: Mapping[str, Callable[[Choice], str]] = {
    "day": lambda c: f"if written on {day_in_words(latest_day(c.to))}",
    "edition": lambda c: f"with evidence up to {day_in_words(latest_day(c.setting['cutoff']))}",
    "figure": lambda c: f"with {c.named or c.to}",
    "revision": lambda c: f"with figures revised by {signed_per_cent(float(c.to), 1)}",
    "grades": lambda c: f"with grades {c.named}",
    "origin": lambda c: f"without {c.of}",
    "near": lambda c: "with studies of related effects counted too",
    "window": lambda c: f"with a window of {counted(int(c.to), 'year')}",
    "about": lambda c: f"with “about” as {c.to}",
    "mark": lambda c: (
        f"with {'all thresholds' if c.of == ALL_MARKS else f'the threshold of “{c.named}”'} "
        f"{'raised' if c.raises else 'lowered'} by {c.to[1:]}"
    ),
    "word": lambda c: f"if the text said “{c.to}”",
    "number": lambda c: f"if the text said {c.named}",
    "year": lambda c: f"if the text said {c.to}",
}


def signed_per_cent(fraction: float, digits: int = 0) -> str:
    """Return a change in words: 0.05 is "+5 %"."""
    return with_minus(f"{fraction:+.{digits}%}".replace("%", " %"))


def time_choices(editions: Mapping[str, str], days: Iterable[str]) -> list[Choice]:
    """Return choices of another day for the text (ISO days) and of an earlier cut-off (edition: ISO day)."""
    return [
        *(Choice("day", "", day, {"day": day}) for day in days),
        *(Choice("edition", "", name, {"cutoff": day}) for name, day in sorted(editions.items())),
    ]


def figure_choices(other_figures: Mapping[str, Iterable[str]]) -> list[Choice]:
    """Return choices of other figures for criteria (id: names), such as an earlier release."""
    using: dict[str, list[str]] = {}
    for criterion, names in other_figures.items():
        for name in names:
            using.setdefault(name, []).append(criterion)
    return [Choice("figure", "", name, {f"figure {c}": name for c in criteria}) for name, criteria in using.items()]


def grade_choices() -> list[Choice]:
    return [
        Choice("grades", "", "A, B", {"grades": "AB"}, "A and B only"),
        Choice("grades", "", "A–C alike", {"grades": "alike"}, "A to C counted alike"),
    ]


def origin_choices(origins: Iterable[str]) -> list[Choice]:
    return [Choice("origin", o, "", {"origin": o}) for o in sorted(set(origins))]


def rule_choices(tolerance: float, window: int) -> list[Choice]:
    """Return other widths of "about" and other windows (years) for near evidence, nearest first."""
    widths = sorted((t for t in TOLERANCES if t != tolerance), key=lambda t: (abs(t - tolerance), t))
    years = sorted((w for w in WINDOWS if w != window), key=lambda w: (abs(w - window), w))
    return [
        *(Choice("window", "", f"{w}", {"window": w}) for w in years),
        *(Choice("about", "", f"{t:.0%}".replace("%", " %"), {"about": t}) for t in widths),
    ]


def mark_choices(marks: Mapping[str, str]) -> list[Choice]:
    """Return other thresholds (id: the criterion's words): each alone, then all; smallest step first."""
    named = {**marks, **({ALL_MARKS: ""} if len(marks) > 1 else {})}
    return [
        Choice(
            "mark",
            of,
            signed_per_cent(factor - 1),
            {f"mark {c}": factor for c in (marks if of == ALL_MARKS else [of])},
            words,
            near=abs(factor - 1) <= NEAR_THRESHOLD + 1e-9,
        )
        for factor in FACTORS
        for of, words in named.items()
    ]


def text_choices(claim: NumberClaim, measures: Iterable[Measure], period: str) -> list[Choice]:
    """Return choices that change the text: another word, number, or year for which a figure is known."""
    test = claim.test
    literal = [m for m in measures if m.grade in DECIDING_GRADES and m.facets == claim.facets]
    years = sorted({str(m.year) for m in literal if m.is_complete} - {period})
    most = HUNDRED_PER_CENT if test.unit == "percent" and test.value <= HUNDRED_PER_CENT else float("inf")
    return [
        *(Choice("word", "", op, {"word": op}) for op in TEXT_WORDS if op != test.op),
        *(
            Choice("number", "", f"{moved.value:.10g}", {"number": factor}, moved.number)
            for factor in FACTORS
            if (moved := test.moved(factor)).value <= most
        ),
        *(Choice("year", "", year, {"year": year}) for year in years),
    ]


# what remains of the evidence under a choice ----------------------------------------------------------------------


def evidence_under(evidence: Iterable[Any], setting: Setting) -> list[Any]:
    """Return the measures or findings that remain under a choice of evidence, with their grades and values under it."""
    left = [e for e in evidence if setting.get("origin") not in e.origins]
    if "cutoff" in setting:
        left = [e for e in left if latest_day(e.published).isoformat() <= setting["cutoff"]]
    if "release" in setting:
        left = first_releases(left)
    if "revision" in setting:
        left = [m.scaled(1 + setting["revision"], m.unit) for m in left]
    return of_grades(left, setting.get("grades"))


def first_releases(measures: Iterable[Measure]) -> list[Measure]:
    """Return the first release of each value of a producer, as if nothing had replaced it since."""
    releases: dict[tuple, list[Measure]] = {}
    for m in measures:
        releases.setdefault((m.facets, m.period, m.holds, m.made, m.origins), []).append(m)
    first = {key: min(m.published_day for m in members) for key, members in releases.items()}
    return [
        replace(m, status="" if m.status in REPLACED else m.status)
        for key, members in releases.items()
        for m in members
        if m.published_day == first[key]
    ]


def of_grades(evidence: Iterable, grades: object) -> list:
    """Keep only measures or findings of grades A and B ("AB"), or count C like B ("alike")."""
    if grades == "AB":
        return [e for e in evidence if e.grade in FIRST_TIER]
    return [replace(e, grade="B") if grades == "alike" and e.grade == "C" else e for e in evidence]


# what becomes of the verdict --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Varied:
    """One other choice, with the judgement under it and its verdict."""

    choice: Choice
    judged: Any = field(repr=False, compare=False)
    verdict: str
    becomes: str  # same, turns or open

    @property
    def in_words(self) -> str:
        return f"{self.choice.says}: {self.verdict}"


@dataclass(frozen=True)
class Multiverse:
    """Every choice that affects what a verdict rests on. Choices that do not count come last."""

    declared: str  # the verdict under the declared choice
    singles: tuple[Varied, ...]

    @property
    def counted(self) -> tuple[Varied, ...]:
        """The choices that leave the sentence of the text as it is."""
        return tuple(v for v in self.singles if v.choice.counts)

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
    """Return what becomes of the declared verdict under another choice: it stays, it turns, or nothing decides it."""
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
