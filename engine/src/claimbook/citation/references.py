"""References to the report and its parts, in APA style and in the formats of reference managers.

A part has a name that survives a rebuild: the label of a figure or the id of a claim. The reference also
gives the hash of the part's own content, so a change elsewhere does not affect it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from claimbook.citation import metadata
from claimbook.citation.metadata import Work
from claimbook.project.files import sha256
from claimbook.project.report import report_settings
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import slug

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


def page_reference(work: Work, notebook: metadata.Notebook, document: str) -> Reference:
    """Return the reference to a page, with the hash of its results and the data of its charts."""
    content = metadata.content_hash({document.rpartition("/")[2]: notebook})
    return Reference(metadata.title(notebook), work, "Section", f"content {content[: metadata.HASH_DIGITS]}", document)


def figure(work: Work, shown: Mapping[str, Any], document: str) -> Reference:
    """Return the reference to a chart: the first sentence of the caption, and the hash of its data."""
    name = re.sub(r"[*`\\]", "", re.split(r"(?<=[^.])\. (?=[A-Z])", shown["caption"])[0]).rstrip(".")
    pins = f"data {sha256(metadata.for_spreadsheets(shown['csv']).encode())[: metadata.HASH_DIGITS]}"
    return Reference(name, work, f"Chart {shown['label']}", pins, document, shown["label"])


def claim_reference(work: Work, judged: Mapping[str, Any], document: str) -> Reference:
    """Return the reference to the verdict on a claim, with the hash of its record."""
    name, title = f"“{judged['statement'].rstrip('.')}”", f"Claim {judged['id']}: {answer_of(judged['stands_as']).word}"
    pins = f"content {sha256(metadata.claim_file(judged, work.parameters))[: metadata.HASH_DIGITS]}"
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
