"""The summary of findings: each claim with what was found, the number of origins, and its certainty."""

from collections.abc import Iterator, Sequence

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.pages import api
from claimbook.pages.data_tables import CellContent, TableDirective, unnumbered_table
from claimbook.results.models import ClaimRecord
from claimbook.say.verdict_table import answer_of

FINDINGS_HEAD = ("The text says", "Answer", "Found", "Origins", "Certainty", "Why not higher")


def findings(claims: Sequence[ClaimRecord]) -> Iterator[tuple[CellContent, ...]]:
    """Yield a row for each claim that is not an opinion. Its origins are those of the deciding evidence."""
    for claim in (claim for claim in claims if claim.kind != "opinion"):
        origins = {origin for m in claim.measures if m.decides for origin in m.origins}
        link = nodes.reference("", claim.statement, refuri=f"../claims/{claim.id}.html")
        answer, certain = answer_of(claim.stands_as), claim.certainty
        lower = "; ".join(reason.says for reason in certain.reasons if reason.allows == certain.word != "high")
        badge = nodes.inline("", answer.word, classes=["verdict", f"verdict-{answer.name}"])
        yield [link], [badge], claim.found, str(len(origins)), certain.word, lower


class Findings(TableDirective):
    """The table with every claim, in the order of the text."""

    def run(self) -> list[nodes.Node]:
        self.note_report()
        self.ledger()
        return [
            unnumbered_table(
                FINDINGS_HEAD, findings(api.claims_in_source(self.source)), "register findings", ("Origins",)
            )
        ]


def setup(app: Sphinx) -> None:
    app.add_directive("summary-of-findings", Findings)
