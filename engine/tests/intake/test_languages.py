"""Tables and quotes in other languages are read if report.yml says so, and refused with that advice otherwise."""

from pathlib import Path
from typing import get_args

import pytest
from data_of_towns import settings_of_towns

from claimbook.intake import cells, read_table
from claimbook.intake.languages import KNOWN, Language, printed
from claimbook.intake.problems import Refused
from claimbook.intake.reading import read_sheets
from claimbook.intake.rules.quotes import faults
from claimbook.project.folders import rows_in
from claimbook.project.report import About

QUOTES = [tuple(row.values()) for row in rows_in(Path(__file__).parent / "quotes.csv")]
TABLE = "地区,读者（万人）,\n,2020年,2021年\nAlder,1.2,1.3\n"
HOW = 'To read Chinese, write "languages: [zh]" in report.yml.'


@pytest.fixture
def english():
    """The settings of a report whose tables are all in English."""
    with settings_of_towns(languages=[]):
        yield


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(read, path: Path):
    """The only problem of a file that is refused."""
    with pytest.raises(Refused) as refused:
        read(path)
    (reported,) = refused.value.problems
    return reported


def test_a_head_in_a_language_that_is_off_is_refused_with_the_setting(tmp_path, english):
    reported = refusal(read_table, written(tmp_path, TABLE))
    assert (reported.file, reported.row, reported.value, reported.fix) == ("t.csv", 1, "地区", HOW)
    assert reported.rule == "The head is in a language that this report does not read."


def test_the_same_head_is_read_with_the_setting(tmp_path):
    frame = read_table(written(tmp_path, TABLE))
    assert [*frame["head"]] == ["读者 / 2020年", "读者 / 2021年"] and set(frame["unit"]) == {"10,000 persons"}


def test_an_english_head_is_read_without_a_setting_whatever_its_labels(tmp_path, english):
    frame = read_table(written(tmp_path, "town,unit,2020,2021\n北城,%,1.2,1.3\n"))
    read = frame[["label", "head", "unit", "value"]].values.tolist()
    assert read == [["北城", "2020", "percent", "1.2"], ["北城", "2021", "percent", "1.3"]]


def test_an_older_encoding_is_read_only_with_its_language(tmp_path):
    path = written(tmp_path, TABLE.encode("gb18030"))
    assert read_sheets(path)[0].encoding == "gb18030"
    with settings_of_towns(languages=[]):
        reported = refusal(read_sheets, path)
    assert reported.fix == f"It reads as gb18030. {HOW} Or save the file as UTF-8."


def test_joined_languages_have_the_words_of_both_and_the_letters_of_the_one_that_has_some():
    with settings_of_towns():
        known = printed()
    assert known.units["%"] == "percent" and known.units["万人"] == "10,000 persons"
    assert known.tag == "zh-Hans" and known.letters == KNOWN["zh"].letters
    assert (known + Language(label_columns=("label_fr",))).label_columns == ("label_zh", "label_fr")


def test_report_yml_accepts_each_language_that_has_a_file():
    (accepted, _) = get_args(About.model_fields["languages"].annotation)
    assert get_args(accepted) == tuple(KNOWN), "add the name of its file to `languages` in project/report.py"


def test_cells_and_quotes_in_a_language_that_is_off_are_not_guessed(english):
    assert cells.unit("万人") == "" and cells.period("2021年") is None
    assert str(cells.plain_number_advice("约115000")) == f"This is not a number. {HOW}"
    assert faults("1700000", "count", "=", "170万家") == ["value"]
    assert faults("1700000", "count", ">", "over 1.7 million readers") == []


@pytest.mark.parametrize(("value", "unit", "bound", "words", "missing"), QUOTES)
def test_a_quote_must_contain_value_unit_and_bound(value, unit, bound, words, missing):
    assert ";".join(faults(value, unit, bound, words)) == missing
