"""Head tags, references, sources and addresses on the built pages."""

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from checkout import BUILT
from finished_report import HTML, soup
from pybtex.database import parse_string

from claimbook import citation
from claimbook.citation import HASH_DIGITS, Work, claim_anchor, read_work
from claimbook.project import outputs
from claimbook.project.folders import rows_in
from claimbook.project.outputs import figures
from claimbook.project.report import report_settings
from claimbook.publish.site import REDIRECT_PAGES
from claimbook.say.words import source_anchor

# what of the Citation File Format 1.2.0 this project uses; every other key is a mistake here
KNOWN = {"cff-version", "message", "type", "title", "abstract", "authors", "version", "date-released", "license"}
KNOWN |= {"contact", "keywords", "doi", "url", "repository-code", "preferred-citation"}
pytestmark = [pytest.mark.book, pytest.mark.xdist_group("finished")]


CITE, FRONT = HTML / "book" / "cite.html", HTML / "book" / "index.html"
PAGES = [path for path in sorted(HTML.rglob("*.html")) if path.relative_to(HTML).as_posix() not in REDIRECT_PAGES]
OF_THE_BOOK = [path for path in PAGES if path.parent.name in {"book", "notebooks"}]


@pytest.fixture(scope="module")
def work() -> Work:
    return citation.read_work(BUILT / "source")


@pytest.fixture(scope="module")
def notebooks() -> dict:
    return outputs.notebooks(BUILT / "source")


@pytest.fixture(scope="module")
def cff(root) -> dict:
    return yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))


def section_page(name: str) -> BeautifulSoup:
    return soup(HTML / "notebooks" / f"{name}.html")


def content_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_DIGITS]


def tags(page: BeautifulSoup) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in page.select("head meta[content]"):
        found.setdefault(tag.get("name") or tag.get("property") or "", []).append(tag["content"])
    return found


def straight(text: str) -> str:
    """Return a text with plain quotation marks and dashes."""
    marks = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."}
    return re.sub(r"-+", "-", re.sub("[“”‘’–—…]", lambda found: marks[found[0]], text))


def graphs(page: BeautifulSoup) -> list:
    return [json.loads(script.string) for script in page.select('script[type="application/ld+json"]')]


def test_the_citation_file_is_what_its_format_allows_and_agrees_with_the_book(root, cff):
    assert set(cff) <= KNOWN and cff["cff-version"] == "1.2.0" and cff["message"] and cff["abstract"]
    assert re.fullmatch(r"10\.\d{4,9}/\S+", cff.get("doi", "10.5281/zenodo.1"))
    assert all(cff.get(name, "https://").startswith("https://") for name in ("url", "repository-code"))
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    assert (cff["title"], ", ".join(author["name"] for author in cff["authors"])) == (config["title"], config["author"])


def test_there_is_one_version_and_the_report_itself_is_preferred_for_citing(root, cff):
    own = cff["preferred-citation"]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cff["version"] == own["version"] == project["version"]
    assert (own["type"], own["institution"]["name"]) == ("report", cff["authors"][0]["name"])
    assert all(own.get(name) == cff.get(name) for name in ("title", "authors", "doi"))
    assert [own["year"], own["month"]] == [int(part) for part in cff["date-released"].split("-")[:2]]


@pytest.mark.parametrize(
    ("name", "whole", "title"),
    [
        ("book/index", "citation_technical_report_institution", "China’s Torch Program, claim by claim"),
        ("notebooks/2-1-torch-program", "citation_book_title", "2.1 The Torch Program and its zones"),
        ("claims/gdp-share-nearly-13", "citation_book_title", "“The zones contribute nearly 13 % of China’s GDP.”"),
    ],
)
def test_zotero_saves_page_one_as_a_report_and_other_pages_as_parts_of_it(work, name, whole, title):
    """Its translator takes a page with the tag of an institution for a report, with that of a book for a part."""
    found = tags(soup(HTML / f"{name}.html"))
    own = {"citation_technical_report_institution": work.author, "citation_technical_report_number": work.stand}
    part = {"citation_book_title": work.title, "citation_publisher": work.author}
    wanted = own if whole in own else part
    assert {tag: found[tag] for tag in own | part if tag in found} == {tag: [text] for tag, text in wanted.items()}
    assert found["citation_title"][0].replace("\xa0", " ").startswith(title)
    assert found["citation_publication_date"] == [f"{work.cutoff:%Y/%m/%d}"] and found["citation_language"] == ["en"]


