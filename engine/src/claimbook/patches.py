"""All patches of other packages: what they change, which version needs them, and when they can go."""

import os
import sys
from functools import partial
from types import ModuleType
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
