"""The report in a minute: what the text gets right, what not, what is unknown and how firm that is, in sentences.

Every sentence is made of the claims as they were judged, so it says what they say in whatever edition.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from claimbook.results.models import ClaimRecord
from claimbook.rule.scores import score_row
from claimbook.say.about import about
from claimbook.say.verdict_table import KINDS_TOLD, OUT_OF_DATE, is_verdict, verdict_of
from claimbook.say.words import counted, listed, sentence_case

NUMBERS, JUDGEMENTS, FACTS = KINDS_TOLD
SAID_OF_NUMBERS = {  # answer: what the lead says of one number in it, and of several
    "right": ("{n} holds", "{n} hold"),
    "part": ("{n} holds in part", "{n} hold in part"),
    "aged": ("{n} is right in size but out of date", "{n} are right in size but out of date"),
    "wrong": ("{n} does not hold", "{n} do not hold"),
    "unknown": ("for {n} no published figure was found", "for {n} no published figures were found"),
}
HEADINGS = (  # of the answers, each with its parts in their order
    ("Right", ("right",)),
    ("Wrong, out of date, or right in part", ("wrong", "aged", "part")),
    ("Unknown", ("unknown",)),
)
VERBS = {"right": ("holds", "hold"), "part": ("holds in part", "hold in part")}
LEANS = {
    "for": "near evidence is for it",
    "against": "near evidence is against it",
    "mixed": "near evidence points both ways",
    "no evidence": "there is no evidence",
}
READ_AS = " if read as "
MOST_NAMED = 3  # numbers of one kind in the lead; the answers name them all
SMALL = "no one two three four five six seven eight nine ten eleven twelve".split()
FIRM = (  # label of robustness, and what is said of one verdict and of several that have it
    ("stable", ("is stable", "are stable")),
    ("one origin", ("rests on one producer", "rest on one producer")),
    ("fragile", ("is fragile", "are fragile")),
    ("no evidence", ("has no evidence", "have no evidence")),
)


@dataclass(frozen=True)
class Point:
    """One sentence: `claims` are named with their marks behind `before`, or one opens it and `after` follows.

    That one is named, or stands `in_full`.
    """

    claims: tuple[ClaimRecord, ...] = ()
    before: str = ""
    after: str = ""
    in_full: bool = False


@dataclass(frozen=True)
class Answer:
    """What the text gets right, what not, or what is unknown: `id` is that of the first part."""

    id: str
    heading: str
    points: tuple[Point, ...]


def part_of(claim: ClaimRecord) -> str:
    """The part of the answer in which a claim stands; "" for one that is not scored."""
    return verdict_of(claim.stands_as).group.answer


def of_kind(claims: Sequence[ClaimRecord], kind: tuple[tuple[str, str], tuple[str, ...]]) -> tuple[ClaimRecord, ...]:
    return tuple(c for c in claims if c.kind in kind[1])


def lead(claims: Sequence[ClaimRecord], name: Callable[[ClaimRecord], str]) -> str:
    """What became of the numbers; a few are named."""
    numbers = of_kind(claims, NUMBERS)
    given = f"{in_letters(len(numbers))} number{'s' * (len(numbers) != 1)}"
    said = [f"A policy text gives {given} for {about().subject}{f' ({native})' if (native := about().native) else ''}."]
    for part, verbs in SAID_OF_NUMBERS.items():
        own = [c for c in numbers if part_of(c) == part]
        if own:
            says = verbs[len(own) != 1].format(n=in_letters(len(own)))
            named = f": {listed(map(name, own))}" if len(own) <= MOST_NAMED else ""
            said.append(f"{sentence_case(says)}{named}.")
    return " ".join(said)


def retested(claims: Sequence[ClaimRecord], changes: Sequence[Mapping[str, str]]) -> str:
    """How many judgements that hold would not, or in part only, under a test that was changed later."""
    lesser = {r["claim_id"] for r in changes if _answer(r["verdict_today"]) != "right"}
    right = [c.id for c in of_kind(claims, JUDGEMENTS) if part_of(c) == "right"]
    if not changes:
        return ""
    n, of = in_letters(len(lesser & {*right})), counted(len(right), *JUDGEMENTS[0])
    return (
        f"Of the {of} that hold, {n} would hold in part at most under a test that was changed with the evidence known."
    )


def _answer(said: str) -> str:
    """The part of the answer of a verdict; what is not known or not scored takes nothing from what holds."""
    return (verdict_of(said).group.answer if is_verdict(said) else "") or "right"


def in_letters(n: int) -> str:
    """A small number as a word, another one in digits."""
    return SMALL[n] if n < len(SMALL) else str(n)


def answers(claims: Sequence[ClaimRecord]) -> list[Answer]:
    """What is right, what not, and what is unknown, as far as there is such."""
    made = []
    for heading, parts in HEADINGS:
        points = tuple(p for part in parts for p in points_of([c for c in claims if part_of(c) == part], part))
        made += [Answer(parts[0], heading, points)] if points else []
    return made


def points_of(claims: Sequence[ClaimRecord], part: str) -> Iterator[Point]:
    """A sentence for each number and each fact that fails; judgements are named, other facts counted."""
    for claim in of_kind(claims, NUMBERS):
        yield Point((claim,), after=number_says(claim))
    judgements, facts = of_kind(claims, JUDGEMENTS), of_kind(claims, FACTS)
    if part in {"wrong", "aged"}:
        for claim in (*judgements, *facts):
            yield Point((claim,), after=f"is {claim.verdict}{so_until(claim)}.", in_full=True)
    elif part == "unknown":
        own = [counted(len(some), *nouns) for some, (nouns, _) in ((judgements, JUDGEMENTS), (facts, FACTS)) if some]
        if own:
            yield Point(before=f"{listed(own)} could not be decided.")
    else:
        if judgements:
            yield Point(judgements, f"{counted(len(judgements), *JUDGEMENTS[0])} {VERBS[part][len(judgements) != 1]}")
        if facts:
            yield Point(before=f"{counted(len(facts), *FACTS[0])} {VERBS[part][len(facts) != 1]}.")


def so_until(claim: ClaimRecord) -> str:
    """Until when an outdated fact was so."""
    ends = [m.ended for m in claim.measures if m.match == "part" and m.outcome.startswith("so until")]
    return f": it was so until {max(ends)}" if claim.verdict == "outdated" and ends else ""


def number_says(claim: ClaimRecord) -> str:
    """What the text says of a number, and what was found."""
    row = score_row(claim)
    years = sorted({m.period[:4] for m in claim.measures if m.decides})
    if not years:
        return f"{sentence_case(row.claimed)} claimed; {nearest(claim)}."
    when = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    return f"{sentence_case(row.claimed)} claimed; {row.found} found for {when}{right_before(claim)}{hinge(claim)}."


def hinge(claim: ClaimRecord) -> str:
    """The first choice that turns the verdict of a number, as far as there is one."""
    choice, _, verdict = next(iter(claim.robustness.flips), "").rpartition(": ")
    return f"; “{verdict}” {choice}" if choice else ""


def right_before(claim: ClaimRecord) -> str:
    """In which years a size was right that time has overtaken."""
    found = next((m for q in claim.qualifiers if (m := re.search(r"right in size ([\d–, ]+)", q))), None)
    return f"; right in size for {found[1]}" if found and claim.stands_as == OUT_OF_DATE else ""


def nearest(claim: ClaimRecord) -> str:
    """Under which readings a number holds for which no figure decides, under which not, and how near evidence leans."""
    read = [q.split(READ_AS) for q in claim.qualifiers if READ_AS in q]
    holds, fails = ([name for verdict, name in read if (verdict == "supported") is side] for side in (True, False))
    leans = (says for word, says in LEANS.items() if re.search(rf"\b{word}\b", claim.verdict))
    said = [f"holds if read as {' or '.join(holds)}"] if holds else []
    said += [f"fails if read as {' or '.join(fails)}"] if fails else []
    return "; ".join([*said, next(leans, "no figure decides")])


def firmness(claims: Sequence[ClaimRecord]) -> str:
    """How much hangs on single choices, over all verdicts that are scored."""
    labels: list[str] = [c.robustness.label for c in claims if part_of(c)]
    counts = [(labels.count(label), verbs) for label, verbs in FIRM]
    parts = [f"{n} {verbs[n != 1]}" for n, verbs in counts if n]
    return f"Of {counted(len(labels), 'verdict')}, {listed(parts)}." if parts else ""
