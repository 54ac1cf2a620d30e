"""What the build must not do: take what is not locked, run what it reads, or go outside its folder."""

import re
from pathlib import Path

import pytest
import tiny_project
from tiny_project import run

from torch_program.pipeline import editions
from torch_program.pipeline.plan import Plan, PlanError

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_every_locked_package_has_a_hash_and_none_an_address(path: Path) -> None:
    lock = path.read_text()
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [e.split(" ")[0] for e in entries if not re.match(r"[\w.\[\]-]+==\S+", e) or "--hash=sha256:" not in e] == []
    assert "://" not in lock


@pytest.mark.parametrize("listed", ["../../elsewhere", "link"])
def test_a_notebook_from_outside_the_project_is_not_run(tmp_path: Path, listed: str) -> None:
    folder = tiny_project.create(tmp_path / "project")
    (tmp_path / "elsewhere.ipynb").write_text("{}")
    (folder / "notebooks/link.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    tiny_project.edit(folder / "_toc.yml", "2-1-first", listed)
    with pytest.raises(PlanError, match=f"lists notebooks/{re.escape(listed)}, which lies outside the folder"):
        _ = Plan(folder, editions.read(folder, editions.DEFAULT), folder / "data").notebooks


def test_yaml_cannot_make_objects(tmp_path: Path) -> None:
    folder = tiny_project.create(tmp_path / "project")
    hostile = "title: !!python/object/apply:os.system ['touch hacked']\n"
    (folder / "editions/2026.yml").write_text(hostile)
    code, said = run(folder, "editions")
    assert code != 0
    assert "editions/2026.yml" in said and "Traceback" not in said
    assert not (folder / "hacked").exists()
