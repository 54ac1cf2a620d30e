"""Runs one notebook: takes files as bytes, returns the executed notebook and what it read."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claimbook.evidence.reads import Read
from claimbook.notebook import prose
from claimbook.notebook.notebook_file import code_cells
from claimbook.project import folders
from claimbook.project import outputs as results
from claimbook.project.files import scratch
from claimbook.project.parameters import INJECTED

if TYPE_CHECKING:  # nbformat takes long to import, and most starts execute nothing
    from nbformat import NotebookNode

NO_MAGIC = "IPython does not know this command; a %%prose cell must come after the cell that makes the section"
TIMEOUT = 600  # seconds that a cell may take

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
    import nbformat

    with scratch() as work:
        for relative, content in files.items():
            path = work / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        part, reads = work / "executed.ipynb", work / "reads"
        why = _run_notebook(work / "notebooks" / f"{name}.ipynb", part, parameters, _kernel_environment(work, reads))
        executed = nbformat.read(part, as_version=4) if part.exists() else nbformat.v4.new_notebook()
        where = _stopped_at(executed) if why else ""
        result = (nbformat.writes(strip(executed)) + "\n").encode()
        if why:
            raise NotebookFailed(f"{name}.ipynb{where}: {why}", name, result)
        return result, {(kind, read) for kind, read in map(json.loads, reads.read_text("utf-8").splitlines())}


def _run_notebook(notebook: Path, executed: Path, parameters: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """Run a notebook in its folder. Returns why it stopped before its end, or ""."""
    import papermill
    from nbclient.exceptions import CellTimeoutError

    try:
        papermill.execute_notebook(
            str(notebook),
            str(executed),
            engine_name=_papermill_engine(),
            parameters=dict(parameters),
            progress_bar=False,
            log_output=False,
            execution_timeout=TIMEOUT,
            autosave_cell_every=0,
            shutdown_kernel="immediate",  # a polite shutdown sometimes takes three seconds
            kernel={"cwd": str(notebook.parent), "env": dict(environment)},
        )
    except papermill.PapermillExecutionError as error:
        said = f"{error.ename}: {error.evalue}".removesuffix(": ")
        return NO_MAGIC if said == "CellExecutionError" else said  # an unknown magic has neither name nor value
    except CellTimeoutError:
        return f"a cell ran longer than {TIMEOUT} s"
    except RuntimeError as error:  # raised in a cell or before the first one
        if "Kernel died" not in str(error):
            raise
        return "the kernel died (out of memory?)"
    return ""


@cache
def _papermill_engine() -> str:
    """Return the name of a papermill engine whose kernels have their own folder and environment.

    It writes the notebook once, at the end. Papermill's own engine writes it before and after each cell with
    all charts so far, and runs in the folder and environment of its process.
    """
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines
    from papermill.log import logger

    class OwnKernel(Engine):
        @classmethod
        def execute_managed_notebook(  # type: ignore[override]  # only the settings that we pass
            cls, nb_man: Any, kernel_name: str, execution_timeout: int, kernel: dict[str, Any], **settings: Any
        ) -> Any:
            from claimbook.run import kernels

            path, nb_man.output_path = nb_man.output_path, None
            client = PapermillNotebookClient(
                nb_man,
                km=kernels.manager(kernel_name, Path(kernel["cwd"]).parent / "kernel"),
                timeout=execution_timeout,
                shutdown_kernel=settings["shutdown_kernel"],
                log=logger,
            )
            try:
                return client.execute(cleanup_kc=True, **kernel)
            finally:
                nb_man.output_path = path

    papermill_engines.register("own-kernel", OwnKernel)
    return "own-kernel"


def _kernel_environment(work: Path, reads: Path) -> dict[str, str]:
    """Return the environment of a kernel. If it has our library, the file `reads` receives its reads."""
    profile = work / ".ipython" / "profile_default"
    profile.mkdir(parents=True)
    reads.touch()
    keep = f"__import__('claimbook.evidence.reads', fromlist=['keep']).keep({str(work)!r}, {str(reads)!r})"
    listens = f"c.InteractiveShellApp.exec_lines = [{keep!r}]\n" if (work / "src/claimbook").exists() else ""
    (profile / "ipython_kernel_config.py").write_text(IPYTHON_CONFIG + listens)
    return os.environ | {
        "PYTHONPATH": str(work / "src"),
        "IPYTHONDIR": str(work / ".ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # agg, set outside, would make figures vanish
        folders.DATA_VARIABLE: "",  # a run has its own data
    }


def _stopped_at(notebook: "NotebookNode") -> str:
    """Return the number and first line of the code cell that started last, as a phrase."""
    started = [(n, source) for n, source, cell in code_cells(notebook) if cell["metadata"]["papermill"]["start_time"]]
    if not started:
        return ""
    number, source = started[-1]
    lines = [line for line in source.splitlines() if line.strip() and not line.startswith(("#", "%%"))]
    return f", code cell {number} ({lines[0].strip() if lines else 'empty'})"


def strip(notebook: "NotebookNode") -> "NotebookNode":
    """Remove what differs between two runs, and hide the injected cell from the book."""
    from nbformat import NotebookNode

    kernel = {k: v for k, v in notebook.metadata.items() if k == "kernelspec"}
    notebook.metadata = NotebookNode(kernel, language_info=NotebookNode(name="python"))
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags"):
            cell.metadata.pop("tags", None)  # papermill adds an empty list to every cell
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"], cell.execution_count = INJECTED, None
            cell.metadata.tags = [INJECTED, "remove-cell"]
    _count(notebook.cells)
    return notebook


def _count(cells: "Iterable[NotebookNode]") -> None:
    """Renumber the executed cells from one."""
    ran = (c for c in cells if c.cell_type == "code" and c.execution_count is not None and c["id"] != INJECTED)
    for count, cell in enumerate(ran, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count


def weave(name: str, source: bytes, executed: bytes) -> bytes:
    """Return the executed notebook with the prose of `source`, which has the same code, as if that had run.

    Raises ProseError if the prose names a value that the run did not record.
    """
    import nbformat

    woven = nbformat.reads(executed.decode(), as_version=4)
    written = nbformat.reads(source.decode(), as_version=4).cells
    values = results.read_section_record(woven)["values"] if any(map(prose.is_prose, written)) else {}
    ran = {cell["id"]: cell for cell in woven.cells}
    cells = [
        _woven_cell(cell, values, name)
        if prose.is_prose(cell)
        else ran[cell["id"]]
        if cell.cell_type == "code"
        else cell
        for cell in written
    ]
    codes = [cell["id"] for cell in woven.cells if cell.cell_type == "code"]
    if INJECTED in codes:
        before = codes.index(INJECTED)
        at = [cell["id"] for cell in cells].index(codes[before - 1]) + 1 if before else 0
        cells.insert(at, ran[INJECTED])
    _count(cells)
    woven.cells = cells
    return (nbformat.writes(woven) + "\n").encode()


def _woven_cell(cell: "NotebookNode", values: Mapping[str, prose.Value], name: str) -> "NotebookNode":
    """Return a cell of prose whose output is its text with the values filled in."""
    from nbformat.v4 import new_output

    text = prose.text_of(cell)
    try:
        prose.check_keys(text, values)
        cell.outputs, cell.execution_count = [new_output("display_data", data=prose.text_bundle(text, values))], 1
    except prose.ProseError as error:
        raise prose.ProseError(f"{name}.ipynb, cell {cell['id']}: {error}") from None
    return cell
