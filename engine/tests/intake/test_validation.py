"""Each mistake in `data/` gets exactly the message that `bad_data.yml` has for it."""

import json
from datetime import date
from pathlib import Path

import pytest
from checkout import ROOT
from data_of_towns import make_fault, read_cases
from frictionless import Resource

from claimbook.intake import description, validation
from claimbook.intake.description import describe, forms, resource_of
from claimbook.intake.problems import Problem, Refused
from claimbook.intake.rules import times
from claimbook.intake.rules.names import one_whole
from claimbook.intake.rules.values import slips
from claimbook.intake.tables import Data, read_tables
from claimbook.intake.validation import find_faults, render
from claimbook.project.report import report_settings

CASES = read_cases(Path(__file__).parent / "bad_data.yml")  # a fault that new rows can have is in bad_tables/
TODAY = date(2026, 11, 25)
TOWNS, NATION = "figures/towns.csv", "figures/country.csv"


def errors(folder: Path) -> list[Problem]:
    return [p for p in find_faults(folder, TODAY) if p.severity == "error"]


def test_the_sound_folder_has_no_fault_and_needs_no_ledger(folder):
    assert find_faults(folder, TODAY) == []
    assert render([]) == "The data pass every check."
    (folder / "claims.yml").unlink()
    describe(folder)
    assert find_faults(folder, TODAY) == []


@pytest.mark.parametrize("case", CASES)
def test_a_fault_in_the_data_gets_exactly_its_message(folder, case):
    make_fault(folder, CASES[case])
    assert render(errors(folder)) == CASES[case]["says"].strip()


OF_FORM = "semicolons columns_moved column_misspelt unquoted_comma empty_line thousands_separator no_locator"


@pytest.mark.parametrize("case", f"{OF_FORM} unknown_bound unknown_status factor_in_words source_twice".split())
def test_the_tool_of_the_standard_finds_the_same_rows(folder, case):
    make_fault(folder, CASES[case])
    package, _ = description.package_of(folder)
    theirs = set()
    for described in (r for r in package["resources"] if "schema" in r):
        table = {name: value for name, value in described.items() if name not in ("hash", "bytes")}
        report = Resource.from_descriptor(table, basepath=str(folder)).validate()
        theirs |= {(table["path"], getattr(e, "row_number", None)) for task in report.tasks for e in task.errors}
    assert {(p.file, p.row) for p in read_tables(folder, package, TODAY)[1]} == theirs != set()


def replaced(old: str, new: str):
    """Return a change of a file: the first `old` text becomes `new`."""
    return lambda path: path.write_text(path.read_text().replace(old, new, 1))


def rewritten(change):
    """Return a change of the bytes of a file."""
    return lambda path: path.write_bytes(change(path.read_bytes()))


