"""References to the report and its parts, read back by the programs and rules that readers use."""

import copy
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from hand_made_records import WORK
from pybtex.database import parse_string

from claimbook import citation
from claimbook.citation import Author, Preferred, Work, apa, bibtex, csl, ris
from claimbook.pages import citing
from claimbook.project.folders import folder_hash
from claimbook.project.outputs import FIGURE_MIME, RESULTS_MIME
from claimbook.say.words import short_name
from claimbook.templates import filled

PUBLISHED = Work(**{**vars(WORK), "doi": "10.5281/zenodo.1", "site": "https://example.org/towns"})
JUDGED = {"id": "gdp", "statement": "The towns make 13 % of GDP & {more}_#~.", "stands_as": "overstated"}
CLAIM = citation.claim_reference(WORK, JUDGED, "notebooks/2-1")
DRAWN = {"label": "fig-towns", "caption": "Towns by year.", "csv": "year,value\n2022,1\n"}
FIGURE = citation.figure(WORK, DRAWN, "notebooks/2-1-libraries")
NOTEBOOK = {"cells": [{"cell_type": "markdown", "source": ["# 2.1 Libraries\n"], "metadata": {}}]}
EVERY = [citation.report_reference(WORK), citation.page_reference(WORK, NOTEBOOK, "notebooks/2-1-libraries"), CLAIM]
EVERY += [citation.report_reference(PUBLISHED), citation.claim_reference(PUBLISHED, JUDGED, "notebooks/2-1")]


def test_an_apa_reference_has_author_date_title_and_version() -> None:
    assert apa(citation.report_reference(WORK)) == (
        "Three Towns maintainers. (2023, December 31). Threeland's libraries, claim by claim "
        "(Edition 2023, version 1.0.0, content 0123456789ab) [Reproducible report]."
    )
    assert apa(FIGURE) == (
        "Three Towns maintainers. (2023, December 31). Towns by year [Chart fig-towns, data 1dbecbc84bd3]. "
        "In Threeland's libraries, claim by claim (Edition 2023, version 1.0.0). notebooks/2-1-libraries.html#fig-towns"
    )


def test_the_hash_of_a_part_depends_only_on_its_own_content() -> None:
    other = replace(WORK, content="f" * 64)
    assert citation.report_reference(WORK).pins != citation.report_reference(other).pins
    assert apa(citation.claim_reference(other, JUDGED, "notebooks/2-1")) == apa(CLAIM)
    assert citation.claim_reference(WORK, JUDGED | {"would_change": "a count"}, "notebooks/2-1").pins != CLAIM.pins
    moved = NOTEBOOK["cells"] + [{"outputs": [{"data": {RESULTS_MIME: {"claims": []}}}]}]
    assert citation.page_reference(WORK, {"cells": moved}, "notebooks/2-1-libraries").pins != EVERY[1].pins


def test_the_doi_and_the_address_are_in_every_format_as_soon_as_they_are_set() -> None:
    whole, claim = citation.report_reference(PUBLISHED), EVERY[-1]
    assert apa(whole).endswith("[Reproducible report]. https://doi.org/10.5281/zenodo.1")
    place = "https://example.org/towns/2023/notebooks/2-1.html#claim-gdp"
    assert apa(claim).endswith(f"https://doi.org/10.5281/zenodo.1 {place}")
    (item,) = json.loads(csl(claim))
    assert item["URL"] == place and item["DOI"] == "10.5281/zenodo.1"
    assert f"UR  - {place}" in ris(claim) and "DO  - 10.5281/zenodo.1" in ris(claim)
    assert f"url = {{{place}}}" in bibtex(claim) and "doi = {10.5281/zenodo.1}" in bibtex(claim)


