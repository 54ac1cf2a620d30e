"""The files of the project that are needed to make the report again."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from claimbook.project.files import below, made_by_people
from claimbook.project.folders import CHECKOUT, ENGINE, LOCK_FILE

MADE_FOLDERS = {"_build", ".git", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__"}
MADE_FOLDERS |= {".venv", ".venv.new", ".venv.old"}
# what a report elsewhere needs of the engine's folder; the Makefile gets another name
OF_ENGINE = (LOCK_FILE, "requirements-test.lock", "requirements-uv.lock", "pyproject.toml", "LICENSE")


def project_files(root: Path) -> dict[str, Path]:
    """Return the project's files by name, sorted: those in git or, without git, those that people made.

    A report whose engine is in another folder gets its files too.
    """
    if (root / ".git").exists():
        git_files = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=True)
        listed = [name for name in git_files.stdout.decode().split("\0") if name]
    else:
        found = map(PurePosixPath, below(root))
        listed = [
            str(path) for path in found if not MADE_FOLDERS & set(path.parts) and not path.name.startswith(".DS_Store")
        ]
    files = {name: root / name for name in listed if (root / name).is_file()}
    if not (root / "src" / ENGINE.name).is_dir():
        files |= {f"src/{ENGINE.name}/{name}": path for name, path in made_by_people(ENGINE).items()}
        files = {name: CHECKOUT / name for name in OF_ENGINE} | {"engine.mk": CHECKOUT / "Makefile"} | files
    return dict(sorted(files.items()))


def copied(files: Mapping[str, Path], folder: Path) -> Path:
    """Copy files into a folder by name and return the folder."""
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder
