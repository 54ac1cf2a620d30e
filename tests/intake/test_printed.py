"""A table of the 31 provinces as a yearbook prints it becomes figures by one command, or asks for all at once."""

from collections.abc import Callable

import pytest
from data_of_towns import accepted, told
from openpyxl import Workbook

from claimbook.intake import adding
from claimbook.intake.printed import Stated
from torch_program.places import PROVINCES_ZH

TITLE = ("2-6 各地区研究与试验发展经费(2013年)", "")
UNIT, HEAD = ("", "单位:亿元"), ("地  区", "R&D经费内部支出")
PRINTED = {name: f"{1000 + n}.5" for n, name in enumerate(PROVINCES_ZH)}
NOTES = (("注:本表按当年价格计算。", ""), ("①初步核算数。", ""))
SAID = Stated(period="2013", source="nbs_bulletin_2023", command="claimbook data add t.xlsx")


def lines(*more: tuple[str, str], **cells: str) -> list[tuple[str, str]]:
    """The lines of the table, perhaps with rows above the provinces and with other cells of provinces."""
    spaced = {name: "  ".join(name) if len(name) == 2 else name for name in PRINTED}
    rows = [(spaced[name], text) for name, text in (PRINTED | cells).items()]
    return [TITLE, UNIT, HEAD, *more, *rows, *NOTES]


@pytest.fixture
def offered_printed(sound, tmp_path) -> Callable[..., adding.Offer]:
    """Offer a printed table, as a workbook with merged titles and notes."""

    def offer(table: list[tuple[str, str]], stated: Stated = SAID) -> adding.Offer:
        book = Workbook()
        for number, (label, text) in enumerate(table, 1):
            is_number = text.replace(".", "").isascii() and text.replace(".", "").isdigit()
            book.active.append([label or None, float(text) if is_number else text or None])
            if label and not text:
                book.active.merge_cells(start_row=number, end_row=number, start_column=1, end_column=2)
        book.save(tmp_path / "t.xlsx")
        return adding.offer(sound, tmp_path / "t.xlsx", stated=stated)

    return offer


def test_the_31_rows_of_a_printed_table_become_figures(offered_printed):
    offer = accepted(offered_printed(lines(("全  国", "31480.5"))))
    values = {row["entity"]: row["value"] for row in offer.figures}
    assert values == {"China": "31480.5"} | {PROVINCES_ZH[name]: text for name, text in PRINTED.items()}
    row = offer.figures[-1]
    assert (row["series"], row["period"], row["unit"]) == ("rd_expenditure", "2013", "CNY 100 million")
    assert row["locator"] == f"row {[*PRINTED][-1]}, column R&D经费内部支出"
    said = "\n".join(offer.said)
    assert "line 1, above the head: 2-6 各地区" in said and "line 37, without a number: ①初步核算数。" in said
    assert "column B (R&D经费内部支出) is rd_expenditure" in said


def test_all_that_is_missing_is_asked_at_once_with_the_command(offered_printed):
    table = lines(("东部地区", "9"), 西藏="x")
    table[1], table[2] = ("", ""), ("地区", "经费")
    offer = offered_printed([line for line in table if any(line)], Stated(command=SAID.command))
    shown = told(offer)
    for part in ("--series: What does column B (经费) count?", "--period: ", "--unit: ", "--source: ", '"东部地区"'):
        assert part in shown
    run = "--series SERIES --period 2013 --unit UNIT --source SOURCE --without '东部地区'"
    assert f"Run: {SAID.command} {run}" in shown and not offer.files


