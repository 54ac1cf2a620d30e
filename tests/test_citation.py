"""References to the report and its parts, read back by the programs and rules that readers use."""

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
import yaml
from bs4 import BeautifulSoup
from pybtex.database import parse_string
from sphinx.application import Sphinx

from torch_program.citation import metadata, parts, references
from torch_program.citation.metadata import Work
from torch_program.citation.references import apa, bibtex, csl, ris
from torch_program.pipeline.files import write_whole
from torch_program.results import FIGURE_MIME, RESULTS_MIME
from torch_program.sphinx_ext import bibliography
from torch_program.templates import filled

WORK = Work(
    title="China's Torch Program, claim by claim",
    abstract="What a text says.",
    authors=("Torch Program Report maintainers",),
    version="0.1.0",
    licence="MIT",
    keywords=("Torch Program", "火炬计划"),
    edition="2023",
    cutoff=dt.date(2023, 12, 31),
    parameters={"edition": "2023", "cutoff": "2023-12-31"},
    content="0123456789abcdef" * 4,
)
PUBLISHED = Work(**{**vars(WORK), "doi": "10.5281/zenodo.1", "site": "https://example.org/torch"})
JUDGED = {"id": "gdp", "statement": "The zones make 13 % of GDP & {more}_#~.", "verdict": "overstated"}
CLAIM = references.claim(WORK, JUDGED, "notebooks/2-1")
DRAWN = {"label": "fig-zones", "caption": "Zones by year.", "csv": "year,value\n2022,1\n"}
FIGURE = references.figure(WORK, DRAWN, "notebooks/2-1-torch")
NOTEBOOK = {"cells": [{"cell_type": "markdown", "source": ["# 2.1 Torch\n"], "metadata": {}}]}
EVERY = [references.report(WORK), references.section(WORK, NOTEBOOK, "notebooks/2-1-torch"), CLAIM]
EVERY += [references.report(PUBLISHED), references.claim(PUBLISHED, JUDGED, "notebooks/2-1")]


def test_apa_says_who_when_what_and_which_state() -> None:
    assert apa(references.report(WORK)) == (
        "Torch Program Report maintainers. (2023, December 31). China's Torch Program, claim by claim "
        "(Edition 2023, version 0.1.0, content 0123456789ab) [Reproducible report]."
    )
    assert apa(FIGURE) == (
        "Torch Program Report maintainers. (2023, December 31). Zones by year [Figure fig-zones, data 1dbecbc84bd3]. "
        "In China's Torch Program, claim by claim (Edition 2023, version 0.1.0). notebooks/2-1-torch.html#fig-zones"
    )


def test_a_part_is_pinned_by_what_it_says_and_by_nothing_else() -> None:
    other = replace(WORK, content="f" * 64)
    assert references.report(WORK).pins != references.report(other).pins
    assert apa(references.claim(other, JUDGED, "notebooks/2-1")) == apa(CLAIM)
    assert references.claim(WORK, JUDGED | {"would_change": "a count"}, "notebooks/2-1").pins != CLAIM.pins
    moved = NOTEBOOK["cells"] + [{"outputs": [{"data": {RESULTS_MIME: {"claims": []}}}]}]
    assert references.section(WORK, {"cells": moved}, "notebooks/2-1-torch").pins != EVERY[1].pins


def test_the_doi_and_the_address_are_in_every_format_as_soon_as_they_are_set() -> None:
    whole, claim = references.report(PUBLISHED), EVERY[-1]
    assert apa(whole).endswith("[Reproducible report]. https://doi.org/10.5281/zenodo.1")
    place = "https://example.org/torch/2023/notebooks/2-1.html#claim-gdp"
    assert apa(claim).endswith(f"https://doi.org/10.5281/zenodo.1 {place}")
    (item,) = json.loads(csl(claim))
    assert item["URL"] == place and item["DOI"] == "10.5281/zenodo.1"
    assert f"UR  - {place}" in ris(claim) and "DO  - 10.5281/zenodo.1" in ris(claim)
    assert f"url = {{{place}}}" in bibtex(claim) and "doi = {10.5281/zenodo.1}" in bibtex(claim)


