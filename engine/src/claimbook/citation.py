"""Title, authors and edition of the report, read from CITATION.cff and the executed notebooks.

Cite page, head of the front page, cover of the PDF and deposit all use them. In CITATION.cff, `doi` and `url` (the
site, with one folder for each edition) are left out until they exist. It is also the only place that says who speaks:
authors, with ORCID, `contact`, and, in the notes of `preferred-citation`, a line each that begins with "Funding:" and
"Interests:", for which the format has no field.

Equal hashes of notebooks mean the same verdicts, numbers and figures. Design does not count. The hash of a figure is
that of its published CSV, and the hash of a claim that of its published JSON, so `sha256sum` reproduces both.
"""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from claimbook.project.editions import RUN_NOTES
from claimbook.project.folders import UserError, renewed, rows_of_csv, sha256
from claimbook.project.outputs import Document, Notebook, figures, notebooks, records, results_as_json
from claimbook.project.parameters import CHANGED, of_notebook
from claimbook.project.report import report_settings
from claimbook.project.yaml_files import read_model, written_as
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import listed, slug

SOURCE_COLUMNS = ("source_id", "sources")  # columns in the data of figures
FORMULA = re.compile(r"\A(?:[=@\t\r]|[+-](?!(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z|inf\Z)).")
HASH_DIGITS = 12  # hexadecimal digits that are printed
CITATION_FILE = "CITATION.cff"
ADDRESS = r"^https?://[\w.-]+(:\d+)?(/[\w./~-]*)?$"  # of a site


class CitationPart(BaseModel):
    """A part of CITATION.cff, which may have more fields than the report uses."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Author(CitationPart):
    """An author: an organisation with a name, or a person with given and family names."""

    name: str = ""
    given_names: str = Field(default="", alias="given-names")
    family_names: str = Field(default="", alias="family-names")
    orcid: str = ""

    @property
    def full_name(self) -> str:
        return self.name or f"{self.given_names} {self.family_names}".strip()

    @model_validator(mode="after")
    def _has_a_name(self) -> "Author":
        if not self.full_name:
            raise ValueError("an author needs a name, or given-names and family-names")
        return self


class Preferred(CitationPart):
    notes: str = ""

    def on(self, subject: str) -> str:
        """Return what a line of the notes says on a subject, or ""."""
        found = re.search(rf"^{subject}: *(.+)$", self.notes, re.M)
        return found[1].strip() if found else ""


class Citation(CitationPart):
    """What the report takes from CITATION.cff."""

    title: str = Field(min_length=1)
    abstract: str = Field(min_length=1)
    authors: tuple[Author, ...] = Field(min_length=1)
    version: str = Field(min_length=1)
    keywords: tuple[str, ...] = Field(min_length=1)
    doi: str = written_as("like 10.5281/zenodo.1234567", default="", pattern=r"^10\.\d+/\S+$")
    url: str = written_as("like https://example.org/report", default="", pattern=ADDRESS)
    contact: tuple[dict[str, str], ...] = ()
    preferred: Preferred = Field(default=Preferred(), alias="preferred-citation")


@dataclass(frozen=True)
class Work:
    """One edition of the report. `content` is the hash of its results. Texts that do not exist are empty."""

    title: str
    abstract: str
    authors: tuple[str, ...]
    version: str
    keywords: tuple[str, ...]
    edition: str
    cutoff: dt.date
    parameters: Document
    content: str
    doi: str = ""
    site: str = ""
    people: tuple[str, ...] = ()  # the authors who are persons, each with ORCID if it is given
    contact: str = ""
    funding: str = ""
    interests: str = ""

    @property
    def missing(self) -> list[str]:
        """What CITATION.cff does not say about the makers."""
        fields = {
            "who they are by name": self.people,
            "where to report errors": self.contact,
            "who pays": self.funding,
            "which interests they have": self.interests,
        }
        return [says for says, given in fields.items() if not given]

    @property
    def undeclared(self) -> str:
        """One sentence on what is missing, or ""."""
        return f"The makers have not said {listed(self.missing).replace(' and ', ' or ')}." if self.missing else ""

    @property
    def author(self) -> str:
        return ", ".join(self.authors)

    @property
    def hash(self) -> str:
        """The first digits of `content`, as they are printed."""
        return self.content[:HASH_DIGITS]

    @property
    def stand(self) -> str:
        """Edition and version in words."""
        return f"Edition {self.edition}, version {self.version}"

    @property
    def address(self) -> str:
        """The address of this edition, ending with a slash; "" without a site or with other parameters."""
        return f"{self.site}/{self.edition}/" if self.site and CHANGED not in self.edition else ""

    @property
    def doi_address(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def named(self) -> dict[str, str]:
        """Title, edition, cut-off and terms of the report, for files that leave its pages."""
        day, terms = self.cutoff.isoformat(), report_settings().licences.statement
        return {"report": self.title, "edition": self.edition, "evidence_up_to": day, "terms": terms}

    def place(self, document: str, anchor: str = "") -> str:
        """Return the address of a page in the report; without a site, its path from the pages' folder."""
        return f"{self.address}{document}.html" + (f"#{anchor}" if anchor else "")


