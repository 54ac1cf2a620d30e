"""A hand-made notebook that ran, and the data that it read. Nothing in them was published or computed."""

from typing import Any

from claimbook.project.outputs import FIGURE_MIME, MYST_MIME, RESULTS_MIME

PARAMETERS = {"edition": "2023", "cutoff": "2023-12-31", "panel_year": 2022}
SOURCES = "source_id,published,publisher\nearly,2022,A\nlate,2024-01,B\nunknown_day,2023-12,C\n"
FIGURES = "series,entity,period,value,unit,bound,rounding,status,conflict,source_id,locator,note\n"
ROWS = "made_up,Nowhere,2021,1,count,=,,,,early,p 1,\nmade_up,Nowhere,2022,2,count,>,,,,late,p 2,\n"
TEXT = "There were\n178, see the chart\nand [this](x.md#y).\n\nNot \\*one\\*.\n"
CSV = "year,value\n2022,177\n2023,178\n"


TOWNS = {"value": 178.0, "unit": "count", "period": "2022", "bound": "=", "made": "", "sources": [], "places": []}


def code(source: str, *shown: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    outputs = [{"data": data, "metadata": {}} for data in shown]
    return {"cell_type": "code", "id": "c", "source": source, "metadata": {"tags": [*tags]}, "outputs": outputs}


def notebook() -> dict[str, Any]:
    output = {"section": "2.1", "claims": [], "statistics": {"towns": TOWNS}}
    prose = {MYST_MIME: {"myst": TEXT, "values": {"towns": "178"}}, "text/markdown": TEXT.splitlines(keepends=True)}
    no_prose = {MYST_MIME: {"myst": "A table"}, "text/markdown": "A table"}
    return {
        "cells": [
            {"cell_type": "markdown", "id": "title", "source": "# Towns", "metadata": {}},
            code('edition: str = "2026"  # Name\ncutoff: str = "2026-11-25"', tags=("parameters",)),
            code('edition = "2023"', tags=("injected-parameters",)),
            code('evidence.load("topic", cutoff=cutoff)', prose, no_prose),
            code("show()", {FIGURE_MIME: {"label": "fig-z", "csv": CSV}}),
            code("section.record()", {RESULTS_MIME: output}),
        ]
    }
