"""What the build must not do: take what is not locked, run what it reads, or go outside its folder."""

import re
from pathlib import Path

import pytest
import tiny_project

from torch_program.pipeline import contents, editions
from torch_program.pipeline.plan import Plan, PlanError, make
from torch_program.project import Told

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


@pytest.mark.parametrize("name", ["editions/2026.yml", "_toc.yml", "_config.yml"])
def test_yaml_cannot_make_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    folder = tiny_project.create(tmp_path / "project")
    (folder / name).write_text(f"# hostile\ntitle: !!python/object/apply:os.system ['touch {folder}/hacked']\n")
    monkeypatch.chdir(folder)
    try:
        told = "".join(make().faults())
    except Told as error:
        told = str(error)
    assert f"{name}, line 2: The file is not readable as YAML" in told
    assert not (folder / "hacked").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "_config.yml: The file is missing. Put it back: git checkout -- _config.yml"),
        ("- title", "_config.yml, the file: ['title'] is not of type 'object'. Correct it."),
        ("execute: {execute_notebooks: 3}", "_config.yml, execute.execute_notebooks: 3 is not one of ['auto', "),
        ("a: 1\ntitle: ]", "_config.yml, line 2: The file is not readable as YAML"),
        ("title: \xff", "_config.yml, line 1: The file is not UTF-8. Save it in the encoding UTF-8."),
    ],
)
def test_settings_that_jupyter_book_would_not_take_are_told(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "_config.yml").write_text(text, encoding="latin-1")
    (sentence,) = contents.faults_of_settings(tmp_path)
    assert sentence.startswith(told)
