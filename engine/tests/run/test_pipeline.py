"""The pipeline on the report of three towns: what runs again, what is printed, and what is kept if something fails."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
import towns
from bs4 import BeautifulSoup
from finished_report import text_of, texts_of
from towns import FIGURES, FIRST, LATEST, MORE, NAME, Meeting, edit, of_project, run, run_after_edits, run_all, start
from words_of_report import OF_THE_REPORT

from claimbook.project.folders import folder_hash

pytestmark = [pytest.mark.process, pytest.mark.apart, pytest.mark.slow]
NOTEBOOKS = (NAME, *MORE)
SECOND, CONCLUSION = MORE
PROSE = "prose"
AFTER = {"results", "HTML and PDF"}  # what follows on any notebook


def ran(output: str) -> set[str]:
    return set(re.findall(r"done .*notebooks: (\S+)", output))


def steps(kind: str, *notebooks: str) -> set[str]:
    return {f"{kind} {name}" for name in notebooks}


def results(folder: Path) -> dict:
    return json.loads((folder / "_build/2026/results.json").read_text())


def values(collected: dict) -> dict[str, int]:
    return {name: number["value"] for name, number in collected["statistics"].items()}


def text_of_pages(folder: Path) -> str:
    return (folder / f"_build/2026/html/{FIRST}").with_suffix(".html").read_text()


def text_of_pdf(folder: Path, name: str = "three-towns.pdf") -> str:
    return " ".join(text_of(folder / "_build/2026" / name).split())


# the first build -------------------------------------------------------------------------------------------------


def test_the_first_run_runs_every_notebook_and_collects_the_statistics(built: Path) -> None:
    assert ran((built.parent / "said.txt").read_text()) == set(NOTEBOOKS)
    collected = results(built)
    assert values(collected) == {"libraries": 46, "libraries-year": 2023}
    assert collected["parameters"] == {"edition": "2026", "cutoff": "2026-06-30"}


def test_pages_and_pdf_show_the_computed_number_and_prose_once_and_not_as_a_cell(built: Path) -> None:
    assert "counted 46 libraries in 2023" in text_of_pdf(built)
    article = BeautifulSoup(text_of_pages(built), "html.parser").select_one("article")
    (paragraph,) = [p for p in article.find_all("p") if "counted 46 libraries in 2023, so" in p.get_text()]
    assert not paragraph.find_parent(class_="cell")
    assert "%%prose" not in article.get_text() and "{" not in paragraph.get_text()


def test_the_colophon_tells_parameters_data_and_command_on_the_page_and_in_the_pdf(built: Path) -> None:
    page = BeautifulSoup((built / "_build/2026/html/book/colophon.html").read_text(), "html.parser")
    output = " ".join(page.select_one("article").get_text(" ").split())
    commands = [block.get_text().strip() for block in page.select("article pre")]
    assert "2026-06-30 Only originals that were published on or before this day count" in output
    assert "13 published figures from 5 sources" in output
    assert folder_hash(built / "data")[:12] in output
    assert "with the packages of requirements.lock" in output and "pandas" not in output
    assert commands == ["$ make report EDITION=2026"]
    assert "/" + str(built).strip("/").split("/")[0] + "/" not in output, "no path of this machine"


def test_no_trace_of_the_machine_is_in_an_executed_notebook_or_next_to_the_pages(built: Path) -> None:
    for name in NOTEBOOKS:
        text = (built / f"_build/2026/source/notebooks/{name}.ipynb").read_text()
        assert str(built) not in text
        assert "papermill" not in json.loads(text)["metadata"]
        assert "/tmp" not in text
    assert not [path for path in (built / "_build/2026/html").iterdir() if path.name.startswith(".")]


# what runs again -------------------------------------------------------------------------------------------------

OWN = f"libraries,{LATEST}"
ENGINE = "engine/src/claimbook"
CHANGES = [  # file, old text, new text, notebooks that run, other steps that do
    (FIRST, "should open", "should open", (), set()),
    (FIRST, "should open", "must open", (), steps(PROSE, NAME) | AFTER),
    (FIRST, "deciding", "decided", (NAME, CONCLUSION), {"check"}),
    (FIGURES, LATEST, LATEST.replace("46", "47"), (NAME, CONCLUSION), {"check"}),
    (FIGURES, LATEST, f"Threeland,2020,38,count,=,,,,office_2022,,,\n{OWN}", (NAME, CONCLUSION), {"check"}),
    (FIGURES, OWN, f"theatres,A,2021,1,count,=,,,,lost,,,\n{OWN}", (), {"check"} | AFTER),
    ("data/series.csv", "\nlibraries,", "\ntheatres,Theatres,,,,,,,,,,,,\nlibraries,", (), {"check"} | AFTER),
    ("data/series.csv", "libraries that are open", "libraries open", (NAME, CONCLUSION), {"check"}),
    ("data/timeline.csv", "chronicle_1991,,", "chronicle_1991,2020,courier_2024", (NAME, CONCLUSION), {"check"}),
    ("data/datapackage.json", "evidence", "figures", (), {"check", "HTML and PDF"}),
    ("data/sources.csv", "1991", "1992", (NAME, CONCLUSION), {"check"}),
    ("data/sources.csv", "\noffice_2022", "\noffice_2020,,,,,,,,,,,,,\noffice_2022", (), {"check"} | AFTER),
    ("data/claims.yml", "text_date", "# A remark.\ntext_date", (), {"check"} | AFTER),
    ("data/claims.yml", "name:", "name: the", (NAME, CONCLUSION), {"check"}),
    ("data/claims.yml", "window: 1", "window: 2", (NAME, CONCLUSION), {"check"}),
    ("data/claims.yml", "    kind: number", "    care: Count them.\n    kind: number", (NAME, CONCLUSION), {"check"}),
    ("editions/2026.yml", "06-30", "06-29", NOTEBOOKS, set()),
    ("requirements.lock", "pandas==", "pandas== ", NOTEBOOKS, set()),
    (f"{ENGINE}/say/words.py", '"""', '""" ', NOTEBOOKS, {"check"}),
    (f"{ENGINE}/rule/verdicts.py", '"""', '""" ', NOTEBOOKS, set()),
    (f"{ENGINE}/evidence/concentration.py", '"""', '""" ', (SECOND, CONCLUSION), {"check"} | steps(PROSE, NAME)),
    (f"{ENGINE}/pages/figure_files.py", '"""', '""" ', (), steps(PROSE, *NOTEBOOKS) | AFTER),
    ("book/index.md", "What an", "What one", (), {"HTML and PDF"}),
    ("_build/2026/html/book/index.html", "What an", "Spoilt", (), {"HTML and PDF"}),
    (f"_build/2026/source/{FIRST}", "should", "must", (), steps(PROSE, NAME) | AFTER),
    (f"_build/2026/executed/{FIRST.rpartition('/')[2]}", "libraries", "library", (NAME, CONCLUSION), set()),
]
WOULD_RUN = """
import json, sys
from pathlib import Path
from claimbook.run import build, plan

