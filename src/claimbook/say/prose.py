"""Text that carries its numbers: plain Markdown for every viewer, MyST with cards and links for the book.

An author writes Markdown. `{key}` stands for a number, a badge or a word of the notebook, and a link to `#fig-…`,
`#tbl-…` or `#claim-…` for a chart, a table or a claim, like `[the chart of towns](#fig-towns)`: the book links there
and prints "Figure 3" for the words, every other viewer has the words. `[[A sentence with {key}.]]` stands
only where every key in it has a value, `[[this {key}||otherwise that]]` has something else to say. A cell of such text
begins with `%%prose`. It is no code: the pipeline tells it anew from the values that a run has left, so a changed word
makes nothing run.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from claimbook.say import project
from claimbook.say.cells import Owners
from claimbook.say.recorded import MYST_MIME
from claimbook.say.words import suggestion

if TYPE_CHECKING:
    from IPython.display import DisplayHandle

MAGIC = "prose"
KEY = re.compile(r"(?<!\\)(?<!:::)\{([a-z0-9][a-z0-9-]*)\}(?!`)")
OPTIONAL = re.compile(r"(\s?)\[\[(.+?)\]\](?!\()", re.DOTALL)
OR_ELSE = "||"
WORDS = r"((?:\\.|[^\[\]\\])+)"  # of a link
NUMBERED = re.compile(rf"\[{WORDS}\]\(#((?:fig|tbl)-[\w-]+)\)")
REFERENCE = re.compile(rf"\[{WORDS}\]\(#[\w-]+\)")
PAGE = re.compile(rf"\[{WORDS}\]\((?!https?:)[^)\s]+\.html(?:#[^)\s]*)?\)")  # is in the book alone
ROLE = re.compile(r"\{[\w:+-]+\}`[^`]*`")
HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
TARGET = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
LABEL = re.compile(r'<span class="verdict [\w-]+">([^<]*)</span>')
OPENS, OPTION, CLOSES = re.compile(r":::+\{(\w+)\} ?(.*)"), re.compile(r":\w+:"), re.compile(r":::+")
COUNT = re.compile(r"^(\s*\{[a-z0-9-]+\})([.)])", re.MULTILINE)  # as a number it would begin a list
NO_LIST = r"\1\\\2"
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$#~^@])")
LATER = {"text": "…", "html": "…"}  # where a cell further down makes the number

Value = Mapping[str, str]  # `text` as it is read, `html` as the book shows it


class ProseError(project.Told, ValueError):
    """Text that cannot be told; the message says what is wrong with it and how to mend it."""


class Prose:
    """The values that the text of a notebook may name, and the cells of text that wait for theirs.

    A text may stand above the code that makes its number: it is told as soon as the number is there.
    """

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.owners = Owners()
        self.waiting: list[tuple[DisplayHandle, str]] = []
        self.complete = False
        from IPython import get_ipython

        shell = get_ipython()
        if shell:
            shell.register_magic_function(self.cell, "cell", MAGIC)

    def keep(self, key: str, text: str, html: str) -> None:
        """A value under `key`: its text, and the HTML that the book shows for it.

        Raises KeptTwice where another cell keeps it already, or the same one in the same run.
        """
        if not KEY.fullmatch(f"{{{key}}}"):
            raise ProseError(f"a key looks like towns-latest, not {key!r}: small letters, digits and hyphens.")
        self.owners.take(key)
        self.put(key, text, html)

    def put(self, key: str, text: str, html: str) -> None:
        """Set or replace a value, and show every text that waited for it."""
        self.values[key] = {"text": text, "html": html}
        for entry in [*self.waiting]:
            handle, said = entry
            if not missing(said, self.values):
                handle.update(bundle(said, self.values), raw=True)
                self.waiting.remove(entry)

    def sentence(self, text: str) -> tuple[str, str]:
        """Text whose values are all known, as it is read and as the book shows it."""
        known(text, self.values)
        said = chosen(text, self.values).strip()
        return plain(in_words(said, self.values)), in_book(said, self.values)

    def show(self, text: str) -> None:
        """Display text whose values are all known."""
        known(text, self.values)
        displayed(bundle(text, self.values))

    def cell(self, line: str, content: str) -> None:
        """The cell magic `%%prose`: text may name values that come later, and is told anew when the last is there."""
        text = f"{line}\n{content}".strip()
        if self.complete:
            known(text, self.values)
        handle = displayed(bundle(text, self.values, not self.complete), display_id=True)
        if missing(text, self.values):
            self.waiting.append((handle, text))

    def record(self) -> dict[str, Value]:
        """All values, once the notebook has made them; raises ProseError where a text names another one."""
        for handle, text in self.waiting:
            known(text, self.values)
            handle.update(bundle(text, self.values), raw=True)  # what was optional and did not come is left out
        self.waiting, self.complete = [], True
        return self.values


# cells ---------------------------------------------------------------------------------------------------------


def is_prose(cell: Mapping[str, Any]) -> bool:
    """Is this a cell of text?"""
    return cell["cell_type"] == "code" and re.match(rf"\s*%%{MAGIC}\b", "".join(cell["source"])) is not None


def text_of(cell: Mapping[str, Any]) -> str:
    """The text of such a cell."""
    return "".join(cell["source"]).strip().removeprefix(f"%%{MAGIC}").strip()


# two faces of a text --------------------------------------------------------------------------------------------


def chosen(text: str, values: Mapping[str, Value]) -> str:
    """The text with what stands of its optional sentences: of each the first version whose keys all have a value."""

    def first(option: re.Match[str]) -> str:
        says = next((says for says in option[2].split(OR_ELSE) if not missing(says, values)), "")
        return says and option[1] + says

    return OPTIONAL.sub(first, text)


def missing(text: str, values: Mapping[str, Value]) -> list[str]:
    """Keys of a text that have no value, those of its optional sentences too."""
    return [key for key in dict.fromkeys(KEY.findall(text)) if key not in values]


def known(text: str, values: Mapping[str, Value]) -> None:
    """Raises ProseError where a text names a value that there is not, outside its optional sentences."""
    text = chosen(text, values)
    for key in missing(text, values):
        (line, *_) = [line.strip() for line in text.splitlines() if f"{{{key}}}" in line]
        mend = suggestion(key, values) or f" Make it in a code cell: section.stat({key!r}, …)."
        raise ProseError(f"the text names {{{key}}}, but no number, badge or word has that key ({line}).{mend}")


def bundle(text: str, values: Mapping[str, Value] | None = None, waiting: bool = False) -> dict[str, Any]:
    """The MIME bundle of a text; without `values` it is one that names none, like a table.

    The content for the book has `myst` and of prose `values`, the text of each by its key, None where it comes later.
    """
    if role := ROLE.search(text):
        raise ProseError(
            f"{role.group()} is read in the book alone. Refer to a chart, a table or a claim by a link, like "
            "[the chart of towns](#fig-towns), and name a value by its key in braces, like {towns-latest}."
        )
    if values is None:
        return {"text/markdown": in_words(text, {}), MYST_MIME: {"myst": in_book(text, {})}}
    if heading := HEADING.search(text):
        raise ProseError(f"the heading “{heading.group()}” stands in a cell of prose. Put it in a Markdown cell.")
    keys = KEY.findall(chosen(text, values) + text * waiting)  # what is optional may still come
    text = chosen(text, values)
    own = {key: values.get(key) for key in dict.fromkeys(keys)}
    shown = {key: value or LATER for key, value in own.items()}
    content = {"myst": in_book(text, shown), "values": {key: value and value["text"] for key, value in own.items()}}
    return {"text/markdown": in_words(text, shown), MYST_MIME: content}


def show(text: str) -> None:
    """Display a text that names no value."""
    displayed(bundle(text))


def displayed(content: Mapping[str, Any], **how: bool) -> "DisplayHandle":
    """Display content by MIME type; only a kernel needs what does it."""
    from IPython.display import display

    return display(content, raw=True, **how)


def in_book(text: str, values: Mapping[str, Value]) -> str:
    """The text as MyST: charts and tables by their number, values with card and link."""
    text = COUNT.sub(NO_LIST, NUMBERED.sub(r"{numref}`\2`", text))
    return KEY.sub(lambda key: values[key[1]]["html"] if key[1] in values else key[0], text)


def in_words(text: str, values: Mapping[str, Value]) -> str:
    """The text as Markdown that any viewer reads: nothing of MyST is left in it."""
    for pattern in (REFERENCE, PAGE, LABEL):
        text = pattern.sub(r"\1", text)
    text = COUNT.sub(NO_LIST, _without_directives(TARGET.sub("", text)))
    return KEY.sub(lambda key: escape(values[key[1]]["text"]) if key[1] in values else key[0], text)


def _without_directives(text: str) -> str:
    """Boxes as quotations and tables with their captions above."""
    lines, inside = [], ""
    for line in text.split("\n"):
        if opens := OPENS.fullmatch(line):
            inside, title = opens.groups()
            lines.append(f"> **{title}**" if inside == "admonition" else f"Table: {title}")
        elif inside and CLOSES.fullmatch(line):
            inside = ""
        elif not (inside and OPTION.match(line)):
            lines.append(f"> {line}".rstrip() if inside == "admonition" else line)
    return "\n".join(lines)


def escape(text: str) -> str:
    """Text from data as text for Markdown and MyST: nothing in it is taken for markup, and it stays on one line."""
    return SPECIAL.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", str(text)).strip())  # blanks that do not break stay


def plain(text: str) -> str:
    """Markdown text without the backslashes of `escape`."""
    return re.sub(r"\\([^\w\s])", r"\1", text)
