"""Style sheets of the theme without the rules that no page can use: four fifths of what a page would have to load.

A rule stays if each class that it names stands on a page or in a script.
"""

import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import tinycss2
from sphinx.application import Sphinx
from tinycss2.ast import Node

from claimbook.build.files import write_whole

SHEETS = ("styles/*.css", "mystnb.*.css", "basic.css")
CLASSES, WORDS = re.compile(r'class="([^"]*)"'), re.compile(r"[\w-]+")
NAMED = re.compile(r"\.((?:[\w-]|\\.)+)")
WITHOUT = re.compile(r":not\([^()]*\)")  # what such a rule names need not be there


def used_classes(html: Path) -> set[str]:
    """Classes on the pages, and every word of the scripts: one of them may give a class."""
    used = {
        name
        for page in html.rglob("*.html")
        for said in CLASSES.findall(page.read_text("utf-8"))
        for name in said.split()
    }
    return used.union(*(WORDS.findall(script.read_text("utf-8")) for script in (html / "_static").rglob("*.js")))


def pruned(rules: Iterable[Node], used: Container[str]) -> Iterator[str]:
    """The rules that can apply, as text; the fonts of icons go too, since book/_static/icons.css draws those in use."""
    for rule in rules:
        inside = tinycss2.serialize(rule.content or ())
        if rule.type == "qualified-rule":
            selectors = [one for one in alternatives(rule.prelude) if all(n in used for n in classes_of(one))]
            yield f"{','.join(selectors)}{{{inside}}}" if selectors else ""
        elif rule.lower_at_keyword in {"media", "supports"}:
            kept = "".join(pruned(tinycss2.parse_rule_list(rule.content, True, True), used))
            yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{kept}}}" if kept else ""
        elif rule.lower_at_keyword != "font-face" or "Awesome" not in inside:
            yield rule.serialize()


def alternatives(prelude: Iterable[Node]) -> list[str]:
    """The selectors of a rule; a comma within brackets divides none."""
    parts: list[list[Node]] = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def classes_of(selector: str) -> list[str]:
    return [name.replace("\\", "") for name in NAMED.findall(WITHOUT.sub("", selector))]


def lighten(app: Sphinx, exception: Exception | None) -> None:
    """Shorten the style sheets of the theme and of myst-nb beside the finished pages."""
    if exception or app.builder.name != "html":
        return
    html = Path(app.outdir)
    used = used_classes(html)
    for sheet in [sheet for pattern in SHEETS for sheet in (html / "_static").glob(pattern)]:
        rules = tinycss2.parse_stylesheet(sheet.read_text("utf-8"), skip_comments=True, skip_whitespace=True)
        write_whole(sheet, "".join(pruned(rules, used)).encode())


def setup(app: Sphinx) -> None:
    app.connect("build-finished", lighten)
