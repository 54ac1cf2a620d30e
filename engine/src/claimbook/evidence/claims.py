"""The ledger of claims: what the text says, taken literally, and how the report tests each statement."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from claimbook.evidence import reads
from claimbook.evidence.intervals import ABOUT_SHARE
from claimbook.project.folders import UserError, rows_in
from claimbook.project.yaml_files import read_yaml
from claimbook.say.words import counted, edge_in_words, is_day

Op = Literal["over", "nearly", "about", "equals"]
WHOLE_NUMBER_UNITS = {"count", "persons"}  # units that come in whole numbers


def _formed(is_right: Callable[[str], Any], advice: str) -> AfterValidator:
    """Return a check that refuses a text with this advice unless `is_right` accepts it."""

    def checked(text: str) -> str:
        if not is_right(text):
            raise ValueError(advice)
        return text

    return AfterValidator(checked)


Day = Annotated[str, _formed(is_day, 'write a day in quotes as YYYY-MM-DD: "2023-12-31"')]
Year = Annotated[
    str, _formed(re.compile(r"([12]\d{3})?").fullmatch, 'write the four digits of a year in quotes: "2023"')
]
ID_FORM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # because an id becomes part of the address of a page
ClaimId = Annotated[str, _formed(ID_FORM.fullmatch, "use lower-case letters, digits and hyphens, like share-over-half")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Facets(Strict):
    """What a number is about. Two numbers are comparable as far as their facets agree."""

    quantity: str = ""  #: such as share of GDP, count of firms, share of money
    numerator: str = ""
    base: str = ""
    mode: str = ""
    scope: str = ""
    stage: str = ""
    sector: str = ""
    place: str = ""

    @property
    def named(self) -> list[str]:
        """What is counted, in words: "certified firms", "of all firms", "in towns"."""
        what = self.numerator, self.base and f"of {self.base}", self.scope, self.stage, self.sector
        return [words for words in what if words]

    def override(self, **facets: str) -> "Facets":
        return Facets(**(self.model_dump() | facets))

    def differing(self, other: "Facets") -> tuple[str, ...]:
        """Return the names of the facets in which two descriptions differ, in the order of the fields."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) != getattr(other, name))


def column_of(facet: str) -> str:
    """Return the name of the column of `series.csv` that holds this facet."""
    return "dimension" if facet == "quantity" else facet


class Test(Strict):
    """A threshold, worded as in the text.

    `digit` is the unit of the last printed digit. `tolerance` is the width of "about", "nearly" and "close",
    as a fraction of the number.
    """

    __test__ = False  # not a pytest class
    op: Op
    value: float
    unit: str
    digit: float = 1.0
    tolerance: float = Field(default=ABOUT_SHARE, gt=0, lt=0.5)

    @model_validator(mode="after")
    def years_have_four_digits(self) -> "Test":
        if self.unit == "year" and not 1000 <= self.value <= 2100:
            raise ValueError("a year has four digits: correct the year or the unit")
        return self

    def moved(self, factor: float) -> "Test":
        """Return the test with its value multiplied by `factor`; counts are rounded to whole numbers."""
        value = self.value * factor
        return self.model_copy(
            update={"value": float(round(value)) if self.unit in WHOLE_NUMBER_UNITS else round(value, 10)}
        )

    def in_words(self) -> str:
        """Return the claimed value as the text words it, with spaces that do not break."""
        return self.number if self.op == "equals" else f"{self.op}\u00a0{self.number}"

    @property
    def number(self) -> str:
        """The claimed value without its "over", "nearly" or "about"."""
        return edge_in_words(self.value, self.unit)


class Reading(Strict):
    """Another way to understand the sentence: a name for the reader, and the facets that it changes."""

    name: str
    facets: dict[str, str]

    @model_validator(mode="after")
    def facets_exist(self) -> "Reading":
        unknown = set(self.facets) - set(Facets.model_fields)
        if unknown:
            raise ValueError(f"reading {self.name!r}: unknown facets {sorted(unknown)}")
        if not self.facets:
            raise ValueError(f"reading {self.name!r} changes nothing")
        return self


