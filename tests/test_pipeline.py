"""The pipeline on a tiny project: what runs again, what is said, and what stays when something fails.

Without these nobody would know that a changed figure reaches its pages, that nothing else runs, and that a build that
fails leaves the old report whole.
"""

import json
import os
import re
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import tiny_project
from bs4 import BeautifulSoup
from click.testing import CliRunner
from finished import text_of, texts_of
from tiny_project import Meeting, ctrl_c, edit

from torch_program.commands import main
from torch_program.intake import validation
from torch_program.pipeline import jupyter_book, plan
from torch_program.pipeline.files import folder_hash
from torch_program.steps import tasks

pytestmark = [pytest.mark.process, pytest.mark.apart]
NOTEBOOKS = ("2-1-first", "4-2-second", "5-conclusion")
FIRST = "notebooks/2-1-first.ipynb"
PROSE = "prose and pictures"
AFTER = {"results", "record", "HTML and PDF"}  # what follows on any notebook


def ran(said: str) -> set[str]:
    return set(re.findall(r"done .*notebooks: (\S+)", said))


def would_run(project: Path) -> set[str]:
    """The steps of the default edition that are stale, by kind and notebook."""
    return {step.removesuffix(" [2026]").strip() for step in tasks.would_run(plan.of(project))}


def steps(kind: str, *notebooks: str) -> set[str]:
    return {f"{kind} {name}" for name in notebooks}


def told(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and words of our command line in a folder, in this process: it has imported what a new one would."""
    tiny: dict[str, Any] = {}
    exec(tiny_project.VALIDATION, tiny)
    with pytest.MonkeyPatch.context() as there:
        there.chdir(folder)
        for name in ("check", "render"):
            there.setattr(validation, name, tiny[name])
        done = CliRunner().invoke(main, arguments)
    jupyter_book.end()  # as it does with a process of its own
    assert isinstance(done.exception, SystemExit | None), done.exception
    return done.exit_code, done.output


def results(folder: Path) -> dict:
    return json.loads((folder / "_build/2026/results.json").read_text())


def values(collected: dict) -> dict[str, int]:
    return {name: number["value"] for name, number in collected["statistics"].items()}


def text_of_pages(folder: Path) -> str:
    return (folder / "_build/2026/html/notebooks/2-1-first.html").read_text()


def text_of_pdf(folder: Path) -> str:
    return text_of(folder / "_build/2026/torch-program.pdf")


# the first build -------------------------------------------------------------------------------------------------


def test_the_first_run_runs_every_notebook_and_collects_every_claim_of_the_ledger_and_the_statistics(
    built: Path,
) -> None:
    assert ran((built.parent / "said.txt").read_text()) == set(NOTEBOOKS)
    collected = results(built)
    assert {c["id"]: c["verdict"] for c in collected["claims"]} == {
        "first": "supported",
        "second": "supported",
        "third": "not yet assessed",
    }
    assert values(collected) == {"one": 111, "two": 222}
    assert collected["parameters"] == {"edition": "2026", "cutoff": "2026-11-25", "panel_year": 2023}


def test_pages_and_pdf_show_the_computed_number_and_prose_once_and_not_as_a_cell(built: Path) -> None:
    assert "<p>The value is <b>111</b>.</p>" in text_of_pages(built)
    assert "111" in text_of_pdf(built)
    article = BeautifulSoup(text_of_pages(built), "html.parser").select_one("article")
    (paragraph,) = [p for p in article.find_all("p") if "The value is" in p.get_text()]
    assert not paragraph.find_parent(class_="cell")
    assert "%%prose" not in article.get_text() and "…" not in article.get_text()


def test_the_colophon_tells_parameters_data_packages_and_command_on_the_page_and_in_the_pdf(built: Path) -> None:
    page = BeautifulSoup((built / "_build/2026/html/book/colophon.html").read_text(), "html.parser")
    said = " ".join(page.select_one("article").get_text(" ").split())
    commands = [block.get_text().strip() for block in page.select("article pre")]
    assert "2026-11-25 Only originals that were published on or before this day count" in said
    assert "2 published figures from 1 source" in said
    assert folder_hash(built / "data")[:12] in said
    assert f"pandas {version('pandas')}" in said and "ask for" not in said
    assert f"numpy {version('numpy')}" in said, "the page is the same under every Python"
    assert commands == ["$ make report EDITION=2026"]
    assert "make report EDITION=2026" in " ".join(text_of_pdf(built).split())
    assert "/" + str(built).strip("/").split("/")[0] + "/" not in said, "no path of this machine"


def test_nothing_of_the_machine_is_in_an_executed_notebook_or_beside_the_pages(built: Path) -> None:
    for name in NOTEBOOKS:
        text = (built / f"_build/2026/source/notebooks/{name}.ipynb").read_text()
        assert str(built) not in text
        assert "papermill" not in json.loads(text)["metadata"]
        assert "/tmp" not in text
    assert not [path for path in (built / "_build/2026/html").iterdir() if path.name.startswith(".")]


@pytest.fixture(scope="module")
def unchanged(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of that project for tests that run nothing and leave it as it was."""
    return shutil.copytree(built, tmp_path_factory.mktemp("unchanged") / "a project")


# what runs again -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "notebooks", "others"),
    [
        (FIRST, "Some prose", "Some prose", (), set()),
        (FIRST, "Some prose", "Other prose", (), steps(PROSE, "2-1-first") | AFTER),
        (FIRST, "int(", "float(", ("2-1-first", "5-conclusion"), {"check"}),
        ("data/figures/two.csv", "222", "333", ("4-2-second", "5-conclusion"), {"check"}),
        ("data/datapackage.json", "{}", "{ }", (), {"check", "HTML and PDF"}),
        ("data/sources.csv", "2020", "2021", NOTEBOOKS, {"check"}),
        ("editions/2026.yml", "2023", "2022", NOTEBOOKS, set()),
        ("requirements.lock", "pandas==", "pandas== ", NOTEBOOKS, set()),
        ("src/torch_program/words.py", '"""', '""" ', NOTEBOOKS, {"check"}),
        ("src/torch_program/sphinx_ext/colophon.py", '"""', '""" ', (), steps(PROSE, *NOTEBOOKS) | AFTER),
        ("book/index.md", "Front", "First", (), {"HTML and PDF"}),
        ("_build/2026/html/book/index.html", "Front", "Spoilt", (), {"HTML and PDF"}),
        ("_build/2026/source/notebooks/2-1-first.ipynb", "Some", "No", (), steps(PROSE, "2-1-first") | AFTER),
    ],
)
def test_a_change_runs_what_declares_or_reads_it_and_nothing_else(
    unchanged: Path, name: str, old: str, new: str, notebooks: tuple[str, ...], others: set[str]
) -> None:
    content = (unchanged / name).read_bytes()
    edit(unchanged / name, old, new)
    stale = would_run(unchanged)
    (unchanged / name).write_bytes(content)
    follow = steps("notebooks", *notebooks) | steps(PROSE, *notebooks) | AFTER if notebooks else set()
    assert stale == follow | others


