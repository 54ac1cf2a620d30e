"""Look while you write: what an edit touches is made again, and the browser shows it seconds later.

It is a preview: pages that an edit does not touch stay as they are, and there is no PDF. `make report` makes the whole.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from torch_program.live.server import News
from torch_program.pipeline import publication
from torch_program.pipeline.execution import NotebookFailed, bundle, code_digest, execute_bundle, prepare, weave
from torch_program.pipeline.files import write_whole
from torch_program.pipeline.interrupts import Workers
from torch_program.pipeline.plan import READERS, Plan
from torch_program.sphinx_ext.preview import ONLY
from torch_program.words import some

PROCESSORS = os.cpu_count() or 1
PAUSE = 0.2  # seconds between two looks at the files
IDLE = 3600.0  # seconds that workers wait for the next edit: to begin anew takes one longer than to run a notebook
# the PDF, the workbook, and what makes pages light
LEFT_OUT = ("pdf", "workbook", "lean")
OWN = "preview"
WHOLE = ("src/", "_config.yml", "_toc.yml", "book/_templates/")  # Sphinx does not see which pages these change
Say = Callable[[str], None]


# what an edit touches -------------------------------------------------------------------------------------------


def look(plan: Plan) -> dict[str, tuple[int, int]]:
    """Time and size of every file that the book is made of, by its name in the project."""
    notebooks = {f"notebooks/{name}.ipynb": plan.committed(name) for name in plan.notebooks}
    found = {}
    for name, path in (plan.book_files | plan.package | notebooks).items():
        try:
            state = path.stat()
        except FileNotFoundError:  # an editor is just replacing it
            continue
        found[name] = state.st_mtime_ns, state.st_size
    return found


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Names that are new, gone or different."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def touched(plan: Plan, names: set[str], executed: Mapping[str, bytes]) -> list[str]:
    """The notebooks that must run again when files change, readers last; a changed word makes nothing run."""

    def stale(notebook: str) -> bool:
        own = f"notebooks/{notebook}.ipynb"
        code = own in names and code_digest(executed[notebook]) != code_digest(plan.committed(notebook).read_bytes())
        return code or bool(names & plan.inputs(notebook).keys())

    sections = [name for name in plan.sections if stale(name)]
    readers = [name for name in plan.notebooks if name in READERS and (sections or stale(name))]
    return [*sections, *readers]


# the preview ----------------------------------------------------------------------------------------------------


class Preview:
    """Pages of one edition that follow the edits; `plan` gives the plan as the files are now."""

    def __init__(self, plan: Callable[[], Plan], say: Say) -> None:
        self.plan, self.say = plan, say
        now = plan()
        self.source = now.build / "live"
        self.executed = {name: now.executed(name).read_bytes() for name in now.notebooks}
        self.woven: dict[str, tuple[bytes, bytes]] = {}

    @property
    def html(self) -> Path:
        return self.source / "_build" / "html"

    def start(self) -> None:
        """Make all pages once, and have ready what runs notebooks."""
        shutil.rmtree(self.source, ignore_errors=True)
        self._compile(self.plan())
        pool = self._workers()
        for _ in range(PROCESSORS):
            pool.submit(prepare)

    def end(self) -> None:
        """End the processes that wait for the next edit."""
        self._workers().shutdown()

    def _workers(self) -> Workers:
        return Workers(PROCESSORS, IDLE)

    def follow(self, names: set[str], shown: Callable[[], None]) -> bool:
        """Make again what the changed files touch; False, after saying why, when the old pages stay.

        `shown` is called when new pages are there: those of the notebooks that ran first, those that read them later.
        """
        plan = self.plan()
        if any(name.startswith("data/") for name in names):
            from torch_program.intake import validation

            errors = [problem for problem in validation.check(plan.data) if problem.severity == "error"]
            if errors:
                self.say(validation.render(errors))
                return False
        notebooks = touched(plan, names, self.executed)
        sections, readers = ([n for n in notebooks if (n in READERS) == reads] for reads in (False, True))
        whole = any(name.startswith(WHOLE) for name in names)
        try:
            self._run(plan, sections)
            if not whole and sections and readers and self._compile(plan, [f"notebooks/{name}" for name in sections]):
                shown()
            self._run(plan, readers)
        except NotebookFailed as error:
            self.say(str(error))
            return False
        if whole:
            shutil.rmtree(self.source / "_build", ignore_errors=True)
        words_alone = not notebooks and all(name.endswith((".md", ".ipynb")) for name in names)
        made = self._compile(plan, [name.rpartition(".")[0] for name in sorted(names)] if words_alone else [])
        if made:
            shown()
        return made

    def _run(self, plan: Plan, notebooks: Iterable[str]) -> None:
        pool = self._workers()
        try:
            waiting = {n: pool.submit(execute_bundle, self._bundle(plan, n), n, plan.parameters) for n in notebooks}
            for name, future in waiting.items():
                self.executed[name] = future.result()
        except KeyboardInterrupt:
            pool.shutdown()
            raise

    def _bundle(self, plan: Plan, name: str) -> dict[str, bytes]:
        sections = plan.sections if name in READERS else ()
        notebooks = {f"notebooks/{section}.ipynb": self.executed[section] for section in sections}
        notebooks[f"notebooks/{name}.ipynb"] = plan.committed(name).read_bytes()
        return bundle(
            {"inputs": {n: path.read_bytes() for n, path in plan.inputs(name).items()}, "notebooks": notebooks}
        )

    def _compile(self, plan: Plan, only: Iterable[str] = ()) -> bool:
        woven = {name: self.source / "notebooks" / f"{name}.ipynb" for name in plan.notebooks}
        for name, path in woven.items():
            parts = plan.committed(name).read_bytes(), self.executed[name]
            if self.woven.get(name) != parts:
                write_whole(path, weave(name, *parts))
                self.woven[name] = parts
        config = self.source.with_name("live_config.yml")
        write_whole(config, for_preview(plan.root / "_config.yml"))
        publication.stage(plan.book_files | {"_config.yml": config}, plan.about_run, woven, self.source)
        library, wanted = plan.root / "src", {ONLY: " ".join(only)}
        code, said = publication.jupyter_book(self.source, ["-n", "-q"], library, plan.edition.epoch, wanted)
        if code or "WARNING" in said:
            self.say(publication.told(said, self.source))
        return code == 0


def for_preview(config: Path) -> bytes:
    """The configuration of the book without the parts that a preview leaves out, and with its own."""
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    settings = content["sphinx"]["config"]
    settings["torch_parts"] = [*(part for part in settings["torch_parts"] if part not in LEFT_OUT), OWN]
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()


# following ------------------------------------------------------------------------------------------------------------


def watch(preview: Preview, news: News, say: Say, before: Mapping[str, tuple[int, int]]) -> None:
    """Follow the edits until Ctrl-C; `before` is how the files looked when the pages were begun."""
    while True:
        time.sleep(PAUSE)
        try:
            after = look(preview.plan())
            names = changed(before, after)
            if not names:
                continue
            started = time.monotonic()
            before = after
            what = some(sorted(names), 3)

            def shown(what: str = what, started: float = started) -> None:
                say(f"{what}: seen after {time.monotonic() - started:.1f} s")
                news.tell()

            if not preview.follow(names, shown):
                say(f"{what}: not shown, the old pages stay")
        except (ValueError, OSError, json.JSONDecodeError) as error:  # a file that is half saved, a misspelt name
            say(str(error))