def test_every_page_can_be_saved_and_previewed_and_no_tag_is_empty(work):
    """Google Scholar ignores a page without title, author, and a date that begins with the year."""
    assert (HTML / "figures" / f"{report_settings().picture}.png").exists()
    for page in PAGES:
        found = tags(soup(page))
        assert found["citation_title"][0].strip() and found["DC.title"] == found["citation_title"], page.name
        assert all(len(found[name]) == 1 for name in ("og:title", "og:type", "og:description")), page.name
        assert found["citation_author"] == [f"{author}," for author in work.authors], page.name
        assert re.fullmatch(r"\d{4}/\d\d?/\d\d?", *found["citation_publication_date"]), page.name
        assert (found["DC.creator"], found["DC.rights"]) == ([*work.authors], [report_settings().licences.statement])
        assert not [tag for tag, values in found.items() if "" in values or tag == "citation_journal_title"], page.name


def test_every_statement_of_licences_is_the_same(root, cff):
    """Files that name licences in another form agree with it."""
    terms = report_settings().licences
    places = [(path, "footer .extra_footer") for path in PAGES] + [(CITE, "#licences")]
    said = {path.name: soup(path).select_one(place).get_text() for path, place in places}
    said["README.md"] = (root / "README.md").read_text(encoding="utf-8")
    assert [name for name, text in said.items() if terms.statement not in " ".join(text.split())] == []
    assert [cff["license"], cff["preferred-citation"]["license"]] == [terms.code, terms.compilation]
    assert (root / "LICENSE").read_text(encoding="utf-8").startswith(f"{terms.code} License")
    described = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert [(each["name"], each["title"]) for each in described["licenses"]] == [(terms.compilation, terms.statement)]
    (graph,) = graphs(soup(HTML / "book" / "index.html"))
    made = [(each["license"], each["conditionsOfAccess"]) for each in graph["@graph"]]
    assert made == [(terms.address(name), terms.statement) for name in (terms.code, terms.compilation)]


def test_only_the_page_on_citing_names_the_hash_of_the_whole_and_no_page_an_address_that_is_not_set(work):
    assert not work.site, "look at the canonical address here, now that there is one"
    texts = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
    assert {name for name, text in texts.items() if work.hash in text} == {CITE.name}
    assert {name for name, text in texts.items() if 'rel="canonical"' in text} == set()


def shown(notebook):
    """Return the figures on the page of a section. Others are only on the page of their claim."""
    return [figure for figure in figures(notebook) if not figure.get("claim")]


def test_the_hash_of_a_claim_and_of_a_figure_is_that_of_its_published_file(notebooks, claims):
    output = soup(CITE).get_text()
    for called in (claim["id"] for claim in claims):
        digest = content_hash(HTML / "claims" / f"{called}.json")
        assert re.search(rf"\[Claim {called}: [^\]]+, content {digest}\]", output), called
    for name, notebook in notebooks.items():
        for label in (figure["label"] for figure in shown(notebook)):
            digest = content_hash(HTML / "figures" / f"{label}.csv")
            assert f"[Chart {label}, data {digest}]" in section_page(name).get_text()


def test_the_page_on_citing_and_page_one_say_once_what_the_makers_have_not_said(root):
    work = read_work(root)
    for text in (soup(CITE).select_one("#contact-funding-and-interests").get_text(), soup(FRONT).get_text()):
        assert text.count("have not said") == text.count(work.undeclared) == bool(work.undeclared)


