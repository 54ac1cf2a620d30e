"""How pages and the files next to them are written.

Files are written in separate processes, while Sphinx goes on. An extension connects a function to one of two events.
The function yields the name of each file below `app.outdir` and its content. `FILES_EVENT` do not depend on pages, nor
pages on them: they start before pages are read. `PRINTS_EVENT` need the pages of all documents: they start when the
remaining pages, such as those of claims, are made.

The last step of every page marks the language of Chinese text, days, heads of columns, and cells with much text.
Sphinx renders all pages with one template loader, so all of it can be done here.
"""

import json
import os
import re
import shutil
import traceback
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.jinja2glue import BuiltinTemplateLoader

from claimbook import patches
from claimbook.intake import languages
from claimbook.pages.book import other_tag, share_notebooks, shared_folder
from claimbook.project.folders import UserError, below, content_of, digest_of, sha256, write_whole
from claimbook.project.outputs import listed_documents
from claimbook.project.report import report_settings
from claimbook.templates import FILLED

patches.notebooks_are_read_fast()
patches.charts_are_numbered_fast()

# files ---------------------------------------------------------------------------------------------------------

FILES_EVENT, PRINTS_EVENT = "files-start", "prints-start"
NICER = 5  # a process with this much more niceness gets a third of the time of another on the same processor
FORK = get_context("fork")  # inherits all imports and the current state of the application


WrittenFiles = Iterable[tuple[str, bytes]]  # names below the folder of the pages, and contents


def write_and_report(app: Sphinx, files: Callable[[Sphinx], WrittenFiles], answer: Connection, niceness: int) -> None:
    """Write files, and send a sentence on what failed, or "" if all are written."""
    os.nice(niceness)
    try:
        for name, content in files(app):
            write_whole(app.outdir / name, content)
    except UserError as error:
        answer.send(str(error))
    except Exception as error:
        traceback.print_exc()
        answer.send(f"{type(error).__name__}: {error}")
    else:
        answer.send("")


def start_writers(app: Sphinx, event: str) -> None:
    """Start a process for each function that listens to an event. All but the first one give way to Sphinx."""
    running = app.writers = getattr(app, "writers", [])  # type: ignore[attr-defined]
    listeners = app.events.listeners.get(event, ()) if app.builder.name == "html" else ()
    for rank, listener in enumerate(listeners):
        result, answer = FORK.Pipe(duplex=False)
        niceness = NICER if rank else 0
        process = FORK.Process(target=write_and_report, args=(app, listener.handler, answer, niceness), daemon=True)
        process.start()
        answer.close()
        running.append((process, result))


def begin_files(app: Sphinx, env: BuildEnvironment, documents: list[str]) -> None:
    """Start writing, because one processor is idle while the other reads pages."""
    if not pages_stay(app):
        start_writers(app, FILES_EVENT)


def begin_prints(app: Sphinx) -> list[None]:
    """Start to make the PDFs, which need the written pages and their pictures."""
    app.builder.copy_image_files()  # type: ignore[attr-defined]  # Sphinx itself copies them later
    start_writers(app, PRINTS_EVENT)
    return []


def drop_words_of_no_page(app: Sphinx) -> list[None]:
    """Drop words from Sphinx's index that no page has any more, as if all pages were written."""
    if indexer := getattr(app.builder, "indexer", None):
        for words in (indexer._mapping, indexer._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]
    return []


def wait_for_writers(app: Sphinx, exception: Exception | None = None) -> None:
    """Wait until all files are written. Raises ExtensionError if any are not, because pages link to them."""
    running, faults = getattr(app, "writers", []), []
    app.writers = []  # type: ignore[attr-defined]
    for process, result in running:
        if exception is not None:
            process.kill()
        else:
            try:
                faults.append(result.recv())
            except EOFError:
                faults.append("their process was killed")
        process.join()
    if failures := "; ".join(filter(None, faults)):
        raise ExtensionError(f"The files that accompany the pages were not written: {failures}")


# which pages --------------------------------------------------------------------------------------------------

WRITTEN_MARK = ".written.json"  # file with digests of what computed pages and files show; empty until all are written
COMPUTED = ("figures", "series")  # folders of files that this extension names
FILES = "files"  # stands among these pages for what all files show


