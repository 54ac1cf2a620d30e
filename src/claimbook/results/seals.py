"""A sealed edition: the tests of all claims, written down before the figures exist that will be held against them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from claimbook.evidence.claims import (
    CausalClaim,
    Claim,
    ComparisonClaim,
    Criterion,
    FactClaim,
    Ledger,
    NumberClaim,
    Strict,
)
from claimbook.evidence.intervals import Interval
from claimbook.results.models import ClaimRecord, TurnOfTime
from claimbook.rule.causes import FOUND, NO_STUDY, NOT_FOUND, SPLIT, joined_outcomes
from claimbook.rule.comparisons import CriterionResult, comparison_verdict
from claimbook.rule.facts import ENDED, FAILS, NOT_SHOWN, SHOWN, joined_parts
from claimbook.rule.verdicts import band
from claimbook.say import project
from claimbook.say.about import about
from claimbook.say.csv_tables import Row, rows_in
from claimbook.say.numbers import range_in_words
from claimbook.say.periods import in_words, latest_day
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import some

SHORT = 16  # hexadecimal digits that tell two versions of a file or a row apart
RULE = ("evidence", "firmness", "notebook", "results", "rule", "say")  # rooms whose code decides verdicts
MEANINGS = ("series.csv", "sources.csv", "units.csv", "text.csv")  # tables that say what a figure means and weighs
NAMED = 6  # files or rows that a sentence names
Told = Iterator[tuple[str, str]]  # what would have to be published, and the verdict that it gives


class SealError(project.Told, ValueError):
    """A file that is no seal, or was edited; the message says which and what to do."""


class Case(Strict):
    """What would have to be published, and which verdict it gives, in the word of readers too."""

    when: str
    verdict: str
    answer: str


class SealedClaim(Strict):
    """A claim of the ledger with its marks, its verdict, and what decides it."""

    id: str
    ledger: dict[str, Any]
    code: str = ""
    verdict: str
    decides: tuple[Case, ...]


class Seal(Strict):
    """What was declared for an edition on the day `sealed`, when evidence up to `evidence` was known.

    `digests` are those of the code of the rule, and of what each row says in the tables that give figures a meaning.
    """

    edition: str
    sealed: str
    evidence: str
    parameters: dict[str, Any]
    text_dates: tuple[str, ...]
    digests: dict[str, dict[str, str]]
    claims: tuple[SealedClaim, ...]


def seal_of(folder: Path, edition: str) -> Path:
    """Where the seal of an edition lies, in the folder of a project or of the source tree of its book."""
    return folder / "editions" / f"{edition}.seal.json"


def read(path: Path) -> Seal:
    """A seal; raises SealError for a file that is none."""
    try:
        return Seal.model_validate_json(path.read_bytes())
    except ValidationError as error:
        at, why = ".".join(map(str, error.errors()[0]["loc"])), error.errors()[0]["msg"]
        name = f"editions/{path.name}"
        raise SealError(
            f"{name} is no seal: {at or 'the file'}: {why}. A seal is not edited: git checkout -- {name} brings the "
            f"committed one back, and {about().slug} edition seal makes a new one."
        ) from None


def made(
    edition: str, today: str, ledger: Ledger, records: Iterable[ClaimRecord], parameters: dict[str, Any], data: Path
) -> Seal:
    """The seal of an edition, from what the last report says."""
    said = {record.id: record for record in records}
    return Seal(
        edition=edition,
        sealed=today,
        evidence=parameters["cutoff"],
        parameters=parameters,
        text_dates=(ledger.text_date, *ledger.other_text_dates),
        digests={"the rule": code_digests(Path(__file__).parents[2])}
        | {name: row_digests(data / name) for name in MEANINGS},
        claims=tuple(
            SealedClaim(
                id=claim.id,
                ledger=claim.model_dump(mode="json"),
                verdict=said[claim.id].verdict,
                decides=tuple(Case(when=w, verdict=v, answer=answer_of(v).word) for w, v in decides(claim)),
            )
            for claim in ledger.claims
        ),
    )


def code_digests(library: Path) -> dict[str, str]:
    """Digests of the code that decides verdicts: of the engine some rooms, of the report what lies on top."""
    files = [path for room in RULE for path in (library / "claimbook" / room).glob("*.py")]
    files += [path for path in library.glob("*/*.py") if path.parent.name != "claimbook"]
    return {path.relative_to(library).as_posix(): digest(path.read_bytes()) for path in sorted(files)}


def row_digests(table: Path) -> dict[str, str]:
    """Digests of what a table says of each thing in its first column."""
    found: dict[str, str] = {}
    for row in rows_in(table):
        key = next(iter(row.values()))
        found[key] = digest((found.get(key, "") + json.dumps(row)).encode())
    return found


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:SHORT]


# what would decide a claim ---------------------------------------------------------------------------------------


def decides(claim: Claim) -> Told:
    """What would give each verdict, by the rule itself; nothing for an opinion."""
    if isinstance(claim, NumberClaim):
        yield from _number_cases(claim)
    elif isinstance(claim, ComparisonClaim):
        yield from _comparison_cases(claim)
    elif isinstance(claim, FactClaim):
        parts, several = "; ".join(part.says for part in claim.parts), len(claim.parts) > 1
        yield f"a document or count that shows each part ({parts})", joined_parts([SHOWN])
        yield from [("one that shows a part and none for another", joined_parts([SHOWN, NOT_SHOWN]))] * several
        yield "a better one that says the opposite of each part", joined_parts([FAILS])
        yield "one that shows that it had ended before the text", joined_parts([ENDED])
        yield "none", "source not found" if claim.attributed_to else joined_parts([NOT_SHOWN])
    elif isinstance(claim, CausalClaim):
        groups, several = "; ".join(outcome.group for outcome in claim.outcomes), len(claim.outcomes) > 1
        enough = "one study that counts finds" if claim.can else "the studies that count find"
        yield f"{enough} each outcome as the sentence has it ({groups})", joined_outcomes([FOUND])
        yield from [("that for one outcome, and no study of another", joined_outcomes([FOUND, NO_STUDY]))] * several
        yield "studies that differ on each", joined_outcomes([SPLIT])
        yield "studies that find the opposite of each, or nothing", joined_outcomes([NOT_FOUND])
        yield "no study that counts", joined_outcomes([NO_STUDY])


def _number_cases(claim: NumberClaim) -> Told:
    low, high, close_low, close_high = band(claim.test)
    below, above = float("-inf"), float("inf")
    year = claim.in_period or f"{claim.as_of}, or else the last complete year before it"
    ranges = {
        "supported": (low, high),
        "close": (close_low, close_high),
        "overstated": (below, close_low),
        "understated": (close_high, above),
    }
    for verdict, (start, end) in ranges.items():
        if start < end:
            what = f"a {claim.facets.quantity} for {year} {range_in_words(start, end, claim.test.unit)}"
            yield what + ", and not as above" * (verdict == "close"), verdict
    yield f"no {claim.facets.quantity} of exactly this", "source not found" if claim.attributed_to else "unverified"


def _comparison_cases(claim: ComparisonClaim) -> Told:
    marks = "; ".join(
        f"{c.says}: {c.op}" + ("" if c.threshold is None else f" {c.threshold:g} {c.unit}") for c in claim.criteria
    )
    rest = len(claim.criteria) - 1
    ways: dict[str, list[bool | None]] = {
        f"every mark met ({marks})": [True] * (rest + 1),
        "one mark met and the others not": [True, *[False] * rest],
        "no mark met": [False] * (rest + 1),
        "no figure for any mark": [None] * (rest + 1),
    }
    for when, met in ways.items():
        if rest or not when.startswith("one mark"):
            yield when, comparison_verdict(map(_judged, claim.criteria, met), claim.join)


def _judged(criterion: Criterion, met: bool | None) -> CriterionResult:
    """A criterion that is met, fails, or has no data."""
    at = (criterion.threshold or 0.0) - (met is (criterion.op == "below"))
    return CriterionResult(criterion, None if met is None else Interval(at, at), "", (), "A", found=bool(met))


# what was changed since ------------------------------------------------------------------------------------------


def changed(seal: Seal, now: Seal, history: Mapping[str, TurnOfTime], reasons: Iterable[Row]) -> dict[str, list[str]]:
    """By claim, what is another than was sealed, with its reason; under "" what concerns all claims.

    `history` has what today's rule and data say of the evidence of the seal, by claim.
    """
    found: dict[str, list[str]] = {name: [] for name in ("", *(claim.id for claim in now.claims))}
    for name, old in seal.digests.items():
        new = {key: now.digests[name].get(key, "") for key in (now.digests[name] if name == "the rule" else old)}
        if others := sorted(key for key in {*old, *new} if old.get(key) != new.get(key)):
            found[""].append(f"{name} is another in {some(others, NAMED)}")
    if seal.text_dates != now.text_dates:
        found[""].append(f"the days on which the text may have been written were {', '.join(seal.text_dates)}")
    today = {claim.id: claim for claim in now.claims}
    why = {row["claim_id"]: row["reason"] for row in reasons if row["date"] >= seal.sealed}
    for claim in seal.claims:
        said, then = [*_moved(claim, today.get(claim.id))], history.get(claim.id)
        if then and then.verdict != claim.verdict:
            said.append(f"the evidence of that day would give “{then.verdict}”, and gave “{claim.verdict}”")
        reason = f"reason: {why[claim.id]}" if claim.id in why else "no reason is given"
        found[claim.id] = [*said, reason] if said else []
    sealed = {claim.id for claim in seal.claims}
    return found | {name: ["it was not there when the others were sealed"] for name in today if name not in sealed}


def _moved(sealed: SealedClaim, now: SealedClaim | None) -> Iterator[str]:
    """What is another in a claim."""
    if now is None:
        yield "it was taken out"
        return
    old, new = (dict(_flat(claim.ledger)) for claim in (sealed, now))
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield f"{name} was {old.get(name, 'not there')!r} and is {new.get(name, 'not there')!r}"
    if sealed.decides != now.decides:
        yield "what would decide it is another"


def _flat(thing: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a nested document under its path."""
    if not isinstance(thing, dict | list):
        yield name, thing
    else:
        for key, value in thing.items() if isinstance(thing, dict) else enumerate(thing):
            yield from _flat(value, f"{name}.{key}".lstrip("."))


def sealed_in_words(seal: Seal, since: Mapping[str, list[str]], claim: str) -> str:
    """What the page of a claim says of the seal."""
    day = in_words(latest_day(seal.sealed))
    if said := since[claim]:
        return f"Changed since it was sealed on {day}: {'; '.join(said)}."
    others = "; what concerns all claims was changed, as the page “Sealed before” says" if since[""] else ""
    return f"Judged as sealed on {day}{others}."
