"""The deposit: one archive with the report, its sources, and the metadata that data repositories need.

The same inputs give the same bytes: names are sorted, every file has the date of the edition, and there are two
kinds of permissions.
"""

import json
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from claimbook.citation.metadata import CITATION_FILE, Work
from claimbook.citation.parts import HASH_DIGITS, sha256
from claimbook.citation.references import apa, report_reference
from claimbook.project.files import below
from claimbook.project.folders import UserError
from claimbook.project.products import ANNEX_PDF, BRIEF_PDF, PDF, WORKBOOK
from claimbook.project.report import report_settings
from claimbook.publish import machine
from claimbook.publish.tree import project_files
from claimbook.run import runner
from claimbook.run.plan import Plan
from claimbook.templates import filled

README = "README.md"
MANIFEST = "MANIFEST.sha256"
SOURCE_FOLDER = "source"  # folder of the project in the archive
RESULTS = "results.json"
OFFICE = "application/vnd.openxmlformats-officedocument"
CRATE = "ro-crate-metadata.json"
WHEELS = f"-wheels-{sysconfig.get_platform()}-{sys.implementation.cache_tag}.zip"  # for this system
LOCKS = ("requirements.lock", "requirements-uv.lock")
MACHINE = f"-{machine.MACHINE_FILE}"
ARCHIVE_FILES = {  # description and media type of files, for readers of the archive
    README: ("how to read, verify and rebuild", "text/markdown"),
    "html/book/index.html": ("the report as web pages; begin here", "text/html"),
    BRIEF_PDF: ("the brief on two pages", "application/pdf"),
    PDF: ("the report in print", "application/pdf"),
    ANNEX_PDF: ("evidence, measures, numbers and references, for looking things up", "application/pdf"),
    RESULTS: ("every claim, measure, verdict and number", "application/json"),
    f"html/{WORKBOOK}": ("claims, measures, rows and sources as an Excel workbook", f"{OFFICE}.spreadsheetml.sheet"),
    CITATION_FILE: ("how to cite", "application/yaml"),
}
ONE_OF_MANY = {  # the same for files by patterns of their names
    "notebooks/*": ("Executed notebook {}", "application/x-ipynb+json"),
    f"{SOURCE_FOLDER}/editions/*.seal.json": (
        "How edition {} will be judged, sealed in advance",
        "application/json",
    ),
    f"{SOURCE_FOLDER}/data/*.csv": ("Evidence: {}", "text/csv"),
}
FOLDERS = {
    "notebooks/": "the executed notebooks",
    "html/": "the report as web pages",
    f"{SOURCE_FOLDER}/": "data, notebooks, code and list of packages: everything needed to make the report",
}


def name_of(work: Work, files: Mapping[str, bytes]) -> str:
    """Return the name of the archive and of the folder in it, with a hash of all files but those that repeat it."""
    content = manifest({name: content for name, content in files.items() if name not in {README, CRATE, MANIFEST}})
    return f"{report_settings().slug}-{work.edition}-{sha256(content)[:HASH_DIGITS]}"


def products(build: Plan) -> dict[str, Path]:
    """Return the files that a build made, by their name in the deposit."""
    found = {f"notebooks/{name}.ipynb": build.staged(name) for name in build.notebooks}
    found |= below(build.html, "html")
    found |= {
        name: path
        for name, path in {RESULTS: build.results, **replace(build, annex=True).prints}.items()
        if path.exists()
    }
    return dict(sorted(found.items()))


def archive_contents(plan: Plan, work: Work) -> dict[str, bytes]:
    """Return every file of the archive by its name."""
    files = {name: path.read_bytes() for name, path in products(plan).items()}
    files |= {f"{SOURCE_FOLDER}/{name}": path.read_bytes() for name, path in project_files(plan.root).items()}
    descriptions = FOLDERS | {name: about for name, (about, _) in ARCHIVE_FILES.items()}
    descriptions |= {MANIFEST: "checksum of every file"}
    files[CITATION_FILE] = (plan.root / CITATION_FILE).read_bytes()
    about = {"cite": apa(report_reference(work)), "name": name_of(work, files), "files": descriptions}
    files[README] = filled("deposit.md", work=work, **about).encode()
    described = json.dumps(crate(work, sorted(files)), ensure_ascii=False, indent=2, sort_keys=True)
    files[CRATE] = f"{described}\n".encode()
    files[MANIFEST] = manifest(files)
    return dict(sorted(files.items()))


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Return checksums in the format of `sha256sum -c`."""
    lines = (f"{sha256(content)}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode()


def crate(work: Work, names: Iterable[str]) -> dict[str, Any]:
    """Return the archive as an RO-Crate, with important and data files by name and the rest by folder."""
    from rocrate.model import ContextEntity  # takes a tenth of the time in which a command starts
    from rocrate.rocrate import ROCrate

    ro_crate, terms = ROCrate(version="1.2"), report_settings().licences
    maker = ro_crate.add(ContextEntity(ro_crate, "#maintainers", {"@type": "Organization", "name": work.author}))
    licences = {name: terms.address(name) for name in (terms.code, terms.compilation)}
    for name, place in licences.items():
        ro_crate.add(ContextEntity(ro_crate, place, {"@type": "CreativeWork", "name": name, "url": place}))
    about = {
        "name": f"{work.title} (edition {work.edition})",
        "description": work.abstract,
        "datePublished": work.cutoff.isoformat(),
        "license": [{"@id": place} for place in licences.values()],
        "keywords": [*work.keywords],
        **dict.fromkeys(("author", "creator", "publisher"), maker),
        "version": f"{work.version}, edition {work.edition}",
        "conditionsOfAccess": terms.statement,
        "identifier": work.doi_address or f"sha256:{work.content}",
    }
    for name, content in about.items():
        ro_crate.root_dataset[name] = content
    for name, description in FOLDERS.items():
        ro_crate.add_dataset(dest_path=name, properties={"name": description})
    evidence = {"name": "the evidence: published figures and their sources", "license": about["license"][1]}
    ro_crate.add_dataset(dest_path=f"{SOURCE_FOLDER}/data/", properties=evidence)
    for name in names:
        for pattern, (description, kind) in (ARCHIVE_FILES | ONE_OF_MANY).items():
            if fnmatch(name, pattern):
                properties = {"name": description.format(Path(name).name.partition(".")[0]), "encodingFormat": kind}
                ro_crate.add_file(dest_path=name, properties=properties)
    return ro_crate.metadata.generate()


def path_next_to(archive: Path, kind: str) -> Path:
    """Return the path of a file next to a deposit (packed or not) and named after it."""
    return Path(str(archive.resolve()).removesuffix(".zip") + kind)


def fetch_wheels(root: Path, folder: Path) -> dict[str, Path]:
    """Download the locked packages for this system and Python, checked against the hashes of the locks."""
    files = project_files(root)
    locks = [word for name in LOCKS for word in ("-r", str(files[name]))]
    fetch = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    if runner.run_command([sys.executable, *fetch, "--only-binary", ":all:", *locks, "-d", str(folder)], folder):
        raise UserError(
            "The locked packages could not be downloaded; pip says above why. Correct that and start again."
        )
    return below(folder)
