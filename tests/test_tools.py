"""The commands of the tools, as their own documentation has them, typed into a shell from both folders.

They run in a copy of the project with one notebook, cut after its first numbers, whose outputs nbconvert has stored.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from torch_program.parameters import of_notebook
from torch_program.project import ProjectNotFound, data
from torch_program.results import FIGURE_MIME

ROOT = Path(__file__).resolve().parents[1]
NAME = "3-4-talent-pipelines"
NUMBER = "s34-target"  # the first that the notebook prints
ROW = "thousand_talents_target,China,2008,2000,"  # and the value behind it
VALUES = Path("data/figures/instruments.csv")
FILE = f"{NAME}.ipynb"
PLACES = ((".", f"notebooks/{FILE}"), ("notebooks", FILE))  # a folder, and the notebook as it is called there


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy: its outputs are stored by the library as it is now, whatever the committed ones say."""
    folder = tmp_path_factory.mktemp("tools") / "a project"
    for name in ("data", "editions"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "conftest.py", "_toc.yml"):
        shutil.copy(ROOT / name, folder)
    (folder / "src").symlink_to(ROOT / "src")
    (folder / "notebooks").mkdir()
    notebook = nbformat.read(ROOT / "notebooks" / FILE, as_version=4)
    numbers = next(n for n, cell in enumerate(notebook.cells) if "section.stat(" in cell.source)
    notebook.cells = notebook.cells[: numbers + 1]
    nbformat.write(notebook, folder / "notebooks" / FILE)
    done = typed(f"jupyter nbconvert --execute --inplace notebooks/{NAME}.ipynb", folder)
    assert done.returncode == 0, done.stderr
    return folder


def doubled(rows: str) -> str:
    assert rows.count(ROW) == 1
    return rows.replace(ROW, ROW.replace("2000", "4000"))


def typed(command: str, folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """What a shell says to a command, in an environment that knows of Jupyter's tools and of our library only."""
    clean = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": tempfile.gettempdir(),
        "PYTHONPATH": str(ROOT / "src"),  # of this checkout, whatever was installed
        "LANG": "C.UTF-8",
    }
    return subprocess.run(["sh", "-c", command], cwd=folder, env=clean | more, capture_output=True, text=True)


def cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        (".", "pytest --nbval notebooks"),
        (".", f"pytest --nbval notebooks/{NAME}.ipynb"),
        (".", "pytest --nbval-lax notebooks"),
        ("notebooks", f"pytest --nbval {NAME}.ipynb"),
        ("notebooks", "pytest --nbval-lax"),
    ],
)
def test_nbval_alone_is_green(project: Path, folder: str, command: str) -> None:
    done = typed(command, project / folder)
    assert re.search(rf"= {len(cells(project / 'notebooks' / FILE))} passed in", done.stdout), done.stdout
    assert done.returncode == 0


def test_nbval_alone_names_the_number_that_moved(project: Path) -> None:
    path = project / VALUES
    before = path.read_text(encoding="utf-8")
    path.write_text(doubled(before), encoding="utf-8")
    done = typed("pytest --nbval notebooks", project)
    path.write_text(before, encoding="utf-8")
    assert done.returncode == 1
    assert f": value {NUMBER}: 2,000 → 4,000\n" in done.stdout, done.stdout


def test_an_environment_variable_gives_notebooks_other_data(project: Path) -> None:
    path = shutil.copytree(project / "data", project / "my data") / "figures" / VALUES.name
    path.write_text(doubled(path.read_text(encoding="utf-8")), encoding="utf-8")
    done = typed("TORCH_DATA='my data' pytest --nbval", project / "notebooks")
    assert done.returncode == 1
    assert f": value {NUMBER}: 2,000 → 4,000\n" in done.stdout, done.stdout


