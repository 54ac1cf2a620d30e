"""Where the project lies: notebooks and pipeline find `data/` from here and take no path as a parameter."""

import os
from pathlib import Path

MARKER = "_toc.yml"
REPORT = "report.yml"  # beside it: what the report says of itself
LOCK = "requirements.lock"
ENGINE = Path(__file__).parents[1]  # the folder of this package
CHECKOUT = ENGINE.parents[1]  # of the engine; often that of the report too
DATA = "CLAIMBOOK_DATA"  # environment variable: another copy of data/


class Told(Exception):
    """A user's mistake, told in sentences; in a notebook they stand alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class ProjectNotFound(Told, FileNotFoundError):
    """No folder at or above the given one is a project, or the folder of its data is not there."""


def root(start: Path | None = None) -> Path:
    """Nearest folder at or above `start` (the working directory) that holds `_toc.yml`."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MARKER).exists():
            return folder
    raise ProjectNotFound(f"No {MARKER} at or above {start}. Change to the folder of the report and start again.")


def lock(root: Path) -> Path:
    """The list of packages that the report in `root` is made with: its own, or that of the engine."""
    own = root / LOCK
    return own if own.exists() else CHECKOUT / LOCK


def data() -> Path:
    """The folder of the evidence: `data/`, or the copy that CLAIMBOOK_DATA names, from the folder of the project."""
    named = os.environ.get(DATA)
    folder = root() / (Path(named).expanduser() if named else "data")
    if named and not folder.is_dir():
        raise ProjectNotFound(
            f"{DATA} is {named}, but there is no folder {folder}. "
            f"Name a copy of data/ by its whole path or by the way from {root()}, or unset {DATA}."
        )
    if named and not (folder / "sources.csv").is_file():
        raise ProjectNotFound(f"{DATA} is {named}, which is no copy of data/: it holds no sources.csv. Correct it.")
    return folder
