"""Each fault that a hand can make in `data/`: a bad file over the sound one gives exactly its sentence."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from checkout import ROOT

from claimbook.intake import cells, description, validation
from claimbook.intake.description import describe
from claimbook.intake.forms import forms, resource_of
from claimbook.intake.problems import Problem, Refused, nearest
from claimbook.intake.rules.names import one_whole
from claimbook.intake.rules.sizes import slips
from claimbook.intake.tables import Data
from claimbook.intake.validation import check, render
from claimbook.say.about import about

BAD = Path(__file__).parent / "bad_data"
TODAY = date(2026, 11, 25)
ZONES, PANEL, NATION = "figures/torch_zones.csv", "figures/provinces.csv", "figures/national.csv"


def lay_over(folder: Path, case: str) -> None:
    shutil.copytree(BAD / case, folder, dirs_exist_ok=True)


def errors(folder: Path) -> list[Problem]:
    return [p for p in check(folder, TODAY) if p.severity == "error"]


def test_the_sound_folder_has_no_fault_and_needs_no_ledger(folder):
    assert check(folder, TODAY) == []
    assert render([]) == "The data pass every check."
    (folder / "claims.yml").unlink()
    describe(folder)
    assert check(folder, TODAY) == []


# case, file, line, column, value, part of the rule, part of the fix; a fault that new rows can have is in bad_tables/
CASES = [
    ("byte_order_mark", "sources.csv", None, "", "", "byte order mark", "UTF-8 without BOM"),
    ("not_utf8", "zones.csv", None, "", "", "Line 2 is not UTF-8", "UTF-8"),
    ("semicolons", "units.csv", None, "", "unit;canonical", "name the columns", "with commas between"),
    ("column_missing", "series.csv", None, "", "base,scope", "name the columns", "missing: mode."),
    ("column_misspelt", ZONES, None, "", "locater", "name the columns", "missing: locator; unknown: locater"),
    ("unquoted_comma", ZONES, 12, "", "end of year", "13 cells", "double quotes"),
    ("columns_moved", "timeline.csv", None, "", "event,date", "name the columns", "into this order"),
    ("empty_line", ZONES, 12, "", "", "empty line", "Delete"),
    ("thousands_separator", ZONES, 10, "value", "223,573", "another form", "without separators"),
    ("no_locator", ZONES, 6, "locator", "", "must not be empty", "Where in the source"),
    ("unknown_bound", NATION, 2, "bound", "approx", "declared words", "= | ~ | > | <"),
    ("unknown_status", NATION, 3, "status", "estimate", "declared words", "(empty) | preliminary | partial"),
    ("coordinates_swapped", "zones.csv", 2, "lat", "116.3972", "possible range", "18 to 54"),
    ("factor_in_words", "units.csv", 4, "factor", "million", "holds a number", "Write one"),
    ("source_twice", "sources.csv", 6, "source_id", "", "occurs once", "another source_id"),
    ("undeclared_conversion", ZONES, 6, "unit", "USD billion", "declared table only", '"USD billion,CNY trillion,<'),
    ("unknown_source_of_event", "timeline.csv", 2, "source_id", "T_QIUWEN", "before it is cited", "T_QIUWEN_HTZ"),
    ("period_misspelt", ZONES, 7, "period", "2023 Q1-3", "declared forms", "YYYYQ1-3"),
    ("published_in_words", "sources.csv", 17, "published", "9 March 2023", "a year, a month or a day", "YYYY-MM-DD"),
    ("event_to_come", "timeline.csv", 3, "date", "2031-03-07", "in the future", "Correct the date"),
    ("year_called_partial", ZONES, 6, "status", "partial", "A full year is not partial", "Leave the status empty"),
    ("rounding_of_nothing", ZONES, 11, "rounding", "0", "width of the last certain digit", "above 0"),
    ("place_misspelt", ZONES, 5, "entity", "Hubie", "one name in all figures", 'mean "Hubei"? If it is another'),
    ("place_in_chinese", ZONES, 5, "entity", "湖北省", "one name in all figures", 'Did you mean "Hubei"?'),
    ("words_of_another_value", ZONES, 2, "quote", "超过106家", "hold the value", "Not in the words: value"),
    ("sign_unseen", ZONES, 6, "entity", "<U+202E>All zones", "that nobody sees", "(right-to-left override)"),
    ("conflict_undeclared", ZONES, 3, "conflict", "89 against 105", "must be declared", '"htz-count-2012"'),
    ("conflict_settled", ZONES, 2, "conflict", "htz-count-2012", "must be one", "Empty the cell"),
    ("conflict_with_the_unreadable", ZONES, 8, "value", "14·3", "another form", "digits unchanged"),
    ("zone_unreadable", "zones.csv", 5, "lat", "thirty", "holds a number", "Write one"),
    ("decimal_slip", PANEL, 2, "value", "+79.514 %", "must add up", "mistyped"),
    (
        "unit_slip",
        NATION,
        3,
        "value",
        "12,121 times the 330000",
        "of the size of its neighbours",
        'Is the unit "count"?',
    ),
    ("zone_abroad", "zones.csv", 2, "province", "Peking", "one of the 31 provinces", "Beijing"),
    ("region_wrong", "zones.csv", 2, "region", "West", "that of the province", '"East"'),
    ("zone_missing", ZONES, 5, "value", "12", "as were ever counted", "zones.csv has 11 of Hubei"),
    ("zone_twice", "zones.csv", 8, "zone_en", "Xiaogan High-tech Zone", "listed once", "line 6"),
    ("zone_to_come", "zones.csv", 2, "approved_year", "2031", "in the future", "Correct the year"),
    ("too_many_dated", ZONES, 4, "value", "8", "No more zones are dated", "zones.csv dates 12 before 2023"),
    ("end_without_source", "timeline.csv", 3, "ended_source_id", "", "the source that says so", "or neither"),
    ("end_before_beginning", "timeline.csv", 3, "ended", "2022-12", "before it began", "It began 2023-03-07"),
    ("end_to_come", "timeline.csv", 3, "ended", "2031", "has no end", "Leave ended empty"),
    ("end_of_unknown_source", "timeline.csv", 3, "ended_source_id", "gap_people_2023", "before it is cited", "_2023"),
    ("event_twice", "timeline.csv", 3, "event_id", "", "occurs once", "another event_id"),
    ("zone_of_unknown_city", "zones.csv", 3, "city_code", "420199", "names a unit", "the code of its city"),
    ("zone_of_another_province", "zones.csv", 3, "city_code", "440300", "in the province of its city", "Guangdong"),
    ("units_of_one_name", "prefectures.csv", 4, "entity", "Wuhan", "could not be told apart", "line 3"),
    ("unit_abroad", "prefectures.csv", 4, "province", "Canton", "one of the 31 provinces", "Guangdong"),
    ("search_for_no_claim", "search_log.csv", 2, "claim_ids", "global-citations-28pct", "claims.yml", "28-pct"),
    ("finding_for_no_claim", "studies.csv", 2, "claim_ids", "patents-over-20", "claims.yml", "patents-over-20pct"),
    ("finding_half_coded", "studies.csv", 2, "counts", "", "given together", "both columns"),
    ("finding_of_two_claims", "studies.csv", 2, "claim_ids", "scale-made;", "of one claim", "a row of its own"),
    ("finding_without_side", "studies.csv", 2, "speaks", "", "has a side", "for, against"),
    ("finding_without_outcome", "studies.csv", 2, "outcome_group", "", "of which outcome", "infrastructure"),
    ("finding_on_a_cause_with_side", "studies.csv", 2, "speaks", "for", "what a finding means", "empty"),
    ("finding_without_direction", "studies.csv", 2, "sign", "", "has a direction", "positive, negative"),
    ("finding_of_unnamed_outcome", "studies.csv", 2, "outcome_group", "infrastucture", "names can", "infrastructure"),
    ("finding_without_design", "studies.csv", 2, "design", "", "how the effect was estimated", "beside"),
    ("finding_of_unknown_source", "studies.csv", 2, "source_id", "_2021", "before it is cited", "Add its row"),
    ("unread_and_cited", "not_seen.csv", 2, "title", "maintain growth", "cannot be a source", "atf_2020"),
    ("unread_twice", "not_seen.csv", 3, "title", "", "occurs once", "another title"),
    ("break_undated", "series.csv", 2, "breaks", "Suzhou", "names the first year", "2024: "),
    ("series_without_figures", "series.csv", 3, "series", "htz_gdp_old", "and has none", "Add a figure"),
    ("source_unused", "sources.csv", 23, "source_id", "T_QIUWEN_HTZ", "nothing does", "Cite it"),
    ("topic_undescribed", "figures/talent.csv", None, "", "", "described before it is read", "make check REFRESH=1"),
]


@pytest.mark.parametrize(("case", "file", "row", "column", "value", "rule", "fix"), CASES, ids=[c[0] for c in CASES])
def test_a_bad_file_gives_its_sentence_and_no_other(folder, case, file, row, column, value, rule, fix):
    lay_over(folder, case)
    found = errors(folder)
    assert {p.rule for p in found} == {found[0].rule}, render(found)  # one slip does not come back as ten
    told = found[0]
    assert (told.file, told.row, told.column) == (file, row, column), render(found)
    assert value in told.value and rule in told.rule and fix in told.fix, render(found)


def test_every_bad_file_is_tried():
    assert {c[0] for c in CASES} | {"sound"} == {p.name for p in BAD.iterdir()}


def test_a_missing_file_is_told_with_the_way_to_get_it_back(folder):
    (folder / "timeline.csv").unlink()
    told = errors(folder)[0]
    assert (told.file, told.row) == ("timeline.csv", None)
    assert "git checkout -- data/timeline.csv" in told.fix


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
    ("datapackage.json", '"type": "number"', '"type": "numbr"', "datapackage.json", "no column is of type numbr"),
    ("datapackage.json", '"[A-Za-z0-9_]+"', '"[A-Za-z0-9_+"', "datapackage.json", "unterminated character set"),
    ("datapackage.json", '"schema": {', '"scheme": {', "datapackage.json", "Put it back"),
    ("sums.csv", "-0.01,0.01", "0.01,-0.01", "line 2, column low", "Swap low and high"),
    ("sums.csv", "rd_expenditure,rd", "rd_expenditur,rd", "line 2, column provinces", 'mean "rd_expenditure"?'),
    ("sums.csv", "-0.01,0.01", "-0.01,INF", "line 2, column high", "Range: -100 to 100"),
    ("units.csv", "count,10000", "count,NaN", "line 2, column factor", "outside the possible range"),
    ("sums.csv", "-0.01,", "a little,", "line 2, column low", "Write one"),
    (PANEL, "China,2023,33357.1", "China,2023,0", "line 2, column value", '"0". A national figure to which'),
    ("claims.yml", "'2023-12-31'", "2023-02-31", "claims.yml", "Put dates in quotes"),
]


@pytest.mark.parametrize(("file", "old", "new", "where", "says"), SLIPS)
def test_a_slip_is_told_once_with_its_place(folder, file, old, new, where, says):
    path = folder / file
    path.write_text(path.read_text().replace(old, new, 1))
    (told,) = errors(folder)
    assert told.file == file and told.place.endswith(where) and says in str(told)


@pytest.mark.parametrize("file", ["units.csv", "zones.csv"])  # the first that is read, and a later one
def test_a_cell_that_no_notebook_could_read_is_refused(folder, file):
    path = folder / file
    path.write_text(path.read_text().replace("count" if file == "units.csv" else "first zone", "x" * 200_000, 1))
    (told,) = errors(folder)
    assert told.file == file and "cell of line 2 has more than 131,072 signs" in told.rule


def test_a_changed_file_is_out_of_step_until_described_again(folder):
    path = folder / ZONES
    path.write_text(path.read_text().replace("17.3", "17.4"))
    (told,) = check(folder, TODAY)
    assert (told.severity, told.file) == ("warning", ZONES)  # the report can be built
    assert describe(folder) == [ZONES]
    assert check(folder, TODAY) == []


def test_a_clock_that_is_behind_does_not_make_a_future_of_the_data(folder, monkeypatch):
    class Behind(date):
        @classmethod
        def today(cls):
            return cls(2020, 1, 1)

    monkeypatch.setattr(description, "date", Behind)
    assert check(folder) == []
    assert check(folder, date(2020, 1, 1)) != []


def test_describing_takes_in_a_new_topic(folder):
    lay_over(folder, "topic_undescribed")
    assert describe(folder) == ["figures/talent.csv"]
    assert errors(folder) == []
    package = json.loads((folder / "datapackage.json").read_text())
    assert "figures/talent.csv" in [r["path"] for r in package["resources"]]


def test_all_faults_are_told_at_once_the_most_basic_first(folder):
    for case in ("decimal_slip", "unknown_bound", "unknown_source_of_event", "break_undated"):
        lay_over(folder, case)
    files = [p.file for p in errors(folder)]
    assert files == [NATION, "timeline.csv", PANEL, "series.csv"]


def test_a_long_list_is_cut_short_and_counted():
    many = [Problem("a.csv", n, "x", "", "Rule.", f"Fix {chr(65 + n)}.") for n in range(validation.SHOWN + 3)]
    assert "and 3 more of this kind" in render(many)


def test_a_source_that_only_the_ledger_names_is_not_unused(folder):
    lay_over(folder, "source_unused")
    lay_over(folder, "search_for_no_claim")
    ledger = (folder / "claims.yml").read_text(encoding="utf-8").replace("28-pct", "28pct")
    (folder / "claims.yml").write_text(ledger.replace("One.", "One., care: See T_QIUWEN_HTZ."), encoding="utf-8")
    assert errors(folder) == []


def slipped(values: dict[int, float], note: str = "") -> list[tuple[int | None, str]]:
    """Line and fix of what is told of an invented series of some years."""
    said = {"series": "s", "entity": "China", "unit": "count", "bound": "=", "note": note, "_file": "f"}
    rows = [
        said | {"period": str(year), "value": str(value), "rounding": "", "status": "", "_line": str(line)}
        for line, (year, value) in enumerate(values.items(), start=2)
    ]
    series = [{"series": "s", "unit": "count", "dimension": "count of things"}]
    data = Data({"series": series, "figures": rows}, [], {}, "", TODAY)
    return [(problem.row, problem.fix) for problem in slips(data)]


def test_a_value_far_from_all_its_neighbours_is_told_and_they_are_not():
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
    (lambda raw: raw[:-40], 12, "end is missing", "Put it back"),
    (lambda raw: raw.replace(b"total row,", b'"total row,'), 10, "double quote", "Close it"),
    (lambda raw: raw.splitlines(keepends=True)[0], None, "a header and no rows", "Put it back"),
    (lambda raw: b"", None, "The file is empty", "Put it back"),
]


@pytest.mark.parametrize(("spoil", "line", "rule", "fix"), BROKEN)
def test_a_broken_file_is_told_once(folder, spoil, line, rule, fix):
    path = folder / ZONES
    path.write_bytes(spoil(path.read_bytes()))
    (told,) = errors(folder)
    assert (told.file, told.row) == (ZONES, line) and rule in told.rule and fix in told.fix


def test_the_encoding_in_which_a_file_can_be_read_is_named(folder):
    path = folder / "zones.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    (told,) = errors(folder)
    assert "It reads as gb18030" in told.fix and '"CSV UTF-8"' in told.fix


@pytest.mark.parametrize("name", [ZONES, "claims.yml"])
def test_a_folder_in_place_of_a_file_is_told(folder, name):
    (folder / name).unlink()
    (folder / name).mkdir()
    assert [(p.file, p.rule) for p in errors(folder)] == [(name, "A folder stands where a file should be.")]


def test_a_link_that_leads_nowhere_is_missing_and_not_undescribed_too(folder):
    (folder / ZONES).unlink()
    (folder / ZONES).symlink_to("torch_zones.csv")
    (told,) = errors(folder)
    assert "is not there" in told.rule


def test_advice_names_the_copy_that_is_checked_and_the_own_folder_where_it_is_that(folder, monkeypatch):
    copy = folder.rename(folder.parent / "mine")
    monkeypatch.chdir(copy.parent)
    (copy / "units.csv").write_text((copy / "units.csv").read_text() + "persons,count,1\n")
    (told,) = check(copy, TODAY)
    assert told.fix == "If the change is meant, run: make check DATA=mine REFRESH=1"
    (copy / ZONES).unlink()
    told = check(copy, TODAY)[0]
    assert f"cp data/{ZONES} mine/{ZONES}" in told.fix
    assert "git checkout -- data/" in check(copy.rename(folder), TODAY)[0].fix


def test_a_source_of_another_year_is_not_suggested():
    assert nearest("yb2024_t1_3", ["yb2025_t1_3"], "add it") == "Add it."
    assert "xinhua_20231212" in nearest("xinhua_20231221", ["xinhua_20231212"], "add it")


def test_a_year_with_a_digit_too_many_is_taken_for_one():
    assert cells.period("20222").plain == "2022"
    assert cells.period("44927").plain == "2023-01-01"


def test_two_names_of_the_whole_are_never_two_places_of_one_series():
    whole, nation = about().geography.whole, about().geography.nation
    rows = [
        {"series": series, "entity": entity, "_file": "figures/a.csv", "_line": str(line)}
        for line, (series, entity) in enumerate([("a", whole), ("b", nation), ("a", "Hubei"), ("a", nation)], 2)
    ]
    (found,) = one_whole(Data({"figures": rows}, [], {}, "", TODAY))
    assert (found.row, found.value, found.fix.partition(",")[0]) == (5, nation, f'Write "{whole}"')


def test_a_description_without_topics_is_made_whole_by_the_command_that_is_named(folder):
    package = json.loads((folder / "datapackage.json").read_text())
    package["resources"] = [r for r in package["resources"] if not r["path"].startswith("figures/")]
    (folder / "datapackage.json").write_text(json.dumps(package))
    assert {p.fix for p in errors(folder)} == {"Run: make check REFRESH=1"}
    assert {ZONES, PANEL, NATION} <= set(describe(folder))
    assert check(folder, TODAY) == []


def test_a_description_that_cannot_be_read_is_not_brought_in_step(folder):
    for content in ("{", "[]"):
        (folder / "datapackage.json").write_text(content)
        with pytest.raises(Refused, match="Put it back: git checkout -- data/datapackage.json"):
            describe(folder)


def test_the_form_of_figures_that_is_built_in_is_that_of_every_report():
    def form(resource):
        return [{k: v for k, v in field.items() if k != "description"} for field in resource["schema"]["fields"]]

    built_in = form(resource_of("figures/a.csv", ",".join(forms()["figures"]["columns"]).encode()))
    for data in ("data", "examples/three_towns/data"):
        package = json.loads((ROOT / data / "datapackage.json").read_text())
        assert all(form(r) == built_in for r in package["resources"] if r["path"].startswith("figures/"))
