"""Render what notebooks display: MyST from code, prose without its cell, and figures with downloads below.

A drawing is part of its page, so readers can search its words, and its colours follow those of the page.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from docutils import nodes
from myst_nb.core import render
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator

from claimbook.pages.drawings import on_page
from claimbook.pages.figure_files import citable, how_to_cite, tools
from claimbook.project.outputs import FIGURE_MIME, MYST_MIME, RESULTS_MIME, drawing_of

INCLUDE = re.compile(r"[`:]{3,}\{include\}[ \t]*([^\s\"\\]+)((?:\s+:[\w-]+:.*)*)")  # the file, and options


class Display(MimeRenderPlugin):
    """Puts the text and the figures of a notebook on its page. `{numref}` refers to a figure by its label."""

    mime_priority_overrides = [("*", FIGURE_MIME, 0), ("*", MYST_MIME, 0)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        if inline:
            return None
        if data.mime_type == MYST_MIME:
            return renderer.render_markdown(MimeData("text/markdown", data.content["myst"], line=data.line))
        if data.mime_type == FIGURE_MIME and data.content.get("claim"):
            return [nodes.comment("", "on the page of the claim")]  # for an empty list MyST-NB shows the bare drawing
        _, outputs = renderer.renderer.nb_client.code_cell_outputs(data.cell_index)
        displayed = outputs[data.output_index]["data"]
        if data.mime_type != FIGURE_MIME:
            return None if {MYST_MIME, RESULTS_MIME}.isdisjoint(displayed) else []
        notebook = renderer.renderer.sphinx_env.docname.rpartition("/")[2]
        offered = nodes.raw("", tools(data.content, notebook), format="html")
        figure = figure_node(renderer, data, drawing_of(displayed["text/html"]))
        return [figure, figure_tools("", offered, figure=dict(data.content))]


def figure_node(renderer: NbElementRenderer, data: MimeData, svg: str) -> nodes.figure:
    """Return the figure of one display: its drawing, and its caption, which is one line of MyST."""
    content, document = data.content, renderer.renderer.document
    drawing = nodes.raw("", on_page(content | {"svg": svg}), format="html")
    figure = nodes.figure("", drawing, classes=["chart"], names=[content["label"]])
    caption = MimeData("text/markdown", content["caption"], line=data.line, cell_metadata=data.cell_metadata)
    figure += nodes.caption(content["caption"], "", *renderer.render_markdown_inline(caption))
    document.note_explicit_target(figure, figure)
    figure.source, figure.line = document["source"], data.line or 0
    return figure


class figure_tools(nodes.General, nodes.Element):  # noqa: N801  (nodes of docutils are lower case)
    """The line below a figure.

    The reference in it is written with the page. It depends on the edition and so on other notebooks, and a
    page that is not read again would not notice their changes.
    """


def visit_tools(self: HTML5Translator, node: figure_tools) -> None:
    self.body.append('<div class="figure-tools web-only">\n')


def depart_tools(self: HTML5Translator, node: figure_tools) -> None:
    self.body.append(how_to_cite(node["figure"], citable(self.builder.app), self.builder.current_docname) + "</div>\n")


def without_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Replace a prose cell with its output. Its source is not code, so readers do not need it."""
    for cell in [*doctree.findall(nodes.container)]:
        if cell.get("nb_element") == "cell_code" and cell.astext().startswith("%%prose"):
            place = cell.parent.index(cell)
            cell.parent[place : place + 1] = [node for output in cell.children[1:] for node in output.children]


def visit_folded(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open a fold of code. myst-nb puts paragraphs into the summary, which HTML does not allow."""
    self.body.append(f'<details class="hide {" ".join(node["classes"])}">\n<summary>Code</summary>\n')


def refuse_circles(app: Sphinx, document: str, content: list[str]) -> None:
    """Stop if a page includes itself, directly or through another file, because its reading would not end."""
    start, find = Path(app.env.doc2path(document)), app.env.relfn2path
    for path, line in circles((start,), lambda name: Path(find(name, document)[1])):
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
    others = [each for each in render.load_mime_renders() if each is not Display]
    render.load_mime_renders = lambda: [*others, Display]  # by itself myst-nb finds only those of installed packages
    app.add_node(figure_tools, html=(visit_tools, depart_tools))
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded, depart_HideCellInput))
    app.connect("doctree-read", without_cells, priority=100)
