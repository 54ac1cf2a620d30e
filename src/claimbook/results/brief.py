"""The report in a minute: one sentence for each kind of statement, on what it comes to.

Every sentence is made of the claims as they were judged, so it says what they say in whatever edition.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from claimbook.results.models import ClaimRecord
from claimbook.say.verdict_table import RIGHT, SCORED, TABLE, Answer, answer_of
from claimbook.say.words import counted, listed

KINDS = (  # from what the text is built on to what it wants to show
    (("fact",), "plain facts"),
    (("number",), "numbers"),
    (("comparison",), "comparisons"),
    (("causal",), "statements on causes"),
)
MOST_NAMED = 3  # claims of one kind and one answer that are named
SMALL = "no one two three four five six seven eight nine ten eleven twelve".split()
JUDGEMENTS = ("comparison", "causal")

Name = Callable[[ClaimRecord], str]


def of_answer(claims: Sequence[ClaimRecord], answer: Answer) -> list[ClaimRecord]:
    """Claims with an answer, numbers first: they are what readers ask for."""
    return sorted((c for c in claims if answer_of(c.stands_as) is answer), key=lambda c: c.kind != "number")


def lead(claims: Sequence[ClaimRecord], name: Name) -> Iterator[tuple[str, str]]:
    """A sentence in two halves for each kind of claim: what most of them come to, and how many come to what."""
    for kinds, called in KINDS:
        own = [c for c in claims if c.kind in kinds and answer_of(c.stands_as) in SCORED]
        if own:
            yield f"Its {called} {most_are(own)}", f": of {in_letters(len(own))}, {listed(parts(own, name))}."


def most_are(claims: Sequence[ClaimRecord]) -> str:
    """What more than half of some claims come to."""
    answer = max(SCORED, key=lambda a: len(of_answer(claims, a)))
    n = len(of_answer(claims, answer))
    if 2 * n <= len(claims):
        return "come out mixed"
    verb, _, rest = answer.several.partition(" ")
    return answer.several if n == len(claims) else f"mostly {answer.several}" if verb != "are" else f"are mostly {rest}"


def parts(claims: Sequence[ClaimRecord], name: Name) -> Iterator[str]:
    """How many claims have each answer; a few are named, unless they are plain facts."""
    for answer in SCORED:
        if own := of_answer(claims, answer):
            named = f" ({listed(map(name, own))})" if len(own) <= MOST_NAMED and own[0].kind != "fact" else ""
            yield f"{in_letters(len(own))} {answer.one if len(own) == 1 else answer.several}{named}"


def in_letters(n: int) -> str:
    """A small number as a word, another one in digits."""
    return SMALL[n] if n < len(SMALL) else str(n)


def retested(claims: Sequence[ClaimRecord], changes: Sequence[Mapping[str, str]]) -> str:
    """How many judgements that are right would not be under a test that was changed later."""
    if not changes:
        return ""
    before = {r["claim_id"]: r["verdict_today"] for r in changes if r["verdict_today"].startswith((*TABLE,))}
    right = [c.id for c in of_answer(claims, RIGHT) if c.kind in JUDGEMENTS]
    less = [name for name in right if name in before and answer_of(before[name]) is not RIGHT]
    n, of = in_letters(len(less)), counted(len(right), "judgement")
    known = "Tests were changed with the evidence known"
    return f"{known}: of the {of} that are right, {n} would not be under the test before."
