"""A notebook is handed the rows and claims that its code names: others do not make it run, and these always do."""

import pytest
import yaml

from claimbook.build import uses

CLAIMS = b"""\
# How claims are written.
text_date: "2023-12-31"

claims:
  # 1 ------
  - id: first
    section: "1"

  # 2 ------
  - id: second
    section: "2"
"""
FILES = {
    "data/claims.yml": CLAIMS,
    "data/figures/towns.csv": b"series,entity,source_id\ngdp_total,A,yearbook\ngdp_share,A,bulletin\nfirms,B,survey\n",
    "data/series.csv": b"series,label\ngdp_total,GDP\ngdp_share,Share\nfirms,Firms\n",
    "data/sources.csv": b'source_id,title\nyearbook,"One, in\ntwo lines"\nbulletin,Two\nsurvey,Three\n',
    "data/timeline.csv": b"event_id,source_id,ended_source_id\nlaw-2018,survey,\n",
    "data/studies.csv": b"source_id,claim_ids\nbulletin,first;second\n",
    "data/sums.csv": b"provinces\nfirms\n",
}
LOAD = 'ev = evidence.load("towns", cutoff=cutoff)\nsection = Section("1", edition=edition)\n'


def handed(code: str) -> dict[str, str]:
    made = uses.handed(FILES, uses.Names((LOAD, code)))
    return {name: content.decode() for name, content in made.items()}


def test_rows_of_the_series_that_are_named_come_with_their_sources_alone() -> None:
    made = handed('ev.frame("gdp_total")')
    assert made["data/figures/towns.csv"] == "series,entity,source_id\ngdp_total,A,yearbook\n"
    assert made["data/series.csv"] == "series,label\ngdp_total,GDP\n"
    assert made["data/sources.csv"] == 'source_id,title\nyearbook,"One, in\ntwo lines"\n'
    assert made["data/timeline.csv"] == "event_id,source_id,ended_source_id\n"
    assert "data/sums.csv" not in made


def test_claims_of_the_section_come_without_remarks() -> None:
    made = handed("")["data/claims.yml"]
    assert yaml.safe_load(made) == {"text_date": "2023-12-31", "claims": [{"id": "first", "section": "1"}]}
    assert "written" not in made


@pytest.mark.parametrize(
    "code", ['ev.frame(f"gdp_{what}")', 'ev.frame("gdp_" + what)', '[ev.frame(s) for s in ("gdp_total", "gdp_share")]']
)
def test_a_name_that_is_put_together_stands_for_all_that_it_may_come_to(code: str) -> None:
    assert handed(code)["data/figures/towns.csv"].count("gdp_") == 2
    assert "firms" not in handed(code)["data/figures/towns.csv"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ('ev.figures[ev.figures["entity"] == "A"]', "data/figures/towns.csv"),
        ("len(ev.sources)", "data/sources.csv"),
        ('ev.timeline["event"]', "data/timeline.csv"),
        ("ev.studies", "data/studies.csv"),
        ('pd.read_csv(project.data() / "sums.csv")', "data/sums.csv"),
    ],
)
def test_a_table_that_is_taken_as_a_whole_is_handed_over_whole(code: str, name: str) -> None:
    assert handed(code)[name].splitlines()[-1] == FILES[name].decode().splitlines()[-1]


def test_the_whole_ledger_is_handed_over_where_it_is_read() -> None:
    assert len(yaml.safe_load(handed("read_ledger(path)")["data/claims.yml"])["claims"]) == 2


@pytest.mark.parametrize("code", ['ev.sources.loc["survey"]', "charts.timeline(rows)", "measure.sources"])
def test_what_only_looks_like_a_table_or_a_series_is_none(code: str) -> None:
    assert "bulletin" not in handed(code)["data/sources.csv"]


def test_what_cannot_be_read_is_handed_over_as_it_is() -> None:
    broken = FILES | {
        "data/series.csv": b"series\n\xff\n",
        "data/claims.yml": b"claims: [",
        "data/timeline.csv": b"a\n1,2\n",
    }
    made = uses.handed(broken, uses.Names((LOAD,)))
    assert all(made[name] == broken[name] for name in ("data/series.csv", "data/claims.yml", "data/timeline.csv"))


def test_names_of_a_module_count_where_it_is_imported_and_what_it_takes_whole_does_not() -> None:
    modules = {"panels": 'from report.cities import SIZE\nUSED = "gdp_total"', "cities": '"firms", len(ev.sources)'}
    names = uses.Names((LOAD,), uses.imported(("from report import panels",), modules | {"other": '"gdp_share"'}))
    assert [series in names for series in ("gdp_total", "firms", "gdp_share")] == [True, True, False]
    assert names.whole == set()


def test_a_reason_counts_rows_that_are_new_changed_and_gone_and_names_other_things() -> None:
    before = {"data/figures/a.csv": ["1", "2", "3"], "data/claims.yml": ["x"], "cutoff": ["2023"]}
    now = {"data/figures/a.csv": ["1", "4", "5", "6", "7"], "data/claims.yml": ["y"], "cutoff": ["2024"]}
    assert uses.why(before, now) == (
        "cutoff changed, 1 claim of claims.yml changed, 2 rows of a.csv changed and 2 rows of a.csv new"
    )
    assert uses.why(now, before).endswith("2 rows of a.csv changed and 2 rows of a.csv gone")
    assert uses.why(now, now) == ""
