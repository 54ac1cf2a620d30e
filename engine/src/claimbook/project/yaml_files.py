"""Reads YAML that people write, and reports each fault with its line and the edit that fixes it."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import to_json

from claimbook.project.folders import UserError
from claimbook.say.words import sentence_case, suggestion, unseen

LONGEST_TEXT, LONGEST_NUMBER = 20_000, 40  # characters
DEEPEST = 20  # blocks inside each other
MOST_NODES = 100_000  # texts, numbers, lists and blocks of a document
PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in "str int float bool null timestamp map seq".split())
PLAIN = {  # how numbers and truth values are written; YAML also reads 1:30 as 90, 010 as 8 and no as false
    "bool": re.compile(r"true|false", re.I),
    "int": re.compile(r"[-+]?(0|[1-9]\d*)", re.ASCII),
    "float": re.compile(r"[-+]?(\d+\.\d*|\.\d+)(e[-+]?\d+)?|[-+]?\.(inf|nan)", re.ASCII | re.I),
}
TYPES_IN_WORDS = {  # as pydantic begins to name them, and as people do
    "integer": "a whole number",
    "number": "a number",
    "string": "text in quotes",
    "boolean": "true or false",
    "dictionary": "a block of fields",
    "tuple": "a list",
    "array": "a list",
}
INVISIBLE = "The text contains an invisible character, so it is not what it looks like."
ONE_OF_TWO = "The first is in line {}. Delete or rename one of the two."
UNFIT = "is wrong."  # a value, which messages show
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C it reads ten times as fast
Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


def _look_at(name: str, node: yaml.Node, sizes: dict[int, float], place: Location = (), is_name: bool = False) -> float:
    """Return how many parts a part has, those that an alias repeats included. Raises YamlError if it is not plain.

    `sizes` has those of the parts already looked at. A part that contains itself has no end.
    """
    if len(place) <= DEEPEST and id(node) in sizes:
        return sizes[id(node)]
    odd, sizes[id(node)] = _odd(node, len(place), is_name), math.inf
    size = 1.0
    for part, key, value in () if odd else _parts(node):
        size += _look_at(name, key, sizes, place, True) if key is not value else 0
        size += _look_at(name, value, sizes, (*place, part))
    if size > MOST_NODES:
        odd = "Aliases (*) repeat this part without end, or too often.", "Write it out wherever it is meant."
    if odd:
        raise YamlError(name, node.start_mark.line + 1, *odd, in_words(place))
    sizes[id(node)] = size
    return size


def _odd(node: yaml.Node, depth: int, is_name: bool) -> tuple[str, str] | None:
    """Return why a part is not what it looks like, or too large, with the edit that fixes it. None if it is plain."""
    kind, text = node.tag.rpartition(":")[2], node.value
    if node.tag not in PLAIN_TAGS:
        return f"This has the tag {kind}.", "Delete it: tags (!!) and merge keys (<<) are not allowed."
    if depth > DEEPEST:
        return f"Blocks are nested more than {DEEPEST} deep.", "Check that quotes and brackets are closed."
    if not isinstance(text, str):
        return None
    if hidden := unseen(text):
        return INVISIBLE, f"Delete {hidden[1]}."
    most = LONGEST_NUMBER if kind in ("int", "float") else LONGEST_TEXT
    if len(text) > most:
        return f"This has {len(text):,} characters, and at most {most:,} are allowed.", "Shorten it."
    if not is_name and kind in PLAIN and not PLAIN[kind].fullmatch(text):
        write = "true or false" if kind == "bool" else "plain digits"
        return f"YAML does not read {text} as a text.", f'Put it in quotes: "{text}". If it is none, write {write}.'
    return None


class YamlError(UserError):
    """A file is not readable as YAML; the message gives the line, perhaps the field, the reason and the fix."""

    def __init__(self, name: str, line: int | None, rule: str, fix: str, place: str = "") -> None:
        where = f", line {line}" * bool(line) + f", {place}" * bool(place)
        super().__init__(f"{name}{where}: {rule} {fix}")
        self.line, self.rule, self.fix, self.place = line, rule, fix, place


class Declared(BaseModel):
    """What somebody writes: every field is known and has its type, and nothing changes it later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def written_as(form: str, **rules: Any) -> Any:
    """Return a field of a model with the `form` that messages ask for, like "a day in quotes"."""
    return Field(json_schema_extra={"form": form}, **rules)


