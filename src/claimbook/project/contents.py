"""The settings of the book, and its documents and executed notebooks in order."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from claimbook.project.files import read_once
from claimbook.project.yaml_files import YamlError, yaml_document
from claimbook.say.words import suggestion, unseen

TOC_FILE, CONFIG_FILE, CITATION_CFF = "_toc.yml", "_config.yml", "CITATION.cff"
CITED = ("title", "abstract", "authors", "version", "keywords")  # fields of CITATION.cff that the report uses


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file. Raises YamlError if it is missing or not readable."""
    if not path.is_file():
        raise YamlError(path.name, None, "The file is missing.", f"Restore it: git checkout -- {path.name}")
    return yaml_document(path.name, path.read_bytes())[1]


def faults_of_settings(source: Path) -> list[str]:
    """Return faults in the settings, which Jupyter Book would report only after all notebooks have run."""
    from jupyter_book.config import PATH_YAML_DEFAULT, get_validator  # takes a tenth of a second to import

    try:
        validator, settings = get_validator(), read_yaml(source / CONFIG_FILE)
        places = [(".".join(map(str, e.path)) or "the file", e.message[:200]) for e in validator.iter_errors(settings)]
        known = {*validator.schema["properties"], *read_yaml(Path(PATH_YAML_DEFAULT))}
        unknown = [key for key in settings if key not in known] if isinstance(settings, dict) else []
        faults = [f"{CONFIG_FILE}, {place}: {fault}. Correct it." for place, fault in places]
        return faults + [f"{CONFIG_FILE}: there is no setting {key}.{suggestion(key, known)}" for key in unknown]
    except YamlError as error:
        return [str(error)]


def faults_of_citation(source: Path) -> list[str]:
    """Return the fields that pages and deposits need and CITATION.cff lacks."""
    try:
        lacking = [name for name in CITED if not read_yaml(source / CITATION_CFF).get(name)]
        return [f"{CITATION_CFF}: {name} is missing. Add it." for name in lacking]
    except YamlError as error:
        return [str(error)]


def faults_of_texts(files: Mapping[str, Path]) -> list[str]:
    """Return faults for texts with invisible characters. YAML and notebooks are checked elsewhere."""
    found = {name: unseen(path.read_text(encoding="utf-8", errors="replace")) for name, path in files.items()}
    what = "there is an invisible character. Delete"
    return [f"{name}, line {hidden[0]}: {what} {hidden[1]}." for name, hidden in found.items() if hidden]


@read_once
def _documents(path: Path) -> Sequence[tuple[str, str]]:
    return tuple(_listed(read_yaml(path)))


def listed_documents(source: Path) -> Sequence[tuple[str, str]]:
    """Return (part, document) in the order of `_toc.yml`; the root page has an empty part."""
    return _documents(source / TOC_FILE)


def executed_notebooks(source: Path) -> dict[str, Path]:
    """Return the paths of the book's notebooks in `source` by name, in the order of `_toc.yml`."""
    found = (source / f"{document}.ipynb" for _, document in listed_documents(source))
    return {path.stem: path for path in found if path.exists()}


def notebooks(source: Path) -> dict[str, Mapping[str, Any]]:
    """Return the content of those notebooks by name, as `read_notebook` returns it."""
    return {name: read_notebook(path) for name, path in executed_notebooks(source).items()}


@read_once
def read_notebook(path: Path) -> Mapping[str, Any]:
    """Return the content of one notebook, read once while unchanged. Callers must not modify it."""
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
