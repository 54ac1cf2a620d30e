"""A file that is no notebook, or one of another format, is told before anything runs."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from claimbook.build.notebook_form import fault

GOOD = new_notebook(cells=[new_code_cell("x = 1", id="a"), new_code_cell("x", id="b")])


def test_a_notebook_has_no_fault() -> None:
    assert fault(json.dumps(GOOD).encode()) == ""


def spoilt(notebook: dict[str, Any], **odd: Any) -> dict[str, Any]:
    """A notebook whose second cell holds something odd."""
    first, second = notebook["cells"]
    return notebook | {"cells": [first, second | odd]}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda notebook: {}, ": not readable as a notebook (it names no format, like 4.5). Put it back."),
        (lambda notebook: [notebook], ": not readable as a notebook (it names no format"),
        (lambda notebook: notebook | {"nbformat": 99}, ": it is in format 99.5 of notebooks, and here all"),
        (lambda notebook: notebook | {"nbformat": 3}, ": it is in format 3.5"),
        (lambda notebook: notebook | {"nbformat_minor": 2}, ": it is in format 4.2"),
        (lambda notebook: notebook | {"cells": {}}, ": not readable as a notebook (data.cells must be array)."),
        *(
            (lambda notebook, odd=odd: spoilt(notebook, **odd), ", cell 2: its type, id, source, metadata or outputs")
            for odd in ({"outputs": {}}, {"source": 42}, {"source": None}, {"id": "a\u200bb"}, {"metadata": None})
        ),
        (lambda notebook: spoilt(notebook, id=notebook["cells"][0]["id"]), ": 2 cells have the id "),
    ],
)
def test_a_file_that_is_no_notebook_of_the_format_is_told_in_one_sentence(
    spoil: Callable[[dict[str, Any]], Any], said: str
) -> None:
    told = fault(json.dumps(spoil(GOOD)).encode())
    assert told.startswith(said) and len(told.splitlines()) == 1


def test_an_empty_file_and_two_versions_that_were_merged_are_told() -> None:
    assert fault(b"") == ": the file is empty. Put it back, or take its line out of _toc.yml."
    assert "line 3: two versions were merged here" in fault(b'{\n "cells": [\n<<<<<<< HEAD\n')
