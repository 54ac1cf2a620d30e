"""The files of the project that are needed to make the report again."""

import os
import subprocess
from pathlib import Path, PurePosixPath

from claimbook.project.files import below, made_by_people
from claimbook.project.folders import CHECKOUT, ENGINE, LOCK_FILE, UserError
from claimbook.publish.archive import GIT

MADE_FOLDERS = {"_build", GIT, ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__"}
MADE_FOLDERS |= {".venv", ".venv.new", ".venv.old"}
# what a report elsewhere needs of the engine's folder; the Makefile gets another name
OF_ENGINE = (LOCK_FILE, "requirements-test.lock", "requirements-uv.lock", "pyproject.toml", "LICENSE")


def project_files(root: Path) -> dict[str, Path]:
    """Return the project's files by name, sorted: those in git or, without git, those that people made.

    A report whose engine is in another folder gets its files too. Only for a folder of the user: git may run
    commands that the settings of a folder name. Raises UserError if git fails.
    """
    listed = in_git(root) if (root / GIT).exists() else [name for name in below(root) if not is_made(name)]
    files = {name: root / name for name in listed if (root / name).is_file()}
    if not (root / "src" / ENGINE.name).is_dir():
        files |= {f"src/{ENGINE.name}/{name}": path for name, path in made_by_people(ENGINE).items()}
        files = {name: CHECKOUT / name for name in OF_ENGINE} | {"engine.mk": CHECKOUT / "Makefile"} | files
    return dict(sorted(files.items()))


def in_git(root: Path) -> list[str]:
    """Return the names of the files that git tracks in a folder of the user. Raises UserError."""
    try:
        done = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True)
    except OSError as error:
        raise UserError(f"git cannot be started: {error.strerror}. Install it, to list the files of {root}.") from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().removesuffix(".")
        raise UserError(f"git cannot list the files of {root}: {reason}. Repair {root / GIT}, or remove it.")
    return [name for name in os.fsdecode(done.stdout).split("\0") if name]


def is_made(name: str) -> bool:
    """Return whether a file of the project was made by a tool, so that it is no source."""
    path = PurePosixPath(name)
    return bool(MADE_FOLDERS & set(path.parts)) or path.name.startswith(".DS_Store")
