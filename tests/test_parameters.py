"""Parameters agree in schema, notebooks and default edition; a notebook refuses those that nothing would read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from torch_program import parameters
from torch_program.parameters import ParameterError, Profile, check_parameters, line
from torch_program.pipeline import parameter_cells

DEFAULTS = {"edition": "2026", "cutoff": "2026-11-25", "panel_year": 2023}
YEAR = line("panel_year", 2023)
CELL = "\n".join(line(name, default) for name, default in DEFAULTS.items())
READ = "print(edition, cutoff, panel_year)"
NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").rglob("*.ipynb"))


def written(folder: Path, *codes: str, tagged: int = 1) -> Path:
    cells = [new_code_cell(code) for code in codes]
    for cell in cells[:tagged]:
        cell.metadata.tags = ["parameters"]
    path = folder / "n.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def faults(folder: Path, *codes: str, tagged: int = 1) -> list[str]:
    return parameter_cells.check({"n": written(folder, *codes, tagged=tagged)}, DEFAULTS)


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
    tmp_path: Path, spoil: Callable[[dict[str, Any]], Any], said: str
) -> None:
    path = written(tmp_path, CELL, READ)
    path.write_text(json.dumps(spoil(json.loads(path.read_bytes()))))
    (fault,) = parameter_cells.check({"n": path}, DEFAULTS)
    assert fault.startswith(f"notebooks/n.ipynb{said}") and len(fault.splitlines()) == 1


def test_a_line_has_type_default_and_meaning() -> None:
    assert line("cutoff", "2026-11-25") == (
        'cutoff: str = "2026-11-25"  # Only originals that were published on or before this day count'
    )
    assert YEAR.startswith("panel_year: int = 2023  # Year")


def test_agreeing_parameters_have_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, CELL, "def f(cutoff):\n    cutoff = 1", "%matplotlib inline", READ) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "panel_year:",
            "panle_year:",
            "code cell 1: the schema has no parameter panle_year. Did you mean panel_year?",
        ),
        (YEAR, "", f"code cell 1: the parameter panel_year is missing. Add the line {YEAR}"),
        ("2023", "2022", f"panel_year is 2022, but edition 2026 has 2023. Write {YEAR}"),
        ("2023", "2023.0", f"panel_year is 2023.0, but edition 2026 has 2023. Write {YEAR}"),
        (": int", "", f"panel_year has not the type and meaning that papermill shows. Write {YEAR}"),
        ("  # Year", "  # Day", f"panel_year has not the type and meaning that papermill shows. Write {YEAR}"),
        ('"2026-11-25"', "today()", "cutoff must be a plain value, not today()."),
        (YEAR, "import os", "only lines of the form name = value may stand here, not import os."),
        (YEAR, "panel_year: int", "only lines of the form name = value may stand here, not panel_year: int."),
    ],
)
def test_a_fault_of_the_parameters_cell_is_told(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    found = faults(tmp_path, CELL.replace(old, new), READ)
    assert any(sentence in fault for fault in found)
    assert all(fault.startswith("notebooks/n.ipynb") for fault in found)


def test_a_default_that_moved_is_told_once_and_written_into_all_notebooks_by_the_command(tmp_path: Path) -> None:
    names = ("2-1-a", "3-1-b", "4-1-c", "5-d")
    paths = {name: written(tmp_path, CELL, READ).rename(tmp_path / f"{name}.ipynb") for name in names}
    (told,) = parameter_cells.check(paths, moved := DEFAULTS | {"panel_year": 2022})
    assert "4-1-c.ipynb, code cell 1 and 1 more: panel_year is 2023, but edition 2026 has 2022" in told
    assert told.endswith("torch-program edition defaults does it in all of them.")
    for path in paths.values():
        before = path.read_bytes()
        path.write_bytes(parameter_cells.fitted(before, moved))
        assert path.read_text().splitlines() == before.decode().replace(YEAR, line("panel_year", 2022)).splitlines()
    assert parameter_cells.check(paths, moved) == []


def test_a_cell_with_a_missing_line_or_an_old_form_is_fitted_and_one_that_cannot_be_read_is_left(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, 'edition = "2023"\npanel_year = (\n    2022\n)', READ)
    path.write_bytes(parameter_cells.fitted(path.read_bytes(), DEFAULTS))
    assert parameter_cells.check({"n": path}, DEFAULTS) == []
    for content in (b"{", b"[]", b"", written(tmp_path, "edition = (", READ).read_bytes()):
        assert parameter_cells.fitted(content, DEFAULTS) == content


def test_the_notebooks_of_the_project_are_fitted_already() -> None:
    for path in NOTEBOOKS:
        schema = Profile if path.parent.name == "profiles" else parameters.Parameters
        defaults = DEFAULTS if schema is not Profile else {"year": 2023, "edition": "2026", "cutoff": "2026-11-25"}
        assert parameter_cells.fitted(path.read_bytes(), defaults, schema) == path.read_bytes()


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


def test_parameters_are_read_from_the_notebook_the_injected_ones_last() -> None:
    cells = [
        {"metadata": {"tags": ["injected-parameters"]}, "source": '# Parameters\nedition = "2023"\n'},
        {"metadata": {"tags": ["parameters"]}, "source": [CELL]},
        {"metadata": {}, "source": ["%no Python"]},
    ]
    assert parameters.of_notebook({"cells": cells}) == DEFAULTS | {"edition": "2023"}


# in a notebook -------------------------------------------------------------------------------------------------


def refused(**given: Any) -> list[str]:
    with pytest.raises(ParameterError) as error:
        check_parameters(DEFAULTS | given)
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"cutof": "2023-12-31"}, "cutof is unknown. Did you mean cutoff? Possible: edition, cutoff, panel_year."),
        ({"CUTOFF": "2023-12-31"}, "CUTOFF is unknown. Possible: edition, cutoff, panel_year."),
        ({"anything": None}, "anything is unknown. Possible: edition, cutoff, panel_year."),
        ({"cutoff": "31.12.2023"}, "cutoff = '31.12.2023': cutoff must be a day, like 2023-12-31."),
        ({"cutoff": "20231231"}, "cutoff = '20231231': cutoff must be a day, like 2023-12-31."),
        ({"cutoff": ""}, "cutoff = '': cutoff must be a day, like 2023-12-31."),
        ({"cutoff": 2023}, "cutoff = 2023: cutoff must be a day, like 2023-12-31."),
        ({"panel_year": "2022"}, "panel_year = '2022': panel_year must be a whole year from 1988 on."),
        (
            {"panel_year": 2030},
            "panel_year is 2030, later than the cutoff 2026-11-25. Choose a year that had ended by then: 2025.",
        ),
        ({"edition": "20226"}, "There is no edition '20226'. Did you mean 2026? Known: 2023, 2026."),
        ({"edition": 2023}, "edition = 2023: edition must be text. Write it in quotes; papermill keeps text with -r."),
    ],
)
def test_a_wrong_name_or_value_is_refused_with_its_sentence(given: dict[str, Any], sentence: str) -> None:
    assert refused(**given) == [sentence]


def test_all_mistakes_are_told_at_once() -> None:
    assert len(refused(cutof="2023-12-31", panel_yaer=2022, cutoff="soon")) == 3


def test_what_a_notebook_has_besides_parameters_is_not_mistaken_for_one() -> None:
    own = {"In": [""], "Out": {}, "_": 1, "PALETTE": {}, "INK": "#000", "json": json, "Path": Path, "print": print}
    check_parameters(DEFAULTS | own)


def test_the_run_of_an_edition_with_other_values_has_a_name_that_is_known() -> None:
    check_parameters(DEFAULTS | {"edition": "2026+panel_year=2022", "panel_year": 2022})


def test_a_refused_name_is_forgotten_so_that_the_corrected_cells_can_be_run_again() -> None:
    names = DEFAULTS | {"cutof": "2023-12-31"}
    with pytest.raises(ParameterError):
        check_parameters(names)
    check_parameters(names)
    assert names == DEFAULTS


def test_the_first_cell_can_be_run_again_when_the_notebook_has_names_of_its_own() -> None:
    own = {"section": object(), "text_year": 2024, "results": []}
    check_parameters(DEFAULTS | own)
    with pytest.raises(ParameterError, match="cutoff must be a day"):
        check_parameters(DEFAULTS | own | {"cutoff": "soon"})


def test_a_profile_has_parameters_of_its_own() -> None:
    given = {"edition": "2026", "cutoff": "2026-11-25", "province": "Hubei", "year": 2023}
    check_parameters(dict(given), Profile)
    for wrong, said in (
        ({"province": "Hubeii"}, "province is Hubeii, which is no province. Did you mean Hubei?"),
        ({"panel_year": 2023}, "panel_year is unknown. Did you mean year?"),
    ):
        with pytest.raises(ParameterError, match=said.replace("?", r"\?")):
            check_parameters(given | wrong, Profile)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_the_first_cell_of_every_notebook_takes_its_own_parameters_and_refuses_others(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    (tagged,) = (n for n, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", ()))
    before_the_section, _, _ = cells[tagged + 1].source.partition("section = ")
    for given, refusal in (("", ""), ('cutof = "2023-12-31"', "Did you mean cutoff?"), ('cutoff = "soon"', "a day")):
        names: dict[str, Any] = {}
        exec(cells[tagged].source + "\n" + given, names)
        if refusal:
            with pytest.raises(ParameterError) as error:
                exec(before_the_section, names)
            assert refusal in str(error.value)
        else:
            exec(before_the_section, names)
