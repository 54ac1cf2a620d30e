"""Settings of Sphinx for the documentation of the engine: `make docs`."""

import inspect
import os
from collections.abc import Iterable
from importlib import import_module
from typing import Any, get_type_hints

from jinja2 import Template
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.typing import stringify_annotation

os.chdir("/")  # outside any report, whose names would be defaults in signatures

import claimbook
from claimbook import charts
from claimbook.intake.description import forms

project, author, html_theme = "claimbook", "its maintainers", "sphinx_book_theme"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_title = "claimbook"
myst_enable_extensions, myst_heading_anchors = ["colon_fence"], 3
autodoc_member_order, autodoc_class_signature, autodoc_typehints = "bysource", "separated", "description"
autodoc_default_options = {"members": True, "undoc-members": True, "exclude-members": "model_config"}
suppress_warnings = ["ref.python"]  # a name that several classes have


def directives(owner: Any, names: Iterable[str]) -> list[str]:
    """Return a directive for each public name of a module, where it is defined; those of whole modules come first."""
    found = {name: getattr(owner, name) for name in names}
    modules = [value.__name__ for value in found.values() if inspect.ismodule(value)]
    made = [f".. automodule:: {name}" for name in modules]
    for name, value in found.items():
        kind = "autoclass" if inspect.isclass(value) else "autofunction" if inspect.isroutine(value) else "py:data"
        where = owner.__name__ if kind == "py:data" else getattr(value, "__module__", "")
        if not inspect.ismodule(value) and where not in modules:
            made.append(f".. {kind}:: {where}.{name}")
    return made


def fields(path: str) -> str:
    """Return the docstring of a model, and a table of its fields with what the comments in the code say of them."""
    where, _, name = path.rpartition(".")
    model, said = getattr(import_module(where), name), ModuleAnalyzer.for_module(where).find_attr_docs()
    types, owners = get_type_hints(model), [each.__name__ for each in model.__mro__]
    rows = ["| Field | Type | Meaning |", "|:--|:--|:--|"]
    for field, about in model.model_fields.items():
        kind = stringify_annotation(types[field], "fully-qualified-except-typing").replace(f"{where}.", "")
        default = "" if about.is_required() or not about.default else f" Default: `{about.default}`."
        meaning = (
            " ".join(line for owner in owners for line in said.get((owner, field), [])).strip().replace("|", r"\|")
        )
        rows.append(f"| `{field}` | {kind.replace('|', 'or')} | {meaning}{default} |")
    return "\n".join([f"## {name}", "", inspect.cleandoc(model.__doc__ or ""), "", *rows])


def fill(app: Sphinx, document: str, source: list[str]) -> None:
    """Fill a page with the tables of data/ and the names that notebooks import."""
    names = [name for name in claimbook.__all__ if name != "Section"]  # it has a part of its own
    drawn = [name for name in dir(charts) if not name.startswith("_") and not inspect.ismodule(getattr(charts, name))]
    gaps = {
        "tables": forms(),
        "face": directives(claimbook, names),
        "charts": directives(charts, drawn),
        "fields": fields,
    }
    source[0] = Template(source[0]).render(gaps)


def setup(app: Sphinx) -> None:
    app.connect("source-read", fill)
