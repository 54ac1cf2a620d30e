"""The parameters of a run: what they mean, how they are written, and the check of them in a notebook's first cell."""

import ast
import json
from collections.abc import Mapping, MutableMapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from torch_program import project
from torch_program.periods import is_day
from torch_program.words import suggestion

TAG, INJECTED = "parameters", "injected-parameters"  # of the cell with the defaults, and of the one papermill puts in
FIRST_YEAR = 1988  # the program began; no panel is older
CHANGED = "+"  # joins the name of an edition and what a run changes: 2026+cutoff=2024-12-31


class ParameterError(project.Told, ValueError):
    """Parameters that a notebook cannot run with, a sentence for each mistake."""


def _form(text: str) -> dict[str, Any]:
    """How a value must be written, for the sentences of errors; the description of a field says what it means."""
    return {"form": text}


def _year(description: str) -> Any:
    """The field of a year."""
    written = _form(f"a whole year from {FIRST_YEAR} on, without quotes")
    return Field(ge=FIRST_YEAR, le=2100, description=description, json_schema_extra=written)


class Run(BaseModel):
    """What every run is told: its edition, and up to which day evidence counts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    edition: str = Field(
        min_length=1, description="Name of the edition", json_schema_extra=_form("the name of the file, in quotes")
    )
    cutoff: str = Field(
        description="Only originals that were published on or before this day count",
        json_schema_extra=_form('a day in quotes, like "2023-12-31"'),
    )

    @field_validator("edition")
    @classmethod
    def _is_the_file(cls, edition: str, info: ValidationInfo) -> str:
        wanted = (info.context or {}).get("name", edition)
        if edition != wanted:
            raise PydanticCustomError(
                "told", f'but the file is called {wanted}.yml. Write edition: "{wanted}", or rename the file.'
            )
        return edition

    @field_validator("cutoff")
    @classmethod
    def _is_a_day(cls, cutoff: str) -> str:
        if not is_day(cutoff):
            raise ValueError("not YYYY-MM-DD")
        return cutoff


class Parameters(Run):
    """What the parameters cell of every section holds, in this order."""

    panel_year: int = _year("Year that maps and tables of the provinces show")

    @field_validator("panel_year")
    @classmethod
    def _had_ended(cls, year: int, info: ValidationInfo) -> int:
        cutoff = info.data.get("cutoff")  # absent where it is wrong itself
        if cutoff and f"{year}-12-31" > cutoff:
            raise PydanticCustomError(
                "told", f"later than the cutoff {cutoff}. Choose a year that had ended by then: {_last_year(cutoff)}."
            )
        return year


class Profile(Run):
    """What the parameters cell of a province's profile holds."""

    province: str = Field(
        description="One of the 31 provinces, by its English name", json_schema_extra=_form("a province, like Hubei")
    )
    year: int = _year("Year that the profile shows")

    @field_validator("province")
    @classmethod
    def _is_one(cls, province: str) -> str:
        from torch_program.provinces import regions  # pandas takes a second to import, and no section asks for it here

        known = sorted(regions().index)
        if province not in known:
            said = f"which is no province.{suggestion(province, known)} Known: {', '.join(known)}."
            raise PydanticCustomError("told", "{said}", {"said": said})
        return province


def base_of(name: str) -> str:
    """ "2026" of "2026+cutoff=2024-12-31"."""
    return name.split(CHANGED)[0]


def form(schema: type[BaseModel], field: str) -> str:
    """How a value of a field must be written."""
    extra = schema.model_fields[field].json_schema_extra
    return str(extra["form"]) if isinstance(extra, dict) else ""


def line(name: str, default: Any, schema: type[BaseModel] = Parameters) -> str:
    """The line of a parameters cell; papermill reads type and meaning from it."""
    field = schema.model_fields[name]
    value = json.dumps(default, ensure_ascii=False)
    assert field.annotation is not None  # pydantic fills it in for every field
    return f"{name}: {field.annotation.__name__} = {value}  # {field.description}"


