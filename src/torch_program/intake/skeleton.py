"""The start of a new claim or section: an entry of the ledger, cells of a notebook, with all that the check wants.

What only a person can say is marked by "?", and the check names each such place until it is filled in.
"""

import csv
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import yaml

from torch_program.claims import Facets
from torch_program.intake.declared import LOADER, OPEN
from torch_program.intake.ledger import FREE, REGISTERED
from torch_program.parameters import line
from torch_program.pipeline.execution import declared_topics, parsed

FOLLOWS = "## What follows"  # heading of the last part of a section
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def entry(claim: str, section: str, kind: str, year: str, series: Mapping[str, str] | None) -> str:
    """The entry of a claim as it stands in the ledger; facets and unit from the register where a series is named."""
    fields: dict[str, Any] = {"id": claim, "section": section, "kind": kind, "statement": OPEN}
    if kind == "number":
        words = {facet: (series or {}).get(REGISTERED.get(facet, facet), OPEN) for facet in Facets.model_fields}
        facets = {facet: word for facet, word in words.items() if word and facet not in FREE} | {"place": "China"}
        fields["test"] = {"op": "about", "value": OPEN, "unit": series["unit"] if series else OPEN}
        fields |= {"as_of": year, "facets": facets, "window": 3, "grid": {"period": [year]}}
    elif kind == "fact":
        fields["parts"] = [{"id": "one", "says": OPEN}]
    elif kind == "comparison":
        fields["criteria"] = [
            {"id": "one", "says": OPEN, "op": "at least", "threshold": OPEN, "unit": OPEN, "why": OPEN}
        ]
    text = yaml.safe_dump([fields], allow_unicode=True, sort_keys=False, width=110)
    return "".join(f"  {line}\n" for line in text.splitlines())


def with_entry(ledger: str, section: str, text: str) -> str:
    """The ledger with an entry behind the last claim of its section, or of the sections before it."""
    lines = ledger.splitlines(keepends=True)
    claims = yaml.compose(ledger, Loader=LOADER).value[-1][1]
    sections = [_field(claim, "section") for claim in claims.value]
    before = [claim for claim, number in zip(claims.value, sections, strict=True) if _order(number) <= _order(section)]
    end = before[-1].end_mark.line if before else claims.start_mark.line
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1  # blank lines and headings belong to what comes next
    return "".join([*lines[:end], "\n" * bool(before), text, *lines[end:]])


def ids(ledger: str) -> set[str]:
    """The ids of all claims, of those that are still to be filled in too."""
    return {_field(claim, "id") for claim in yaml.compose(ledger, Loader=LOADER).value[-1][1].value}


def _field(node: yaml.MappingNode, name: str) -> str:
    return next((value.value for key, value in node.value if key.value == name), "")


def judging(claim: str, kind: str, series: str) -> list[nbformat.NotebookNode]:
    """The cells that judge a claim of a kind."""
    if kind == "number":
        name = series or OPEN
        code = f'section.judge_number("{claim}", ev.measures("{name}"), ev.credit(ev.frame("{name}")));'
    elif kind == "fact":
        code = f'section.judge_fact("{claim}", {{"one": []}});'
    elif kind == "comparison":
        code = (
            "from torch_program.verdicts import judge_criterion\n\n"
            f'results = [judge_criterion(c, None, "no data") for c in section.claim("{claim}").criteria]\n'
            f'section.judge_comparison("{claim}", results, "{OPEN}", "");'
        )
    elif kind == "causal":
        code = f'section.judge_causal("{claim}", []);'
    else:
        code = f'section.set_aside("{claim}");'
    return [_markdown(f"{claim}-words", f"## {OPEN}"), _code(claim, code)]


def with_cells(content: bytes, cells: list[nbformat.NotebookNode]) -> bytes:
    """A notebook with cells before its conclusion, or before its last cell."""
    notebook = nbformat.reads(content.decode(), as_version=4)
    at = next((n for n, c in enumerate(notebook.cells) if c.source.startswith(FOLLOWS)), len(notebook.cells) - 1)
    notebook.cells[at:at] = cells
    return _written(notebook)


def section(number: str, title: str, topics: tuple[str, ...], parameters: Mapping[str, Any]) -> bytes:
    """The notebook of a new section that loads topics of data/figures."""
    loaded = ", ".join(f'"{topic}"' for topic in topics)
    imports = (
        "from torch_program import evidence\nfrom torch_program.parameters import check_parameters\n"
        "from torch_program.section import Section\n\ncheck_parameters(globals())\n"
        f'section = Section("{number}", edition=edition, cutoff=cutoff)\n'
        f"ev = evidence.load({loaded}, cutoff=cutoff)\nsection.claims_box()"
    )
    values = "\n".join(line(name, value) for name, value in parameters.items())
    cells = [
        _markdown("title", f"# {number} {title}\n\n{OPEN}"),
        _code("parameters", values, "parameters"),
        _code("imports", imports),
        _markdown("follows", f"{FOLLOWS}\n\n{OPEN}"),
        _code("record", "section.record()"),
    ]
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return _written(nbformat.v4.new_notebook(cells=cells, metadata=metadata))


def with_chapter(toc: str, notebook: str) -> str:
    """The table of contents with a notebook behind those of earlier sections."""
    lines = toc.splitlines(keepends=True)
    found = {n: m[2] for n, line in enumerate(lines) if (m := re.match(r"(\s*- file: notebooks/)([1-9]\S*)", line))}
    earlier = [n for n, name in found.items() if _order(number_of(name)) <= _order(number_of(notebook))]
    at = earlier[-1] + 1 if earlier else min(found)
    indent = re.match(r"\s*", lines[min(found)])[0]
    return "".join([*lines[:at], f"{indent}- file: notebooks/{notebook}\n", *lines[at:]])


def number_of(notebook: str) -> str:
    """4.5 of 4-5-incubators."""
    return ".".join(re.match(r"\d+(?:-\d+)*", notebook)[0].split("-"))


def _order(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]


def _code(name: str, source: str, *tags: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source, id=_cell_id(name), metadata={"tags": [*tags, "hide-input"]})


def _markdown(name: str, source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(source, id=_cell_id(name))


def _cell_id(name: str) -> str:
    """An id as the format asks for it: 64 signs at most."""
    return name if len(name) <= 64 else f"{name[:50]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _written(notebook: nbformat.NotebookNode) -> bytes:
    return (nbformat.writes(notebook) + "\n").encode()


def loads(content: bytes, topic: str) -> bool:
    """Does a notebook load a topic?"""
    return topic in declared_topics(parsed(content))


def is_name(text: str) -> bool:
    """Small letters, digits and hyphens, as ids and names of notebooks are."""
    return bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text))


def is_number(text: str) -> bool:
    """A section's number: 4, 4.5."""
    return bool(re.fullmatch(r"[1-9]\d*(\.[1-9]\d*)?", text))


def register(folder: Path) -> dict[str, dict[str, str]]:
    """The register of series by name."""
    with (folder / "series.csv").open(encoding="utf-8", newline="") as stream:
        return {row["series"]: row for row in csv.DictReader(stream)}
