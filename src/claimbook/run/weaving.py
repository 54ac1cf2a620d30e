"""Puts the current prose into an executed notebook, so that nobody has to rerun code because a word changed."""

from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from claimbook.notebook import prose
from claimbook.project import outputs
from claimbook.project.parameters import INJECTED, TAG
from claimbook.run.cleaning import renumber


def weave(name: str, source: bytes, executed: bytes) -> bytes:
    """Return the executed notebook with the prose of `source`, which has the same code, as if that had run.

    Raises ProseError if the prose names a value that the run did not record.
    """
    woven = nbformat.reads(executed.decode(), as_version=4)
    written = nbformat.reads(source.decode(), as_version=4).cells
    values = outputs.read_section_record(woven)["values"] if any(map(prose.is_prose, written)) else {}
    ran = {cell["id"]: cell for cell in woven.cells}
    cells = [
        _woven_cell(cell, values, name)
        if prose.is_prose(cell)
        else ran[cell["id"]]
        if cell.cell_type == "code"
        else cell
        for cell in written
    ]
    if INJECTED in ran:  # where papermill puts it: after the first cell of parameters, or on top
        tagged = (n for n, cell in enumerate(cells, 1) if TAG in cell.metadata.get("tags", ()))
        cells.insert(next(tagged, 0), ran[INJECTED])
    renumber(cells)
    woven.cells = cells
    return (nbformat.writes(woven) + "\n").encode()


def _woven_cell(cell: NotebookNode, values: Mapping[str, prose.Value], name: str) -> NotebookNode:
    """Fill the values into a cell of prose, and store the text as its output. Raises ProseError for a missing value."""
    text = prose.text_of(cell)
    try:
        prose.check_keys(text, values)
        cell.outputs, cell.execution_count = [new_output("display_data", data=prose.text_bundle(text, values))], 1
    except prose.ProseError as error:
        raise prose.ProseError(f"{name}.ipynb, cell {cell['id']}: {error}") from None
    return cell
