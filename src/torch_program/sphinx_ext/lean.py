"""Pages that load little: when the HTML is finished, style sheets of the theme lose the rules that no page can use.

The theme brings a whole framework and two thousand icons; a reader on a slow line would wait for them.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import tinycss2
from sphinx.application import Sphinx

from torch_program.pipeline.publication import made_once

# book/_static/icons.css draws the icons, and browsers show the titles of buttons
UNUSED = ("scripts/fontawesome.js*", "scripts/bootstrap.js*", "vendor/fontawesome/**/*", "**/*.map")
NESTED = frozenset({"media", "supports", "layer", "container"})
TEXTS = frozenset({"searchindex.js"})  # every word of the report, which names no class


def names_in_use(pages: Path) -> frozenset[str]:
    """Classes and ids in the pages, and every word of a script, since scripts set classes too."""
    found: set[str] = set()
    for page in pages.rglob("*.html"):
        for names in re.findall(r'\b(?:class|id)="([^"]*)"', page.read_text(encoding="utf-8")):
            found.update(names.split())
    for script in pages.rglob("*.js"):
        if script.name not in TEXTS:
            found.update(re.findall(r"[A-Za-z_][\w-]*", script.read_text(encoding="utf-8")))
    return frozenset(found)


def without_unused(css: str, names: frozenset[str]) -> str:
    """A style sheet with only those rules that can match where these classes and ids are all there are."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "".join(_kept(rules, names))


def slimmed(css: str, names: frozenset[str]) -> bytes:
    return without_unused(css, names).encode()


def _kept(rules: list[Any], names: frozenset[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in _selectors(rule.prelude) if _wanted(s) <= names]
            if selectors:
                prelude = ",".join(tinycss2.serialize(s).strip() for s in selectors)
                yield f"{prelude}{{{tinycss2.serialize(rule.content).strip()}}}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            kept = "".join(_kept(inner, names))
            if kept:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{kept}}}\n"
        elif rule.type == "at-rule" and not (rule.lower_at_keyword == "font-face" and _of_icons(rule)):
            yield rule.serialize() + "\n"


def _of_icons(rule: Any) -> bool:
    return "fontawesome" in tinycss2.serialize(rule.content or [])


def _selectors(prelude: list[Any]) -> Iterator[list[Any]]:
    """The selectors of a list, at its commas."""
    one: list[Any] = []
    for token in prelude:
        if token == ",":
            yield one
            one = []
        else:
            one.append(token)
    yield one


def _wanted(selector: list[Any]) -> set[str]:
    """Classes and ids without which a selector matches nothing; what stands in :not() or :is() is not asked for."""
    ids = {token.value for token in selector if token.type == "hash"}
    pairs = zip(selector, selector[1:], strict=False)
    return ids | {b.value for a, b in pairs if a == "." and b.type == "ident"}


def slim(app: Sphinx, exception: Exception | None) -> None:
    """Take out of the finished pages what none of them uses; the report's own style sheets stay as they are."""
    if exception is not None or app.builder.name != "html":
        return
    static = Path(app.outdir) / "_static"
    for pattern in UNUSED:
        for path in sorted(static.glob(pattern), reverse=True):
            if path.is_file():
                path.unlink()
    names = names_in_use(Path(app.outdir))
    own = {path.name for folder in app.config.html_static_path for path in (Path(app.confdir) / folder).glob("*.css")}
    for sheet in sorted(static.rglob("*.css")):
        if sheet.name not in own:
            css = sheet.read_text(encoding="utf-8")
            of = css, "\n".join(sorted(names))
            sheet.write_bytes(made_once(sheet.name, partial(slimmed, css, names), *map(str.encode, of)))


def setup(app: Sphinx) -> None:
    app.connect("build-finished", slim)
