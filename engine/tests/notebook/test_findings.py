"""Written findings: a text is printed only under the answers that it fits."""

import re

import pytest

from claimbook.notebook.findings import FindingError, fitting, lead_of, of_length, twin

ANSWERS = {"towns": "right", "share": "out of date"}


def test_a_finding_fits_one_answer_or_several():
    assert fitting("The finding of x", "right") == ("right",)
    assert fitting("The finding of x", ("wrong", "partly right")) == ("wrong", "partly right")


def test_a_word_that_is_not_an_answer_is_refused_with_the_list_of_answers():
    with pytest.raises(FindingError, match="is for 'rigth', which is not an answer. Did you mean right"):
        fitting("The finding of x", "rigth")


def test_a_finding_that_is_too_long_is_refused():
    assert of_length("The finding of x", "one two", 2) == "one two"
    with pytest.raises(FindingError, match="has 3 words. Shorten it to 2"):
        of_length("The finding of x", "one two three", 2)


@pytest.mark.parametrize(
    ("text", "also", "why"),
    [
        ("{a} of {b}.", "{b}的{a}。", ""),
        ("It is {a}.[[ Then {b}.||Not {c}.]]", "是{a}。[[后来{b}。||不是{c}。]]", ""),
        ("{a} of {b}.", "{b}的{a.year}。", "only English has {a} and only the other has {a.year}"),
        ("It is {a}.[[ Then {b}.]]", "是{a}。后来{b}。", "other numbers in [[…]]"),
        ("It is {a}.", "", "no twin in the language that report.yml asks for"),
    ],
)
def test_a_finding_in_another_language_has_the_numbers_of_its_twin(text, also, why):
    if not why:
        assert twin("The finding of x", text, also, True) == also
        return
    with pytest.raises(FindingError, match=f"The finding of x .*{re.escape(why)}"):
        twin("The finding of x", text, also, True)


SENTENCES = [
    ("Two things hold.", {"towns": "right", "share": ("right", "out of date")}),
    ("One thing is wrong.", {"share": ("right", "out of date"), "towns": "wrong"}),
    ("It ends.", {"share": ("right", "out of date")}, "到此为止。"),
    ("", {"share": "cannot be checked"}),
]


def test_a_lead_has_the_sentences_that_fit_the_answers_each_with_the_claims_that_it_rests_on():
    ends = ("It ends.", ("share",), "到此为止。")
    assert lead_of(SENTENCES, ANSWERS) == [("Two things hold.", ("towns", "share"), ""), ends]
    assert lead_of(SENTENCES, ANSWERS | {"towns": "wrong"}) == [("One thing is wrong.", ("share", "towns"), ""), ends]
    assert lead_of(SENTENCES[2:], ANSWERS | {"share": "cannot be checked"}) == []


@pytest.mark.parametrize(
    ("sentences", "why"),
    [
        ([("All is well.", {})], "“All is well.” rests on no claim"),
        ([("All is well.", {"town": "right"})], "names the claim 'town', which does not exist. Did you mean towns?"),
        ([("All is well.", {"towns": "rigth"})], "is for 'rigth', which is not an answer. Did you mean right"),
        (SENTENCES[:2], "no sentence for these answers: share is 'wrong' and towns is 'right'. Write one that fits"),
    ],
)
def test_a_lead_is_refused_if_a_sentence_names_no_claim_an_unknown_one_or_an_answer_that_it_does_not_declare(
    sentences, why
):
    with pytest.raises(FindingError, match=why):
        lead_of(sentences, ANSWERS | {"share": "wrong"})
