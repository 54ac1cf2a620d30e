"""Every notebook of this report begins with the parameters of the default edition; a profile has its own."""

import ast
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import papermill
import pytest
from checkout import ROOT

from claimbook.project import editions
from claimbook.project.parameters import ParameterError, cell, check_parameters
from torch_program.parameters import Parameters, Profile
from torch_program.profiles import steps

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
DEFAULTS = editions.read_edition(ROOT, editions.DEFAULT).parameters.model_dump()
OF_PROFILE = {"province": "Beijing", "year": 2023, "edition": "2026", "cutoff": "2026-11-30"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_starts_with_the_parameters_of_the_default_edition_as_papermill_reads_them(path: Path) -> None:
    wanted, schema = (OF_PROFILE, Profile) if path.parent.name == "profiles" else (DEFAULTS, Parameters)
    cells = json.loads(path.read_bytes())["cells"]
    (source,) = ["".join(c["source"]) for c in cells if "parameters" in c["metadata"].get("tags", ())]
    assert source == cell(wanted, schema), "`claimbook edition defaults` writes it into all notebooks"
    assert any("check_parameters(globals()" in line for c in cells for line in c["source"]), "it refuses others"
    read = {name: ast.literal_eval(found["default"]) for name, found in papermill.inspect_notebook(str(path)).items()}
    assert read == wanted


def test_a_profile_has_parameters_of_its_own() -> None:
    given = {"edition": "2026", "cutoff": "2026-11-30", "province": "Hubei", "year": 2023}
    check_parameters(dict(given), Profile)
    for wrong, said in (
        ({"province": "Hubeii"}, "Hubeii.*Did you mean Hubei"),
        ({"panel_year": 2023}, "panel_year.*Did you mean year"),
    ):
        with pytest.raises(ParameterError, match=said):
            check_parameters(given | wrong, Profile)


def test_a_parameter_that_only_sections_have_stays_out_of_the_cell_of_profiles() -> None:
    own = DEFAULTS | {"places": 5}
    plan: Any = SimpleNamespace(parameters=own, committed=lambda name: ROOT / "notebooks" / f"{name}.ipynb")
    (source,) = steps.default_cells(plan).values()
    assert source == cell(OF_PROFILE, Profile)
