"""Removes from an executed notebook what differs between two runs of the same code."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from claimbook.project.parameters import INJECTED

if TYPE_CHECKING:  # importing nbformat takes long
    from nbformat import NotebookNode


def strip(notebook: "NotebookNode") -> "NotebookNode":
    """Remove what differs between two runs, and hide the injected cell from the book."""
    kernel = {k: v for k, v in notebook.metadata.items() if k == "kernelspec"}
    notebook.metadata = {**kernel, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags"):
            cell.metadata.pop("tags", None)  # papermill adds an empty list to every cell
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"], cell.execution_count = INJECTED, None
            cell.metadata.tags = [INJECTED, "remove-cell"]
    renumber(notebook.cells)
    return notebook


def renumber(cells: "Iterable[NotebookNode]") -> None:
    """Renumber the executed cells from one."""
    ran = (c for c in cells if c.cell_type == "code" and c.execution_count is not None and c["id"] != INJECTED)
    for count, cell in enumerate(ran, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