@pytest.mark.parametrize("reference", EVERY, ids=lambda r: f"{r.key}-{bool(r.work.doi)}")
def test_pybtex_reads_the_entry_back_ris_is_a_list_of_tags_and_csl_has_what_processors_expect(reference) -> None:
    (entry,) = parse_string(bibtex(reference), "bibtex").entries.values()
    assert entry.key == reference.key and re.fullmatch(r"[a-z0-9-]+", entry.key)
    assert [str(person) for person in entry.persons["author"]] == ["{Three Towns maintainers}"]
    plain = re.sub(r"\\textasciitilde\{\}", "~", entry.fields["title"].removeprefix("{").removesuffix("}"))
    assert re.sub(r"\\([&%$#_{}])", r"\1", plain) == reference.title
    assert entry.fields["year"] == "2023" and entry.fields["month"] == "December"
    assert reference.pins in entry.fields["note"] and "Edition 2023, version 1.0.0" in entry.fields["note"]
    lines = ris(reference).splitlines()
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    tags = [line[:2] for line in lines]
    assert (tags[0], tags[-1], tags.count("TI"), "T2" in tags) == ("TY", "ER", 1, bool(reference.document))
    (item,) = json.loads(csl(reference))
    assert {lines[0][6:], item["type"]} in ({"RPRT", "report"}, {"CHAP", "chapter"})
    assert item["author"] == [{"literal": "Three Towns maintainers"}]
    assert item["issued"] == {"date-parts": [[2023, 12, 31]]}
    assert all(isinstance(value, str) and value for name, value in item.items() if name not in {"author", "issued"})


# the head of pages ---------------------------------------------------------------------------------------------


def judged(name: str, kind: str, statement: str, verdict: str) -> dict:
    """Return the record of a claim with the fields that the head of its page uses."""
    output = {"verdict": verdict, "stands_as": verdict, "found": "one number", "measures": []}
    return {"id": name, "kind": kind, "statement": statement} | output


NUMBER = judged("gdp", "number", "Nearly </script> 13 %.", "unverified")
OPINION = judged("centre", "opinion", "At the centre.", "not scored")
SHOWN = {"label": "fig-towns", "caption": "*Towns* by year. Breaks marked.", "csv": "year,source_id\n2022,a; b\n"}


def head(work: Work, page: str, **gaps) -> tuple[dict[str, str], list]:
    """Return the tags in the head of a page, and its descriptions for search engines."""
    known = {"title": "A page", "picture": "fig-gdp", "pdf": "three-towns.pdf", "text_date": "2023-01-01"}
    soup = BeautifulSoup(filled("head.html", work=work, page=page, **known | gaps), "html.parser")
    tags = {tag.get("name") or tag["property"]: tag["content"] for tag in soup.select("meta")}
    return tags, [json.loads(script.string) for script in soup.select('script[type="application/ld+json"]')]


def test_one_setting_puts_the_address_and_one_the_doi_wherever_they_belong():
    tags, (graph,) = head(PUBLISHED, "book/index", sections={"notebooks/1": "One"})
    there = "https://example.org/towns/2023"
    assert tags["og:url"] == tags["citation_public_url"] == f"{there}/book/index.html"
    assert tags["citation_pdf_url"] == f"{there}/book/three-towns.pdf", "in the folder of the page, for Google Scholar"
    assert tags["og:image"] == f"{there}/figures/fig-gdp.png"
    assert tags["citation_doi"] == "10.5281/zenodo.1" and tags["DC.identifier"] == "https://doi.org/10.5281/zenodo.1"
    report = graph["@graph"][0]
    assert report["identifier"] == tags["DC.identifier"] and report["hasPart"][0]["url"] == f"{there}/notebooks/1.html"
    bare, _ = head(WORK, "book/index", sections={"notebooks/1": "One"})
    assert not [value for name, value in bare.items() if "url" in name or "http" in value]


@pytest.mark.parametrize(("work", "address"), [(WORK, ""), (PUBLISHED, "https://example.org/towns/2023/")])
def test_canonical_addresses_begin_with_that_of_the_edition(monkeypatch, work, address):
    monkeypatch.setattr(citing.book, "work_of", lambda app: work)
    config = SimpleNamespace(html_baseurl="")
    citing.name_edition(None, config)
    assert config.html_baseurl == address


