"""A sealed edition: the tests of all claims, written down before the figures exist that will be held against them."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

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
from claimbook.evidence.findings import Finding
from claimbook.evidence.intervals import Interval
from claimbook.results.models import ClaimRecord, TurnOfTime
from claimbook.rule.comparisons import CriterionResult, comparison_verdict
from claimbook.rule.facts import ENDED, FAILS, NOT_SHOWN, SHOWN, causal_verdict, joined_parts
from claimbook.rule.verdicts import band
from claimbook.say.csv_tables import Row, rows_in
from claimbook.say.numbers import range_in_words
from claimbook.say.periods import in_words, latest_day
from claimbook.say.verdict_table import verdict_of

SHORT = 16  # hexadecimal digits that tell two versions of a file or a row apart
RULE = ("evidence", "firmness", "notebook", "results", "rule", "say")  # rooms whose code decides verdicts
MEANINGS = ("series.csv", "sources.csv", "units.csv", "text.csv")  # tables that say what a figure means and weighs


class Case(Strict):
    """What would have to be published, and which verdict it gives, in the word for a reader in a hurry too."""

    when: str
    verdict: str
    group: str


class SealedClaim(Strict):
    """A claim of the ledger with its marks, the code that leads to its verdict, this verdict, and what decides it."""

    id: str
    ledger: dict[str, Any]
    code: str
    verdict: str
    decides: tuple[Case, ...]


class Seal(Strict):
    """What was declared for an edition on the day `sealed`, when evidence up to `evidence` was known."""

    edition: str
    sealed: str
    evidence: str
    text_date: str
    other_text_dates: tuple[str, ...]
    parameters: dict[str, Any]
    rule: dict[str, str]
    meanings: dict[str, dict[str, str]]
    claims: tuple[SealedClaim, ...]


def seal_of(folder: Path, edition: str) -> Path:
    """Where the seal of an edition lies, in the folder of a project or of the source tree of its book."""
    return folder / "editions" / f"{edition}.seal.json"


def made(
    edition: str, today: str, ledger: Ledger, records: Iterable[ClaimRecord], parameters: dict[str, Any], data: Path
) -> Seal:
    """The seal of an edition, from what the last report says."""
    said = {record.id: record for record in records}
    return Seal(
        edition=edition,
        sealed=today,
        evidence=parameters["cutoff"],
        text_date=ledger.text_date,
        other_text_dates=ledger.other_text_dates,
        parameters=parameters,
        rule=code_digests(Path(__file__).parents[2]),
        meanings={name: row_digests(data / name) for name in MEANINGS},
        claims=tuple(
            SealedClaim(
                id=claim.id,
                ledger=json.loads(claim.model_dump_json()),
                code=said[claim.id].code,
                verdict=said[claim.id].verdict,
                decides=tuple(decides(claim)),
            )
            for claim in ledger.claims
        ),
    )


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:SHORT]


def code_digests(library: Path) -> dict[str, str]:
    """Digests of the code that decides verdicts: of the engine some rooms, of the report what lies on top."""
    files = [path for room in RULE for path in (library / "claimbook" / room).glob("*.py")]
    files += [path for path in library.glob("*/*.py") if path.parent.name != "claimbook"]
    return {path.relative_to(library).as_posix(): digest(path.read_bytes()) for path in sorted(files)}


def row_digests(table: Path) -> dict[str, str]:
    """Digests of what a table says of each thing in its first column."""
    found: dict[str, str] = {}
    for row in rows_in(table) if table.exists() else ():
        key = next(iter(row.values()))
        found[key] = digest((found.get(key, "") + json.dumps(row, ensure_ascii=False)).encode())
    return found


# what would decide a claim ---------------------------------------------------------------------------------------


def decides(claim: Claim) -> Iterator[Case]:
    """What would give each verdict, by the rule itself; nothing for an opinion."""
    cases = ((kind, made) for kind, made in CASES.items() if isinstance(claim, kind))
    for _, made in cases:
        for when, verdict in made(claim):
            yield Case(when=when, verdict=verdict, group=verdict_of(verdict).group.says)


def _number_cases(claim: NumberClaim) -> Iterator[tuple[str, str]]:
    low, high, close_low, close_high = band(claim.test)
    year = claim.in_period or f"{claim.as_of}, or else the last complete year before it"
    what = f"a {claim.facets.quantity} for {year}"
    below, above = float("-inf"), float("inf")
    for start, end, verdict in (
        (low, high, "supported"),
        (close_low, close_high, "close"),
        (below, close_low, "overstated"),
        (close_high, above, "understated"),
    ):
        if start < end and (start, end) != (below, above):
            only = ", and not as above" if verdict == "close" else ""
            yield f"{what} {range_in_words(start, end, claim.test.unit)}{only}", verdict
    yield f"no {claim.facets.quantity} of exactly this", "source not found" if claim.attributed_to else "unverified"


def _comparison_cases(claim: ComparisonClaim) -> Iterator[tuple[str, str]]:
    bare = [f"{c.op} {c.threshold:g} {c.unit}" if c.threshold is not None else c.op for c in claim.criteria]
    marks = "; ".join(f"{c.says}: {mark.strip()}" for c, mark in zip(claim.criteria, bare, strict=True))
    yield f"every mark met ({marks})", comparison_verdict([_judged(c, True) for c in claim.criteria], claim.join)
    if len(claim.criteria) > 1:
        some = [_judged(c, i == 0) for i, c in enumerate(claim.criteria)]
        yield "one mark met and the others not", comparison_verdict(some, claim.join)
    yield "no mark met", comparison_verdict([_judged(c, False) for c in claim.criteria], claim.join)
    yield "no figure for any mark", comparison_verdict([_judged(c, None) for c in claim.criteria], claim.join)


def _judged(criterion: Criterion, met: bool | None) -> CriterionResult:
    """A criterion that is met, fails, or has no data."""
    at = (criterion.threshold or 0.0) - (met is (criterion.op == "below"))
    return CriterionResult(criterion, None if met is None else Interval(at, at), "", (), "A", found=bool(met))


def _fact_cases(claim: FactClaim) -> Iterator[tuple[str, str]]:
    parts = "; ".join(part.says for part in claim.parts)
    yield f"a document or count that shows each part ({parts})", joined_parts([SHOWN])
    if len(claim.parts) > 1:
        yield "one that shows a part and none for another", joined_parts([SHOWN, NOT_SHOWN])
    yield "a better one that says the opposite of each part", joined_parts([FAILS])
    yield "one that shows that it had ended before the text", joined_parts([ENDED])
    yield "none", "source not found" if claim.attributed_to else joined_parts([NOT_SHOWN])


def _causal_cases(claim: CausalClaim) -> Iterator[tuple[str, str]]:
    for_it, against = (Finding("", "", "A", (side,), (), "", opposes=side == "against") for side in ("for", "against"))
    yield "published estimates that find the effect, and no others", causal_verdict(claim, [for_it])
    yield "estimates that find it and estimates that do not", causal_verdict(claim, [for_it, against])
    yield "estimates that do not find it, and no others", causal_verdict(claim, [against])
    yield "no published estimate", causal_verdict(claim, [])


CASES: dict[type, Callable[[Any], Iterator[tuple[str, str]]]] = {
    NumberClaim: _number_cases,
    ComparisonClaim: _comparison_cases,
    FactClaim: _fact_cases,
    CausalClaim: _causal_cases,
}


# what was changed since ------------------------------------------------------------------------------------------


def changed(seal: Seal, now: Seal, history: Mapping[str, TurnOfTime], reasons: Iterable[Row]) -> dict[str, list[str]]:
    """By claim, what is another than was sealed, with its reason; under "" what concerns all claims.

    `history` has what today's rule and data say of the evidence of the seal, by claim.
    """
    found: dict[str, list[str]] = {"": [*_others("the rule", seal.rule, now.rule)]}
    for name, rows in seal.meanings.items():
        found[""] += _others(name, rows, {key: now.meanings[name].get(key, "gone") for key in rows})
    whole = ("text_date", "other_text_dates")
    found[""] += [f"{name} was {getattr(seal, name)}" for name in whole if getattr(seal, name) != getattr(now, name)]
    today = {claim.id: claim for claim in now.claims}
    why: dict[str, str] = {r["claim_id"]: r["reason"] for r in reasons if r["date"] >= seal.sealed}
    for claim in seal.claims:
        said = [*_claim_changes(claim, today.get(claim.id))]
        then = history.get(claim.id)
        if then and then.verdict != claim.verdict:
            said.append(
                f"with the evidence of the seal the verdict would be “{then.verdict}”, sealed “{claim.verdict}”"
            )
        reason = why.get(claim.id)
        found[claim.id] = said + ([f"reason: {reason}" if reason else "no reason is given"] if said else [])
    found |= {
        claim.id: ["it was not there when the others were sealed"] for claim in now.claims if claim.id not in found
    }
    return found


def _claim_changes(sealed: SealedClaim, now: SealedClaim | None) -> Iterator[str]:
    if now is None:
        yield "it was taken out"
        return
    old, new = dict(_flat(sealed.ledger)), dict(_flat(now.ledger))
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield f"{name} was {old.get(name, 'not there')!r} and is {new.get(name, 'not there')!r}"
    if sealed.code != now.code:
        yield "the code of its section that leads to the verdict is another"
    if sealed.decides != now.decides:
        yield "what would decide it is another"


def _others(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    if names:
        yield f"{what} is another in {', '.join(names[:6])}" + f" and {len(names) - 6} more" * (len(names) > 6)


def _flat(thing: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a nested document under its path."""
    inner = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in inner:
        yield from _flat(value, f"{name}.{key}".lstrip("."))
    if not isinstance(thing, dict | list):
        yield name, thing


def sealed_in_words(seal: Seal, since: Mapping[str, list[str]], claim: str) -> str:
    """What the page of a claim says of the seal."""
    day = in_words(latest_day(seal.sealed))
    if said := since[claim]:
        return f"Changed since it was sealed on {day}: {'; '.join(said)}."
    others = "; what concerns all claims was changed, as the page “Sealed before” says" if since[""] else ""
    return f"Judged as sealed on {day}{others}."
