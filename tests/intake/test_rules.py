"""Each mistake that the rules of this report find gets exactly its message."""

from datetime import date
from pathlib import Path

import pytest
from data_of_towns import make_fault, read_cases

from claimbook.intake.validation import find_faults, render

HERE = Path(__file__).parent
FAULTS, TABLES = read_cases(HERE / "bad_data.yml"), read_cases(HERE / "bad_tables.yml")
TODAY = date(2026, 11, 25)


def test_the_sound_data_have_no_fault(folder):
    assert find_faults(folder, TODAY) == []


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_in_the_data_gets_exactly_its_message(folder, case):
    make_fault(folder, FAULTS[case])
    errors = [problem for problem in find_faults(folder, TODAY) if problem.severity == "error"]
    assert render(errors) == FAULTS[case]["says"].strip()


@pytest.mark.parametrize("case", TABLES)
def test_a_bad_table_gets_exactly_its_message(offered, case):
    assert render(offered(TABLES[case]["table"]).problems) == TABLES[case]["says"].strip()


HEAD = "series,entity,period,value,unit,bound,source_id,locator,note,conflict\n"
SOURCES = """\
source_id,title,title_en,publisher,origin,published,language,licence,redistribute,seen,grade
nbs_new,T,T,P,NBS,2024-06,zh,terms not shown,yes,opening of the page,B
"""


def test_provinces_add_up_to_one_vintage_of_the_total_or_the_note_says_why_not(offered):
    revised = "rd_expenditure,China,2023,33500.1,CNY 100 million,=,nbs_new,table 1,,\n"
    assert not offered(HEAD + revised.strip() + "x\n", SOURCES).problems  # they go with the stored total, which stays
    alone = "rd_expenditure,China,2022,30782.9,CNY 100 million,=,nbs_new,table 1,,\n"
    part = "rd_expenditure,Beijing,2022,30790,CNY 100 million,=,nbs_new,table 1,as printed,\n"
    (reported,) = [p for p in offered(HEAD + alone + part, SOURCES).problems if "add up" in p.rule]
    assert 'write so in its note, with "as printed"' in reported.fix
    noted = alone.replace("table 1,", "table 1,as printed: revised after the census; the provinces were not")
    assert not [p for p in offered(HEAD + noted + part, SOURCES).problems if "add up" in p.rule]
