"""What a notebook contains as a file: its cells, and digests that tell whether its code or its prose changed."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from claimbook.notebook import prose
from claimbook.project.parameters import INJECTED

MARKDOWN, PYTHON = "markdown", "python"  # kinds of cells besides those of our magics


@lru_cache(maxsize=64)
def parse_notebook(content: bytes) -> Mapping[str, Any]:
    """Parse a notebook, once per process for the same bytes. Callers must not modify the result."""
    return json.loads(content)


def code_cells(notebook: Mapping[str, Any]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Yield number (from 1, without the injected cell), source and cell of every code cell."""
    number = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and INJECTED not in cell["metadata"].get("tags", ()):
            number += 1
            yield number, "".join(cell["source"]), cell


def written_cells(content: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield id, kind and text of each cell that somebody wrote: MARKDOWN, PYTHON, or a magic of ours, like "prose".

    The text of a magic is what follows its name and, of others than prose, its line. Python has blank lines for
    commands of IPython.
    """
    for cell in parse_notebook(content)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield cell["id"], MARKDOWN, source
        elif prose.is_prose(cell):
            yield cell["id"], prose.MAGIC, prose.text_of(cell)
        elif magic := re.match(r"%%(\w+).*\n?", source):
            yield cell["id"], magic[1], source[magic.end() :]
        elif cell["cell_type"] == "code" and INJECTED not in cell["metadata"].get("tags", ()):
            yield cell["id"], PYTHON, re.sub(r"^[ \t]*[%!].*$", "", source, flags=re.MULTILINE)


def source_digest(content: bytes) -> str:
    """Return a digest of types, sources, tags and ids of cells, without outputs and injected parameters."""
    return digest_of_sources(parse_notebook(content))


def digest_of_sources(notebook: Mapping[str, Any]) -> str:
    """Return the same digest of a notebook that has been parsed."""
    return _cells_digest(cell for cell in notebook["cells"] if INJECTED not in cell["metadata"].get("tags", ()))


def code_digest(content: bytes) -> str:
    """Return a digest of the code and of what the prose cites, so that a changed word reruns nothing."""
    notebook = parse_notebook(content)
    cited = {key for cell in notebook["cells"] if prose.is_prose(cell) for key in prose.citations(prose.text_of(cell))}
    named = {"cell_type": "prose", "source": sorted(cited), "metadata": {}}
    return _cells_digest([*(cell for _, _, cell in code_cells(notebook) if not prose.is_prose(cell)), named])


def _cells_digest(cells: Iterable[Mapping[str, Any]]) -> str:
    parts = [(c["cell_type"], "".join(c["source"]), sorted(c["metadata"].get("tags", ())), c.get("id")) for c in cells]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
