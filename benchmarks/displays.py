"""What a notebook displays, in this process: no kernel to start, nothing drawn. For questions asked of many runs."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from claimbook.notebook.notebook_file import code_cells, parse_notebook
from claimbook.project import folders, parameters
from claimbook.project.files import scratch
from claimbook.run.inputs import READERS
from claimbook.run.plan import Plan

Said = list[dict[str, Any]]  # what one cell displayed: content by MIME type


def displays(plan: Plan, name: str, changed: Mapping[str, bytes], go_on: bool = False) -> Iterator[Said]:
    """What a notebook displays, code cell by code cell.

    A cell that stops says {"error": what} and ends it, unless the cells after it shall `go_on`. `changed` are other
    contents of files, by their name in the project.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    from claimbook.charts import figures

    main = sys.modules["__main__"]  # a shell takes its place, and no process can be forked from one that is none
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    with (
        _laid_out(plan, name, changed) as folder,
        chdir(folder / "notebooks"),
        # drawings follow from data and words, which are compared: leaving them out saves a quarter of the time
        patch.object(figures.Chart, "svg", lambda *_: ""),
        patch.object(shell, "_showtraceback", lambda *_: None),  # a kernel would send it, and its own cell would fail
        patch.dict(os.environ),
    ):
        os.environ.pop(folders.DATA_VARIABLE, None)  # the data of a trial lie beside it
        try:
            for _, source, cell in code_cells(parse_notebook(plan.committed(name).read_bytes())):
                with capture_output() as captured:
                    done = shell.run_cell(source)
                if parameters.TAG in cell["metadata"].get("tags", ()):
                    own = shell.user_ns.keys()  # a profile has not all parameters that a section has
                    shell.push({name: value for name, value in plan.parameters.items() if name in own})
                said = [dict(o.data) for o in captured.outputs if o.data and not o.update]  # each display once
                if not done.success:
                    error = done.error_before_exec or done.error_in_exec
                    said.append({"error": f"{type(error).__name__}: {error}"})
                yield said
                if not done.success and not go_on:
                    return
        finally:
            shell.reset(new_session=False)
            sys.modules["__main__"] = main


@contextmanager
def _laid_out(plan: Plan, name: str, changed: Mapping[str, bytes]) -> Iterator[Path]:
    """The folder that a notebook runs in: the data and, for a reader, the sections of the last build."""
    wanted = dict(plan.data_files)
    if name in READERS:
        wanted |= {f"notebooks/{section}.ipynb": plan.staged(section) for section in plan.sections}
    with scratch() as folder:
        (folder / "notebooks").mkdir()
        (folder / folders.MARKER).touch()
        for relative, path in wanted.items():
            target = folder / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            if relative in changed:
                target.write_bytes(changed[relative])
            else:
                target.symlink_to(path)
        yield folder
