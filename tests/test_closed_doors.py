"""What the build must not do: ask a network, run what it reads, or go outside its folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_project
from tiny_project import run

from torch_program.pipeline import editions
from torch_program.pipeline.plan import Plan, PlanError

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[1]
ALONE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]  # only the loopback of its own
KNOCK = "import socket; socket.create_connection(('192.0.2.1', 80), 3)"  # an address that documentation uses


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or (os.geteuid() != 0 and not os.environ.get("CI")),
    reason="a network of its own takes Linux and root, and CI must",
)
def test_a_report_is_made_where_there_is_no_network(project: Path) -> None:
    knocked = subprocess.run([*ALONE, sys.executable, "-c", KNOCK], capture_output=True, text=True)
    assert "Network is unreachable" in knocked.stderr
    tiny_project.edit(project / "data/figures/one.csv", "111", "117")
    command = [*ALONE, sys.executable, "-m", "torch_program", "report"]
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "117" in (project / "_build/2026/html/notebooks/2-1-first.html").read_text()


def test_every_locked_package_has_a_hash_and_none_an_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert len(entries) > 100
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