def read_yaml(path: Path, name: str = "") -> Any:
    """Return the content of a YAML file, which messages call `name`. Raises YamlError if it cannot be read."""
    name = name or path.name
    if not path.is_file():
        raise YamlError(name, None, "The file is missing.", f"Restore it: git checkout -- {name}")
    document, content = yaml_document(name, path.read_bytes())
    for place, line, first in twice(document):
        raise YamlError(name, line, "The same entry occurs twice.", ONE_OF_TWO.format(first), in_words(place))
    return content


def read_model(schema: type[Model], path: Path, name: str = "") -> Model:
    """Return the content of a YAML file, which messages call `name`, as a model. Raises UserError."""
    name = name or path.name
    content = read_yaml(path, name)
    try:
        return schema.model_validate_json(to_json(content))
    except ValidationError as error:
        document = yaml_document(name, path.read_bytes())[0]
        found = (f"{name}{f', line {m.line}' * bool(m.line)}: {m}" for m in mistakes(schema, error, document))
        raise UserError("\n".join(found)) from None


class Mistake(NamedTuple):
    """A mistake in the fields of a model: its line, its place, what is wrong, the edit, and the value if shown."""

    line: int | None
    place: str
    rule: str  # follows the name of the place, like "is missing."
    fix: str
    value: str | int | float | None

    def __str__(self) -> str:
        rule = self.rule if self.value is None else f"is {self.value!r}."
        return f"{self.place or 'the file'} {rule} {self.fix}"


def mistakes(schema: type[BaseModel], error: ValidationError, document: yaml.Node | None = None) -> Iterator[Mistake]:
    """Yield the mistakes in values that somebody gave for the fields of a model, perhaps in a `document`."""
    faults = error.errors()
    outer = {fault["loc"][:end] for fault in faults for end in range(len(fault["loc"]))}  # these say less
    for fault in (fault for fault in faults if fault["loc"] not in outer):
        context = fault.get("ctx", {})
        location = (*fault["loc"], *filter(None, [context.get("discriminator", "").strip("'")]))
        value = context.get("tag", fault["input"])
        rule, fix = _rule_and_fix(schema, location, value, fault)
        shown = value if rule == UNFIT and isinstance(value, str | int | float) else None
        yield Mistake(*placed(document, location), rule, fix, shown)


def placed(node: yaml.Node | None, location: Iterable[str | int]) -> tuple[int | None, str]:
    """Return line and name of a place; if it is missing, the line of the block around it.

    pydantic also names the kind of a block, which is the value of its field `kind`. This is left out.
    """
    line, names = None, list[str | int]()
    for part in location:
        parts = _parts(node)
        if same := parts[part : part + 1] if isinstance(part, int) else [p for p in parts if p[0] == str(part)]:
            name, mark, node = same[0]
            line = mark.start_mark.line + 1
            names.append(name)
        elif ("kind", part) not in [(name, value.value) for name, _, value in parts]:
            names.append(part + 1 if isinstance(part, int) else part)
    return line, in_words(names)


def _fields_at(models: Sequence[type[BaseModel]], location: Location) -> dict[str, FieldInfo]:
    """Return the fields of the block at a place by name; of several models, those of the kind that is meant."""
    fields = {field.alias or name: field for model in models for name, field in model.model_fields.items()}
    if not location:
        return fields
    inner = [*_models(fields[str(location[0])].annotation)] if location[0] in fields else []
    kinds = [m for m in models if "kind" in fields and location[0] in get_args(m.model_fields["kind"].annotation)]
    return _fields_at(inner or kinds or models, location[1:])


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in a type annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _rule_and_fix(schema: type[BaseModel], location: Location, value: Any, fault: Any) -> tuple[str, str]:
    """Return what is wrong with a value, after the name of its field, and what the field needs."""
    kind, message = fault["type"], fault["msg"].removeprefix("Value error, ")
    fields, last = _fields_at([schema], location[:-1]), str(location[-1]) if location else ""
    extra = getattr(fields.get(last), "json_schema_extra", None) or {}
    needs = f"It must be {form}." if (form := extra.get("form")) else ""
    if kind in ("missing", "union_tag_not_found"):
        return "is missing.", needs or "Add it."
    if kind == "extra_forbidden":
        return "is unknown.", f"{suggestion(last, fields)} Known: {', '.join(fields)}.".strip()
    if kind == "sentence":
        return f"is {value},", message
    if needs or kind == "value_error":
        return UNFIT, needs or f"{sentence_case(message)}."
    context = fault.get("ctx", {})
    if allowed := context.get("expected_tags") or context.get("expected"):
        words = re.findall(r"'([^']*)'", allowed)
        return UNFIT, f"{suggestion(str(value), words)} Write one of: {', '.join(words)}.".strip()
    if kind == "string_type" and type(value) is int:
        return UNFIT, f'Put it in quotes: "{value}".'
    if kind.startswith("model"):
        return UNFIT, f"It must be a block of fields: {', '.join(_fields_at([schema], location))}."
    named = next((words for start, words in TYPES_IN_WORDS.items() if f"a valid {start}" in message), "")
    return UNFIT, f"It must be {named}." if named else re.sub(r"^\w+ should ", "It must ", message) + "."


