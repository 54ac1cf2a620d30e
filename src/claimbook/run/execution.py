"""Runs one notebook: takes files as bytes, returns the executed notebook and what it read."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claimbook.evidence.reads import Read
from claimbook.notebook.notebook_file import code_cells
from claimbook.project.files import scratch
from claimbook.run import environment
from claimbook.run.notebook_files import strip

if TYPE_CHECKING:
    from nbformat import NotebookNode

# ipykernel warns about its transport in every log and complains when interrupted;
# and personal start-up files must not affect the report
IPYTHON_CONFIG = "c.IPKernelApp.log_level = 50\n"

Execute = Callable[[Mapping[str, bytes], str, Mapping[str, Any]], tuple[bytes, set[Read]]]  # like execute_bundle


class NotebookFailed(Exception):
    """A notebook stopped before its end; `partial` is its state by then, as bytes."""

    def __init__(self, sentence: str, name: str, partial: bytes) -> None:
        super().__init__(sentence, name, partial)  # all arguments, so that pickling works
        self.name, self.partial = name, partial

    def __str__(self) -> str:
        return str(self.args[0])


def execute_bundle(files: Mapping[str, bytes], name: str, parameters: Mapping[str, Any]) -> tuple[bytes, set[Read]]:
    """Run `notebooks/<name>.ipynb` in a folder with `files` (relative path: content) and nothing else.

    Returns the executed notebook, and what the run read below data/ and src/. Raises NotebookFailed with one
    sentence. Threads may run notebooks at the same time.
    """
    import nbformat  # takes 0.2 s, like papermill, and most starts execute nothing

    from claimbook.run.engine import run_notebook

    with scratch() as work:
        for relative, content in files.items():
            path = work / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        part, reads = work / "executed.ipynb", work / "reads"
        why = run_notebook(work / "notebooks" / f"{name}.ipynb", part, parameters, _kernel_environment(work, reads))
        executed = nbformat.read(part, as_version=4) if part.exists() else nbformat.v4.new_notebook()
        where = _stopped_at(executed) if why else ""
        result = (nbformat.writes(strip(executed)) + "\n").encode()
        if why:
            raise NotebookFailed(f"{name}.ipynb{where}: {why}", name, result)
        return result, {(kind, read) for kind, read in map(json.loads, reads.read_text("utf-8").splitlines())}


def _kernel_environment(work: Path, reads: Path) -> dict[str, str]:
    """Return the environment of a kernel. If it has our library, the file `reads` receives its reads."""
    profile = work / ".ipython" / "profile_default"
    profile.mkdir(parents=True)
    reads.touch()
    keep = f"__import__('claimbook.evidence.reads', fromlist=['keep']).keep({str(work)!r}, {str(reads)!r})"
    listens = f"c.InteractiveShellApp.exec_lines = [{keep!r}]\n" if (work / "src/claimbook").exists() else ""
    (profile / "ipython_kernel_config.py").write_text(IPYTHON_CONFIG + listens)
    own = {"HOME": str(work), "PYTHONPATH": str(work / "src"), "IPYTHONDIR": str(work / ".ipython")}
    return environment.clean(**environment.KERNEL, **own)


def _stopped_at(notebook: "NotebookNode") -> str:
    """Return the number and first line of the code cell that started last, as a phrase."""
    started = [(n, source) for n, source, cell in code_cells(notebook) if cell["metadata"]["papermill"]["start_time"]]
    if not started:
        return ""
    number, source = started[-1]
    lines = [line for line in source.splitlines() if line.strip() and not line.startswith(("#", "%%"))]
    return f", code cell {number} ({lines[0].strip() if lines else 'empty'})"