PACKAGE, IS_FOLDER = "datapackage.json", "This is a folder, but it should be a file."
# a file of the sound folder, what happens to it, and the only fault that is reported: its place and what it says
SLIPS = [
    (PACKAGE, Path.unlink, PACKAGE, "or make it: make check REFRESH=1"),
    (PACKAGE, rewritten(lambda raw: b"{"), PACKAGE, "Restore it"),
    (PACKAGE, replaced('"resources"', '"resource"'), PACKAGE, "KeyError: 'resources'"),
    (PACKAGE, replaced('"created": "2026', '"created": "26'), PACKAGE, "ValueError: Invalid isoformat"),
    (PACKAGE, replaced('"type": "number"', '"type": "numbr"'), PACKAGE, "the type numbr, which is not supported"),
    (PACKAGE, replaced('"[A-Za-z0-9_]+"', '"[A-Za-z0-9_+"'), PACKAGE, "unterminated character set"),
    (PACKAGE, replaced('"schema": {', '"scheme": {'), PACKAGE, "Restore it"),
    ("units.csv", replaced("count,10000", "count,NaN"), "line 2, column factor", "out of range"),
    ("units.csv", replaced("count", "x" * 200_000), "line 2", "A cell has more than 131,072 characters"),
    ("timeline.csv", replaced("opening", "x" * 200_000), "line 2", "A cell has more than 131,072 characters"),
    ("timeline.csv", Path.unlink, "timeline.csv", "it is missing. Restore it (git checkout -- data/timeline.csv)"),
    ("claims.yml", replaced("'2023-12-31'", "2023-02-31"), "claims.yml", "put dates in quotes"),
    ("claims.yml", lambda path: path.unlink() or path.mkdir(), "claims.yml", IS_FOLDER),
    (TOWNS, lambda path: path.unlink() or path.mkdir(), TOWNS, IS_FOLDER),
    (TOWNS, lambda path: path.unlink() or path.symlink_to(path.name), TOWNS, "it is missing"),
    (TOWNS, rewritten(lambda raw: raw[:-40]), "line 12", "The file ends in the middle of a row. Restore it"),
    (TOWNS, replaced("total row,", '"total row,'), "line 10", "There is a double quote inside a cell"),
    (TOWNS, rewritten(lambda raw: raw.splitlines(keepends=True)[0]), TOWNS, "a header but no rows. Restore it"),
    (TOWNS, rewritten(lambda raw: b""), TOWNS, "The file is empty. Restore it"),
    ("series.csv", rewritten(lambda raw: raw.decode().encode("gb18030")), "series.csv", 'gb18030. Save it as UTF-8'),
]  # fmt: skip


@pytest.mark.parametrize(("file", "spoil", "place", "says"), SLIPS)
def test_a_slip_is_reported_once_with_its_place(folder, file, spoil, place, says):
    spoil(folder / file)
    (reported,) = errors(folder)
    assert reported.file == file and reported.place.endswith(place) and says in str(reported)


def test_a_changed_file_is_out_of_step_until_described_again(folder):
    path = folder / TOWNS
    path.write_text(path.read_text().replace("17.3", "17.4"))
    (reported,) = find_faults(folder, TODAY)
    assert (reported.severity, reported.file) == ("warning", TOWNS)  # the report can be built
    assert describe(folder) == [TOWNS]
    assert find_faults(folder, TODAY) == []


def test_with_a_clock_that_is_behind_the_data_are_not_in_the_future(folder, monkeypatch):
    class Behind(date):
        @classmethod
        def today(cls):
            return cls(2020, 1, 1)

    monkeypatch.setattr(description, "date", Behind)
    assert find_faults(folder) == []
    assert find_faults(folder, date(2020, 1, 1)) != []


def test_describing_takes_in_a_new_topic(folder):
    make_fault(folder, CASES["topic_undescribed"])
    make_fault(folder, {"change": [(PACKAGE, "Name of a series in series.csv.", "A name of our own.")]})
    assert describe(folder) == ["figures/talent.csv"]
    assert errors(folder) == []
    package = json.loads((folder / "datapackage.json").read_text())
    (added,) = (r for r in package["resources"] if r["path"] == "figures/talent.csv")
    assert added["schema"]["fields"][0]["description"] == "A name of our own.", "in the words of this report"


def test_all_faults_are_reported_at_once_the_most_basic_first(folder):
    for case in ("unit_slip", "no_locator", "unknown_source_of_event", "break_undated"):
        make_fault(folder, CASES[case])
    files = [p.file for p in errors(folder)]
    assert files == [TOWNS, "timeline.csv", NATION, "series.csv"]


def test_a_long_list_is_cut_short_and_counted():
    many = [Problem("a.csv", "Rule.", f"Fix {chr(65 + n)}.", n, "x") for n in range(validation.PLACES_LISTED + 3)]
    assert "and 3 more of this kind" in render(many)


