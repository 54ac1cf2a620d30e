"""Written findings: a text is printed only under the answers that it fits."""

import pytest

from claimbook.notebook.findings import FindingError, fitting, lead_of, of_length

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


def test_a_lead_has_the_sentences_whose_claims_have_the_answers_that_they_need():
    sentences = [
        ("Two things hold.", {"towns": "right", "share": ("right", "out of date")}),
        ("One thing is wrong.", {"towns": "wrong"}),
        ("It ends.", {}),
    ]
    assert lead_of(sentences, ANSWERS) == "Two things hold. It ends."
    assert lead_of(sentences, ANSWERS | {"towns": "wrong"}) == "One thing is wrong. It ends."


def test_a_lead_that_names_an_unknown_claim_is_refused():
    with pytest.raises(FindingError, match="names the claim 'town', which does not exist. Did you mean towns?"):
        lead_of([("All is well.", {"town": "right"})], ANSWERS)
