"""The parameters of a run: their schema, how a notebook declares them, and the check in its first cell."""

import ast
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ValidationError, field_validator

from claimbook.project import folders
from claimbook.project.report import command_line, report_settings
from claimbook.project.yaml_files import Declared, mistakes, written_as
from claimbook.say.words import is_day, some, suggestion

TAG, INJECTED = "parameters", "injected-parameters"  # tags of the cell with defaults and of papermill's cell
CHANGED = "+"  # separates an edition's name from what a run changes: 2026+cutoff=2024-12-31


class ParameterError(folders.UserError, ValueError):
    """Parameters that a notebook cannot run with; one sentence for each mistake."""


def year_field(description: str) -> Any:
    """Return a field for a year. Its `form` says in error messages how to write a value."""
    first = report_settings().first_year
    return written_as(f"a whole year from {first} on, without quotes", ge=first, le=2100, description=description)


class Run(Declared):
    """The parameters of every run: its edition, and the last day on which evidence counts."""

    edition: str = written_as("the name of its file, in quotes", min_length=1, description="Name of the edition")
    cutoff: str = written_as(
        'a day in quotes, like "2023-12-31", from 1980 on',
        description="Only originals that were published on or before this day count",
    )

    @field_validator("cutoff")
    @classmethod
    def _is_a_day(cls, cutoff: str) -> str:
        if not is_day(cutoff) or cutoff < "1980":  # archives have no earlier dates
            raise ValueError("not YYYY-MM-DD")
        return cutoff


def of_sections() -> type[Run]:
    """Return the model of the parameters that every section declares."""
    return report_settings().hook("parameters")


def base_of(name: str) -> str:
    """Return the name of the edition: "2026" for "2026+cutoff=2024-12-31"."""
    return name.split(CHANGED)[0]


def no_such_edition(name: str, known: list[str]) -> str:
    """Say that there is no edition of this name, and which there are."""
    return f"There is no edition {name!r}.{suggestion(name, known)} Known: {', '.join(known) or 'none'}."


def cell(values: Mapping[str, Any], schema: type[BaseModel] | None = None) -> str:
    """Return the source of a parameters cell, with the types and meanings that papermill reads."""
    schema = schema or of_sections()
    lines = []
    for name, value in values.items():
        field = schema.model_fields[name]
        written = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
        about = f"  # {field.description}" if field.description else ""
        lines.append(f"{name}: {getattr(field.annotation, '__name__', 'object')} = {written}{about}")
    return "\n".join(lines)


def parameters_missing(notebooks: Mapping[str, bytes], names: Iterable[str]) -> str:
    """Name the notebooks whose first cell lacks a parameter that every run sets; "" if there are none."""
    lacking = defaultdict[str, list[str]](list)
    unreadable = (ValueError, SyntaxError, LookupError, TypeError, AttributeError, RecursionError)
    for notebook, content in notebooks.items():
        with suppress(*unreadable):  # notebook_form says it
            values = of_notebook(json.loads(content))
            for name in (name for name in names if values and name not in values):
                lacking[name].append(notebook)
    if not lacking:
        return ""
    lines = "; ".join(f"{name} ({some(values, 3)})" for name, values in lacking.items())
    return f"The first cell of these notebooks lacks a parameter: {lines}. Add it: {command_line('edition defaults')}"


def of_notebook(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that a notebook ran with: its own cell, overridden by papermill's."""
    values: dict[str, Any] = {}
    for tag in (TAG, INJECTED):
        for cell in (cell for cell in notebook["cells"] if tag in cell["metadata"].get("tags", ())):
            values |= assigned("".join(cell["source"]))
    return values


def assigned(code: str) -> dict[str, Any]:
    """Return the names and values of plain assignments in a piece of code, with or without a type."""
    values = {}
    for statement in ast.parse(code).body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                values[name] = ast.literal_eval(value)
    return values


# in a notebook ---------------------------------------------------------------------------------------------------


def check_parameters(names: MutableMapping[str, Any], schema: type[Run] | None = None) -> None:
    """Refuse unknown or wrong parameters. The first cell of a notebook calls this with `globals()`.

    papermill sets every name that it receives, so a misspelt one would have no effect. A refused name is
    deleted from `names`, so that the corrected cells can run again in JupyterLab.

    Raises ParameterError with one sentence for each mistake, all of them at once.
    """
    schema = schema or of_sections()
    known = list(schema.model_fields)
    # somebody in JupyterLab runs the first cell again: by now the notebook has defined other names
    extra = [] if "section" in names else [n for n, value in names.items() if _may_be_given(n, value, known)]
    given = {name: names[name] for name in [*extra, *known] if name in names}
    faults: list[str] = []
    try:
        schema.model_validate(given)
    except ValidationError as error:
        faults += map(str, mistakes(schema, error))
    edition, editions = given.get("edition"), folders.edition_names(folders.root())
    if editions and isinstance(edition, str) and base_of(edition) not in editions:
        faults.append(no_such_edition(base_of(edition), editions))
    for name in extra:
        del names[name]
    if faults:
        raise ParameterError("\n".join(faults))


def _may_be_given(name: str, value: Any, known: list[str]) -> bool:
    """Return whether papermill may have set this name. Constants that a cell has imported are in capitals."""
    if name in known or name.startswith("_") or name in {"In", "Out"}:
        return False
    plain = value is None or type(value) in {str, int, float, bool, list, dict}
    return plain and (not name.isupper() or name.lower() in known)