def place_in_file(path: Path, location: Iterable[str | int]) -> str:
    """Return file, line and place as messages name them."""
    line, place = placed(yaml_document(path.name, path.read_bytes())[0], location)
    return f"{path.name}{f', line {line}' * bool(line)}, {place or 'the file'}"


def as_yaml(content: Mapping[str, Any]) -> str:
    """Return content as YAML, in its own order."""
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def yaml_document(name: str, raw: bytes) -> tuple[yaml.Node, Any]:
    """Return the nodes of a document, which know their lines, and its content. Raises YamlError."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise YamlError(name, line, "The file is not UTF-8.", "Save it as UTF-8.") from None
    if hidden := unseen(text):  # also in comments
        raise YamlError(name, hidden[0], INVISIBLE, f"Delete {hidden[1]}.")
    try:
        loader = LOADER(text)
        if document := loader.get_single_node():
            _look_at(name, document, {})
        return document, loader.construct_document(document) if document else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        at = mark.line + 1 if mark else None
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise YamlError(name, at, f"The file is not readable as YAML ({reason}).", _hint(text, at, reason)) from None
    except (ValueError, RecursionError) as error:  # such as an unquoted date that does not exist
        rule, fix = f"The file contains an impossible value ({error}).", "Correct it, and put dates in quotes."
        raise YamlError(name, None, rule, fix) from None


def _hint(text: str, line: int | None, reason: str) -> str:
    """Return the edit that probably fixes a fault, judging by its line and the one before."""
    near = "\n".join(text.splitlines()[max(0, (line or 1) - 2) : line])
    if re.search(r"^(<{7}|>{7}) ", text, re.M):
        return "This is a merge conflict: keep one version, and delete the conflict markers."
    if "\t" in near:
        return "There is a tab: indent with spaces."
    if re.search(r"(^|[\s{\[,])#\S", near):
        return 'Text after # is a comment: put a word that begins with # in quotes, "#1 of the list".'
    if "mapping values" in reason:
        return 'Put a text that contains ": " in quotes, and give the fields of a block the same indentation.'
    return "Check that quotes and brackets are closed, and that the fields of a block have the same indentation."


def entries(node: yaml.Node | None, above: Location = ()) -> Iterator[tuple[Location, int, yaml.Node]]:
    """Yield location, line and value of every entry; entries of lists are named by id or number."""
    for name, mark, value in _parts(node):
        yield (*above, name), mark.start_mark.line + 1, value
        yield from entries(value, (*above, name))


def _parts(node: yaml.Node | None) -> list[tuple[str | int, yaml.Node, yaml.Node]]:
    """Return the parts of a block or list: name, key (of a list the part itself) and value."""
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), key, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(id_of(value) or number, value, value) for number, value in enumerate(node.value, 1)]
    return []


def twice(document: yaml.Node | None) -> Iterator[tuple[Location, int, int]]:
    """Yield place, line and first line of fields that occur twice in a block, and of list entries with the same id.

    What is inside a second entry is left out.
    """
    first: dict[Location, int] = {}
    doubled: set[Location] = set()
    for place, line, _ in entries(document):
        if place in first and place[:-1] not in doubled:
            yield place, line, first[place]
        doubled |= {place} & first.keys()
        first.setdefault(place, line)


def in_words(place: Iterable[str | int]) -> str:
    """Return a place in a document as messages name it."""
    return ".".join(map(str, place))


def id_of(node: yaml.Node) -> str:
    """Return the id of an entry in a list, or "" if it has none."""
    if isinstance(node, yaml.MappingNode):
        return next((str(value.value) for key, value in node.value if key.value == "id"), "")
    return ""
