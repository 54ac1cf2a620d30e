"""Prose that carries its numbers: plain Markdown for every viewer, MyST with cards and links for the book.

Authors write Markdown. `{key}` stands for a number, badge or word of the notebook, `{key.year}` for the year of a
number. `{@id}` names a source in sources.csv by its author and year, `{@id.year}` and `{@id.month}` say when an event
in timeline.csv was, `{@id.ended}` in which year it ended. A link to `#fig-…`, `#tbl-…` or `#claim-…`, like `[the chart
of towns](#fig-towns)`, refers to a chart, table or claim: the book links there and prints "Figure 3" instead of the
words; other viewers show the words. `[[A sentence with {key}.]]` appears only if every key in it has a value, and
`[[this {key}||otherwise that]]` gives an alternative. Cells of prose begin with `%%prose`. They are not code: the
pipeline fills them with the values of the last run, so a changed word does not rerun a notebook.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from claimbook.project import folders
from claimbook.project.outputs import MYST_MIME, read_section_record, sections_here
from claimbook.say.other_language import LANGUAGES, OtherLanguage
from claimbook.say.words import suggestion

if TYPE_CHECKING:
    from IPython.display import DisplayHandle


class KeptTwice(folders.UserError, ValueError):
    """Two cells store the same key, or one cell stores it twice in a run; the message names both."""


class RunningCell(NamedTuple):
    """A running cell: an id that identifies it, an id for this run of it, and its name in messages."""

    id: str
    run: str
    name: str


def running() -> RunningCell:
    """Return the cell that is running, identified by its id or, without one, by its code."""
    from IPython import get_ipython  # takes a tenth of the time in which a command starts

    message: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    if not message.get("content"):
        return RunningCell("", "", "a cell")  # outside a notebook
    code, name = message["content"].get("code", ""), message.get("metadata", {}).get("cellId", "")
    begins = next((line for line in code.splitlines() if line.strip()), "")
    return RunningCell(
        name or code, message["header"]["msg_id"], f"the cell {name}".strip() + f" that begins “{begins}”"
    )


class Owners:
    """The cell that owns each key."""

    def __init__(self) -> None:
        self.cells: dict[str, RunningCell] = {}
        self.last: dict[str, str] = {}  # last run of each cell that stored something

    def take(self, key: str) -> None:
        """Give a key to the running cell. Raises KeptTwice if another cell still owns it."""
        now, owner = running(), self.cells.get(key)
        self.last[now.id] = now.run
        if owner and owner.id == now.id and owner.run == now.run:
            raise KeptTwice(f"{now.name} uses the key {key!r} twice. Change the second one.")
        if owner and owner.id != now.id and self.last[owner.id] == owner.run:
            raise KeptTwice(
                f"Two cells use the key {key!r}: {owner.name}, and {now.name}. Change one of them. "
                "If you moved the line, run the cell that it came from, or restart the kernel."
            )
        self.cells[key] = now


MAGIC = "prose"
FINDINGS = "findings"
WORDS = "words"
KEY = "[a-z0-9][a-z0-9-]*"
VALUE_KEY = re.compile(rf"(?<!\\)(?<!:::)\{{({KEY}(?:\.year)?|@[\w-]+(?:\.year|\.month|\.ended)?)\}}(?!`)")
OPTIONAL_SENTENCE = re.compile(r"(\s?)\[\[(.+?)\]\](?!\()", re.DOTALL)
OR_ELSE = "||"
IN_OTHER = re.compile(rf"^(?:{'|'.join(LANGUAGES)}):", re.MULTILINE)  # begins a finding in the other language
LINK_WORDS = r"((?:\\.|[^\[\]\\])+)"  # the words of a link
NUMBERED_LINK = re.compile(rf"\[{LINK_WORDS}\]\(#((?:fig|tbl)-[\w-]+)\)")
REFERENCE = re.compile(rf"\[{LINK_WORDS}\]\(#[\w-]+\)")
PAGE_LINK = re.compile(rf"\[{LINK_WORDS}\]\((?!https?:)[^)\s]+\.html(?:#[^)\s]*)?\)")  # a page that only the book has
ROLE = re.compile(r"\{[\w:+-]+\}`[^`]*`")
MARKDOWN_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
TARGET = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
VERDICT_BADGE = re.compile(r'<span class="verdict [\w-]+">([^<]*)</span>')
OPENS, OPTION, CLOSES = re.compile(r":::+\{(\w+)\} ?(.*)"), re.compile(r":\w+:"), re.compile(r":::+")
COUNT = re.compile(r"^(\s*\{[a-z0-9-]+(?:\.year)?\})([.)])", re.MULTILINE)  # a number here would begin a list
NO_LIST = r"\1\\\2"
SPECIAL = re.compile(r"([\\`*_{}\[\]<>|$#~^@])")
PENDING = {"text": "…", "html": "…"}  # if a later cell makes the number

Value = Mapping[str, str]  # `text` for any viewer, `html` for the book, perhaps `also` for the other language


class ProseError(folders.UserError, ValueError):
    """Prose that cannot be filled in; the message says what is wrong and how to fix it."""


class Prose:
    """The values that the prose of a notebook may name, and the cells of prose that wait for them.

    Prose may come before the code that makes its numbers. It is filled in as soon as they exist.
    """

    def __init__(self, cite: Callable[[str], Value | None] = lambda _: None) -> None:
        """`cite` returns what `{@id}` stands for, or None if that is not known by the cut-off."""
        self.values: dict[str, Value] = {}
        self.cite = cite
        self.owners = Owners()
        self.waiting: list[tuple[DisplayHandle, str]] = []
        self.complete = False
        from IPython import get_ipython  # takes a tenth of the time in which a command starts

        if shell := get_ipython():
            shell.register_magic_function(self.cell, "cell", MAGIC)

    def keep(self, key: str, text: str, html: str, also: str = "") -> None:
        """Store a value under `key`: its text, the HTML that the book shows for it, and its text in the other language.

        Raises ProseError for a malformed key, and KeptTwice if another cell stored it or this one did in the same run.
        """
        if not re.fullmatch(KEY, key):
            raise ProseError(f"a key looks like towns-latest, not {key!r}: small letters, digits and hyphens.")
        self.owners.take(key)
        self.put(key, text, html, also)

    def put(self, key: str, text: str, html: str, also: str = "") -> None:
        """Set or replace a value, and update every cell of prose that now has all its values."""
        self.values[key] = {"text": text, "html": html} | ({"also": also} if also else {})
        for entry in [*self.waiting]:
            handle, prose_text = entry
            if not missing(prose_text, self.values):
                handle.update(text_bundle(prose_text, self.values), raw=True)
                self.waiting.remove(entry)

    def take_citations(self, text: str) -> None:
        """Keep what each `{@id}` in a text stands for."""
        for source_id in citations(text):
            if (key := f"@{source_id}") not in self.values and (cited := self.cite(source_id)):
                self.values[key] = cited

    def sentence(self, text: str) -> tuple[str, str]:
        """Return prose whose values are all known, as plain text and as MyST for the book."""
        self.take_citations(text)
        check_keys(text, self.values)
        prose_text = chosen(text, self.values).strip()
        return unescaped(as_markdown(prose_text, self.values)), in_book(prose_text, self.values)

    def in_other(self, language: OtherLanguage, text: str) -> str:
        """Return a sentence in the other language whose values are all known, as plain text."""
        check_keys(text, self.values)

        def written(key: re.Match[str]) -> str:
            value = self.values[key[1]]
            if said := value.get("also") or language.value(value["text"]):
                return said
            raise ProseError(
                f"a sentence in {language.own_name} names {{{key[1]}}}, “{value['text']}”. No rule says how to write "
                f"that, so give its words where they are made: section.word({key[1]!r}, …, also=…)."
            )

        return unescaped(VALUE_KEY.sub(written, chosen(text, self.values).strip()))

    def show(self, text: str) -> None:
        """Display prose whose values are all known."""
        self.take_citations(text)
        check_keys(text, self.values)
        display_mime(text_bundle(text, self.values))

    def cell(self, line: str, content: str) -> None:
        """Run the cell magic `%%prose`: display the cell, and update it when all of its values exist."""
        text = f"{line}\n{content}".strip()
        self.take_citations(text)
        if self.complete:
            check_keys(text, self.values)
        handle = display_mime(text_bundle(text, self.values, not self.complete), display_id=True)
        if missing(text, self.values):
            self.waiting.append((handle, text))

    def record(self) -> dict[str, Value]:
        """Return all values at the end of the notebook. Raises ProseError if prose names an unknown one."""
        for handle, text in self.waiting:
            check_keys(text, self.values)
            handle.update(text_bundle(text, self.values), raw=True)  # optional sentences without values are left out
        self.waiting, self.complete = [], True
        return self.values


# cells ---------------------------------------------------------------------------------------------------------


def is_prose(cell: Mapping[str, Any]) -> bool:
    """Return whether a cell contains prose."""
    return cell["cell_type"] == "code" and re.match(rf"\s*%%{MAGIC}\b", "".join(cell["source"])) is not None


def text_of(cell: Mapping[str, Any]) -> str:
    """Return the text of a cell of prose."""
    return "".join(cell["source"]).strip().removeprefix(f"%%{MAGIC}").strip()


def findings_in(content: str) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
    """Yield claim, answers, text, and text in the other language of each finding in a cell without its first line."""
    for block in re.split(r"\n\s*\n", content.strip()):
        own, *other = IN_OTHER.split(block, maxsplit=1)
        head, *lines = own.splitlines()
        claim_id, _, answers = head.partition(":")
        also = "".join(line.strip() for line in "".join(other).splitlines())
        yield claim_id.strip(), tuple(answer.strip() for answer in answers.split(",")), " ".join(lines), also


# two faces of a text --------------------------------------------------------------------------------------------


def chosen(text: str, values: Mapping[str, Value]) -> str:
    """Resolve optional sentences: use the first version whose keys all have a value, else nothing."""

    def first(option: re.Match[str]) -> str:
        version = next((version for version in option[2].split(OR_ELSE) if not missing(version, values)), "")
        return version and option[1] + version

    return OPTIONAL_SENTENCE.sub(first, text)


def missing(text: str, values: Mapping[str, Value]) -> list[str]:
    """Return the keys in a text that have no value, including keys in optional sentences."""
    return [key for key in dict.fromkeys(VALUE_KEY.findall(text)) if key not in values]


def citations(text: str) -> list[str]:
    """Return the ids of the sources that a text names, and those of events with ".year" or ".month"."""
    return [key[1:] for key in VALUE_KEY.findall(text) if key[0] == "@"]


def check_keys(text: str, values: Mapping[str, Value]) -> None:
    """Raise ProseError if a text names an unknown value outside its optional sentences."""
    text = chosen(text, values)
    for key in missing(text, values):
        (line, *_) = [line.strip() for line in text.splitlines() if f"{{{key}}}" in line]
        advice = suggestion(key, values) or f" Make it in a code cell: section.stat({key!r}, …)."
        if key[0] == "@":
            advice = (
                " Write an id of sources.csv. If what it names is later than the cut-off, put the sentence in [[…]]."
            )
        raise ProseError(f"the text names {{{key}}}, but no number, badge or word has that key ({line}).{advice}")


def text_bundle(text: str, values: Mapping[str, Value] | None = None, waiting: bool = False) -> dict[str, Any]:
    """Return the MIME bundle of a text; without `values` the text contains no keys, like a table.

    For the book it contains `myst` and, for prose, `values`: the text of each key, None if its value comes
    later. Raises ProseError for MyST roles and headings.
    """
    if role := ROLE.search(text):
        raise ProseError(
            f"{role.group()} works only in the book. Refer to a chart, a table or a claim with a link, like "
            "[the chart of towns](#fig-towns), and to a value with its key in braces, like {towns-latest}."
        )
    if values is None:
        return {"text/markdown": as_markdown(text, {}), MYST_MIME: {"myst": in_book(text, {})}}
    if heading := MARKDOWN_HEADING.search(text):
        raise ProseError(f"the heading “{heading.group()}” is in a prose cell. Move it to a Markdown cell.")
    keys = VALUE_KEY.findall(chosen(text, values) + text * waiting)  # values of optional sentences may still come
    text = chosen(text, values)
    known = {key: values.get(key) for key in dict.fromkeys(keys)}
    shown = {key: value or PENDING for key, value in known.items()}
    content = {"myst": in_book(text, shown), "values": {key: value and value["text"] for key, value in known.items()}}
    return {"text/markdown": as_markdown(text, shown), MYST_MIME: content}


def display_mime(content: Mapping[str, Any], **how: bool) -> "DisplayHandle":
    """Display content by MIME type."""
    from IPython.display import display  # takes a tenth of the time in which a command starts

    return display(content, raw=True, **how)


def in_book(text: str, values: Mapping[str, Value]) -> str:
    """Return the text as MyST: charts and tables by number, values with card and link."""
    text = COUNT.sub(NO_LIST, NUMBERED_LINK.sub(r"{numref}`\2`", text))
    return VALUE_KEY.sub(lambda key: values[key[1]]["html"] if key[1] in values else key[0], text)


def as_markdown(text: str, values: Mapping[str, Value]) -> str:
    """Return the text as Markdown for any viewer, without MyST."""
    for pattern in (REFERENCE, PAGE_LINK, VERDICT_BADGE):
        text = pattern.sub(r"\1", text)
    text = COUNT.sub(NO_LIST, _without_directives(TARGET.sub("", text)))
    return VALUE_KEY.sub(lambda key: escape(values[key[1]]["text"]) if key[1] in values else key[0], text)


def _without_directives(text: str) -> str:
    """Turn boxes into quotations, and put captions above their tables."""
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
    """Return text from data as one line in which Markdown and MyST find no markup."""
    return SPECIAL.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", str(text)).strip())  # keeps no-break spaces


def unescaped(text: str) -> str:
    """Return Markdown text without the backslashes of `escape`."""
    return re.sub(r"\\([^\w\s])", r"\1", text)


# values of other sections --------------------------------------------------------------------------------------------


def borrowed(keys: Iterable[str]) -> dict[str, Value]:
    """Return values of the other sections in this folder by key, without those that this edition lacks.

    Raises ProseError for a key that no other section makes or names in its prose, as after a renaming.
    """
    values: dict[str, Value] = {}
    named: set[str] = set()
    for name, notebook in sections_here():
        for key, value in read_section_record(notebook)["values"].items():
            values[key] = {**value, "html": value["html"].replace('href="#', f'href="{name}.html#')}
        named |= {key for cell in notebook["cells"] if is_prose(cell) for key in VALUE_KEY.findall(text_of(cell))}
    for key in (keys := [*keys]):
        if key not in values.keys() | named:
            raise ProseError(
                f"{running().name} borrows {{{key}}}, but no other section makes it or names it in its prose."
                f"{suggestion(key, values) or ' Correct the key, or remove it.'}"
            )
    return {key: values[key] for key in keys if key in values}
