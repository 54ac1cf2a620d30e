"""The forms of tables in data/: the engine's own in templates/tables.yml, and for any other table its header."""

import csv
from collections.abc import Mapping
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


def table_of(path: str) -> str:
    """Return the name of the table that a file belongs to. All topics of figures are one."""
    return "figures" if path.startswith("figures/") else Path(path).stem


def resource_of(path: str, content: bytes, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the description of a file of data/.

    `before` is its earlier description or, for new figures, that of others. Optional columns come and go with the
    header. Without `before`, a column that the engine does not know holds any text.
    """
    stem = Path(path).stem
    resource = {"name": stem.replace("_", "-"), "path": path}
    if not path.endswith(".csv"):
        return dict(before or resource | LEDGER_RESOURCE)
    form = forms().get(table_of(path), {"title": stem.replace("_", " ").capitalize()})
    known = form.get("columns", {})
    fields = {name: _field(name, limits) for name, limits in known.items()}
    header = next(csv.reader(content.decode(errors="replace").splitlines()[:1]), [])
    described = fields | {name: _field(name, {}) for name in header if name not in fields}
    if before:
        described = {field["name"]: field for field in before["schema"]["fields"]}
    fields |= described
    needed = [name for name in described if not (header and known.get(name, {}).get("optional"))]
    listed = [fields[name] for name in dict.fromkeys([*header, *needed]) if name in fields]
    if before and before["path"] == path:
        return {**before, "schema": before["schema"] | {"fields": listed}}
    title = {"title": form["title"] if table_of(path) == stem else f"{form['title']}: {stem}"}
    schema = {"fields": listed, "missingValues": [""]} | ({"primaryKey": form["key"]} if "key" in form else {})
    return resource | title | CSV | {"dialect": {"delimiter": ","}, "schema": schema}


def _field(name: str, form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a column as Table Schema writes it."""
    field = {"name": name, "type": form.get("type", "string")}
    description = {"description": form["says"]} if "says" in form else {}
    limits = {key: value for key, value in form.items() if key not in {"says", "type", "optional"}}
    return field | description | ({"constraints": limits} if limits else {})
