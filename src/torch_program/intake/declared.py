"""What people declare in YAML (mappings, the ledger): read without surprises, every fault with its line.

The file is held against its pydantic model. What a claim or a mapping has no use for is refused before anything is
built from it: tags that name objects, and aliases by which a short file stands for a huge one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from torch_program.claims import LOADER
from torch_program.intake.problems import Problem, nearest
from torch_program.words import OPEN, sentence_case

DEEPEST = 20  # levels of nesting; what is declared here has six
Location = tuple[str | int, ...]


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
    document, content, problems = _document(name, raw)
    if problems:
        return Declared(None, problems, name, document)
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


def _document(name: str, raw: bytes) -> tuple[yaml.Node | None, Any, list[Problem]]:
    """Its nodes, which know their lines, and its content; or what is wrong with it as YAML."""

    def fault(line: int | None, rule: str, fix: str) -> tuple[None, None, list[Problem]]:
        return None, None, [Problem(name, line, "", "", rule, fix)]

    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return fault(raw[: error.start].count(b"\n") + 1, "The file is not UTF-8.", "Save it in the encoding UTF-8.")
    try:
        if odd := next(_odd(text), None):
            return fault(*odd)
        document = yaml.compose(text, Loader=LOADER)
        return document, yaml.load(text, Loader=LOADER), []  # noqa: S506  (a safe one, in C or not)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else None
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        return fault(line, f"The file is not readable as YAML ({said}).", _hint(text, line, said))
    except ValueError as error:  # a day without quotes that the calendar does not have
        return fault(None, f"The file holds a value that cannot be ({error}).", "Put dates in quotes, and correct it.")


def _odd(text: str) -> Iterator[tuple[int, str, str]]:
    """What has no meaning here and could fill the memory, with its line: endless nesting, blocks that are repeated."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            yield line, f"Lists or blocks are nested more than {DEEPEST} deep.", "Is a bracket left open?"
        if isinstance(event, yaml.CollectionStartEvent) and event.anchor:
            rule = f"A list or a block has a name (&{event.anchor}), as if it should stand elsewhere too."
            yield line, rule, "Delete the name, and write out what is meant: only a text can be repeated by its name."


def _hint(text: str, line: int | None, said: str) -> str:
    """The edit that mends a slip of YAML, by what stands in the line or the one before."""
    near = "\n".join(text.splitlines()[max(0, (line or 1) - 2) : line])
    if re.search(r"^(<{7}|>{7}) ", text, re.M):
        return "Two versions were merged here: keep one, and delete the marks."
    if "\t" in near:
        return "A tab stands there: indent by blanks."
    if re.search(r"(^|[\s{\[,])#\S", near):
        return 'What begins with # is a remark: put a word that begins so in quotes, "#高新技术企业".'
    if "constructor for the tag" in said:
        return "Delete the tag: no object is made."
    if "mapping values" in said:
        return 'Put a text that holds ": " in quotes, and begin fields of one block below each other.'
    return "Are quotes and brackets closed, and do the fields of a block begin below each other?"


def _twice(name: str, node: yaml.Node | None, above: Location = ()) -> Iterator[Problem]:
    """Fields that stand twice in one block, and entries of one list with the same id."""
    pairs: list[tuple[str | int, yaml.Node, yaml.Node, str]] = []
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), key, value, "A field stands there twice.") for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(_id(v) or n, v, v, "Two entries have one id.") for n, v in enumerate(node.value, 1)]
    first: dict[str | int, int] = {}
    for key, mark, value, rule in pairs:
        line, place = mark.start_mark.line + 1, (*above, key)
        if key in first:
            fix = f"The first is in line {first[key]}. Delete one of the two, or give it another name."
            yield Problem(name, line, ".".join(map(str, place)), "", rule, fix)
        first.setdefault(key, line)
        yield from _twice(name, value, place)


def _left_open(name: str, node: yaml.Node | None, above: Location = ()) -> Iterator[Problem]:
    """Values that are still to be filled in."""
    if isinstance(node, yaml.ScalarNode) and node.value == OPEN:
        place = ".".join(map(str, above))
        yield Problem(
            name, node.start_mark.line + 1, place, OPEN, "This is left to be filled in.", "Write what is meant."
        )
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _left_open(name, value, (*above, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value, 1):
            yield from _left_open(name, value, (*above, _id(value) or number))


def _id(node: yaml.Node) -> str:
    """What an entry of a list calls itself."""
    if isinstance(node, yaml.MappingNode):
        return next((str(value.value) for key, value in node.value if key.value == "id"), "")
    return ""


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
            names.append(_id(node) or str(part + 1))
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
