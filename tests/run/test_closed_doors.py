"""What the build must not do: install unlocked packages, execute what it reads, or leave its folder."""

import re
import shutil
from pathlib import Path

import pytest
import towns
import yaml
from checkout import ROOT

from claimbook.project.folders import UserError
from claimbook.run.checking import (
    faults_of_citation,
    faults_of_config,
    faults_of_contents,
    setting_faults,
    unless_unreadable,
)
from claimbook.run.plan import PlanError, plan_of


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_every_locked_package_has_a_hash_and_none_an_address(path: Path) -> None:
    lock = path.read_text()
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [e.split(" ")[0] for e in entries if not re.match(r"[\w.\[\]-]+==\S+", e) or "--hash=sha256:" not in e] == []
    assert "://" not in lock


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A project with the editions, notebooks and settings of this one."""
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    (tmp_path / "editions").mkdir()
    for name in ("editions/2026.yml", "_toc.yml", "_config.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("listed", ["../../elsewhere", "link"])
def test_a_notebook_from_outside_the_project_is_not_run(linked: Path, listed: str) -> None:
    (linked / "notebooks").unlink()
    (linked / "notebooks").mkdir()
    (linked / "notebooks/link.ipynb").symlink_to(linked / "elsewhere.ipynb")
    for place in (linked, linked.parent):
        (place / "elsewhere.ipynb").write_text("{}")
    (linked / "_toc.yml").write_text(f"root: notebooks/{listed}\n")
    with pytest.raises(PlanError, match=f"lists notebooks/{re.escape(listed)}, which is outside the folder"):
        _ = plan_of(linked).notebooks


@pytest.mark.parametrize("name", ["editions/2026.yml", "_toc.yml", "_config.yml"])
def test_yaml_cannot_make_objects(linked: Path, name: str) -> None:
    (linked / name).write_text(f"# hostile\ntitle: !!python/object/apply:os.system ['touch {linked}/hacked']\n")
    try:
        reported = "".join(setting_faults(plan_of(linked)))
    except UserError as error:
        reported = str(error)
    assert f"{name}, line 2, title: This has the tag os.system" in reported
    assert not (linked / "hacked").exists()


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        (None, "_config.yml: The file is missing. Restore it: git checkout -- _config.yml"),
        ("- title", "_config.yml, the file: ['title'] is not of type 'object'. Correct it."),
        ("execute: {execute_notebooks: 3}", "_config.yml, execute.execute_notebooks: 3 is not one of ['auto', "),
        ("titel: x", "_config.yml: there is no setting titel. Did you mean title?"),
        ("a: 1\ntitle: ]", "_config.yml, line 2: The file is not readable as YAML"),
        ("title: \xff", "_config.yml, line 1: The file is not UTF-8. Save it as UTF-8."),
    ],
)
def test_settings_that_jupyter_book_would_reject_are_reported(tmp_path: Path, text: str | None, reported: str) -> None:
    if text is not None:
        (tmp_path / "_config.yml").write_text(text, encoding="latin-1")
    (sentence,) = unless_unreadable(faults_of_config, tmp_path / "_config.yml")
    assert sentence.startswith(reported)


WRITTEN = {  # files that people write, and a text in each
    "data/claims.yml": "Threeland has over 50",
    "data/sources.csv": "Office",
    "editions/2026.yml": "title: ",
    "_config.yml": "title: ",
    "_toc.yml": "caption: ",
    "CITATION.cff": "title: ",
    "report.yml": "subject: ",
    "book/index.md": "# ",
    "notebooks/1-towns.ipynb": '"# ',
}


@pytest.mark.process
@pytest.mark.parametrize("name", WRITTEN)
def test_a_character_that_reverses_text_is_rejected_in_every_file_that_people_write(tmp_path: Path, name: str) -> None:
    path, text = towns.create(tmp_path / "project") / name, WRITTEN[name]
    before = path.read_text(encoding="utf-8")
    assert text in before
    path.write_text(before.replace(text, f"{text}\u202e", 1), encoding="utf-8")
    code, output = towns.run(tmp_path / "project", "check")
    assert code == 1 and "invisible character" in output and "<U+202E> (right-to-left override)" in output, output
    assert path.name in output and "Traceback" not in output


def test_a_citation_that_lacks_what_pages_take_from_it_is_reported() -> None:
    cff = {"title": "x", "verzion": 1, "abstract": "a", "authors": [{"name": "b"}], "keywords": ["c"]}
    assert faults_of_citation(cff) == ["CITATION.cff: version is missing. Add it."]
    assert [len(faults_of_citation(other)) for other in (None, [cff], "text")] == [5, 5, 5]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ("- a list", "is no table of contents: toc is not a mapping"),
        ("format: jb-book\nroot: 5", "is no table of contents: doc validation @ '/'"),
        ("format: jb-book\nroot: a\nparts: text", "is no table of contents: entry not a mapping"),
        ("format: other\nroot: a", "is no table of contents: 'format' key value not recognised: 'other'"),
        ("format: jb-book\nroot: b", "lists b, but there is no b.md."),
        ("format: jb-book\nroot: a.md", ""),
    ],
)
def test_a_table_of_contents_that_the_book_could_not_follow_is_reported(changed: str, fault: str) -> None:
    reported = faults_of_contents({"a"}, yaml.safe_load(changed))
    assert [sentence.startswith(f"_toc.yml {fault}") for sentence in reported] == [True] * bool(fault)
