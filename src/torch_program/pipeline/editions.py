"""Editions: the parameters of one run of the report, read strictly from `editions/<name>.yml`."""

import difflib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

DEFAULT = "2026"
FIRST_YEAR = 1988  # the program began; no panel is older


class EditionError(ValueError):
    """An edition that cannot be used; the message names file, field and fix."""


def _iso_day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("not YYYY-MM-DD")
    return text


class Parameters(BaseModel):
    """What the parameters cell of every notebook holds, in this order."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    edition: str = Field(min_length=1, description="text in quotes")
    cutoff: Annotated[str, AfterValidator(_iso_day)] = Field(description='a day in quotes, like "2023-12-31"')
    panel_year: int = Field(ge=FIRST_YEAR, le=2100, description=f"a whole year from {FIRST_YEAR} on, without quotes")


class Edition(BaseModel):
    """One edition: a title and a note for people, and the parameters of its run."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    title: str = Field(min_length=1, description="text")
    note: str = Field(default="", description="text")
    parameters: Parameters = Field(description="a block with " + ", ".join(Parameters.model_fields))

    @property
    def name(self) -> str:
        return self.parameters.edition

    @property
    def epoch(self) -> int:
        """Seconds from 1970 to the cut-off day: every file that is made bears this date, never the clock's."""
        return (date.fromisoformat(self.parameters.cutoff) - date(1970, 1, 1)).days * 86400


def names(root: Path) -> list[str]:
    """Names of all editions, oldest first."""
    return sorted(path.stem for path in (root / "editions").glob("*.yml"))


def read(root: Path, name: str) -> Edition:
    """Read `editions/<name>.yml`; raises EditionError with one sentence a mistake."""
    path = root / "editions" / f"{name}.yml"
    if not path.exists():
        known = names(root)
        raise EditionError(
            f"There is no edition {name!r}.{_suggestion(name, known)} Known: {', '.join(known) or 'none'}. "
            f"To make one, copy editions/{DEFAULT}.yml to editions/{name}.yml and change its values."
        )
    where = path.relative_to(root).as_posix()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except ValueError as error:  # a day that the calendar does not have, without quotes
        raise EditionError(f"{where}: holds a date that does not exist ({error}).") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise EditionError(f"{where}{line}: not readable as YAML ({getattr(error, 'problem', error)}).") from None
    if not isinstance(content, dict):
        raise EditionError(f"{where}: must hold the fields {', '.join(Edition.model_fields)}.")
    try:
        edition = Edition.model_validate(content)
    except ValidationError as error:
        raise EditionError("\n".join(_sentence(where, problem) for problem in error.errors())) from None
    if edition.name != name:
        raise EditionError(
            f"{where}: parameters.edition is {edition.name!r}, but the file is called {path.name}. "
            f'Write edition: "{name}", or rename the file.'
        )
    if edition.parameters.panel_year > int(edition.parameters.cutoff[:4]):
        raise EditionError(
            f"{where}: parameters.panel_year is {edition.parameters.panel_year}, later than the cutoff "
            f"{edition.parameters.cutoff}. Choose a year that had ended by then."
        )
    return edition


def _sentence(where: str, problem: Any) -> str:
    location = problem["loc"]
    field = ".".join(map(str, location))
    model = Parameters if location[0] == "parameters" and len(location) > 1 else Edition
    if problem["type"] == "extra_forbidden":
        fields = list(model.model_fields)
        return f"{where}: {field} is unknown.{_suggestion(str(location[-1]), fields)} Possible: {', '.join(fields)}."
    wanted = model.model_fields[str(location[-1])].description
    if problem["type"] == "missing":
        return f"{where}: {field} is missing. It must be {wanted}."
    given = problem["input"]
    shown = given.isoformat() + " without quotes" if isinstance(given, date) else repr(given)
    return f"{where}: {field} is {shown}. It must be {wanted}."


def _suggestion(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f" Did you mean {near[0]}?" if near else ""
