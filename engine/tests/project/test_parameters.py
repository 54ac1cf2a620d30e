"""Parameters agree in schema, notebooks and default edition; a notebook refuses those that nothing would read."""

import json
from typing import Any

import pytest
import yaml
from checkout import ROOT

from claimbook.commands.editions import with_parameters_cell
from claimbook.project import parameters
from claimbook.project.parameters import ParameterError, cell, check_parameters
from claimbook.project.yaml_files import mistakes

DEFAULTS: dict[str, Any] = yaml.safe_load((ROOT / "editions" / "2026.yml").read_text(encoding="utf-8"))["parameters"]
A_DAY = 'It must be a day in quotes, like "2023-12-31", from 1980 on.'
KNOWN = f"Known: {', '.join(DEFAULTS)}."
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


def test_a_notebook_with_other_parameters_is_fitted_and_all_else_in_it_stays() -> None:
    content = next(path for path in NOTEBOOKS if path.stem.startswith("2-1")).read_bytes()
    assert with_parameters_cell(content, cell(DEFAULTS)) == content
    moved = with_parameters_cell(content, cell(DEFAULTS | {"panel_year": 2022}))
    assert moved == content.replace(b"panel_year: int = 2023", b"panel_year: int = 2022")


def test_parameters_are_read_from_the_notebook_the_injected_ones_last() -> None:
    cells = [
        {"metadata": {"tags": ["injected-parameters"]}, "source": '# Parameters\nedition = "2023"\n'},
        {"metadata": {"tags": ["parameters"]}, "source": [cell(DEFAULTS)]},
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
        ({"cutof": "2023-12-31"}, f"cutof is unknown. Did you mean cutoff? {KNOWN}"),
        ({"CUTOFF": "2023-12-31"}, f"CUTOFF is unknown. {KNOWN}"),
        ({"anything": None}, f"anything is unknown. {KNOWN}"),
        ({"cutoff": "1960-01-01"}, f"cutoff is '1960-01-01'. {A_DAY}"),
        ({"cutoff": "31.12.2023"}, f"cutoff is '31.12.2023'. {A_DAY}"),
        ({"edition": "20226"}, "There is no edition '20226'. Did you mean 2026? Known: 2023, 2026."),
        ({"edition": 2023}, "edition is 2023. It must be the name of its file, in quotes."),
    ],
)
def test_a_wrong_name_or_value_is_refused_with_its_sentence(given: dict[str, Any], sentence: str) -> None:
    assert refused(**given) == [sentence]


def test_all_mistakes_are_reported_at_once() -> None:
    assert len(refused(cutof="2023-12-31", panel_yaer=2022, cutoff="soon")) == 3


def test_the_run_of_an_edition_with_other_values_has_a_name_that_is_known() -> None:
    check_parameters(DEFAULTS | {"edition": "2026+panel_year=2022", "panel_year": 2022})


def test_a_refused_name_is_forgotten_so_that_the_corrected_cells_can_be_run_again() -> None:
    names = DEFAULTS | {"cutof": "2023-12-31"}
    with pytest.raises(ParameterError):
        check_parameters(names)
    check_parameters(names)
    assert names == DEFAULTS


def test_the_first_cell_can_be_run_again_when_the_notebook_has_names_of_its_own() -> None:
    own = {"section": object(), "text_year": 2024, "In": [""], "_": 1, "PALETTE": {}, "json": json, "print": print}
    check_parameters(DEFAULTS | own)
    with pytest.raises(ParameterError, match="It must be a day"):
        check_parameters(DEFAULTS | own | {"cutoff": "soon"})


class Bare(parameters.Run):
    places: int
    rate: float | None = None


def notebook_with(source: str) -> bytes:
    return json.dumps({"cells": [{"metadata": {"tags": ["parameters"]}, "source": source}]}).encode()


def test_a_new_parameter_is_asked_of_every_notebook_and_the_command_that_writes_it_is_named() -> None:
    old, new = notebook_with(cell(DEFAULTS)), notebook_with(cell(DEFAULTS) + "\nplaces: int = 5")
    assert parameters.parameters_missing({"a.ipynb": new}, ["cutoff", "places"]) == ""
    output = parameters.parameters_missing({"a.ipynb": new, "b.ipynb": old, "c.ipynb": b"{"}, ["cutoff", "places"])
    assert "lacks a parameter: places (b.ipynb)." in output and output.endswith("edition defaults")


def test_a_field_without_words_is_written_and_its_mistakes_are_reported_by_its_type() -> None:
    values = {"edition": "2026", "places": 5, "rate": None}
    assert cell(values, Bare).splitlines()[1:] == ["places: int = 5", "rate: object = None"]
    with pytest.raises(ValueError) as caught:
        Bare.model_validate(values | {"cutoff": "2026-01-01", "places": "x", "rate": "x"})
    expected = ["places is 'x'. It must be a whole number.", "rate is 'x'. It must be a number."]
    assert [*map(str, mistakes(Bare, caught.value))] == expected
