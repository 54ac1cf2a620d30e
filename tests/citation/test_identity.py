"""The hash of what a build says."""

import copy
from pathlib import Path

from claimbook.citation.metadata import content_hash
from claimbook.project.files import folder_hash
from claimbook.project.outputs import FIGURE_MIME, RESULTS_MIME

FIGURE = {FIGURE_MIME: {"label": "fig-a", "csv": "year,value\n2022,1\n", "svg": "<svg/>"}}
NOTEBOOK = {"cells": [{"cell_type": "code", "outputs": [{"data": {RESULTS_MIME: {"claims": []}}}, {"data": FIGURE}]}]}


def test_looks_and_order_do_not_count_but_numbers_do() -> None:
    before = content_hash({"a": NOTEBOOK, "b": NOTEBOOK})
    redrawn = copy.deepcopy(NOTEBOOK)
    redrawn["cells"][0]["outputs"][1]["data"][FIGURE_MIME]["svg"] = "<svg></svg>"
    assert content_hash({"b": redrawn, "a": NOTEBOOK}) == before
    changed = copy.deepcopy(NOTEBOOK)
    changed["cells"][0]["outputs"][1]["data"][FIGURE_MIME]["csv"] = "year,value\n2022,2\n"
    assert content_hash({"a": NOTEBOOK, "b": changed}) != before


def test_the_hash_of_a_folder_follows_names_and_contents_and_not_its_place(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder / "figures").mkdir(parents=True)
        (tmp_path / folder / "figures/one.csv").write_text("1")
    before = folder_hash(tmp_path / "a")
    (tmp_path / "b/.hidden").write_text("2")
    assert folder_hash(tmp_path / "b") == before
    (tmp_path / "b/figures/one.csv").write_text("2")
    assert folder_hash(tmp_path / "b") != before
    (tmp_path / "a/figures/one.csv").rename(tmp_path / "a/figures/two.csv")
    assert folder_hash(tmp_path / "a") != before
