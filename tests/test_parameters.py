"""The parameters of schema, notebooks and default edition agree, and every fault is told with its place."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from torch_program.pipeline import parameters

DEFAULTS = {"edition": "2026", "cutoff": "2026-11-25", "panel_year": 2023}
CELL = 'edition = "2026"\ncutoff = "2026-11-25"\npanel_year = 2023'
READ = "print(edition, cutoff, panel_year)"


def written(folder: Path, *codes: str, tagged: int = 1) -> Path:
    cells = [new_code_cell(code) for code in codes]
    for cell in cells[:tagged]:
        cell.metadata.tags = ["parameters"]
    path = folder / "n.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def faults(folder: Path, *codes: str, tagged: int = 1) -> list[str]:
    return parameters.check({"n": written(folder, *codes, tagged=tagged)}, DEFAULTS)


def test_agreeing_parameters_have_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, CELL, "def f(cutoff):\n    cutoff = 1", "%matplotlib inline", READ) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "panel_year =",
            "panle_year =",
            "code cell 1: the schema has no parameter panle_year. Did you mean panel_year?",
        ),
        ("panel_year = 2023", "", "code cell 1: the parameter panel_year is missing. Add the line panel_year = 2023"),
        ("2023", "2022", "panel_year is 2022, but edition 2026 has 2023. Write panel_year = 2023"),
        ("2023", "2023.0", "panel_year is 2023.0, but edition 2026 has 2023. Write panel_year = 2023"),
        ('"2026-11-25"', "today()", "cutoff must be a plain value, not today()."),
        ("panel_year = 2023", "import os", "only lines of the form name = value may stand here, not import os."),
    ],
)
def test_a_fault_of_the_parameters_cell_is_told(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    found = faults(tmp_path, CELL.replace(old, new), READ)
    assert any(sentence in fault for fault in found)
    assert all(fault.startswith("notebooks/n.ipynb") for fault in found)


@pytest.mark.parametrize("code", ["cutoff = 1", "for cutoff in 1, 2:\n    pass", "cutoff += 'x'", "a, cutoff = 1, 2"])
def test_a_parameter_that_is_assigned_again_is_told(tmp_path: Path, code: str) -> None:
    assert ["code cell 2: the parameter cutoff is assigned again" in f for f in faults(tmp_path, CELL, code, READ)] == [
        True
    ]


def test_a_parameter_that_no_notebook_reads_is_told(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, CELL, "print(edition, cutoff)\nf(panel_year=1)")
    assert "no notebook reads the parameter panel_year" in fault


@pytest.mark.parametrize("tagged", [0, 2])
def test_one_cell_holds_the_parameters(tmp_path: Path, tagged: int) -> None:
    (fault,) = faults(tmp_path, CELL, READ, READ, tagged=tagged)
    assert f"{tagged or 'no'} code cells are tagged parameters" in fault
