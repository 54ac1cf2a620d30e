"""How verdicts are counted: in six groups, numbers, judgements and plain facts each alone."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from claimbook.rule.scores import short_verdict
from claimbook.say import recorded as results
from claimbook.say.numbers import OUT_OF_DATE
from claimbook.say.words import listed

KINDS_TOLD = (  # counted apart: a plain fact is no match for a number
    (("number", "numbers"), ("number",)),
    (("judgement", "judgements"), ("comparison", "causal")),
    (("plain fact", "plain facts"), ("fact",)),
)


@dataclass(frozen=True)
class Group:
    """Verdicts that come to the same for a reader in a hurry."""

    id: str
    says: str
    sentence: tuple[str, str]  # for one claim, and for several
    verdicts: tuple[str, ...]


GROUPS = (
    Group(
        "borne-out",
        "borne out",
        ("is borne out as written", "are borne out as written"),
        ("supported", "supported as far as tested", "studies agree", "one study agrees", "confirmed"),
    ),
    Group(
        "aged",
        "out of date",
        ("is out of date", "are out of date"),
        (OUT_OF_DATE, "outdated"),
    ),
    Group(
        "in-part",
        "right in part",
        ("is right in part", "are right in part"),
        ("close", "partly", "depends on the definition", "studies disagree"),
    ),
    Group(
        "not-as-written",
        "not as written",
        ("does not hold as written", "do not hold as written"),
        (
            "overstated",
            "understated",
            "not supported",
            "not supported as far as tested",
            "contradicted",
            "studies contradict",
            "one study contradicts",
        ),
    ),
    Group(
        "open",
        "no evidence decides",
        ("has no published evidence that decides", "have no published evidence that decides"),
        ("undecided", "source not found", "unverified"),
    ),
    Group(
        "unscored",
        "not scored",
        ("is not scored", "are not scored"),
        ("not tested", "not scored", results.NOT_ASSESSED),
    ),
)


def group_of(verdict: str) -> Group:
    """The group in which a claim counts that stands as this verdict, whatever is added to it."""
    return next(g for g in GROUPS if short_verdict(verdict) in g.verdicts)


def tally(verdicts: Iterable[str]) -> str:
    """How many claims came out in which way: "2 are borne out as written and 1 is right in part"."""
    counts = Counter(map(group_of, verdicts))
    return listed(f"{counts[g]} {g.sentence[counts[g] != 1]}" for g in GROUPS if counts[g])
