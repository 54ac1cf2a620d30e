"""Check claims.yml against the model of a ledger, and give every fault its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from claimbook.evidence.claims import Ledger
from claimbook.intake.cells import plain_number_advice
from claimbook.intake.problems import Faults, Problem, nearest
from claimbook.project.yaml_files import ONE_OF_TWO, Location, YamlError, entries, id_of, in_words, twice, yaml_document
from claimbook.say.words import TO_FILL_IN, sentence_case

LEDGER_FILE = "claims.yml"
LEFT_OPEN = "This still has to be filled in."


@dataclass(frozen=True)
class Declaration:
    """What claims.yml declares: the ledger, or None if it has faults, and the document with its lines."""

    model: Any
    problems: list[Problem]
    document: yaml.Node | None = None

    def at(self, location: Location, value: str, rule: str, fix: str) -> Problem:
        """Return a fault at a place in the document."""
        return Problem(LEDGER_FILE, rule, fix, *_place_of_error(self.document, location), value)


def read_declared(raw: bytes) -> Declaration:
    """Read a ledger and check it against its model."""
    try:
        document, content = yaml_document(LEDGER_FILE, raw)
    except YamlError as error:
        return Declaration(None, [Problem(LEDGER_FILE, error.rule, error.fix, error.line, error.place)])
    if not isinstance(content, dict):
        fix = f"Possible fields: {', '.join(Ledger.model_fields)}."
        return Declaration(None, [Problem(LEDGER_FILE, "The file has no fields.", fix)])
    model, problems = None, list(_commas(document)) or list(_twice(document))
    found = {(p.row, p.column): p for p in _left_open(document)}
    try:
        model = Ledger.model_validate(content)
    except ValidationError as error:
        doubled = tuple(".".join(p.column.split(".")[:2]) for p in problems)  # it was not read as meant
        wrong = [_model_error(document, e) for e in error.errors()]
        wrong = [p for p in wrong if not (doubled and p.column == "" or p.column.startswith(doubled))]
        outer = {p.column for p in wrong for inner in wrong if inner.column.startswith(f"{p.column}.")}
        found |= {(p.row, p.column): p for p in wrong if p.column not in outer}  # pydantic's says more
    problems += found.values()
    return Declaration(None if problems else model, problems, document)


# The document ---------------------------------------------------------------------------------------------------


def _twice(document: yaml.Node) -> Faults:
    """Yield fields that occur twice in a block, and list entries with the same id."""
    for place, line, first in twice(document):
        yield Problem(LEDGER_FILE, "The same entry occurs twice.", ONE_OF_TWO.format(first), line, in_words(place))


def _commas(document: yaml.Node) -> Faults:
    """Yield numbers with thousands separators, which YAML reads as several fields in a one-line block."""
    for place, line, node in entries(document):
        if isinstance(node, yaml.MappingNode) and node.flow_style:
            words = [text for key, value in node.value for text in (key.value, value.value) if isinstance(text, str)]
            if found := re.search(r"(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)", ",".join(filter(None, words))):
                rule, fix = "A number has no thousands separators.", f"Write {found[0].replace(',', '')}."
                yield Problem(LEDGER_FILE, rule, fix, line, in_words(place), found[0])


def _left_open(document: yaml.Node) -> Faults:
    """Yield values that still have to be filled in."""
    for place, _, value in entries(document):
        if value.value == TO_FILL_IN:
            line, where = value.start_mark.line + 1, in_words(place)
            yield Problem(LEDGER_FILE, LEFT_OPEN, "Fill it in.", line, where, TO_FILL_IN)


def _place_of_error(node: yaml.Node | None, location: Location) -> tuple[int | None, str]:
    """Return line and name of a place. Parts that are not keys (pydantic's names of kinds) are skipped."""
    line, names = (node.start_mark.line + 1 if node else None), []
    for part in location:
        if isinstance(node, yaml.MappingNode):
            for key, value in (pair for pair in node.value if pair[0].value == str(part)):
                line, node = key.start_mark.line + 1, value
                names.append(str(part))
                break
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
            names.append(id_of(node) or str(part + 1))
    return line, ".".join(names)


# The model ------------------------------------------------------------------------------------------------------


def _model_error(document: yaml.Node, error: Any) -> Problem:
    """Return an error from pydantic in our words."""
    kind, context = error["type"], error.get("ctx", {})
    location = (*error["loc"], *filter(None, [context.get("discriminator", "").strip("'")]))
    line, place = _place_of_error(document, location)
    value = context.get("tag", error["input"])
    shown = "" if isinstance(value, dict | list) or value is None else str(value)
    rule = LEFT_OPEN if value == TO_FILL_IN else "The value of this field has the wrong form."
    if kind in ("missing", "union_tag_not_found"):
        rule, fix, place, shown = "A field is missing.", "Add it.", f"{place}.{location[-1]}".strip("."), ""
    elif kind == "extra_forbidden":
        fields = _fields(location)
        rule, otherwise = "There is no such field.", f"possible fields: {', '.join(fields)}"
        fix = nearest(str(location[-1]), fields, otherwise)
    elif kind == "value_error":
        fix = f"{sentence_case(str(context['error']))}."
        if isinstance(value, dict):
            rule, line = "These fields contradict each other.", line if place else None
    else:
        fix = _required_form(kind, shown, context, error["msg"])
    return Problem(LEDGER_FILE, rule, fix, line, place, shown)


def _required_form(kind: str, value: str, context: dict[str, Any], message: str) -> str:
    """Say in plain words what a field needs."""
    if listed := context.get("expected_tags") or context.get("expected"):
        words = re.findall(r"'([^']*)'", str(listed))
        return nearest(value, words, f"write one of: {', '.join(words)}")
    if kind == "string_type" and value:
        return f'Put it in quotes: "{value}".'
    if kind.startswith(("float_", "int_")):
        hint = plain_number_advice(value)
        return f"It must be a number. {hint}" if hint and hint.plain else "It must be a number."
    text = re.sub(r"^Input should (be|have) ", r"It must \1 ", message)
    text = re.sub(r"a valid (dictionary|mapping).*", "a block of fields", text)
    return re.sub("valid (tuple|list)", "list", text) + "."


def _fields(location: Location) -> list[str]:
    """Return the fields of the block that contains a place; in a union, those of the kind that is meant."""
    now: list[type[BaseModel]] = [Ledger]
    for part in location[:-1]:
        inner = [m for one in now if part in one.model_fields for m in _models(one.model_fields[str(part)].annotation)]
        kinds = [m for m in now if "kind" in m.model_fields and part in get_args(m.model_fields["kind"].annotation)]
        now = inner or kinds or now
    return list(dict.fromkeys(field for one in now for field in one.model_fields))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in a type annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
