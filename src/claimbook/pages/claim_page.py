"""The page of one claim, with the same HTML for every claim.

All content comes from the claim's record in results.json. It is text and never markup.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from claimbook.citation.references import Reference, apa, claim_anchor
from claimbook.pages.step_lines import SINCE, in_the_texts_year, step_line
from claimbook.project.report import report_settings
from claimbook.results import what_if
from claimbook.results.models import AnyWitness, ClaimRecord, MeasureRecord, RobustnessRecord, TurnOfTime, Witness
from claimbook.rule.multiverse import agreement
from claimbook.rule.robustness import EMPTY
from claimbook.say.anchors import searches_anchor, source_anchor
from claimbook.say.numbers import interval_in_words, number_in_words
from claimbook.say.sources import title_of
from claimbook.say.verdict_table import SCORED, answer_of
from claimbook.say.words import listed, sentence_case
from claimbook.templates import filled

TEXT = f"{sentence_case(report_settings().kind)} on {report_settings().subject}"
CARD_FIELDS = ("publisher", "published", "title", "title_en", "seen")
HEADS = {  # heads of the table of deciding evidence, by kind of claim
    "number": ("Measure", "Value", "How it counts"),
    "comparison": ("Criterion", "Value and threshold", "Result"),
    "fact": ("Document", "Day", "Says"),
    "causal": ("Study", "Day", "Says"),
}
MATCH_WORDS = {  # in the order of weight
    "exact": "exactly this, but a better figure decides",
    "reading": "another reading",
    "bound": "a bound",
    "same, later": "the same, for a later year",
    "same, earlier": "the same, for an earlier year",
    "near": "something related",
}
FACET_WORDS = {
    "quantity": "kind of quantity",
    "numerator": "what is counted",
    "base": "of what",
    "mode": "flow or stock",
}
OUTCOME_WORDS = {
    "pass": "as the text says",
    "close": "close to it",
    "low": "less than the text says",
    "high": "more than the text says",
    "undecided": "too imprecise to tell",
    "so": "it is so",
}


@dataclass(frozen=True)
class Account:
    """A claim and everything around it on its page. Addresses are relative to the folder of the page.

    `searches` describe searches without result. `unseen` are documents that exist but that we have not read.
    """

    claim: ClaimRecord
    section: str  # address of its section's page
    section_title: str
    text_date: str
    until: str  # the cut-off of the edition
    reference: Reference
    searches: Sequence[str] = ()
    unseen: Sequence[str] = ()
    sealed: str = ""  # whether its test is as sealed, if it was sealed
    left_out: frozenset[str] = frozenset()  # pages of book/ that the report does without
    care: str = ""  # what its words do not say
    chart: str = ""  # its drawing as SVG with alternative text
    figure: str = ""  # label of the drawing and of its files
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # rows of data/sources.csv by id

    @property
    def id(self) -> str:
        return self.claim.id

    @property
    def place(self) -> str:
        """The address of the claim in its section."""
        return f"{self.section}#{claim_anchor(self.id)}"

    def sources_of(self, measure: Witness | TurnOfTime) -> Iterator[dict[str, str]]:
        """Yield the sources of a measure: publisher with year, title, and anchor on the page of evidence."""
        for source_id in dict.fromkeys(measure.sources):
            known = self.sources.get(source_id, dict.fromkeys(CARD_FIELDS, "") | {"publisher": source_id})
            yield {
                "name": f"{known['publisher'].split(',')[0]} {known['published'][:4]}".strip(),
                "title": title_of(known),
                "anchor": source_anchor(source_id),
            }


def conclusion(claim: ClaimRecord) -> str:
    """Return what was claimed and what was found, in sentences that need no context."""
    return f"{TEXT} says “{claim.statement}” This {answer_of(claim.stands_as).one}. {claim.found}".strip()


# the page ------------------------------------------------------------------------------------------------------


def page(account: Account) -> str:
    """Return the article of the page as HTML."""
    return filled(
        "claim.html",
        account=account,
        claim=account.claim,
        sentences=conclusion(account.claim),
        reasons=list(firmness_reasons(account.claim.robustness)),
        heads=HEADS,
        otherwise=read_otherwise(account.claim),
        measures=ranked(account.claim.measures),
        how_it_counts=how_it_counts,
        value=value_with_range,
        what_if=what_if,
        agreement=agreement,
        searches=searches_anchor(account.id),
        line=step_line(account.claim, account.text_date, account.until),
        levels=[answer.word for answer in SCORED],
        since=int(account.text_date[:4]) - SINCE,
        known=in_the_texts_year(account.claim, account.text_date),
        cite=apa(account.reference),
    )


def firmness_reasons(robust: RobustnessRecord) -> Iterator[str]:
    """Yield sentences on how firm a verdict is: the line, other choices, and the smallest that change it."""
    if robust.on_the_line:
        yield "A value is so close to its threshold that a small change would carry it across."
    if robust.choices and robust.choices.of:
        yield f"The verdict is {agreement(robust.choices.agree, robust.choices.of)}."
    for choice, _, verdict in (flip.rpartition(": ") for flip in robust.flips):
        yield f"It would be “{verdict}” {choice}."
    if filled := [cell for cell in robust.grid if cell["outcome"] != EMPTY]:
        right_size = sum(cell["outcome"] in {"pass", "close"} for cell in filled)
        yield f"It is right in size in {right_size} of {len(filled)} declared definitions and years that have figures."


def read_otherwise(claim: ClaimRecord) -> str:
    """Say which answer each other reading gives, or "" if all give the same answer as the claim."""
    by_word: dict[str, list[str]] = {}
    for reading, word in claim.read_as.items():
        by_word.setdefault(word, []).append(reading)
    differ = set(by_word) - {answer_of(claim.stands_as).word}
    return sentence_case("; ".join(f"{w} if read as {' or '.join(r)}" for w, r in by_word.items())) if differ else ""


def ranked(measures: Sequence[AnyWitness]) -> list[AnyWitness]:
    """Return the deciding evidence first, then near evidence by match; among equals, the latest first."""

    def rank(m: AnyWitness) -> tuple:
        kind = [*MATCH_WORDS].index(m.match) if m.match in MATCH_WORDS else 0
        return not m.decides, isinstance(m, MeasureRecord) and not m.commensurable, kind, m.grade or "Z"

    return sorted(sorted(measures, key=lambda m: m.period, reverse=True), key=rank)


def how_it_counts(m: AnyWitness) -> str:
    """Say what a measure means for the claim and, unless it decides, how close its definition is."""
    outcome = OUTCOME_WORDS.get(m.outcome, m.outcome.removeprefix("so "))
    if not isinstance(m, MeasureRecord) or m.decides:
        return outcome
    facets = listed(FACET_WORDS.get(facet, facet) for facet in m.differs)
    differs = f" (differs in {facets})" if m.match in {"near", "bound"} else ""
    return f"{MATCH_WORDS[m.match]}{differs}: {outcome if m.commensurable else 'not comparable'}"


def value_with_range(m: AnyWitness) -> str:
    """Return a measure with the range that its digits allow, or a criterion with its threshold."""
    if m.value is None:
        return "no data"
    value = number_in_words(m.value, m.unit)
    if m.match == "criterion":
        return f"{value} (threshold: {m.op} {m.threshold:g})" if m.threshold is not None else value
    low, high = -inf if m.low is None else m.low, inf if m.high is None else m.high
    return f"{value} ({interval_in_words(low, high, m.unit)})"
