"""All patches of other packages: what they change, which version needs them, and when they can go."""

import os
import sys
from functools import cache, partial
from json import dumps
from pathlib import Path
from pickle import loads
from types import ModuleType, SimpleNamespace
from typing import Any


def without_grammars() -> None:
    """Make jsonschema 4.26 skip a grammar of addresses, which takes each process a second to import.

    Without it, jsonschema checks everything except addresses with non-ASCII letters, which notebooks do not
    contain. It can go when jsonschema imports the grammar lazily.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None blocks the import


def without_plugins() -> None:
    """Make pydantic 2 look for no plugins, for which each process reads the list of files of every package."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def without_database() -> None:
    """Keep jupyter-cache 1 from importing its database, which takes a fifth of the start of Jupyter Book.

    Jupyter Book runs no notebook here. It can go with Jupyter Book 1.
    """
    database: Any = ModuleType("jupyter_cache.cache.db")
    database.__getattr__ = lambda _: None
    sys.modules.setdefault(database.__name__, database)


def names_of_classes_in_threads() -> None:
    """Make traitlets 5 accept that another thread has resolved the name of a class, until it does so under a lock."""
    from traitlets import traitlets  # imported by who patches it

    resolved = traitlets.import_item
    traitlets.import_item = lambda name: resolved(name) if isinstance(name, str) else name


def sphinx_writes_in_parallel(jobs: int) -> None:
    """Make Sphinx 7.4 write pages in parallel, although Jupyter Book 1 does not allow parallel reading.

    It cuts the documents into `jobs` parts, for which Jupyter Book has no option. It can go with Jupyter Book 1.
    """
    from jupyter_book import sphinx  # imported by who patches it
    from sphinx.application import Sphinx

    allowed = Sphinx.is_parallel_allowed
    Sphinx.is_parallel_allowed = lambda self, typ: typ == "write" and allowed(self, typ)  # type: ignore[method-assign]
    sphinx.build_sphinx = partial(sphinx.build_sphinx, jobs=jobs)


def notebooks_are_read_fast() -> None:
    """Let myst-nb 1 copy each notebook it reads with Python's fast encoder, until an option can leave the copy out."""
    from myst_nb import sphinx_  # imported by who patches it

    sphinx_.nbformat = SimpleNamespace(writes=dumps)  # type: ignore[attr-defined]


def charts_are_numbered_fast() -> None:
    """Make Sphinx 7.4 number the charts of all pages, as it does after each change, with less work.

    It asks each domain for the kind of each element; here only those that number elements. A process reads a page
    again only when it has changed. It can go with Jupyter Book 1.
    """
    from sphinx.environment.collectors.toctree import TocTreeCollector  # imported by who patches it

    tree_of = cache(lambda path, time: loads(path.read_bytes()))  # noqa: S301 (this build wrote it)

    def number_charts(self: TocTreeCollector, env: Any) -> list[str]:
        known, env.domains = env.domains, {n: domain for n, domain in env.domains.items() if domain.enumerable_nodes}
        env.get_doctree = lambda page: tree_of(path := Path(env.doctreedir, f"{page}.doctree"), path.stat().st_mtime_ns)
        changed = assign(self, env)
        env.domains = known
        del env.get_doctree
        return changed

    assign = TocTreeCollector.assign_figure_numbers
    TocTreeCollector.assign_figure_numbers = number_charts  # type: ignore[method-assign]
