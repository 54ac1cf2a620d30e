"""Page one and the brief in Chinese: the same claims, numbers and answers as in English, in official terms."""

import re

import pytest
import yaml
from checkout import BUILT, ROOT
from finished_report import HTML, results, soup, text_of, told

from claimbook.evidence.claims import read_ledger
from claimbook.notebook.notebook_file import written_cells
from claimbook.notebook.prose import FINDINGS, findings_in
from claimbook.project.folders import rows_in
from claimbook.project.outputs import OTHER_BRIEF_PDF
from claimbook.say.other_language import MONTH, other_language

PAGES = ENGLISH, CHINESE = HTML / "book/index.html", HTML / "book/index.zh.html"
POWERS = {"万亿": 12, "亿": 8, "万": 4, "trillion": 12, "billion": 9, "million": 6}
NUMBER = re.compile(rf"(\d[\d,]*(?:\.\d+)?) ?({'|'.join(POWERS)})?")
NAMES = r"Torch Program Report maintainers|English|MERICS|MIT|CC-BY|PDF|[A-Z][a-z]+(?=[、和，）（]|以及)"
ONE_UNIT_FOR_TWO = ("massive-investment", "state-funds-exist")  # 668 billion dollars, the United States 806


def numbers(text):
    """Return every number of a text in order of size, months as numbers."""
    text = re.sub(rf"\b({MONTH})\b", lambda found: str(MONTH.split("|").index(found[1]) + 1), text)
    return sorted(float(n.replace(",", "")) * 10 ** POWERS.get(size, 0) for n, size in NUMBER.findall(text))


@pytest.mark.book
def test_claims_picture_and_counts_have_the_same_answers_and_numbers_in_both_languages():
    english, chinese = map(told, PAGES)
    assert english.keys() == chinese.keys() == {claim["id"] for claim in results()["claims"]}
    for claim, (answer, found) in english.items():
        assert chinese[claim][0] == answer
        assert claim in ONE_UNIT_FOR_TWO or numbers(chinese[claim][1]) == numbers(found), claim
    for part in ("p.counts", "#claimed-and-found tbody", "#trust"):
        said, same = (set(numbers(" ".join(e.get_text() for e in soup(page).select(part)))) for page in PAGES)
        assert same and same <= said, part
    rows = zip(*(soup(page).select("#claimed-and-found tbody .verdict") for page in PAGES), strict=True)
    assert all(other_language("zh").answers[e.get_text()] == z.get_text() for e, z in rows)


@pytest.mark.book
def test_each_page_leads_to_the_other_links_away_are_marked_and_no_english_word_is_left_but_names():
    for page, other, language in ((ENGLISH, CHINESE, "zh-Hans"), (CHINESE, ENGLISH, "en")):
        link = soup(page).select_one("p.twin a")
        assert (link["href"], link["hreflang"]) == (other.name, language)
        heads = {e["hreflang"]: e["href"] for e in soup(page).select("link[rel=alternate][hreflang]")}
        assert heads == {"en": ENGLISH.name, "zh-Hans": CHINESE.name}
    assert soup(CHINESE).html["lang"] == soup(CHINESE).article["lang"] == "zh-Hans"
    away = soup(CHINESE).select(".brief a[href*='.html']")
    assert len(away) > len(results()["claims"]) and {a.get("hreflang") for a in away} == {"en"}
    assert not re.findall(r"[A-Za-z]{2,}", re.sub(NAMES, "", soup(CHINESE).article.get_text()))


@pytest.mark.book
def test_the_brief_prints_the_first_sentence_on_what_is_right_and_all_of_the_other_findings():
    printed = re.sub(r"\s", "", text_of(BUILT / OTHER_BRIEF_PDF))
    for answer, found in told(CHINESE).values():
        whole = re.split("(?<=。)", found)[0] if answer == "right" else "" if answer == "opinion" else found
        assert re.sub(r"\s", "", whole) in printed, found


def test_each_term_is_used_and_is_in_the_source_that_the_list_names():
    said = "".join(claim.also.statement for claim in read_ledger(ROOT / "data/claims.yml").claims)
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = (findings_in(text) for _, kind, text in written_cells(path.read_bytes()) if kind == FINDINGS)
        said += "".join(also for findings in cells for *_, also in findings)
    where = {row["series"]: row["label_zh"] for row in rows_in(ROOT / "data/series.csv")}
    for row in (row for table in ("sources", "timeline") for row in rows_in(ROOT / f"data/{table}.csv")):
        for source in row["source_id"].split(";"):
            where[source] = where.get(source, "") + row.get("title", "") + row.get("quote", "")
    terms = yaml.safe_load((ROOT / "notebooks/terms.yml").read_text(encoding="utf-8"))
    lost = [term for term, (_, source) in terms.items() if term not in where[source] or term not in said]
    assert len(terms) >= 30 and not lost
