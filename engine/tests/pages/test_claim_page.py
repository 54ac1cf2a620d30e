"""The page of a claim, and what if, on hand-made claims; nothing here is evidence."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hand_made_evidence import DAY, FACETS, claim, comparison, five_against, measure
from hand_made_records import WORK, changed, judged_claim
from hypothesis import given
from hypothesis import strategies as st
from random_judgements import DAYS, measures, ops

from claimbook.citation import Reference
from claimbook.pages.claim_pages import EDGE, LINE_WIDTH, TALL, claim_html, conclusion
from claimbook.results import what_if
from claimbook.results.brief import retests
from claimbook.results.models import ClaimRecord, claim_record
from claimbook.rule.kinds import judge
from claimbook.say.verdict_table import OUT_OF_DATE, VERDICTS, answer_of

X_OF_2024 = 235.0  # at the end of it, from the year twenty years before the text to the last
SOURCE = {"publisher": "Ministry", "published": "2022", "title": "x", "title_en": "", "seen": ""}
FIGURE = {"label": "fig-x", "svg": "<svg />", "alt": "x", "title": "", "csv": "year\n2022\n"}
EDITION = replace(WORK, cutoff=dt.date(2026, 11, 25))
CITED = Reference("Something", EDITION, "Claim k: partly", "content 0", "notebooks/s", "claim-k")


read = ClaimRecord.model_validate


def judged(*marks):
    found = five_against(*marks)
    return read(claim_record(judge(comparison(found), found, DAY)))


def number(op, *found):
    return read(claim_record(judge(claim(op, 10, "percent", facets=FACETS), list(found), DAY, {})))


def soup_of(record, **more):
    """The page of a claim, parsed."""
    around: dict[str, Any] = dict.fromkeys(("care", "sealed", "figure", "searches", "unseen", "retest"), "")
    around |= {"section": "A", "called": "size", "sources": defaultdict(lambda: SOURCE), "documents": {"book/gaps"}}
    return BeautifulSoup(claim_html(record, CITED, DAY, **around | more), "html.parser")


# what if ---------------------------------------------------------------------------------------------------------


@given(ops, st.floats(10, 900), st.lists(measures(), max_size=6))
def test_the_table_gives_what_the_rule_gave_for_every_choice(op, n, found):
    got = judge(claim(op, n, "percent", facets=FACETS), found, DAY, {"2022": "2022-12-31"}, DAYS)
    choices = got.choices
    table = read(claim_record(got)).robustness.choices.table
    assert table.verdicts[0] == choices.declared and table.cases[0][0] == 0
    cases = [table.cases[choice.case] for choice in table.choices]
    assert [(table.verdicts[verdict], tuple(table.lines[line] for line in lines)) for verdict, *lines in cases] == [
        (v.verdict, v.judged.reasons) for v in choices.singles
    ]


def lists(record):
    return what_if.lists(record, what_if.choice_table(record))


def test_each_threshold_has_a_list_from_low_to_high_and_one_of_several_its_name_in_the_address():
    found = lists(judged(5.2, 5.2))
    labels = ["All thresholds", "Leave out a producer", "Threshold of “0”", "Threshold of “1”"]
    assert [each.label for each in found] == labels
    assert [o.words for o in found[0].options][:2] == ["−50 %", "−25 %"]
    assert found[2].declared == "at least 5.2" and found[2].options[0].words == "−50 % (at least 2.6)"
    assert found[0].options[-1].at == "mark=+50%25" and found[2].options[0].at == "mark.c0=-50%25"
    assert found[1].options[0].at == "without=Ministry"
    assert [each.options[0].at for each in lists(judged(5.2)) if "Threshold" in each.label] == ["mark=-50%25"]


def test_a_claim_about_causes_leaves_out_studies():
    record = judged(5.2).model_copy(update={"kind": "causal"})
    assert "Leave out a study" in [each.label for each in lists(record)]


def test_the_declared_verdict_looks_the_same_in_what_if_as_above():
    record = number("about", measure("12.0", "2023", FACETS), measure("10.2", "2021", FACETS))
    assert (record.verdict, record.stands_as) == ("understated", OUT_OF_DATE)
    assert what_if.choice_table_data(record, what_if.choice_table(record))["verdicts"][0] == [
        "out of date (understated)",
        "out-of-date",
    ]


def test_choices_about_the_text_are_separate():
    record = number("over", *(measure("12.0", y, FACETS) for y in ("2021", "2023")))
    apart = [each for each in lists(record) if not each.counts]
    assert [each.label for each in apart] == ["Word of the text", "Number of the text", "Year of the text"]
    assert [each.declared.replace("\u202f", " ") for each in apart] == ["over", "10 %", "2023"]
    assert [o.at for o in apart[0].options] == ["word=nearly", "word=about"]
    assert [o.at for o in apart[1].options][:2] == ["number=5", "number=7.5"]
    soup = soup_of(record)
    assert [label.get_text() for label in soup.select(".what-if fieldset label")] == [each.label for each in apart]
    assert "another sentence" in soup.select_one(".every-choice").get_text()


def test_a_year_that_had_to_stand_in_for_the_one_of_the_text_is_named():
    record = number("over", measure("12.0", "2021", FACETS))
    assert what_if.declared_words(record)["year"] == "2023, judged on figures for 2021"


def test_without_scripts_the_table_has_every_choice():
    record = judged(5.2, 5.2)
    soup = soup_of(record)
    output = soup.select_one(".every-choice").get_text(" ")
    assert soup.select_one("form.what-if").has_attr("hidden")
    cells = soup.select(".every-choice tr td:nth-of-type(1)")
    assert sum(len(cell.get_text().split(", ")) for cell in cells) == record.robustness.choices.of
    assert all(words in output for words in ("All thresholds", "−5 %", "Ministry", "another verdict"))


@pytest.mark.parametrize("marks", [(1.0, 1.0), (4.2, 1.0), (5.1, 5.3)])
def test_every_choice_is_a_square_with_its_effect_on_the_verdict(marks):
    record = judged(*marks)
    choices = record.robustness.choices
    figure = soup_of(record).select_one("figure.squares")
    kinds = Counter(i["class"][0] for i in figure.select("[role=img] i"))
    differ = Counter(d.becomes for d in choices.differ)
    assert kinds == {k: n for k, n in ({"same": choices.agree} | differ).items() if n}
    assert f"{choices.of} other choices" in figure.select_one("[role=img]")["aria-label"]
    assert len(figure.select("figcaption i")) == 3


# the page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [*VERDICTS, "unverified, evidence against (one origin)"])
def test_the_conclusion_names_the_text_the_answer_and_the_finding(verdict):
    record = judged_claim(verdict=verdict, found="We found 5.")
    says = f"says “{record.statement}” This {answer_of(record.stands_as).one}. We found 5."
    assert conclusion(record).endswith(says)


def test_a_page_shows_the_first_answer_and_each_changed_test_next_to_the_answer_of_today():
    record = number("over", measure("12.0", "2023", FACETS))
    row = {"claim_id": record.id, "date": "2026-11-25", "before": "above 20", "after": "above 10"}
    row |= {"reason": "Its word.", "verdict_before": "partly", "verdict_today": "overstated"}
    (retest,) = retests([record], [row])
    part = soup_of(record, retest=retest).select_one("#first-answer")
    assert [word.get_text() for word in part.select("p strong")] == ["partly right", "right"]
    assert [td.get_text() for td in part.select("tbody td")][1:] == ["above 20", "above 10", "Its word.", "wrong"]
    assert not soup_of(record).select("#first-answer")


def test_the_page_says_what_the_record_says():
    record = number("over", measure("12.0", "2023", FACETS), measure("9.0", "2021", FACETS, origin="Vendor"))
    turns = [("", "unverified", ()), ("2023-06-30", "undecided", ("one",)), ("2024-12-31", record.verdict, ("two",))]
    reported = [{"day": day, "verdict": output, "stands_as": output, "sources": own} for day, output, own in turns]
    record = changed(record, through_time=reported)
    sought = {"looked_for": "a table", "outcome": "none", "date": "2026-11", "where": "pages; laws"}
    more = {"sealed": "Judged as sealed.", "searches": [[sought]], "unseen": ("a law",), "care": "no more than that"}
    soup = soup_of(record, **more, figure=FIGURE)
    assert soup.h1.get_text() == "“Something is so large.”"
    assert soup.select_one(".standing strong").get_text() == record.verdict
    rows = soup.select("#what-decides tbody tr")
    assert "12.0 in 2023" in rows[0].get_text() and rows[0].strong.get_text() == "decides"
    assert not rows[1].strong
    line = soup.select_one("#through-time")
    output = [(turn.get_text()[:10], turn.select_one(".verdict").get_text()) for turn in line.select("li")]
    assert output == [("2023-06-30", "cannot be checked"), ("2024-12-31", "right")]
    assert [path["d"] for path in line.select("svg path.agree")] == [f"M{X_OF_2024} {EDGE}.0H{LINE_WIDTH - EDGE}"]
    assert line.select_one("svg path.open")["d"].split()[1].startswith(f"{TALL - EDGE}.0H")  # the lowest level
    before = "With what was public, the answer was “cannot be checked” on the first day of 2023 and on its last."
    assert before in line.get_text()
    assert "Judged as sealed." in soup.get_text()
    assert soup.select_one("#sought p").get_text() == "We searched in November 2026 in pages and laws."
    sought_parts = [soup.select_one(f"#sought {part}").get_text().strip() for part in ("dt", "dd", "ul li")]
    assert sought_parts == ["A table", "None.", "a law"]
    many = soup_of(record, searches=[[sought]] * 6).select_one("#sought")
    assert many.p.get_text().endswith("laws. The 5 newest searches:") and len(many.select("dt")) == 5
    assert "no more than that" in soup.get_text()
    assert [a["href"] for a in soup.select("figure a")][::3] == ["../figures/fig-x.svg", "../notebooks/s.ipynb"]
    assert soup.select_one('#cite a[href="a-claim.json"]')


READINGS = [({}, ""), ({"an index": "right", "plain speech": "right"}, "")]
READINGS += [({"an index": "wrong", "a law": "wrong", "speech": "right"}, "Wrong if read as an index or a law; right")]


@pytest.mark.parametrize(("read_as", "says"), READINGS)
def test_the_page_says_which_answer_each_reading_gives_where_one_gives_another(read_as, says):
    record = changed(judged(5.2), verdict="supported", stands_as="supported", read_as=read_as)
    terms = [term for term in soup_of(record).select("#judged dt") if "differ" in term.get_text()]
    reported = "".join(term.find_next("dd").get_text() for term in terms)
    assert says in reported if says else reported == ""


def test_headings_without_content_are_left_out():
    record = changed(judged(5.2), would_change="")
    soup = soup_of(record)
    assert [s["id"] for s in soup.select("section")] == ["judged", "what-decides", "what-if", "cite"]


AGREE = {(0, 1): "no other choice", (1, 1): "the one other choice", (0, 2): "neither other choice"}
AGREE |= {(2, 2): "both other choices", (0, 5): "none of 5 other choices", (3, 5): "3 of 5 other choices"}
AGREE |= {(5, 5): "all 5 other choices"}


@pytest.mark.parametrize(("agree", "of", "says"), [(*counts, says) for counts, says in AGREE.items()])
def test_how_many_choices_agree_is_a_sentence(agree, of, says):
    robust = judged(5.2).robustness
    choices = robust.choices.model_copy(update={"agree": agree, "of": of})
    reported = {"choices": choices, "flips": ("without NSF: partly",), "on_the_line": True}
    page = soup_of(changed(judged(5.2), robustness=robust.model_copy(update=reported)))
    line = "A value is so close to its threshold that a small change would carry it across."
    same = f"The verdict is the same under {says} of rule and evidence. It would be “partly” without NSF."
    assert f"{line} {same}" in page.select_one(".standing").get_text()


def test_a_source_is_named_by_its_publisher_and_year():
    record = judged(5.2)
    known = {"publisher": "MOST, press office", "published": "2023-02", "title": "x", "title_en": "Bulletin"}
    link = soup_of(record, sources={"Ministry-2022": known}).select_one("#what-decides a")
    assert (link.get_text(), link["title"], "ministry-2022" in link["href"]) == ("MOST 2023", "Bulletin", True)


def test_many_measures_are_cut_and_the_rest_is_counted():
    record = judged(5.2)
    soup = soup_of(changed(record, measures=record.measures * 13))
    assert len(soup.select("#what-decides tbody tr")) == 6
    assert soup.select_one("#what-decides .more").get_text() == "7 others: in the section."
