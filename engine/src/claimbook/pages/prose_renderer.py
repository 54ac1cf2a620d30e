"""Render the text of notebooks in the book: MyST from code, and prose without the cell that holds it."""

import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from docutils import nodes
from myst_nb.core import render
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator

from claimbook.project.outputs import MYST_MIME, RESULTS_MIME

INCLUDE = re.compile(r"[`:]{3,}\{include\}[ \t]*([^\s\"\\]+)((?:\s+:[\w-]+:.*)*)")  # the file, and options
OUR_MIME_TYPES = {MYST_MIME, RESULTS_MIME}


class Myst(MimeRenderPlugin):
    """Renders the MyST of a display of `MYST_MIME`. Recorded results are not shown."""

    mime_priority_overrides = [("*", MYST_MIME, 0)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        if inline:
            return None
        if data.mime_type == MYST_MIME:
            return renderer.render_markdown(MimeData("text/markdown", data.content["myst"], line=data.line))
        _, outputs = renderer.renderer.nb_client.code_cell_outputs(data.cell_index)
        return [] if OUR_MIME_TYPES & set(outputs[data.output_index]["data"]) else None


def without_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Replace a prose cell with its output. Its source is not code, so readers do not need it."""
    for cell in [*doctree.findall(nodes.container)]:
        if cell.get("nb_element") == "cell_code" and cell.astext().startswith("%%prose"):
            place = cell.parent.index(cell)
            cell.parent[place : place + 1] = [node for output in cell.children[1:] for node in output.children]


def visit_folded(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open a fold of code. myst-nb puts paragraphs into the summary, which HTML does not allow."""
    self.body.append(f'<details class="hide {" ".join(node["classes"])}">\n<summary>Code</summary>\n')


def register_renderer(plugin: type[MimeRenderPlugin]) -> None:
    """Register a renderer with myst-nb, which only finds renderers of installed packages."""
    found = render.load_mime_renders()
    if plugin not in found:
        render.load_mime_renders = lambda: [*found, plugin]


def refuse_circles(app: Sphinx, document: str, content: list[str]) -> None:
    """Stop if a page includes itself, directly or through another file, because its reading would not end."""
    place = partial(app.env.relfn2path, docname=document)
    for path, line in circles((Path(app.env.doc2path(document)),), lambda name: Path(place(name)[1])):
        where = f"{os.path.relpath(path, app.srcdir)}, line {line}"
        raise ExtensionError(f"{where}: this includes a file from within itself, without end. Delete the directive.")


def circles(above: tuple[Path, ...], place: Callable[[str], Path]) -> Iterator[tuple[Path, int]]:
    """Yield file and line of each directive in the last file that includes one of the files `above`."""
    text = above[-1].read_text(encoding="utf-8", errors="replace")
    for found in INCLUDE.finditer(text):
        path, is_quoted = place(found[1]), re.search(":(literal|code):", found[2])
        if path in above and not is_quoted:
            yield above[-1], text.count("\n", 0, found.start()) + 1
        elif path.is_file() and not is_quoted:
            yield from circles((*above, path), place)


def setup(app: Sphinx) -> None:
    app.connect("source-read", refuse_circles)
    register_renderer(Myst)
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded, depart_HideCellInput))
    app.connect("doctree-read", without_cells, priority=100)
