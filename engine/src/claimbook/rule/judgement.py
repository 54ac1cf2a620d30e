"""A judged claim: its verdict, how firm and how certain it is. Each kind of claim has a class of its own.

Certainty says how good the evidence behind a verdict is: one word, with its reasons. Less evidence never gives a
better word. Agreement within the evidence does not count here: otherwise, leaving out a contradiction would make a
claim look more certain. The verdict and its robustness show disagreement.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

from claimbook.evidence.claims import Claim
from claimbook.evidence.findings import Finding
from claimbook.evidence.measures import FIRST_TIER, Measure, Provenance
from claimbook.rule.choices import AXES, NOTHING_DECIDES, TURNS, Choice, Multiverse, Setting, Varied, becomes
from claimbook.rule.matching import Assessed
from claimbook.say.verdict_table import NOT_SCORED, SCORED, UNKNOWN, UNVERIFIED, answer_of

AnyClaim = TypeVar("AnyClaim", bound=Claim)
OUTDATED_YEARS = 5  # a value exactly five years older still shows that a number was right then
UNNAMED_PRODUCER = {"unknown": "an unnamed producer"}  # the name of such a producer in the data

NONE, LOW, MODERATE, HIGH = LEVELS = ("none", "low", "moderate", "high")
DIRECTNESS, ORIGINS, PRECISION, RECENCY = ("directness", "origins", "precision", "recency")
# Only directness may allow less than "moderate". Losing evidence can remove a weakness of another aspect, but the
# loss of directness, or of recency if an older year decides, always outweighs that. So the word never rises.


class Qualifier(str):
    """A short remark that a verdict carries, in words. Its fields hold what code needs, so no code parses the words.

    `kind` is "reading" (the verdict is `verdict` if the claim is read as `of`), "outdated" (the size was
    right in the years `of`), or "".
    """

    kind: str
    of: str
    verdict: str

    def __new__(cls, text: str, kind: str = "", of: str = "", verdict: str = "") -> "Qualifier":
        qualifier = super().__new__(cls, text)
        qualifier.kind, qualifier.of, qualifier.verdict = kind, of, verdict
        return qualifier


def if_read_as(reading: str, verdict: str) -> Qualifier:
    """Return a qualifier for the verdict under another reading."""
    return Qualifier(f"{verdict} if read as {reading}", "reading", reading, verdict)


@dataclass(frozen=True)
class Reason:
    """One aspect of the evidence: the best word that it allows, and why."""

    aspect: str
    allows: str
    says: str


@dataclass(frozen=True)
class Certainty:
    """The reasons for a certainty. Its word is the best that all aspects allow."""

    reasons: tuple[Reason, ...]

    @property
    def word(self) -> str:
        return min((r.allows for r in self.reasons), key=LEVELS.index, default="")


@dataclass(frozen=True, eq=False)
class Judgement(Generic[AnyClaim]):
    """A claim with its evidence, and everything that the report says about it. An opinion is never scored.

    `evidence` is what the claim's function returned, `day` is the ISO day of the text, and `times` are choices of
    other days. A judgement under another choice is a judgement too.
    """

    claim: AnyClaim
    evidence: Any = ()
    day: str = ""
    times: tuple[Choice, ...] = ()

    is_dated = False  # whether the day of the text decides
    counts_choices = False  # for a fact most other choices are copies of one document

    # what each kind of claim says for itself ---------------------------------------------------------------------

    def check(self) -> None:
        """Raise an error if the evidence does not fit what the claim declares."""

    @cached_property
    def verdict(self) -> str:
        return NOT_SCORED

    def remarks(self) -> list[Qualifier]:
        """Return the qualifiers of the verdict that do not depend on other choices."""
        return []

    @property
    def decided(self) -> bool:
        """Whether there is evidence that decides."""
        return False

    @property
    def sole(self) -> str:
        """The one origin on which everything that decides rests, or ""."""
        return ""

    def offered(self) -> Iterable[Choice]:
        """Return the choices that the evidence leaves open."""
        return ()

    def under(self, setting: Setting) -> Self:
        """Return the judgement under another choice."""
        return self

    @cached_property
    def seen(self) -> Any:
        """What the rule looks at. A choice that leaves it as it is changes nothing."""

    def touches(self, choice: Choice, other: Self) -> bool:
        """Return whether a choice affects what the verdict rests on; `other` is the judgement under it."""
        return other.seen != self.seen

    def lost(self, other: Self) -> bool:
        """Return whether a part, criterion or outcome has no evidence in another judgement, but has some here."""
        return False

    def closeness(self) -> dict[str, Any]:
        """Return whether a value lies on the line, the outcomes of a grid of facets, and a break-even.

        The break-even is the smallest relative change of a deciding value that would carry it across a limit.
        """
        return {"on_the_line": False, "grid": (), "break_even": None}

    def certain(self) -> Iterator[Reason]:
        """Yield how good the evidence is in each aspect."""
        yield from ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """What the verdict rests on, in words."""
        return ()

    @property
    def would_change(self) -> str:
        """Evidence that would change the verdict and that a reader could look for, or ""."""
        return ""

    @property
    def period(self) -> str:
        """The year that decides a number."""
        return ""

    @property
    def assessed(self) -> tuple[Assessed, ...]:
        """The measures of a number."""
        return ()

    @property
    def criteria(self) -> tuple[Any, ...]:
        """The results of a comparison, in the order of its criteria."""
        return ()

    @property
    def findings(self) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        """The findings by part of a fact or by outcome of a cause."""
        return ()

    def counts(self, part: str, finding: Any) -> bool:
        """Return whether a finding decides about a part or an outcome."""
        return False

    def in_words(self, part: str, finding: Any) -> str:
        """Say how a finding counts for a part, or what it finds about an outcome."""
        return ""

    # what follows for all kinds ----------------------------------------------------------------------------------

    @property
    def text_date(self) -> str:
        """The day of the text if it decides, or ""."""
        return self.day if self.is_dated else ""

    @property
    def stands_as(self) -> str:
        """The verdict as it is counted and drawn."""
        return self.verdict

    @property
    def certainty(self) -> Certainty:
        return Certainty(tuple(self.certain()))

    @property
    def deciding_measures(self) -> tuple[Measure, ...]:
        return tuple(a.measure for a in self.assessed if a.decides)

    @property
    def deciding(self) -> Measure | None:
        """The measure that decides a number, the most exact of the best grade, or None."""
        measures = self.deciding_measures
        return min(measures, key=lambda m: (m.grade, m.interval.high - m.interval.low), default=None)

    @cached_property
    def choices(self) -> Multiverse:
        """The other choices that affect what the verdict rests on."""
        order = [*AXES]
        offered = sorted(self.offered(), key=lambda c: order.index(c.axis))  # stable: keeps the order within an axis
        tried = [(choice, self.under(choice.setting)) for choice in offered]
        singles = [self.varied(choice, other) for choice, other in tried if self.touches(choice, other)]
        return Multiverse(self.verdict, tuple(singles))

    def varied(self, choice: Choice, other: Self) -> Varied:
        """Return another judgement with its verdict: "unverified in part" if lost evidence alone changed it."""
        verdict = other.verdict
        if becomes(self.verdict, verdict) == TURNS and self.lost(other):
            verdict = f"{UNVERIFIED} in part"
        return Varied(choice, other, verdict, becomes(self.verdict, verdict))

    @property
    def label(self) -> str:
        """How firm the verdict is, in a word.

        "nothing decides": there is no deciding evidence. "fragile": a near choice changes the verdict. "one origin":
        all deciding evidence rests on one origin, and without it nothing decides. "stable": none of these.
        """
        if not self.decided:
            return NOT_SCORED if self.verdict == NOT_SCORED else "nothing decides"
        if any(v.becomes == TURNS and v.choice.near for v in self.choices.counted):
            return "fragile"
        without = (v for v in self.choices.of_axis("origin") if v.choice.of == self.sole)
        return "one origin" if any(v.becomes == NOTHING_DECIDES for v in without) else "stable"

    @cached_property
    def qualifiers(self) -> tuple[Qualifier, ...]:
        """The remarks, and one more if the evidence of an earlier day would have given another verdict."""
        earlier = any(v.becomes == TURNS for v in self.choices.of_axis("edition"))
        return (*self.remarks(), *[Qualifier("differs by edition")] * earlier)

    @property
    def flips(self) -> tuple[str, ...]:
        """The near choices that change the verdict, in words."""
        return tuple(v.in_words for v in self.choices.turning if v.choice.near)

    @property
    def firm(self) -> str:
        """How firm the answer is: the first choice that changes it, its only source, or how many choices agree.

        "" for an opinion, for what cannot be checked, and if there is nothing to say.
        """
        answer = answer_of(self.stands_as)
        if answer not in SCORED or answer is UNKNOWN:
            return ""
        near = (v for v in self.choices.turning if v.choice.near)
        changed = next((v for v in near if answer_of(v.verdict) not in (answer, UNKNOWN)), None)
        if changed:
            mark = f"with one threshold {changed.choice.to[1:]} {'higher' if changed.choice.raises else 'lower'}"
            words = mark if changed.choice.axis == "mark" else changed.choice.says
            return f"it would be {answer_of(changed.verdict).word} {words}"
        if self.sole and self.label == "one origin":
            return f"rests on one source: {UNNAMED_PRODUCER.get(self.sole, self.sole)}"
        of = len(self.choices.counted) if self.counts_choices else 0
        return f"{self.choices.agree} of {of} other choices agree" if of else ""

    def recency(self, year: int, says: str) -> Reason:
        """Return how recent evidence is whose oldest part is from a year."""
        old = year < int(self.day[:4]) - OUTDATED_YEARS
        return Reason(RECENCY, MODERATE if old else HIGH, says)

    def _ipython_display_(self) -> None:
        """Show nothing when a cell ends with a judgement: its section has already shown it."""


# certainty -------------------------------------------------------------------------------------------------------


def tested(n: int, of: int, noun: str, grades: Sequence[str], missing_essential: bool = False) -> Reason:
    """Return the directness of a claim with several parts: how many have evidence, and of which grade."""
    second_hand = sum(g not in FIRST_TIER for g in grades)
    plural = {"part": "parts", "criterion": "criteria", "outcome": "outcomes"}[noun]
    why = f"evidence for {n} of {of} {plural}" if of > 1 else f"evidence for its only {noun}"
    if second_hand:
        why += f", {second_hand} at second hand" if of > 1 else ", at second hand"
    allows = HIGH if n == of and not second_hand else MODERATE
    return Reason(DIRECTNESS, LOW if 2 * n < of or missing_essential else allows, why)


def number_of_origins(evidence: Sequence[Any], single: bool) -> Reason:
    """Give the number of origins as a reason. `single` says that all deciding evidence has one origin in common."""
    n = len({origin for e in evidence for origin in e.origins})
    return Reason(ORIGINS, MODERATE, "all from one origin") if single else Reason(ORIGINS, HIGH, f"{n} origins")


def weaknesses(evidence: Iterable[Provenance]) -> list[Qualifier]:
    """Return the remarks that all evidence that decides is second hand, and that it rests on one origin."""
    known = [*evidence]
    second_hand = bool(known) and all(e.grade not in FIRST_TIER for e in known)
    notes = {"secondary evidence": second_hand, "one origin": bool(shared_origins(known))}
    return [Qualifier(note) for note, so in notes.items() if so]


# origins ---------------------------------------------------------------------------------------------------------


def shared_origins(evidence: Iterable[Provenance]) -> set[str]:
    """Return the origins that all evidence shares."""
    sets = [set(e.origins) for e in evidence]
    return set.intersection(*sets) if sets else set()


def only(origins: Iterable[str]) -> str:
    """Return the one origin, or "" if there is none or more than one."""
    origins = [*origins]
    return origins[0] if len(origins) == 1 else ""
