"""Editions: the parameters of one run of the report, read strictly from `editions/<name>.yml`."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from torch_program.parameters import CHANGED, Parameters, base_of, form, sentence, unknown
from torch_program.periods import in_words
from torch_program.project import Told
from torch_program.words import suggestion
from torch_program.yaml_files import Location, YamlError, entries, yaml_document

DEFAULT = "2026"
RUN = "run.json"  # beside the book: what is said of a run that reads another copy of the data


class EditionError(Told, ValueError):
    """An edition that cannot be used; the message names file, line, field and fix, a line for each mistake."""


class Edition(BaseModel):
    """One edition: a title and a note for people, and the parameters of its run."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    title: str = Field(min_length=1, json_schema_extra={"form": "text"})
    note: str = Field(default="", json_schema_extra={"form": "text"})
    parameters: Parameters = Field(json_schema_extra={"form": "a block with " + ", ".join(Parameters.model_fields)})

    @property
    def name(self) -> str:
        """Name of the edition, followed by what was changed for one run."""
        return self.parameters.edition

    @property
    def base(self) -> str:
        """Name of the file that it was read from."""
        return base_of(self.name)

    @property
    def epoch(self) -> int:
        """Seconds from 1970 to the cut-off day: every file that is made bears this date, never the clock's."""
        return (date.fromisoformat(self.parameters.cutoff) - date(1970, 1, 1)).days * 86400


def names(root: Path) -> list[str]:
    """Names of all editions, oldest first."""
    return sorted(path.stem for path in (root / "editions").glob("*.yml"))


def read(root: Path, name: str, settings: Sequence[str] = ()) -> Edition:
    """Read `editions/<name>.yml`, changed by `settings` ("cutoff=2024-12-31") for one run.

    Raises EditionError with one sentence for each mistake, all of them at once.
    """
    path = root / "editions" / f"{name}.yml"
    known = names(root)
    if name not in known:
        raise EditionError(
            f"There is no edition {name!r}.{suggestion(name, known)} Known: {', '.join(known) or 'none'}. "
            f"To make one with today's evidence: torch-program edition new {_as_name(name)}"
        )
    where = path.relative_to(root).as_posix()
    try:
        node, content = yaml_document(where, path.read_bytes())
    except YamlError as error:
        raise EditionError(str(error)) from None
    if not isinstance(content, dict):
        raise EditionError(f"{where}: must hold the fields {', '.join(Edition.model_fields)}.")
    if name != _as_name(name):
        raise EditionError(f"{where}: a name has letters, digits, '.', '_' and '-'. Rename it to {_as_name(name)}.yml.")
    lines: dict[Location, int] = {}
    mistakes = [
        f"{where}, line {line}: {'.'.join(map(str, place))} stands there a second time. Delete one of the two lines."
        for place, line, _ in entries(node)
        if lines.setdefault(place, line) != line
    ]
    try:
        edition = Edition.model_validate(content, context={"name": name})
    except ValidationError as error:
        mistakes += [_sentence(where, lines, problem) for problem in error.errors()]
    if mistakes:
        raise EditionError("\n".join(mistakes))
    return changed(edition, settings)


def begun(root: Path, name: str, cutoff: date, panel_year: int) -> str:
    """The file of a new edition that ends on a day, as text. Raises EditionError for a name that cannot be used."""
    known = names(root)
    if name in known:
        raise EditionError(
            f"Edition {name} is there: editions/{name}.yml. Known: {', '.join(known)}. Choose another name."
        )
    if name != _as_name(name):
        meant = f" Did you mean {_as_name(name)}?" if re.search(r"\w", name) else ""
        raise EditionError(f"{name!r} is no name of an edition: write letters, digits, '.', '_' and '-'.{meant}")
    day = in_words(cutoff)
    text = f"""\
title: Known by {day}
note: Only figures whose originals were published by {day}.
parameters:
  edition: "{name}"
  cutoff: "{cutoff}"   # only originals published on or before this day count
  panel_year: {panel_year}       # last year that at least half of the series of the provinces reach in every province
"""
    Edition.model_validate(yaml.safe_load(text), context={"name": name})
    return text


def changed(edition: Edition, settings: Sequence[str]) -> Edition:
    """The edition with parameters set anew, and a name that says so; itself where nothing differs."""
    before, fields = edition.parameters.model_dump(), Parameters.model_fields
    values: dict[str, Any] = {}
    mistakes = []
    for setting in settings:
        name, equals, text = (part.strip() for part in setting.partition("="))
        possible = [field for field in fields if field != "edition"]
        if not equals or not name or not text:
            mistakes.append(f"SET {setting}: write name=value, like cutoff=2024-12-31. Names: {', '.join(possible)}.")
        elif name == "edition":
            mistakes.append(f"SET {setting}: another edition is chosen by EDITION={text}.")
        elif name not in fields:
            mistakes.append(f"SET {setting}: {unknown(name, possible)}")
        elif name in values:
            mistakes.append(f"SET {setting}: {name} is set twice. Leave one of the two out.")
        else:
            values[name] = int(text) if fields[name].annotation is int and re.fullmatch(r"-?\d+", text) else text
    try:
        Parameters.model_validate(before | values)
    except ValidationError as error:
        mistakes += [_sentence_on_setting(values, problem) for problem in error.errors()]
    if mistakes:
        raise EditionError("\n".join(mistakes))
    new = {name: values[name] for name in fields if name in values and values[name] != before[name]}
    if not new:
        return edition
    said = [f"{name}={value}" for name, value in new.items()]
    parameters = Parameters(**before | new | {"edition": CHANGED.join([edition.name, *said])})
    return edition.model_copy(update={"title": f"{edition.title}, with {', '.join(said)}", "parameters": parameters})


def _as_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "name"


def _sentence(where: str, lines: Mapping[Location, int], problem: Any) -> str:
    location = tuple(map(str, problem["loc"]))
    line = lines.get(location) or lines.get(location[:-1])
    place, field = where + (f", line {line}" if line else ""), ".".join(location)
    model = Parameters if location[0] == "parameters" and len(location) > 1 else Edition
    if problem["type"] == "extra_forbidden":
        fields = list(model.model_fields)
        return f"{place}: {field} is unknown.{suggestion(location[-1], fields)} Possible: {', '.join(fields)}."
    wanted = form(model, location[-1])
    if problem["type"] == "missing":
        return f"{place}: {field} is missing. It must be {wanted}."
    given = problem["input"]
    shown = given.isoformat() + " without quotes" if isinstance(given, date) else repr(given)
    if problem["type"] == "told":
        return f"{place}: {field} is {shown}, {problem['msg']}"
    return f"{place}: {field} is {shown}. It must be {wanted}."


def _sentence_on_setting(values: Mapping[str, Any], problem: Any) -> str:
    name = str(problem["loc"][0])
    said = " ".join(f"{n}={values[n]}" for n in ([name] if name in values else values))
    return f"SET {said}: {sentence(Parameters, problem)}"
