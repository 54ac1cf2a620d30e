"""The evidence of an edition, on a tiny hand-made data folder; no figure here is evidence."""

import math
from dataclasses import fields, replace

import pandas as pd
import pytest
from data_of_towns import settings_of_towns

from claimbook.evidence import evidence, reads
from claimbook.evidence.claims import LedgerError, ledger_of, read_ledger, read_lookups
from claimbook.evidence.evidence import NATIONAL, PLACES, Evidence, EvidenceError, NothingPublished, credited
from claimbook.evidence.intervals import Interval
from claimbook.notebook.through_time import Days

SOURCES = """\
source_id,title,title_en,publisher,origin,published,address,language,licence,redistribute,seen,grade,note,dated
early,T,T,Ministry,Ministry,2022-03,,en,,yes,whole,B,,
late,T,T,"Press, in a copy",Ministry; Bureau,2024,,en,,yes,whole,B,,
last,T,T,Radio,Ministry; Bureau,2025,,en,,yes,whole,A,,
weak,T,T,Somebody,Vendor,2021,,en,,no,whole,C,,
lost,T,T,P,Nobody,2021,,en,,no,whole,D,,
"""
SERIES = """series,label,counts,unit,dimension,numerator,base,mode,scope,stage,sector,breaks,note
revenue,revenue,all revenue,CNY trillion,money a year,revenue,,flow,all towns,,,,
libraries,libraries,libraries,count,count of libraries,libraries,,stock,approved,,,,
population_census,population,persons,persons,persons at a date,people,,stock,,,,,
"""
FIGURES = f"""series,entity,period,value,unit,bound,rounding,status,conflict,source_id,locator,note
revenue,{NATIONAL},2021,49.51,CNY trillion,=,,,,early,p. 1,
revenue,{NATIONAL},2021,48,CNY trillion,=,,preliminary,,early,p. 2,
revenue,{NATIONAL},2021,495096.1,CNY 100 million,=,,,,late,t. 1,
revenue,{NATIONAL},2022,50,CNY trillion,>,,,,late,t. 1,
revenue,{NATIONAL},2022Q1-3,38.0,CNY trillion,=,,partial,,late,t. 2,
revenue,{NATIONAL},2022,50,CNY trillion,>,,,,last,t. 9,
revenue,Town A,2021,1.0,CNY trillion,=,,,,late,t. 3,
libraries,{NATIONAL},2020,170,count,=,,,rivals,weak,p. 1,
libraries,{NATIONAL},2021-03,171,count,=,,,,early,p. 3,
libraries,{NATIONAL},2021-12,175,count,=,,,,late,p. 4,
libraries,{NATIONAL},2018,150,count,=,,preliminary,,early,p. 5,
libraries,{NATIONAL},2018,149,count,=,,,,weak,p. 5,
libraries,{NATIONAL},2020,168,count,=,,,rivals,weak,p. 2,
libraries,{NATIONAL},2019,160,count,=,,,,lost,p. 2,
libraries,{NATIONAL},2022-06,180,count,=,,partial,,late,p. 6,
population_census,North,2020,7,persons,=,,,,late,t. 4,
population_census,South,2020,3,persons,=,,,,late,t. 4,
"""
UNITS = "unit,canonical,factor\nCNY 100 million,CNY trillion,0.0001\n"
TIMELINE = """event_id,date,event,category,source_id,ended,ended_source_id,quote
start-1988,1988-08-05,It began,programme,early;unknown,,,
rule-1999,1999,A rule,tax,early,2021,late,
words-2020,2020,They said so,tax,early;late,,,it is so
"""
STUDIES = """study,source_id,claim_ids,units,outcome,result,speaks,reviewed,how_seen
one,early,made-5,libraries,growth,more,both,peer reviewed,abstract
two,late,made-5,maker spaces,growth,none,against,working paper,abstract
"""
NOT_SEEN = """title,number,date,issuer,claim_ids,what_was_seen,what_it_would_give
Yearbook,No. 5,2020,Bureau,libraries-5;revenue-50,contents,libraries by year
Report,,2021,,revenue-50,,revenue
"""


