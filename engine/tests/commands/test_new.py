"""New claims and sections, as the commands print them, pass the check, and claim nothing without evidence."""

import json
import re
import shlex
from pathlib import Path

import pytest
import towns
from nbformat.v4 import new_code_cell

from claimbook.commands.new import CLAIM_KINDS

pytestmark = pytest.mark.process
NAME = "6-spin-outs-abroad"
FACETS = ("count of libraries", "public libraries", "stock", "open to all")
FILLED = ["a number", "over", "1", "count", '"2023"', *FACETS, "3", "a fact", "a comparison", "It is so", "50"]
FILLED += ["percent", "It would be false.", "a cause", "libraries", "an opinion"]


@pytest.fixture
def new_towns(tmp_path: Path) -> Path:
    return towns.create(tmp_path / "project")


def say(project: Path, *lines: str) -> list[tuple[int, str]]:
    return towns.run_all(project, *(["new", *shlex.split(words)] for words in lines))


@pytest.mark.slow
def test_printed_templates_can_be_pasted_and_the_check_reports_only_what_is_left_to_fill_in(new_towns: Path) -> None:
    claims = [f"claim of-kind-{kind} 'It: \"is\" so.' --section 6 --kind {kind}" for kind in CLAIM_KINDS]
    (_, section), *printed = say(new_towns, "section 6 'Spin-outs “abroad”'", *claims)
    assert f"{NAME}.ipynb, listed in _toc.yml" in section
    ledger, path = new_towns / "data/claims.yml", new_towns / f"notebooks/{NAME}.ipynb"
    assert f"notebooks/{towns.NAME}\n      - file: notebooks/{NAME}\n" in (new_towns / "_toc.yml").read_text()
    notebook = json.loads(path.read_bytes())
    for kind, (_, output) in zip(CLAIM_KINDS, printed, strict=True):
        _, entry, cell, finding = re.split(r"^In .*:\n\n", output.rpartition("\nReplace each")[0], flags=re.M)
        ledger.write_text(ledger.read_text() + entry)
        notebook["cells"][-1:-1] = [new_code_cell(cell, id=kind), new_code_cell(finding, id=f"{kind}-found")]
    path.write_text(json.dumps(notebook))
    checks = (["check", "--refresh-datapackage"], ["check"])
    _, (_, faults) = towns.run_all(new_towns, *checks)
    assert faults.startswith("ERROR: This still has to be filled in.") and faults.count("ERROR") == 1, faults
    assert f"{len(FILLED)} errors in " in faults
    for word in FILLED:
        ledger.write_text(ledger.read_text().replace('"?"', word, 1))
    log = "looked_for,claim_ids,where,words,date,outcome\nestimates,of-kind-causal,everywhere,libraries,2026,none\n"
    (new_towns / "data/search_log.csv").write_text(log)
    assert "A cell is not filled in yet." in towns.run_all(new_towns, *checks)[1][1]
    path.write_text(path.read_text().replace('\\"?\\"', '\\"Found.\\"').replace(r"\n?", r"\nFound."))
    assert towns.run_all(new_towns, *checks)[1] == [0, "The data pass every check.\n"]
    judged = towns.executed(new_towns, NAME)["claims"]
    assert [claim["id"] for claim in judged] == [f"of-kind-{kind}" for kind in CLAIM_KINDS]
    assert all(claim["verdict"].startswith(("unverified", "not tested", "not scored")) for claim in judged)


def test_a_refusal_is_a_sentence_and_overwrites_nothing(new_towns: Path) -> None:
    refusals = {
        "section 1 Again": "Section 1 is notebooks/1-towns.ipynb.",
        "section 6 图书": "with Latin letters",
        "section six Again": "needs a number",
        "claim W So. --section 1 --kind fact": "'W' is no id",
        "claim w So. --section 3.9 --kind fact": '-m claimbook new section 3.9 "Title"',
        "claim w So. --section 1 --kind facts": "'facts' is not one of",
        "claim w So. --section 1 --kind fact --series libraries": "Leave it out, or use --kind number.",
        "claim w So. --section 1 --kind number --series librarys": "Did you mean libraries?",
    }
    for (code, output), sentence in zip(say(new_towns, *refusals), refusals.values(), strict=True):
        assert code and sentence in output


def test_a_series_fills_in_unit_and_facets_and_the_text_gets_a_clause(new_towns: Path) -> None:
    (new_towns / "data/text.csv").write_text("sentence,clause,says,claim_ids,why_none\n1-7,b,It is.,,no claim\n")
    ((code, output),) = say(new_towns, "claim w 'So, so.' --section 1 --kind number --series libraries")
    assert code == 0 and 'unit: "count"}' in output and 'ev.measures("libraries")' in output
    assert 'quantity: "count of libraries"\n      numerator: "public libraries"\n      mode: "stock"\n' in output
    assert '\n1-8,a,"So, so",w,\n' in output


def test_a_text_becomes_a_list_of_clauses_and_a_source_says_what_it_needs(new_towns: Path) -> None:
    says = "It grew; it pays. The Board, which\nleads, met.\n- One part"
    (new_towns / "text.txt").write_text(f"1. Introduction\n{says}\n\n2.1 Money\nIt costs 3.5 million.\n")
    needed = "title=T title_en=T publisher=P origin=P published=2024 language=en licence=open redistribute=yes grade=A"
    refused, unknown, added, text, again = say(
        new_towns,
        f"source office_2031 {needed}",
        "series visits unti=1",
        f"source office_2031 {needed} 'seen=whole document'",
        "text text.txt",
        "text text.txt",
    )
    assert "\n  seen=  How it was seen. whole document; opening of the page;" in refused[1]
    assert "title=" not in refused[1]
    assert unknown[1].startswith("Error: unti=1 is no COLUMN=VALUE of data/series.csv: series, label,")
    assert added[0] == 0
    assert (new_towns / "data/sources.csv").read_text().count("office_2031,T,T,P,P,2024,,en,open") == 1
    assert "data/text.csv: 5 clauses in 2 sections. Next: make check REFRESH=1\n" in text[1]
    assert "new section 2.1 Money\n" in text[1]
    assert (new_towns / "data/text.csv").read_text().splitlines()[1:] == [
        "1-1,a,It grew,,",
        "1-1,b,it pays,,",
        '1-2,a,"The Board, which leads, met",,',
        "1-3,a,One part,,",
        "2.1-1,a,It costs 3.5 million,,",
    ]
    assert again[0] and "Move it away first" in again[1]


def test_a_first_section_takes_the_place_of_one_that_was_deleted_and_a_deleted_table_begins_again(new_towns):
    (new_towns / towns.FIRST).unlink()
    (new_towns / "data/series.csv").unlink()
    needs = "label=V counts=c entities=Threeland unit=count dimension=d numerator=n"
    for code, output in say(new_towns, "section 2 Boats", "section 1 Ferries", f"series visits {needs}"):
        assert code == 0, output
    listed = re.findall(r"- file: (.*)", (new_towns / "_toc.yml").read_text())
    assert listed.index("notebooks/1-ferries") + 1 == listed.index("notebooks/2-boats")
    assert f"notebooks/{towns.NAME}" not in listed
    assert (new_towns / "data/series.csv").read_text().splitlines()[1].startswith("visits,V,")
