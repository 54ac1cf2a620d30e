"""Runs the cells of one notebook with nbclient, in a new kernel, and says where and why it stopped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from claimbook.notebook.notebook_file import code_cells
from claimbook.run import kernels

NO_MAGIC = "IPython does not know this command; a %%prose cell must come after the cell that makes the section"
TIMEOUT = 600  # seconds that a cell may take


def with_parameters(path: Path, parameters: Mapping[str, Any]) -> NotebookNode:
    """Return a notebook without outputs and, if there are parameters, with papermill's cell of them."""
    notebook = load_notebook_node(str(path))
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.outputs, cell.execution_count = [], None
    if not parameters:
        return notebook
    return parameterize_notebook(notebook, dict(parameters), kernel_name="python3", language="python")


def run_notebook(notebook: NotebookNode, folder: Path, environment: Mapping[str, str]) -> str:
    """Run a notebook in a folder. Returns where and why it stopped before its end, as words after its name, or ""."""
    begun: list[NotebookNode] = []
    client = NotebookClient(
        notebook,
        km=kernels.manager(folder.parent / "kernel"),
        timeout=TIMEOUT,
        shutdown_kernel="immediate",  # a polite shutdown sometimes takes three seconds
        raise_on_iopub_timeout=True,
        on_cell_execute=lambda cell, **_: begun.append(cell),
    )
    try:
        client.execute(cleanup_kc=True, cwd=str(folder), env=dict(environment))
    except CellExecutionError as error:
        reason = f"{error.ename}: {error.evalue}".removesuffix(": ")
        why = NO_MAGIC if error.ename == "UsageError" else reason
    except CellTimeoutError:
        why = f"a cell ran longer than {TIMEOUT} s"
    except RuntimeError as error:  # raised in a cell or before the first one
        if "Kernel died" not in str(error):
            raise
        why = "the kernel died, perhaps because memory ran out"
    else:
        return ""
    return f"{_place(notebook, begun)}: {why}"


def _place(notebook: NotebookNode, begun: list[NotebookNode]) -> str:
    """Return the number and first line of the code cell that started last, as a phrase."""
    for number, source, cell in code_cells(notebook):
        if begun and cell is begun[-1]:
            lines = [line for line in source.splitlines() if line.strip() and not line.startswith(("#", "%%"))]
            return f", code cell {number} ({lines[0].strip() if lines else 'empty'})"
    return ""