def test_the_front_page_describes_report_and_dataset(notebooks):
    (graph,) = graphs(soup(HTML / "book" / "index.html"))
    report, dataset = graph["@graph"]
    assert (report["@type"], dataset["@type"]) == ("Report", "Dataset")
    assert report["isBasedOn"]["@id"] == dataset["@id"]
    assert 50 <= len(dataset["description"]) <= 5000  # what Google's dataset search takes
    assert [part["name"] for part in report["hasPart"]] == [citation.title(notebook) for notebook in notebooks.values()]


def test_each_claim_but_opinions_has_a_review_on_its_page_and_nobody_is_made_its_author(claims):
    for claim in claims:
        reviews = graphs(soup(HTML / "claims" / f"{claim['id']}.html"))
        assert [review["claimReviewed"] for review in reviews] == [claim["statement"]] * (claim["kind"] != "opinion")
        for review in reviews:
            assert review["reviewRating"]["alternateName"] == claim["answer"]
            assert "ratingValue" not in review["reviewRating"] and "author" not in review["itemReviewed"]


def test_the_page_on_citing_holds_every_section_and_claim_in_every_format(notebooks, claims):
    wanted = len(notebooks) + len(claims)
    folded = soup(CITE).select("details.cite")
    assert len(folded) == wanted and all(each.find("summary") for each in folded)
    blocks = [pre.get_text().rstrip("\n") for pre in soup(CITE).select(".citation pre")]
    assert len(blocks) == 4 * (wanted + 1)
    entries = parse_string("\n".join(b for b in blocks if b.startswith("@")), "bibtex").entries
    assert len(entries) == wanted + 1  # no key twice
    assert {item["id"] for b in blocks if b.startswith("[") for item in json.loads(b)} == set(entries)
    assert sum(b.startswith("TY  - ") and b.endswith("ER  - ") for b in blocks) == wanted + 1


def test_the_bibliography_has_every_source_once_with_all_known_details(root):
    page = soup(HTML / "book" / "bibliography.html")
    rows = rows_in(root / "data" / "sources.csv")
    assert len(page.select("p.reference")) == len(rows)
    places = {element["id"]: element for element in page.find_all(id=True)}
    for row in rows:
        entry = straight(places[source_anchor(row["source_id"])].get_text())
        for column in ("title", "title_en", "publisher", "published", "address"):
            assert straight(row[column].strip()) in entry, f"{row['source_id']}: {column}"
        assert f"Grade {row['grade']}; seen: {row['seen']}" in entry


def test_each_section_ends_with_its_sources(notebooks):
    for name, notebook in notebooks.items():
        ids = citation.sources(notebook)
        links = section_page(name).select("#sources p.sources a")
        assert {link["href"].partition("#")[2] for link in links} == {source_anchor(i) for i in ids}
        assert all(link["href"].startswith("../book/bibliography.html#") and link["title"] for link in links)


def test_claims_figures_and_numbers_have_the_addresses_that_the_page_on_citing_promises(notebooks):
    for name, notebook in notebooks.items():
        page = section_page(name)
        ids = {element["id"] for element in page.select("article [id]")}
        wanted = {claim_anchor(c["id"]) for c in citation.claims(notebook)}
        wanted |= {figure["label"] for figure in shown(notebook)}
        wanted |= {f"number-{number['data-number']}" for number in page.select("a.stat[data-number]")}
        assert wanted <= ids, f"{name} lacks {sorted(wanted - ids)}"


def test_no_address_on_a_page_is_a_counter():
    """Docutils names elements without a name `id1`, `id2` …, and such an address changes when the page grows."""
    for page in OF_THE_BOOK:
        counters = [e["id"] for e in soup(page).select("article [id]") if re.fullmatch(r"id\d+", e["id"])]
        notes = [e["id"] for e in soup(page).select("article .footnote[id], article .footnote-reference[id]")]
        assert set(counters) <= set(notes), f"{page.name}: {counters}"
