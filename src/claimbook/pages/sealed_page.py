"""The seal of an edition: `:::{sealed}` shows it, and each claim's page says what has changed since then."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.evidence.claims import read_ledger
from claimbook.pages import api
from claimbook.pages.citing import work_of
from claimbook.pages.data_tables import TableDirective, unnumbered_table
from claimbook.project.csv_tables import rows_in
from claimbook.project.parameters import base_of
from claimbook.results import seals
from claimbook.results.models import ClaimRecord
from claimbook.say.periods import day_in_words, latest_day
from claimbook.say.verdict_table import answer_of


def changed_since(app: Sphinx, claims: Sequence[ClaimRecord]) -> tuple[seals.Seal, dict[str, list[str]]] | None:
    """Return the seal of this edition and the changes since, by claim; None if the edition has no seal."""
    source, work = Path(app.srcdir), work_of(app)
    path = seals.seal_of(source, base_of(work.edition))
    if not path.exists():
        return None
    seal = seals.read_seal(path)
    ledger, data = read_ledger(source / "data" / "claims.yml"), source / "data"
    now = seals.make_seal(seal.edition, seal.sealed, ledger, claims, dict(work.parameters))
    history = {claim.id: claim.on(seal.evidence) for claim in claims if claim.through_time}
    return seal, seals.changes_since(seal, now, history, rows_in(data / "changes_of_tests.csv"))


class Sealed(TableDirective):
    """The newest seal: its day and digest, what would decide each claim, and what changed for all claims."""

    def run(self) -> list[nodes.Node]:
        self.note_report()
        found = sorted((self.source / "editions").glob("*.seal.json"))
        if not found:
            return [nodes.paragraph("", "No edition has been sealed.")]
        content, seal = self.noted(found[-1]).read_bytes(), seals.read_seal(found[-1])
        intro = (
            f"Edition {seal.edition} was sealed on {day_in_words(latest_day(seal.sealed))}, with evidence up to "
            f"{day_in_words(latest_day(seal.evidence))}. The seal is published as {found[-1].name} next to "
            f"these pages. Its SHA-256 is {hashlib.sha256(content).hexdigest()}."
        )
        shown: list[nodes.Node] = [nodes.paragraph("", intro)]
        if since := changed_since(self.env.app, api.claims_in_source(self.source)):
            moved = sum(bool(changes) for claim, changes in since[1].items() if claim)
            for_all = "; ".join(since[1][""]) or "nothing"
            shown.append(
                nodes.paragraph("", f"Claims that changed since: {moved}. Changes that concern all claims: {for_all}.")
            )
        called = {claim.id: claim.called for claim in self.ledger().claims}
        shown.append(nodes.paragraph("", f"In the cases {seal.signs}."))
        rows = [
            (called.get(c.id, c.id) if i == 0 else "", when, answer_of(verdict).word)
            for c in seal.claims
            for i, (verdict, when) in enumerate(c.cases.items())
        ]
        decides = unnumbered_table(("Claim", "If this is published", "it is"), rows, "sealed")
        return [*shown, nodes.container("", decides, classes=["web-only"])]


def setup(app: Sphinx) -> None:
    app.add_directive("sealed", Sealed)
