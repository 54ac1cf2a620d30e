"""A recount is compared with what the report recorded, and arithmetic that depends on the processor is found."""

from pathlib import Path

import pytest

from claimbook.assurance.recount import recorded, recount_faults, unsteady
from claimbook.project.outputs import rounded

MEASURE = {"match": "same", "status": "", "decides": False, "cell": "literal", "value": 46.0, "low": 45.5, "high": 46.5}
RESULTS = {
    "statistics": {"libraries": {"value": 46.0}},
    "claims": [
        {
            "id": "over-50",
            "measures": [
                MEASURE | {"label": "Libraries, 2023", "decides": True},
                MEASURE | {"label": "Libraries, 2022"},
                MEASURE | {"label": "Libraries, 2022", "status": "preliminary", "value": 7.0},
                MEASURE | {"label": "Twice"},
                MEASURE | {"label": "Twice"},
            ],
        },
        {"id": "most", "measures": [MEASURE | {"label": "At least half", "match": "criterion", "cell": "half"}]},
    ],
}
GOOD = """
def libraries():
    return 44 + 2.0

RECOUNT = {
    "libraries": libraries, "over-50": libraries, "over-50: Libraries, 2022": lambda: (45.5, 46.5),
    "most: half": libraries, "most: At least half": libraries,
}
"""


def faults(tmp_path: Path, code: str) -> tuple[int, list[str]]:
    path = tmp_path / "recount.py"
    path.write_text(code)
    return recount_faults(path, RESULTS, frozenset({"claimbook", "own"}))


def test_numbers_that_agree_are_counted(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD) == (5, [])


def test_a_key_that_names_two_numbers_names_none() -> None:
    assert "over-50: Twice" not in recorded(RESULTS) and recorded(RESULTS)["over-50: Libraries, 2022"]["value"] == 46


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (GOOD.replace("44 + 2.0", "44.01 + 2"), "libraries is recorded as 46.0, but recounted it is 46.01."),
        (GOOD.replace("44 + 2.0", "44.01 + 2") + "TOLERANCE = {'libraries': 1e-4}", "They may differ by 0.0001 of it."),
        (GOOD.replace("(45.5, 46.5)", "(45.5, 46)"), "is recorded as (45.5, 46.5), but recounted it is (45.5, 46)."),
        (GOOD.replace("44 + 2.0", "float('nan')"), "recounted it is nan"),
        (GOOD.replace("44 + 2.0", "None"), "recounted it is None"),
        (GOOD.replace("44 + 2.0", "1 / 0"), "the function for libraries stops with ZeroDivisionError"),
        (GOOD.replace('"libraries"', '"library"'), "has no number 'library', or several. Did you mean libraries?"),
        (GOOD + "TOLERANCE = {'towns': 1}", "TOLERANCE has towns, but RECOUNT does not."),
        ("RECOUNT = {}", "has no RECOUNT: a dictionary"),
        ("def half(:", "does not run: SyntaxError"),
        ("import no_such_module", "does not run: ModuleNotFoundError"),
        ("from claimbook.evidence import evidence", "imports claimbook, the code that made the numbers"),
        ("def f():\n    import own.rows", "imports own, the code that made the numbers"),
    ],
)
def test_a_fault_is_a_sentence(tmp_path: Path, code: str, sentence: str) -> None:
    reported = faults(tmp_path, code)[1]
    assert any(sentence in fault for fault in reported), reported


def test_a_tolerance_lets_a_number_differ_by_a_part_of_it(tmp_path: Path) -> None:
    tolerance = {key: 1e-3 for key in ("libraries", "over-50", "most: half", "most: At least half")}
    code = GOOD.replace("44 + 2.0", "44.01 + 2") + f"TOLERANCE = {tolerance}"
    assert faults(tmp_path, code) == (5, [])


@pytest.mark.parametrize("code", ["a @ b", "x**0.5", "frame.corr()", "frame['a'].cov(frame['b'])"])
def test_what_is_unsteady_is_found(code: str) -> None:
    assert list(unsteady(f"y = {code}"))


@pytest.mark.parametrize("code", ["x**2", "math.sqrt(x)", "math.fsum(a * b for a, b in pairs)", "@one\ndef f(): 1"])
def test_what_is_steady_is_not(code: str) -> None:
    assert not list(unsteady(code))


def test_a_record_has_twelve_digits_however_deeply_it_is_nested() -> None:
    values = rounded({"value": 0.1 + 0.2, "rows": [(1 / 3, "1/3")], "n": 178, "none": None, "so": True})
    assert values == {"value": 0.3, "rows": [[0.333333333333, "1/3"]], "n": 178, "none": None, "so": True}
