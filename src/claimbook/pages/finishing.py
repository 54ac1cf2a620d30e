"""The last step for every page: mark the language of Chinese text, and the heads of columns.

Sphinx renders all pages with one template loader, so both can be done here.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.jinja2glue import BuiltinTemplateLoader

from claimbook.intake import languages

HAN = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
KANA = re.compile(r"[\u3040-\u30ff]")
HAN_RUN = re.compile(rf"{HAN}+(?:[\d\s.,;:()–—-]*{HAN}+)*")  # with digits between two signs
# parts whose text is not marked; then a tag, then text up to the next tag
PIECE = re.compile(
    r"""<!--.*?-->|<(script|style|title|textarea|option|template)\b.*?</\1>"""
    r"""|<(?:"[^"]*"|'[^']*'|[^'">])*>|([^<]+)""",
    re.S,
)
TABLE_HEAD_CELL = re.compile(r'<th(?= class="[^"]*\b(head|stub)\b)(?![^>]* scope=)')  # as docutils writes it


class Pages(BuiltinTemplateLoader):
    """The template loader of Sphinx and the theme, which finishes their HTML."""

    def render(self, template: str, context: dict) -> str:  # type: ignore[override]  # Sphinx gives a dict
        page = super().render(template, context)
        return finished(page) if template.endswith(".html") else page


def finished(html: str) -> str:
    """Return a page with languages on text in other letters, and with scopes on its table heads."""
    return mark_languages(
        TABLE_HEAD_CELL.sub(lambda found: f'<th scope="{"row" if found[1] == "stub" else "col"}"', html)
    )


def mark_languages(markup: str) -> str:
    """Return HTML or SVG with a language on every run of Chinese or Japanese text, but not in attributes."""
    drawing = False

    def piece(found: re.Match[str]) -> str:
        nonlocal drawing
        text = found[2]
        if text is None:
            drawing = found[0].startswith("<svg") or (drawing and found[0] != "</svg>")
            return found[0]
        return HAN_RUN.sub(lambda run: mark_language(run[0], "tspan" if drawing else "span"), text)

    return PIECE.sub(piece, markup)


def mark_language(run: str, tag: str) -> str:
    """Return a run of text marked as Japanese if it has kana, otherwise as the language that the report switches on."""
    language = "ja" if KANA.search(run) else languages.printed().tag
    return f'<{tag} lang="{language}">{run}</{tag}>' if language else run


def use_pages(app: Sphinx, config: Config) -> None:
    config.template_bridge = f"{__name__}.{Pages.__name__}"


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", use_pages)
    return {"parallel_write_safe": True}
