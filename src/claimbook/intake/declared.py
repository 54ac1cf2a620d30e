"""Check what people declare in YAML against its pydantic model, and give every fault its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from claimbook.intake.cells import plain_number_advice
from claimbook.intake.problems import Faults, Problem, nearest
from claimbook.project.yaml_files import Location, YamlError, entries, id_of, yaml_document
from claimbook.say.words import TO_FILL_IN, sentence_case

LEFT_OPEN = "This still has to be filled in."


@dataclass(frozen=True)
class Declaration:
    """What a file declares: the model, or None if it has faults, and the document with its lines."""

    model: Any
    problems: list[Problem]
    name: str = ""
    document: yaml.Node | None = None

    def at(self, location: Location, value: str, rule: str, fix: str) -> Problem:
        """Return a fault at a place in the document."""
        return Problem(self.name, rule, fix, *_place_of_error(self.document, location), value)


def read_declared(name: str, raw: bytes, model: type[BaseModel]) -> Declaration:
    """Read a file and check it against `model`."""
    try:
        document, content = yaml_document(name, raw)
    except YamlError as error:
        return Declaration(None, [Problem(name, error.rule, error.fix, error.line)], name)
    if not isinstance(content, dict):
        fix = f"Possible fields: {', '.join(model.model_fields)}."
        return Declaration(None, [Problem(name, "The file has no fields.", fix)], name, document)
    problems, model_object = list(_commas(name, document)) or list(_twice(name, document)), None
    found = {(p.row, p.column): p for p in _left_open(name, document)}
    try:
        model_object = model.model_validate(content)
    except ValidationError as error:
        doubled = tuple(".".join(p.column.split(".")[:2]) for p in problems)  # it was not read as meant
        wrong = [_model_error(name, document, model, e) for e in error.errors()]
        wrong = [p for p in wrong if not (doubled and p.column == "" or p.column.startswith(doubled))]
        outer = {p.column for p in wrong for inner in wrong if inner.column.startswith(f"{p.column}.")}
        found |= {(p.row, p.column): p for p in wrong if p.column not in outer}  # pydantic's says more
    problems += found.values()
    return Declaration(None if problems else model_object, problems, name, document)


# The document ---------------------------------------------------------------------------------------------------


def _twice(name: str, document: yaml.Node | None) -> Faults:
    """Yield fields that occur twice in a block, and list entries with the same id, but nothing inside such entries."""
    first: dict[Location, int] = {}
    doubled: set[Location] = set()
    for place, line, _ in entries(document):
        if place in first and place[:-1] not in doubled:
            fix = f"The first is in line {first[place]}. Delete or rename one of the two."
            yield Problem(name, "The same entry occurs twice.", fix, line, ".".join(map(str, place)))
        doubled |= {place} & first.keys()
        first.setdefault(place, line)


def _commas(name: str, document: yaml.Node | None) -> Faults:
    """Yield numbers with thousands separators, which YAML reads as several fields in a one-line block."""
    for place, line, node in entries(document):
        if isinstance(node, yaml.MappingNode) and node.flow_style:
            words = [text for key, value in node.value for text in (key.value, value.value) if isinstance(text, str)]
            if found := re.search(r"(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)", ",".join(filter(None, words))):
                rule, fix = "A number has no thousands separators.", f"Write {found[0].replace(',', '')}."
                yield Problem(name, rule, fix, line, ".".join(map(str, place)), found[0])


def _left_open(name: str, document: yaml.Node | None) -> Faults:
    """Yield values that still have to be filled in."""
    for place, _, value in entries(document):
        if isinstance(value, yaml.ScalarNode) and value.value == TO_FILL_IN:
            line, where = value.start_mark.line + 1, ".".join(map(str, place))
            yield Problem(name, LEFT_OPEN, "Fill it in.", line, where, TO_FILL_IN)


def _place_of_error(node: yaml.Node | None, location: Location) -> tuple[int | None, str]:
    """Return line and name of a place. Parts that are not keys (pydantic's names of kinds) are skipped."""
    line, names = (node.start_mark.line + 1 if node else None), []
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found:
                line, node = found[0].start_mark.line + 1, found[1]
                names.append(str(part))
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
            names.append(id_of(node) or str(part + 1))
    return line, ".".join(names)


# The model ------------------------------------------------------------------------------------------------------


def _model_error(name: str, document: yaml.Node | None, model: type[BaseModel], error: Any) -> Problem:
    """Return an error from pydantic in our words."""
    kind, context = error["type"], error.get("ctx", {})
    location = (*error["loc"], *filter(None, [context.get("discriminator", "").strip("'")]))
    line, place = _place_of_error(document, location)
    if kind in ("missing", "union_tag_not_found"):
        return Problem(name, "A field is missing.", "Add it.", line, f"{place}.{location[-1]}".strip("."))
    if kind == "extra_forbidden":
        fields = _fields(model, location)
        fix = nearest(str(location[-1]), fields, f"possible fields: {', '.join(fields)}")
        return Problem(name, "There is no such field.", fix, line, place)
    if kind == "value_error":
        fix = sentence_case(str(context["error"]))
        return Problem(name, "These fields contradict each other.", fix, line if place else None, place)
    value = context.get("tag", error["input"])
    shown = "" if isinstance(value, dict | list) or value is None else str(value)
    rule = LEFT_OPEN if value == TO_FILL_IN else "The value of this field has the wrong form."
    return Problem(name, rule, _required_form(kind, shown, context, error["msg"]), line, place, shown)


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
    if kind.startswith("date_"):
        return "It must be a day: YYYY-MM-DD."
    text = re.sub(r"^Input should (be|have) ", r"It must \1 ", message)
    text = re.sub(r"a valid (dictionary|mapping).*", "a block of fields", text)
    return re.sub("valid (tuple|list)", "list", text) + "."


def _fields(model: type[BaseModel], location: Location) -> list[str]:
    """Return the fields of the block that contains a place; in a union, those of the kind that is meant."""
    now = [model]
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
