"""Figures of the notebooks in the book: numbered, with alternative text and caption; below, what can be taken along.

A drawing is part of its page, so that its words can be found, and its colours follow those of the page.
"""

from pathlib import Path

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx.application import Sphinx

from claimbook.book.drawings import on_page
from claimbook.book.figure_files import citable, tools
from claimbook.book.prose_renderer import announce
from claimbook.build.contents import parsed
from claimbook.say import recorded as results
from claimbook.say.recorded import FIGURE_MIME


class Figure(MimeRenderPlugin):
    """Turns a display of `FIGURE_MIME` into a figure node; the label is its id and its name for `{numref}`."""

    mime_priority_overrides = [("*", FIGURE_MIME, 0)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        if data.mime_type != FIGURE_MIME or inline:
            return None
        return [figure_node(renderer, data), tools_node(renderer, data)]


def figure_node(renderer: NbElementRenderer, data: MimeData) -> nodes.figure:
    """The figure of one display: picture and caption."""
    content, env = data.content, renderer.renderer.sphinx_env
    drawn = {f["label"]: f for f in results.figures(parsed(Path(env.doc2path(env.docname))))}
    drawing = nodes.raw("", on_page(drawn[content["label"]]), format="html")
    figure = nodes.figure("", drawing, classes=["chart"], names=[content["label"]])
    figure += nodes.caption(content["caption"], "", *caption_nodes(renderer, data))
    renderer.renderer.document.note_explicit_target(figure, figure)
    figure.source, figure.line = renderer.renderer.document["source"], data.line or 0
    return figure


def tools_node(renderer: NbElementRenderer, data: MimeData) -> nodes.raw:
    """The line below a figure."""
    env = renderer.renderer.sphinx_env
    return nodes.raw("", tools(data.content, citable(env.app), env.docname), format="html")


def caption_nodes(renderer: NbElementRenderer, data: MimeData) -> list[nodes.Element]:
    """The caption, which is one line of MyST."""
    caption = MimeData("text/markdown", data.content["caption"], line=data.line, cell_metadata=data.cell_metadata)
    return renderer.render_markdown_inline(caption)


def setup(app: Sphinx) -> None:
    announce(Figure)
