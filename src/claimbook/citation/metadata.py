"""Title, authors and edition of the report, read from CITATION.cff and the executed notebooks.

Cite page, head of the front page, cover of the PDF and deposit all use them. In CITATION.cff, `doi`, `url`
(the site, with one folder for each edition) and `repository-code` are left out until they exist. It is also the only
place that says who speaks: authors, with ORCID, `contact`, and, in the notes of `preferred-citation`, a line each
that begins with "Funding:" and "Interests:", for which the format has no field.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from claimbook.citation.parts import HASH_DIGITS, content_hash
from claimbook.project.contents import notebooks
from claimbook.project.editions import RUN_NOTES
from claimbook.project.files import renewed
from claimbook.project.folders import UserError
from claimbook.project.parameters import CHANGED, of_notebook
from claimbook.project.report import report_settings
from claimbook.say.words import listed

CITATION_FILE = "CITATION.cff"


class BadAddress(UserError, ValueError):
    """Raised for a site address that is not valid. The message says what to write."""


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
    parameters: Mapping[str, Any]
    content: str
    doi: str = ""
    site: str = ""
    repository: str = ""
    people: tuple[str, ...] = ()  # the authors who are persons, each with ORCID if it is given
    contact: str = ""
    funding: str = ""
    interests: str = ""

    @property
    def undeclared(self) -> str:
        """One sentence on what CITATION.cff does not say about the makers, or ""."""
        missing = {
            "who they are by name": self.people,
            "where to report errors": self.contact,
            "who pays": self.funding,
            "which interests they have": self.interests,
        }
        left = [says for says, given in missing.items() if not given]
        return f"The makers have not said {listed(left).replace(' and ', ' or ')}." if left else ""

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


def read_work(source: Path) -> Work:
    """Return the edition whose executed notebooks are in `source`, next to CITATION.cff and _toc.yml."""
    cff = yaml.safe_load((source / CITATION_FILE).read_text(encoding="utf-8"))
    executed = notebooks(source)
    run = of_notebook(next(iter(executed.values())))
    other = "+other-data" if other_data(source) else ""
    return Work(
        title=cff["title"],
        abstract=" ".join(cff["abstract"].split()),
        authors=tuple(map(name_of, cff["authors"])),
        version=str(cff["version"]),
        keywords=tuple(cff["keywords"]),
        edition=run["edition"] + other,
        cutoff=dt.date.fromisoformat(run["cutoff"]),
        parameters=run,
        content=content_hash(executed),
        doi=cff.get("doi", ""),
        site=cff.get("url", "").rstrip("/"),
        repository=cff.get("repository-code", "").rstrip("/"),
        people=tuple(", ".join(filter(None, [name_of(a), a.get("orcid")])) for a in cff["authors"] if "name" not in a),
        contact="; ".join(filter(None, (c.get("email") or c.get("website") for c in cff.get("contact", ())))),
        funding=note_of(cff, "Funding"),
        interests=note_of(cff, "Interests"),
    )


def name_of(author: Mapping[str, str]) -> str:
    """Return the name of an author in CITATION.cff, a person or an organisation."""
    return author.get("name") or f"{author.get('given-names', '')} {author.get('family-names', '')}".strip()


def note_of(cff: Mapping[str, Any], subject: str) -> str:
    """Return what a line of the notes of `preferred-citation` says on a subject, or ""."""
    notes = cff.get("preferred-citation", {}).get("notes", "")
    found = re.search(rf"^{subject}: *(.+)$", notes, re.M)
    return found[1].strip() if found else ""


def write_address(root: Path, address: str) -> bool:
    """Write the address of the site into CITATION.cff and return whether it changed. Raises BadAddress."""
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w./~-]*)?", address):
        raise BadAddress(f"URL={address} is not the address of a site. Write it like https://example.org/report.")
    path, line = root / CITATION_FILE, f'url: "{address.rstrip("/")}"\n'
    before = path.read_text(encoding="utf-8")
    after, found = re.subn(r"^url:.*\n", line, before, flags=re.M)
    after = after if found else before.rstrip("\n") + f"\n{line}"
    return renewed(path, after.encode())


def other_data(source: Path) -> bool:
    """Return whether the run used data other than the project's."""
    return (source / RUN_NOTES).exists() and json.loads((source / RUN_NOTES).read_bytes())["other_data"]
