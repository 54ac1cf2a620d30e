"""Models of results.json: the record that a notebook leaves of a claim, and the schema that we publish.

New fields have defaults, so that pages can still read the records of earlier editions.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, NonNegativeInt, TypeAdapter

from claimbook.evidence.claims import Outcome, Part, Reading, Strict, Test
from claimbook.project.outputs import NOT_ASSESSED

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
    of: Literal["directness", "origins", "precision", "recency"]
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
