"""What changed in the outputs of a cell, on hand-made outputs."""

from typing import Any

import cell_outputs
import pytest
from hand_made_records import CSV, figure, output, prose


def text(words: str) -> dict[str, Any]:
    return output({"text/markdown": words.splitlines(keepends=True)})


LONG = "word " * 20
VALUE = "chart fig-made-up | 2022, [-13.1-]{+13.6+}"
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "a value": (figure(), figure(csv=CSV.replace("13.1", "13.6")), [VALUE]),
    "a drawing": (figure(), figure("<svg />"), []),
    "digits": (figure(csv="a\n0.1234567891234\n"), figure(csv="a\n0.1234567891235\n"), []),
    "no figure": (figure(title="", alt=""), text("A"), ["LOST chart | fig-made-up | 2 rows", "paragraph text | {+A+}"]),
    "a number": (prose("It is", "17"), prose("It is", "18"), ["paragraph text | It is [-17-]{+18+}"]),
    "a long text": (text(f"{LONG}17"), text(f"{LONG}18"), [f"paragraph text | …{LONG[:40]}[-17-]{{+18+}}"]),
}


@pytest.mark.parametrize(("before", "after", "reported"), CASES.values(), ids=CASES)
def test_what_moved_is_reported_with_old_and_new_value(before, after, reported):
    assert [sentence.replace("\u202f", " ") for sentence in cell_outputs.moved([before], [after])] == reported
    assert cell_outputs.moved([before], [before]) == cell_outputs.moved([after], [after]) == []


def test_no_sentence_fills_the_screen() -> None:
    (sentence,) = cell_outputs.moved([text("a " * 150)], [text("b " * 150)])
    assert len(sentence) == cell_outputs.WIDE
