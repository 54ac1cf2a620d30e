"""The workbook beside the pages, to which the page of the evidence leads."""

import json
from pathlib import Path

from sphinx.application import Sphinx

from torch_program.citation import metadata, parts, workbook
from torch_program.pipeline import contents
from torch_program.pipeline.files import folder_hash, write_whole
from torch_program.pipeline.publication import made_once
from torch_program.sphinx_ext import api, beside


def make(source: Path) -> bytes:
    """The workbook of the edition whose executed notebooks and data lie in `source`."""
    claims, judged = api.document(source)["claims"], contents.notebooks(source)
    pages = {claim["id"]: f"notebooks/{name}" for name, found in judged.items() for claim in parts.claims(found)}
    work, data = metadata.read(source), source / "data"
    of = repr(work).encode(), json.dumps([claims, pages]).encode(), folder_hash(data).encode()
    return made_once(workbook.FILE, lambda: workbook.written(work, workbook.sheets(work, claims, pages, data)), *of)


def write(app: Sphinx) -> None:
    write_whole(Path(app.outdir) / workbook.FILE, make(Path(app.srcdir)))


def setup(app: Sphinx) -> None:
    app.connect(beside.FILES, write)
