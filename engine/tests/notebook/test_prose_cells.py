"""Cells of prose: how every viewer, the book and the pipeline show them."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import writes
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from claimbook.notebook import prose
from claimbook.notebook.notebook_file import code_digest
from claimbook.project.outputs import MYST_MIME, RESULTS_MIME
from claimbook.say.verdict_table import Badge
from claimbook.say.words import number_link

TOWNS = number_link("178", "2023 · published", "../book/evidence.html#towns", "towns")
VERDICT = Badge("supported")
VALUES = {
    "towns": {"text": "178", "html": TOWNS},
    "verdict-towns": {"text": VERDICT.word, "html": VERDICT._repr_html_()},
    "names": {"text": "A* [b](c) {towns} `d`", "html": "A"},
}
BOX = """\
(claim-towns)=
:::{admonition} There are *over* 170 towns.
:class: judgement

<span class="verdict verdict-supported">supported</span> · [once](../book/gaps.html#towns)

:::
"""
TABLE = ":::{table} The towns\n:name: tbl-towns\n:class: data\n\n| A | B |\n|:--|--:|\n| a | [b](#claim-towns) |\n:::\n"


def plain(text: str) -> str:
    return prose.text_bundle(text, VALUES)["text/markdown"]


def in_book(text: str) -> str:
    return prose.text_bundle(text, VALUES)[MYST_MIME]["myst"]


def test_a_value_is_its_text_for_every_viewer_and_a_card_in_the_book() -> None:
    text = "There were {towns} of them: {verdict-towns}."
    assert plain(text) == "There were 178 of them: right."
    assert in_book(text) == f"There were {TOWNS} of them: {VERDICT._repr_html_()}."
    assert prose.text_bundle(text, VALUES)[MYST_MIME]["values"] == {"towns": "178", "verdict-towns": "right"}


def test_a_reference_is_words_for_every_viewer_and_a_number_in_the_book() -> None:
    text = "[The chart of towns](#fig-towns), [rules](#tbl-rules), [over 170](#claim-a), [more](../book/evidence.md)"
    assert plain(text) == "The chart of towns, rules, over 170, [more](../book/evidence.md)"
    assert in_book(text).startswith("{numref}`fig-towns`, {numref}`tbl-rules`, [over 170](#claim-a)")


def test_an_optional_sentence_appears_only_if_its_values_are_known() -> None:
    text = "{towns} towns. [[One has {rivers} rivers.]] [[{towns} are old.||None is.]] [[Of {x}.||So.]]"
    assert plain(text) == "178 towns. 178 are old. So."
    reported = prose.text_bundle(text, VALUES, waiting=True)[MYST_MIME]["values"]
    assert reported == {"towns": "178", "rivers": None, "x": None}, "what may still come is waited for"
    with pytest.raises(prose.ProseError, match="{x}"):
        prose.check_keys("[[Of {x}.||Of {towns}.]] Of {x}.", VALUES)


def test_the_text_of_a_value_is_never_markup() -> None:
    assert plain("So {names}.") == r"So A\* \[b\](c) \{towns\} \`d\`."
    assert prose.unescaped(plain("So {names}.")) == "So A* [b](c) {towns} `d`."


def test_a_number_at_the_start_of_a_line_does_not_start_a_list() -> None:
    assert plain("There were\n{towns}. Now\n1. one") == "There were\n178\\. Now\n1. one"
    assert in_book("There were\n{names}. Now") == "There were\nA\\. Now"


def test_braces_without_a_known_key_stay() -> None:
    assert plain(r"\{towns\} {not a key} {A}") == r"\{towns\} {not a key} {A}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One.\nThere were {towsn} of them.", r"{towsn}, but .*\(There were {towsn} of .* Did you mean towns\?"),
        ("{something-else}", r"Make it in a code cell: section\.stat\('something-else', …\)\."),
        ("See {numref}`fig-a`.", r"{numref}`fig-a` works only in the book\. .* \[the chart of towns\]"),
        ("One.\n\n## Two", "the heading “## Two” is in a prose cell. Move it to a Markdown cell."),
    ],
)
def test_faulty_prose_is_reported_with_the_edit_that_fixes_it(text: str, sentence: str) -> None:
    output = prose.Prose()
    output.values |= VALUES
    with pytest.raises(prose.ProseError, match=sentence) as error:
        output.show(text)
    assert error.value._render_traceback_() == [f"ProseError: {error.value}"]


def test_a_key_that_no_text_could_name_is_refused() -> None:
    with pytest.raises(prose.ProseError, match="looks like towns-latest, not 'Towns 2023'"):
        prose.Prose().keep("Towns 2023", "178", "178")


def test_boxes_and_tables_are_plain_markdown_next_to_their_myst() -> None:
    box, table = prose.text_bundle(BOX), prose.text_bundle(TABLE)
    assert box[MYST_MIME] == {"myst": BOX} and table[MYST_MIME] == {"myst": TABLE}
    assert box["text/markdown"] == "> **There are *over* 170 towns.**\n>\n> supported · once\n>\n"
    assert table["text/markdown"] == "Table: The towns\n\n| A | B |\n|:--|--:|\n| a | b |\n"


# in a kernel ---------------------------------------------------------------------------------------------------


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # a shell takes its place
    yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    InteractiveShell.clear_instance()


def shown(shell: InteractiveShell, source: str) -> list[str]:
    with capture_output() as captured:
        done = shell.run_cell(source)
    done.raise_error()
    return [output.data["text/markdown"] for output in captured.outputs]


def test_text_above_its_number_waits_for_it(shell: InteractiveShell) -> None:
    shown(shell, "from claimbook.notebook.prose import Prose\ntext = Prose()\ntext.keep('now', '1', '1')")
    assert shown(shell, "%%prose\nFirst {now}, then {later}.") == ["First 1, then …."]
    assert shown(shell, "text.keep('other', '3', '3')") == []
    assert shown(shell, "text.keep('later', '2', '2')") == ["First 1, then 2."]
    assert shown(shell, "text.owners.cells.clear()\ntext.keep('later', '4', '4')") == []  # all is shown already
    with pytest.raises(prose.ProseError, match="{late}.*Did you mean later"):
        shown(shell, "text.show('{late}')")
    assert shown(shell, "%%prose\nAnd {late}.") == ["And …."]
    with pytest.raises(prose.ProseError, match="{late}.*Did you mean later"):
        shown(shell, "text.record()")


def test_after_the_last_cell_no_prose_waits_for_a_value(shell: InteractiveShell) -> None:
    shown(shell, "from claimbook.notebook.prose import Prose\ntext = Prose()\ntext.record()")
    with pytest.raises(prose.ProseError, match="{late}"):
        shown(shell, "%%prose\nAnd {late}.")


KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.mark.process
def test_prose_above_the_cell_that_makes_the_section_is_reported() -> None:
    from claimbook.run.execution import NotebookFailed, execute_bundle

    alone = writes(new_notebook(cells=[new_code_cell("%%prose\nA word.", id="a")], metadata=KERNEL)).encode()
    with pytest.raises(NotebookFailed, match=r"^a.ipynb, code cell 1 \(A word\.\): .*after the cell that makes the"):
        execute_bundle({"notebooks/a.ipynb": alone}, "a", {})


@pytest.mark.parametrize(
    ("source", "text"),
    [("%%prose\nA\n\nB\n", "A\n\nB"), ("%%prose  \n\n A", "A"), ("# %%prose", None), ("%%prosed\n", None)],
)
def test_a_cell_of_prose_is_known_by_its_first_line(source: str, text: str | None) -> None:
    cell = {"cell_type": "code", "source": source.splitlines(keepends=True)}
    assert (prose.text_of(cell) if prose.is_prose(cell) else None) == text
    assert not prose.is_prose(cell | {"cell_type": "markdown"})


def test_a_digest_of_code_notices_what_the_prose_cites_and_no_other_word() -> None:
    def digest(text: str) -> str:
        return code_digest(writes(new_notebook(cells=[new_code_cell(f"%%prose\n{text}", id="a")])).encode())

    assert digest("A {key} word.") == digest("Another {key.year} word.") != digest("A {@j_2019} word.")


# values of other sections ----------------------------------------------------------------------------------------


OTHER_TOWNS = {"text": "178", "html": '<a href="#claim-towns">178</a>'}


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder has one executed section, which names two values and made one of them."""
    record = {"output_type": "display_data", "data": {RESULTS_MIME: {"values": {"towns-latest": OTHER_TOWNS}}}}
    text = "%%prose\n{towns-latest} towns[[, {towns-later} later]]."
    cells = [{"cell_type": "code", "source": source, "outputs": made} for source, made in ((text, []), ("", [record]))]
    (tmp_path / "1-other.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_a_value_is_borrowed_and_one_that_the_edition_lacks_is_left_out(other: None) -> None:
    assert prose.borrowed(["towns-latest", "towns-later"]) == {
        "towns-latest": OTHER_TOWNS | {"html": '<a href="1-other.html#claim-towns">178</a>'}
    }


def test_a_renamed_value_is_reported_with_its_key_and_the_cell_that_borrows_it(other: None) -> None:
    with pytest.raises(prose.ProseError, match=r"a cell borrows \{towns-last\}, but no other section .* towns-latest"):
        prose.borrowed(["towns-latest", "towns-last"])
    with pytest.raises(prose.ProseError, match="Correct the key, or remove it"):
        prose.borrowed(["firms"])
