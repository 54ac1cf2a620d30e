"""What sets the book out: its settings, and which documents it has, in which order, which of them executed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from claimbook.build.files import read_once
from claimbook.say.words import suggestion, unseen
from claimbook.say.yaml_files import YamlError, yaml_document

FILE, SETTINGS, CITATION = "_toc.yml", "_config.yml", "CITATION.cff"
CITED = ("title", "abstract", "authors", "version", "keywords")  # fields of a citation that the report takes


def read(path: Path) -> Any:
    """What one of the two files says."""
    if not path.is_file():
        raise YamlError(path.name, None, "The file is missing.", f"Put it back: git checkout -- {path.name}")
    return yaml_document(path.name, path.read_bytes())[1]


def faults_of_settings(source: Path) -> list[str]:
    """Where the settings are none that Jupyter Book knows, which would tell so only when all notebooks have run."""
    from jupyter_book.config import PATH_YAML_DEFAULT, get_validator

    try:
        validator, settings = get_validator(), read(source / SETTINGS)
        places = [(".".join(map(str, e.path)) or "the file", e.message[:200]) for e in validator.iter_errors(settings)]
        known = {*validator.schema["properties"], *read(Path(PATH_YAML_DEFAULT))}
        unknown = [key for key in settings if key not in known] if isinstance(settings, dict) else []
        told = [f"{SETTINGS}, {place}: {said}. Correct it." for place, said in places]
        return told + [f"{SETTINGS}: {key} is unknown.{suggestion(key, known)}" for key in unknown]
    except YamlError as error:
        return [str(error)]


def faults_of_citation(source: Path) -> list[str]:
    """What CITATION.cff lacks of what pages and deposits take from it."""
    try:
        lacking = [name for name in CITED if not read(source / CITATION).get(name)]
        return [f"{CITATION}: {name} is missing. Add it." for name in lacking]
    except YamlError as error:
        return [str(error)]


def faults_of_texts(files: Mapping[str, Path]) -> list[str]:
    """Texts of the book with a sign that nobody sees; YAML and notebooks are told where they are read."""
    found = {name: unseen(path.read_text(encoding="utf-8", errors="replace")) for name, path in files.items()}
    what = "a sign stands there that nobody sees. Delete"
    return [f"{name}, line {hidden[0]}: {what} {hidden[1]}." for name, hidden in found.items() if hidden]


@read_once
def _documents(path: Path) -> Sequence[tuple[str, str]]:
    return tuple(_listed(read(path)))


def documents(source: Path) -> Sequence[tuple[str, str]]:
    """(part, document) in the order of `_toc.yml`; the root page belongs to no part."""
    return _documents(source / FILE)


def executed(source: Path) -> dict[str, Path]:
    """The notebooks of the book whose source tree is `source`, by name, in the order of `_toc.yml`."""
    found = (source / f"{document}.ipynb" for _, document in documents(source))
    return {path.stem: path for path in found if path.exists()}


def notebooks(source: Path) -> dict[str, Mapping[str, Any]]:
    """What is in those notebooks. A process reads each once, as long as its file stays the same; nobody changes it."""
    return {name: parsed(path) for name, path in executed(source).items()}


@read_once
def parsed(path: Path) -> Mapping[str, Any]:
    """What is in one notebook; the same holds."""
    return json.loads(path.read_bytes())


def _listed(entries: Any, part: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(entries, list):
        for entry in entries:
            yield from _listed(entry, part)
    elif isinstance(entries, dict):
        part = entries.get("caption", part)
        for key, value in entries.items():
            if key in {"file", "root"}:
                yield part, value
            else:
                yield from _listed(value, part)