def read_work(source: Path, executed: Mapping[str, Notebook] | None = None) -> Work:
    """Return the edition whose executed notebooks are in `source`, next to CITATION.cff and _toc.yml, or are given."""
    cff = read_model(Citation, source / CITATION_FILE)
    executed = executed or notebooks(source)
    run = of_notebook(next(iter(executed.values())))
    return Work(
        title=cff.title,
        abstract=" ".join(cff.abstract.split()),
        authors=tuple(author.full_name for author in cff.authors),
        version=cff.version,
        keywords=cff.keywords,
        edition=run["edition"] + "+other-data" * other_data(source),
        cutoff=dt.date.fromisoformat(run["cutoff"]),
        parameters=run,
        content=content_hash(executed),
        doi=cff.doi,
        site=cff.url.rstrip("/"),
        people=tuple(", ".join(filter(None, [a.full_name, a.orcid])) for a in cff.authors if not a.name),
        contact="; ".join(filter(None, (c.get("email") or c.get("website") for c in cff.contact))),
        funding=cff.preferred.on("Funding"),
        interests=cff.preferred.on("Interests"),
    )


def write_address(root: Path, address: str) -> bool:
    """Write the address of the site into CITATION.cff. Return whether it is new. Raises UserError for no address."""
    if not re.fullmatch(ADDRESS, address):
        raise UserError(f"URL={address} is not the address of a site. Write it like https://example.org/report.")
    path, line = root / CITATION_FILE, f'url: "{address.rstrip("/")}"\n'
    text, found = re.subn(r"^url:.*\n", line, path.read_text("utf-8"), flags=re.M)
    return renewed(path, (text if found else text.rstrip("\n") + f"\n{line}").encode())


def other_data(source: Path) -> bool:
    """Return whether the run used data other than the project's."""
    return (source / RUN_NOTES).exists() and json.loads((source / RUN_NOTES).read_bytes())["other_data"]


# executed notebooks ---------------------------------------------------------------------------------------------------


def title(notebook: Notebook) -> str:
    """Return the first heading."""
    return "".join(notebook["cells"][0]["source"]).partition("\n")[0].lstrip("# ")


def claims(notebook: Notebook) -> list[Document]:
    """Return all judged claims, as in results.json."""
    return [claim for record in records(notebook) for claim in record["claims"]]


def sources(notebook: Notebook) -> set[str]:
    """Return the ids of all sources of a notebook: of its claims, numbers, figures and text."""
    found: set[str] = set().union(*map(sources_of, figures(notebook)))
    for record in records(notebook):
        measures = (measure for claim in record["claims"] for measure in claim.get("measures", ()))
        numbers = (*measures, *record["statistics"].values())
        found.update(record.get("cited", ()), *(number.get("sources", ()) for number in numbers))
    return found


