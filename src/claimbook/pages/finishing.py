"""The last step for every page: apostrophes, and marks for Chinese text, days, heads and cells with much text.

Sphinx renders all pages with one template loader, so all of it can be done here.
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
DAY = re.compile(r"(?<![\w-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?(?![\w-])")  # which a line must not break
APOSTROPHE = re.compile(r"(?<=\w)(?:'|&#39;|&#x27;)")
CODE = re.compile(r"<(/?)(?:pre|code)\b")  # which is copied as it is
YEAR = re.compile(r'(<a (?:id="[^"]*" )?class="stat)("[^>]*>(?:19|20)\d\d</a>)')  # a style sheet leaves out its line
TABLE_HEAD_CELL = re.compile(r'<th(?= class="[^"]*\b(head|stub)\b)(?![^>]* scope=)')  # as docutils writes it
CELL = re.compile(r"<(td|th)((?: [^>]*)?)>(.*?)</\1>", re.S)
TAG, CLASS = re.compile(r"<[^>]*>"), re.compile(r' class="([^"]*)"')
MUCH_TEXT = 40  # letters; a style sheet gives cells with more of them room for several words on a line


class Pages(BuiltinTemplateLoader):
    """The template loader of Sphinx and the theme, which finishes their HTML."""

    def render(self, template: str, context: dict) -> str:  # type: ignore[override]  # Sphinx gives a dict
        page = super().render(template, context)
        return finished(page) if template.endswith(".html") else page


def finished(html: str) -> str:
    """Return a page with its text marked, scopes on its table heads, and a class on cells with much text."""
    html = TABLE_HEAD_CELL.sub(lambda found: f'<th scope="{"row" if found[1] == "stub" else "col"}"', html)
    return mark_text(CELL.sub(_with_room, YEAR.sub(r"\1 year\2", html)))


def _with_room(cell: re.Match[str]) -> str:
    """Return a cell of a table, with the class "long" if it has much text."""
    tag, attributes, inside = cell.groups()
    if len(inside) <= MUCH_TEXT or len(TAG.sub("", inside).strip()) <= MUCH_TEXT:
        return cell[0]
    known = CLASS.search(attributes)
    return f'<{tag}{CLASS.sub("", attributes)} class="{known[1] + " " if known else ""}long">{inside}</{tag}>'


def mark_text(markup: str) -> str:
    """Return HTML or SVG with a language on runs of Chinese or Japanese text, marked ISO days, and curly apostrophes.

    Attributes and drawings keep their days as they are, attributes and code their apostrophes.
    """
    drawing, in_code = False, 0

    def piece(found: re.Match[str]) -> str:
        nonlocal drawing, in_code
        text = found[2]
        if text is None:
            drawing = found[0].startswith("<svg") or (drawing and found[0] != "</svg>")
            if tag := CODE.match(found[0]):
                in_code += -1 if tag[1] else 1
            return APOSTROPHE.sub("’", found[0]) if found[1] in ("title", "option") else found[0]
        text = text if in_code else APOSTROPHE.sub("’", text)
        text = HAN_RUN.sub(lambda run: mark_language(run[0], "tspan" if drawing else "span"), text)
        return text if drawing else DAY.sub(r"<time>\g<0></time>", text)

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
