"""The report for programs: results.json, a file for each claim, schemas, and a script that judges again."""

from sphinx.application import Sphinx

from claimbook.citation.parts import claim_file
from claimbook.pages import file_writers
from claimbook.pages.book import results_of
from claimbook.pages.file_writers import Files
from claimbook.project.outputs import results_as_json
from claimbook.results import models
from claimbook.results.seals import RECOMPUTE, Seal


def api_files(app: Sphinx) -> Files:
    """Yield name and content of all files."""
    found = results_of(app)
    for claim in found["claims"]:
        yield f"claims/{claim['id']}.json", claim_file(claim, found["parameters"])
    for path in [RECOMPUTE, *app.srcdir.glob("editions/*.seal.json")]:
        yield path.name, path.read_bytes()
    yield "results.json", results_as_json(found)
    yield "results.schema.json", results_as_json(models.schema())
    yield "seal.schema.json", results_as_json(Seal.model_json_schema())


def setup(app: Sphinx) -> None:
    app.connect(file_writers.FILES_EVENT, api_files)
