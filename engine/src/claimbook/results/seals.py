"""Sealed editions: the tests of all claims, recorded before the figures exist that will decide them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from claimbook.evidence.claims import Claim, Day, Ledger, Strict
from claimbook.project.folders import Row, UserError, sha256
from claimbook.project.report import command_line
from claimbook.results.models import ClaimRecord, TurnOfTime
from claimbook.say.words import day_in_words, latest_day, some

# fields of a ledger entry that are not compared: its names, and what decides nothing
PRINTED: Any = {"id": True, "care": True, "name": True, "also": True, "criteria": {"__all__": {"why"}}}
MOST_NAMES = 4  # at most so many names in a sentence
RECOMPUTE = Path(__file__).with_name("recompute.py")  # the rule as a script, published next to the pages


class SealedClaim(Strict):
    """A claim as sealed: its entry in the ledger, what its function reads (names by kind), and its verdict."""

    id: str
    ledger: dict[str, Any]
    asks: dict[str, str]
    verdict: str


class Seal(Strict):
    """What was declared for an edition on the ISO day `sealed`, with evidence up to the ISO day `evidence`."""

    edition: str
    sealed: Day
    evidence: Day
    parameters: dict[str, Any]
    text_dates: tuple[str, ...]
    rule: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of recompute.py, the rule as a script")
    claims: tuple[SealedClaim, ...]


def seal_of(folder: Path, edition: str) -> Path:
    """Return the path of an edition's seal in the folder of a project, or in the source tree of its book."""
    return folder / "editions" / f"{edition}.seal.json"


def read_seal(path: Path) -> Seal:
    """Read a seal. Raises UserError for a file that is not a seal."""
    try:
        return Seal.model_validate_json(path.read_bytes())
    except ValidationError as error:
        at, why = ".".join(map(str, error.errors()[0]["loc"])), error.errors()[0]["msg"]
        name = f"editions/{path.name}"
        raise UserError(
            f"{name} is not a valid seal: {at or 'the file'}: {why}. Do not edit seals: git checkout -- {name} restores"
            f" the committed one, and {command_line('edition seal')} makes a new one."
        ) from None


def make_seal(
    edition: str, today: str, ledger: Ledger, records: Iterable[ClaimRecord], parameters: dict[str, Any]
) -> Seal:
    """Return the seal of an edition from the records of the last report."""
    by_id = {record.id: record for record in records}
    return Seal(
        edition=edition,
        sealed=today,
        evidence=parameters["cutoff"],
        parameters=parameters,
        text_dates=(ledger.text_date, *ledger.other_text_dates),
        rule=sha256(RECOMPUTE.read_bytes()),
        claims=tuple(
            SealedClaim(
                id=claim.id,
                ledger=claim.model_dump(mode="json", exclude_defaults=True, exclude=PRINTED),
                asks={kind: ", ".join(names) for kind, names in by_id[claim.id].asks.items()},
                verdict=by_id[claim.id].verdict,
            )
            for claim in ledger.claims
        ),
    )


def seal_as_json(seal: Seal) -> bytes:
    """Return a seal as JSON with one line for each claim, so that two seals can be compared line by line."""
    document = seal.model_dump(mode="json")
    lines = [json.dumps(claim, ensure_ascii=False, separators=(",", ":")) for claim in document.pop("claims")]
    head = json.dumps(document, ensure_ascii=False, indent=0)
    return (head[:-2] + ',\n"claims": [\n' + ",\n".join(lines) + "\n]\n}\n").encode()


# what was changed since ------------------------------------------------------------------------------------------


def changes_since(
    seal: Seal, now: Seal, history: Mapping[str, TurnOfTime], reasons: Iterable[Row]
) -> dict[str, list[str]]:
    """Return the changes since the seal by claim, with their reasons; under "" those that concern all claims.

    `history` has, by claim, the verdict that today's rule and data give on the evidence of the seal.
    """
    found: dict[str, list[str]] = {name: [] for name in ("", *(claim.id for claim in now.claims))}
    if seal.rule != now.rule:
        found[""].append(f"the rule was another: its script {RECOMPUTE.name} had the SHA-256 {seal.rule}")
    if seal.text_dates != now.text_dates:
        found[""].append(f"the possible dates of the text were {', '.join(seal.text_dates)}")
    today = {claim.id: claim for claim in now.claims}
    why = {row["claim_id"]: row["reason"] for row in reasons if row["date"] >= seal.sealed}
    for claim in seal.claims:
        changes, then = [*_claim_changes(claim, today.get(claim.id))], history.get(claim.id)
        if then and then.verdict != claim.verdict:
            changes.append(f"on the evidence of that day the verdict is now “{then.verdict}”; it was “{claim.verdict}”")
        reason = f"reason: {why[claim.id]}" if claim.id in why else "no reason is given"
        found[claim.id] = [*changes, reason] if changes else []
    sealed = {claim.id for claim in seal.claims}
    return found | {name: ["it was added after the others were sealed"] for name in today if name not in sealed}


def _claim_changes(sealed: SealedClaim, now: SealedClaim | None) -> Iterator[str]:
    """Name what changed in a claim."""
    if now is None:
        yield "it was removed"
        return
    try:
        claim, today = (TypeAdapter(Claim).validate_python(one.ledger | {"id": one.id}) for one in (sealed, now))
    except ValidationError:
        yield "its sealed entry has fields that no ledger has today"
        return
    old, new = (dict(_flat(one.model_dump(mode="json", exclude=PRINTED))) for one in (claim, today))
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield f"{name} was {old.get(name, 'missing')!r} and is now {new.get(name, 'missing')!r}"
    for kind in dict.fromkeys((*sealed.asks, *now.asks)):
        before, after = (set(filter(None, one.asks.get(kind, "").split(", "))) for one in (sealed, now))
        for more, words in ((after - before, "also reads these"), (before - after, "no longer reads these")):
            if more:
                yield f"its function {words} {kind}: {some(sorted(more), MOST_NAMES)}"


def _flat(item: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of a nested document with its path."""
    if not isinstance(item, dict | list):
        yield name, item
    else:
        for key, value in item.items() if isinstance(item, dict) else enumerate(item):
            yield from _flat(value, f"{name}.{key}".lstrip("."))


def sealed_in_words(seal: Seal, since: Mapping[str, list[str]], claim: str) -> str:
    """Say on the page of a claim what changed since it was sealed."""
    day = day_in_words(latest_day(seal.sealed))
    if changes := since[claim]:
        return f"Changed since it was sealed on {day}: {'; '.join(changes)}."
    and_rule = "; something that concerns all claims has changed, see the page “Sealed in advance”" if since[""] else ""
    return f"Judged as sealed on {day}{and_rule}."
