"""A notebook sees all data, and a run lists what it read. Only changes to what is listed make it run again."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import towns

from claimbook.run import notebook_run, plan
from claimbook.run.execution import NotebookFailed
from claimbook.run.notebook_run import NotebookRun

CLAIMS = """\
text_date: "2023-12-31"
claims:
  - {id: first, section: "1", window: 1}
  - {id: second, section: "2", window: 1}
"""
FILES = {
    "data/claims.yml": CLAIMS,
    "data/figures/towns.csv": "series,entity,value,source_id\ngdp,A,1,yearbook\ngdp,B,2,bulletin\nfirms,B,3,survey\n",
    "data/figures/more.csv": "series,entity,value,source_id\ngdp,C,4,yearbook\n",
    "data/series.csv": "series,label\ngdp,GDP\nfirms,Firms\n",
    "data/sources.csv": 'source_id,title\nyearbook,"One, in\ntwo lines"\nbulletin,Two\nsurvey,Three\nend,Four\n',
    "data/timeline.csv": (
        "event_id,date,source_id,ended,ended_source_id\nlaw,2018,survey;yearbook,,\nact,2019,survey,,\n"
    ),
    "data/studies.csv": "source_id,claim_ids\nbulletin,first;second\nsurvey,second\n",
    "data/towns.csv": "town,source_id\nX,survey\n",
    "src/rule.py": "x = 1\n",
}
Texts = Mapping[str, str]


def as_bytes(texts: Texts) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts.items()}


def reasons(read: tuple[str, str], *changes: tuple[str, str, str]) -> str:
    """Return why a run that read one thing must run again, after changes to files."""
    after = dict(FILES)
    for name, old, new in changes:
        assert old in after.get(name, ""), name
        after[name] = after.get(name, "").replace(old, new)
    kept = notebook_run.read_of({read, ("topic", "towns")}, as_bytes(FILES))
    return ", ".join(notebook_run.differences_in_words(kept, as_bytes(after)))


TOWNS, TIMELINE, SOURCES = "data/figures/towns.csv", "data/timeline.csv", "data/sources.csv"
LEDGER, FIRST, SECOND = "data/claims.yml", "gdp,A,1,yearbook\n", "gdp,B,2,bulletin\n"
SAID = [
    (("series", "gdp"), (TOWNS, "A,1", "A,7"), "1 row of gdp changed"),
    (("series", "gdp"), (TOWNS, FIRST, ""), "1 row of gdp gone"),
    (("series", "gdp"), (TOWNS, "\nfirms", "\ngdp,D,9,survey\nfirms"), "1 row of gdp new"),
    (("series", "gdp"), ("data/figures/more.csv", "C,4", "C,5"), "1 row of gdp changed"),
    (("series", "gdp"), ("data/series.csv", "GDP", "Product"), "1 row of gdp changed"),
    (("series", "gdp"), (TOWNS, FIRST + SECOND, SECOND + FIRST), "the rows of gdp in another order"),
    (("series", "gdp"), (SOURCES, "bulletin,Two", "bulletin,Too"), "source bulletin changed"),
    (("series", "gdp"), (TOWNS, "firms,B,3", "firms,B,4"), ""),
    (("series", "gdp"), (SOURCES, "survey,Three", "survey,Tree"), ""),
    (("series", "gdp"), (TOWNS, "\nfirms", "\ntheatres,B,3,lost\nfirms"), ""),
    (("series", "roads"), (TOWNS, "\nfirms", "\nroads,B,3,survey\nfirms"), "1 row of roads new"),
    (("event", "law"), (TIMELINE, "survey;yearbook,,", "survey;yearbook,2020,end"), "event law changed"),
    (("event", "law"), (SOURCES, "two lines", "three lines"), "source yearbook changed"),
    (("event", "law"), (TIMELINE, "act,2019", "act,2020"), ""),
    (("event", "fair"), (TIMELINE, "\nact", "\nfair,2020,survey,,\nact"), "event fair new"),
    (("studies", "first"), ("data/studies.csv", "\nsurvey,second", "\nsurvey,first;second"), "1 study on first new"),
    (("studies", "first"), ("data/studies.csv", "\nsurvey,second", ""), ""),
    (("source", "end"), (SOURCES, "end,Four", "end,Five"), "source end changed"),
    (("section", "1"), (LEDGER, 'section: "1", window: 1', 'section: "1", window: 2'), "claim first changed"),
    (("section", "1"), (LEDGER, 'section: "2", window: 1', 'section: "2", window: 2'), ""),
    (("section", "1"), (LEDGER, "claims:", "# A remark.\nclaims:"), ""),
    (("section", "1"), (LEDGER, "2023-12-31", "2022-12-31"), "what claims.yml says about section 1 changed"),
    (("section", "1"), (LEDGER, "claims:", "claims:\n  - {id: new, section: '1'}"), "about section 1 changed"),
    (("table", "timeline"), (TIMELINE, "act,2019", "act,2020"), "1 row of timeline.csv changed"),
    (("table", "towns"), ("data/towns.csv", "X", "Y"), "1 row of towns.csv changed"),
    (("table", "towns"), (SOURCES, "survey,Three", "survey,Tree"), ""),
    (("table", "figures"), (SOURCES, "survey,Three", "survey,Tree"), "source survey changed"),
    (("table", "sources"), (SOURCES, "end,Four", "end,Five"), "1 row of sources.csv changed"),
    (("table", "figures"), (TOWNS, "firms,B,3", "firms,B,4"), "1 row of towns.csv changed"),
    (("table", "figures"), ("data/figures/more.csv", "C,4", "C,5"), ""),
    (("topic", "towns"), (TOWNS, "series,entity", "series,place"), "the columns of towns changed"),
    (("folder", "data/figures"), ("data/figures/third.csv", "", "series\n"), "list of files in data/figures changed"),
    (("folder", "data/figures"), ("data/figures/more.csv", "C,4", "C,5"), ""),
    (("file", "src/rule.py"), ("src/rule.py", "x = 1", "x = 1  # one"), "src/rule.py changed"),
    (("file", "data/towns.csv"), ("data/towns.csv", "X", "Y"), "1 row of towns.csv changed"),
]


@pytest.mark.parametrize(("read", "change", "words"), SAID)
def test_a_run_is_repeated_only_when_a_part_that_it_read_has_changed(read, change, words) -> None:
    output = reasons(read, change)
    assert output.endswith(words) if words else output == "", output


def test_names_of_one_kind_are_grouped() -> None:
    kept = notebook_run.read_of({("source", s) for s in ("a", "b", "c", "d")} | {("event", "law")}, as_bytes(FILES))
    new = FILES | {SOURCES: FILES[SOURCES] + "a,A\nb,B\nc,C\nd,D\n"}
    assert notebook_run.differences_in_words(kept, as_bytes(new)) == ["sources a, b, c and 1 more new"]


@pytest.mark.parametrize("broken", ["data/series.csv", "data/timeline.csv", SOURCES, "data/claims.yml"])
def test_a_file_that_cannot_be_read_by_rows_is_one_part(broken: str) -> None:
    kept = notebook_run.read_of({("series", "gdp"), ("event", "law"), ("section", "1")}, as_bytes(FILES))
    for content in (b"a\n1,2\n", b"\xff", b"claims: ["):
        files = as_bytes(FILES) | {broken: content}
        assert notebook_run.differences_in_words(kept, files)


def test_what_is_saved_while_a_notebook_runs_is_not_taken_for_read(tmp_path: Path) -> None:
    for name, text in {**FILES, "a.ipynb": towns.notebook("A notebook", ["", ""])}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    def edits(*_) -> tuple[bytes, set[tuple[str, str]]]:
        (tmp_path / TOWNS).write_text(FILES[TOWNS].replace("A,1", "A,7"))
        return b"{}", {("series", "gdp")}

    files = {name: tmp_path / name for name in FILES}
    run = NotebookRun("a", tmp_path / "a.ipynb", tmp_path / "made/a.ipynb", {}, {}, files)
    run.make(edits)
    assert run.why() == "1 row of gdp changed"
    (tmp_path / TOWNS).write_text(FILES[TOWNS])
    assert run.why() == ""
    kept = run.kept.read_bytes()
    for torn in (b"", kept[:-20], b"[]", b"{}", b"\xff", b'{"given": {}, "read": [1], "made": ""}'):
        run.kept.write_bytes(torn)
        assert run.why() == "the list of what its last run read is torn"
    run.kept.write_bytes(kept)
    run.executed.write_bytes(b"")
    assert run.why() == "its executed notebook changed"
    run.executed.unlink()
    assert run.why() == "it has not run yet"


# in a kernel -----------------------------------------------------------------------------------------------------

OPENS = [
    towns.PARAMETERS,
    "import os, pandas as pd\nfrom pathlib import Path\nfrom claimbook import Section, theil\n"
    "from claimbook.evidence import evidence",
    'section = Section("7", edition=edition, cutoff=cutoff)\ntopics = ["libraries"]\n'
    "ev, other = evidence.load(*topics, cutoff=cutoff), 1",
    "def peers(e): return len(e.timeline)\neverything = ev\nprint(peers(ev), len(everything.timeline))",
    'ev.frame("libraries")\nos.listdir("../data/figures")\nPath("../data/datapackage.json").read_text()',
]


def of_towns(folder: Path, *codes: str) -> NotebookRun:
    """The run of another notebook on the evidence of the towns."""
    folder.mkdir(exist_ok=True)
    (folder / "a.ipynb").write_text(towns.notebook("A notebook", codes))
    files = plan.Plan(towns.EXAMPLE, None, towns.EXAMPLE / "data").seen
    given = {"edition": "2026", "cutoff": "2026-06-30"}
    return NotebookRun("a", folder / "a.ipynb", folder / "made/a.ipynb", given, {}, files)


@pytest.mark.process
@pytest.mark.slow
def test_a_kernel_sees_all_data_and_lists_rows_files_folders_and_modules(tmp_path: Path) -> None:
    run = of_towns(tmp_path, *OPENS)
    run.make()
    assert '"1 1\\n"' in run.executed.read_text()  # all rows of the timeline, as in JupyterLab
    read = {(kind, name) for kind, name, _ in json.loads(run.kept.read_bytes())["read"]}
    assert {part for part in read if part[0] != "source" and not part[1].startswith(("engine/src/", "report.yml"))} == {
        ("series", "libraries"),
        ("topic", "libraries"),
        ("section", "7"),
        ("file", "data/timeline.csv"),
        ("file", "data/units.csv"),
        ("file", "data/datapackage.json"),
        ("folder", "data/figures"),
    }
    modules = {name for kind, name in read if kind == "file"}
    assert {"engine/src/claimbook/__init__.py", "engine/src/claimbook/evidence/concentration.py"} <= modules
    assert {"engine/src/claimbook/rule/verdicts.py", "report.yml"} <= modules
    assert not any("/intake/" in name or "/run/" in name for name in modules)
    assert run.why() == ""
    assert replace(run, parameters={"edition": "2026"} | {"cutoff": "2020-01-01"}).why() == "cutoff changed"
    module, name = tmp_path / "concentration.py", "engine/src/claimbook/evidence/concentration.py"
    module.write_text(f"{run.files[name].read_text()}\nprint('of another build')")
    other = replace(run, files=run.files | {name: module})
    assert b"of another build" in other.execute()[0] and b"of another build" not in run.execute()[0]
    (tmp_path / "a.ipynb").write_text(towns.notebook("A notebook", [*OPENS, "1"]))
    assert run.why() == "its code changed"


@pytest.mark.process
def test_a_topic_from_a_variable_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    load = 'from claimbook.evidence import evidence\ntopic = "librarys"\nevidence.load(topic, cutoff=cutoff)'
    with pytest.raises(NotebookFailed, match="no data/figures/librarys.csv. Did you mean libraries. There are: librar"):
        of_towns(tmp_path, towns.PARAMETERS, load).execute()
