"""A section that uses a value of another section gets an error if the value was renamed."""

import json
from pathlib import Path

import pytest

from claimbook.notebook.prose import ProseError, borrowed
from claimbook.project.outputs import RESULTS_MIME

TOWNS = {"text": "178", "html": '<a href="#claim-towns">178</a>'}


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder has one executed section, which names two values and made one of them."""
    record = {"output_type": "display_data", "data": {RESULTS_MIME: {"values": {"towns-latest": TOWNS}}}}
    text = "%%prose\n{towns-latest} towns[[, {towns-later} later]]."
    cells = [{"cell_type": "code", "source": source, "outputs": made} for source, made in ((text, []), ("", [record]))]
    (tmp_path / "1-other.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_a_value_is_borrowed_and_one_that_the_edition_lacks_is_left_out(other: None) -> None:
    assert borrowed(["towns-latest", "towns-later"]) == {
        "towns-latest": TOWNS | {"html": '<a href="1-other.html#claim-towns">178</a>'}
    }


def test_a_renamed_value_is_reported_with_its_key_and_the_cell_that_borrows_it(other: None) -> None:
    with pytest.raises(ProseError, match=r"a cell borrows \{towns-last\}, but no other section .* towns-latest"):
        borrowed(["towns-latest", "towns-last"])
    with pytest.raises(ProseError, match="Correct the key, or remove it"):
        borrowed(["firms"])
