"""What several places say about a claim, or count over all claims, is the same: page one, brief, Methods."""

import re

import pytest
from checkout import BUILT, ROOT
from finished_report import HTML, plain, results, soup, text_of, told

from claimbook.pages.book import smart
from claimbook.pages.claim_pages import in_brief
from claimbook.project.folders import rows_in
from claimbook.project.outputs import BRIEF_PDF
from claimbook.results.models import ClaimRecord
from claimbook.say.words import number_in_words

pytestmark = [pytest.mark.book, pytest.mark.xdist_group("finished")]
FRONT, METHODS = HTML / "book/index.html", HTML / "book/methods.html"
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
BOUNDS = dict.fromkeys(("more than", "over", "above"), "over") | dict.fromkeys(("under", "less than"), "under")
BOUNDS |= {"nearly": "nearly"}
BOUND = re.compile(rf"(?:\b({'|'.join(BOUNDS)}) )?({NUMBER.pattern})")


def bounds_of(text):
    """Return each number of a text with the bound that stands before it."""
    return {(number, BOUNDS.get(word, "")) for word, number in BOUND.findall(plain(text))}


def test_a_claim_has_the_same_answer_and_finding_on_page_one_and_in_the_brief():
    on_page_one, brief = told(FRONT), plain(text_of(BUILT / BRIEF_PDF)).replace(" ", "")
    for claim in results()["claims"]:
        answer, words = on_page_one[claim["id"]]
        assert (answer, plain(words)) == (claim["answer"].replace(" ", "-"), plain(claim["found"]))
        assert plain(in_brief(ClaimRecord.model_validate(claim))[0]).replace(" ", "") in brief, claim["id"]


def test_each_claim_has_a_page_with_its_words_answer_finding_verdict_and_choices():
    sources = {row["source_id"] for row in rows_in(ROOT / "data/sources.csv")}
    for claim in results()["claims"]:
        page = soup(HTML / f"claims/{claim['id']}.html")
        assert page.article.h1.get_text().replace("\xa0", " ") == f"“{smart(claim['statement'])}”"
        lead = page.select_one(".claim-page .lead")
        assert lead.select_one(".verdict").get_text() == claim["answer"] and plain(claim["found"]) in plain(
            lead.get_text()
        )
        if claim["kind"] != "opinion":
            assert page.select_one(".standing strong").get_text() == claim["verdict"]
        assert page.select_one('meta[property="og:title"]')["content"] == f"“{claim['statement']}”"
        assert claim["statement"].rstrip(".") in page.select_one('meta[property="og:description"]')["content"]
        assert len(page.select(".what-if option[data-at]")) == len(claim["robustness"]["choices"]["table"]["choices"])
        assert not sources & {link.get_text() for link in page.select("#what-decides a")}
    assert {page.stem for page in HTML.glob("claims/*.html")} == {claim["id"] for claim in results()["claims"]}


def known_numbers(claim):
    """Return every number that the record of a claim prints: of its words, values and periods."""
    measures = claim["measures"]
    values = {number_in_words(m["value"], m["unit"]) for m in measures if m["value"] is not None}
    periods = {m["period"] for m in measures} | {str(claim["test"] and claim["test"]["period"])}
    words = (claim["found"], claim["statement"], claim["would_change"], *(m["label"] for m in measures))
    return {n for text in (*values, *periods, *words) for n in NUMBER.findall(text)}


def test_a_number_in_the_lead_belongs_to_a_claim_it_rests_on_and_has_the_bound_of_its_finding():
    document = results()
    claims = {claim["id"]: claim for claim in document["claims"]}
    for sentence in document["lead_sentences"]:
        behind = [claims[name] for name in sentence["claims"]]
        known = set.union(*map(known_numbers, behind))
        assert set(NUMBER.findall(sentence["says"])) <= known, sentence
        measures = (m for c in behind for m in c["measures"] if m["decides"] and m["value"] is not None)
        deciding = {n for m in measures for n in NUMBER.findall(number_in_words(m["value"], m["unit"]))}
        found = set.union(*(bounds_of(claim["found"]) for claim in behind))
        for number, bound in bounds_of(sentence["says"]):
            if number in deciding and number in {n for n, _ in found}:
                assert (number, bound) in found, sentence


