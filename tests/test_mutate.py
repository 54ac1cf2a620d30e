"""Changes of single values and what notices them, on a small data folder and one notebook."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import mutate
import pytest
import towns
import trials as m
from checkout import ROOT
from IPython.core.interactiveshell import InteractiveShell
from real_project import sound_data

from claimbook.notebook.notebook_file import code_cells
from claimbook.project.folders import rows_in
from claimbook.run.execution import execute_bundle
from claimbook.run.plan import Plan, plan_of
from claimbook.run.runner import Progress, Threads

pytestmark = [pytest.mark.process, pytest.mark.slow]
DECLARE = 'edition: str = "2026"\ncutoff: str = "2026-11-25"\n'  # as the profile of a province: no panel_year
LOAD = """\
from IPython.display import Markdown, display

from claimbook.evidence import evidence
from claimbook.notebook import prose, tables
from claimbook.project import parameters

parameters.check_parameters(globals(), parameters.Run)
ev = evidence.load("torch_zones", cutoff=cutoff)
known = ev.frame("htz_count")
"""
KEEP = """\
text = prose.Prose()
text.keep("latest", f"{known['value'].iloc[-1]:.0f}", "")
text.show("{latest} zones")
"""
WORDS = 'display(Markdown("; ".join(known["note"] + known["origin"] + known["value"].astype(str))))\n'
TABLE = 'tables.show(known[["period", "value"]].tail(2), "The last counts", "tbl-last")\n'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A project with one notebook, which prints the latest count and a table of all counts."""
    root = tmp_path_factory.mktemp("mutation")
    sound_data(root / "data")
    (root / "_toc.yml").write_text("format: jb-book\nchapters:\n  - file: notebooks/2-1-small\n")
    for name in ("src", "engine"):
        (root / name).symlink_to(ROOT / name)
    for name in ("report.yml", "_config.yml", "editions"):
        (root / name).symlink_to(ROOT / name)
    (root / "notebooks").mkdir()
    small = towns.notebook("Small", [DECLARE, LOAD, KEEP, WORDS, TABLE])
    (root / "notebooks" / "2-1-small.ipynb").write_text(small)
    yield replace(plan_of(ROOT), root=root, data=root / "data")
    InteractiveShell.clear_instance()


@pytest.fixture(scope="module")
def usual(small: Plan) -> dict[str, m.Usual]:
    return {"2-1-small": m.usual(small, "2-1-small")}


@pytest.fixture
def asked(small: Plan) -> Iterator[mutate.Asking]:
    """Asks for trials in notebooks of this machine."""
    progress = Progress(print)
    with Threads(progress, 2) as pool:
        yield mutate.Asking(execute_bundle, progress, pool, mutate.files_of(small))


def changed(plan: Plan, series: str, kind: str, line: int = 0) -> m.Mutation:
    of_kind = [x for x in m.mutations(plan.data) if (x.series, x.kind) == (series, kind)]
    return next(x for x in of_kind if line in (0, x.line))


def lines_of_counts(plan: Plan) -> list[int]:
    """Where the counts of zones stand, from the earliest to the latest."""
    rows = rows_in(plan.data / "figures/torch_zones.csv")
    counts = [(row["period"], i) for i, row in enumerate(rows, start=2) if row["series"] == "htz_count"]
    return [line for _, line in sorted(counts)]


def test_each_change_touches_one_cell_of_one_row(small: Plan) -> None:
    found = m.mutations(small.data)
    assert {x.kind for x in found} >= {"factor", "swap", "source"}
    for mutation in found:
        before, after = rows_in(small.data / mutation.file), m.apply(mutation, small.data).decode()
        rows = list(csv.DictReader(after.splitlines()))
        differing = [(i, k) for i, (a, b) in enumerate(zip(before, rows, strict=True)) for k in a if a[k] != b[k]]
        assert differing == [(mutation.line - 2, mutation.column)]
        assert before[mutation.line - 2][mutation.column] == mutation.before


def test_a_number_of_the_prose_or_a_table_is_noticed_by_meaning_and_one_in_a_sentence_by_words(small, usual):
    in_sentence, *_, in_table, in_prose = lines_of_counts(small)
    changes = [changed(small, "htz_count", "factor", line) for line in (in_sentence, in_table, in_prose)]
    tried = [m.try_out(small, usual, change) for change in changes]
    assert [trial.how for trial in tried] == [m.WORDS, m.FACTS, m.FACTS]
    assert tried[-1].where == "2-1-small"


def test_a_value_that_a_notebook_would_miss_is_distinguished_from_one_that_it_would_not(small, usual):
    value = changed(small, "htz_count", "factor", lines_of_counts(small)[-1])
    gone = {f"data/{value.file}": m.without(value, small.data)}
    assert m.differs(small, "2-1-small", usual["2-1-small"], gone) == m.FACTS
    trial = m.try_out(small, usual, replace(value, after=value.before))  # a change that comes to nothing
    assert (trial.how, trial.missed) == (m.NOBODY, True)


def test_the_rows_of_a_series_that_a_notebook_asks_for_are_used_and_no_others(small, usual):
    rows = rows_in(small.data / "figures/torch_zones.csv")
    counts = {f"torch_zones.csv:{line}" for line in lines_of_counts(small)}
    assert usual["2-1-small"].rows == counts
    assert 0 < len(counts) < len(rows)
    tried, unused = m.split(m.mutations(small.data), usual)
    assert {x.series for x in tried} == {"htz_count"} and {x.row for x in tried} == counts
    assert unused["htz_gdp"] == sum(row["series"] == "htz_gdp" for row in rows)


def test_notebooks_of_trials_give_the_answers_that_the_same_functions_give_here(small, usual, asked):
    assert asked.usual(usual) == usual
    changes = [change for change in m.mutations(small.data) if change.series == "htz_count"]
    assert len(changes) > mutate.AT_ONCE  # so there are several notebooks
    here = [m.try_out(small, usual, change) for change in changes]
    assert {trial.mutation: trial for trial in asked.tried(changes)} == dict(zip(changes, here, strict=True))
    assert len({trial.how for trial in here}) > 1


def test_a_notebook_that_stops_on_the_data_as_they_are_ends_the_trials(small: Plan) -> None:
    path = small.committed("2-1-small")
    before = path.read_text()
    path.write_text(towns.notebook("Small", [DECLARE, "1 / 0"]))
    try:
        with pytest.raises(ValueError, match="2-1-small stops on the data as they are: ZeroDivisionError"):
            m.usual(small, "2-1-small")
    finally:
        path.write_text(before)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").rglob("[1-5p]*.ipynb")), ids=lambda p: p.stem)
def test_notebooks_take_figures_in_the_ways_that_are_watched(path: Path) -> None:
    sources = "\n".join(source for _, source, _ in code_cells(json.loads(path.read_bytes())))
    assert not re.findall(r"ev\w*\.figures\b(?!\[)", sources)


def test_a_notebook_that_stops_has_noticed_the_change(small: Plan, usual: dict[str, m.Usual]) -> None:
    changed = {"data/figures/torch_zones.csv": b"series\n"}
    assert m.differs(small, "2-1-small", usual["2-1-small"], changed) == m.FACTS
