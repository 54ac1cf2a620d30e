"""What a notebook contains as a file: its cells, and digests that tell whether its code or its prose changed."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from claimbook.notebook import prose
from claimbook.project.parameters import INJECTED


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