def sources_of(figure: Mapping[str, Any]) -> set[str]:
    """Return the ids of a figure's sources: those in its source line and those in its data."""
    named = [row.get(name) or "" for row in rows_of_csv(figure["csv"].encode()) for name in SOURCE_COLUMNS]
    return set(figure.get("sources", ())).union(*(filter(None, re.split(r";\s*", names)) for names in named))


def content_hash(notebooks: Mapping[str, Notebook]) -> str:
    """Return the hash of all results and figure data in one or several executed notebooks, by name."""
    parts = []
    for name, notebook in sorted(notebooks.items()):
        data = [(figure["label"], figure["csv"]) for figure in figures(notebook)]
        parts += [json.dumps([name, [[*records(notebook)], data]], sort_keys=True, ensure_ascii=False)]
    return sha256("".join(parts).encode())


def claim_file(claim: Mapping[str, Any], parameters: Document) -> bytes:
    """Return the published JSON of a claim: its record, and the parameters of the run that judged it."""
    return results_as_json({"edition": parameters["edition"], "parameters": parameters, "claim": claim})


def for_spreadsheets(table: str) -> str:
    """Return the CSV of a figure as readers get it, safe for spreadsheets.

    A text that a spreadsheet would run as a formula gets an apostrophe in front. Numbers with a sign and
    single signs do not.
    """
    cells = list(csv.reader(io.StringIO(table)))
    if not any(FORMULA.match(cell) for row in cells for cell in row):
        return table
    safe = io.StringIO()
    csv.writer(safe, lineterminator="\n").writerows([FORMULA.sub(r"'\g<0>", cell) for cell in row] for row in cells)
    return safe.getvalue()


# references -----------------------------------------------------------------------------------------------

ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
ESCAPED |= {sign: f"\\{sign}" for sign in "&%$#_{}"}
GENRE = "Reproducible report"  # the genre, as reference managers print it


@dataclass(frozen=True)
class Reference:
    """Something to cite. `says` is its kind, such as a chart, and `pins` the hash of its content.

    `document` and `anchor` locate a part. The report itself has neither.
    """

    title: str
    work: Work
    says: str
    pins: str
    document: str = ""
    anchor: str = ""

    @property
    def key(self) -> str:
        """The key in a bibliography: "three-towns-2026", "three-towns-2026-claim-gdp"."""
        part = self.anchor or self.document.rpartition("/")[2]
        return f"{report_settings().slug}-{slug(self.work.edition)}" + (f"-{part}" if part else "")

    @property
    def place(self) -> str:
        """The address or path of a part. For the report, its DOI or address, or ""."""
        if not self.document:
            return self.work.doi_address or self.work.address
        return self.work.place(self.document, self.anchor)

    @property
    def url(self) -> str:
        """The place, if it is a web address; otherwise ""."""
        return self.place if self.place.startswith("http") else ""

    @property
    def note(self) -> str:
        """What other fields of a manager cannot hold: kind, hash, edition, and a path in place of a URL."""
        parts = [self.says if self.document else "", self.pins, self.work.stand, "" if self.url else self.place]
        return "; ".join(filter(None, parts))


def report_reference(work: Work) -> Reference:
    return Reference(work.title, work, GENRE, f"content {work.hash}")


def page_reference(work: Work, notebook: Notebook, document: str) -> Reference:
    """Return the reference to a page, with the hash of its results and the data of its charts."""
    content = content_hash({document.rpartition("/")[2]: notebook})
    return Reference(title(notebook), work, "Section", f"content {content[:HASH_DIGITS]}", document)


def figure(work: Work, shown: Mapping[str, Any], document: str) -> Reference:
    """Return the reference to a chart: the first sentence of the caption, and the hash of its data."""
    name = re.sub(r"[*`\\]", "", re.split(r"(?<=[^.])\. (?=[A-Z])", shown["caption"])[0]).rstrip(".")
    pins = f"data {sha256(for_spreadsheets(shown['csv']).encode())[:HASH_DIGITS]}"
    return Reference(name, work, f"Chart {shown['label']}", pins, document, shown["label"])


