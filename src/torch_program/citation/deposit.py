"""The deposit: one archive with the report, all that makes it, and what a repository of research data wants to know.

Same inputs, same bytes: names are sorted, every file bears the date of the edition, and rights are two kinds.
"""

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from torch_program.citation.metadata import FILE, Work
from torch_program.citation.references import apa, report
from torch_program.citation.tree import project_files
from torch_program.citation.workbook import FILE as WORKBOOK
from torch_program.pipeline.files import below, write_whole
from torch_program.pipeline.plan import Plan
from torch_program.pipeline.publication import ANNEX, BRIEF, PDF, PRINTS, WORD

MANIFEST = "MANIFEST.sha256"
SOURCE = "source"  # folder of the project in the archive
RESULTS = "results.json"
PRODUCTS = ("notebooks", RESULTS, "html", *PRINTS)  # what a rebuild must give again
CRATE = "ro-crate-metadata.json"
ZENODO = ".zenodo.json"
README = f"""\
# {{work.title}}

Edition {{work.edition}}: evidence published up to {{work.cutoff}}. Content hash `{{work.content}}`.

{{cite}}

| | |
|:--|:--|
| `html/book/index.html` | the report as web pages; begin here |
| `{BRIEF}`, `{WORD}` | the brief on two pages, as a PDF and for Word |
| `{PDF}` | the report as a PDF |
| `{ANNEX}` | evidence, measures, numbers and references, to be looked up |
| `notebooks/` | the executed notebooks |
| `{RESULTS}` | every claim, measure, verdict and number |
| `html/{WORKBOOK}` | claims, measures, rows and sources as an Excel workbook |
| `{SOURCE}/` | all that makes it: data, notebooks, code, list of packages |
| `{MANIFEST}` | checksum of every file |

## Verify

Nothing was damaged if this prints no line:

```console
$ sha256sum --quiet -c {MANIFEST}
```

Whether these sources give this report, byte by byte, takes some minutes. The first command needs the network once,
for the packages; the second does not. Both run code of this archive with your rights.

```console
$ cd {SOURCE} && make setup
$ PYTHONPATH=src .venv/bin/python -m torch_program verify ..
```

## Make it again

```console
$ cd {SOURCE} && make report EDITION={{work.edition}}
```

## Terms

Code and text: {{work.licence}}, see `{SOURCE}/LICENSE`. Published figures are cited from their sources;
`{SOURCE}/data/sources.csv` names the terms of each, and whether its figures may be passed on in bulk.
"""


def name_of(work: Work) -> str:
    """Name of the archive and of the folder in it."""
    return f"torch-program-{work.edition}-{work.hash}"


def products(build: Plan) -> dict[str, Path]:
    """What a build made, by its name in the deposit."""
    found = {f"notebooks/{name}.ipynb": build.staged(name) for name in build.notebooks}
    found |= below(build.html, "html")
    found |= {name: path for name, path in {RESULTS: build.results, **build.prints}.items() if path.exists()}
    return dict(sorted(found.items()))


def contents(plan: Plan, work: Work) -> dict[str, bytes]:
    """Every file of the archive by its name."""
    files = {name: path.read_bytes() for name, path in products(plan).items()}
    files |= {f"{SOURCE}/{name}": path.read_bytes() for name, path in project_files(plan.root).items()}
    files |= {
        "README.md": README.format(work=work, cite=apa(report(work))).encode(),
        FILE: (plan.root / FILE).read_bytes(),
        ZENODO: as_json(zenodo(work)),
    }
    files[CRATE] = as_json(crate(work, sorted(files)))
    files[MANIFEST] = manifest(files)
    return dict(sorted(files.items()))


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Checksums as `sha256sum -c` reads them."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode()


def as_json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def zenodo(work: Work) -> dict[str, Any]:
    """Metadata of a deposit on Zenodo."""
    known = {
        "title": f"{work.title} (edition {work.edition})",
        "description": f"<p>{escape(work.abstract)}</p><p>Content hash: {work.content}</p>",
        "creators": [{"name": author} for author in work.authors],
        "upload_type": "publication",
        "publication_type": "report",
        "publication_date": work.cutoff.isoformat(),
        "access_right": "open",
        "license": work.licence.lower(),
        "keywords": list(work.keywords),
        "version": f"{work.version}, edition {work.edition}",
        "language": "eng",
    }
    related = [
        {"identifier": identifier, "relation": relation, "resource_type": kind}
        for identifier, relation, kind in (
            (work.repository, "isSupplementedBy", "software"),
            (work.address, "isIdenticalTo", "publication-report"),
        )
        if identifier
    ]
    return known | ({"related_identifiers": related} if related else {})


def crate(work: Work, names: Iterable[str]) -> dict[str, Any]:
    """The archive as an RO-Crate: notebooks, results, PDF and data files by name, the rest by folder."""
    from rocrate.model import ContextEntity
    from rocrate.rocrate import ROCrate

    made = ROCrate(version="1.1")
    maker = made.add(ContextEntity(made, "#maintainers", {"@type": "Organization", "name": work.author}))
    licence = f"https://spdx.org/licenses/{work.licence}"
    made.add(ContextEntity(made, licence, {"@type": "CreativeWork", "name": work.licence, "url": licence}))
    made.name = f"{work.title} (edition {work.edition})"
    made.description = work.abstract
    made.datePublished = work.cutoff.isoformat()
    made.license = {"@id": licence}
    made.keywords = list(work.keywords)
    made.creator = made.publisher = maker
    root = made.root_dataset
    root["author"], root["version"] = maker, f"{work.version}, edition {work.edition}"
    root["identifier"] = work.doi_address or f"sha256:{work.content}"
    made.add_dataset(dest_path="html/", properties={"name": "The report as web pages"})
    made.add_dataset(dest_path=f"{SOURCE}/", properties={"name": "Data, notebooks and code that make the report"})
    for name in names:
        if described := _described(name):
            about, kind = described
            made.add_file(dest_path=name, properties={"name": about, "encodingFormat": kind})
    return made.metadata.generate()


def _described(name: str) -> tuple[str, str] | None:
    """What a file is and its media type, for those that are worth a line of their own."""
    stem = name.rpartition("/")[2].rpartition(".")[0]
    if name.startswith("notebooks/"):
        return f"Executed notebook {stem}", "application/x-ipynb+json"
    if name.startswith(f"{SOURCE}/data/") and name.endswith(".csv"):
        return f"Evidence: {stem}", "text/csv"
    return {
        PDF: ("The report as a PDF", "application/pdf"),
        ANNEX: ("The annex of the report as a PDF", "application/pdf"),
        BRIEF: ("The brief as a PDF", "application/pdf"),
        WORD: (
            "The brief for Word",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        RESULTS: ("Every claim, measure, verdict and number", "application/json"),
        f"html/{WORKBOOK}": (
            "Claims, measures, rows and sources as an Excel workbook",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "README.md": ("How to read, verify and rebuild", "text/markdown"),
        FILE: ("How to cite", "application/yaml"),
    }.get(name)


def write(files: Mapping[str, bytes], folder: str, date: dt.date, target: Path) -> None:
    """Write the archive whole or not at all; every name lies below `folder` in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(f"{folder}/{name}", (date.year, date.month, date.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, whose rights these are
            info.external_attr = (0o755 if content.startswith(b"#!") else 0o644) << 16
            archive.writestr(info, content, compresslevel=9)
    write_whole(target, stream.getvalue())
