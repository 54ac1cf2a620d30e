"""Results: what each executed notebook records of itself, and the one file that collects them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from claimbook.say.verdict_table import NOT_ASSESSED

FIGURE_MIME = "application/vnd.claimbook.figure+json"
MYST_MIME = "application/vnd.claimbook.myst+json"  # text as the book reads it
IMAGE = 'src="data:image/svg+xml;charset=utf-8,\n'  # in the HTML of a figure its drawing follows, up to the next quote
RESULTS_MIME = "application/vnd.claimbook.results+json"
SECTIONS = "[1-9]*.ipynb"  # their names begin with the number of the section
CONCLUSION = "5-conclusion"  # reads all other sections
DIGITS = 12  # of a number that is recorded: fewer than two processors or two orders of a sum can differ in


class ResultsError(ValueError):
    """Records that are missing or do not fit together."""


def recorded(value: Any) -> Any:
    """A value as it leaves a notebook: each float in it, however deep, with twelve significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Mapping):
        return {key: recorded(item) for key, item in value.items()}
    return [recorded(item) for item in value] if isinstance(value, list | tuple) else value


def displayed(notebook: Mapping[str, Any], mime: str) -> Iterator[dict[str, Any]]:
    """What a notebook displayed that has one MIME type, in order: content by MIME type."""
    outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", ()))
    return (output["data"] for output in outputs if mime in output.get("data", {}))


def records(notebook: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The records in an executed notebook: one in a section, none in a notebook that judges nothing."""
    return (data[RESULTS_MIME] for data in displayed(notebook, RESULTS_MIME))


def read(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a section from its executed notebook: `section`, `claims`, `statistics`, `values` of its text."""
    found = list(records(notebook))
    if len(found) != 1:
        raise ResultsError(f"{len(found)} records of results instead of one; the last cell must be section.record()")
    return found[0]


def figures(notebook: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The figures of an executed notebook in their order: `label`, `title`, `svg`, `csv`, `alt`, `marks` …"""
    for data in displayed(notebook, FIGURE_MIME):
        yield data[FIGURE_MIME] | {"svg": drawing_of("".join(data.get("text/html", "")))}


def drawing_of(html: str) -> str:
    """The SVG of a figure from the image that shows it; "" if there is none."""
    return unquote(html.partition(IMAGE)[2].partition('"')[0])


def beside(folder: Path = Path(".")) -> list[dict[str, Any]]:
    """Records of all section notebooks in `folder` but the conclusion, in the order of their names."""
    found = []
    for path in (path for path in sorted(folder.glob(SECTIONS)) if path.stem != CONCLUSION):
        try:
            found.append(read(json.loads(path.read_text(encoding="utf-8"))))
        except ResultsError as error:
            raise ResultsError(f"{path.name}: {error}") from None
    return found


def with_unassessed(claims: Iterable[dict[str, Any]], ledger: Iterable[Any]) -> list[dict[str, Any]]:
    """All claims of the ledger in its order; those that no notebook judged yet say so."""
    judged: dict[str, dict[str, Any]] = {}
    for claim in claims:
        if claim["id"] in judged:
            raise ResultsError(f"claim {claim['id']!r} is judged twice")
        judged[claim["id"]] = claim
    known = list(ledger)
    strangers = sorted(set(judged) - {claim.id for claim in known})
    if strangers:
        raise ResultsError(f"claims that are not in data/claims.yml: {', '.join(strangers)}")
    nothing_found: dict[str, Any] = {
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
    return [judged.get(claim.id) or stated(claim) | nothing_found for claim in known]


def stated(claim: Any, **of_test: str) -> dict[str, Any]:
    """What a claim says, as its record begins."""
    test = getattr(claim, "test", None)
    return {
        "id": claim.id,
        "section": claim.section,
        "kind": claim.kind,
        "statement": claim.statement,
        "test": test.model_dump() | {"says": test.in_words()} | of_test if test else None,
    }


def collect(records: Iterable[dict[str, Any]], ledger: Iterable[Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """One document of all records: claims in the order of the ledger, statistics by key."""
    records = list(records)
    statistics: dict[str, Any] = {}
    for record in records:
        twice = sorted(set(statistics) & set(record["statistics"]))
        if twice:
            raise ResultsError(f"section {record['section']} repeats the statistics {', '.join(twice)}; rename them")
        statistics |= record["statistics"]
    return {
        "edition": parameters["edition"],
        "parameters": parameters,
        "lead": " ".join(record["lead"] for record in records if record.get("lead")),
        "claims": with_unassessed((claim for record in records for claim in record["claims"]), ledger),
        "statistics": dict(sorted(statistics.items())),
    }


def as_json(document: Mapping[str, Any]) -> bytes:
    """The document as it is published: UTF-8, two blanks, no NaN."""
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