class Part(Strict):
    """One declared part of a fact. With a test it needs a date or number, without one a document.

    If a part ended before the date of the text, it no longer supports the claim.
    """

    id: str
    says: str
    test: Test | None = None


class Criterion(Strict):
    """One declared criterion for a qualitative word. `why` says what is false in the sentence if it fails.

    If an `essential` criterion has no data, the other criteria only give the claim a leaning, however many were tested.
    """

    id: str
    says: str
    op: Literal["at least", "below", "documented"] = "at least"
    threshold: float | None = None
    unit: str = ""
    essential: bool = False
    why: str = ""

    @property
    def mark(self) -> float:
        """The threshold for a value. Raises ValueError if claims.yml gives none."""
        if self.threshold is None:
            raise ValueError(f"{self.id}: claims.yml gives no threshold. Add one, or write op: documented.")
        return self.threshold

    def moved(self, factor: float) -> "Criterion":
        """Return the criterion with its threshold multiplied by `factor`; ranks are rounded up.

        A threshold of zero asks only for a sign, and a document has no threshold: both stay as they are.
        """
        if not self.threshold:
            return self
        mark = self.threshold * factor
        return self.model_copy(update={"threshold": float(math.ceil(mark)) if self.unit == "rank" else mark})


class Translated(Strict):
    """What the other language of the report calls a claim; without a name it is called by its statement."""

    statement: str
    name: str = ""

    @property
    def called(self) -> str:
        return self.name or self.statement.rstrip(".。")


class Base(Strict):
    id: ClaimId
    section: str
    statement: str
    name: str = ""  #: its subject in a few words, for lists
    care: str = ""  #: a caution printed next to the verdict
    also: Translated | None = None  #: the same in the other language that report.yml names

    @property
    def called(self) -> str:
        """The name of the claim or, if it has none, its statement."""
        return self.name or self.statement.rstrip(".")

    @property
    def quoted(self) -> str:
        """The statement in quotation marks, because it is the text that says so."""
        return f"“{self.statement}”"


class NumberClaim(Base):
    """A claim with a number for the year `in_period`, or for the last complete year up to `as_of`.

    `window` is how many years away near evidence may be and still give the claim a leaning. `grid` lists the
    admissible values of facets, the literal one first. `attributed_to` is the source that the text names.
    """

    kind: Literal["number"]
    test: Test
    in_period: Year = ""
    as_of: Year = ""
    facets: Facets
    readings: tuple[Reading, ...] = ()
    window: int = Field(ge=0, le=5)
    grid: dict[str, tuple[str, ...]] = {}
    revision: float = 0.0  #: how much such figures are known to be revised, as a fraction
    attributed_to: str = ""

    @model_validator(mode="after")
    def one_time_rule(self) -> "NumberClaim":
        if bool(self.in_period) == bool(self.as_of):
            raise ValueError(f"{self.id}: give either in_period or as_of")
        unknown = set(self.grid) - set(Facets.model_fields) - {"period", "made"}
        if unknown:
            raise ValueError(f"{self.id}: unknown grid facets {sorted(unknown)}")
        if not all(re.fullmatch(r"[12]\d{3}", year) for year in self.grid.get("period", ())):
            raise ValueError(f'{self.id}: write the years of the grid with four digits, in quotes: "2023"')
        return self

    @property
    def period(self) -> str:
        return self.in_period or self.as_of

    def grid_cells(self) -> list[dict[str, str]]:
        """Return all allowed combinations of facets, the literal one first."""
        cells = [dict(zip(self.grid, values, strict=True)) for values in product(*self.grid.values())]
        return sorted(cells, key=lambda c: sum(v != self.grid[k][0] for k, v in c.items()))


class FactClaim(Base):
    """A claim that something is or was the case.

    `definitions` are meanings of a word that all have equal rank: if they disagree, the verdict depends on the
    definition. `readings` are wider than the words: the report shows them with the verdict, but they never decide it.
    """

    kind: Literal["fact"]
    parts: tuple[Part, ...] = Field(min_length=1)
    definitions: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    attributed_to: str = ""

    @model_validator(mode="after")
    def names_are_distinct(self) -> "FactClaim":
        names = [*self.definitions, *self.readings]
        if len(set(names)) < len(names) or "" in names:
            raise ValueError(f"{self.id}: definitions and readings must have different names, but they are {names}")
        if len(self.definitions) == 1:
            raise ValueError(f"{self.id}: there is only one definition; give two or more, or none")
        return self


