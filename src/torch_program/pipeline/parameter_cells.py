"""The parameters of the schema and those of the notebooks are the same, have the same defaults, and are read."""

import ast
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch_program.parameters import TAG, Parameters, Run, assignment, line
from torch_program.pipeline import notebook_form
from torch_program.pipeline.editions import DEFAULT
from torch_program.pipeline.execution import code_cells, parsed
from torch_program.words import some, suggestion

FIT = "torch-program edition defaults"
MOST_NAMED = 3  # notebooks that a sentence names


def check(notebooks: Mapping[str, Path], defaults: Mapping[str, Any]) -> list[str]:
    """Every fault as a sentence; `notebooks` by name, `defaults` are the parameters of the default edition.

    A name that a notebook does not know would be injected for nothing, and one with another default would make the
    notebook say something else in JupyterLab than in the report.
    """
    faults: list[str] = []
    read: set[str] = set()
    differing: dict[str, list[str]] = defaultdict(list)  # places by what is wrong there and how it is mended
    for name, path in notebooks.items():
        found, slips, used = _one(f"notebooks/{name}.ipynb", path, defaults)
        faults += found
        read |= used
        for place, said in slips:
            differing[said].append(place)
    for said, places in differing.items():
        faults.append(f"{some(places, MOST_NAMED)}: {said}" + f"\n  {FIT} does it in all of them." * (len(places) > 1))
    unread = [name for name in defaults if name not in read] if notebooks else []
    return faults + [
        f"src/torch_program/parameters.py: no notebook reads the parameter {name}. "
        "Take it out of the schema, the editions and the parameters cells, or read it in a notebook."
        for name in unread
    ]


def _one(where: str, path: Path, defaults: Mapping[str, Any]) -> tuple[list[str], list[tuple[str, str]], set[str]]:
    """Faults of one notebook, places and sentences of lines that are not the schema's, and the names that are read."""
    tagged: list[tuple[int, str, ast.Module]] = []
    others: list[tuple[int, str, ast.Module]] = []
    if fault := notebook_form.fault(path.read_bytes()):
        return [f"{where}{fault}"], [], set(defaults)
    for number, source, cell in code_cells(parsed(path.read_bytes())):
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue  # magics, or a slip that the run will tell with its line
        (tagged if TAG in cell["metadata"].get("tags", ()) else others).append((number, source, tree))
    read = {n.id for *_, tree in others for n in ast.walk(tree) if isinstance(n, ast.Name) and type(n.ctx) is ast.Load}
    if len(tagged) != 1:
        fix = f'Give the tag "{TAG}" to the cell with {", ".join(defaults)}, and to no other.'
        return [f"{where}: {len(tagged) or 'no'} code cells are tagged {TAG}. {fix}"], [], read
    number, source, tree = tagged[0]
    place = f"{where}, code cell {number}"
    try:
        given = _values(tree)
    except ValueError as error:
        return [f"{place}: {error}"], [], read
    faults, slips = [], []
    for name in [n for n in given if n not in defaults]:
        meant = suggestion(name, defaults)
        faults.append(f"{place}: the schema has no parameter {name}.{meant} Possible: {', '.join(defaults)}.")
    for name, default in defaults.items():
        wanted = line(name, default)
        if name not in given:
            slips.append((place, f"the parameter {name} is missing. Add the line {wanted}"))
        elif (type(given[name]), given[name]) != (type(default), default):
            said = f"{name} is {given[name]!r}, but edition {DEFAULT} has {default!r}. Write {wanted}"
            slips.append((place, said))
        elif wanted not in source.splitlines():
            slips.append((place, f"{name} has not the type and meaning that papermill shows. Write {wanted}"))
    for later, _, body in others:
        for name in sorted(_assigned(body) & set(defaults)):
            faults.append(
                f"{where}, code cell {later}: the parameter {name} is assigned again, so an edition could not set it. "
                "Choose another name."
            )
    return faults, slips, read


def fitted(content: bytes, defaults: Mapping[str, Any], schema: type[Run] = Parameters) -> bytes:
    """The file of a notebook whose parameters cell has the lines of the schema, with these defaults; all else stays.

    Itself where nothing differs, and where it has no such cell or one that cannot be read: the check tells that.
    """
    try:
        notebook = json.loads(content)
        (cell,) = [cell for cell in notebook["cells"] if TAG in cell["metadata"].get("tags", ())]
        source = "".join(cell["source"])
        lines, missing = source.splitlines(), dict(defaults)
        for statement in ast.parse(source).body:
            if (pair := assignment(statement)) and pair[0] in defaults:
                first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
                lines[first:last] = [line(pair[0], missing.pop(pair[0]), schema), *[""] * (last - first - 1)]
    except (ValueError, KeyError, TypeError, SyntaxError):
        return content
    lines = [text for text in lines if text] + [line(name, default, schema) for name, default in missing.items()]
    if (fitting := "\n".join(lines)) == source:
        return content
    cell["source"] = fitting.splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _values(tree: ast.Module) -> dict[str, Any]:
    """Names and values of a parameters cell; raises ValueError, with a sentence, for anything but plain values."""
    found: dict[str, Any] = {}
    for statement in tree.body:
        if (pair := assignment(statement)) is None:
            raise ValueError(f"only lines of the form name = value may stand here, not {ast.unparse(statement)}.")
        name, value = pair
        try:
            found[name] = ast.literal_eval(value)
        except ValueError:
            raise ValueError(f"{name} must be a plain value, not {ast.unparse(value)}.") from None
    return found


def _assigned(tree: ast.Module) -> set[str]:
    """Names that a cell assigns outside functions."""
    targets = []
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=several):
                targets += several
            case ast.AugAssign(target=one) | ast.AnnAssign(target=one) | ast.For(target=one):
                targets.append(one)
    return {
        n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name) and type(n.ctx) is ast.Store
    }
