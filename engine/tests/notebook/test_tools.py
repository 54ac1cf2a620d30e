"""The commands of Jupyter's tools as in their documentation, typed into a shell in both folders."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from cell_outputs import ACCEPT
from one_notebook import FILE, SAID, cells, described, executed, typed
from towns import FIGURES, LATEST, NAME, edit, run

from claimbook.project.parameters import of_notebook
from claimbook.run.plan import ENGINE_PAGES

pytestmark = [pytest.mark.process, pytest.mark.slow]


# strict and lax, in both folders, of a folder and of a file: every two occur together, here or where cells fail
@pytest.mark.parametrize(
    ("folder", "command"),
    [
        (".", "pytest --nbval notebooks"),
        (".", f"pytest --nbval-lax notebooks/{FILE}"),
        ("notebooks", "pytest --nbval-lax"),
    ],
)
def test_plain_nbval_passes(ran_towns: Path, folder: str, command: str) -> None:
    done = typed(command, ran_towns / folder)
    assert re.search(rf"= {len(cells(ran_towns / 'notebooks' / FILE))} passed in", done.stdout), done.stdout
    assert done.returncode == 0


def test_without_the_packages_for_tests_nbval_says_what_to_do(ran_towns: Path) -> None:
    without = "import sys; sys.modules['nbval'] = None; import pytest; pytest.main(['--nbval', 'notebooks'])"
    done = typed(f'PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python -c "{without}"', ran_towns)
    assert re.match(r"This pytest has no nbval\S* Run `make unit` once,", done.stderr.splitlines()[-1]), done.stderr


def test_nbval_ends_with_what_changed_verdicts_first_and_how_to_accept_it(ran_towns: Path) -> None:
    edit(ran_towns / FIGURES, LATEST, LATEST.replace("46", "56"))
    done = typed(f"pytest --nbval {FILE}", ran_towns / "notebooks")
    edit(ran_towns / FIGURES, LATEST.replace("46", "56"), LATEST)
    assert done.returncode == 1
    first, *others, accept, _ = done.stdout.partition("what moved")[2].splitlines()[1:]
    assert (
        "claim libraries-over-50: " in first
        and "wrong (overstated) · fragile → cannot be checked (undecided) · fragile" in first
    )
    assert any("statistic libraries | 46 → 56 | +10, +21.74 %" in reported for reported in others), done.stdout
    assert accept == ACCEPT and "`make report && make baseline`" in accept


def test_papermill_runs_with_other_parameters(ran_towns: Path) -> None:
    done = typed(f"papermill notebooks/{FILE} out.ipynb -p cutoff 2024-06-30", ran_towns)
    assert done.returncode == 0, done.stderr
    ran = nbformat.read(ran_towns / "out.ipynb", as_version=4)
    assert of_notebook(ran) == {"edition": "2026", "cutoff": "2024-06-30"}
    assert "unknown parameter" not in done.stderr


def test_papermill_with_a_wrong_parameter_stops_in_the_first_cell(ran_towns: Path) -> None:
    sentence = "cutof is unknown. Did you mean cutoff? Known: edition, cutoff."
    done = typed(f"papermill {FILE} ../wrong.ipynb -p cutof 2023-12-31", ran_towns / "notebooks")
    assert done.returncode == 1
    assert done.stderr.rstrip().splitlines()[-1] == f"ParameterError: {sentence}"
    outputs = [cell.outputs for cell in cells(ran_towns / "wrong.ipynb")]
    (refusal,) = outputs[2]
    assert refusal["evalue"] == sentence
    assert refusal["traceback"] == [f"ParameterError: {sentence}"]
    assert not any(outputs[3:])


def test_nbconvert_has_every_number_and_alt_text_without_a_warning_about_our_code(ran_towns: Path) -> None:
    """In the folder of the notebooks, nbconvert has made `ran_towns`."""
    executed(f"--to html notebooks/{FILE} --output-dir made", ran_towns)
    page = BeautifulSoup((ran_towns / "made" / f"{NAME}.html").read_text(encoding="utf-8"), "html.parser")
    alts = described(ran_towns / "notebooks" / FILE)
    assert alts
    assert [image["alt"] for image in page.select("img")] == alts
    assert SAID in page.get_text()


def test_jupyter_book_builds_without_a_warning_among_hidden_folders(project: Path) -> None:
    """It builds from the outputs that the notebooks store, as in a fresh clone."""
    assert run(project, "baseline")[0] == 0
    shutil.rmtree(project / "_build")
    contents = (project / "_toc.yml").read_text()
    for page in ENGINE_PAGES.glob("*.md"):  # Jupyter Book without our engine needs every page in place
        if f"book/{page.stem}\n" in contents and not (project / "book" / page.name).exists():
            shutil.copy(page, project / "book")
    for hidden in (".pytest_cache", ".venv/lib", "notebooks/.ipynb_checkpoints"):
        (project / hidden).mkdir(parents=True)
        (project / hidden / "README.md").write_text("# Of a tool\n")
    done = typed("jupyter-book build .", project)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stdout + done.stderr
    assert "It says libraries" in (project / "_build/html/notebooks/5-conclusion.html").read_text()
