"""Checks that a file is a notebook in the current format, before anything runs."""

import json
import re
from collections import Counter

from claimbook.say.words import unseen

FORM = (4, 5)  # since 4.5 cells have ids, which link outputs and prose to cells
AGAIN = "Save it again in JupyterLab, or put it back."


def fault(content: bytes) -> str:
    """Return what is wrong, as a phrase to follow the file name, or ""."""
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError) as error:
        return _unreadable(content, error)
    names = ("nbformat", "nbformat_minor")
    form = tuple(notebook.get(name) for name in names) if isinstance(notebook, dict) else (None,)
    if not all(type(number) is int for number in form):
        return ": not readable as a notebook (it names no format, like 4.5). Put it back."
    if form[0] != FORM[0] or form < FORM:
        return f": it is in format {form[0]}.{form[1]} of notebooks, and here all are in 4.5. {AGAIN}"
    from nbformat.validator import get_validator

    for wrong in get_validator(*FORM).iter_errors(notebook):
        if not (cell := re.match(r"data\.cells\[(\d+)\]", wrong.message)):
            return f": not readable as a notebook ({wrong.message}). {AGAIN}"
        odd = "its type, id, source, metadata or outputs are missing or of another kind than in a notebook"
        return f", cell {int(cell[1]) + 1}: {odd}. {AGAIN}"
    for number, cell in enumerate(notebook["cells"], 1):
        if hidden := unseen("".join(cell["source"])):
            return f", cell {number}, line {hidden[0]}: a sign stands there that nobody sees. Delete {hidden[1]}."
    for cell, times in Counter(cell["id"] for cell in notebook["cells"]).most_common(1):
        return f": {times} cells have the id {cell}, by which their outputs are found again. {AGAIN}" * (times > 1)
    return ""


def _unreadable(content: bytes, error: Exception) -> str:
    """Return where a file is not JSON, why, and what to do."""
    if not content.strip():
        return ": the file is empty. Put it back, or take its line out of _toc.yml."
    marks = [n for n, line in enumerate(content.splitlines(), 1) if line.startswith((b"<<<<<<< ", b">>>>>>> "))]
    if marks:
        return f", line {marks[0]}: two versions were merged here. Keep one, and delete the marks <<<<<<< to >>>>>>>."
    if isinstance(error, UnicodeDecodeError):
        line = content[: error.start].count(b"\n") + 1
        return f", line {line}: not UTF-8. {AGAIN}"
    where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return f"{where}: not readable as a notebook ({error}). {AGAIN}"
