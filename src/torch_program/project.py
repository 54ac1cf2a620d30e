"""Where the project lies: notebooks and pipeline find `data/` from here and take no path as a parameter."""

from pathlib import Path

MARKER = "_toc.yml"


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
    """The folder of the evidence."""
    return root() / "data"