def test_storing_outputs_makes_nothing_stale_and_is_done_once(project: Path) -> None:
    code, said = told(project, "baseline")
    assert code == 0
    assert said.count("renewed") == 4  # the outputs of the notebooks, and the record
    stored = json.loads((project / FIRST).read_text())
    assert [c["execution_count"] for c in stored["cells"] if c["cell_type"] == "code"] == [1, 2, 3, 4, 5]
    assert len(stored["cells"]) == 6
    assert told(project, "baseline")[1].count("unchanged") == 4
    assert not would_run(project)
    edit(project / FIRST, "Some prose", "Other prose")
    code, said = told(project, "baseline")
    assert code == 1
    assert "2-1-first: changed since the last run. Run `make report` first." in said


# builds that end well --------------------------------------------------------------------------------------------


def test_a_changed_word_and_another_value_that_the_prose_names_run_no_code(project: Path) -> None:
    """What is told anew is what a run would tell, byte by byte."""
    woven = project / "_build/2026/source" / FIRST
    edit(project / FIRST, "The value is {value}.", "Twice: {value}, {value}.")
    edit(project / FIRST, "Some prose", "Other prose")
    code, said = told(project, "report")
    assert code == 0, said
    assert ran(said) == set() and "0 of 3 notebooks run" in said
    assert "Other prose" in text_of_pages(project)
    assert "Twice: <b>111</b>, <b>111</b>." in text_of_pages(project)
    anew = woven.read_bytes()
    (project / "_build/2026/executed/2-1-first.ipynb").unlink()
    assert "2-1-first" in ran(told(project, "report")[1])
    assert woven.read_bytes() == anew
    assert told(project, "report")[1].startswith("Nothing to do")


