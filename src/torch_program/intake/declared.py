"""What people declare in YAML (mappings, the ledger), held against its pydantic model: every fault with its line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from torch_program.intake.problems import Problem, nearest
from torch_program.words import OPEN, sentence_case
from torch_program.yaml_files import Location, YamlError, entries, id_of, yaml_document


@dataclass(frozen=True)
class Declared:
    """What a file declares: the model, or None where it has faults, and the document with its lines."""

    model: Any
    problems: list[Problem]
    name: str = ""
    document: yaml.Node | None = None

    def at(self, location: Location, value: str, rule: str, fix: str) -> Problem:
        """A fault at a place of the document."""
        line, place = _place(self.document, location)
        return Problem(self.name, line, place, value, rule, fix)


def read(name: str, raw: bytes, model: type[BaseModel]) -> Declared:
    """Read a file of that name; `model` says what it must be like."""
    try:
        document, content = yaml_document(name, raw)
    except YamlError as error:
        return Declared(None, [Problem(name, error.line, "", "", error.rule, error.fix)], name)
    if not isinstance(content, dict):
        rule, fix = "The file holds no fields.", f"Possible: {', '.join(model.model_fields)}."
        return Declared(None, [Problem(name, None, "", "", rule, fix)], name, document)
    problems = [*_twice(name, document), *_left_open(name, document)]
    try:
        made = model.model_validate(content)
    except ValidationError as error:
        made = None
        found = {(p.row, p.column, p.rule): p for p in _faults(name, document, model, error)}
        asked = {(p.row, p.column): p.fix for p in found.values()}
        problems = [replace(p, fix=asked.get((p.row, p.column), p.fix)) for p in problems]
        doubled = {".".join(p.column.split(".")[:2]) for p in problems}  # what stands twice is not read as it is meant
        problems += [
            p for p in found.values() if not (doubled and p.column == "" or p.column.startswith(tuple(doubled)))
        ]
    return Declared(None if problems else made, problems, name, document)


# The document ---------------------------------------------------------------------------------------------------


def _twice(name: str, document: yaml.Node | None) -> Iterator[Problem]:
    """Fields that stand twice in one block, and entries of one list with the same id; nothing that stands in these."""
    first: dict[Location, int] = {}
    doubled: set[Location] = set()
    for place, line, _ in entries(document):
        if place not in first:
            first[place] = line
            continue
        doubled.add(place)
        if place[:-1] not in doubled:
            fix = f"The first is in line {first[place]}. Delete one of the two, or give it another name."
            yield Problem(name, line, ".".join(map(str, place)), "", "An entry stands there twice.", fix)


def _left_open(name: str, document: yaml.Node | None) -> Iterator[Problem]:
    """Values that are still to be filled in."""
    for place, _, value in entries(document):
        if isinstance(value, yaml.ScalarNode) and value.value == OPEN:
            line, where = value.start_mark.line + 1, ".".join(map(str, place))
            yield Problem(name, line, where, OPEN, "This is left to be filled in.", "Write what is meant.")


def _place(node: yaml.Node | None, location: Location) -> tuple[int | None, str]:
    """Line and name of a place; parts of the location that are no keys (pydantic's names for kinds) are passed over."""
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


def _faults(name: str, document: yaml.Node | None, model: type[BaseModel], error: ValidationError) -> Iterator[Problem]:
    """The sentences of pydantic's errors; of a value that may be one of several kinds, the nearest kind's alone."""
    errors = error.errors()
    for e in errors:
        if deciding := e.get("ctx", {}).get("discriminator"):
            e["loc"] = (*e["loc"], deciding.strip("'"))
    placed = [(_place(document, e["loc"]), e) for e in errors]
    for (line, place), e in placed:
        last = str(e["loc"][-1]) if e["loc"] else ""
        absent = e["type"] in {"missing", "union_tag_not_found"}
        own = f"{place}.{last}".strip(".") if absent else place
        loc = e["loc"]
        while not absent and len(loc) > 1 and e["type"] != "extra_forbidden" and str(loc[-1]) not in place.split("."):
            loc = loc[:-1]  # pydantic's name for a kind that the value may be of
        deeper = [p for (_, p), _ in placed if p.startswith(f"{place}.")]
        if deeper and not absent:
            continue  # it is meant as the kind whose fields are told
        yield _sentence(name, line, own, str(loc[-1]) if loc else "", _model_at(model, loc), e)


def _sentence(name: str, line: int | None, place: str, last: str, models: list[type[BaseModel]], error: Any) -> Problem:
    kind, given = error["type"], error["input"]
    fields = list(dict.fromkeys(field for model in models for field in model.model_fields))
    if kind == "extra_forbidden":
        fix = nearest(last, fields, f"possible are: {', '.join(fields)}")
        return Problem(name, line, place, "", "There is no such field.", fix)
    about = next((m.model_fields[last].description for m in models if last in m.model_fields), None)
    wanted = f"It must be {about}." if about else _asked(error)
    if kind == "union_tag_not_found":
        return Problem(name, line, place, "", "A field is missing.", "Add it: it decides which others are possible.")
    if kind == "missing":
        return Problem(name, line, place, "", "A field is missing.", f"Add it. {wanted}" if about else "Add it.")
    if kind == "value_error":
        text = error["msg"].removeprefix("Value error, ")
        where, rule = line if place else None, "The fields must fit together."
        return Problem(name, where, place, "", rule, sentence_case(text)[:400])
    given = error.get("ctx", {}).get("tag", given)
    shown = given if isinstance(given, str | int | float | date) else ""
    return Problem(name, line, place, str(shown), "A field has another form than it should.", wanted)


def _asked(error: Any) -> str:
    """What a field asks for, in plain words."""
    given, context = error["input"], error.get("ctx", {})
    if "expected_tags" in context or error["type"] == "literal_error":
        words = re.findall(r"'([^']*)'", str(context.get("expected_tags") or context["expected"]))
        tag = context.get("tag", given)
        return nearest(str(tag), words, f"write one of: {', '.join(words)}")
    if error["type"] == "string_type" and isinstance(given, int | float | date):
        return f'Put it in quotes: "{given}".'
    if error["type"].startswith(("float_", "int_")):
        return "It must be a number."
    text = re.sub(r"^Input should (be|have) ", r"It must \1 ", error["msg"])
    text = re.sub(r"a valid (dictionary|mapping).*", "a block of fields", text)
    return text.replace("valid tuple", "list").replace("valid list", "list").replace("valid string", "text") + "."


def _model_at(model: type[BaseModel], location: Location) -> list[type[BaseModel]]:
    """The models that the place of a location may be of; the last part is a field of theirs."""
    now = [model]
    for part in location[:-1]:
        if holding := [m for m in now if part in m.model_fields]:
            now = [found for m in holding for found in _models(m.model_fields[str(part)].annotation)]
        elif of_kind := [m for m in now if part == m.__name__ or part in _kinds(m)]:
            now = of_kind
    return now


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _kinds(model: type[BaseModel]) -> Iterable[Any]:
    """The words by which a member of a union is known."""
    field = model.model_fields.get("kind")
    return get_args(field.annotation) if field else ()
