"""The outputs stored in notebooks/: complete, of the default edition, and those of the last run."""

import json
import re
from pathlib import Path
from typing import Any

import cell_outputs
import pytest
from checkout import ROOT

from claimbook.commands.report import PICTURE
from claimbook.notebook import notebook_file
from claimbook.pages.drawings import png
from claimbook.project import outputs as results
from claimbook.project.report import report_settings
from claimbook.run import plan

pytestmark = pytest.mark.book
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = sorted((ROOT / "book").glob("*.md"))
RENEW = "Run `make report`, look at what changed, then `make baseline`."


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def markdown(path: Path) -> list[str]:
    """Text of a page or of a notebook's Markdown cells."""
    if path.suffix == ".md":
        return [path.read_text(encoding="utf-8")]
    return ["".join(c["source"]) for c in read(path)["cells"] if c["cell_type"] == "markdown"]


@pytest.fixture(scope="module")
def default() -> plan.Plan:
    return plan.plan_of(ROOT)


each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
each_text = pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda p: p.stem)


@each_notebook
def test_every_code_cell_has_run_once_from_top_to_bottom(path: Path) -> None:
    counts = [cell["execution_count"] for _, _, cell in notebook_file.code_cells(read(path))]
    assert counts == list(range(1, len(counts) + 1)), RENEW


@each_notebook
def test_the_table_of_contents_lists_the_notebook(path: Path, default: plan.Plan) -> None:
    assert path.stem in default.notebooks


@each_notebook
def test_stored_outputs_are_those_of_the_last_run(path, default, record_property):
    staged = default.staged(path.stem)
    assert staged.exists(), "run `make report` first"
    stored, fresh = ({c["id"]: c.get("outputs") for c in read(notebook)["cells"]} for notebook in (path, staged))
    differing = [cell for cell in stored if stored[cell] != fresh.get(cell)]
    reported = [
        f"{path.stem}, cell {cell}: {sentence}"
        for cell in differing
        for sentence in cell_outputs.moved(stored[cell] or (), fresh.get(cell) or ()) or ["drawn or printed otherwise"]
    ]
    record_property("moved", reported)
    assert not differing, "\n".join([*reported, RENEW])


@each_notebook
def test_no_notebook_uses_roles_that_other_viewers_would_show_as_code(path: Path) -> None:
    texts = [*markdown(path), *(source for _, source, _ in notebook_file.code_cells(read(path)))]
    shown = [
        "".join(output["data"].get(mime, ""))
        for _, _, cell in notebook_file.code_cells(read(path))
        for output in cell["outputs"]
        for mime in ("text/markdown", "text/plain", "text/html")
        if "data" in output
    ]
    found = [role for text in texts + shown for role in re.findall(r"\{[\w:+-]+\}+`|:::+\{\w+\}", text)]
    assert not found, "Write [the chart of towns](#fig-towns) and {key} in a cell that begins with %%prose."


@each_text
def test_no_title_of_a_fence_contains_a_role_that_would_end_the_fence(path: Path) -> None:
    fences = [line for text in markdown(path) for line in text.splitlines() if re.match(r"\s*```+\{\S+\}.*`", line)]
    assert not fences, "use ::: for the fence"


def test_the_picture_in_the_readme_is_a_stored_figure() -> None:
    figures = (figure for path in NOTEBOOKS for figure in results.figures(read(path)))
    (stored,) = (figure["svg"] for figure in figures if figure["label"] == report_settings().picture)
    assert (ROOT / PICTURE).read_bytes() == png(stored), RENEW
    assert f'src="{PICTURE}"' in (ROOT / "README.md").read_text(encoding="utf-8")