@pytest.fixture
def one_topic(tmp_path, monkeypatch):
    """A project whose data has one topic and all tables that evidence is read from."""
    data = tmp_path / "data"
    (data / "figures").mkdir(parents=True)
    for name, text in {
        "sources.csv": SOURCES,
        "series.csv": SERIES,
        "units.csv": UNITS,
        "timeline.csv": TIMELINE,
        "studies.csv": STUDIES,
        "search_log.csv": "looked_for,claim_ids\nx,a;b\ny,b\n",
        "not_seen.csv": NOT_SEEN,
        "figures/topic.csv": FIGURES,
    }.items():
        (data / name).write_text(text, "utf-8")
    (tmp_path / "_toc.yml").write_text("root: index\n")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    return tmp_path


DAY = "2026-11-25"


def load(cutoff=DAY):
    return evidence.load("topic", cutoff=cutoff)


def test_values_have_the_canonical_unit_the_range_of_their_digits_and_their_place_on_the_evidence_page(one_topic):
    row = load().frame("revenue", NATIONAL).query("printed == '495096.1 CNY 100 million'").iloc[0]
    assert row["unit"] == "CNY trillion" and row["anchor"]
    assert tuple(row[["value", "low", "high"]]) == pytest.approx((49.50961, 49.509605, 49.509615))


def test_the_cutoff_hides_what_was_published_later(one_topic):
    known = load("2023-12-31")
    assert set(known.frame("revenue")["source_id"]) == {"early"}
    assert not len(known.frame("population_census"))
    # a year without month counts as published on its last day
    assert "late" not in load("2024-12-30").sources.index and "late" in load("2024-12-31").sources.index


@pytest.mark.parametrize(
    ("series", "year", "expected"),
    [  # the most exact final value, which names all its sources; a bound; the last day of a year; a range of rivals
        ("revenue", 2021, {"value": 49.50961, "source_id": "early; late", "conflict": False}),
        ("revenue", 2022, {"low": 50, "high": math.inf}),
        ("libraries", 2018, {"value": 149}),  # final, of a lower grade than the preliminary one
        ("libraries", 2021, {"value": 175, "source_id": "late", "conflict": False}),
        ("libraries", 2020, {"value": 170, "low": 168, "high": 170, "conflict": True}),
    ],
)
def test_a_year_has_one_value(one_topic, series, year, expected):
    row = load().value(series, year)
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_a_preliminary_value_counts_only_until_the_final_one(one_topic):
    known = load()
    alone = replace(known, figures=known.figures[known.figures["printed"] == "48 CNY trillion"])
    assert alone.value("revenue", 2021)["value"] == 48


def test_parts_of_a_year_are_not_years(one_topic):
    known = [[*load().annual(series)["period"]] for series in ("revenue", "libraries")]
    assert known == [["2021", "2022"], ["2018", "2019", "2020", "2021-12"]]
    none = load().annual("libraries", "Nowhere")
    assert not len(none) and none.columns.is_unique
    figures = load().figures.assign(status="partial", conflict="revised-later")
    revised = replace(load(), figures=figures, sources=load().sources.assign(origin="T"))
    assert "superseded" in [m.status for m in revised.measures("revenue")] and not len(revised.annual("revenue"))


def test_rows_that_a_sentence_joins_are_of_the_last_period_that_all_have(one_topic):
    known = load()
    twins = known.figures[known.figures["period"] == "2021"].assign(series="libraries")
    both = replace(known, figures=pd.concat([known.figures, twins], ignore_index=True))
    assert [m.period for m in both.together(NATIONAL, "revenue", "libraries")] == ["2021", "2021"]
    assert [m.period for m in known.together(NATIONAL, "revenue")] == ["2022"]
    assert {(a.period, b.period) for a, b in both.pairs("revenue", "libraries")} == {("2021", "2021")}
    assert (known.first("revenue")["period"], known.last("revenue")["period"]) == ("2021", "2022Q1-3")
    assert known.last("revenue", "Nowhere") is None
    with pytest.raises(NothingPublished, match="no period has values of revenue and libraries for"):
        known.together(NATIONAL, "revenue", "libraries")


def test_the_best_measure_of_a_year_has_the_range_and_the_places_of_all_its_sources(one_topic):
    ev = load()
    assert ev.best("libraries", 2020).interval == Interval(168, 170)
    best = ev.best("revenue", 2021)
    assert best.value == ev.value("revenue", 2021)["value"]
    assert {place.source for place in best.behind} == {"early", "late"}
    assert ev.best("libraries", 1900) is None
    assert ev.best("libraries", 2020, "Nowhere") is None


