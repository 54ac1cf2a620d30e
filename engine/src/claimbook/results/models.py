"""The record of a judged claim, with all that is needed to compute its verdict again, and the schema of results.json.

New fields have defaults, so that pages can still read the records of earlier editions.
"""

from collections import Counter
from collections.abc import Iterable
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, ConfigDict, Field, NonNegativeInt, TypeAdapter

from claimbook.evidence.claims import Outcome, Part, Reading, Strict, Test
from claimbook.evidence.findings import Finding
from claimbook.evidence.intervals import Interval
from claimbook.project.outputs import NOT_ASSESSED, stated
from claimbook.rule.choices import UNCHANGED, Multiverse, becomes
from claimbook.rule.comparisons import CriterionResult
from claimbook.rule.judgement import Judgement
from claimbook.rule.matching import Assessed
from claimbook.say.verdict_table import answer_of

Number = int | float
Names = tuple[str, ...]
Becomes = Literal["same", "turns", "open"]
Certain = Literal["none", "low", "moderate", "high", ""]
OF_KIND = {  # fields that records of one kind have in addition
    "number": ("in_period", "as_of", "readings", "window", "attributed_to"),
    "fact": ("parts", "definitions", "readings", "attributed_to"),
    "comparison": ("join",),
    "causal": ("can", "outcomes"),
}


NEEDED_FIELDS: list[Any] = [
    {
        "if": {"properties": {"kind": {"const": kind}, "verdict": {"not": {"const": NOT_ASSESSED}}}},
        "then": {"required": [*names]},
    }
    for kind, names in OF_KIND.items()
]


class TestRecord(Test):
    says: str = ""
    period: str = Field(default="", description="year that decides")


class Witness(Strict):
    """What a claim was compared with: the fields that measures, criteria and findings share."""

    label: str
    value: Number | None
    low: Number | None = Field(description="null although there is a value: no lower limit")
    high: Number | None = Field(description="null although there is a value: no upper limit")
    unit: str
    period: str
    differs: Names
    cell: str = Field(description="part, criterion or cell that it belongs to")
    outcome: str
    decides: bool
    grade: Literal["A", "B", "C", "D", ""]
    origins: Names
    sources: Names
    words: Names = Field(default=(), description="quotes from the sources, if they were kept")


class MeasureRecord(Witness):
    """A published or recomputed number."""

    match: Literal["exact", "reading", "same, earlier", "same, later", "bound", "near"]
    value: Number
    year: int
    complete: bool = Field(description="covers its year")
    facets: dict[str, str]
    holds: Literal["", "superset", "subset"]
    commensurable: bool
    status: str
    published: str


class CriterionRecord(Witness):
    """A criterion of a comparison, with its threshold and the value that is compared with it."""

    match: Literal["criterion"]
    op: Literal["at least", "below", "documented"]
    threshold: Number | None
    found: bool
    essential: bool


class FindingRecord(Witness):
    """A document about a part of a fact, or a study about a cause."""

    match: Literal["part"]
    began: str
    ended: str
    done: str = Field(default="", description="last day of an activity or a count; empty for something that lasts")
    reading: str
    opposes: bool
    published: str
    study: str = Field(default="", description="id of the study, for a causal claim")
    direction: Literal["raises", "lowers", "mixed", "no effect", ""] = ""
    counts: bool = Field(default=True, description="false if a study tests only something related")


AnyWitness = Annotated[MeasureRecord | CriterionRecord | FindingRecord, Field(discriminator="match")]


class ChoiceRecord(Strict):
    axis: str
    of: str
    to: str
    says: str


class TurnRecord(ChoiceRecord):
    """A choice that gives another verdict, or leaves it open."""

    verdict: str
    becomes: Literal["turns", "open"]


class CaseRecord(ChoiceRecord):
    counts: bool = Field(
        description="false if the choice changes the sentence itself: its word, its number or its year"
    )
    case: int = Field(description="index in cases")


class TableRecord(Strict):
    """The verdict under each choice."""

    verdicts: Names
    becomes: tuple[Becomes, ...] = Field(description="for each verdict: whether it says the same as the declared one")
    lines: Names = Field(description="what verdicts rest on: values, documents and criteria in words")
    cases: tuple[Annotated[tuple[int, ...], Field(min_length=1)], ...] = Field(
        description="for each different outcome the index of its verdict in verdicts, then the indices of its lines in "
        "lines; the declared one is the first"
    )
    choices: tuple[CaseRecord, ...]


