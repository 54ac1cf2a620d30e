"""What a build leaves: the names of its products, executed notebooks with their records, and files that are reused."""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from claimbook.project.folders import MARKER, Paths, content_of, read_once, write_whole
from claimbook.project.report import report_settings
from claimbook.project.yaml_files import read_yaml
from claimbook.say.verdict_table import NOT_ASSESSED

Document = dict[str, Any]  # of JSON
Notebook = Mapping[str, Any]  # an executed one, as JSON
PDF = f"{report_settings().slug}.pdf"  # the Sphinx extensions write these next to the pages
ANNEX_PDF, BRIEF_PDF = f"{report_settings().slug}-annex.pdf", f"{report_settings().slug}-brief.pdf"
OTHER_BRIEF_PDF = f"{report_settings().slug}-brief-{report_settings().also}.pdf"
PRINTS = (PDF, ANNEX_PDF, BRIEF_PDF, *([OTHER_BRIEF_PDF] if report_settings().also else []))
WORKBOOK = f"{report_settings().slug}.xlsx"
FEED = "changes.atom"
ANNEX_VARIABLE = "CLAIMBOOK_ANNEX"  # environment variable: if it is set, the annex is made too
STORED_FILES_VARIABLE = "CLAIMBOOK_KEPT"  # environment variable: folder of files that extensions keep between builds


def annex_is_wanted() -> bool:
    """Return whether this build makes the annex, which pages then link to."""
    return bool(os.environ.get(ANNEX_VARIABLE))


def stored_or_made(name: str, make: Callable[[], bytes], *inputs: bytes) -> bytes:
    """Return a file from an earlier build if it is whole and what it was made from is unchanged, else make it."""
    if not (folder := os.environ.get(STORED_FILES_VARIABLE)):
        return make()
    path = Path(folder, name)
    digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in inputs)).digest()
    stored = content_of(path) or b""
    if stored == digest + hashlib.sha256(content := stored[2 * len(digest) :]).digest() + content:
        return content
    content = make()
    write_whole(path, digest + hashlib.sha256(content).digest() + content)
    return content


_documents = read_once(lambda path: tuple(_listed(read_yaml(path))))


def listed_documents(source: Path) -> Sequence[tuple[str, str]]:
    """Return (part, document) in the order of `_toc.yml`; the root page has an empty part."""
    return _documents(source / MARKER)


def executed_notebooks(source: Path) -> Paths:
    """Return the paths of the book's notebooks in `source` by name, in the order of `_toc.yml`."""
    found = (source / f"{document}.ipynb" for _, document in listed_documents(source))
    return {path.stem: path for path in found if path.exists()}


def notebooks(source: Path) -> dict[str, Notebook]:
    """Return the content of the executed notebooks by name, as `read_notebook` returns it."""
    return {name: read_notebook(path) for name, path in executed_notebooks(source).items()}


@read_once
def read_notebook(path: Path) -> Notebook:
    """Return the content of one notebook, read once while unchanged. Callers must not modify it."""
    return json.loads(path.read_bytes())


