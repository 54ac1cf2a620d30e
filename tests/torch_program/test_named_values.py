"""Every value that the prose names exists, so that no sentence is dropped unnoticed."""

import json

import pytest
from checkout import BUILT

from claimbook.assurance.typed_figures import prose_cells
from claimbook.notebook.prose import VALUE_KEY
from claimbook.project.outputs import SECTIONS, read_section_record

# Values of sentences that the default edition leaves out, each with the reason.
OTHER_EDITIONS = {
    "gdp-made": "edition 2023 works out GDP by province",
    **dict.fromkeys(("s21-later", "s21-later.year", "s21-later-day"), "a later share decides only if data/ has one"),
}


@pytest.mark.book
def test_every_value_that_the_prose_names_exists() -> None:
    executed = {path: path.read_bytes() for path in sorted((BUILT / "executed").glob(SECTIONS))}
    assert executed, "run `make report` first"
    missing = {
        key: f"{path.name}, cell {cell}"
        for path, content in executed.items()
        for cell, text in prose_cells(content)
        for key in VALUE_KEY.findall(text)
        if key not in read_section_record(json.loads(content))["values"]
    }
    assert set(missing) == set(OTHER_EDITIONS), missing
