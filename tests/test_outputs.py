"""What a cell says otherwise than before, told of hand-made outputs, and as the last lines of the tests."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hand_made_records import figure, notebook_with, output, prose, record, results

from torch_program.changes import outputs
from torch_program.results import MYST_MIME

ROOT = Path(__file__).resolve().parents[1]
CSV = "year,value\n2021,12.5\n2022,13.1\n"


def text(words: str) -> dict[str, Any]:
    return output({"text/markdown": words.splitlines(keepends=True)})


def claims(**changed: str) -> list[dict[str, Any]]:
    first, *rest = record()["claims"]
    return [first | changed, *rest]


def table(myst: str) -> dict[str, Any]:
    return output({MYST_MIME: {"myst": myst}, "text/markdown": "Table: Made up"})


def statistics(**values: float) -> dict[str, Any]:
    made = record()["statistics"]
    return made | {name: made[name] | {"value": value} for name, value in values.items()}


DATA = "figure fig-made-up, its data"
TABLE = ":::{table} Made up\n:name: tbl-made-up\n\n| 1 | 2 |\n"
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "a value": (
        figure(),
        figure(csv=CSV.replace("13.1", "13.6")),
        [f"{DATA}, row 2 (2022, 13.1), value: 13.1 → 13.6 (+0.5, +3.82 %)"],
    ),
    "a value that is gone": (
        figure(),
        figure(csv=CSV.replace("13.1", "")),
        [f"{DATA}, row 2 (2022, 13.1), value: 13.1 → nothing"],
    ),
    "a value from nought": (
        figure(csv="year,value\n2021,0\n"),
        figure(csv="year,value\n2021,2\n"),
        [f"{DATA}, row 1 (2021, 0), value: 0 → 2 (+2)"],
    ),
    "a row": (figure(), figure(csv=CSV + "2023,14\n"), [f"{DATA}: 2 rows → 3; new: 2023, 14"]),
    "a row that is gone": (figure(), figure(csv="year,value\n2022,13.1\n"), [f"{DATA}: 2 rows → 1; gone: 2021, 12.5"]),
    "a column": (
        figure(),
        figure(csv=CSV.replace("value", "share")),
        ["figure fig-made-up, columns of its data: year, [-value-]{+share+}"],
    ),
    "a title": (figure(), figure(title="Made well"), ["figure fig-made-up, title: Made [-up-]{+well+}"]),
    "a drawing": (
        figure(),
        figure("<svg />"),
        ["figure fig-made-up: drawn otherwise; its data and words are the same"],
    ),
    "a title, and digits that other platforms add up otherwise": (
        figure(csv="value\n0.1234567891234\n"),
        figure(csv="value\n0.1234567891235\n", title="B"),
        ["figure fig-made-up, title: [-Made up-]{+B+}"],
    ),
    "a verdict": (
        results(),
        results(claims=claims(verdict="overstated")),
        ["verdict of share: supported → overstated"],
    ),
    "a statistic": (
        results(),
        results(statistics=statistics(small=2.5)),
        ["statistic small: 2.0 → 2.5 (+0.5, +25.00 %)"],
    ),
    "the farthest first": (
        results(),
        results(statistics=statistics(big=1010.0, small=1.0)),
        ["statistic small: 2.0 → 1.0 (−1, −50.00 %)", "statistic big: 1000.0 → 1010.0 (+10, +1.00 %)"],
    ),
    "lost ones": (
        results(),
        results(statistics={}, claims=[]),
        ["claim other: LOST", "claim share: LOST", "statistic big: LOST", "statistic small: LOST"],
    ),
    "a number of the prose": (
        prose("There were", "170"),
        prose("There were", "171"),
        ["value made-up-number: 170 → 171 (+1, +0.59 %)"],
    ),
    "a number in words": (
        prose("It is", "about 170"),
        prose("It is", "over 170"),
        ["value made-up-number: about 170 → over 170"],
    ),
    "words of the prose": (
        prose("There were", "170"),
        prose("There are", "170"),
        ["text 1: There [-were-]{+are+} 170"],
    ),
    "a word that no text names": (
        results(values={"a": {"text": "rose", "html": "rose"}}),
        results(values={"a": {"text": "fell", "html": "fell"}}),
        ["value a: rose → fell"],
    ),
    "the card of a number": (
        results(values={"a": {"text": "1", "html": "<a title='2021'>1</a>"}}),
        results(values={"a": {"text": "1", "html": "<a title='2022'>1</a>"}}),
        ["value a: its card, <a title='[-2021-]{+2022+}'>1</a>"],
    ),
    "a table": (
        table(TABLE),
        table(TABLE.replace("2", "3")),
        ["text “tbl-made-up”: :::{table} Made up :name: tbl-made-up | 1 | [-2-]{+3+} |"],
    ),
    "another figure": (figure(), figure(label="fig-other"), ["figure fig-made-up: LOST", "figure fig-other: new"]),
}


@pytest.mark.parametrize(("before", "after", "told"), CASES.values(), ids=CASES)
def test_what_moved_is_told_with_old_and_new_value(
    before: dict[str, Any], after: dict[str, Any], told: list[str]
) -> None:
    assert outputs.moved([before], [after]) == told
    assert outputs.moved([before], [before]) == outputs.moved([after], [after]) == []


def test_of_many_values_the_first_are_told_and_the_rest_counted() -> None:
    old, new = (figure(csv="value\n" + "".join(f"{n + shift}\n" for n in range(9))) for shift in (0, 1))
    told = outputs.moved([old], [new])
    assert len(told) == outputs.MOST + 1
    assert told[-1] == "figure fig-made-up: and 5 more values"


def test_no_sentence_fills_the_screen() -> None:
    (told,) = outputs.moved([text("a " * 1000)], [text("b " * 1000)])
    assert len(told) == outputs.WIDE


@pytest.mark.process
def test_the_last_lines_of_the_tests_tell_what_moved_and_how_it_is_accepted(tmp_path: Path) -> None:
    """nbval on a notebook that gives other values than it stores, in a process of its own."""
    made = notebook_with(figure(), results())
    fresh = figure(csv=CSV.replace("13.1", "13.6")), results(claims=claims(verdict="overstated"))
    shown = "".join(f"display({o['data']!r}, raw=True)\n" for o in fresh)
    made["cells"][0]["source"] = f"from IPython.display import display\n{shown}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    (tmp_path / "made-up.ipynb").write_text(json.dumps(made | {"metadata": kernel}))
    for name in ("src", "pyproject.toml", "conftest.py"):
        (tmp_path / name).symlink_to(ROOT / name)
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "made-up.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout
    *_, verdict, value, accept, _ = done.stdout.splitlines()
    assert verdict == "made-up, cell made-up: verdict of share: supported → overstated"
    assert value == f"made-up, cell made-up: {DATA}, row 2 (2022, 13.1), value: 13.1 → 13.6 (+0.5, +3.82 %)"
    assert accept == outputs.ACCEPT
    assert "`make report && make baseline`" in accept