def _listed(entries: Any, part: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(entries, list):
        for entry in entries:
            yield from _listed(entry, part)
    elif isinstance(entries, dict):
        part = entries.get("caption", part)
        for key, value in entries.items():
            if key in {"file", "root"}:
                yield part, str(value).removesuffix(".md").removesuffix(".ipynb")
            else:
                yield from _listed(value, part)


FIGURE_MIME = "application/vnd.claimbook.figure+json"
MYST_MIME = "application/vnd.claimbook.myst+json"  # text for the book
IMAGE = 'src="data:image/svg+xml;charset=utf-8,\n'  # in the HTML of a figure; the drawing follows, up to the next quote
RESULTS_MIME = "application/vnd.claimbook.results+json"
SECTIONS = "[1-9]*.ipynb"  # names begin with the number of the section
CONCLUSION = report_settings().conclusion
RECORDED_DIGITS = 12  # of recorded numbers; differences between processors or orders of summation come later


class ResultsError(ValueError):
    """Records are missing or do not fit together."""


def rounded(value: Any) -> Any:
    """Return a value with every float in it, however deep, rounded to twelve significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{RECORDED_DIGITS}g}")
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list | tuple) else value


def displays_of_type(notebook: Notebook, mime: str) -> Iterator[Document]:
    """Yield what a notebook displayed with one MIME type, in order, as dicts of content by MIME type."""
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", ()))
    return (output["data"] for output in outputs if mime in output.get("data", {}))


def records(notebook: Notebook) -> Iterator[Document]:
    """Yield the records in an executed notebook: one in a section, none in a notebook that judges nothing."""
    return (data[RESULTS_MIME] for data in displays_of_type(notebook, RESULTS_MIME))


def read_section_record(notebook: Notebook) -> Document:
    """Return the record of an executed section: `section`, `claims`, `statistics`, `values` of its prose.

    Raises ResultsError unless there is exactly one.
    """
    if len(found := [*records(notebook)]) != 1:
        raise ResultsError(f"{len(found)} records of results instead of one; the last cell must be section.record()")
    return found[0]


def figures(notebook: Notebook) -> Iterator[Document]:
    """Yield the figures of an executed notebook in order: `label`, `title`, `svg`, `csv`, `alt`, `marks` …"""
    for data in displays_of_type(notebook, FIGURE_MIME):
        yield data[FIGURE_MIME] | {"svg": drawing_of("".join(data.get("text/html", "")))}


def drawing_of(html: str) -> str:
    """Return the SVG of a figure from its HTML image, or "" if there is none."""
    return unquote(html.partition(IMAGE)[2].partition('"')[0])


def sections_here() -> Iterator[tuple[str, Notebook]]:
    """Return name and content of the executed sections in this folder without the conclusion, sorted by name."""
    paths = (path for path in sorted(Path().glob(SECTIONS)) if path.stem != CONCLUSION)
    return ((path.stem, json.loads(path.read_bytes())) for path in paths)


def section_records() -> list[Document]:
    """Return the records of all section notebooks in this folder except the conclusion, sorted by name."""
    found = []
    for name, notebook in sections_here():
        try:
            found.append(read_section_record(notebook))
        except ResultsError as error:
            raise ResultsError(f"{name}.ipynb: {error}") from None
    return found


def with_unassessed(claims: Iterable[Document], ledger: Collection[Any]) -> list[Document]:
    """Return all claims in the order of the ledger; those not yet judged get the verdict "not yet assessed".

    Raises ResultsError if a claim is judged twice or is not in the ledger.
    """
    judged: dict[str, Document] = {}
    for claim in claims:
        if claim["id"] in judged:
            raise ResultsError(f"claim {claim['id']!r} is judged twice. Judge it in the notebook of its section only.")
        judged[claim["id"]] = claim
    if unknown := sorted(judged.keys() - {claim.id for claim in ledger}):
        raise ResultsError(f"claims that are not in data/claims.yml: {', '.join(unknown)}")
    nothing_found: Document = {
        "text_date": None,
        "verdict": NOT_ASSESSED,
        "stands_as": NOT_ASSESSED,
        "answer": NOT_ASSESSED,
        "qualifiers": [],
        "robustness": {"label": "", "grid": [], "flips": []},
        "certainty": {"word": "", "reasons": []},
        "would_change": "",
        "measures": [],
    }
    return [judged.get(claim.id) or stated(claim) | nothing_found for claim in ledger]


def stated(claim: Any, **of_test: str) -> Document:
    """Return the first fields of a claim's record: what it says and how it is tested."""
    test = getattr(claim, "test", None)
    return {
        "id": claim.id,
        "section": claim.section,
        "kind": claim.kind,
        "statement": claim.statement,
        "test": test.model_dump() | {"says": test.in_words()} | of_test if test else None,
    }


def collect_results(records: Iterable[Document], ledger: Collection[Any], parameters: Document) -> Document:
    """Return one document of all records: claims in the order of the ledger, statistics by key.

    Raises ResultsError if two sections use the same key.
    """
    records, statistics = list(records), Document()
    lead = [each for record in records for each in record.get("lead", ())]
    for record in records:
        if twice := sorted(statistics.keys() & record["statistics"].keys()):
            section, keys = record["section"], ", ".join(twice)
            raise ResultsError(f"section {section} uses these keys of statistics again: {keys}. Rename them")
        statistics |= record["statistics"]
    return {
        "edition": parameters["edition"],
        "parameters": parameters,
        "lead": " ".join(each["says"] for each in lead),
        "lead_sentences": lead,
        "claims": with_unassessed((claim for record in records for claim in record["claims"]), ledger),
        "statistics": dict(sorted(statistics.items())),
    }


def results_as_json(document: Mapping[str, Any]) -> bytes:
    """Return the document as published: UTF-8, indented by two spaces, without NaN."""
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
