"""Render figures of notebooks: number, alternative text and caption, with downloads below.

A drawing is part of its page, so readers can search its words, and its colours follow those of the page.
"""

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from claimbook.pages.drawings import on_page
from claimbook.pages.figure_files import citable, citation, tools
from claimbook.pages.prose_renderer import register_renderer
from claimbook.project.outputs import FIGURE_MIME, drawing_of


class Figure(MimeRenderPlugin):
    """Renders a display of `FIGURE_MIME` as a figure node, with its label as id and name for `{numref}`."""

    mime_priority_overrides = [("*", FIGURE_MIME, 0)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        if data.mime_type != FIGURE_MIME or inline:
            return None
        if data.content.get("claim"):
            return [nodes.comment("", "on the page of the claim")]  # for an empty list MyST-NB shows the bare drawing
        _, outputs = renderer.renderer.nb_client.code_cell_outputs(data.cell_index)
        drawing = drawing_of(outputs[data.output_index]["data"]["text/html"])
        notebook = renderer.renderer.sphinx_env.docname.rpartition("/")[2]
        offered = nodes.raw("", tools(data.content, notebook), format="html")
        named = {key: data.content[key] for key in ("label", "caption", "csv")}
        return [figure_node(renderer, data, drawing), figure_tools("", offered, figure=named)]


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
    self.body.append(citation(node["figure"], citable(self.builder.app), self.builder.current_docname) + "</div>\n")


def setup(app: Sphinx) -> None:
    app.add_node(figure_tools, html=(visit_tools, depart_tools))
    register_renderer(Figure)
