"""All that is changed in other people's packages: what, in which version it was needed, and when it goes."""

import sys
import time
from functools import partial


def without_grammars() -> None:
    """jsonschema 4.26 builds a grammar of addresses on import: a second for each process that reads notebooks.

    Without the package of that grammar it checks all but addresses with letters beyond ASCII, of which notebooks have
    none. Goes when jsonschema imports it late.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: it cannot be imported


def pytask_looks_often() -> None:
    """pytask-parallel 0.5 looks for steps that have ended after longer and longer pauses, up to a second.

    A build has four steps in a row. Goes when the pause can be set.
    """
    from pytask_parallel import execute

    execute._Sleeper.sleep = lambda self: time.sleep(0.02)  # type: ignore[method-assign]


def sphinx_writes_in_parallel(jobs: int) -> None:
    """Sphinx 7.4 writes pages side by side only if it reads them so, which extensions of Jupyter Book 1 do not allow.

    It cuts the documents into `jobs` parts, for which the command line of Jupyter Book has no word. Goes with Jupyter
    Book 1.
    """
    from jupyter_book import sphinx
    from sphinx.application import Sphinx

    allowed = Sphinx.is_parallel_allowed
    Sphinx.is_parallel_allowed = lambda self, typ: typ == "write" and allowed(self, typ)  # type: ignore[method-assign]
    sphinx.build_sphinx = partial(sphinx.build_sphinx, jobs=jobs)