def sentence(schema: type[BaseModel], problem: Mapping[str, Any]) -> str:
    """What is wrong with a value that somebody gave to a run, by a command or to papermill."""
    name, given = str(problem["loc"][0]), problem["input"]
    if problem["type"] == "told":
        return f"{name} is {given}, {problem['msg']}"
    wanted = form(schema, name).replace(" in quotes", "").replace(", without quotes", "").replace('"', "")
    return f"{name} must be {wanted}."


def unknown(name: str, possible: list[str]) -> str:
    """What is wrong with a name that no schema has."""
    return f"{name} is unknown.{suggestion(name, possible)} Possible: {', '.join(possible)}."


def of_notebook(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters that a notebook ran with: those of its own cell, and over them those that papermill put in."""
    values: dict[str, Any] = {}
    for tag in (TAG, INJECTED):
        for cell in notebook["cells"]:
            if tag in cell["metadata"].get("tags", ()):
                values |= assigned("".join(cell["source"]))
    return values


def assigned(code: str) -> dict[str, Any]:
    """Names and values of the plain assignments in a piece of code, with or without a type."""
    found = (assignment(statement) for statement in ast.parse(code).body)
    return {name: ast.literal_eval(value) for name, value in filter(None, found)}


def assignment(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """Name and value where a statement has the form `name = value` or `name: type = value`."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return name, value
    return None


# in a notebook ---------------------------------------------------------------------------------------------------


def check_parameters(names: MutableMapping[str, Any], schema: type[Run] = Parameters) -> None:
    """Refuse a parameter that the schema does not know; the first cell of a notebook calls this with `globals()`.

    papermill sets every name that it is given, and nothing would read a misspelt one. A name that is refused is taken
    out of `names`, so that in JupyterLab the corrected cells can be run again.

    Raises ParameterError with one sentence for each mistake, all of them at once.
    """
    known = list(schema.model_fields)
    strangers = [name for name in names if _may_be_given(name, names[name], known)]
    # later a notebook has names of its own: then its first cell is run once more, in JupyterLab
    strangers = [] if "section" in names else strangers
    mistakes = [unknown(name, known) for name in strangers]
    given = {name: names[name] for name in known if name in names}
    try:
        schema.model_validate(given)
    except ValidationError as error:
        mistakes += [_of_a_value(schema, problem) for problem in error.errors()]
    mistakes += _no_such_edition(given.get("edition"))
    for name in strangers:
        del names[name]
    if mistakes:
        raise ParameterError("\n".join(mistakes))


def _may_be_given(name: str, value: Any, known: list[str]) -> bool:
    """Can papermill have set this name? Constants that a cell has imported are in capitals."""
    if name in known or name.startswith("_") or name in {"In", "Out"}:
        return False
    plain = value is None or type(value) in {str, int, float, bool, list, dict}
    return plain and (not name.isupper() or name.lower() in known)


def _of_a_value(schema: type[BaseModel], problem: Mapping[str, Any]) -> str:
    name, given = str(problem["loc"][0]), problem["input"]
    if problem["type"] == "missing":
        return f"{name} is missing from the cell with the parameters."
    if name == "edition" and isinstance(given, int):
        return f"edition = {given}: edition must be text. Write it in quotes; papermill keeps text with -r."
    said = sentence(schema, problem)
    return said if problem["type"] == "told" else f"{name} = {given!r}: {said}"


def _no_such_edition(edition: Any) -> list[str]:
    """An edition that the project does not have; where notebooks run in a folder of their own, none is listed."""
    known = sorted(path.stem for path in (project.root() / "editions").glob("*.yml"))
    if not known or not isinstance(edition, str) or base_of(edition) in known:
        return []
    return [f"There is no edition {edition!r}.{suggestion(base_of(edition), known)} Known: {', '.join(known)}."]


def _last_year(cutoff: str) -> int:
    return int(cutoff[:4]) - (cutoff[5:] != "12-31")
