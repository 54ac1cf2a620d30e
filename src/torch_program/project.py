"""Where the project lies: notebooks and pipeline find `data/` from here and take no path as a parameter."""

import os
from pathlib import Path

MARKER = "_toc.yml"
DATA = "TORCH_PROGRAM_DATA"  # no build reads it: there DATA= says which copy is meant


class ProjectNotFound(FileNotFoundError):
    """No folder at or above the given one is a project."""


def root(start: Path | None = None) -> Path:
    """Nearest folder at or above `start` (the working directory) that holds `_toc.yml`."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MARKER).exists():
            return folder
    raise ProjectNotFound(f"No {MARKER} at or above {start}. Change to the folder of the report and start again.")


def data() -> Path:
    """The folder of the evidence: data/, or for notebooks that are run by hand a copy that the environment names."""
    other = os.environ.get(DATA)
    if not other:
        return root() / "data"
    if not (Path(other) / "sources.csv").is_file():
        raise ProjectNotFound(f"{DATA} is {other}, which is no copy of data/. Correct it, or unset it.")
    return Path(other)
