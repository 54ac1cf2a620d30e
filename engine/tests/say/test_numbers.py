"""How numbers are written."""

import math

import pytest

from claimbook.say.verdict_table import Badge
from claimbook.say.words import interval_in_words, number_in_words, number_link, range_in_words, with_minus


def test_numbers_carry_their_unit_and_their_thousands():
    assert number_in_words(14.3, "percent") == "14.3\u202f%"
    assert number_in_words(156763, "count") == "156,763"
    assert number_in_words(2.5, "CNY trillion") == "2.5"


def test_a_negative_number_has_a_minus_sign_and_a_range_or_a_day_keeps_its_hyphen():
    assert number_in_words(-38.7, "percent") == "−38.7\u202f%"
    assert number_in_words(-5000, "count") == "−5,000"
    assert interval_in_words(-0.55, -0.45) == "−0.55 – −0.45"
    assert with_minus("a z of -0.5 on 2018-05-03, of 2018-2020") == "a z of −0.5 on 2018-05-03, of 2018-2020"


def test_ranges_read_as_sentences_also_when_one_end_is_open():
    assert range_in_words(170, math.inf, "count") == "above 170"
    assert range_in_words(12.35, 13, "percent") == "between 12.35\u202f% and 13\u202f%"
    assert range_in_words(-math.inf, 5, "count") == "below 5"


WIDTHS = [(178, 178, "178"), (13.35, 13.45, "13.35 – 13.45"), (25_000, math.inf, "≥ 25,000"), (-math.inf, 2, "≤ 2")]


@pytest.mark.parametrize(("low", "high", "text"), WIDTHS)
def test_intervals_print_as_many_digits_as_their_width_needs(low, high, text):
    assert interval_in_words(low, high) == text


def test_a_number_links_to_its_rows_and_is_safe_html():
    html = number_link("178", 'from "Board" <A>', "../book/evidence.html#x", "towns")
    link = 'data-number="towns" href="../book/evidence.html#x"'
    assert html == (f'<a class="stat" {link} title="from &quot;Board&quot; &lt;A&gt;">178</a>')


def test_markup_and_html_in_the_text_of_a_number_are_escaped():
    html = number_link("It's *a* <b> & `c`, #1", "", "#", "towns")
    assert html.endswith(">It&#x27;s &#42;a&#42; &lt;b&gt; &amp; &#96;c&#96;, &#35;1</a>")


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        ("unverified, evidence against (one origin)", "cannot be checked"),
        ("supported as far as tested", "right"),
        ("not supported", "wrong"),
        ("right in size, out of date", "out of date"),
    ],
)
def test_a_verdict_is_shown_as_one_of_five_words(verdict, word):
    assert Badge(verdict)._repr_html_() == f'<span class="verdict verdict-{word.replace(" ", "-")}">{word}</span>'
