"""Page one and the brief in Chinese: the same claims, numbers and answers as in English, in official terms."""

import json
import re
from functools import cache

import pytest
import yaml
from bs4 import BeautifulSoup
from checkout import BUILT, ROOT
from finished_report import HTML, results, soup, text_of

from claimbook.evidence.claims import read_ledger
from claimbook.notebook.prose import findings_in
from claimbook.project.files import rows_in
from claimbook.project.outputs import OTHER_BRIEF_PDF
from claimbook.say.other_language import other_language

ENGLISH, CHINESE = HTML / "book/index.html", HTML / "book/index.zh.html"
POWERS = {"万亿": 12, "亿": 8, "万": 4, "trillion": 12, "billion": 9, "million": 6}
NUMBER = re.compile(rf"(\d[\d,]*(?:\.\d+)?) ?({'|'.join(POWERS)})?")
MONTHS = "January February March April May June July August September October November December".split()
NAMES = r"(?:Torch Program Report maintainers|English|MERICS|MIT|CC-BY|PDF|A级|[A-Z][a-z]+(?=[、和，）（]|以及))"
ZH = other_language("zh")


def numbers(text: str) -> list[float]:
    """Return every number of a text in order of size, months as numbers."""
    for n, month in enumerate(MONTHS, 1):
        text = re.sub(rf"\b{month}\b", str(n), text)
    return sorted(float(n.replace(",", "")) * 10 ** POWERS.get(size, 0) for n, size in NUMBER.findall(text))


@cache
def told(page: BeautifulSoup) -> dict[str, tuple[str, str]]:
    """Return the answer and the finding of each claim on a page one, by its address."""
    told = {}
    for group in page.select("section.answer"):
        for item in group.select("li"):
            words = [e.extract().get_text() for e in BeautifulSoup(str(item), "lxml").select(".firm")]
            said = item.get_text().removeprefix(item.strong.get_text()).removesuffix("".join(words))
            told[item.a["href"]] = group["id"], said.strip()
    return told


@pytest.mark.book
def test_every_claim_has_the_same_answer_and_the_same_numbers_in_both_languages():
    english, chinese = told(soup(ENGLISH)), told(soup(CHINESE))
    assert english.keys() == chinese.keys() and len(english) == len(results()["claims"])
    for address, (answer, found) in english.items():
        assert chinese[address][0] == answer, address
        if "billion dollars" not in found and "billion yuan" not in found:  # the unit of two numbers is written once
            assert numbers(chinese[address][1]) == numbers(found), address


@pytest.mark.book
def test_the_picture_and_the_counts_have_the_same_numbers_and_the_answers_their_words():
    for part in ("p.counts", "#claimed-and-found tbody", "#trust"):
        english, chinese = (
            numbers(" ".join(e.get_text() for e in soup(page).select(part))) for page in (ENGLISH, CHINESE)
        )
        assert set(chinese) <= set(english), part
    rows = zip(*(soup(page).select("#claimed-and-found tbody .verdict") for page in (ENGLISH, CHINESE)), strict=True)
    assert all(ZH.answers[e.get_text()] == z.get_text() for e, z in rows)


@pytest.mark.book
def test_each_page_leads_to_the_other_and_links_to_english_pages_say_so():
    for page, other, language in ((ENGLISH, CHINESE, "zh-Hans"), (CHINESE, ENGLISH, "en")):
        assert soup(page).select_one("p.twin a").attrs["hreflang"] == language
        assert soup(page).select_one("p.twin a")["href"] == other.name
        heads = {e["hreflang"]: e["href"] for e in soup(page).select("link[rel=alternate][hreflang]")}
        assert heads == {"en": ENGLISH.name, "zh-Hans": CHINESE.name}
    assert soup(CHINESE).html["lang"] == soup(CHINESE).article["lang"] == "zh-Hans"
    away = [a for a in soup(CHINESE).select(".brief a[href]") if a["href"][0] != "#" and ".pdf" not in a["href"]]
    assert away and not [str(a) for a in away if not a.get("hreflang")]


@pytest.mark.book
def test_no_english_word_is_left_but_names():
    text = soup(CHINESE).article.get_text()
    assert not re.findall(r"[A-Za-z]{2,}", re.sub(NAMES, "", text))


@pytest.mark.book
def test_the_brief_prints_the_first_sentence_on_what_is_right_and_all_of_the_other_findings():
    printed = re.sub(r"\s", "", text_of(BUILT / OTHER_BRIEF_PDF))
    for answer, found in told(soup(CHINESE)).values():
        whole = re.split("(?<=。)", found)[0] if answer == "right" else "" if answer == "opinion" else found
        assert re.sub(r"\s", "", whole) in printed, found


@cache
def chinese_text() -> str:
    """Return every Chinese sentence of claims and findings, on one line each."""
    said = [says for claim in read_ledger(ROOT / "data/claims.yml").claims for says in (claim.also.statement,)]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for code in ("".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]):
            if code.startswith("%%findings"):
                said += [also for *_, also in findings_in(code.partition("\n")[2])]
    return "\n".join(said)


def test_each_term_is_used_and_is_in_the_source_that_the_list_names():
    where = {}
    for table, columns in {"sources": ["title"], "timeline": ["quote"], "series": ["label_zh"]}.items():
        for row in rows_in(ROOT / f"data/{table}.csv"):
            for name in row.get("source_id", row.get("series", "")).split(";"):
                where[name] = where.get(name, "") + "".join(row[column] for column in columns)
    terms = yaml.safe_load((ROOT / "notebooks/terms.yml").read_text(encoding="utf-8"))
    assert len(terms) >= 30
    for term, (_, source) in terms.items():
        assert term in where[source] and term in chinese_text(), term