def test_a_run_with_other_data_and_parameters_gets_a_folder_of_its_own_and_after_ctrl_c_its_rest_runs(
    project: Path, meeting: Meeting
) -> None:
    kept, other = results(project), shutil.copytree(project / "data", project.parent / "my other data")
    edit(other / "figures/one.csv", "111", "117")
    edit(project / "notebooks/5-conclusion.ipynb", *meeting.before("print(edition"))
    changed = ["--set", "panel_year=2022", "--set", "cutoff=2024-12-31", "--data", "../my other data"]
    process = tiny_project.start(project, "report", *changed)
    meeting.reached(process)  # this notebook is begun only when the sections are stored
    ctrl_c(process)
    said = process.communicate()[0]
    assert process.returncode == 130, said
    assert "Interrupted. What was finished is kept; start again" in said
    assert "failed" not in said and "Traceback" not in said
    meeting.go()
    code, again = told(project, "report", *changed)
    assert code == 0, again
    assert (ran(said), ran(again)) == ({"2-1-first", "4-2-second"}, {"5-conclusion"})
    made = Path(told(project, "where", "results", *changed)[1].strip())
    name = "2026+cutoff=2024-12-31+panel_year=2022"
    assert re.fullmatch(rf"_build/{re.escape(name)}\+data=my-other-data-\w{{6}}/results.json", str(made))
    assert f"results  {made}" in again
    collected = json.loads((project / made).read_text())
    assert values(collected) == {"one": 117, "two": 222}
    assert collected["parameters"] == {"edition": name, "cutoff": "2024-12-31", "panel_year": 2022}
    notice = (
        "Not edition 2026 as published, but a run of it with cutoff = 2024-12-31 and panel_year = 2022 "
        "and data that are not those of the project."
    )
    for page in ("index", "colophon", "../notebooks/2-1-first"):
        assert notice in (project / made.parent / f"html/book/{page}.html").read_text()
    assert "Not edition" not in text_of_pages(project)
    cover, *pages = texts_of(project / made.parent / "torch-program.pdf")
    assert "=2024-12-31+panel_year=2022+other-data" in " ".join(cover.split()) and "117" in "".join(pages)
    assert results(project) == kept
    changed[-1] = str(other)
    assert told(project, "where", "results", *changed)[1].strip() == str(made), "the same copy, by its absolute path"


def test_a_page_that_is_saved_while_the_book_is_compiled_is_in_the_next_build_and_its_warning_shown(
    project: Path, meeting: Meeting
) -> None:
    edit(project / "book/index.md", "# Front", "# First")
    edit(project / "src/torch_program/sphinx_ext/colophon.py", *meeting.before("    app.add_directive("))
    process = tiny_project.start(project, "report")
    meeting.reached(process)  # the book is staged, its pages are not made
    edit(project / "book/index.md", "# First", "# Second\n\n[nowhere](nowhere.md)")
    meeting.go()
    said = process.communicate()[0]
    assert process.returncode == 0, said
    before = (project / "_build/2026/html/book/index.html").read_text()
    assert "<title>First" in before
    code, said = told(project, "report")
    assert code == 1 and "book/index.md:3: WARNING" in said and "still the old one" in said
    assert str(project) not in said
    assert (project / "_build/2026/html/book/index.html").read_text() == before


# what stops a build ----------------------------------------------------------------------------------------------


def test_prose_that_names_no_value_is_told_with_the_one_that_was_meant_and_a_notebook_that_fails_with_its_cell(
    project: Path,
) -> None:
    before = text_of_pages(project)
    edit(project / FIRST, "is {value}", "is {valeu}")
    edit(project / "notebooks/4-2-second.ipynb", "value = int(", "value = integer(")
    code, said = told(project, "report")
    assert code == 1
    assert "2-1-first.ipynb, " in said and "Traceback" not in said
    assert "the text names {valeu}, but no number, badge or word has that key (The value is {valeu}.)." in said
    assert "Did you mean value?" in said
    assert "4-2-second.ipynb, code cell 2 (from types import SimpleNamespace): NameError: name 'integer'" in said
    assert ran(said) == set() and (project / "_build/2026/failed/4-2-second.ipynb").exists()
    assert "_build/2026/html is still the old one" in said
    assert text_of_pages(project) == before


def test_what_is_wrong_with_the_data_is_told_before_a_notebook_runs(project: Path) -> None:
    edit(project / "data/figures/two.csv", "222", "BAD")
    code, said = told(project, "report")
    assert (code, ran(said)) == (1, set())
    assert "two.csv: BAD is no value." in said


def test_a_topic_that_no_file_has_is_told_with_the_one_that_was_meant(project: Path) -> None:
    edit(project / FIRST, r"load(\"one\"", r"load(\"onn\"")
    code, said = told(project, "report")
    assert code == 1 and f"{FIRST} loads 'onn'" in said and "Did you mean one?" in said


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("claims.yml", "claims.yml is missing. Copy it from"),
        ("figures", "figures is missing. Copy it from"),
        ("figures/two.csv", "notebooks/4-2-second.ipynb loads 'two', but there is no"),
    ],
)
def test_a_copy_of_the_data_without_a_file_is_told(built: Path, tmp_path: Path, missing: str, sentence: str) -> None:
    copy = shutil.copytree(built / "data", tmp_path / "copy")
    (shutil.rmtree if missing == "figures" else os.remove)(copy / missing)
    code, said = told(built, "report", "--data", str(copy))
    assert code == 1 and sentence in said


@pytest.mark.parametrize(
    ("data", "sentence"), [("nowhere", "There is no folder"), ("book", "must name a copy of data/")]
)
def test_what_is_no_copy_of_the_data_is_told(built: Path, data: str, sentence: str) -> None:
    code, said = told(built, "report", "--data", data)
    assert code == 1 and sentence in said