def test_a_source_that_only_the_ledger_names_is_not_unused(folder):
    make_fault(folder, CASES["source_unused"])
    make_fault(folder, {"change": CASES["search_for_no_claim"]["change"][:1]})
    ledger = (folder / "claims.yml").read_text(encoding="utf-8")
    (folder / "claims.yml").write_text(ledger.replace("One.", "One., care: See LEXICON_LIBRARIES."), encoding="utf-8")
    assert errors(folder) == []


def test_a_clause_has_claims_or_a_reason_and_a_claim_without_clause_is_named_with_the_clauses_of_its_section(folder):
    make_fault(folder, {"change": CASES["search_for_no_claim"]["change"][:1]})
    found = [p for p in find_faults(folder, TODAY) if p.file == "text.csv" and p.column]
    assert {p.severity for p in found} == {"warning"} and len(found) == 4, "one of five claims has a clause"
    moved = ("claims.yml", 'id: towns-over-60pct, section: "3.2"', 'id: towns, section: "3.1"')
    make_fault(folder, {"change": [moved]})
    (of_section,) = [p for p in find_faults(folder, TODAY) if p.value == "towns"]
    assert of_section.fix.endswith("Section 3.1 has these: 3.1-3 b (they lent over 20 % of all books).")
    make_fault(folder, {"change": [("text.csv", "loans-over-20pct,", ",")]})
    (reported,) = [p for p in errors(folder) if p.file == "text.csv"]
    assert (reported.row, reported.fix) == (2, "Fill in claim_ids or why_none, not both.")


def slipped(values: dict[int, float], note: str = "") -> list[tuple[int | None, str]]:
    """Return line and fix of the faults of an invented series."""
    output = {"series": "s", "entity": "Threeland", "unit": "count", "bound": "=", "note": note, "_file": "f"}
    rows = [
        output | {"period": str(year), "value": str(value), "rounding": "", "status": "", "_line": str(line)}
        for line, (year, value) in enumerate(values.items(), start=2)
    ]
    series = [{"series": "s", "unit": "count", "dimension": "count of things"}]
    data = Data({"series": series, "figures": rows}, [], {}, "", TODAY)
    return [(problem.row, problem.fix) for problem in slips(data)]


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ({2019: 50, 2020: 60, 2021: 700000, 2022: 80, 2023: 90}, [4]),
        ({2012: 3738, 2013: 306200, 2014: 13659, 2015: 33221}, [3]),  # in steep growth
        ({2019: 50, 2020: 60, 2021: 700000, 2022: 80}, [4]),  # not its last neighbour
        ({2019: 50, 2020: 500}, [3]),  # ten times is what a decimal place makes
        ({2019: 50, 2020: 499}, []),
        ({2019: 50, 2020: 60, 2021: 5000, 2022: 6000}, []),  # a true step
        ({2010: 50, 2020: 600000}, []),
        ({2019: 0, 2020: 600000}, []),
    ],
)
def test_a_value_far_from_all_its_neighbours_is_reported_and_they_are_not(values, lines):
    assert [line for line, _ in slipped(values)] == lines


def test_a_slip_is_explained_and_a_value_as_printed_is_none():
    assert "Is it 60 count?" in slipped({2019: 50, 2020: 600000})[0][1]
    assert not slipped({2019: 50, 2020: 600000}, note="as printed in the table")


def test_advice_names_the_folder_that_is_checked(folder, monkeypatch):
    copy = folder.rename(folder.parent / "mine")
    monkeypatch.chdir(copy.parent)
    (copy / "units.csv").write_text((copy / "units.csv").read_text() + "persons,count,1\n")
    (reported,) = find_faults(copy, TODAY)
    assert reported.fix == "If you meant to change it, run: make check DATA=mine REFRESH=1"
    (copy / TOWNS).unlink()
    reported = find_faults(copy, TODAY)[0]
    assert f"cp data/{TOWNS} mine/{TOWNS}" in reported.fix
    assert "git checkout -- data/" in find_faults(copy.rename(folder), TODAY)[0].fix


