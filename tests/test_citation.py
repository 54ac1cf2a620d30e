"""References to the report and its parts, read back by the programs and rules that readers use."""

import datetime as dt
import re

import pytest
from pybtex.database import parse_string

from torch_program.citation import metadata, references
from torch_program.citation.metadata import Work
from torch_program.citation.references import apa, bibtex, csl, ris

WORK = Work(
    title="China's Torch Program, claim by claim",
    abstract="What a text says.",
    authors=("Torch Program Report maintainers",),
    version="0.1.0",
    licence="MIT",
    keywords=("Torch Program", "火炬计划"),
    edition="2023",
    cutoff=dt.date(2023, 12, 31),
    content="0123456789abcdef" * 4,
)
PUBLISHED = Work(**{**vars(WORK), "doi": "10.5281/zenodo.1", "site": "https://example.org/torch"})
CLAIM = references.claim(WORK, "gdp", "The zones make 13 % of GDP & {more}_#~.", "overstated", "notebooks/2-1")
FIGURE = references.figure(WORK, "fig-zones", "Zones by year.", "notebooks/2-1-torch", "year,value\n2022,1\n")
EVERY = [references.report(WORK), references.section(WORK, "2.1 Torch", "notebooks/2-1-torch"), FIGURE, CLAIM]
EVERY += [references.report(PUBLISHED), references.claim(PUBLISHED, "gdp", "13 %", "supported", "notebooks/2-1")]


def test_apa_says_who_when_what_and_which_state() -> None:
    assert apa(references.report(WORK)) == (
        "Torch Program Report maintainers. (2023, December 31). China's Torch Program, claim by claim "
        "(Edition 2023, version 0.1.0, content 0123456789ab) [Reproducible report]."
    )
    assert apa(FIGURE) == (
        "Torch Program Report maintainers. (2023, December 31). Zones by year [Figure fig-zones, data 1dbecbc84bd3]. "
        "In China's Torch Program, claim by claim (Edition 2023, version 0.1.0, content 0123456789ab). "
        "notebooks/2-1-torch.html#fig-zones"
    )


def test_the_doi_and_the_address_are_in_every_format_as_soon_as_they_are_set() -> None:
    whole, claim = references.report(PUBLISHED), EVERY[-1]
    assert apa(whole).endswith("[Reproducible report]. https://doi.org/10.5281/zenodo.1")
    place = "https://example.org/torch/2023/notebooks/2-1.html#claim-gdp"
    assert apa(claim).endswith(f"https://doi.org/10.5281/zenodo.1 {place}")
    assert csl(claim)["URL"] == place and csl(claim)["DOI"] == "10.5281/zenodo.1"
    assert f"UR  - {place}" in ris(claim) and "DO  - 10.5281/zenodo.1" in ris(claim)
    assert f"url = {{{place}}}" in bibtex(claim) and "doi = {10.5281/zenodo.1}" in bibtex(claim)


@pytest.mark.parametrize("reference", EVERY, ids=lambda r: f"{r.kind}-{bool(r.work.doi)}")
def test_pybtex_reads_the_entry_back(reference) -> None:
    (entry,) = parse_string(bibtex(reference), "bibtex").entries.values()
    assert entry.key == reference.key and re.fullmatch(r"[a-z0-9-]+", entry.key)
    assert [str(person) for person in entry.persons["author"]] == ["{Torch Program Report maintainers}"]
    plain = re.sub(r"\\textasciitilde\{\}", "~", entry.fields["title"].removeprefix("{").removesuffix("}"))
    assert re.sub(r"\\([&%$#_{}])", r"\1", plain) == reference.title
    assert entry.fields["year"] == "2023" and entry.fields["month"] == "December"
    assert "0123456789ab" in entry.fields.get("note", "") + entry.fields.get("number", "")


@pytest.mark.parametrize("reference", EVERY, ids=lambda r: f"{r.kind}-{bool(r.work.doi)}")
def test_ris_is_a_list_of_tags_from_ty_to_er(reference) -> None:
    lines = ris(reference).splitlines()
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    tags = [line[:2] for line in lines]
    assert tags[0] == "TY" and tags[-1] == "ER" and tags.count("TI") == 1
    assert lines[0][6:] in {"RPRT", "CHAP", "FIGURE"}
    assert ("T2" in tags) == (reference.kind != "report")


@pytest.mark.parametrize("reference", EVERY, ids=lambda r: f"{r.kind}-{bool(r.work.doi)}")
def test_csl_items_have_the_fields_that_processors_expect(reference) -> None:
    item = csl(reference)
    assert item["type"] in {"report", "chapter", "graphic"}
    assert item["author"] == [{"literal": "Torch Program Report maintainers"}]
    assert item["issued"] == {"date-parts": [[2023, 12, 31]]}
    assert all(isinstance(value, str) and value for name, value in item.items() if name not in {"author", "issued"})


def test_the_work_is_read_from_the_citation_file_and_the_executed_notebooks(root) -> None:
    work = metadata.read(root)
    assert (work.edition, work.cutoff) == ("2026", dt.date(2026, 11, 25))
    assert work.title == "China's Torch Program, claim by claim" and re.fullmatch(r"[0-9a-f]{64}", work.content)
    assert work.place("book/cite") == "book/cite.html"