def look_at_pages(app: Sphinx, env: BuildEnvironment, documents: list[str]) -> None:
    """Find out whether files of the last build stay. Until this build ends well, no page counts as written."""
    mark = app.outdir / WRITTEN_MARK
    files = below(app.srcdir / "data", "data") | below(shared_folder(app), "shared")
    app.shown, app.shown_before = {}, json.loads(content_of(mark) or b"{}")  # type: ignore[attr-defined]
    if not stays(app, FILES, digest_of(files)):
        for name in COMPUTED:
            shutil.rmtree(app.outdir / name, ignore_errors=True)
    for sheet in app.outdir.glob("_static/mystnb.*.css"):  # myst-nb copies it at the end, so the pages had none to name
        sheet.unlink()
    write_whole(mark, b"")


def stays(app: Sphinx, page: str, *shown: str) -> bool:
    """Record what a computed page shows, and return whether the last build wrote the same with the same tools."""
    app.shown[page] = sha256("\n".join([app.config.made_with, *shown]).encode())  # type: ignore[attr-defined]
    return app.shown_before.get(page) == app.shown[page]  # type: ignore[attr-defined]


def pages_stay(app: Sphinx) -> bool:
    """Return whether this build keeps all files, and the pages of documents that have not changed."""
    return app.shown_before.get(FILES) == app.shown[FILES]  # type: ignore[attr-defined]


