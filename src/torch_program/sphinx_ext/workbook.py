"""The workbook beside the pages, to which the page of the evidence leads."""

import json
from pathlib import Path

from sphinx.application import Sphinx

from torch_program import results
from torch_program.citation import metadata, parts, workbook
from torch_program.claims import read_ledger
from torch_program.pipeline import contents
from torch_program.pipeline.files import folder_hash, write_whole
from torch_program.pipeline.publication import made_once
from torch_program.sphinx_ext import beside


def make(source: Path) -> bytes:
    """The workbook of the edition whose executed notebooks and data lie in `source`."""
    judged = {name: parts.claims(notebook) for name, notebook in contents.notebooks(source).items()}
    pages = {claim["id"]: f"notebooks/{name}" for name, own in judged.items() for claim in own}
    ledger = read_ledger(source / "data" / "claims.yml").claims
    claims = results.with_unassessed((claim for own in judged.values() for claim in own), ledger)
    work, data = metadata.read(source), source / "data"
    of = repr(work).encode(), json.dumps([claims, pages]).encode(), folder_hash(data).encode()
    return made_once(workbook.FILE, lambda: workbook.written(work, workbook.sheets(work, claims, pages, data)), *of)


def write(app: Sphinx) -> None:
    write_whole(Path(app.outdir) / workbook.FILE, make(Path(app.srcdir)))


def setup(app: Sphinx) -> None:
    app.setup_extension(beside.__name__)
    app.connect(beside.FILES, write)
