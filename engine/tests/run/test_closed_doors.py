"""What the build must not do: install unlocked packages, execute what it reads, or leave its folder."""

import re
import shutil
from pathlib import Path

import pytest
import towns
from checkout import ROOT

from claimbook.project.folders import UserError
from claimbook.project.outputs import listed_documents
from claimbook.project.report import report_settings
from claimbook.run import checking
from claimbook.run.plan import Plan, PlanError, plan_of


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
        reported = "".join(checking.setting_faults(plan_of(linked)))
    except UserError as error:
        reported = str(error)
    assert f"{name}, line 2, title: This has the tag os.system" in reported
    assert not (linked / "hacked").exists()


OFF = 'execute: {execute_notebooks: "off"}\n'


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        (None, "_config.yml: The file is missing. Restore it: git checkout -- _config.yml"),
        ("- title", "_config.yml, the file: ['title'] is not of type 'object'. Correct it."),
        (
            "execute: {execute_notebooks: 3}",
            "_config.yml, line 1, execute.execute_notebooks: 3 is not one of ['auto', ",
        ),
        (
            "execute: {execute_notebooks: force}",
            "_config.yml, line 1, execute.execute_notebooks: Jupyter Book must run no",
        ),
        ("title: x", "_config.yml, execute.execute_notebooks: Jupyter Book must run no notebook. Write "),
        (f"{OFF}titel: x", "_config.yml, line 2, titel: there is no such setting. Did you mean title?"),
        (
            f"{OFF}sphinx:\n  config:\n    book_parts: [pdf, downlods]",
            "_config.yml, line 4, sphinx.config.book_parts.2: there is no part downlods. Did you mean downloads?",
        ),
        ("a: 1\ntitle: ]", "_config.yml, line 2: The file is not readable as YAML"),
        ("title: \xff", "_config.yml, line 1: The file is not UTF-8. Save it as UTF-8."),
    ],
)
def test_settings_that_jupyter_book_would_reject_are_reported(tmp_path: Path, text: str | None, reported: str) -> None:
    if text is not None:
        (tmp_path / "_config.yml").write_text(text, encoding="latin-1")
    (sentence,) = checking.unless_unreadable(checking.faults_of_config, tmp_path / "_config.yml")
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
def test_a_character_that_reverses_text_is_rejected_in_every_file_that_people_write(tmp_path: Path) -> None:
    folder = towns.create(tmp_path / "project")
    edits = [[name, text, f"{text}\u202e", "check"] for name, text in WRITTEN.items()]
    reported = dict(zip(WRITTEN, towns.run_after_edits(folder, *edits), strict=True))
    towns.edit(folder / "report.yml", *edits[[*WRITTEN].index("report.yml")][1:3])
    reported["report.yml"] = towns.run(folder, "check")  # a process reads its settings once
    for name, (code, output) in reported.items():
        assert code == 1 and "invisible character" in output and "<U+202E> (right-to-left override)" in output, output
        assert Path(name).name in output and "Traceback" not in output


CITATION = (ROOT / "engine/examples/three_towns/CITATION.cff").read_text()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('version: "1.0.0"', "release: 1", ": version is missing. Add it."),
        (CITATION, "- a", ": the file is wrong. It must be a block of fields: title, abstract, authors, "),
        ('version: "1.0.0"', "version: 1.10", ", line 10: version is 1.1. It must be text in quotes."),
        ('- name: "Nobody"', "[]", ", line 8: authors is wrong. It must have at least 1 item"),
        ('name: "Nobody"', "affiliation: x", ", line 9: authors.1 is wrong. An author needs a name, or given-names"),
        ("keywords: [invented, example]", "keywords: towns", ", line 13: keywords is 'towns'. It must be a list"),
        ("license:", "doi: https://doi.org/1\nlicense:", ", line 12: doi is 'https://doi.org/1'. It must be like 10"),
        ("license:", "url: javascript:x\nlicense:", ", line 12: url is 'javascript:x'. It must be like https://"),
        ("license: MIT", "license: ]", ", line 12: The file is not readable as YAML"),
    ],
)
def test_a_citation_that_pages_could_not_use_is_reported(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in CITATION
    (tmp_path / "CITATION.cff").write_text(CITATION.replace(old, new, 1))
    (sentence,) = checking.unless_unreadable(checking.faults_of_citation, tmp_path / "CITATION.cff")
    assert sentence.startswith(f"CITATION.cff{fault}")


def test_a_figure_or_conclusion_that_only_the_settings_know_is_reported(
    linked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (linked / "report.yml").write_text("slug: a\npicture: fig-gdp\nconclusion: 5-conclusions\n")
    other = report_settings().model_copy(update={"picture": "fig-gdp", "conclusion": "5-conclusions"})
    monkeypatch.setattr("claimbook.run.checking.report_settings", lambda: other)
    plan = plan_of(linked)
    assert checking.unknown_name(plan, "conclusion", plan.notebooks, "there is no notebook") == [
        "report.yml, line 3, conclusion: there is no notebook 5-conclusions. Did you mean 5-conclusion? Correct "
        "the line, or delete it."
    ]
    monkeypatch.setattr(Plan, "staged_notebooks", {"2-1": min((ROOT / "notebooks").glob("2-*.ipynb"))})
    with pytest.raises(
        PlanError, match="^report.yml, line 2, picture: no notebook draws a figure fig-gdp. Did you mean fig-"
    ):
        checking.check_picture(plan)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ("- a list", "is no table of contents: toc is not a mapping"),
        ("format: jb-book\nroot: 5", "is no table of contents: doc validation @ '/'"),
        ("format: jb-book\nroot: a\nparts: text", "is no table of contents: entry not a mapping"),
        ("format: other\nroot: a", "is no table of contents: 'format' key value not recognised: 'other'"),
        ("format: jb-book\nroot: b", "lists b, but there is no b.md."),
        ("format: jb-book\nroot: a\nchapters: [{file: [b]}]", "is no table of contents: unhashable type"),
        ("format: jb-book\nroot: a\nchapters: [{glob: x*}]", "line 3, chapters.1.glob: patterns are not followed."),
        ("format: jb-book\nroot: a.md", ""),
    ],
)
def test_a_table_of_contents_that_the_book_could_not_follow_is_reported(
    tmp_path: Path, changed: str, fault: str
) -> None:
    (tmp_path / "_toc.yml").write_text(changed)
    reported = checking.faults_of_contents(tmp_path / "_toc.yml", {"a"})
    assert [sentence.replace(", line", " line").startswith(f"_toc.yml {fault}") for sentence in reported] == [
        True
    ] * bool(fault)


def test_a_name_in_the_contents_may_have_its_ending(tmp_path: Path) -> None:
    (tmp_path / "_toc.yml").write_text("root: a.md\nchapters: [{file: notebooks/b.ipynb}]")
    assert listed_documents(tmp_path) == (("", "a"), ("", "notebooks/b"))
