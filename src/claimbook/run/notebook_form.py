"""Checks that a file is a notebook in the current format, before anything runs."""

import json
import re
from collections import Counter

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
