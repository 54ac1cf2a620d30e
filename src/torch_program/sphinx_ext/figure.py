"""Figures of the notebooks in the book: numbered, with alternative text and caption, picture and data to download."""

from base64 import b64decode
from typing import Any

from docutils import nodes
from myst_nb.core import render
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx import addnodes
from sphinx.application import Sphinx

from torch_program.results import FIGURE_MIME


class Figure(MimeRenderPlugin):
    """Turns a display of `FIGURE_MIME` into a figure node; the label is its id and its name for `{numref}`."""

    mime_priority_overrides = [("*", FIGURE_MIME, 0)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        if data.mime_type != FIGURE_MIME or inline:
            return None
        return [figure_node(renderer, data)]


def figure_node(renderer: NbElementRenderer, data: MimeData) -> nodes.figure:
    """The figure of one display: picture, caption, links to SVG, PNG and CSV."""
    content: dict[str, str] = data.content
    label = content["label"]

    def write(extension: str, file: bytes) -> str:
        return renderer.write_file([f"{label}.{extension}"], file, overwrite=True)

    svg = write("svg", content["svg"].encode())
    files = {"SVG": svg, "PNG": write("png", b64decode(content["png"])), "CSV": write("csv", content["csv"].encode())}
    figure = nodes.figure("", nodes.image(uri=svg, alt=content["alt"]), classes=["chart"], names=[label])
    figure += nodes.caption(content["caption"], "", *caption_nodes(renderer, data))
    figure += nodes.legend("", download_line(files))
    renderer.renderer.document.note_explicit_target(figure, figure)
    renderer.renderer.add_line_and_source_path(figure, _Line(data.line or 0))
    return figure


def caption_nodes(renderer: NbElementRenderer, data: MimeData) -> list[nodes.Element]:
    """The caption, which is one line of MyST."""
    caption = MimeData("text/markdown", data.content["caption"], line=data.line, cell_metadata=data.cell_metadata)
    return renderer.render_markdown_inline(caption)


def download_line(files: dict[str, str]) -> nodes.paragraph:
    """A line of download links, "SVG · PNG · CSV"; `files` maps their names to what `write_file` returned."""
    line = nodes.paragraph("", "Download ", classes=["downloads"])
    for position, (name, target) in enumerate(files.items()):
        if position:
            line += nodes.Text(" · ")
        line += addnodes.download_reference("", nodes.Text(name), reftarget=target)
    return line


class _Line:
    """What `add_line_and_source_path` wants of a token: where it stands."""

    def __init__(self, line: int) -> None:
        self.map = (line, line)


def setup(app: Sphinx) -> dict[str, Any]:
    # myst-nb finds renderers by entry points, which a project that is only on the path does not have
    found = render.load_mime_renders()
    if Figure not in found:
        render.load_mime_renders = lambda: [*found, Figure]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