class ComparisonClaim(Base):
    """A claim that rests on a qualitative word. It needs all of its criteria or, by `join`, any one."""

    kind: Literal["comparison"]
    join: Literal["all", "any"] = "all"
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class Outcome(Strict):
    """An outcome of a causal sentence, in the words of studies.csv, and the direction claimed for it."""

    group: str
    way: Literal["raises", "lowers"]


class CausalClaim(Base):
    """A claim about a cause and its outcomes. Only published estimates count, never descriptive figures.

    `can` marks a sentence with the word "can": one sound estimate for each outcome is enough, whatever other
    studies find.
    """

    kind: Literal["causal"]
    can: bool = False
    outcomes: tuple[Outcome, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def says_can(self) -> "CausalClaim":
        if self.can != ("can" in self.statement.split()):
            raise ValueError(f"{self.id}: write can: true if the sentence says “can”, and only then")
        return self


class OpinionClaim(Base):
    kind: Literal["opinion"]


Claim = Annotated[NumberClaim | FactClaim | ComparisonClaim | CausalClaim | OpinionClaim, Field(discriminator="kind")]


class Ledger(Strict):
    """All claims of the text, and its date.

    If the text has no date, `text_date` is an assumption. The rule also runs with each of `other_text_dates`.
    """

    text_date: Day
    other_text_dates: tuple[Day, ...] = ()
    claims: tuple[Claim, ...]

    @model_validator(mode="after")
    def ids_are_unique(self) -> "Ledger":
        for claim_id, times in Counter(claim.id for claim in self.claims).items():
            if times > 1:
                raise ValueError(f"two claims are called {claim_id}")
        return self

    def of_section(self, section: str) -> list[Claim]:
        return [c for c in self.claims if c.section == section]


class LedgerError(UserError, ValueError):
    """claims.yml does not follow its schema. The message names the command that lists the faults."""


def ledger_of(section: str, path: Path) -> Ledger:
    """Read the claims of one section from `claims.yml`, and note that the run depends on this section only.

    Raises LedgerError if the file does not follow its schema.
    """
    with reads.by_rows():
        ledger = read_ledger(path)
    reads.note(reads.SECTION, section)
    return ledger.model_copy(update={"claims": tuple(ledger.of_section(section))})


def read_ledger(path: Path) -> Ledger:
    """Read `claims.yml`. Raises LedgerError if the file does not follow its schema."""
    try:
        return Ledger.model_validate(read_yaml(path))
    except ValidationError as error:
        faults = counted(error.error_count(), "fault")
        raise LedgerError(
            f"{path.name} has {faults}. Run `make check` to see the lines and how to correct them."
        ) from None


# searches and documents not yet read: shown with a claim, never evidence for it --------------------------------------


@dataclass(frozen=True)
class Lookups:
    """For each claim, how many searches found nothing, and which documents we know of but have not seen."""

    searches: Mapping[str, int]
    not_seen: Mapping[str, tuple[str, ...]]


def read_lookups(data: Path) -> Lookups:
    """Read `search_log.csv` and `not_seen.csv`. Their rows never become measures or findings."""
    searches = Counter(c for row in rows_in(data / "search_log.csv") for c in ids_of_claims(row))
    unseen: dict[str, tuple[str, ...]] = {}
    for row in rows_in(data / "not_seen.csv"):
        named = ", ".join(row[c] for c in ("title", "number", "date") if row[c])
        for claim_id in ids_of_claims(row):
            unseen[claim_id] = (*unseen.get(claim_id, ()), named)
    return Lookups(searches, unseen)


def ids_of_claims(row: Mapping[str, str]) -> list[str]:
    """Return the ids of the claims that a row of either table names."""
    return [c.strip() for c in row["claim_ids"].split(";") if c.strip()]