answers = []
for name, old, new in json.loads(sys.argv[1]):
    content = Path(name).read_text()
    assert old in content, (name, old)
    Path(name).write_text(content.replace(old, new))
    here = plan.make_plan()
    found = set()
    for step in build.of_report(here):
        if step.stale() or {*step.after} & found - {"check"}:  # it makes nothing that others read
            found.add(step.title)
    answers.append(([*found], [*here.reasons()]))
    Path(name).write_text(content)
print(json.dumps(answers))
"""


def test_a_change_runs_what_uses_it_and_nothing_else_and_is_explained(project: Path) -> None:
    asked = json.dumps([change[:3] for change in CHANGES])
    stale = json.loads(of_project(project, WOULD_RUN, asked))
    for (name, old, new, notebooks, others), (stale_steps, explained) in zip(CHANGES, stale, strict=True):
        assert set(explained) == set(notebooks), (name, old, new)
        follow = steps("notebooks", *notebooks) | steps(PROSE, *notebooks) | AFTER if notebooks else set()
        assert set(stale_steps) == follow | others, (name, old, new)


def test_storing_outputs_makes_no_step_stale_and_happens_once(project: Path) -> None:
    (code, first), (_, again), (_, built_again) = run_all(project, ["baseline"], ["baseline"], ["report"])
    assert code == 0
    assert "renewed    editions/2026.record.json.bz2" in first
    assert again.count("unchanged") == 4  # the outputs of the notebooks, and the record
    assert built_again.startswith("Nothing to do")
    stored = json.loads((project / FIRST).read_text())
    assert [c["execution_count"] for c in stored["cells"] if c["cell_type"] == "code"] == [*range(1, 10)]
    assert len(stored["cells"]) == 13
    edit(project / FIRST, "and that the", "and then that the")
    code, output = run(project, "baseline")
    assert code == 1
    assert f"These files have changed since the build of 2026: {FIRST}. Build it: `make report" in output


# builds that end well --------------------------------------------------------------------------------------------


def test_the_annex_is_made_and_linked_if_it_is_wanted_and_kept_while_nothing_changes(project: Path) -> None:
    annex, front = "three-towns-annex.pdf", "html/book/index.html"
    before = towns.published(project)
    assert not any(annex in name or annex.encode() in content for name, content in before.items())
    assert run(project, "report", "--annex")[0] == 0
    made = towns.published(project)
    other = {annex, f"html/{annex}", front, "html/searchindex.js"}
    assert {name for name in made if made[name] != before.get(name)} == other
    assert f'href="../{annex}"' in made[front].decode() and made[annex] == made[f"html/{annex}"]
    text = text_of_pdf(project, annex)
    assert "make report EDITION=2026" in text and "INVENTED" in text and not re.findall(OF_THE_REPORT, text, re.I)
    output = run(project, "report")[1]
    assert output.startswith("Nothing to do") and annex in output and towns.published(project) == made
    (project / "book/index.md").touch()
    output = run(project, "report")[1]
    assert annex not in output and towns.published(project) == before


def test_a_run_with_other_data_and_parameters_gets_a_folder_of_its_own(project: Path) -> None:
    kept, other = results(project), shutil.copytree(project / "data", project.parent / "my other data")
    edit(other / "figures/libraries.csv", LATEST, LATEST.replace("46", "47"))
    changed = ["--set", "cutoff=2024-12-31", "--data", "../my other data"]
    code, output = run(project, "report", *changed)
    assert code == 0, output
    made = Path(re.search(r"^results  (.+)$", output, re.M)[1])
    name = "2026+cutoff=2024-12-31"
    assert re.fullmatch(rf"_build/{re.escape(name)}\+data=my-other-data-\w{{6}}/results.json", str(made))
    collected = json.loads((project / made).read_text())
    assert values(collected)["libraries"] == 47
    assert collected["parameters"] == {"edition": name, "cutoff": "2024-12-31"}
    notice = (
        "Not edition 2026 as published, but a run of it with cutoff = 2024-12-31 "
        "and data that are not those of the project."
    )
    for page in ("index", "colophon", f"../notebooks/{NAME}"):
        text = (project / made.parent / f"html/book/{page}.html").read_text()
        assert notice in text.replace("<time>", "").replace("</time>", "")
    assert "Not edition" not in text_of_pages(project)
    cover, *pages = texts_of(project / made.parent / "three-towns.pdf")
    assert "=2024-12-31+other-data" in " ".join(cover.split()) and "counted 47" in "".join(pages)
    assert results(project) == kept
    code, moved = run(project, "diff", "2026", str(made.with_name("record.json")))
    assert code == 0 and "Public libraries | 46 → 47" in moved, moved


WITHOUT_PAGES = """
import sys
from claimbook.run import build, plan, runner
from claimbook.run import kernels  # now, because steps may not import it side by side

