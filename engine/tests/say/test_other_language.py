"""How a page in Chinese writes what code computes in English."""

from datetime import date

import pytest

from claimbook.say.other_language import LANGUAGES, other_language
from claimbook.say.verdict_table import ANSWER_WORDS, NOTHING_YET
from claimbook.templates import words

ZH = other_language("zh")


@pytest.mark.parametrize(
    ("text", "unit", "written"),
    [
        ("76\u202f%", "percent", "76%"),
        ("about 50\u202f%", "percent", "约50%"),
        ("over\u00a04,000,000", "count", "超过400万"),
        ("more than 7,000", "persons", "超过7000"),
        ("156,763", "count", "156,763"),
        ("35.8", "CNY billion", "358亿"),
        ("0.68", "million persons", "68万"),
        ("1.25", "USD trillion", "1.25万亿"),
        ("−4.5", "CNY 100 million", "−4.5亿"),
        ("5 million", "", "500万"),
        ("2023", "year", "2023"),
        ("1992 to 2000", "", "1992至2000"),
        ("12.5 % and 14.3 %", "", "12.5%和14.3%"),
        ("August 2023", "", "2023年8月"),
        ("5 August", "", "8月5日"),
        ("Jin, Li and Wu 2014", "", "Jin、Li和Wu（2014）"),
        ("Jin and others (2017)", "", "Jin等（2017）"),
        ("1-3", "", "1-3"),
        ("rose", "", ""),
        ("2 studies", "", ""),
    ],
)
def test_numbers_days_and_names_follow_the_rules_of_the_language(text, unit, written):
    assert ZH.value(text, unit) == written


def test_a_day_and_every_answer_have_their_words():
    assert ZH.day_in_words(date(1988, 8, 5)) == "1988年8月5日"
    assert ZH.answers.keys() == {*ANSWER_WORDS, NOTHING_YET.word} and other_language("") is None


def test_a_language_has_every_word_of_the_pages():
    names = [{name for name in dir(words(language)) if name[0] != "_"} for language in ("en", *LANGUAGES)]
    assert names[0] - {"ways", "newest_retests"} <= names[1]  # these two are for Methods, which is in English alone
