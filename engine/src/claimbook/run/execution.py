"""Notebooks as bytes: checks their form, runs one, removes what differs between two runs, fills in prose."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from claimbook.evidence.reads import Read
from claimbook.notebook import prose
from claimbook.notebook.kernel import READS
from claimbook.notebook.notebook_file import code_cells
from claimbook.project import outputs
from claimbook.project.folders import CODE, Files, scratch, write_below
from claimbook.project.outputs import Document
from claimbook.project.parameters import INJECTED, TAG
from claimbook.run import environment
from claimbook.say.words import unseen

FORM = (4, 5)  # since 4.5 cells have ids, which link outputs and prose to cells
AGAIN = "Save it again in JupyterLab, or restore it."


def fault(content: bytes) -> str:
    """Return what is wrong, as a phrase to follow the file name, or ""."""
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError) as error:
        return _not_json(content, error)
    names = ("nbformat", "nbformat_minor")
    form = tuple(notebook.get(name) for name in names) if isinstance(notebook, dict) else (None,)
    if not all(type(number) is int for number in form):
        return ": not readable as a notebook (it does not name its format, like 4.5). Restore it."
    if form[0] != FORM[0] or form < FORM:
        return f": its notebook format is {form[0]}.{form[1]}, but this report uses 4.5. {AGAIN}"
    from nbformat.validator import get_validator  # takes a tenth of a second to import

    for wrong in get_validator(*FORM).iter_errors(notebook):
        if not (cell := re.match(r"data\.cells\[(\d+)\]", wrong.message)):
            return f": not readable as a notebook ({wrong.message}). {AGAIN}"
        odd = "its type, id, source, metadata or outputs are missing or have the wrong type"
        return f", cell {int(cell[1]) + 1}: {odd}. {AGAIN}"
    for number, cell in enumerate(notebook["cells"], 1):
        if hidden := unseen("".join(cell["source"])):
            return f", cell {number}, line {hidden[0]}: there is an invisible character. Delete {hidden[1]}."
    for cell, times in Counter(cell["id"] for cell in notebook["cells"]).most_common(1):
        return f": {times} cells have the id {cell}, but an id must be unique. {AGAIN}" * (times > 1)
    return ""


def _not_json(content: bytes, error: Exception) -> str:
    """Return where a file is not JSON, why, and what to do."""
    if not content.strip():
        return ": the file is empty. Restore it, or remove its line from _toc.yml."
    marks = [n for n, line in enumerate(content.splitlines(), 1) if line.startswith((b"<<<<<<< ", b">>>>>>> "))]
    if marks:
        return (
            f", line {marks[0]}: this is a merge conflict. Keep one version, and delete the markers <<<<<<< to >>>>>>>."
        )
    if isinstance(error, UnicodeDecodeError):
        line = content[: error.start].count(b"\n") + 1
        return f", line {line}: not UTF-8. {AGAIN}"
    where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return f"{where}: not readable as a notebook ({error}). {AGAIN}"


# after a run ------------------------------------------------------------------------------------------------------


def strip(notebook: Document) -> bytes:
    """Remove what differs between two runs, and hide the injected cell. Returns the content of the file."""
    kernel = {k: v for k, v in notebook["metadata"].items() if k == "kernelspec"}
    notebook["metadata"] = kernel | {"language_info": {"name": "python"}}
    for cell in notebook["cells"]:  # papermill adds an empty list of tags to every cell
        about = {k: v for k, v in cell["metadata"].items() if v != [] and k not in {"papermill", "execution"}}
        if INJECTED in about.get("tags", ()):
            cell["id"], cell["execution_count"], about["tags"] = INJECTED, None, [INJECTED, "remove-cell"]
        cell["metadata"] = about
    return as_file(notebook)


def as_file(notebook: Document) -> bytes:
    """Number the executed cells from one, and return the notebook as the content of its file."""
    ran = (cell for cell in notebook["cells"] if cell.get("execution_count") is not None)  # not the injected one
    for count, cell in enumerate(ran, start=1):
        for numbered in (cell, *cell["outputs"]):
            if "execution_count" in numbered:
                numbered["execution_count"] = count
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def weave(name: str, source: bytes, executed: bytes) -> bytes:
    """Return the executed notebook with the prose of `source`, which has the same code, as if that had run.

    Raises ProseError if the prose names a value that the run did not record.
    """
    woven, written = json.loads(executed), json.loads(source)["cells"]
    values = outputs.read_section_record(woven)["values"] if any(map(prose.is_prose, written)) else {}
    ran = {cell["id"]: cell for cell in woven["cells"]}
    cells = woven["cells"] = [
        _woven_cell(cell, values, name)
        if prose.is_prose(cell)
        else ran[cell["id"]]
        if cell["cell_type"] == "code"
        else cell
        for cell in written
    ]
    if INJECTED in ran:  # where papermill puts it: after the first cell of parameters, or on top
        tagged = (n for n, cell in enumerate(cells, 1) if TAG in cell["metadata"].get("tags", ()))
        cells.insert(next(tagged, 0), ran[INJECTED])
    return as_file(woven)


def _woven_cell(cell: Document, values: Mapping[str, prose.Value], name: str) -> Document:
    """Fill the values into a cell of prose, and store the text as its output. Raises ProseError for a missing value."""
    text = prose.text_of(cell)
    try:
        prose.check_keys(text, values)
        bundle = prose.text_bundle(text, values)
    except prose.ProseError as error:
        raise prose.ProseError(f"{name}.ipynb, cell {cell['id']}: {error}") from None
    bundle["text/markdown"] = bundle["text/markdown"].splitlines(keepends=True)
    return cell | {"execution_count": 1, "outputs": [{"data": bundle, "metadata": {}, "output_type": "display_data"}]}


Ran = tuple[bytes, set[Read]]  # the executed notebook, and what its run read below data/ and of code
Execute = Callable[[Files, str, Mapping[str, Any]], Ran]  # like execute_bundle


class NotebookFailed(Exception):
    """A notebook stopped before its end; `partial` is its state by then, as bytes."""

    def __init__(self, sentence: str, name: str, partial: bytes) -> None:
        super().__init__(sentence, name, partial)  # all arguments, so that pickling works
        self.name, self.partial = name, partial

    def __str__(self) -> str:
        return str(self.args[0])


def execute_bundle(files: Files, name: str, parameters: Mapping[str, Any]) -> Ran:
    """Run `notebooks/<name>.ipynb` in a folder with `files` (relative path: content) and nothing else.

    Returns the executed notebook, and what the run read below data/ and of code. Raises NotebookFailed with one
    sentence. Threads may run notebooks at the same time.
    """
    from claimbook.run.kernels import run_notebook  # imports papermill; most starts execute nothing

    code = environment.copy_of_code(files)
    with scratch() as work:
        write_below(work, {other: content for other, content in files.items() if not other.startswith(CODE)})
        part, reads = work / "executed.ipynb", work / READS
        reads.touch()
        variables = environment.clean(**environment.KERNEL, HOME=str(work), PYTHONPATH=code)
        why = run_notebook(work / "notebooks" / f"{name}.ipynb", part, parameters, variables)
        executed = json.loads(part.read_bytes())
        if why:
            raise NotebookFailed(f"{name}.ipynb{_stopped_at(executed)}: {why}", name, strip(executed))
        return strip(executed), {(kind, read) for kind, read in map(json.loads, reads.read_text("utf-8").splitlines())}


def _stopped_at(notebook: Document) -> str:
    """Return the number and first line of the code cell that started last, as a phrase."""
    started = [(n, source) for n, source, cell in code_cells(notebook) if cell["metadata"]["papermill"]["start_time"]]
    if not started:
        return ""
    number, source = started[-1]
    lines = (line.strip() for line in source.splitlines() if not line.startswith(("#", "%%")))
    return f", code cell {number} ({next(filter(None, lines), 'empty')})"
