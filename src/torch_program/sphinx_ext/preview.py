"""Of a preview only: where a word changed, the pages that sum up all notebooks stay as they are for the moment."""

import os

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from torch_program.sphinx_ext import beside

ONLY = "TORCH_PREVIEW_ONLY"  # documents to be read, with blanks between them; all that changed where it is empty


def leave_others(app: Sphinx, env: BuildEnvironment, documents: list[str]) -> None:
    """Take out what is not wanted now; Sphinx will find it changed again the next time."""
    if wanted := os.environ.get(ONLY, "").split():
        documents[:] = [document for document in documents if document in wanted]


def leave_files(app: Sphinx) -> None:
    """Words change no figure, so the files beside the pages are what they were, the notebooks to take along apart."""
    if os.environ.get(ONLY):
        for event in ("html-collect-pages", beside.FILES, "build-finished"):
            heard = app.events.listeners[event]
            heard[:] = [each for each in heard if not each.handler.__module__.startswith("torch_program.")]


def setup(app: Sphinx) -> None:
    app.connect("env-before-read-docs", leave_others)
    app.connect("builder-inited", leave_files)
