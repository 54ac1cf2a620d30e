"""The Sphinx extension of the book: figures with their data, the evidence page, the scorecard, the print edition.

`book_parts` in `_config.yml` names the modules of this package that a book is made with, in their order.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: "Sphinx") -> dict[str, Any]:
    app.add_config_value("book_parts", [], "env")
    app.setup_extension(f"{__name__}.beside")  # has the events that parts connect to
    for part in app.config.book_parts:
        import_module(f"{__name__}.{part}").setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
