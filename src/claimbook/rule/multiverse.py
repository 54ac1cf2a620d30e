"""Judge a claim again under each other choice."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from claimbook.rule.choices import ALL_MARKS, AXES, Choice, Setting
from claimbook.say.verdict_table import NO_SOURCE, NOT_TESTED, UNVERIFIED

UNCHANGED, TURNS, NOTHING_DECIDES = "same", "turns", "open"  # the verdict stays, becomes another, or nothing decides
UNDECIDED = (UNVERIFIED, "undecided", NO_SOURCE, NOT_TESTED)
AS_FAR = " as far as tested"

Received = tuple  # what the rule receives: the arguments of the function in reasons.py for the kind of claim


@dataclass(frozen=True)
class Varied:
    """The verdict under one other choice."""

    choice: Choice
    verdict: str
    becomes: str  # same, turns or open

    @property
    def in_words(self) -> str:
        return f"{self.choice.says}: {self.verdict}"


@dataclass(frozen=True)
class Multiverse:
    """Every choice that affects what a verdict rests on, with the verdict under it.

    `declared` is the verdict under the declared choice, computed in the same way as all others. Choices that
    do not count come last. `received` gives what the rule receives under a setting.
    """

    declared: str
    singles: tuple[Varied, ...]
    received: Callable[[Setting], Received] = field(repr=False, compare=False)

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


def explore(
    choices: Iterable[Choice], received: Callable[[Setting], Received], judged: Callable[[Setting], str]
) -> Multiverse:
    """Judge the claim under the declared choice and each other one."""
    declared = judged({})
    order = [*AXES]
    ordered = sorted(choices, key=lambda c: order.index(c.axis))  # stable: keeps the order within an axis
    singles = tuple(Varied(c, verdict := judged(c.setting), becomes(declared, verdict)) for c in ordered)
    return Multiverse(declared, singles, received)


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