def claim_reference(work: Work, judged: Mapping[str, Any], document: str) -> Reference:
    """Return the reference to the verdict on a claim, with the hash of its record."""
    name, title = f"“{judged['statement'].rstrip('.')}”", f"Claim {judged['id']}: {answer_of(judged['stands_as']).word}"
    pins = f"content {sha256(claim_file(judged, work.parameters))[:HASH_DIGITS]}"
    return Reference(name, work, title, pins, document, claim_anchor(judged["id"]))


def claim_anchor(claim_id: str) -> str:
    """Return the anchor of a claim on the page of its section."""
    return f"claim-{claim_id}"


def apa(reference: Reference) -> str:
    """Return a reference as one line in APA style, seventh edition."""
    work = reference.work
    parts = [f"{work.author}. ({work.cutoff.year}, {work.cutoff:%B} {work.cutoff.day})."]
    if reference.document:
        whole = f"{reference.title} [{reference.says}, {reference.pins}]. In {work.title} ({work.stand})."
        parts += [whole, work.doi_address]
    else:
        parts += [f"{work.title} ({work.stand}, {reference.pins}) [{reference.says}]."]
    return " ".join(filter(None, [*parts, reference.place]))


def bibtex(reference: Reference) -> str:
    """Return a reference as an entry for BibTeX or biblatex."""
    work, author = reference.work, f"{{{_tex(reference.work.author)}}}"
    fields = {"author": author, "title": f"{{{_tex(reference.title)}}}"}
    if reference.document:
        fields |= {"booktitle": f"{{{_tex(work.title)}}}", "publisher": author, "edition": work.edition}
    else:
        fields |= {"institution": author, "type": GENRE}
    fields |= {"note": _tex(reference.note), "year": str(work.cutoff.year), "month": f"{work.cutoff:%b}".lower()}
    fields |= {"doi": work.doi, "url": reference.url}
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items() if value]
    return "\n".join([f"@{'incollection' if reference.document else 'techreport'}{{{reference.key},", *lines, "}"])


def ris(reference: Reference) -> str:
    """Return a reference as an RIS record, which Zotero, EndNote and Mendeley read."""
    work, part = reference.work, bool(reference.document)
    lines = [
        ("TY", "CHAP" if part else "RPRT"),
        ("ID", reference.key),
        *(("AU", author) for author in work.authors),
        ("TI", reference.title),
        ("T2", work.title if part else ""),
        ("PY", str(work.cutoff.year)),
        ("DA", f"{work.cutoff:%Y/%m/%d}/"),
        ("ET", work.edition),
        ("M3", "" if part else GENRE),
        ("PB", work.author),
        ("N1", reference.note),
        *(("KW", keyword) for keyword in (() if part else work.keywords)),
        ("DO", work.doi),
        ("UR", reference.url),
        ("LA", report_settings().language),
        ("ER", ""),
    ]
    return "\n".join(f"{tag}  - {value}" for tag, value in lines if value or tag == "ER")


def csl(reference: Reference) -> str:
    """Return a reference as CSL-JSON: a list of one item."""
    work, part = reference.work, bool(reference.document)
    item = {
        "id": reference.key,
        "type": "chapter" if part else "report",
        "title": reference.title,
        "container-title": work.title if part else "",
        "author": [{"literal": author} for author in work.authors],
        "issued": {"date-parts": [[work.cutoff.year, work.cutoff.month, work.cutoff.day]]},
        "genre": "" if part else GENRE,
        "publisher": work.author,
        "edition": work.edition,
        "version": work.version,
        "note": reference.note,
        "language": report_settings().language,
        "DOI": work.doi,
        "URL": reference.url,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2)


FORMATS = {"APA": apa, "BibTeX": bibtex, "RIS": ris, "CSL-JSON": csl}


def _tex(text: str) -> str:
    return re.sub(r"[\\~^&%$#_{}]", lambda found: ESCAPED[found[0]], text)
