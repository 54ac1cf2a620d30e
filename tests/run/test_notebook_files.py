"""A file that is no notebook, or in another format, is reported before anything runs."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from claimbook.run.execution import fault

GOOD = new_notebook(cells=[new_code_cell("x = 1", id="a"), new_code_cell("x", id="b")])


def test_a_notebook_has_no_fault() -> None:
    assert fault(json.dumps(GOOD).encode()) == ""


def spoilt(notebook: dict[str, Any], **odd: Any) -> dict[str, Any]:
    """Return a notebook with a faulty second cell."""
    first, second = notebook["cells"]
    return notebook | {"cells": [first, second | odd]}


@pytest.mark.parametrize(
    ("spoil", "output"),
    [
        (lambda notebook: {}, ": not readable as a notebook (it does not name its format, like 4.5). Restore it."),
        (lambda notebook: [notebook], ": not readable as a notebook (it does not name its format"),
        (lambda notebook: notebook | {"nbformat": 99}, ": its notebook format is 99.5"),
        (lambda notebook: notebook | {"nbformat": 3}, ": its notebook format is 3.5"),
        (lambda notebook: notebook | {"nbformat_minor": 2}, ": its notebook format is 4.2"),
        (lambda notebook: notebook | {"cells": {}}, ": not readable as a notebook (data.cells must be array)."),
        *(
            (lambda notebook, odd=odd: spoilt(notebook, **odd), ", cell 2: its type, id, source, metadata or outputs")
            for odd in ({"outputs": {}}, {"source": 42}, {"source": None}, {"id": "a\u200bb"}, {"metadata": None})
        ),
        (lambda notebook: spoilt(notebook, id=notebook["cells"][0]["id"]), ": 2 cells have the id "),
    ],
)
def test_a_file_that_is_not_a_notebook_of_the_format_is_reported_in_one_sentence(
    spoil: Callable[[dict[str, Any]], Any], output: str
) -> None:
    reported = fault(json.dumps(spoil(GOOD)).encode())
    assert reported.startswith(output) and len(reported.splitlines()) == 1


def test_an_empty_file_and_a_merge_conflict_are_reported() -> None:
    assert fault(b"") == ": the file is empty. Restore it, or remove its line from _toc.yml."
    assert "line 3: this is a merge conflict" in fault(b'{\n "cells": [\n<<<<<<< HEAD\n')
