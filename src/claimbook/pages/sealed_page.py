"""The seal of an edition: `:::{sealed}` shows it, and each claim's page says what has changed since then."""

from sphinx.application import Sphinx

from claimbook.citation.parts import sha256
from claimbook.pages.book import Content, add_directives, claims_ledger, claims_of, noted, rows_of, work_of
from claimbook.project.parameters import base_of
from claimbook.results import seals
from claimbook.say.periods import day_in_words, latest_day
from claimbook.say.words import counted


def changed_since(app: Sphinx) -> tuple[seals.Seal, dict[str, list[str]]] | None:
    """Return the seal of this edition and the changes since, by claim; None if the edition has no seal."""
    work, claims = work_of(app), claims_of(app)
    path = seals.seal_of(app.srcdir, base_of(work.edition))
    if not path.exists():
        return None
    seal = seals.read_seal(path)
    now = seals.make_seal(seal.edition, seal.sealed, claims_ledger(app), claims, dict(work.parameters))
    history = {claim.id: claim.on(seal.evidence) for claim in claims if claim.through_time}
    return seal, seals.changes_since(seal, now, history, rows_of(app, "changes_of_tests"))


def sealed(app: Sphinx) -> Content:
    """Yield the newest seal: its day and digest, the digest of the rule, and what changed since."""
    found = sorted(path.name for path in app.srcdir.glob("editions/*.seal.json"))
    if not found:
        yield "No edition has been sealed."
        return
    path = noted(app, f"editions/{found[-1]}")
    content, seal = path.read_bytes(), seals.read_seal(path)
    yield (
        f"Edition {seal.edition} was sealed on {day_in_words(latest_day(seal.sealed))}, with evidence up to "
        f"{day_in_words(latest_day(seal.evidence))}. The seal is published as {path.name} next to "
        f"these pages. Its SHA-256 is {sha256(content)}. It has {counted(len(seal.claims), 'claim')}. The rule is "
        f"{seals.RECOMPUTE.name} with the SHA-256 {seal.rule}."
    )
    if since := changed_since(app):
        moved = sum(bool(changes) for claim, changes in since[1].items() if claim)
        for_all = "; ".join(since[1][""]) or "nothing"
        yield f"Claims that changed since: {moved}. Changes that concern all claims: {for_all}."


def setup(app: Sphinx) -> None:
    add_directives(app, sealed)
