"""What page one, Methods and the summary say about all claims together, and the line to quote on a number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from claimbook.results.models import ClaimRecord, MeasureRecord
from claimbook.say.verdict_table import KINDER, RIGHT, SCORED, UNKNOWN, UNVERIFIED, VERDICTS, Answer, answer_of
from claimbook.say.words import sentence_case, with_unit

EASIER, HARDER = "kinder to the text", "harder on the text"
NEAR = ("bound", "reading", "same, earlier", "near")  # the nearest first
LATER = "same, later"
BriefRow = Mapping[str, str]


def of_answer(claims: Sequence[ClaimRecord], answer: Answer) -> list[ClaimRecord]:
    """Return the claims with an answer. Numbers come first, because readers ask for them."""
    return sorted((c for c in claims if answer_of(c.stands_as) is answer), key=lambda c: c.kind != "number")


# other choices ---------------------------------------------------------------------------------------------------


def checked(claims: Iterable[ClaimRecord]) -> list[ClaimRecord]:
    """Return the claims that have an answer and were judged again under other choices."""
    answered = {*SCORED} - {UNKNOWN}
    return [c for c in claims if answer_of(c.stands_as) in answered and c.robustness.choices]


def unchanged(claims: Iterable[ClaimRecord]) -> list[ClaimRecord]:
    """Return the claims whose answer is the same under every other choice."""
    return [c for c in checked(claims) if (others := c.robustness.choices) and others.agree == others.of]


def needed_sources(claim: ClaimRecord) -> dict[str, str]:
    """Return each source without which the claim has another answer, with that answer in words."""
    choices, answer = claim.robustness.choices, answer_of(claim.stands_as)
    without = {turn.of: turn.verdict for turn in choices.differ if turn.axis == "origin"} if choices else {}
    part = f"{UNVERIFIED} in part"
    return {
        origin: f"{UNKNOWN.word} in part" if verdict == part else answer_of(verdict).word
        for origin, verdict in without.items()
        if answer_of(verdict) is not answer
    }


def needing_a_source(claims: Iterable[ClaimRecord]) -> list[tuple[ClaimRecord, dict[str, str]]]:
    """Return the claims that need one source, or each of several, with what `needed_sources` has for them."""
    return [(claim, needed) for claim in checked(claims) if (needed := needed_sources(claim))]


# tests that were changed -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Retest:
    """A claim whose test was changed after the evidence had been seen, and the `rows` of its changes.

    `first` is the answer that the first test gave then, `earlier` has the answer that each earlier test gives with
    the evidence of today. None means that an answer is not known.
    """

    claim: ClaimRecord
    rows: Sequence[BriefRow]

    @property
    def first(self) -> Answer | None:
        return answer_known(self.rows[0]["verdict_before"])

    @property
    def earlier(self) -> list[Answer | None]:
        return [answer_known(row["verdict_today"]) for row in self.rows]

    @property
    def answer(self) -> Answer:
        return answer_of(self.claim.stands_as)

    @property
    def way(self) -> str:
        """What all changes of the test did to the answer, with the same evidence."""
        before = self.earlier[0]
        if before not in KINDER or self.answer not in KINDER:
            return "not known"
        moved = KINDER.index(self.answer) - KINDER.index(before)
        return EASIER if moved > 0 else HARDER if moved < 0 else "the same"


def answer_known(verdict: str) -> Answer | None:
    """Return the answer for a verdict in data/changes_of_tests.csv, or None for words that are no verdict."""
    return answer_of(verdict) if verdict.startswith((*VERDICTS, "stud")) else None


def retests(claims: Iterable[ClaimRecord], changes: Sequence[BriefRow]) -> list[Retest]:
    """Return the claims whose tests were changed. `changes` are the rows of changes_of_tests.csv, oldest first."""
    changed = ((claim, [row for row in changes if row["claim_id"] == claim.id]) for claim in claims)
    return [Retest(claim, rows) for claim, rows in changed if rows]


# sentences, by the words of a language -----------------------------------------------------------------------------


def firm_in_words(claims: Sequence[ClaimRecord], say: Any) -> str:
    """Say how many answers stay under every other choice, and how many need one source."""
    return say.firm(len(checked(claims)), len(unchanged(claims)), len(needing_a_source(claims)))


def codings_in_words(codings: Sequence[BriefRow], say: Any) -> str:
    """Say how far the newest blind coding agrees with the report, and the codings with each other; "" without any."""
    measured = [row for row in codings if row["kappa"] and row["same"]]
    with_report = [row for row in measured if "report" in row["compared_with"]]
    each_other = [row for row in measured if row not in with_report]
    return say.codings(with_report[-1], each_other[-1] if each_other else None) if with_report else ""


def retests_in_words(claims: Sequence[ClaimRecord], changes: Sequence[BriefRow], say: Any) -> str:
    """Say how many tests changed after the evidence was seen, which way, and what that did to answers rated right.

    Return "" if no test changed.
    """
    changed = retests(claims, changes)
    less = sum(r.answer is RIGHT and any(e not in (RIGHT, None) for e in r.earlier) for r in changed)
    return say.retests(len(changed), *ways_of(changed), less, len(of_answer(claims, RIGHT))) if changed else ""


def ways_of(changed: Iterable[Retest]) -> tuple[int, int]:
    """Return how many answers became kinder to the text, and how many harder."""
    ways = [retest.way for retest in changed]
    return ways.count(EASIER), ways.count(HARDER)


def newest_retests_in_words(claims: Sequence[ClaimRecord], changes: Sequence[BriefRow], say: Any) -> str:
    """Say which way the changes of the last day moved answers; "" if they moved none."""
    last = max((row["date"] for row in changes), default="")
    moved = ways_of(retests(claims, [row for row in changes if row["date"] == last]))
    return say.newest_retests(date.fromisoformat(last), *moved) if any(moved) else ""


def trust_lines(
    claims: Sequence[ClaimRecord], tables: Mapping[str, Sequence[BriefRow]], makers: str, say: Any
) -> list[tuple[str, str, str]]:
    """Return what a reader asks before trusting the report: sentences, with the document and anchor that say more.

    `tables` are those of data/: sources, codings and changes_of_tests.
    """
    sources = tables["sources"]
    original = sum(source["grade"] == "A" for source in sources)
    openings = sum(source["seen"].startswith("opening") for source in sources)
    deciding = [bool(m.words) for claim in claims for m in claim.measures if m.decides]
    lines = [
        (makers, "book/cite", "contact"),
        (say.sources(len(sources), original, openings), "book/methods", "what-was-seen-and-what-was-not"),
        (firm_in_words(claims, say), "book/methods", "one-source"),
        (codings_in_words(tables["codings"], say), "book/methods", "where-careful-readers-differ"),
        (retests_in_words(claims, tables["changes_of_tests"], say), "book/methods", "changes-of-tests"),
        (say.open(len(of_answer(claims, UNKNOWN)), len(deciding), sum(deciding)), "book/gaps", ""),
    ]
    return [line for line in lines if line[0]]


# a line to quote -----------------------------------------------------------------------------------------------------


def quote(called: str, claim: ClaimRecord, name_of_source: Callable[[str], str]) -> str:
    """Return the line for a number that is `called` so, or "" for other claims and for numbers without any figure.

    If no figure decides, the line gives the nearest one and says what it counts.
    """
    name = sentence_case(called)
    measures = [m for m in claim.measures if isinstance(m, MeasureRecord)]
    deciding = best(m for m in measures if m.decides)
    if deciding:
        later = [m for m in measures if m.match == LATER and m.year > deciding.year]
        newest = best(m for m in later if m.year == max(m.year for m in later))
        more = f" Newest: {said(newest, name_of_source)}" if newest else ""
        return f"{name}. {said(deciding, name_of_source)}{more}"
    year = int((claim.test and claim.test.period or claim.text_date or "0")[:4])

    def distance(m: MeasureRecord) -> tuple:
        """Return how far a figure is from the claim: another dimension, only a bound, kind, facets, years."""
        open_end = None in (m.low, m.high)
        return not m.commensurable, open_end, NEAR.index(m.match), len(m.differs), abs(m.year - year), m.grade

    nearest = min((m for m in measures if m.match in NEAR), key=distance, default=None)
    return f"{name}: no figure for exactly this is known. Nearest: {said(nearest, name_of_source)}" if nearest else ""


def best(measures: Iterable[MeasureRecord]) -> MeasureRecord | None:
    """Return the measure to quote: of the best grade, published rather than recomputed, a value rather than a bound."""
    return min(measures, key=lambda m: (None in (m.low, m.high), m.grade or "Z", len(m.origins)), default=None)


def said(m: MeasureRecord, name_of_source: Callable[[str], str]) -> str:
    """Return what a figure counts, for when and by whom, its value, and where it was printed."""
    bound = "more than " if m.high is None else "under " if m.low is None else ""
    sources = "; ".join(dict.fromkeys(map(name_of_source, m.sources)))
    return f"{sentence_case(m.label)}: {bound}{with_unit(m.value, m.unit)} ({sources})."