def changed_pages(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Name all documents if they show other titles and places of each other. Then no page stays."""
    titles, labels = {name: [title] for name, title in env.titles.items()}, env.domaindata["std"]
    shown = [titles, env.toctree_includes, labels["labels"], labels["anonlabels"]]
    # each part as text: repr() of a name that Sphinx translates later differs from process to process
    names = [sorted((name, *map(str, of)) for name, of in each.items()) for each in shown]
    same, env.names_shown = getattr(env, "names_shown", None) == names, names  # type: ignore[attr-defined]
    if not same:
        app.shown_before = {}  # type: ignore[attr-defined]
    return set() if app.shown_before else set(env.found_docs)  # type: ignore[attr-defined]


def note_written(app: Sphinx, exception: Exception | None) -> None:
    """Note that all pages are written."""
    if exception is None:
        write_whole(app.outdir / WRITTEN_MARK, json.dumps(app.shown_before | app.shown).encode())  # type: ignore[attr-defined]


# pages ---------------------------------------------------------------------------------------------------------

SIGNS = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"  # Chinese and Japanese
HAN = f"[{SIGNS}]"
KANA = re.compile(r"[\u3040-\u30ff]")
HAN_RUN = re.compile(rf"{HAN}+(?:[\d\s.,;:()–—-]*{HAN}+)*")  # with digits between two signs
TAG, UNREAD = r"""<(?:"[^"]*+"|'[^']*+'|[^'">])*+>""", "script|style|title|textarea|option|template"
# a run of tags and texts with nothing to mark; then a comment or a part that is not read, a tag, text up to the next
PIECE = re.compile(
    rf"""(?:(?!<(?:!|/?(?:svg|pre|code|{UNREAD})\b))(?:{TAG}|[^<&'{SIGNS}-]++(?=<)))++"""
    rf"""|<!--.*?-->|<({UNREAD})\b.*?</\1>|{TAG}|([^<]+)""",
    re.S,
)
ISO_DAY = re.compile(r"(?<![\w-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?(?![\w-])")  # which a line must not break
YEAR_LINK = re.compile(
    r'(<a (?:id="[^"]*" )?class="stat)("[^>]*>(?:19|20)\d\d</a>)'
)  # a style sheet leaves out its line
APOSTROPHE = re.compile(r"(?<=\w)(?:'|&#39;|&#x27;)")
CODE_TAG = re.compile(r"<(/?)(?:pre|code)\b")  # which is copied as it is
TABLE_HEAD_CELL = re.compile(r'<th(?= class="[^"]*\b(head|stub)\b)(?![^>]* scope=)')  # as docutils writes it
TABLE_CELL = re.compile(r"<(td|th)((?: [^>]*)?)>(.*?)</\1>", re.S)
HTML_TAG, CLASS = re.compile(r"<[^>]*>"), re.compile(r' class="([^"]*)"')
MUCH_TEXT = 40  # letters; a style sheet gives cells with more of them room for several words on a line


class Pages(BuiltinTemplateLoader):
    """The template loader of Sphinx and the theme, which finishes their HTML."""

    def init(self, builder: Builder, *settings: Any) -> None:
        super().init(builder, *settings)
        self.environment.bytecode_cache = FILLED.bytecode_cache
        parts = dict[str, list[str]]()
        for part, document in listed_documents(builder.srcdir):
            parts.setdefault(part, []).append(document)
        self.environment.globals |= {"about": report_settings(), "parts": parts, "titles": builder.env.titles}

    def render(self, template: str, context: dict) -> str:  # type: ignore[override]  # Sphinx gives a dict
        text = super().render(template, context)
        return finished(text, context.get("language", "")) if template.endswith(".html") else text


def finished(html: str, language: str = "") -> str:
    """Return a page in a language with its text marked, scopes on its table heads, and a class on long cells."""
    if language == other_tag() != "":  # the frame around its article is English
        html = html.replace("<body", f'<body lang="{report_settings().language}"', 1)
        html = html.replace("<article", f'<article lang="{language}"', 1)
    html = TABLE_HEAD_CELL.sub(lambda found: f'<th scope="{"row" if found[1] == "stub" else "col"}"', html)
    return mark_text(TABLE_CELL.sub(_with_room, YEAR_LINK.sub(r"\1 year\2", html)), language)


def _with_room(cell: re.Match[str]) -> str:
    """Return a cell of a table, with the class "long" if it has much text."""
    tag, attributes, inside = cell.groups()
    if len(inside) <= MUCH_TEXT or len(HTML_TAG.sub("", inside).strip()) <= MUCH_TEXT:
        return cell[0]
    known = CLASS.search(attributes)
    return f'<{tag}{CLASS.sub("", attributes)} class="{known[1] + " " if known else ""}long">{inside}</{tag}>'


def mark_text(markup: str, own: str = "") -> str:
    """Return HTML or SVG with a language on runs of Chinese or Japanese text, marked ISO days, and curly apostrophes.

    Text in the page's `own` language needs no mark.

    Attributes and drawings keep their days as they are, attributes and code their apostrophes.
    """
    drawing, in_code = False, 0

    def piece(found: re.Match[str]) -> str:
        nonlocal drawing, in_code
        text = found[2]
        if text is None:
            drawing = found[0].startswith("<svg") or (drawing and found[0] != "</svg>")
            if tag := CODE_TAG.match(found[0]):
                in_code += -1 if tag[1] else 1
            return APOSTROPHE.sub("’", found[0]) if found[1] in ("title", "option") else found[0]
        text = text if in_code else APOSTROPHE.sub("’", text)
        text = HAN_RUN.sub(lambda run: mark_language(run[0], "tspan" if drawing else "span", own), text)
        return text if drawing else ISO_DAY.sub(r"<time>\g<0></time>", text)

    return PIECE.sub(piece, markup)


def mark_language(run: str, tag: str, own: str) -> str:
    """Return a run of text marked as Japanese if it has kana, otherwise as the language that the report switches on."""
    language = "ja" if KANA.search(run) else languages.printed().tag
    return f'<{tag} lang="{language}">{run}</{tag}>' if language not in ("", own) else run


def setup(app: Sphinx) -> None:
    for event in (FILES_EVENT, PRINTS_EVENT):
        app.add_event(event)
    app.connect("config-inited", share_notebooks, priority=100)  # before listeners that read what notebooks say
    app.connect("env-before-read-docs", look_at_pages)
    app.connect("env-before-read-docs", begin_files, priority=900)
    app.connect("env-updated", changed_pages)
    app.connect("html-collect-pages", begin_prints, priority=400)  # first, because PDFs take longest
    app.connect("html-collect-pages", drop_words_of_no_page)
    app.connect("build-finished", wait_for_writers, priority=900)  # after everything else
    app.connect("build-finished", note_written, priority=901)
