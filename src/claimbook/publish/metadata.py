"""What the report is called, who made it, which edition this is: CITATION.cff and the executed notebooks say it once.

Cite page, head of the front page, cover of the PDF and deposit all read it here. In CITATION.cff, `doi`, `url` (where
the editions are published, one folder each) and `repository-code` are left out until they exist.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from claimbook.build.contents import notebooks
from claimbook.build.editions import RUN
from claimbook.build.files import renewed
from claimbook.notebook.parameters import CHANGED, of_notebook
from claimbook.publish.identity import SHORT, content_hash
from claimbook.say.about import about
from claimbook.say.project import Told

FILE = "CITATION.cff"


class BadAddress(Told, ValueError):
    """What was given as the address of the site is none; the message says what to write."""


@dataclass(frozen=True)
class Work:
    """One edition of the report. `content` is the hash of what it says; texts that do not exist are empty."""

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

    @property
    def author(self) -> str:
        return ", ".join(self.authors)

    @property
    def hash(self) -> str:
        """The first digits of `content`, as they are printed."""
        return self.content[:SHORT]

    @property
    def stand(self) -> str:
        """Which edition of which version this is, in words."""
        return f"Edition {self.edition}, version {self.version}"

    @property
    def address(self) -> str:
        """Where this edition is published, with a slash at the end, or ""; a run with other parameters is nowhere."""
        return f"{self.site}/{self.edition}/" if self.site and CHANGED not in self.edition else ""

    @property
    def doi_address(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def named(self) -> dict[str, str]:
        """What files beside the pages say of the report to which they belong."""
        day, terms = self.cutoff.isoformat(), about().licences.statement
        return {"report": self.title, "edition": self.edition, "evidence_up_to": day, "terms": terms}

    def place(self, document: str, anchor: str = "") -> str:
        """A place in the report: its address on the web, or without one its path from the folder of the pages."""
        return f"{self.address}{document}.html" + (f"#{anchor}" if anchor else "")


def read(source: Path) -> Work:
    """The edition whose executed notebooks lie in `source`, the folder that also holds CITATION.cff and _toc.yml."""
    cff = yaml.safe_load((source / FILE).read_text(encoding="utf-8"))
    run = run_parameters(source)
    other = "+other-data" if other_data(source) else ""
    return Work(
        title=cff["title"],
        abstract=" ".join(cff["abstract"].split()),
        authors=tuple(author["name"] for author in cff["authors"]),
        version=str(cff["version"]),
        keywords=tuple(cff["keywords"]),
        edition=run["edition"] + other,
        cutoff=dt.date.fromisoformat(run["cutoff"]),
        parameters=run,
        content=content_hash(notebooks(source)),
        doi=cff.get("doi", ""),
        site=cff.get("url", "").rstrip("/"),
        repository=cff.get("repository-code", "").rstrip("/"),
    )


def write_address(root: Path, address: str) -> bool:
    """Write into CITATION.cff where the site is published; says whether that is new. Raises BadAddress."""
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w./~-]*)?", address):
        raise BadAddress(f"URL={address} is no address of a site. Write it like https://example.org/report.")
    path, line = root / FILE, f'url: "{address.rstrip("/")}"\n'
    before = path.read_text(encoding="utf-8")
    after, found = re.subn(r"^url:.*\n", line, before, flags=re.M)
    after = after if found else before.rstrip("\n") + f"\n{line}"
    return renewed(path, after.encode())


def run_parameters(source: Path) -> dict[str, Any]:
    """Parameters of the run whose executed notebooks lie in `source`."""
    return of_notebook(next(iter(notebooks(source).values())))


def other_data(source: Path) -> bool:
    """Was this made from data that are not those of the project?"""
    return (source / RUN).exists() and json.loads((source / RUN).read_bytes())["other_data"]