def test_measures_take_their_facets_from_the_register_of_series(one_topic):
    got = load().measures("libraries")
    assert {(m.facets.quantity, m.facets.scope, m.facets.place) for m in got} == {
        ("count of libraries", "approved", PLACES.nation)
    }
    town = load().measures("revenue", "Town A")[0]
    assert town.facets.place == "Town A"
    assert set(town.origins) == {"Bureau", "Ministry"}


def test_two_documents_with_one_value_of_one_origin_are_one_witness(one_topic):
    got = [m for m in load().measures("revenue") if m.period == "2022"]
    assert [(m.sources, m.grade, m.published) for m in got] == [(("last", "late"), "A", "2024")]


@pytest.mark.parametrize(
    ("event", "cutoff", "expected"),
    [  # a source that nobody knows gives no second finding; an end is not known before its source was published
        ("rule-1999", DAY, {"says": "A rule", "date": "1999", "began": "1999", "ended": "2021", "words": ()}),
        ("rule-1999", "2023-12-31", {"ended": ""}),
        ("start-1988", DAY, {"value": 1988.0, "grade": "B", "origins": ("Ministry",), "ended": ""}),
        ("words-2020", DAY, {"words": ("it is so",)}),
    ],
)
def test_an_event_is_found_by_its_id_and_knows_when_it_began_and_ended(one_topic, event, cutoff, expected):
    found, *others = load(cutoff).dated(event)
    assert found.sources == ("early",)
    assert {name: getattr(found, name) for name in expected} == expected
    assert [(other.sources, other.words) for other in others] == [(("late",), ())] * (event == "words-2020")


@pytest.mark.parametrize("rows", [STUDIES, STUDIES.splitlines(True)[0]])
def test_a_claim_on_which_there_is_no_study_has_no_estimate(one_topic, rows):
    (one_topic / "data/studies.csv").write_text(rows, "utf-8")
    assert load().estimates("made-6") == []


def test_an_unseen_document_can_be_named_and_is_not_evidence(one_topic):
    found = read_lookups(one_topic / "data")
    unseen, searches = found.not_seen, found.searches
    assert dict(searches) == {"a": 1, "b": 2}
    assert unseen["revenue-50"] == ("Yearbook, No. 5, 2020", "Report, 2021")
    assert unseen["libraries-5"] == ("Yearbook, No. 5, 2020",)
    assert "libraries" not in unseen  # a whole id, not a part of one
    assert "not_seen" not in {field.name for field in fields(Evidence)}
    with pytest.raises(EvidenceError):
        load().dated("Yearbook")


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (lambda ev: ev.value("revenue", 2019), f"no value of 'revenue' for {NATIONAL}, 2019"),
        (lambda ev: ev.frame("revenu"), "no series 'revenu'"),
        (lambda ev: ev.dated("start-1989"), "no event 'start-1989'"),
        (lambda _: evidence.load("topics", cutoff="2025-12-31"), r"Did you mean topic\? There are: topic\."),
    ],
)
def test_what_is_missing_is_named(one_topic, asked, fault):
    with pytest.raises(EvidenceError, match=fault):
        asked(load())


def test_a_credit_names_origins_and_counts_witnesses(one_topic):
    ev = load()
    credit = ev.credit(ev.frame("revenue"))
    assert all(named in credit for named in ("Bureau, as read in Radio", "Ministry", "3 documents", "2 producers"))
    assert ev.credit(ev.measures("revenue")) == ev.credit(ev.frame("revenue", NATIONAL))


@pytest.mark.parametrize(
    ("origin", "publishers", "credit"),
    [
        ("KPMG", ["m4gr4th34 (sums)"], "KPMG, as summed by m4gr4th34"),
        ("MOST", ["Hu Huaping (counts)"], "MOST, as counted by Hu Huaping"),
        ("KPMG", ["User x, after KPMG"], "KPMG, as read in User x"),
        ("Board", ["Birch Daily (Herald)", "Herald"], "Board, as read in Birch Daily and 1 other"),
        ("Board of Books", ["Herald", "Committee of Libraries of Threeland"], "Board of Books"),
    ],
)
def test_a_credit_says_through_whom_numbers_came(origin, publishers, credit):
    with settings_of_towns(producers={"Board of Books": ["Committee of Libraries"]}):
        assert credited(origin, publishers) == credit


