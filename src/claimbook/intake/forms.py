"""The forms of tables in data/: the engine's own in templates/tables.yml, and for any other table its header."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from claimbook.project.folders import ENGINE
from claimbook.project.yaml_files import read_yaml

TABLES_SCHEMA = ENGINE / "templates" / "tables.yml"
CSV = {"profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
LEDGER_RESOURCE = {
    "title": "The ledger of claims",
    "format": "yaml",
    "mediatype": "application/yaml",
    "encoding": "utf-8",
}


@cache
def forms() -> Mapping[str, Any]:
    """Return title, key and columns of each table that the engine reads, by its name."""
    return read_yaml(TABLES_SCHEMA)


def files_of(folder: Path) -> list[str]:
    """Return the files of a data folder that a description lists: the ledger and all tables."""
    found = (path for pattern in ("claims.yml", "*.csv", "figures/*.csv") for path in sorted(folder.glob(pattern)))
    return [path.relative_to(folder).as_posix() for path in found]


def resource_of(path: str, content: bytes) -> dict[str, Any]:
    """Return the description of a file of data/. A column that the engine does not know holds any text."""
    stem = Path(path).stem
    resource = {"name": stem.replace("_", "-"), "path": path}
    if not path.endswith(".csv"):
        return resource | LEDGER_RESOURCE
    table = _table_name(path)
    form = forms().get(table, {"title": stem.replace("_", " ").capitalize()})
    header = header_of(content)
    fields = fitted_fields(header, (), form.get("columns", {}))
    fields += [_field(name, {}) for name in header if name not in {field["name"] for field in fields}]
    key = {"primaryKey": form["key"]} if "key" in form else {}
    fields.sort(key=lambda field: [*header, field["name"]].index(field["name"]))
    title = {"title": f"{form['title']}: {stem}" if table == "figures" else form["title"]}
    schema = {"fields": fields, "missingValues": [""]} | key
    return resource | title | CSV | {"dialect": {"delimiter": ","}, "schema": schema}


def updated(resource: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """Return the description of a table whose header may have gained or lost optional columns."""
    if "schema" not in resource or not (header := header_of(content)):
        return dict(resource)
    known = forms().get(_table_name(resource["path"]), {}).get("columns", {})
    fields = fitted_fields(header, resource["schema"]["fields"], known)
    return {**resource, "schema": {**resource["schema"], "fields": fields}}


def fitted_fields(header: Iterable[str], described: Iterable[Mapping[str, Any]], known: Mapping[str, Any]) -> list[Any]:
    """Return the fields of a header that are described or known, in its order, then those that it lacks."""
    fields = {name: _field(name, form) for name, form in known.items()}
    fields |= {field["name"]: dict(field) for field in described}
    known_fields = list(described) or list(fields.values())
    there = [fields[name] for name in header if name in fields]
    return there + [f for f in known_fields if f not in there and not known.get(f["name"], {}).get("optional")]


def header_of(content: bytes) -> list[str]:
    """Return the names in the first line of a table."""
    return next(csv.reader([content.partition(b"\n")[0].decode(errors="replace").rstrip("\r")]), [])


def _table_name(path: str) -> str:
    return "figures" if path.startswith("figures/") else Path(path).stem


def _field(name: str, form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a column as Table Schema writes it."""
    field = {"name": name, "type": form.get("type", "string")}
    description = {"description": form["says"]} if "says" in form else {}
    limits = {key: value for key, value in form.items() if key not in {"says", "type", "optional"}}
    return field | description | ({"constraints": limits} if limits else {})