class ChoicesRecord(Strict):
    declared: str = Field(description="verdict under the declared choice")
    agree: NonNegativeInt
    of: NonNegativeInt
    tried: dict[str, NonNegativeInt] = Field(description="number of choices by axis")
    differ: tuple[TurnRecord, ...]
    first: str | None
    table: TableRecord


class RobustnessRecord(Strict):
    label: Literal["stable", "one origin", "fragile", "nothing decides", "not scored", ""]
    on_the_line: bool = False
    grid: tuple[dict[str, str | bool], ...]
    flips: Names
    break_even: Number | None = None
    choices: ChoicesRecord | None = None


class ReasonRecord(Strict):
    of: Literal["directness", "origins", "precision", "recency"] = Field(validation_alias=AliasChoices("of", "aspect"))
    allows: Certain
    says: str


class CertaintyRecord(Strict):
    word: Certain
    reasons: tuple[ReasonRecord, ...]


class TurnOfTime(Strict):
    """The verdict of a claim from a day on, by today's rule with the evidence that was public then."""

    day: str = Field(description="day on which the sources appeared; empty for the verdict without evidence")
    verdict: str
    stands_as: str
    sources: Names


class ClaimRecord(Strict):
    """A claim with what was found and judged. Fields that its kind does not have are left out."""

    model_config = ConfigDict(json_schema_extra={"allOf": [{"required": ["text_date", "certainty"]}, *NEEDED_FIELDS]})
    id: str = Field(pattern="^[a-z0-9-]+$")
    section: str
    kind: Literal["number", "fact", "comparison", "causal", "opinion"]
    statement: str
    test: TestRecord | None
    text_date: str | None = None
    in_period: str = Field(default="", description="the only year that the text speaks of, or empty")
    as_of: str = Field(default="", description="the year up to which the text speaks, or empty")
    parts: tuple[Part, ...] = ()
    definitions: Names = ()
    readings: tuple[str | Reading, ...] = ()
    window: NonNegativeInt = 0
    attributed_to: str = ""
    join: Literal["all", "any"] = "all"
    can: bool = False
    outcomes: tuple[Outcome, ...] = ()
    verdict: str
    stands_as: str = Field(description="the verdict as it is counted")
    answer: str = Field(default="", description="the answer for readers: one of five words, or opinion")
    found: str = Field(default="", description="what was found, in one or two sentences")
    unfinished: str = Field(default="", description="what its author has yet to write or to correct in what was found")
    firm: str = Field(default="", description="how firm the answer is, in a short phrase")
    qualifiers: Names
    read_as: dict[str, str] = Field(default={}, description="the answer under each other reading, in one of five words")
    robustness: RobustnessRecord
    certainty: CertaintyRecord = CertaintyRecord(word="", reasons=())
    would_change: str
    measures: tuple[AnyWitness, ...]
    through_time: tuple[TurnOfTime, ...] = ()
    asks: dict[str, Names] = Field(
        default={}, description="series, events, studies and whole tables that its function reads, by kind"
    )

    @property
    def quoted(self) -> str:
        """The statement in quotation marks, because it is the text that says so."""
        return f"“{self.statement}”"

    def on(self, day: str) -> TurnOfTime:
        """Return the verdict on a day (ISO date)."""
        return [turn for turn in self.through_time if turn.day <= day][-1]


class PlaceRecord(Strict):
    source: str
    series: str
    locators: Names
    more: NonNegativeInt


class StatisticRecord(Strict):
    value: Number
    unit: str
    period: str
    bound: Literal["=", "~", ">", "<"]
    made: str
    sources: Names
    places: tuple[PlaceRecord, ...]


class LeadSentence(Strict):
    """A sentence of the summary."""

    says: str
    claims: Annotated[Names, Field(min_length=1)] = Field(description="ids of the claims that it rests on")


class Results(Strict):
    """results.json: the claims, measures, verdicts and statistics of one edition."""

    edition: str
    parameters: dict[str, Any]
    lead: str = Field(default="", description="summary of all claims in one paragraph")
    lead_sentences: tuple[LeadSentence, ...] = Field(default=(), description="the same, sentence by sentence")
    claims: tuple[ClaimRecord, ...]
    statistics: dict[str, StatisticRecord]


class ClaimFile(Strict):
    """A file claims/<id>.json: one claim of an edition."""

    edition: str
    parameters: dict[str, Any]
    claim: ClaimRecord


