"""Notebooks stay short enough to be read: what a cell and a whole notebook may hold, and what of it a page shows."""

import json
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
NAMES = sorted(p.relative_to(NOTEBOOKS).with_suffix("").as_posix() for p in NOTEBOOKS.glob("**/[!.]*.ipynb"))
CELL, NOTEBOOK = 40, 400  # lines of code, without blank ones and without cells of prose


def lines_of_code(notebook: dict) -> dict[str, int]:
    """Lines of code of a notebook by the id of the cell."""
    code = {c["id"]: "".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"}
    return {
        key: sum(bool(li.strip()) for li in s.splitlines()) for key, s in code.items() if not s.startswith("%%prose")
    }


def too_long(sizes: dict[str, int]) -> list[str]:
    """Cells that are longer than a screen, and the notebook if it is longer than patience."""
    cells = [f"{key}: {n} lines of code, at most {CELL}" for key, n in sizes.items() if n > CELL]
    whole = sum(sizes.values())
    return cells + ([f"{whole} lines of code in all, at most {NOTEBOOK}"] if whole > NOTEBOOK else [])


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_no_longer_than_a_reader_takes_in(name):
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert too_long(lines_of_code(notebook)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_code_only_to_those_who_ask_for_it(name):
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = [c for c in cells if c["cell_type"] == "code" and not "".join(c["source"]).startswith("%%prose")]
    assert [c["id"] for c in code if {"hide-input", "remove-input"}.isdisjoint(c["metadata"].get("tags", []))] == []


def test_what_is_too_long_is_named():
    long = {"cell_type": "code", "id": "long", "source": ["x\n"] * 41}
    assert too_long(lines_of_code({"cells": [long]})) == ["long: 41 lines of code, at most 40"]
    fits = [{"cell_type": "code", "id": f"c{n}", "source": ["x\n", "\n"] * 40} for n in range(11)]
    assert too_long(lines_of_code({"cells": fits})) == ["440 lines of code in all, at most 400"]
    prose = {"cell_type": "code", "id": "p", "source": ["%%prose\n", *["x\n"] * 50]}
    assert too_long(lines_of_code({"cells": [prose]})) == []