@pytest.mark.parametrize("reference", EVERY, ids=lambda r: f"{r.key}-{bool(r.work.doi)}")
def test_pybtex_reads_the_entry_back(reference) -> None:
    (entry,) = parse_string(bibtex(reference), "bibtex").entries.values()
    assert entry.key == reference.key and re.fullmatch(r"[a-z0-9-]+", entry.key)
    assert [str(person) for person in entry.persons["author"]] == ["{Torch Program Report maintainers}"]
    plain = re.sub(r"\\textasciitilde\{\}", "~", entry.fields["title"].removeprefix("{").removesuffix("}"))
    assert re.sub(r"\\([&%$#_{}])", r"\1", plain) == reference.title
    assert entry.fields["year"] == "2023" and entry.fields["month"] == "December"
    assert reference.pins in entry.fields["note"] and "Edition 2023, version 0.1.0" in entry.fields["note"]


@pytest.mark.parametrize("reference", EVERY, ids=lambda r: f"{r.key}-{bool(r.work.doi)}")
def test_ris_is_a_list_of_tags_from_ty_to_er(reference) -> None:
    lines = ris(reference).splitlines()
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    tags = [line[:2] for line in lines]
    assert tags[0] == "TY" and tags[-1] == "ER" and tags.count("TI") == 1
    assert lines[0][6:] in {"RPRT", "CHAP"}
    assert ("T2" in tags) == bool(reference.document)


@pytest.mark.parametrize("reference", EVERY, ids=lambda r: f"{r.key}-{bool(r.work.doi)}")
def test_csl_items_have_the_fields_that_processors_expect(reference) -> None:
    (item,) = json.loads(csl(reference))
    assert item["type"] in {"report", "chapter"}
    assert item["author"] == [{"literal": "Torch Program Report maintainers"}]
    assert item["issued"] == {"date-parts": [[2023, 12, 31]]}
    assert all(isinstance(value, str) and value for name, value in item.items() if name not in {"author", "issued"})


def test_the_work_is_read_from_the_citation_file_and_the_executed_notebooks(root) -> None:
    work = metadata.read(root)
    assert (work.edition, work.cutoff) == ("2026", dt.date(2026, 11, 25))
    assert work.title == "China’s Torch Program, claim by claim" and re.fullmatch(r"[0-9a-f]{64}", work.content)
    assert work.place("book/cite") == "book/cite.html"


# pages of a small book that has an address and a DOI ----------------------------------------------------------

SAID = {"qualifiers": ["one origin"], "measures": []}
NUMBER = {"id": "gdp", "kind": "number", "statement": "Nearly </script> 13 %.", "verdict": "unverified"} | SAID
OPINION = {"id": "centre", "kind": "opinion", "statement": "At the centre.", "verdict": "not scored"} | SAID
SHOWN = {"label": "fig-zones", "caption": "*Zones* by year. Breaks marked.", "csv": "year,source_id\n2022,a; b\n"}


@pytest.fixture(scope="module")
def pages(root, tmp_path_factory) -> dict[str, BeautifulSoup]:
    """Front page, a section and the page on citing, built after `doi` and `url` were set in CITATION.cff."""
    folder = tmp_path_factory.mktemp("book")
    cff = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    cff |= {"doi": "10.5281/zenodo.77", "url": "https://example.org/torch"}
    record = {"section": "2.1", "claims": [NUMBER, OPINION], "statistics": {}}
    outputs = [{"data": {RESULTS_MIME: record}}, {"data": {FIGURE_MIME: SHOWN}}]
    code = 'edition: str = "2026"\ncutoff: str = "2026-11-25"'
    cells = [
        {"cell_type": "markdown", "source": ["# 2.1 Zones\n", "Text."], "metadata": {}},
        {"cell_type": "code", "source": [code], "metadata": {"tags": ["parameters"]}, "outputs": outputs},
    ]
    toc = {"root": "book/index", "parts": [{"caption": "Report", "chapters": [{"file": "notebooks/2-1-zones"}]}]}
    files = {
        "CITATION.cff": yaml.safe_dump(cff),
        "_toc.yml": yaml.safe_dump(toc),
        "book/index.rst": "Front\n=====\n\n.. toctree::\n\n   cite\n   ../notebooks/2-1-zones\n",
        "book/cite.rst": "Cite\n====\n\n.. cite-report::\n\n.. cite-parts::\n",
        "notebooks/2-1-zones.rst": "2.1 Zones\n=========\n",
        "notebooks/2-1-zones.ipynb": json.dumps({"cells": cells}),
    }
    for name, text in files.items():
        write_whole(folder / name, text.encode())
    settings = {"extensions": ["torch_program.sphinx_ext"], "torch_parts": ["citation"], "root_doc": "book/index"}
    Sphinx(folder, None, folder / "out", folder / "trees", "html", settings, status=None, warning=None).build()
    names = ("book/index", "book/cite", "notebooks/2-1-zones")
    return {n: BeautifulSoup((folder / "out" / f"{n}.html").read_text(encoding="utf-8"), "html.parser") for n in names}


