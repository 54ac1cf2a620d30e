"""Reads YAML that people write, and reports each fault with its line and the edit that fixes it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from claimbook.project.folders import UserError
from claimbook.say.words import unseen

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the loader in C reads the same ten times as fast
Location = tuple[str | int, ...]


class YamlError(UserError, ValueError):
    """A file is not readable as YAML; the message gives the line, the reason and the fix."""

    def __init__(self, name: str, line: int | None, rule: str, fix: str) -> None:
        super().__init__(f"{name}{f', line {line}' if line else ''}: {rule} {fix}")
        self.line, self.rule, self.fix = line, rule, fix


def read_yaml(path: Path, name: str = "") -> Any:
    """Return the content of a YAML file, which messages call `name`. Raises YamlError if it cannot be read."""
    name = name or path.name
    if not path.is_file():
        raise YamlError(name, None, "The file is missing.", f"Restore it: git checkout -- {name}")
    return yaml_document(name, path.read_bytes())[1]


def yaml_document(name: str, raw: bytes) -> tuple[yaml.Node, Any]:
    """Return the nodes of a document, which know their lines, and its content. Raises YamlError."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise YamlError(name, line, "The file is not UTF-8.", "Save it as UTF-8.") from None
    if hidden := unseen(text):
        rule = "The text contains an invisible character, so it is not what it looks like."
        raise YamlError(name, hidden[0], rule, f"Delete {hidden[1]}.")
    try:
        return yaml.compose(text, Loader=LOADER), yaml.load(text, Loader=LOADER)  # noqa: S506  (a safe one, in C or not)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        at = mark.line + 1 if mark else None
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise YamlError(name, at, f"The file is not readable as YAML ({reason}).", _hint(text, at, reason)) from None
    except ValueError as error:  # such as an unquoted date that does not exist
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
    if "constructor for the tag" in reason:
        return "Delete the tag, because tags are not allowed."
    if "mapping values" in reason:
        return 'Put a text that contains ": " in quotes, and give the fields of a block the same indentation.'
    return "Check that quotes and brackets are closed, and that the fields of a block have the same indentation."


def entries(node: yaml.Node | None, above: Location = ()) -> Iterator[tuple[Location, int, yaml.Node]]:
    """Yield location, line and value of every entry; entries of lists are named by id or number."""
    children: list[tuple[str | int, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        children = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(id_of(value) or number, value, value) for number, value in enumerate(node.value, 1)]
    for name, mark, value in children:
        yield (*above, name), mark.start_mark.line + 1, value
        yield from entries(value, (*above, name))


def id_of(node: yaml.Node) -> str:
    """Return the id of an entry in a list, or "" if it has none."""
    if isinstance(node, yaml.MappingNode):
        return next((str(value.value) for key, value in node.value if key.value == "id"), "")
    return ""
