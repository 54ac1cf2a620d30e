"""The summary of findings: each claim with what was found, the number of origins, and its certainty."""

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.pages.book import add_directives, claims_of
from claimbook.pages.data_tables import Cells, link, table
from claimbook.results.brief import needed_sources
from claimbook.results.models import ClaimRecord
from claimbook.say.numbers import Badge

FINDINGS_HEAD = ("The text says", "Answer", "Found", "Origins", "Without one source", "Certainty", "Why not higher")


def summary_of_findings(app: Sphinx) -> list[nodes.Node]:
    """Return the table with every claim that is not an opinion, in the order of the text."""
    rows = (finding(claim) for claim in claims_of(app) if claim.kind != "opinion")
    return [table(FINDINGS_HEAD, rows, "register findings", ("Origins",))]


def finding(claim: ClaimRecord) -> Cells:
    """Return the row of a claim. Its origins are those of the deciding evidence."""
    origins = {origin for m in claim.measures if m.decides for origin in m.origins}
    certain = claim.certainty
    lower = "; ".join(reason.says for reason in certain.reasons if reason.allows == certain.word != "high")
    says = link(claim.quoted, f"../claims/{claim.id}.html")
    without = "; ".join(f"{answer} without {origin}" for origin, answer in needed_sources(claim).items())
    return says, Badge(claim.stands_as), claim.found, str(len(origins)), without, certain.word, lower


def setup(app: Sphinx) -> None:
    add_directives(app, summary_of_findings)
