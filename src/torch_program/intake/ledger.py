"""Is the ledger of claims sound? Its form, its words against the register of series, and who judges its claims.

A number is compared with a claim as far as their facets are spelled alike. A word that no measure can carry would
therefore not be noticed as a slip: the claim would silently be called unverified.
"""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch_program.claims import Facets, Ledger, column_of
from torch_program.csv_tables import rows_in
from torch_program.intake.cells import tried
from torch_program.intake.declared import Declared, Location, read
from torch_program.intake.problems import Problem, nearest
from torch_program.periods import parse
from torch_program.words import OPEN, one_slip

FILE = "claims.yml"
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FREE = frozenset({"place", "period"})  # facets that follow from a figure's row, not from its series


@dataclass(frozen=True)
class Code:
    """What a notebook spells out: its section, the claims that it names where it judges, and every text."""

    name: str
    section: str | None  # None where the notebook cannot be read
    judged: tuple[str, ...]
    words: frozenset[str]
    open: bool  # is a heading, a paragraph or a text left to be filled in?


def structure(folder: Path) -> Declared:
    """The ledger held against its models; its problems have lines. Without one there is nothing to say."""
    if not (folder / FILE).is_file():
        return Declared(None, [])
    declared = read(FILE, (folder / FILE).read_bytes(), Ledger)
    if declared.model is None:
        return declared
    return Declared(declared.model, list(_inner(declared)), FILE, declared.document)


def _inner(declared: Declared) -> Iterator[Problem]:
    """What each claim must keep beside its form: thresholds have a reason, times can be read."""
    for index, claim in enumerate(declared.model.claims):
        if not ID.fullmatch(claim.id):
            fix = "Write small letters, digits and hyphens, like zones-over-170."
            yield declared.at(("claims", index, "id"), claim.id, "An id stands in addresses of pages.", fix)
        for number, criterion in enumerate(getattr(claim, "criteria", ())):
            if not criterion.why.strip():
                rule = "A criterion and its threshold are a convention, and must say why they are a fair one."
                place = ("claims", index, "criteria", number)
                yield declared.at(place, "", rule, "Add `why:`, a sentence for the reader.")
        for field in ("in_period", "as_of"):
            if text := getattr(claim, field, ""):
                yield from _year(declared, ("claims", index, field), text)
        for number, text in enumerate(getattr(claim, "grid", {}).get("period", ())):
            yield from _year(declared, ("claims", index, "grid", "period", number), text)


def _year(declared: Declared, place: Location, text: str) -> Iterator[Problem]:
    period = tried(parse, text)
    if not (period and period.complete):
        yield declared.at(place, text, "A claim is about a year.", 'Write four digits in quotes: "2023".')


def words(folder: Path, notebooks: Path) -> list[Problem]:
    """Words of the ledger that no measure can carry; nothing where the ledger itself is faulty."""
    declared = structure(folder)
    return list(_words(declared, folder, _codes(notebooks))) if declared.model else []


def use(declared: Declared, folder: Path, notebooks: Path) -> list[Problem]:
    """The same, and claims that no notebook of a folder judges, or that it judges and that are not there."""
    if declared.model is None:
        return []
    codes = _codes(notebooks)
    return [*_words(declared, folder, codes), *_judged(declared, codes)]


def _codes(notebooks: Path) -> list[Code]:
    return [read_code(path) for path in sorted(notebooks.glob("*.ipynb"))]


def read_code(path: Path) -> Code:
    """What a notebook spells out; one that cannot be read says nothing."""
    try:
        notebook = json.loads(path.read_bytes())
        return spelled(path.stem, notebook["cells"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # told by notebook_form
        return Code(path.stem, None, (), frozenset(), False)


def spelled(name: str, cells: Iterable[Mapping[str, Any]]) -> Code:
    """What the cells of a notebook spell out; those that are no Python say nothing."""
    section, judged, texts, left = "", [], set(), False
    for cell in cells:
        if cell["cell_type"] != "code":
            left = left or any(line.strip("# \n") == OPEN for line in cell["source"])
            continue
        try:
            tree = ast.parse("".join(cell["source"]))
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)):
                    texts.add(text)
                case ast.Call(func=ast.Name(id="Section"), args=[ast.Constant(value=str(number)), *_]):
                    section = number
                case ast.Call(func=ast.Attribute(attr=judge), args=[ast.Constant(value=str(claim)), *_]):
                    judged += [claim] if judge == "set_aside" or judge.startswith("judge_") else []
    return Code(name, section, tuple(judged), frozenset(texts), left or OPEN in texts)