def test_one_series_uses_only_one_name_of_the_whole_country():
    whole, nation = report_settings().geography.whole, report_settings().geography.nation
    rows = [
        {"series": series, "entity": entity, "_file": "figures/a.csv", "_line": str(line)}
        for line, (series, entity) in enumerate([("a", whole), ("b", nation), ("a", "Alder"), ("a", nation)], 2)
    ]
    (found,) = one_whole(Data({"figures": rows}, [], {}, "", TODAY))
    assert (found.row, found.value, found.fix.partition(",")[0]) == (5, nation, f'Write "{whole}"')


def test_the_named_command_completes_a_description_without_topics(folder):
    package = json.loads((folder / "datapackage.json").read_text())
    package["resources"] = [r for r in package["resources"] if not r["path"].startswith("figures/")]
    (folder / "datapackage.json").write_text(json.dumps(package))
    assert {p.fix for p in errors(folder)} == {"Run: make check REFRESH=1"}
    assert {TOWNS, NATION} <= set(describe(folder))
    assert find_faults(folder, TODAY) == []


def test_a_description_that_cannot_be_read_is_not_updated(folder):
    for content in ("{", "[]"):
        (folder / "datapackage.json").write_text(content)
        with pytest.raises(Refused, match="Restore it: git checkout -- data/datapackage.json"):
            describe(folder)


def test_the_form_of_figures_that_is_built_in_is_that_of_every_report():
    def form(resource):
        return [{k: v for k, v in field.items() if k != "description"} for field in resource["schema"]["fields"]]

    built_in = form(resource_of("figures/a.csv", ",".join(forms()["figures"]["columns"]).encode()))
    for data in ("data", "engine/examples/three_towns/data"):
        package = json.loads((ROOT / data / "datapackage.json").read_text())
        assert all(form(r) == built_in for r in package["resources"] if r["path"].startswith("figures/"))


# limits of dates ---------------------------------------------------------------------------------------------------


def figure(period: str, published: str, status: str = "", mode: str = "flow"):
    """A figure of a series of this mode, and its source."""
    return {
        "figures": {"series": "s", "period": period, "status": status, "source_id": "a"},
        "series": {"series": "s", "mode": mode},
        "sources": {"source_id": "a", "published": published},
    }


def event(began: str, ended: str):
    return {"timeline": {"date": began, "ended": ended, "ended_source_id": "a"}}


@pytest.mark.parametrize(
    ("rule", "tables", "columns"),
    [
        (times.dates, figure("2026-11-25", "2026-11-25"), []),
        (times.dates, figure("2026-11-26", "2026-11-25"), ["period"]),
        (times.dates, figure("2026-11-25", "2026-11-25", mode="stock"), []),
        (times.dates, figure("2026-11-26", "2026-11-25", mode="stock"), ["period"]),
        (times.ends, event("2020-05-10", "2020-05-10"), []),
        (times.ends, event("2020-05-10", "2020-05-09"), ["ended"]),
        (times.ends, event("2020", "2026-11-25"), []),
        (times.ends, event("2020", "2026-11-26"), ["ended"]),
        (times.whole_and_part, figure("2023", "2023-12-31"), []),
        (times.whole_and_part, figure("2023", "2023-12-30"), ["period"]),
        (times.whole_and_part, figure("2023", "2023-12-30", "preliminary"), []),
        (times.whole_and_part, figure("2023", "2023-01-01", mode="stock"), []),
        (times.whole_and_part, figure("2023", "2022-12-31", mode="stock"), ["period"]),
    ],
)
def test_the_last_day_that_is_right_and_the_first_that_is_wrong(rule, tables, columns):
    """A figure may be of today; an event may end on the day it began; a stock may be published on its first day."""
    rows = {name: [{"_file": f"{name}.csv", "_line": "2"} | row] for name, row in tables.items()}
    assert [problem.column for problem in rule(Data(rows, [], {}, "", TODAY))] == columns