steps = build.up_to_prose(plan.make_plan(data=sys.argv[1]))
assert runner.run_steps(steps, 2, runner.Progress(print)) == (0, [])
"""


def test_a_run_with_other_data_takes_over_notebooks_that_read_none_of_what_differs(project: Path) -> None:
    other = shutil.copytree(project / "data", project.parent / "other")
    explain = ["report", "--data", "../other", "--explain"]
    assert run(project, *explain) == (0, "No notebook would run.\n")
    edit(other / "figures/libraries.csv", LATEST, LATEST.replace("46", "47"))
    (_, explained), (_, changed) = run_all(project, explain, [*explain, "--set", "cutoff=2024-12-31"])
    assert NAME in explained and CONCLUSION in explained and SECOND not in explained
    assert all(name in changed or "all 3 notebooks" in changed for name in NOTEBOOKS), "each has the edition in it"
    assert ran(of_project(project, WITHOUT_PAGES, "../other")) == {NAME, CONCLUSION}
    (made,) = project.glob(f"_build/2026+data=other-*/executed/{SECOND}.ipynb")
    assert made.read_bytes() == (project / f"_build/2026/executed/{SECOND}.ipynb").read_bytes()


def test_a_page_that_is_saved_while_the_book_is_compiled_is_in_the_next_build(project: Path, meeting: Meeting) -> None:
    edit(project / "book/index.md", "# What an", "# First")
    edit(project / "engine/src/claimbook/pages/figure_files.py", *meeting.before("    app.connect("))
    process = start(project, "report")
    meeting.reached(process)  # the book is staged, its pages are not made
    edit(project / "book/index.md", "# First", "# Second")
    meeting.go()
    output = process.communicate()[0]
    assert "done" in output and "Files of the project changed while the report was made, so it may mix" in output
    assert run(project, "report")[0] == 0
    assert "<title>Second" in (project / "_build/2026/html/book/index.html").read_text()


def test_a_warning_of_the_book_stops_its_build_and_is_shown(project: Path) -> None:
    before = (project / "_build/2026/html/book/index.html").read_text()
    edit(project / "book/index.md", "**INVENTED:**", "[nowhere](nowhere.md)")
    code, output = run(project, "report")
    assert code == 1 and "book/index.md:7: WARNING" in output and "still the old one" in output
    assert str(project) not in output
    assert (project / "_build/2026/html/book/index.html").read_text() == before


# what stops a build ----------------------------------------------------------------------------------------------


def test_prose_that_names_no_value_is_reported_with_the_one_that_was_meant_and_a_notebook_that_fails_with_its_cell(
    project: Path,
) -> None:
    before = text_of_pages(project)
    edit(project / FIRST, "invented, counted {libraries} lib", "invented, counted {librarys} lib")
    edit(project / f"notebooks/{SECOND}.ipynb", "section.word(", "section.wrod(")
    code, output = run(project, "report")
    assert code == 1
    assert f"{NAME}.ipynb, " in output and "Traceback" not in output
    assert "the text names {librarys}, but no number, badge or word has that key (The Office of Thr" in output
    assert "Did you mean libraries?" in output
    assert f"{SECOND}.ipynb, code cell 2 (from claimbook import Section, section_records): AttributeError:" in output
    assert ran(output) == set() and (project / f"_build/2026/failed/{SECOND}.ipynb").exists()
    assert "_build/2026/html is still the old one" in output
    assert text_of_pages(project) == before


BOTH = ["check", "report"]
STOPS = [  # file, old text or all of it, new text, and which verbs say then what
    (FIGURES, LATEST, LATEST.replace("46", "BAD"), BOTH, 'figures/libraries.csv, line 4, column value: "BAD"'),
    ("data/claims.yml", "y: count of libraries", "y: count of librarys", BOTH, 'Did you mean "count of libraries"?'),
    (FIRST, r"load(\"libraries\"", r"load(\"librarys\"", ["report"], "no data/figures/librarys.csv. Did you mean lib"),
    (FIRST, "", "{}", BOTH, f"{FIRST}: not readable as a notebook (it does not name its format"),
]


def test_what_is_wrong_with_data_ledger_or_notebooks_is_reported_by_check_and_stops_a_report_before_it_runs_any(
    project: Path,
) -> None:
    reported = run_after_edits(project, *((*edited, *verbs) for *edited, verbs, _ in STOPS))
    sentences = [sentence for *_, verbs, sentence in STOPS for _ in verbs]
    for sentence, (code, output) in zip(sentences, reported, strict=True):
        assert code == 1 and sentence in output and ran(output) == set() and "Traceback" not in output, output


def test_what_is_not_a_copy_of_the_data_or_lacks_a_file_is_reported(built: Path, tmp_path: Path) -> None:
    sentences = {"nowhere": "There is no folder", "book": "must name a copy of data/"}
    for missing, sentence in {
        "claims.yml": "claims.yml is missing. Copy it from",
        "figures": "figures is missing. Copy it from",
        "figures/libraries.csv": "lists this file, but it is missing",
    }.items():
        copy = shutil.copytree(built / "data", tmp_path / missing.replace("/", "-"))
        (shutil.rmtree if missing == "figures" else os.remove)(copy / missing)
        sentences[str(copy)] = sentence
    output = run_all(built, *(["report", "--data", data] for data in sentences))
    for (data, sentence), (code, words) in zip(sentences.items(), output, strict=True):
        assert code == 1 and sentence in words, data
