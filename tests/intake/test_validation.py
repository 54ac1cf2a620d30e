"""Each mistake in `data/` gets exactly the message that `bad_data.yml` has for it."""

import json
from datetime import date
from pathlib import Path

import pytest
from checkout import ROOT
from data_of_towns import make_fault, read_cases

from claimbook.intake import cells, description, validation
from claimbook.intake.description import describe
from claimbook.intake.forms import forms, resource_of
from claimbook.intake.problems import Problem, Refused, nearest
from claimbook.intake.rules.names import one_whole
from claimbook.intake.rules.sizes import slips
from claimbook.intake.tables import Data
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


def test_a_missing_file_is_reported_with_the_command_that_restores_it(folder):
    (folder / "timeline.csv").unlink()
    reported = errors(folder)[0]
    assert (reported.file, reported.row) == ("timeline.csv", None)
    assert "git checkout -- data/timeline.csv" in reported.fix


@pytest.mark.parametrize("content", [None, "{"])
def test_without_its_description_nothing_is_read(folder, content):
    (folder / "datapackage.json").unlink()
    if content:
        (folder / "datapackage.json").write_text(content)
    assert [p.file for p in errors(folder)] == ["datapackage.json"]


# one slip in a file of the sound folder: its old and new text, where it is told, and what
SLIPS = [
    ("datapackage.json", '"resources"', '"resource"', "datapackage.json", "KeyError: 'resources'"),
    ("datapackage.json", '"created": "2026', '"created": "26', "datapackage.json", "ValueError: Invalid isoformat"),
    (
        "datapackage.json",
        '"type": "number"',
        '"type": "numbr"',
        "datapackage.json",
        "the type numbr, which is not supported",
    ),
    ("datapackage.json", '"[A-Za-z0-9_]+"', '"[A-Za-z0-9_+"', "datapackage.json", "unterminated character set"),
    ("datapackage.json", '"schema": {', '"scheme": {', "datapackage.json", "Restore it"),
    ("units.csv", "count,10000", "count,NaN", "line 2, column factor", "out of range"),
    ("claims.yml", "'2023-12-31'", "2023-02-31", "claims.yml", "put dates in quotes"),
]


@pytest.mark.parametrize(("file", "old", "new", "where", "says"), SLIPS)
def test_a_slip_is_reported_once_with_its_place(folder, file, old, new, where, says):
    path = folder / file
    path.write_text(path.read_text().replace(old, new, 1))
    (reported,) = errors(folder)
    assert reported.file == file and reported.place.endswith(where) and says in str(reported)


@pytest.mark.parametrize("file", ["units.csv", "timeline.csv"])  # the first that is read, and a later one
def test_a_cell_that_no_notebook_could_read_is_refused(folder, file):
    path = folder / file
    path.write_text(path.read_text().replace("count" if file == "units.csv" else "opening", "x" * 200_000, 1))
    (reported,) = errors(folder)
    assert reported.file == file and "cell in line 2 has more than 131,072 characters" in reported.rule


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
    assert describe(folder) == ["figures/talent.csv"]
    assert errors(folder) == []
    package = json.loads((folder / "datapackage.json").read_text())
    assert "figures/talent.csv" in [r["path"] for r in package["resources"]]


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


def test_a_value_far_from_all_its_neighbours_is_reported_and_they_are_not():
    assert [row for row, _ in slipped({2019: 50, 2020: 60, 2021: 700000, 2022: 80, 2023: 90})] == [4]
    assert [row for row, _ in slipped({2019: 50, 2020: 600000})] == [3]
    assert [row for row, _ in slipped({2012: 3738, 2013: 306200, 2014: 13659, 2015: 33221})] == [3]  # in steep growth
    assert [row for row, _ in slipped({2019: 50, 2020: 60, 2021: 700000, 2022: 80})] == [4]  # not its last neighbour
    assert [row for row, _ in slipped({2019: 50, 2020: 500})] == [3]  # ten times is what a decimal place makes
    assert "Is it 60 count?" in slipped({2019: 50, 2020: 600000})[0][1]


def test_a_true_step_a_distant_value_a_zero_and_a_printed_value_are_no_slips():
    assert not slipped({2019: 50, 2020: 499})
    assert not slipped({2019: 50, 2020: 60, 2021: 5000, 2022: 6000})
    assert not slipped({2010: 50, 2020: 600000})
    assert not slipped({2019: 0, 2020: 600000})
    assert not slipped({2019: 50, 2020: 600000}, note="as printed in the table")


# old and new end of a file of the sound folder, and what is told of it: line, rule, fix
BROKEN = [
    (lambda raw: raw[:-40], 12, "in the middle of a row", "Restore it"),
    (lambda raw: raw.replace(b"total row,", b'"total row,'), 10, "double quote", "Close it"),
    (lambda raw: raw.splitlines(keepends=True)[0], None, "a header but no rows", "Restore it"),
    (lambda raw: b"", None, "The file is empty", "Restore it"),
]


@pytest.mark.parametrize(("spoil", "line", "rule", "fix"), BROKEN)
def test_a_broken_file_is_reported_once(folder, spoil, line, rule, fix):
    path = folder / TOWNS
    path.write_bytes(spoil(path.read_bytes()))
    (reported,) = errors(folder)
    assert (reported.file, reported.row) == (TOWNS, line) and rule in reported.rule and fix in reported.fix


def test_the_encoding_in_which_a_file_can_be_read_is_named(folder):
    path = folder / "series.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    (reported,) = errors(folder)
    assert reported.rule == "Line 3 is not UTF-8."
    assert "It reads as gb18030" in reported.fix and '"CSV UTF-8"' in reported.fix


@pytest.mark.parametrize("name", [TOWNS, "claims.yml"])
def test_a_folder_in_place_of_a_file_is_reported(folder, name):
    (folder / name).unlink()
    (folder / name).mkdir()
    assert [(p.file, p.rule) for p in errors(folder)] == [(name, "This is a folder, but it should be a file.")]


def test_a_broken_link_is_reported_as_a_missing_file_only(folder):
    (folder / TOWNS).unlink()
    (folder / TOWNS).symlink_to("towns.csv")
    (reported,) = errors(folder)
    assert "it is missing" in reported.rule


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


def test_a_source_of_another_year_is_not_suggested():
    assert nearest("yb2024_t1_3", ["yb2025_t1_3"], "add it") == "Add it."
    assert "office_20231212" in nearest("office_20231221", ["office_20231212"], "add it")


def test_a_year_with_one_digit_too_many_is_read_as_a_year():
    assert cells.period("20222").plain == "2022"
    assert cells.period("44927").plain == "2023-01-01"


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
    for data in ("data", "examples/three_towns/data"):
        package = json.loads((ROOT / data / "datapackage.json").read_text())
        assert all(form(r) == built_in for r in package["resources"] if r["path"].startswith("figures/"))
