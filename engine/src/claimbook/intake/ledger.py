"""Check the ledger of claims: its form, whether series use the same words, and whether a notebook judges every claim.

A number is compared with a claim if their facets have the same words. If a claim has a word that no measure
can have, nobody would notice: the claim would silently become unverified.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from claimbook.evidence import measures
from claimbook.evidence.claims import Facets, Ledger, column_of
from claimbook.intake.cells import plain_number_advice, tried
from claimbook.intake.problems import Faults, Problem, Problems, Rows, nearest
from claimbook.project.folders import rows_in
from claimbook.project.yaml_files import (
    ONE_OF_TWO,
    Location,
    Mistake,
    YamlError,
    entries,
    in_words,
    mistakes,
    placed,
    twice,
    yaml_document,
)
from claimbook.say.words import TO_FILL_IN, listed, one_slip, some

LEDGER_FILE = "claims.yml"
LEFT_OPEN = "This still has to be filled in."


@dataclass(frozen=True)
class Declaration:
    """claims.yml as read: the ledger, or None if it has faults, and the document with its lines."""

    model: Any
    problems: Problems
    document: yaml.Node | None = None

    def at(self, place: Location, value: str, rule: str, fix: str) -> Problem:
        """Return a fault at a place in a claim, which begins with the number of the claim."""
        return Problem(LEDGER_FILE, rule, fix, *placed(self.document, ("claims", *place)), value)


def read_declared(raw: bytes) -> Declaration:
    """Read a ledger and check it against its model."""
    try:
        document, content = yaml_document(LEDGER_FILE, raw)
    except YamlError as error:
        return Declaration(None, [Problem(LEDGER_FILE, error.rule, error.fix, error.line, error.place)])
    model, problems = None, _written_twice(document)
    found = {(p.row, p.column): p for p in _left_open(document)}
    try:
        model = Ledger.model_validate(content)
    except ValidationError as error:
        doubled = tuple(".".join(p.column.split(".")[:2]) for p in problems)  # it was not read as meant
        for wrong in mistakes(Ledger, error, document):
            if not (doubled and not wrong.place or wrong.place.startswith(doubled)):
                found[wrong.line, wrong.place] = _of_model(wrong)  # says more than that it is left open
    problems += found.values()
    return Declaration(None if problems else model, problems, document)


# The document ---------------------------------------------------------------------------------------------------


def _written_twice(document: yaml.Node) -> Problems:
    """Return the numbers with thousands separators, which YAML reads as several fields, or else entries that repeat."""
    commas = []
    for place, line, node in entries(document):
        if isinstance(node, yaml.MappingNode) and node.flow_style:
            words = [text for key, value in node.value for text in (key.value, value.value) if isinstance(text, str)]
            if found := re.search(r"(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)", ",".join(filter(None, words))):
                rule, fix = "A number has no thousands separators.", f"Write {found[0].replace(',', '')}."
                commas.append(Problem(LEDGER_FILE, rule, fix, line, in_words(place), found[0]))
    return commas or [
        Problem(LEDGER_FILE, "The same entry occurs twice.", ONE_OF_TWO.format(first), line, in_words(place))
        for place, line, first in twice(document)
    ]


def _left_open(document: yaml.Node) -> Faults:
    """Yield values that still have to be filled in."""
    for place, _, value in entries(document):
        if value.value == TO_FILL_IN:
            line, where = value.start_mark.line + 1, in_words(place)
            yield Problem(LEDGER_FILE, LEFT_OPEN, "Fill it in.", line, where, TO_FILL_IN)


def _of_model(mistake: Mistake) -> Problem:
    """Return a value that does not fit its model as a fault."""
    shown = "" if mistake.value is None else str(mistake.value)
    hint = plain_number_advice(shown) if mistake.fix == "It must be a number." else None
    fix = f"{mistake.fix} {hint}" if hint and hint.plain else mistake.fix
    rule = LEFT_OPEN if shown == TO_FILL_IN else f"This field {mistake.rule}"
    return Problem(LEDGER_FILE, rule, fix, mistake.line, mistake.place, shown)


# The form of claims.yml -------------------------------------------------------------------------------------------


FREE = frozenset({"place"})  # facets that a figure's row gives, not its series


@dataclass(frozen=True)
class Code:
    """What the code of a notebook names: its section, the claims that it judges, and every text constant."""

    name: str
    section: str | None  # None if the notebook cannot be read
    judged: tuple[str, ...]
    words: frozenset[str]
    open: bool  # whether a heading, a paragraph or a text still has to be filled in


def ledger_faults(folder: Path) -> Declaration:
    """Check the ledger against its models. Problems have lines. Without a ledger there are no problems."""
    if not (folder / LEDGER_FILE).is_file():
        return Declaration(None, [])
    declared = read_declared((folder / LEDGER_FILE).read_bytes())
    for index, claim in enumerate(declared.model.claims if declared.model else ()):
        for number, criterion in enumerate(getattr(claim, "criteria", ())):
            if not criterion.why.strip():
                rule = "A criterion must say why its threshold is a fair one."
                fix = "Add `why:` with a sentence for the reader."
                declared.problems.append(declared.at((index, "criteria", number), "", rule, fix))
    return declared


def ledger_use_faults(declared: Declaration, folder: Path, codes: list[Code]) -> Problems:
    """Return faults: words that no measure can have, claims that nobody judges, unknown judged claims."""
    if not declared.model:
        return []
    return [*unknown_facets(declared, folder, codes), *_outcomes(declared, folder), *_judged(declared, codes)]


def read_codes(notebooks: Path) -> list[Code]:
    """Return what the code of each notebook in a folder names."""
    return [_code(path) for path in sorted(notebooks.glob("*.ipynb"))]


def _code(path: Path) -> Code:
    section, judged, texts = "", [], set()
    try:
        cells = [(cell["cell_type"], cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]
        texts_of_cells = (lines for kind, lines in cells if kind != "code" or "".join(lines).startswith("%%"))
        left_open = any(line.strip("# \n") == TO_FILL_IN for lines in texts_of_cells for line in lines)
        trees = [tried(ast.parse, "".join(lines)) for kind, lines in cells if kind == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # the check of notebooks reports it
        return Code(path.stem, None, (), frozenset(), False)
    for node in (node for tree in trees if tree for node in ast.walk(tree)):
        match node:
            case ast.Constant(value=str(text)):
                texts.add(text)
            case ast.Call(func=ast.Name(id="Section"), args=[ast.Constant(value=str(number)), *_]):
                section = number
            case ast.Call(func=ast.Attribute(attr="judge" | "set_aside"), args=[ast.Constant(value=str(claim)), *_]):
                judged.append(claim)
    return Code(path.stem, section, tuple(judged), frozenset(texts), left_open or TO_FILL_IN in texts)


def unknown_facets(declared: Declaration, folder: Path, codes: list[Code]) -> Faults:
    """Yield facets of number claims that no series and no notebook has, unless a search is recorded."""
    spelled = frozenset[str]().union(*(code.words for code in codes))
    register, searched, factors = rows_in(folder / "series.csv"), _searched(folder), measures.factors_in(folder)
    for index, claim in enumerate(declared.model.claims):
        for place, facet, word in _facets(claim) if claim.kind == "number" else ():
            known = {row[column_of(facet)] for row in register} if facet not in FREE else {word}
            of_measures = _units_of(claim, register) if facet == "unit" else set()
            if word in (of_measures or known | spelled | {""}):
                continue
            if of_measures:
                rule = "A claim must use the unit of the series that measure it."
                fix = measures.unit_advice(claim.test, of_measures, factors)
            elif facet == "unit":
                rule, fix = "No series has this unit.", nearest(word, known, "write a unit from series.csv")
            elif claim.id in searched and not any(one_slip(word, other) for other in known | spelled):
                continue
            else:
                rule = f"No series and no notebook has this {facet}, so no measure can decide the claim."
                fix = _word_of_column(f"{column_of(facet)} of series.csv", word, known, claim.id in searched)
            yield declared.at((index, *place), word, rule, fix)
        if claim.kind == "number" and claim.id not in searched:
            yield from _left_out(declared, index, claim, register)


def _word_of_column(column: str, word: str, known: Iterable[str], searched: bool) -> str:
    """Return what to do about a word that a column does not have."""
    otherwise = f"use a word from the column {column}"
    otherwise += ", or record the unsuccessful search in search_log.csv" * (not searched)
    return nearest(word, known, otherwise)


def _searched(folder: Path) -> set[str]:
    """Return the claims for which an unsuccessful search is recorded."""
    return {claim for row in rows_in(folder / "search_log.csv") for claim in row["claim_ids"].split(";")}


def _left_out(declared: Declaration, index: int, claim: Any, register: Rows) -> Faults:
    """Warn of facets that a claim leaves empty although every series that otherwise fits it has them."""
    stated = {name: word for name, word in claim.facets if word and name not in FREE}
    fit = [row for row in register if all(row[column_of(name)] == word for name, word in stated.items())]
    open_to_all = {*FREE, *stated, *claim.grid, *(name for reading in claim.readings for name in reading.facets)}
    empty = [name for name in Facets.model_fields if name not in open_to_all]
    if lacking := [name for name in empty if fit and all(row[column_of(name)] for row in fit)]:
        add = "; ".join(f"{name}: {' | '.join(sorted({row[column_of(name)] for row in fit}))}" for name in lacking)
        named = listed(lacking)
        rule = f"Every series that would fit has a {named}, but the claim does not, so no series can decide it."
        fix = f"{some([row['series'] for row in fit], 3)}: add what you mean ({add}), or leave it as it is."
        yield replace(declared.at((index, "facets"), "", rule, fix), severity="warning")


def _units_of(claim: Any, register: Rows) -> set[str]:
    """Return the units of the series about the same quantity, if possible those with the same numerator."""
    facets_read = [claim.facets, *(claim.facets.override(**reading.facets) for reading in claim.readings)]
    same = [row for row in register if row["dimension"] in {facets.quantity for facets in facets_read}]
    closest = [row for row in same if row["numerator"] in {facets.numerator for facets in facets_read}]
    return {row["unit"] for row in closest or same}


def _outcomes(declared: Declaration, folder: Path) -> Faults:
    """Yield outcomes of causal claims that no finding has, unless a search is recorded."""
    studies, searched = rows_in(folder / "studies.csv"), _searched(folder)
    for index, claim in enumerate(declared.model.claims):
        known = {row["outcome_group"] for row in studies if row["claim_ids"] == claim.id} - {""}
        for number, outcome in enumerate(claim.outcomes if claim.kind == "causal" else ()):
            word, is_searched = outcome.group, claim.id in searched
            if word in known or is_searched and not any(one_slip(word, other) for other in known):
                continue
            fix = _word_of_column("outcome_group of studies.csv", word, known, is_searched)
            place = (index, "outcomes", number, "group")
            yield declared.at(place, word, "No finding on this claim has this outcome.", fix)


def _facets(claim: Any) -> Iterator[tuple[Location, str, str]]:
    """Yield the place, facet and word of every facet in a claim, its readings and its grid; its unit last."""
    for facet, word in claim.facets:
        yield ("facets", facet), facet, word
    for number, reading in enumerate(claim.readings):
        for facet, word in reading.facets.items():
            yield ("readings", number, "facets", facet), facet, word
    for facet, choices in claim.grid.items():
        if facet in Facets.model_fields:
            yield from ((("grid", facet, number), facet, word) for number, word in enumerate(choices))
    yield ("test", "unit"), "unit", claim.test.unit


def _judged(declared: Declaration, codes: list[Code]) -> Faults:
    """Yield claims that their section's notebook does not judge, and judged claims that do not exist."""
    by_section = {code.section: code for code in codes if code.section}
    if not any(code.section is None for code in codes):  # an unreadable notebook may be that of any section
        yield from _homeless(declared, by_section)
    for index, claim in enumerate(declared.model.claims):
        code = by_section.get(claim.section)
        if code and claim.id not in code.words:
            method = "set_aside" if claim.kind == "opinion" else "judge"
            fix = f'Add section.{method}("{claim.id}", …) to notebooks/{code.name}.ipynb.'
            for other in (other for other in codes if claim.id in other.judged):
                fix = f'notebooks/{other.name}.ipynb judges it: write section: "{other.section}".'
            rule = "The notebook of its section does not judge this claim."
            yield declared.at((index, "id"), claim.id, rule, fix)
    ids = [claim.id for claim in declared.model.claims]
    for code in codes:
        where = f"notebooks/{code.name}.ipynb"
        if code.open:
            fix = 'Fill in the cells that contain "?".'
            yield Problem(where, "A cell is not filled in yet.", fix, value=TO_FILL_IN)
        for name in dict.fromkeys(name for name in code.judged if name not in ids):
            rule = f"The notebook judges a claim that is not in {LEDGER_FILE}."
            yield Problem(where, rule, nearest(name, ids, f"add the claim to {LEDGER_FILE}"), value=name)


def _homeless(declared: Declaration, by_section: dict[str, Code]) -> Faults:
    """Yield one fault for each section that has no notebook."""
    sections = [claim.section for claim in declared.model.claims]
    for section in dict.fromkeys(section for section in sections if section not in by_section):
        more = sections.count(section) - 1
        so = f" here and in {more} more claim{'s' * (more > 1)}" * bool(more)
        known = ", ".join(sorted(by_section))
        fix = f"Correct it{so}, or add a notebook with Section({section!r}). Known sections: {known}."
        for code in by_section.values():
            if code.name.startswith(f"{section.replace('.', '-')}-"):
                fix = f"notebooks/{code.name}.ipynb says that it is section {code.section}: correct it there."
        yield declared.at((sections.index(section), "section"), section, "No notebook has this section.", fix)