def test_a_claim_has_a_review_for_search_engines_and_an_opinion_has_none():
    tags, (review,) = head(PUBLISHED, "claims/gdp", title=NUMBER["statement"], claim=NUMBER)
    assert tags["og:title"] == review["claimReviewed"] == "Nearly </script> 13 %."
    rating = {"@type": "Rating", "alternateName": "cannot be checked", "ratingExplanation": "one number"}
    assert review["reviewRating"] == rating
    assert review["url"] == "https://example.org/towns/2023/claims/gdp.html"
    assert review["itemReviewed"]["datePublished"] == "2023-01-01"
    assert "url" not in head(WORK, "claims/gdp", claim=NUMBER)[1][0]
    assert head(WORK, "claims/gdp", claim=NUMBER | {"kind": "causal"})[1][0]["@type"] == "ClaimReview"
    assert head(PUBLISHED, "claims/centre", claim=OPINION)[1] == []


def test_sources_of_a_section_are_those_of_claims_numbers_and_figures_and_those_it_names():
    claim = NUMBER | {"measures": [{"sources": ["m1", "m2"]}]}
    record = {"claims": [claim], "statistics": {"s": {"sources": ["n1"]}}, "cited": ["c1"]}
    outputs = [{"data": {RESULTS_MIME: record}}, {"data": {FIGURE_MIME: SHOWN}}]
    assert citation.sources({"cells": [{"outputs": outputs}]}) == {"m1", "m2", "n1", "a", "b", "c1"}


def test_a_source_is_named_in_short_by_publisher_and_year():
    for publisher, output in (("Birch Daily (Xinhua)", "Birch Daily"), ("Report 2016, summary", "Report 2016")):
        assert short_name({"publisher": publisher, "published": "2024-05"}) == f"{output} 2024"
    assert short_name({"publisher": "Yearbook 2024, table 1-3", "published": "2024"}) == "Yearbook 2024"


def test_who_speaks_is_read_from_the_citation_file_and_one_sentence_says_what_it_lacks():
    assert WORK.undeclared == (
        "The makers have not said who they are by name, where to report errors, who pays or which interests they have."
    )
    some = replace(WORK, people=("Li Wei",), contact="li@example.org", funding="A fund.")
    assert some.undeclared == "The makers have not said which interests they have."
    assert replace(some, interests="None.").undeclared == ""
    notes = Preferred(notes="Read it.\nFunding: A fund.\nInterests: None.\n")
    assert [notes.on("Funding"), notes.on("Interests"), Preferred().on("Funding")] == ["A fund.", "None.", ""]
    names = [{"given-names": "Li", "family-names": "Wei"}, {"name": "A body"}]
    assert [Author.model_validate(name).full_name for name in names] == ["Li Wei", "A body"]


# hashes --------------------------------------------------------------------------------------------------------------

CHART = {FIGURE_MIME: {"label": "fig-a", "csv": "year,value\n2022,1\n", "svg": "<svg/>"}}
RAN = {"cells": [{"cell_type": "code", "outputs": [{"data": {RESULTS_MIME: {"claims": []}}}, {"data": CHART}]}]}


def test_looks_and_order_do_not_count_but_numbers_do() -> None:
    before = citation.content_hash({"a": RAN, "b": RAN})
    redrawn = copy.deepcopy(RAN)
    redrawn["cells"][0]["outputs"][1]["data"][FIGURE_MIME]["svg"] = "<svg></svg>"
    assert citation.content_hash({"b": redrawn, "a": RAN}) == before
    changed = copy.deepcopy(RAN)
    changed["cells"][0]["outputs"][1]["data"][FIGURE_MIME]["csv"] = "year,value\n2022,2\n"
    assert citation.content_hash({"a": RAN, "b": changed}) != before


def test_the_hash_of_a_folder_follows_names_and_contents_and_not_its_place(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder / "figures").mkdir(parents=True)
        (tmp_path / folder / "figures/one.csv").write_text("1")
    before = folder_hash(tmp_path / "a")
    (tmp_path / "b/.hidden").write_text("2")
    assert folder_hash(tmp_path / "b") == before
    (tmp_path / "b/figures/one.csv").write_text("2")
    assert folder_hash(tmp_path / "b") != before
    (tmp_path / "a/figures/one.csv").rename(tmp_path / "a/figures/two.csv")
    assert folder_hash(tmp_path / "a") != before