def meta(page: BeautifulSoup, name: str) -> list[str]:
    return [tag["content"] for tag in page.select(f'meta[name="{name}"], meta[property="{name}"]')]


def test_one_setting_gives_every_page_its_canonical_address(pages):
    for name, page in pages.items():
        address = f"https://example.org/torch/2026/{name}.html"
        assert [link["href"] for link in page.select('link[rel="canonical"]')] == [address]
        assert meta(page, "og:url") == [address]
        assert meta(page, "og:image") == ["https://example.org/torch/2026/figures/fig-scorecard.png"]


def test_one_setting_puts_the_doi_everywhere(pages):
    front = pages["book/index"]
    assert meta(front, "citation_doi") == ["10.5281/zenodo.77"]
    assert meta(front, "DC.identifier") == ["https://doi.org/10.5281/zenodo.77"]
    (graph,) = (json.loads(s.string) for s in front.select('script[type="application/ld+json"]'))
    assert graph["@graph"][0]["identifier"] == "https://doi.org/10.5281/zenodo.77"
    blocks = [pre.get_text() for pre in pages["book/cite"].select("pre")]
    assert len(blocks) == 4 * (1 + 3) and all("10.5281/zenodo.77" in block for block in blocks)


@pytest.mark.parametrize("claim", [NUMBER, OPINION])
def test_a_number_has_a_review_and_an_opinion_none_whatever_they_say(claim):
    gaps = {"work": PUBLISHED, "page": "claims/gdp", "title": claim["statement"], "says": "So.", "picture": "fig-gdp"}
    head = BeautifulSoup(filled("head.html", **gaps, sections={}, claim=claim), "html.parser")
    assert meta(head, "og:title") == [claim["statement"]]
    assert meta(head, "og:image") == ["https://example.org/torch/2023/figures/fig-gdp.png"]
    reviews = [json.loads(script.string) for script in head.select("script")]
    if claim is OPINION:
        assert not reviews
        return
    (review,) = reviews
    assert review["claimReviewed"] == "Nearly </script> 13 %."
    assert review["reviewRating"]["alternateName"] == "unverified"
    assert review["reviewRating"]["ratingExplanation"] == "one origin"
    assert review["url"] == "https://example.org/torch/2023/claims/gdp.html"


def test_references_to_parts_are_folded_under_their_titles(pages):
    titles = [s.get_text() for s in pages["book/cite"].select("details.cite summary")]
    assert titles == [
        "2.1 Zones Section",
        "Nearly </script> 13 % claim-gdp",
        "At the centre claim-centre",
    ]


def test_sources_of_a_section_are_those_of_claims_numbers_and_figures():
    claim = NUMBER | {"measures": [{"sources": ["m1", "m2"]}]}
    record = {"claims": [claim], "statistics": {"s": {"sources": ["n1"]}}}
    outputs = [{"data": {RESULTS_MIME: record}}, {"data": {FIGURE_MIME: SHOWN}}]
    assert parts.sources({"cells": [{"outputs": outputs}]}) == {"m1", "m2", "n1", "a", "b"}


@pytest.mark.parametrize(
    ("publisher", "said"),
    [
        ("China Daily (Xinhua)", "China Daily 2024"),
        ("China Torch Statistical Yearbook 2024, table 1-3", "China Torch Statistical Yearbook 2024"),
        ("Report 2016, summary", "Report 2016 2024"),
    ],
)
def test_a_source_is_named_in_short_by_publisher_and_year(publisher, said):
    assert bibliography.short(publisher, "2024") == said
