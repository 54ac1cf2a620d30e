"""The hash of what a build says."""

import copy

from torch_program.citation.identity import content_hash
from torch_program.results import FIGURE_MIME, RESULTS_MIME

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
