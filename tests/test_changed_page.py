"""The page that says what changed between editions."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from test_record import FIGURES, ROWS, SOURCES, notebook

from torch_program.changes import matters, record
from torch_program.changes.compare import Change
from torch_program.pipeline.files import write_whole
from torch_program.sphinx_ext.changes import Changes

OWN = {"edition": "2026", "cutoff": "2026-11-25", "panel_year": 2023}
SRC = Path(__file__).resolve().parents[1] / "src"
OLDER = {"edition": "2023", "cutoff": "2023-12-31", "panel_year": 2022}
CONF = """
extensions = ["myst_nb", "torch_program.sphinx_ext"]
torch_parts = ["changes"]
nb_execution_mode = "off"
suppress_warnings = ["mystnb.unknown_mime_type", "toc.not_included"]
root_doc = "index"
exclude_patterns = ["jupyter_execute", "_out"]
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The source tree of a book of one notebook."""
    cells = [{"execution_count": 1, **c} if c["cell_type"] == "code" else c for c in notebook()["cells"]]
    cells = [cell for cell in cells if cell["source"] != "show()"]  # its figure has no drawing
    cells[0]["source"] = "# Zones"
    for i, cell in enumerate(cells):
        cell["id"] = f"cell-{i}"
        cell["source"] = cell["source"].replace('edition = "2023"', 'edition = "2026"')
        for output in cell.get("outputs", ()):
            output.setdefault("output_type", "display_data")
    content = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    files = {
        "conf.py": CONF,
        "_toc.yml": "root: index\nchapters: [{file: notebooks/2-1-zones}, {file: changed}]\n",
        "index.md": "# Front\n\n```{toctree}\nnotebooks/2-1-zones\nchanged\n```\n",
        "changed.md": "# What changed\n\n```{changes}\n```\n",
        "notebooks/2-1-zones.ipynb": nbformat.writes(nbformat.from_dict(content)),
        "data/sources.csv": SOURCES,
        "data/series.csv": "series,label\nmade_up,Made-up things\n",
        "data/claims.yml": "text_date: '2023-12-31'\nclaims: []\n",
        "data/figures/topic.csv": FIGURES + ROWS,
        "editions/2023.yml": "",
        "editions/2026.yml": "",
    }
    for name, text in files.items():
        write_whole(tmp_path / name, text.encode())
    return tmp_path


def store(source: Path, small: float = 177.0, sources: str = SOURCES) -> None:
    """A stored record of the older edition, from the same notebook with another statistic."""
    executed = json.loads((source / "notebooks/2-1-zones.ipynb").read_text().replace("178.0", str(small)))
    data = {f"data/{n}": (source / "data" / n).read_bytes() for n in ("series.csv", "claims.yml", "figures/topic.csv")}
    data["data/sources.csv"] = sources.encode()
    made = record.make({"2-1-zones": json.dumps(executed).encode()}, data, [], OLDER)
    record.stored(source, "2023").write_bytes(record.packed(record.as_json(made)))


def page(source: Path) -> str:
    """The page, built in a process of its own: Sphinx keeps what earlier builds registered."""
    out = source / "_out"
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "-E", "-q", str(source), str(out)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(SRC)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return (out / "changed.html").read_text()


def said(source: Path) -> str:
    """What the directive says, without a build around it."""
    env = SimpleNamespace(srcdir=source, note_dependency=lambda path: None)
    directive = Changes.__new__(Changes)
    directive.state = SimpleNamespace(document=SimpleNamespace(settings=SimpleNamespace(env=env)))
    return " ".join(node.astext() for node in directive.run())


def test_without_a_stored_record_a_sentence_says_so(source: Path) -> None:
    assert said(source) == ("These pages are edition 2026. No record of another edition is stored to compare it with.")


@pytest.mark.process
def test_the_pages_are_compared_with_the_stored_record_as_they_are(source: Path) -> None:
    store(source)
    record.stored(source, "2026").write_bytes(b"the stored record of these pages is not read")
    html = page(source)
    assert "From edition 2023 to edition 2026: 1 statistic moved, 1 figure added." in html
    assert "<td" in html and "177" in html and "178" in html
    assert "Made-up things" in html
    assert "made from other data" not in html


def test_a_record_of_other_data_is_said_to_be_one(source: Path) -> None:
    store(source, sources=SOURCES + "more,2020\n")
    assert "The stored record of edition 2023 was made from other data (data/sources.csv)" in said(source)


def test_a_record_of_an_edition_that_is_no_longer_there_is_left_out(source: Path) -> None:
    store(source)
    (source / "editions/2023.yml").unlink()
    assert "No record of another edition is stored" in said(source)


def flip(verdict: str, **measure: object) -> dict[str, object]:
    known = {"label": "Half is done", "match": "criterion", "decides": True, "value": 1.0, "unit": "", "outcome": "met"}
    return {"id": "a", "verdict": verdict, "statement": "A.", "measures": [known | measure]}


def test_a_flip_is_told_with_names_verdicts_and_what_decides_it_now() -> None:
    then = flip("supported")
    now = flip("partly") | {
        "measures": [*then["measures"], *flip("", label="All is done", outcome="not met")["measures"]]
    }
    assert matters.why(Change("a", then, now)) == "Now known: All is done (not met)."
    assert matters.why(Change("a", now, then)) == "No longer counted: All is done (not met)."
    known_otherwise = flip("not supported", outcome="not met")
    assert matters.why(Change("a", then, known_otherwise)) == "Now known: Half is done (not met)."


def test_statistics_have_names_that_readers_know() -> None:
    place = {"series": "x", "source": "s", "locators": [], "more": 0}
    record_of = {
        "statistics": {"k-1": {"made": "published", "places": [place]}, "k-2": {"made": "share", "places": [place]}}
    }
    assert matters.statistic_names(record_of, {"x": "Zones"}) == {"k-1": "Zones", "k-2": "share: Zones"}
