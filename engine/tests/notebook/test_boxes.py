"""What a reader sees of a judgement, on hand-made claims and findings; no figure here is evidence."""

import pytest
from hand_made_evidence import DAY, FACETS, cause, claim, comparison, estimate, fact, finding, judged, measure

from claimbook.evidence.claims import Criterion, OpinionClaim, Part, Reading
from claimbook.evidence.intervals import Interval
from claimbook.notebook import prose
from claimbook.notebook.boxes import criteria_table, findings_table, verdict_box
from claimbook.rule.comparisons import judge_criterion
from claimbook.rule.judgement import Judgement
from claimbook.rule.kinds import judge
from claimbook.say.verdict_table import answer_of


def judged_fact(found, **more):
    parts = tuple(Part(id=p, says=f"it does {p}") for p in found or "p")
    return judge(fact(parts=parts, **more), found, DAY, {})


def number(measures, **more):
    return judged(claim("nearly", 13.0, "percent", **more), measures)


def compared(*values):
    given = [
        judge_criterion(
            Criterion(id=f"c{i}", says=f"Thing {i} is large", threshold=2.0, unit="rank"),
            None if v is None else Interval(v, v),
            "no data" if v is None else f"{v:g} of them",
        )
        for i, v in enumerate(values)
    ]
    return judge(comparison(given), given, DAY)


def studied(*directions):
    return judge(cause(), [estimate(f"Author {i}", way) for i, way in enumerate(directions)], DAY)


OPINION = Judgement(OpinionClaim(id="o", section="0", kind="opinion", statement="It is fine."))
READINGS = (Reading(name="a stock", facets={"mode": "stock"}),)
EVERY = {
    "number": number([measure("14.3", "2023", FACETS)]),
    "number of an earlier size": number([measure("14.3", "2023", FACETS), measure("13.0", "2021", FACETS)]),
    "number near": number([measure("9.5", "2021", FACETS, differ={"scope": "x"})]),
    "number of nothing": number([]),
    "number read otherwise": number([measure("12.8", "2023", FACETS, differ={"mode": "stock"})], readings=READINGS),
    "fact": judged_fact({"p": [finding(), finding(says="a later rule; with details", date="2015")]}),
    "fact with a later count": judged_fact({"p": [finding(says="a count", date=d) for d in ("2021", "2022", "2024")]}),
    "fact of nothing": judged_fact({}),
    "fact in part": judged_fact({"p": [finding()], "q": []}),
    "fact that had ended": judged_fact({"p": [finding(ended="2019")]}),
    "fact that fails": judged_fact({"p": [finding(says="a text that denies it", opposes=True)]}),
    "criteria": compared(3.0, 1.0),
    "criterion": compared(3.0),
    "criteria without data": compared(None, None),
    "studies": studied("raises", "no effect", "no effect"),
    "study": studied("raises"),
    "no study": studied(),
    "opinion": OPINION,
}


@pytest.mark.parametrize("case", EVERY)
def test_a_box_has_the_answer_its_finding_and_how_firm_it_is(case):
    judgement = EVERY[case]
    values = {f"finding-{judgement.claim.id}": {"text": "It was found.", "html": "It was found."}}
    box = prose.unescaped(prose.text_bundle(verdict_box(judgement), values)["text/markdown"])
    assert box.startswith(f"> **{judgement.claim.quoted}**")
    line = f"> {answer_of(judgement.stands_as).word} It was found. {judgement.firm}"
    assert line.lower().strip() in {line.lower().rstrip(".") for line in box.splitlines()} | {*box.lower().splitlines()}


def test_a_criterion_is_a_row_that_says_its_result():
    assert criteria_table(EVERY["criteria"])["Result"].to_list() == ["met", "not met"]


# tables --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "so"),
        ({"ended": "2019"}, "so until 2019"),
        ({"ended": "2025"}, "so"),
        ({"began": "2024-02"}, "later than the text"),
        ({"opposes": True}, "the opposite"),
        ({"grade": "D"}, "too weak to count"),
        ({"done": "2018-12-30"}, "more than 5 years before the text"),
    ],
)
def test_each_finding_says_how_it_counts_on_the_day_of_the_text(more, says):
    judged = judge(fact(), {"p0": [found := finding(**more)]}, DAY, {})
    assert judged.in_words("p0", found) == says


def test_a_document_is_one_row_with_all_who_print_it_and_all_parts_it_speaks_to():
    prints = [
        finding(grade="C", origins=("x",), anchor="third"),
        finding(grade="A", origins=("y", "x"), anchor="first"),
        finding(says="another rule", date="2011"),
        finding(grade="D", origins=("z",), anchor="weak"),
    ]
    table = findings_table(judged_fact({"p": prints, "q": [finding(origins=("w",))]}))
    assert table["Found"].to_list() == ["[a rule](../book/evidence.html#first)", "another rule"]
    assert table[["Part", "Grade", "Origin", "Says"]].to_numpy().tolist() == [
        ["it does p; it does q", "A, B, C, D", "x; y; z; w", "so"],
        ["it does p", "B", "Ministry", "so"],
    ]


def test_a_document_that_counts_otherwise_under_another_definition_says_so():
    prints = [finding(reading="by rule"), finding(reading="by name", opposes=True)]
    table = findings_table(judged_fact({"p": prints}, definitions=("by rule", "by name")))
    assert table["Says"].to_list() == ["so as by rule; the opposite as by name"]
