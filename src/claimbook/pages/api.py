"""The report for programs: results.json, a file for each claim, schemas, and a script that judges again.

They are next to the pages.
"""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from claimbook.citation.identity import claim_file
from claimbook.evidence.claims import read_ledger
from claimbook.pages import file_writers
from claimbook.project import outputs as results
from claimbook.project.contents import notebooks
from claimbook.project.files import write_whole
from claimbook.project.parameters import of_notebook
from claimbook.results import models
from claimbook.results.seals import Seal

RECOMPUTE = Path(__file__).parents[1] / "results" / "recompute.py"  # published unchanged


def document(source: Path) -> dict[str, Any]:
    """Return the content of results.json for the edition with its executed notebooks and data in `source`."""
    found = list(notebooks(source).values())
    ledger = read_ledger(source / "data" / "claims.yml").claims
    return results.collect_results(map(results.read_section_record, found), ledger, of_notebook(found[0]))


def claims_in_source(source: Path) -> tuple[models.ClaimRecord, ...]:
    """Return the claims of the edition whose executed notebooks and data are in `source`."""
    return claims_in_document(document(source))


def claims_in_document(found: dict[str, Any]) -> tuple[models.ClaimRecord, ...]:
    """Return the claims in the document of results.json."""
    return tuple(map(models.ClaimRecord.model_validate, found["claims"]))


def write_api(app: Sphinx) -> None:
    """Write all files next to the pages."""
    source = Path(app.srcdir)
    found = document(source)
    files = {f"claims/{claim['id']}.json": claim_file(claim, found["parameters"]) for claim in found["claims"]}
    files |= {path.name: path.read_bytes() for path in [RECOMPUTE, *(source / "editions").glob("*.seal.json")]}
    documents = {"results": found, "results.schema": models.schema(), "seal.schema": Seal.model_json_schema()}
    for name, content in (
        files | {f"{name}.json": results.results_as_json(it) for name, it in documents.items()}
    ).items():
        write_whole(Path(app.outdir) / name, content)


def setup(app: Sphinx) -> None:
    app.connect(file_writers.FILES_EVENT, write_api)