@pytest.mark.parametrize(("folder", "notebook"), PLACES)
def test_papermill_runs_with_other_parameters(project: Path, folder: str, notebook: str) -> None:
    done = typed(f"papermill {notebook} out.ipynb -p cutoff 2023-12-31 -p panel_year 2022", project / folder)
    assert done.returncode == 0, done.stderr
    ran = nbformat.read(project / folder / "out.ipynb", as_version=4)
    assert of_notebook(ran) == {"edition": "2026", "cutoff": "2023-12-31", "panel_year": 2022}
    assert "unknown parameter" not in done.stderr


@pytest.mark.parametrize(
    ("place", "given", "sentence"),
    [
        (
            PLACES[0],
            "-p cutof 2023-12-31",
            "cutof is unknown. Did you mean cutoff? Possible: edition, cutoff, panel_year.",
        ),
        (PLACES[1], "-p cutoff 31.12.2023", "cutoff = '31.12.2023': cutoff must be a day, like 2023-12-31."),
    ],
)
def test_papermill_with_a_wrong_parameter_stops_in_the_first_cell(
    project: Path, place: tuple[str, str], given: str, sentence: str
) -> None:
    folder, notebook = place
    done = typed(f"papermill {notebook} wrong.ipynb {given}", project / folder)
    assert done.returncode == 1
    assert done.stderr.rstrip().splitlines()[-1] == f"ParameterError: {sentence}"
    outputs = [cell.outputs for cell in cells(project / folder / "wrong.ipynb")]
    (refusal,) = outputs[2]
    assert refusal["evalue"] == sentence
    assert refusal["traceback"] == [f"ParameterError: {sentence}"]
    assert not any(outputs[3:])


@pytest.mark.parametrize(("folder", "notebook"), PLACES)
def test_papermill_tells_type_and_meaning_of_each_parameter(project: Path, folder: str, notebook: str) -> None:
    done = typed(f"papermill --help-notebook {notebook}", project / folder)
    _, _, said = done.stdout.partition(f"{notebook}':\n")
    assert " ".join(said.split()) == (
        'edition: str (default "2026") Name of the edition '
        'cutoff: str (default "2026-11-25") Only originals that were published on or before this day count '
        "panel_year: int (default 2023) Year that maps and tables of the provinces show"
    )


@pytest.mark.parametrize(("folder", "notebook"), PLACES)
def test_nbconvert_has_every_number_and_alt_text_and_warns_of_nothing_of_ours(
    project: Path, folder: str, notebook: str
) -> None:
    done = typed(f"jupyter nbconvert --execute --to html {notebook} --output-dir made", project / folder)
    assert done.returncode == 0, done.stderr
    warned = [line for line in done.stderr.splitlines() if "WARN" in line.upper()]
    assert [line for line in warned if "Kernel is running over TCP" not in line] == []  # ipykernel's, on every machine
    page = BeautifulSoup((project / folder / "made" / f"{NAME}.html").read_text(encoding="utf-8"), "html.parser")
    drawn = [
        output["data"][FIGURE_MIME]["alt"]
        for cell in cells(project / "notebooks" / FILE)
        for output in cell.outputs
        if FIGURE_MIME in output.get("data", {})
    ]
    assert drawn
    assert [image["alt"] for image in page.select("img")] == drawn
    assert f"{NUMBER}: 2,000" in page.get_text()


def test_a_folder_of_data_that_is_not_there_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "notebooks")
    assert data() == project / "data"
    monkeypatch.setenv("TORCH_DATA", "my dat")
    with pytest.raises(ProjectNotFound) as error:
        data()
    assert str(error.value) == (
        f"TORCH_DATA is my dat, but there is no folder {project / 'my dat'}. "
        f"Name a copy of data/ by its whole path or by the way from {project}, or unset TORCH_DATA."
    )


@pytest.mark.parametrize(
    ("given", "handed"), [("", ""), ("DATA='my data'", "TORCH_DATA='my data' "), ("TORCH_DATA=a", "TORCH_DATA='a' ")]
)
def test_make_lab_hands_the_data_on(given: str, handed: str) -> None:
    done = typed(f"make --dry-run lab PYTHON=python {given}", ROOT)
    assert done.stdout.strip() == f"{handed}python -m jupyterlab --notebook-dir=notebooks"
