"""Every page, finished before it is written: Chinese is marked as Chinese, and heads of columns as such.

Sphinx renders all pages by one loader of templates, so this is the one place where both are done.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.jinja2glue import BuiltinTemplateLoader

HAN = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
KANA = re.compile(r"[\u3040-\u30ff]")
RUN = re.compile(rf"{HAN}+(?:[\d\s.,;:()–—-]*{HAN}+)*")  # with digits between two signs
# what holds no marks, or text that may not hold any; then a tag, then text up to the next one
PIECE = re.compile(
    r"""<!--.*?-->|<(script|style|title|textarea|option|template)\b.*?</\1>"""
    r"""|<(?:"[^"]*"|'[^']*'|[^'">])*>|([^<]+)""",
    re.S,
)
HEAD = re.compile(r'<th(?= class="[^"]*\b(head|stub)\b)(?![^>]* scope=)')  # as docutils writes it


class Pages(BuiltinTemplateLoader):
    """The templates of Sphinx and of the theme, whose HTML is finished."""

    def render(self, template: str, context: dict) -> str:  # type: ignore[override]  # Sphinx gives a dict
        made = super().render(template, context)
        return finished(made) if template.endswith(".html") else made


def finished(html: str) -> str:
    """A page with the languages of its text, and with heads that say what they head."""
    return in_languages(HEAD.sub(lambda found: f'<th scope="{"row" if found[1] == "stub" else "col"}"', html))


def in_languages(markup: str) -> str:
    """HTML or SVG in which every run of Chinese or Japanese says which it is; attributes cannot."""
    drawing = False

    def piece(found: re.Match[str]) -> str:
        nonlocal drawing
        text = found[2]
        if text is None:
            drawing = found[0].startswith("<svg") or (drawing and found[0] != "</svg>")
            return found[0]
        return RUN.sub(lambda run: marked(run[0], "tspan" if drawing else "span"), text)

    return PIECE.sub(piece, markup)


def marked(run: str, tag: str) -> str:
    """A run of signs that names its language: Japanese has kana, and all else here is simplified Chinese."""
    return f'<{tag} lang="{"ja" if KANA.search(run) else "zh-Hans"}">{run}</{tag}>'


def use_pages(app: Sphinx, config: Config) -> None:
    config.template_bridge = f"{__name__}.{Pages.__name__}"


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", use_pages)
    return {"parallel_write_safe": True}