def test_a_value_in_the_picture_of_page_one_is_in_the_finding_of_its_claim_with_the_same_bound():
    claims = {claim["id"]: claim for claim in results()["claims"]}
    rows = soup(FRONT).select("#claimed-and-found tbody tr")
    assert len(rows) == sum(claim["kind"] == "number" for claim in claims.values())
    for row in rows:
        claim = claims[row.a["href"].partition("#claim-")[2]]
        assert row.select_one(".verdict").get_text() == claim["answer"]
        for drawn in row.select("text.found"):
            assert bounds_of(drawn.get_text()) <= bounds_of(claim["found"]), claim["id"]


def cells(tables):
    """Return the texts of the cells of each row."""
    return [[plain(cell.get_text()) for cell in row.select("td")] for row in tables.select("tbody tr")]


def test_answers_that_need_one_source_are_one_list_with_one_count():
    table = soup(METHODS).select("#one-source tbody tr")
    listed = {plain(row.a.get_text()) for row in table}
    count = f"{len(listed)} would change without one of their sources."
    assert count in plain(soup(FRONT).select_one("#trust").get_text())
    assert count in plain(soup(METHODS).select_one("#how-firm-the-whole-is").get_text())
    rows = cells(soup(HTML / "book/findings.html"))
    assert {row[0] for row in rows if row[4] and row[1] != "cannot be checked"} == listed
    tags = [c["statement"] for c in results()["claims"] if c["firm"].startswith("rests on one source")]
    tagged = {f'"{plain(statement)}"' for statement in tags}
    assert tagged and tagged <= listed


def test_counts_of_changed_tests_and_of_changed_answers_are_those_of_their_lists():
    page = soup(METHODS)
    rows = cells(page.select("#changes-of-tests table")[0])
    less = sum(row[3] == "right" and not {*row[2].split(", then ")} <= {"right", "not known"} for row in rows)
    kinder = sum(row[4] == "kinder to the text" for row in rows)
    for place in (soup(FRONT).select_one("#trust"), page.select_one("#how-firm-the-whole-is")):
        said = plain(place.get_text())
        assert f"We changed the tests of {len(rows)} statements" in said and f": {kinder} answer" in said
        assert f"By an earlier test, {less} of the " in said
    changed = soup(HTML / "book/changed.html")
    for section in changed.select("section[id^=changed-]:has(> ul.flips)"):
        assert f"changed {len(section.select('ul.flips > li'))} of " in plain(section.p.get_text())


# each line: a page, a part of it, and a pattern for the count; lines of one block count the same thing
SAME_COUNT = r"""
index    p.counts                       (\d+) statements:
index    #trust                         for \d+ of (\d+) statements
changed  #from-edition-to-edition       changed \d+ of (\d+) answers

index    p.counts                       (\d+) cannot be checked
index    #trust                         For (\d+) statements we did not find

index    p.counts                       (\d+) right
index    #trust                         of the (\d+) statements rated right
methods  #how-firm-the-whole-is         of the (\d+) statements rated right

changed  #from-edition-to-edition       changed (\d+) of \d+ answers
changed  #what-could-be-known           and (\d+) between then and today

index    #trust                         Of ([\d,]+) sources
methods  #what-was-seen-and-what-was-not   come from ([\d,]+) sources
methods  table.coverage>tbody>tr:last-child   ([\d,]+)$

index    #trust                         ([\d,]+) are originals
methods  table.coverage>tbody>tr:last-child   All sources ([\d,]+)

index    #trust                         for (\d+) of \d+ statements: kappa
methods  #how-firm-the-whole-is         for (\d+) of \d+ statements: kappa

index    #trust                         Of (\d+) values
methods  article                        Of (\d+) values, criteria

index    #trust                         (\d+) are quoted word for word
methods  article                        (\d+) have a quotation from a source
"""


@pytest.mark.parametrize("places", SAME_COUNT.strip().split("\n\n"))
def test_a_count_that_stands_in_several_places_is_one_count(places):
    counts = {}
    for place in places.splitlines():
        page, part, pattern = place.split(maxsplit=2)
        says = " ".join(each.get_text(" ") for each in soup(HTML / f"book/{page}.html").select(part))
        counts[place] = re.search(pattern, plain(says))[1]
    assert len({*counts.values()}) == 1, counts


def test_the_lead_counts_the_numbers_of_the_picture():
    answers = [row.get_text() for row in soup(FRONT).select("#claimed-and-found tbody .verdict")]
    lead, spelled = results()["lead"], "none one two three four five six seven eight nine ten".split()
    assert f"Of its {spelled[len(answers)]} numbers {spelled[answers.count('right')]} " in lead
    assert f"For {spelled[answers.count('cannot be checked')]} we found no figure" in lead


def test_no_word_of_a_reference_is_coloured():
    assert not soup(HTML / "book/cite.html").select(".citation pre [class]")