def _words(declared: Declared, folder: Path, codes: Iterable[Code]) -> Iterator[Problem]:
    """Each facet of a number claim is spelled as a series or a notebook spells it, or was looked for in vain."""
    numbers = [(i, c) for i, c in enumerate(declared.model.claims) if c.kind == "number"]
    if not numbers:
        return
    spelled = set().union(*(code.words for code in codes))
    known = _register(folder)
    sought = {claim for row in rows_in(folder / "search_log.csv") for claim in row["claim_ids"].split(";")}
    for index, claim in numbers:
        for place, facet, word in _facets(claim):
            if not word or facet in FREE or word in known[facet] | spelled:
                continue
            if claim.id in sought and not any(one_slip(word, other) for other in known[facet] | spelled):
                continue
            rule = f"No series and no notebook has this {facet}, so no measure could ever decide the claim."
            otherwise = f"spell it as in the column {column_of(facet)} of series.csv"
            vain = ", or say in search_log.csv what was looked for in vain" if claim.id not in sought else ""
            fix = nearest(word, known[facet], otherwise + vain)
            yield declared.at(("claims", index, *place), word, rule, fix)
        if claim.test.unit not in known["unit"] | spelled:
            fix = nearest(claim.test.unit, known["unit"], "write a unit of series.csv")
            yield declared.at(("claims", index, "test", "unit"), claim.test.unit, "No series has this unit.", fix)


def _facets(claim: Any) -> Iterator[tuple[Location, str, str]]:
    """Place, facet and word of every facet that a claim, its readings and its grid name."""
    for facet, word in claim.facets:
        yield ("facets", facet), facet, word
    for number, reading in enumerate(claim.readings):
        for facet, word in reading.facets.items():
            yield ("readings", number, "facets", facet), facet, word
    for facet, choices in claim.grid.items():
        for number, word in enumerate(choices):
            if facet in Facets.model_fields:
                yield ("grid", facet, number), facet, word


def _register(folder: Path) -> dict[str, set[str]]:
    """The words of the register of series by facet, and its units."""
    known: dict[str, set[str]] = defaultdict(set)
    for row in rows_in(folder / "series.csv"):
        for facet in (*Facets.model_fields, "unit"):
            if facet not in FREE:
                known[facet].add(row[column_of(facet)])
    return known


def _homeless(declared: Declared, by_section: Mapping[str, Code]) -> Iterator[Problem]:
    """Sections that no notebook has, each told once."""
    sections = [claim.section for claim in declared.model.claims]
    for section in dict.fromkeys(section for section in sections if section not in by_section):
        others = sections.count(section) - 1
        so = f" and that of {others} more claim{'s' * (others > 1)}" * bool(others)
        fix = (
            f"Correct it{so}, or add a notebook with Section({section!r}). There are: {', '.join(sorted(by_section))}."
        )
        called = [c for c in by_section.values() if c.name.startswith(f"{section.replace('.', '-')}-")]
        fix = f"notebooks/{called[0].name}.ipynb calls itself {called[0].section}: correct it there." if called else fix
        at = ("claims", sections.index(section), "section")
        yield declared.at(at, section, "No notebook has this section.", fix)


def _judged(declared: Declared, codes: list[Code]) -> Iterator[Problem]:
    """Every claim stands in a section that has a notebook, which judges it, and no other claim."""
    by_section = {code.section: code for code in codes if code.section}
    if not any(code.section is None for code in codes):  # one that cannot be read may be that of any section
        yield from _homeless(declared, by_section)
    for index, claim in enumerate(declared.model.claims):
        code = by_section.get(claim.section)
        if code is None:
            continue
        if claim.id not in code.words:
            rule = "No notebook judges this claim."
            kind = "set_aside" if claim.kind == "opinion" else f"judge_{claim.kind}"
            elsewhere = next((other for other in codes if claim.id in other.judged), None)
            fix = (
                f'notebooks/{elsewhere.name}.ipynb judges it: write section: "{elsewhere.section}".'
                if elsewhere
                else f'Add section.{kind}("{claim.id}", …) to notebooks/{code.name}.ipynb.'
            )
            yield declared.at(("claims", index, "id"), claim.id, rule, fix)
    ids = [claim.id for claim in declared.model.claims]
    for code in codes:
        if code.open:
            where, rule = f"notebooks/{code.name}.ipynb", "Something is left to be filled in."
            yield Problem(where, None, "", OPEN, rule, 'Write what is meant in the cells that hold "?".')
        for claim in dict.fromkeys(code.judged):
            if claim not in ids:
                rule = f"The notebook judges a claim that {FILE} does not have."
                fix = nearest(claim, ids, f"add the claim to {FILE}")
                yield Problem(f"notebooks/{code.name}.ipynb", None, "", claim, rule, fix)
