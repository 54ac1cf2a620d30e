"""What changed in the outputs of a cell, in the words of `make diff`: one sentence for each change."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from claimbook.changes import difference, record
from claimbook.changes.difference import difference_between
from claimbook.project.outputs import FIGURE_MIME, MYST_MIME, RESULTS_MIME

READ = ("text/markdown", "text/plain", "text", "evalue")  # of an output, the first that it has is compared
SAID = ("title", "caption", "credit", "alt")  # parts of a figure besides its data
WIDE = 200  # characters of a sentence
SAME = re.compile(r"(?<=\| )[^|]{40,}?(?=[^|]{40}(\[-|\{\+))")  # words of a text that are far before what moved

ACCEPT = "If this is meant, accept it: `make report && make baseline`. If not, `make diff` shows what else it moved."


def moved(before: Iterable[Any], after: Iterable[Any]) -> list[str]:
    """Return what changed in the outputs of one cell; empty if they are equal or only drawn again."""
    reported = difference.sentences(difference_between(_said([*before]), _said([*after])))
    short = (SAME.sub("…", " ".join(sentence.split()), count=1) for sentence in reported)
    return [sentence if len(sentence) <= WIDE else sentence[: WIDE - 1] + "…" for sentence in short]


def waits(outputs: Iterable[Any]) -> bool:
    """Return whether a text among these outputs waits for a later value."""
    shown = [output.get("data", {}).get(MYST_MIME, {}) for output in outputs]
    return any(None in content.get("values", {}).values() for content in shown)


def _said(outputs: list[Any]) -> dict[str, Any]:
    """Return the layers of a record that these outputs make. Each displayed text counts as prose."""
    prose: dict[str, list[str]] = {}
    for name, text in (named for output in outputs for named in _texts(output) if named[1]):
        prose.setdefault(name, []).append(text)
    return record.notebook_layers({"": {"cells": [{"cell_type": "code", "id": "", "outputs": outputs}]}}) | {
        "prose": prose
    }


def _texts(output: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the texts of an output by name."""
    data = output.get("data", {})
    if figure := data.get(FIGURE_MIME):
        yield from ((f"{figure['label']}, {part}", figure.get(part, "")) for part in SAID)
    elif results := data.get(RESULTS_MIME):
        values = results.get("values", {})
        yield from ((key, " ".join(values[key].values())) for key in values if key not in results["statistics"])
    else:
        yield "text", "".join(next((holder[name] for name in READ for holder in (data, output) if name in holder), ""))
