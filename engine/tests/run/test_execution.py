"""What makes a notebook stale, how the folders of a build are filled, and which files are no notebooks."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from traitlets import Instance

from claimbook.notebook import notebook_file, prose
from claimbook.project import outputs as results
from claimbook.project.folders import below, write_whole
from claimbook.project.parameters import INJECTED
from claimbook.run import environment, execution, kernels, publication
from claimbook.run.execution import fault


def cell(source: str, kind: str = "code", **more: Any) -> dict[str, Any]:
    base = {"cell_type": kind, "source": source, "metadata": {}, "id": "a"}
    return base | ({"outputs": [], "execution_count": None} if kind == "code" else {}) | more


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def digest(*cells: dict[str, Any]) -> str:
    return notebook_file.source_digest(json.dumps(notebook(*cells)).encode())


def test_the_name_of_a_class_that_another_thread_has_just_resolved_is_no_fault() -> None:
    assert kernels.patches and Instance("pathlib.Path")._resolve_string(Path) is Path


@pytest.mark.parametrize(
    "change", [{"source": "y"}, {"cell_type": "markdown"}, {"metadata": {"tags": ["a"]}}, {"id": "b"}]
)
def test_source_type_tags_and_id_of_a_cell_make_it_stale(change: dict[str, Any]) -> None:
    assert digest(cell("x")) != digest(cell("x") | change)


def test_code_is_copied_again_after_a_build_has_removed_its_copy() -> None:
    for _ in range(2):
        path = environment.copy_of_code({"src/a.py": b""})
        assert Path(path.partition(os.pathsep)[0], "a.py").exists()
        environment.kill_running()


def test_the_injected_cell_does_not_count() -> None:
    injected = cell("p = 1", metadata={"tags": [INJECTED]})
    whole = notebook(cell("a"), injected, cell("b"))
    assert [(n, source) for n, source, _ in notebook_file.code_cells(whole)] == [(1, "a"), (2, "b")]
    assert digest(cell("a"), injected, cell("b")) == digest(cell("a"), cell("b"))


def test_the_source_tree_has_exactly_the_wanted_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/page.md").write_text("new")
    source = tmp_path / "source"
    for name in ("notebooks/a.ipynb", "notebooks/gone.ipynb", "old/page.md", "_build/made.html"):
        write_whole(source / name, b"old")
    notebooks = {"a": source / "notebooks/a.ipynb"}
    publication.stage_sources({"book/page.md": tmp_path / "in/page.md"}, {"run.json": "{}"}, notebooks, source)
    there = "_build _build/made.html book book/page.md notebooks notebooks/a.ipynb run.json"
    assert sorted(p.relative_to(source).as_posix() for p in source.rglob("*")) == there.split()


def test_documents_are_kept_only_if_the_clock_was_not_set_back_since(tmp_path: Path) -> None:
    """Sphinx reads a document again if its file is younger than its last reading."""
    mark = tmp_path / "kept.json"
    assert not publication._as_before(mark, b"facts")
    mark.write_bytes(b"facts")
    assert publication._as_before(mark, b"facts") and not publication._as_before(mark, b"others")
    os.utime(mark, (2**32, 2**32))  # in the year 2106
    assert not publication._as_before(mark, b"facts")


def test_a_book_whose_process_is_killed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication.environment, "run_jupyter_book", lambda *_: (-9, ""))
    of = {"tools": "", "book_files": {}, "notebooks": (), "python_path": "", "annex": False, "variables": {}}
    plan: Any = SimpleNamespace(source=tmp_path, stored_files=tmp_path / "files/tools", **of)
    with pytest.raises(publication.BookFailed, match="ended by SIGKILL, perhaps because memory ran out"):
        publication.compile_pages(plan)


def test_new_pages_replace_the_old_ones_as_a_whole(tmp_path: Path) -> None:
    for name in ("html/old.html", "new/.buildinfo", "new/index.html"):
        write_whole(tmp_path / name, b"x")
    publication.publish(tmp_path / "new", tmp_path / "html")
    assert [*below(tmp_path)] == ["html/index.html", "new/.buildinfo", "new/index.html"]


def test_of_a_long_log_only_warnings_and_errors_are_reported_without_the_folder_of_the_build() -> None:
    log = "reading\n/a b/source/book/x.md:3: WARNING: no target\n/a b/source/book/x.md:3: WARNING: no target\nTraceback"
    assert publication.warnings_in_log(log, Path("/a b/source")) == "book/x.md:3: WARNING: no target"
    assert publication.warnings_in_log("one\nlast line\n", Path("/x")) == "last line"


RECORD = {"section": "2.1", "claims": [], "statistics": {"n": {"value": 1}}}


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (lambda: results.read_section_record(notebook(cell("x"))), "0 records of results instead of one"),
        (
            lambda: results.collect_results([RECORD, RECORD | {"section": "4.2"}], [], {"edition": "2026"}),
            "section 4.2 uses these keys of statistics again: n. Rename them",
        ),
        (lambda: results.with_unassessed([{"id": "stray"}], []), "not in data/claims.yml: stray"),
        (lambda: results.with_unassessed([{"id": "a"}, {"id": "a"}], []), "claim 'a' is judged twice"),
    ],
)
def test_records_that_do_not_fit_are_reported(read: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(results.ResultsError, match=sentence):
        read()


def test_prose_is_not_code_and_is_filled_again_with_the_values_of_the_run() -> None:
    values = {"towns": {"text": "178", "html": "<b>178</b>"}}
    left = [{"output_type": "display_data", "data": {results.RESULTS_MIME: {"values": values}}, "metadata": {}}]
    output = [{"output_type": "display_data", "data": prose.text_bundle("There were {towns}.", values), "metadata": {}}]
    record = cell("section.record()", id="r")
    ran = notebook(
        cell("%%prose\nThere were {towns}.", id="s", outputs=output, execution_count=1),
        record | {"outputs": left, "execution_count": 2},
    )
    new = notebook(cell("%%prose\nOf {towns}", id="s"), cell("%%prose\nmore.", id="t"), record)
    one, other = (json.dumps(n).encode() for n in (new, ran))
    assert notebook_file.code_digest(one) == notebook_file.code_digest(other)
    assert notebook_file.source_digest(one) != notebook_file.source_digest(other)
    woven = json.loads(execution.weave("a", one, other))["cells"]
    assert [c["execution_count"] for c in woven] == [1, 2, 3]
    reported = woven[0]["outputs"][0]["data"]
    assert reported["text/markdown"] == ["Of 178"]
    assert reported[results.MYST_MIME] == {"myst": "Of <b>178</b>", "values": {"towns": "178"}}
    wrong = json.dumps(notebook(cell("%%prose\n{townd}", id="s"), record)).encode()
    with pytest.raises(prose.ProseError, match=r"^a.ipynb, cell s: .*Did you mean towns\?"):
        execution.weave("a", wrong, other)


@pytest.mark.book
def test_weaving_what_did_not_change_gives_the_same_bytes(root: Path) -> None:
    name = "3-4-talent-pipelines.ipynb"
    committed, executed = (root / "notebooks" / name).read_bytes(), (root / "_build/2026/executed" / name).read_bytes()
    assert execution.weave(name, committed, executed) == executed


GOOD = new_notebook(cells=[new_code_cell("x = 1", id="a"), new_code_cell("x", id="b")])


def test_a_notebook_has_no_fault() -> None:
    assert fault(json.dumps(GOOD).encode()) == ""


def spoilt(notebook: dict[str, Any], **odd: Any) -> dict[str, Any]:
    """Return a notebook with a faulty second cell."""
    first, second = notebook["cells"]
    return notebook | {"cells": [first, second | odd]}


@pytest.mark.parametrize(
    ("spoil", "output"),
    [
        (lambda notebook: {}, ": not readable as a notebook (it does not name its format, like 4.5). Restore it."),
        (lambda notebook: [notebook], ": not readable as a notebook (it does not name its format"),
        (lambda notebook: notebook | {"nbformat": 99}, ": its notebook format is 99.5"),
        (lambda notebook: notebook | {"nbformat": 3}, ": its notebook format is 3.5"),
        (lambda notebook: notebook | {"nbformat_minor": 2}, ": its notebook format is 4.2"),
        (lambda notebook: notebook | {"cells": {}}, ": not readable as a notebook (data.cells must be array)."),
        *(
            (lambda notebook, odd=odd: spoilt(notebook, **odd), ", cell 2: its type, id, source, metadata or outputs")
            for odd in ({"outputs": {}}, {"source": 42}, {"source": None}, {"id": "a\u200bb"}, {"metadata": None})
        ),
        (lambda notebook: spoilt(notebook, id=notebook["cells"][0]["id"]), ": 2 cells have the id "),
    ],
)
def test_a_file_that_is_not_a_notebook_of_the_format_is_reported_in_one_sentence(
    spoil: Callable[[dict[str, Any]], Any], output: str
) -> None:
    reported = fault(json.dumps(spoil(GOOD)).encode())
    assert reported.startswith(output) and len(reported.splitlines()) == 1


def test_an_empty_file_and_a_merge_conflict_are_reported() -> None:
    assert fault(b"") == ": the file is empty. Restore it, or remove its line from _toc.yml."
    assert "line 3: this is a merge conflict" in fault(b'{\n "cells": [\n<<<<<<< HEAD\n')
