"""Finds the folder of the project and its `data/`, so that notebooks need no paths as parameters."""

import os
from pathlib import Path

MARKER = "_toc.yml"
REPORT_FILE = "report.yml"  # next to it: names and settings of the report
LOCK_FILE = "requirements.lock"
ENGINE = Path(__file__).parents[1]  # folder of this package
FONTS = ENGINE / "charts" / "fonts"  # of charts and print, made by book/make_fonts.py
CODE = ("src/", "engine/src/")  # folders of code in a project: that of the report, and that of the engine
LOCKS = ENGINE / "run" / "locks"  # lists of packages: of a report, and more for tests, for a cluster and for set-up
DATA_VARIABLE = "CLAIMBOOK_DATA"  # environment variable that names another copy of data/


class UserError(Exception):
    """A user's mistake, explained in sentences; a notebook shows them without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class ProjectNotFound(UserError, FileNotFoundError):
    """No folder at or above the given one is a project, or its folder of data is missing."""


def root(start: Path | None = None) -> Path:
    """Return the nearest folder at or above `start` (the working directory) that contains `_toc.yml`.

    Raises ProjectNotFound if there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MARKER).exists():
            return folder
    raise ProjectNotFound(f"No {MARKER} at or above {start}. Change to the folder of the report and start again.")


def edition_names(root: Path) -> list[str]:
    """Return the names of all editions, oldest first."""
    return sorted(path.stem for path in (root / "editions").glob("*.yml"))


def python_path(folder: Path) -> str:
    """Return PYTHONPATH for the code of report and engine in a project."""
    return os.pathsep.join(str(folder / code) for code in CODE)


def lock(root: Path) -> Path:
    """Return the list of packages for the report in `root`: its own, or else the engine's."""
    lock_file = root / LOCK_FILE
    return lock_file if lock_file.exists() else LOCKS / LOCK_FILE


def data_folder() -> Path:
    """Return the folder of the evidence: `data/`, or the copy that CLAIMBOOK_DATA names.

    Raises ProjectNotFound if CLAIMBOOK_DATA names no copy of data/.
    """
    named = os.environ.get(DATA_VARIABLE)
    folder = root() / (Path(named).expanduser() if named else "data")
    if named and not folder.is_dir():
        raise ProjectNotFound(
            f"{DATA_VARIABLE} is {named}, but there is no folder {folder}. "
            f"Give a copy of data/ as an absolute path or relative to {root()}, or unset {DATA_VARIABLE}."
        )
    if named and not (folder / "sources.csv").is_file():
        raise ProjectNotFound(f"{DATA_VARIABLE}: {named} is not a copy of data/: it has no sources.csv. Correct it.")
    return folder


def as_typed(path: Path) -> str:
    """Return a path as somebody would type it here."""
    near = os.path.relpath(path)
    return str(path) if near.startswith("..") else near
