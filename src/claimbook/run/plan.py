"""The plan of one build: its edition, its data, what each step reads, and where products go."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from claimbook.notebook import notebook_file
from claimbook.project import contents, editions, folders, products
from claimbook.project.files import digest_of, folder_hash, made_by_people
from claimbook.project.folders import ENGINE, LOCK_FILE, MARKER, REPORT_FILE, UserError
from claimbook.project.outputs import CONCLUSION
from claimbook.project.parameters import parameters_missing
from claimbook.run import notebook_form
from claimbook.run.notebook_run import NOT_YET, NotebookRun
from claimbook.say.words import counted, suggestion

READERS = (CONCLUSION,)  # it reads the executed sections, so it runs last
CODE_FOLDER, ENGINE_PAGES = "src", ENGINE / "templates" / "pages"
TOOLS = (
    *("__main__.py", "changes", "citation", "commands", "intake"),
    *("look", "pages", "publish", "run", "templates"),
)
ON_TOP = 2  # slashes in src/report/module.py
DESCRIPTION = "datapackage.json"  # holds digests of all data files and affects nothing
SCRIPTS = "intake/"  # in data/: scripts that imported its tables
NEEDED_DATA = frozenset({"claims.yml", "figures", "sources.csv"})  # a copy of data/ has them
BOOK = ("_config.yml", MARKER, REPORT_FILE, "CITATION.cff", "editions", "book")


class PlanError(UserError, ValueError):
    """A build lacks an input, or its name is misspelt; the message says what to do."""


class DataFaulty(ValueError):
    """The data break a rule; the message has one problem per line."""


@dataclass(frozen=True)
class Plan:
    """Inputs and outputs of one build; nothing here writes files. `data` is an absolute path."""

    root: Path
    edition: editions.Edition
    data: Path

    @cached_property
    def name(self) -> str:
        """Name of the run and its folder: that of the edition, plus the copy of the data if it reads one."""
        if self.data == self.root / "data":
            return self.edition.name
        readable = re.sub(r"[^\w.-]+", "-", self.data.name)
        which = hashlib.sha256(str(self.data).encode()).hexdigest()[:6]
        return f"{self.edition.name}{editions.CHANGED}data={readable}-{which}"

    @property
    def parameters(self) -> dict[str, Any]:
        return self.edition.parameters.model_dump()

    @property
    def build(self) -> Path:
        return self.root / "_build" / self.name

    @property
    def source(self) -> Path:
        return self.build / "source"

    @property
    def html(self) -> Path:
        return self.build / "html"

    @property
    def prints(self) -> dict[str, Path]:
        """The files of the print edition by name: report, annex and brief."""
        return {name: self.build / name for name in products.PRINTS}

    @property
    def results(self) -> Path:
        return self.build / "results.json"

    @property
    def record(self) -> Path:
        return self.build / "record.json"

    @property
    def state(self) -> Path:
        """The folder in which pytask stores its state for all builds of the project."""
        return self.root / "_build" / "state"

    def committed(self, notebook: str) -> Path:
        return self.root / "notebooks" / f"{notebook}.ipynb"

    def executed(self, notebook: str) -> Path:
        return self.build / "executed" / f"{notebook}.ipynb"

    def reads(self, notebook: str) -> Path:
        """Return the path of the inputs and reads of a notebook's last run, as short hashes."""
        return self.build / "executed" / f"{notebook}.json"

    def staged(self, notebook: str) -> Path:
        """Return the path of the executed notebook with its current prose, in the source tree of the book."""
        return self.source / "notebooks" / f"{notebook}.ipynb"

    @cached_property
    def notebooks(self) -> tuple[str, ...]:
        """Names of the notebooks that _toc.yml lists, sections before readers."""
        own = [document for _, document in contents.listed_documents(self.root) if document.startswith("notebooks/")]
        listed = [document.removeprefix("notebooks/").removesuffix(".ipynb") for document in own]
        for name in listed:
            if not self.committed(name).exists():
                known = sorted(path.stem for path in (self.root / "notebooks").glob("*.ipynb"))
                raise PlanError(
                    f"_toc.yml lists notebooks/{name}, but there is no notebooks/{name}.ipynb."
                    f"{suggestion(name, known)} Correct the line in _toc.yml or add the notebook."
                )
            if self.committed(name).resolve().parent != (self.root / "notebooks").resolve():
                raise PlanError(
                    f"_toc.yml lists notebooks/{name}, which is outside the folder notebooks/. Only notebooks of the "
                    "project are run. Copy it into notebooks/, read it, and list it by its name."
                )
        return tuple(sorted(listed, key=lambda name: (name in READERS, name)))

    @property
    def sections(self) -> tuple[str, ...]:
        return tuple(name for name in self.notebooks if name not in READERS)

    def faults(self) -> list[str]:
        """Return the faults in the settings of the book and in the form of notebooks, one sentence each."""
        notebooks = {f"notebooks/{name}.ipynb": self.committed(name).read_bytes() for name in self.notebooks}
        forms = {name: notebook_form.fault(content) for name, content in notebooks.items()}
        texts = {name: path for name, path in self.book_files.items() if name.endswith(".md")}
        told = contents.faults_of_settings(self.root) + contents.faults_of_texts(texts)
        told += contents.faults_of_citation(self.root)
        told += [f"{name}{fault}" for name, fault in forms.items() if fault]
        return told + [*filter(None, [parameters_missing(notebooks, self.parameters)])]

    @cached_property
    def data_files(self) -> dict[str, Path]:
        """All files of the evidence by name in the project, without the scripts that imported the tables."""
        files = made_by_people(self.data).items()
        return {f"data/{name}": path for name, path in files if not name.startswith(SCRIPTS)}

    @cached_property
    def library(self) -> dict[str, Path]:
        """Code and fonts for notebooks: the engine without its tools, and the top modules of the report."""
        engine = f"{CODE_FOLDER}/{ENGINE.name}/"
        tools = tuple(engine + name for name in TOOLS)
        return {REPORT_FILE: self.root / REPORT_FILE} | {
            name: path
            for name, path in self.package.items()
            if (not name.startswith(tools) if name.startswith(engine) else name.count("/") == ON_TOP)
        }

    @property
    def seen(self) -> dict[str, Path]:
        """The files that every notebook sees: the evidence, and the code that notebooks use."""
        return self.data_files | self.library

    def run_of(self, notebook: str) -> NotebookRun:
        """Return the run of a notebook. Raises PlanError if its file is not a notebook."""
        own = self.committed(notebook)
        try:
            notebook_file.code_digest(own.read_bytes())
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PlanError(f"notebooks/{notebook}.ipynb{notebook_form.fault(own.read_bytes())}") from None
        sections = self.sections if notebook in READERS else ()
        return NotebookRun(
            name=notebook,
            notebook=own,
            kept=self.reads(notebook),
            parameters=self.parameters,
            environment=self.environment,
            files=self.seen,
            sections={f"notebooks/{section}.ipynb": self.executed(section) for section in sections},
        )

    def reasons(self) -> dict[str, str]:
        """Return why each stale notebook must run. A reader may have to run if a section does."""
        found: dict[str, str] = {}
        for name in self.notebooks:
            why = self.run_of(name).why() if self.executed(name).exists() else NOT_YET
            above = [section for section in self.sections if section in found] if name in READERS else []
            why = why or f"because {counted(len(above), 'section')} that it reads may have changed" * bool(above)
            found |= {name: why} if why else {}
        return found

    @property
    def other_data(self) -> bool:
        """Whether the data differ from those of the project; an identical copy does not."""
        own = self.root / "data"
        return self.data != own and folder_hash(self.data) != folder_hash(own)

    @cached_property
    def deciding(self) -> dict[str, Path]:
        """The files besides notebooks that affect what a build says; looks and fonts do not."""
        data = {n: p for n, p in self.data_files.items() if n != f"data/{DESCRIPTION}"}
        code = {n: p for n, p in self.library.items() if p.suffix in {".py", ".csv"}}
        return data | code | {LOCK_FILE: folders.lock(self.root)}

    @property
    def about_run(self) -> dict[str, str]:
        """The file `run.json` by name, with facts about this run that the notebooks do not contain."""
        return {editions.RUN_NOTES: json.dumps({"other_data": self.other_data})}

    @cached_property
    def book_files(self) -> dict[str, Path]:
        """The files of the book besides its notebooks, including data for download.

        A page that _toc.yml lists and that the report lacks comes from the engine. The stored record of this edition
        is left out, because its pages are compared as they are.
        """
        listed = {document for _, document in contents.listed_documents(self.root)}
        files = {f"book/{page.name}": page for page in ENGINE_PAGES.glob("*.md") if f"book/{page.stem}" in listed}
        files |= self.data_files
        for name in BOOK:
            path = self.root / name
            if path.is_dir():
                files |= {f"{name}/{inner}": p for inner, p in made_by_people(path).items()}
            elif path.exists():
                files[name] = path
        files.pop(f"editions/{self.name}.record.json.bz2", None)
        return files

    @cached_property
    def package(self) -> dict[str, Path]:
        """All code of engine and report, which also makes the pages. The engine may be in another folder."""
        own = {f"{CODE_FOLDER}/{name}": path for name, path in made_by_people(self.root / CODE_FOLDER).items()}
        return {f"{CODE_FOLDER}/{ENGINE.name}/{name}": path for name, path in made_by_people(ENGINE).items()} | own

    @property
    def path(self) -> str:
        """PYTHONPATH for the code of the report and of the engine."""
        return os.pathsep.join(dict.fromkeys([str(self.root / CODE_FOLDER), str(ENGINE.parent)]))

    @property
    def means(self) -> str:
        """A text that changes with the tools that make pages, whatever the pages say."""
        return json.dumps([digest_of(self.package), self.environment, self.edition.epoch, str(self.source)])

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the outputs depend on besides files: versions of packages and Python."""
        lock = hashlib.sha256(folders.lock(self.root).read_bytes()).hexdigest()
        return {"lock": lock, "python": "{}.{}".format(*sys.version_info)}


def plan_of(root: Path, edition: str = editions.DEFAULT) -> Plan:
    """Return the plan for an edition of a project with its own data, which may be incomplete."""
    return Plan(root, editions.read_edition(root, edition), root / "data")


def make_plan(edition: str = editions.DEFAULT, data: str | None = None, settings: Sequence[str] = ()) -> Plan:
    """Return the plan for an edition of the project around the working directory.

    `data` is another copy of data/; `settings` change parameters for this run ("cutoff=2024-12-31"). Raises
    PlanError if the data are incomplete.
    """
    root = folders.root()
    folder = Path(data).expanduser().resolve() if data else root / "data"
    if folder == (root / "data").resolve():
        folder = root / "data"
    if not folder.is_dir():
        raise PlanError(f"There is no folder {folder}. DATA= must name a copy of data/.")
    there = {path.name for path in folder.iterdir()}
    if not there & NEEDED_DATA:
        raise PlanError(f"{folder} has no {' and no '.join(sorted(NEEDED_DATA))}. DATA= must name a copy of data/.")
    wanted = NEEDED_DATA | {path.name for path in (root / "data").iterdir() if not path.name.startswith(".")}
    missing = sorted(wanted - there - {SCRIPTS.strip("/")})
    if missing:
        copied = {name for name in missing if data and (root / "data" / name).exists()}
        mend = {name: f"Restore it: git checkout -- data/{name}" for name in missing}
        mend |= {name: f"Copy it from {root / 'data' / name}." for name in copied}
        raise PlanError("\n".join(f"{folder / name} is missing. {how}" for name, how in mend.items()))
    return Plan(root, editions.read_edition(root, edition, settings), folder)