def schema() -> dict[str, Any]:
    """Return the JSON Schema of results.json and of the files of claims."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(Results | ClaimFile).json_schema()


# the record of a judgement --------------------------------------------------------------------------------


def copied_fields(record: type[Strict], *objects: object) -> dict[str, Any]:
    """Copy the attributes of `objects` that have the same name as a field of `record`."""
    return {name: getattr(source, name) for source in objects for name in record.model_fields if hasattr(source, name)}


def claim_record(judgement: Judgement) -> dict[str, Any]:
    """Return the record of a judgement. Its finding is added later.

    Missing values are null. An open end of a range is null too.
    """
    claim, choices = judgement.claim, judgement.choices
    counts = {
        **copied_fields(ChoicesRecord, choices),
        "of": len(choices.counted),
        "tried": Counter(v.choice.axis for v in choices.counted),
        "differ": [copied_fields(TurnRecord, v.choice, v) for v in choices.counted if v.becomes != UNCHANGED],
        "first": choices.first.in_words if choices.first else None,
        "table": choices_table(choices, judgement.reasons),
    }
    record = {
        **stated(claim, period=judgement.period),
        **claim.model_dump(include=set(OF_KIND.get(claim.kind, ()))),
        **copied_fields(ClaimRecord, judgement),
        "answer": answer_of(judgement.stands_as).word,
        "found": "",
        "read_as": {q.of: answer_of(q.verdict).word for q in judgement.qualifiers if q.kind == "reading"},
        "text_date": judgement.text_date or None,
        "robustness": copied_fields(RobustnessRecord, judgement) | judgement.closeness() | {"choices": counts},
        "measures": [
            *map(_measure_record, judgement.assessed),
            *map(_criterion_record, judgement.criteria),
            *(_finding_record(part, f, judgement) for part, found in judgement.findings for f in found),
        ],
    }
    return ClaimRecord.model_validate(record, from_attributes=True).model_dump(mode="json", exclude_unset=True)


def choices_table(choices: Multiverse, reasons: tuple[str, ...]) -> dict[str, Any]:
    """Return the verdict under every choice, also those that change the sentence. `reasons` are the declared ones.

    A case is a verdict with the lines that it rests on. Cases refer to verdicts and lines by their place.
    """
    singles = [(v.verdict, v.judged.reasons) for v in choices.singles]
    cases = numbered_cases([(choices.declared, reasons), *singles])
    verdicts = numbered_cases(verdict for verdict, _ in cases)
    lines = numbered_cases(line for _, because in cases for line in because)
    return {
        "verdicts": list(verdicts),
        "becomes": [becomes(choices.declared, verdict) for verdict in verdicts],
        "lines": list(lines),
        "cases": [[verdicts[verdict], *(lines[line] for line in because)] for verdict, because in cases],
        "choices": [
            copied_fields(CaseRecord, v.choice) | {"case": cases[found]}
            for v, found in zip(choices.singles, singles, strict=True)
        ],
    }


def numbered_cases(items: Iterable[Any]) -> dict[Any, int]:
    """Number distinct items in the order of their first appearance."""
    return {item: n for n, item in enumerate(dict.fromkeys(items))}


def _ends(interval: Interval | None) -> dict[str, float | None]:
    """Return both ends of a range; None for an open end."""
    return {end: value if interval and isfinite(value := getattr(interval, end)) else None for end in ("low", "high")}


def _measure_record(a: Assessed) -> dict[str, Any]:
    m = a.measure
    computed = {"complete": m.is_complete, "facets": m.facets.model_dump(exclude_defaults=True)}
    return copied_fields(MeasureRecord, m, a) | _ends(m.interval) | computed


def _criterion_record(r: CriterionResult) -> dict[str, Any]:
    words = {"label": r.says, "period": "", "match": "criterion", "differs": (), "cell": r.id, "outcome": r.word}
    return copied_fields(CriterionRecord, r.criterion, r) | _ends(r.interval) | words | {"decides": r.met is not None}


def _finding_record(part: str, f: Finding, judgement: Judgement) -> dict[str, Any]:
    return copied_fields(FindingRecord, f) | {
        "label": f.says,
        "low": f.value,
        "high": f.value,
        "unit": "",
        "match": "part",
        "differs": (),
        "cell": part,
        "outcome": judgement.in_words(part, f),
        "decides": judgement.counts(part, f),
    }
