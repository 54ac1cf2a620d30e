"""The report and its parts as references: APA, BibTeX, RIS and CSL-JSON.

A part is named by what does not change when the report is built again: the label of a figure, the id of a claim.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from torch_program.anchors import slug
from torch_program.citation.identity import SHORT, figure_hash
from torch_program.citation.metadata import Work
from torch_program.words import sentence_case

Kind = Literal["report", "section", "figure", "claim"]
BIBTEX = {"report": "techreport", "section": "incollection", "figure": "misc", "claim": "misc"}
RIS = {"report": "RPRT", "section": "CHAP", "figure": "FIGURE", "claim": "CHAP"}
CSL = {"report": "report", "section": "chapter", "figure": "graphic", "claim": "chapter"}
ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
ESCAPED |= {sign: f"\\{sign}" for sign in "&%$#_{}"}
REPORT = "Reproducible report"  # the genre, as reference managers print it


@dataclass(frozen=True)
class Reference:
    """Something to cite: `says` is what stands in brackets behind the title, `document` and `anchor` where it is."""

    kind: Kind
    title: str
    work: Work
    says: str = REPORT
    document: str = ""
    anchor: str = ""

    @property
    def key(self) -> str:
        """Key in a bibliography: "torch-program-2026", "torch-program-2026-fig-zones"."""
        part = self.anchor or self.document.rpartition("/")[2]
        return f"torch-program-{slug(self.work.edition)}" + (f"-{part}" if part else "")

    @property
    def place(self) -> str:
        """Address or path of a part; of the report its DOI or address, which may be missing."""
        if self.kind == "report":
            return self.work.doi_address or self.work.address
        return self.work.place(self.document, self.anchor)

    @property
    def url(self) -> str:
        """The place, if it is an address of the web."""
        return self.place if self.place.startswith("http") else ""


def report(work: Work) -> Reference:
    return Reference("report", work.title, work)


def section(work: Work, title: str, document: str) -> Reference:
    """A page of the report."""
    return Reference("section", title, work, "Section", document)


def figure(work: Work, shown: Mapping[str, Any], document: str) -> Reference:
    """A figure, called by the first sentence of its caption; the hash of its data tells whether it changed."""
    says = f"Figure {shown['label']}, data {figure_hash(shown['csv'])[:SHORT]}"
    title = re.split(r"(?<=[^.])\. (?=[A-Z])", shown["caption"])[0]
    return Reference("figure", re.sub(r"[*`\\]", "", title).rstrip("."), work, says, document, shown["label"])


def claim(work: Work, judged: Mapping[str, Any], document: str) -> Reference:
    """The verdict on a claim, as it stands in results.json."""
    says, title = f"Claim {judged['id']}: {judged['verdict']}", judged["statement"].rstrip(".")
    return Reference("claim", title, work, says, document, claim_anchor(judged["id"]))


def claim_anchor(claim_id: str) -> str:
    """Anchor of a claim on the page of its section."""
    return f"claim-{claim_id}"


def apa(reference: Reference) -> str:
    """One line of text in the style of the APA, seventh edition."""
    work = reference.work
    made = f"{work.cutoff.year}, {work.cutoff:%B} {work.cutoff.day}"
    stand = sentence_case(work.stand)
    if reference.kind == "report":
        what = f"{work.title} ({stand}) [{REPORT}]."
    else:
        what = f"{reference.title} [{reference.says}]. In {work.title} ({stand})."
    places = [reference.place] if reference.kind == "report" else [work.doi_address, reference.place]
    return " ".join([f"{work.author}. ({made}).", what, *(place for place in places if place)])


def bibtex(reference: Reference) -> str:
    """An entry for BibTeX or biblatex."""
    work = reference.work
    fields = {"author": f"{{{_tex(work.author)}}}", "title": f"{{{_tex(reference.title)}}}"}
    if reference.kind == "report":
        fields |= {"institution": f"{{{_tex(work.author)}}}", "type": REPORT, "number": _tex(work.stand)}
    elif reference.kind == "section":
        fields |= {"booktitle": f"{{{_tex(work.title)}}}", "publisher": f"{{{_tex(work.author)}}}"}
        fields |= {"edition": work.edition, "note": _tex(_note(reference))}
    else:
        fields |= {"howpublished": f"In: {_tex(work.title)}", "note": _tex(_note(reference))}
    fields |= {"year": str(work.cutoff.year), "month": f"{work.cutoff:%b}".lower()}
    fields |= {"doi": work.doi, "url": reference.url}
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items() if value]
    return "\n".join([f"@{BIBTEX[reference.kind]}{{{reference.key},", *lines, "}"])


def ris(reference: Reference) -> str:
    """A record of RIS, which Zotero, EndNote and Mendeley read."""
    work = reference.work
    part = reference.kind != "report"
    lines = [
        ("TY", RIS[reference.kind]),
        ("ID", reference.key),
        *(("AU", author) for author in work.authors),
        ("TI", reference.title),
        ("T2", work.title if part else ""),
        ("PY", str(work.cutoff.year)),
        ("DA", f"{work.cutoff:%Y/%m/%d}/"),
        ("ET", work.edition),
        ("M3", "" if part else REPORT),
        ("PB", work.author),
        ("N1", _note(reference)),
        *(("KW", keyword) for keyword in (() if part else work.keywords)),
        ("DO", work.doi),
        ("UR", reference.url),
        ("LA", "en"),
        ("ER", ""),
    ]
    return "\n".join(f"{tag}  - {value}" for tag, value in lines if value or tag == "ER")


def csl(reference: Reference) -> dict[str, Any]:
    """An item of CSL-JSON."""
    work = reference.work
    part = reference.kind != "report"
    item = {
        "id": reference.key,
        "type": CSL[reference.kind],
        "title": reference.title,
        "container-title": work.title if part else "",
        "author": [{"literal": author} for author in work.authors],
        "issued": {"date-parts": [[work.cutoff.year, work.cutoff.month, work.cutoff.day]]},
        "genre": "" if part else REPORT,
        "publisher": work.author,
        "edition": work.edition,
        "version": work.version,
        "note": _note(reference),
        "language": "en",
        "DOI": work.doi,
        "URL": reference.url,
    }
    return {name: value for name, value in item.items() if value}


def csl_json(reference: Reference) -> str:
    """CSL-JSON as it is copied: a list of one item."""
    return json.dumps([csl(reference)], ensure_ascii=False, indent=2)


FORMATS = {"APA": apa, "BibTeX": bibtex, "RIS": ris, "CSL-JSON": csl_json}


def _note(reference: Reference) -> str:
    """What no field holds: which part, which state of the report and, without an address, the path of the place."""
    parts = [] if reference.kind == "report" else [reference.says]
    parts.append(reference.work.stand)
    if reference.place and not reference.url:
        parts.append(reference.place)
    return "; ".join(parts)


def _tex(text: str) -> str:
    return re.sub(r"[\\~^&%$#_{}]", lambda found: ESCAPED[found[0]], text)
