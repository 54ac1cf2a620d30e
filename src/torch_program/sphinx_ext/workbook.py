"""The workbook beside the pages, to which the page of the evidence leads; written while the PDF is set."""

import json
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from torch_program import results
from torch_program.citation import metadata, parts, workbook
from torch_program.claims import read_ledger
from torch_program.pipeline import contents
from torch_program.pipeline.files import write_whole
from torch_program.pipeline.publication import made_once


def make(source: Path) -> bytes:
    """The workbook of the edition whose executed notebooks and data lie in `source`."""
    notebooks = {name: json.loads(path.read_bytes()) for name, path in contents.executed(source).items()}
    judged = {name: parts.claims(notebook) for name, notebook in notebooks.items()}
    pages = {claim["id"]: f"notebooks/{name}" for name, own in judged.items() for claim in own}
    ledger = read_ledger(source / "data" / "claims.yml").claims
    claims = results.with_unassessed((claim for own in judged.values() for claim in own), ledger)
    work = metadata.read(source)
    return workbook.written(work, workbook.sheets(work, claims, pages, source / "data"))


def _write(source: Path, target: Path) -> None:
    write_whole(target, made_once(workbook.FILE, partial(make, source)))


class Writing:
    """The process that writes the workbook of a build."""

    process: BaseProcess | None = None

    def begin(self, app: Sphinx, exception: Exception | None) -> None:
        """Write it in a process of its own: it needs nothing that other extensions make, and takes two seconds."""
        if exception is None and app.builder.name == "html":
            target = Path(app.outdir) / workbook.FILE
            self.process = get_context("fork").Process(target=_write, args=(Path(app.srcdir), target))
            self.process.start()

    def end(self, app: Sphinx, exception: Exception | None) -> None:
        """Wait for it; without it a page would lead nowhere."""
        if self.process:
            self.process.join()
            if self.process.exitcode:
                raise ExtensionError(f"{workbook.FILE} was not written; the lines above say why.")


def setup(app: Sphinx) -> dict[str, Any]:
    writing = Writing()
    app.connect("build-finished", writing.begin, priority=0)
    app.connect("build-finished", writing.end, priority=1000)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
