"""Values that one section takes from others, by key."""

import json
from collections.abc import Iterable
from pathlib import Path

from claimbook.notebook.cells import running
from claimbook.notebook.prose import VALUE_KEY, ProseError, Value, is_prose, text_of
from claimbook.project.outputs import CONCLUSION, SECTIONS, read_section_record
from claimbook.say.words import suggestion


def borrowed(keys: Iterable[str], folder: Path = Path(".")) -> dict[str, Value]:
    """Return values of the other sections in `folder` by key, without those that this edition lacks.

    Raises ProseError for a key that no other section makes or names in its prose, as after a renaming.
    """
    values: dict[str, Value] = {}
    named: set[str] = set()
    for path in (path for path in sorted(folder.glob(SECTIONS)) if path.stem != CONCLUSION):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        values |= {key: from_page(path.stem, value) for key, value in read_section_record(notebook)["values"].items()}
        named |= {key for cell in notebook["cells"] if is_prose(cell) for key in VALUE_KEY.findall(text_of(cell))}
    for key in (keys := [*keys]):
        if key not in values.keys() | named:
            raise ProseError(
                f"{running().name} borrows {{{key}}}, but no other section makes it or names it in its prose."
                f"{suggestion(key, values) or ' Correct the key, or remove it.'}"
            )
    return {key: values[key] for key in keys if key in values}


def from_page(name: str, value: Value) -> Value:
    """Return a value of another page with its links to places of that page."""
    return {**value, "html": value["html"].replace('href="#', f'href="{name}.html#')}
