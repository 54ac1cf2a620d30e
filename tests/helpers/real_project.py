"""Copies of the real project and of small sound data, for tests that change them."""

import json
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from claimbook.build.execution import bundle, execute_bundle
from claimbook.build.files import below
from claimbook.build.plan import Plan
from claimbook.intake.description import describe
from torch_program.profiles.steps import NOTEBOOK, Profiles, run_as

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = (".git", ".venv", "_build", ".pytask", "pytask.lock*", "__pycache__", ".*_cache", "tests")


def with_sections(folder: Path, sections: Collection[str], without: Collection[str] = ()) -> Path:
    """The real project, in which the book has its pages and only the named sections; returns its folder."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED, *without))
    shutil.rmtree(folder / "notebooks" / "profiles", ignore_errors=True)
    toc = yaml.safe_load((folder / "_toc.yml").read_text())
    for part in toc["parts"]:
        files = [chapter["file"] for chapter in part["chapters"]]
        kept = [f for f in files if not f.startswith("notebooks/") or f.removeprefix("notebooks/") in sections]
        part["chapters"] = [{"file": file} for file in kept]
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc))
    return folder


def profile(plan: Plan, province: str, year: int) -> bytes:
    """The notebook of the profiles of a project, executed here for a province."""
    wanted = Profiles(plan, year)
    inputs = {name: path.read_bytes() for name, path in wanted.inputs.items()}
    own = {f"notebooks/{run_as(province)}.ipynb": plan.committed(NOTEBOOK).read_bytes()}
    return execute_bundle(bundle({"inputs": inputs, "own": own}), run_as(province), wanted.parameters(province))


def sound_data(folder: Path) -> Path:
    """A small data folder, complete and described, in which every rule is kept; returns it."""
    shutil.copytree(ROOT / "tests" / "intake" / "bad_data" / "sound", folder)
    shutil.copy(ROOT / "data" / "datapackage.json", folder)
    (folder / "claims.yml").write_text("text_date: '2023-12-31'\nclaims: []\n")
    describe(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, by its path from there."""
    return {name: path.read_bytes() for name, path in below(folder).items()}


def executed(plan: Plan, name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A notebook, run in a folder that has just the files that the plan gives it."""
    files = {path: source.read_bytes() for path, source in plan.inputs(name).items()}
    files |= {"_toc.yml": b"", f"notebooks/{name}.ipynb": plan.committed(name).read_bytes()}
    return json.loads(execute_bundle(files, name, parameters))
