"""A typed figure is found in prose and ledger; a computed, quoted or allowed one is not."""

import json
import shutil
from pathlib import Path

import pytest
import towns

from claimbook.assurance.typed_figures import ALLOWED, typed, typed_figure_faults


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("# 4.4 State-driven models\n\nOf the funds 41 % lost money.", ["41 %"]),
        ("There were {s1-towns-2023} of them, see [the chart](#fig-2).", []),
        ("[The page](https://example.org/2023/11) of 2023.", ["2023"]),
        ("As sections 4.2 and 4.4 say, but not section 4.9.", ["4.9"]),
        ("In section 4.2 the text is\nread; in 4.2 billion cases not.", ["4.2"]),
        ("The text says over 20\n% of patents; in fact over 21 %.", ["21 %"]),
        ("It is about half of it, two thirds of that, and has doubled.", ["about half", "two thirds", "doubled"]),
        ("The two halves of a question, five things at once.", []),
    ],
)
def test_a_typed_figure_is_found_and_a_computed_or_allowed_one_is_not(text: str, figures: list[str]) -> None:
    assert [figure for figure, _ in typed(text, {"4.2", "4.4"}, ["over 20 %"])] == figures


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The report of three towns, without its engine."""
    return shutil.copytree(towns.EXAMPLE, tmp_path / "towns", ignore=shutil.ignore_patterns("_build"))


def test_the_example_types_no_figure(example: Path) -> None:
    assert typed_figure_faults(example, example / "data") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (towns.FIRST, "How many there are", "There are 46", 'cell number: the prose types "46": ## There are 46'),
        (towns.FIRST, "## How many", "% How many", 'cell number: a line begins with "%", so the book drops it'),
        (towns.FIRST, "An invented chronicle has", "One of 46 has", 'cell findings: the prose types "46": One of 46'),
        (towns.FIRST, "Its first library opened", "Of 46 one opened", 'cell findings: the prose types "46": Of 46 one'),
        (towns.FIRST, 'title = \\"All', 'title = \\"In 2023 all', 'cell fig-towns: the label "In 2023 all three INV'),
        ("data/claims.yml", "    statement: The gov", "    care: of 46\n    statement: The gov", '"care" types 46.'),
        (ALLOWED, "in 1990: first-in-alder-1990", "", 'cell title: the prose types "1990"'),
        (ALLOWED, "in 1990:", "in 1990: a year\nin 1991:", 'no prose has the words "in 1991". Delete the line.'),
        (ALLOWED, ": libraries-over-50", ": open-more", "has another number than the claim open-more."),
        (ALLOWED, "in 1990: first-in-alder-1990", "1990: 1", "each line has words and why prose may type them"),
    ],
)
def test_a_fault_is_a_sentence_that_says_where(example: Path, file: str, old: str, new: str, fault: str) -> None:
    towns.edit(example / file, old, new)
    assert any(fault in sentence for sentence in typed_figure_faults(example, example / "data"))


def test_the_text_of_a_finding_counts_and_the_number_in_the_name_of_its_claim_does_not(example: Path) -> None:
    path = example / towns.FIRST
    notebook = json.loads(path.read_bytes())
    cell = {"id": "found", "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].append(cell | {"source": "%%findings\nlibraries-over-50: right\nOf 46 one."})
    path.write_text(json.dumps(notebook))
    (fault,) = typed_figure_faults(example, example / "data")
    assert 'cell found: the prose types "46": Of 46 one.' in fault


@pytest.mark.process
def test_make_check_goes_red_for_a_typed_figure(example: Path) -> None:
    shutil.copytree(towns.ROOT / "engine/src/claimbook", example / "engine/src/claimbook")
    towns.edit(example / towns.FIRST, "How many there are", "There are 46")
    code, output = towns.run(example, "check")
    assert code == 1 and 'the prose types "46"' in output and "section.stat(" in output