@pytest.mark.parametrize(
    ("cells", "value", "note", "says"),
    [
        ({"山西": "1017.5①"}, "1017.5", "printed with the mark ①", "(山西): the mark ① goes into the column note"),
        ({"山西": "1 017.5"}, "1017.5", "", ""),
        ({"山西": "1,017"}, "1017", "", "commas separate thousands, so 1,017 in line"),
        ({"山西": "…"}, None, "", "without a number: 山 西 …"),
        ({"山西": "-"}, None, "", "without a number: 山 西 -"),
    ],
)
def test_a_mark_goes_into_the_note_and_a_missing_value_is_said(offered_printed, cells, value, note, says):
    offer = accepted(offered_printed(lines(**cells)))
    (row,) = [row for row in offer.figures if row["entity"] == "Shanxi"] or [{"value": None, "note": ""}]
    assert (row["value"], row["note"]) == (value, note) and says in "\n".join(offer.said)


@pytest.mark.parametrize(
    ("table", "stated", "says"),
    [
        (lines(), {"unit": "万元"}, '"万元; column B is in CNY 100 million"'),
        (lines(), {"unit": "人", "series": ("rd_expenditure",)}, "The table prints another unit"),
        (lines(("内蒙古自区", "1")), {}, 'Did you mean "Inner Mongolia"?'),
        (lines(("东部地区", "1")), {}, 'leave the row out: --without "东部地区"'),
        (lines(山西="12①3"), {}, "digit inside the number"),
        (lines(山西="多"), {"period": "2O22"}, "A period must be one of the declared forms."),
        ([*lines()[:2], ("地区", "2013年"), *lines()[3:]], {"period": "2014"}, "No column of numbers has this period."),
        (lines(), {"series": ("C=rd_expenditure",)}, "The table has no column of numbers with this letter."),
    ],
)
def test_a_fault_is_reported_with_its_place_and_nothing_is_added(offered_printed, table, stated, says):
    offer = offered_printed(table, Stated(**vars(SAID) | stated))
    assert says in told(offer) and offer.problems and not offer.files


def test_a_total_and_the_whole_never_become_a_province(offered_printed):
    table = lines(("全国", "31480.5"), ("合  计", "31782.5"), ("东部地区", "9"))
    table[2] = ("地区", "年末从业人员(人)")
    offer = offered_printed(table, Stated(**vars(SAID) | {"without": ("东部地区",)}))
    said = "\n".join(offer.said)
    assert "(合计), left out, because a total is no place" in said
    assert "(东部地区), left out, because the command says so" in said
    assert "(全国), left out, because htz_employees has no figures of the whole" in said
    assert {row["entity"] for row in offer.figures} == set(PROVINCES_ZH.values())


def test_years_may_be_in_the_head_or_in_a_column_and_columns_are_chosen_by_letter(offered):
    text = "单位:亿元,,,\n地区,年份,R&D经费内部支出,比上年增长(%)\n北京,2013年,1185,11.4\n天津,2013年,428,18.8\n"
    offer = accepted(offered(text, stated=Stated(series=("C=rd_expenditure",), source="nbs_bulletin_2023")))
    read = [(row["entity"], row["period"], row["value"]) for row in offer.figures]
    assert read == [("Beijing", "2013", "1185"), ("Tianjin", "2013", "428")]
    assert "  left out, because the command names other columns: column D (比上年增长)" in offer.said
    across = "地区,2012年,2013年\n北京,1063,1185\n天津,360,428\n"
    said = Stated(series=("rd_expenditure",), source="nbs_bulletin_2023", unit="亿元")
    offer = accepted(offered(across, stated=said))
    assert [(row["period"], row["value"]) for row in offer.figures][:2] == [("2012", "1063"), ("2013", "1185")]


@pytest.mark.parametrize(
    ("numbers", "read"),
    [(("1185,1", "1.428,75"), ["1185.1", "1428.75"]), (("1.185", "1.428"), []), (("1,185", "9"), [])],
)
def test_a_comma_between_semicolons_is_a_decimal_sign_if_that_is_clear(offered, numbers, read):
    table = "地区;R&D经费内部支出（亿元）\n" + "".join(map("{};{}\n".format, ("北京", "天津"), numbers))
    offer = offered(table, stated=SAID)
    assert [row["value"] for row in offer.figures if read] == read
    assert bool(offer.files) == bool(read) != ("may be decimal signs or separate thousands" in told(offer))