@pytest.mark.parametrize("cutoff", ["31.12.2023", "garbage", "", "20231231", "2023-02-30", 2023])
def test_a_cutoff_that_is_not_a_day_is_refused_instead_of_cutting_nothing_off(cutoff):
    with pytest.raises(EvidenceError, match='Write a day in quotes, like "2023-12-31"'):
        evidence.load("topic", cutoff=cutoff)


# what is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "sources"),
    [
        (lambda ev: ev.annual("revenue", "Town A"), {"late"}),
        (lambda ev: ev.frame("revenue", "Town A"), {"late"}),
        (lambda ev: ev.frame("revenue"), {"early", "late", "last"}),
        (lambda ev: ev.about("revenue"), set()),
        (lambda ev: ev.dated("rule-1999"), {"early", "late"}),
        (lambda ev: len(ev.studies), {"early", "late"}),
    ],
)
def test_an_answer_can_change_when_a_source_of_the_rows_that_it_uses_appears(one_topic, asked, sources):
    days = Days(load())
    with reads.recording() as read:
        for day in ("", DAY):
            asked(days.at(day))
    assert days.sources_of(read) == sources


@pytest.mark.parametrize(
    ("asked", "noted"),
    [
        (lambda ev: ev.frame("revenue"), {("series", "revenue")}),
        (lambda ev: ev.annual("revenue"), {("series", "revenue")}),
        (lambda ev: ev.best("revenue", 2021), {("series", "revenue")}),
        (lambda ev: ev.about("libraries")["label"], {("series", "libraries")}),
        (lambda ev: ev.dated("start-1988", "rule-1999"), {("event", "start-1988"), ("event", "rule-1999")}),
        (lambda ev: ev.estimates("made-5"), {("studies", "made-5")}),
        (lambda ev: ev.knows("no such source"), {("source", "no such source")}),
        (lambda ev: ev.of_sources("early", "late"), {("source", "early"), ("source", "late")}),
        (lambda ev: ev.credit(ev.of_sources("late")), {("source", "late")}),
        (
            lambda ev: ev.credit(ev.annual("revenue").tail(1)),
            {("series", "revenue"), ("source", "late"), ("source", "last")},
        ),
        (lambda ev: len(ev.timeline), {("table", "timeline")}),
        (lambda ev: ev.figures["entity"], {("table", "figures")}),
        (lambda ev: ev.sources.index, {("table", "sources")}),
    ],
)
def test_a_recording_has_exactly_what_was_read(one_topic, asked, noted):
    ev = load()
    for _ in range(2):  # what an answer is kept from is read by the second who asks too
        with reads.recording() as made:
            asked(ev)
        assert made == noted


def test_a_read_that_finds_nothing_is_recorded_too(one_topic):
    with reads.recording() as made, pytest.raises(EvidenceError, match="Did you mean revenue?"):
        load().frame("revenues")
    assert ("series", "revenues") in made


def test_loading_reads_no_row_and_an_inner_recording_is_part_of_the_outer_one(one_topic):
    with reads.recording() as outer:
        ev = load()
        assert outer == {("topic", "topic")}
        with reads.recording() as inner:
            ev.frame("libraries")
        with reads.recording() as other:
            pass
    assert (inner, other, outer) == ({("series", "libraries")}, set(), {("topic", "topic"), *inner})


def test_the_ledger_of_a_section_is_read_as_that_section(tmp_path):
    claims = ", ".join(f"{{id: c-{n}, section: '{n}', kind: opinion, statement: One.}}" for n in (1, 2))
    (tmp_path / "claims.yml").write_text(f"{{text_date: '2023-12-31', claims: [{claims}]}}")
    with reads.recording() as made:
        ledger = ledger_of("2", tmp_path / "claims.yml")
    assert [claim.id for claim in ledger.claims] == ["c-2"]
    assert made == {("section", "2")}


def test_a_faulty_ledger_names_the_command_that_lists_its_faults(tmp_path):
    (tmp_path / "claims.yml").write_text("{text_date: '2023-12-31', claims: [{kind: guess}], author: x}")
    with pytest.raises(LedgerError, match="claims.yml has 2 faults.*make check"):
        read_ledger(tmp_path / "claims.yml")
