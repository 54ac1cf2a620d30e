"""The plan of one build: what it reads, where its products go, and why a stale notebook must run again."""

import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from claimbook.citation import CITATION_FILE
from claimbook.notebook import notebook_file
from claimbook.project import editions, folders, outputs
from claimbook.project.folders import ENGINE, REPORT_FILE, Paths, folder_hash, made_by_people, sha256, times_of
from claimbook.project.outputs import ANNEX_PDF, CONCLUSION, PRINTS, listed_documents
from claimbook.run import environment, execution
from claimbook.run.notebook_run import NotebookRun
from claimbook.say.words import counted, suggestion

ENGINE_CODE, ENGINE_PAGES = f"engine/src/{ENGINE.name}/", ENGINE / "templates" / "pages"
# of the engine, which no notebook uses
TOOL_ROOMS = "__main__.py assurance changes citation commands intake look pages publish run templates".split()
OF_NOTEBOOKS = re.compile(rf"{ENGINE_CODE}(?!{'|'.join(TOOL_ROOMS)})|src/[^/]+/[^/]+$")  # also fonts
DESCRIPTION = "data/datapackage.json"  # holds digests of all data files and affects nothing
SCRIPTS = "intake"  # in data/: scripts that imported its tables
CONFIG_FILE = "_config.yml"
BOOK_SETTINGS = (CONFIG_FILE, folders.MARKER, REPORT_FILE, CITATION_FILE)
BOOK = (*BOOK_SETTINGS, "editions", "book")
PRODUCTS_FOLDER = "_build"  # folder of Jupyter Book's products, in a source tree
NEEDED_DATA = frozenset({"claims.yml", "figures", "sources.csv"})  # a copy of data/ has them


class PlanError(folders.UserError, ValueError):
    """A build lacks an input, or its name is misspelt; the message says what to do."""


@dataclass(frozen=True)
class Plan:
    """One build: its edition and data, what it reads, where its products go, and which notebooks must run.

    Inputs are read once and then remembered. Nothing here writes files. `data` is an absolute path, and `annex` says
    whether the annex is made.
    """

    root: Path
    edition: editions.Edition
    data: Path
    annex: bool = False

    # where its products go -------------------------------------------------------------------------------------

    @cached_property
    def name(self) -> str:
        """Name of the run and its folder: that of the edition, plus the copy of the data if it reads one."""
        if self.data == self.root / "data":
            return self.edition.name
        readable = re.sub(r"[^\w.-]+", "-", self.data.name)
        which = sha256(str(self.data).encode())[:6]
        return f"{self.edition.name}{editions.CHANGED}data={readable}-{which}"

    @property
    def build(self) -> Path:
        return self.root / "_build" / self.name

    @property
    def source(self) -> Path:
        return self.build / "source"

    @property
    def stored_files(self) -> Path:
        """The folder of files made with these tools, which are used again while their own content is unchanged."""
        return self.source / PRODUCTS_FOLDER / "files" / sha256(self.tools.encode())[:12]

    @property
    def html(self) -> Path:
        return self.build / "html"

    @property
    def prints(self) -> Paths:
        """The files of the print edition by name: report, brief and, if it is made, the annex."""
        return {name: self.build / name for name in PRINTS if self.annex or name != ANNEX_PDF}

    @property
    def results(self) -> Path:
        return self.build / "results.json"

    @property
    def record(self) -> Path:
        return self.build / "record.json"

    def state(self, step: str) -> Path:
        """Return the path of the state of inputs and products after the last run of a step."""
        return self.build / "steps" / f"{step}.json"

    def committed(self, notebook: str) -> Path:
        return self.root / "notebooks" / f"{notebook}.ipynb"

    def written(self, notebook: str) -> bytes:
        return self.committed(notebook).read_bytes()

    def executed(self, notebook: str) -> Path:
        return self.build / "executed" / f"{notebook}.ipynb"

    def elsewhere(self, notebook: str) -> Path | None:
        """Return the path of an executed notebook in the build from the project's own data, if this is another one."""
        own = Plan(self.root, self.edition, self.root / "data")
        return own.executed(notebook) if own.data != self.data else None

    def staged(self, notebook: str) -> Path:
        """Return the path of the executed notebook with its current prose, in the source tree of the book."""
        return self.source / "notebooks" / f"{notebook}.ipynb"

    @property
    def staged_notebooks(self) -> Paths:
        return {name: self.staged(name) for name in self.notebooks}

    # what it reads ---------------------------------------------------------------------------------------------

    @property
    def parameters(self) -> dict[str, Any]:
        return self.edition.parameters.model_dump()

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """Names of the pages and notebooks that _toc.yml lists, without their endings."""
        return tuple(document for _, document in listed_documents(self.root))

    @cached_property
    def notebooks(self) -> tuple[str, ...]:
        """Names of the notebooks that _toc.yml lists, the conclusion last."""
        listed = [name.removeprefix("notebooks/") for name in self.documents if name.startswith("notebooks/")]
        for name in listed:
            if not self.committed(name).exists():
                known = sorted(path.stem for path in (self.root / "notebooks").glob("*.ipynb"))
                raise PlanError(
                    f"_toc.yml lists notebooks/{name}, but there is no notebooks/{name}.ipynb."
                    f"{suggestion(name, known)} Correct the line in _toc.yml or add the notebook."
                )
            if self.committed(name).resolve() != (self.root / "notebooks").resolve() / f"{name}.ipynb":
                raise PlanError(
                    f"_toc.yml lists notebooks/{name}, which is outside the folder notebooks/. Only notebooks of the "
                    "project are run. Copy it into notebooks/, read it, and list it by its name."
                )
        return tuple(sorted(listed, key=lambda name: (name == CONCLUSION, name)))

    @property
    def sections(self) -> tuple[str, ...]:
        return tuple(name for name in self.notebooks if name != CONCLUSION)

    def read_by(self, notebook: str) -> tuple[str, ...]:
        """Return the sections that a notebook reads as executed: for the conclusion all of them."""
        return self.sections if notebook == CONCLUSION else ()

    @cached_property
    def data_files(self) -> Paths:
        """All files of the evidence by name in the project, without the scripts that imported the tables."""
        files = made_by_people(self.data, "data")
        return {name: path for name, path in files.items() if not name.startswith(f"data/{SCRIPTS}/")}

    @cached_property
    def package(self) -> Paths:
        """All code of engine and report, which also makes the pages. The engine may be in another folder."""
        return made_by_people(ENGINE, ENGINE_CODE) | made_by_people(self.root / "src", "src")

    @cached_property
    def library(self) -> Paths:
        """Code and fonts for notebooks: the engine without its tools, and the top modules of the report."""
        code = {name: path for name, path in self.package.items() if OF_NOTEBOOKS.match(name)}
        return {REPORT_FILE: self.root / REPORT_FILE} | code

    @property
    def seen(self) -> Paths:
        """The files that every notebook sees: the evidence, and the code that notebooks use."""
        return self.data_files | self.library

    @cached_property
    def deciding(self) -> Paths:
        """The files besides notebooks that affect what a build says; looks and fonts do not."""
        code = {name: path for name, path in self.library.items() if path.suffix in {".py", ".csv"}}
        files = self.data_files | code | {folders.LOCK_FILE: folders.lock(self.root)}
        return {name: path for name, path in files.items() if name != DESCRIPTION}

    @property
    def about_run(self) -> dict[str, str]:
        """The file `run.json` by name, which says whether the data differ from those of the project."""
        own = self.root / "data"
        other = self.data != own and folder_hash(self.data) != folder_hash(own)
        return {editions.RUN_NOTES: json.dumps({"other_data": other})}

    @cached_property
    def book_files(self) -> Paths:
        """The files of the book besides its notebooks, including data for download.

        A page that _toc.yml lists and that the report lacks comes from the engine. The stored record of this edition
        is left out, because its pages are compared as they are.
        """
        pages = (page for page in ENGINE_PAGES.glob("*.md") if f"book/{page.stem}" in self.documents)
        files = {f"book/{page.name}": page for page in pages} | self.data_files
        for name in BOOK:
            path = self.root / name
            files |= {name: path} if path.is_file() else made_by_people(path, name)
        files.pop(f"editions/{self.name}.record.json.bz2", None)
        return files

    @property
    def python_path(self) -> str:
        """PYTHONPATH for the code of the report and of the engine."""
        return f"{self.root / 'src'}{os.pathsep}{ENGINE.parent}"

    @property
    def variables(self) -> dict[str, str]:
        """Variables that tell Jupyter Book its stored files, whether to make the annex, and which time to print."""
        own = {outputs.STORED_FILES_VARIABLE: str(self.stored_files), outputs.ANNEX_VARIABLE: "1" * self.annex}
        return own | {"SOURCE_DATE_EPOCH": str(self.edition.epoch)}

    @property
    def tools(self) -> str:
        """A text that changes if the tools that make pages change."""
        return json.dumps([folders.digest_of(self.package), self.environment, self.edition.epoch])

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the outputs depend on besides files: versions of packages and Python."""
        lock = folders.lock(self.root)
        facts = {"lock": sha256(lock.read_bytes()), "python": "{}.{}".format(*sys.version_info)}
        return facts | environment.installed(lock)

    # which notebooks must run ----------------------------------------------------------------------------------

    def run_of(self, notebook: str) -> NotebookRun:
        """Return the run of a notebook. Raises PlanError if its file is not a notebook."""
        try:
            notebook_file.code_digest(self.written(notebook))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PlanError(f"notebooks/{notebook}.ipynb{execution.fault(self.written(notebook))}") from None
        return NotebookRun(
            name=notebook,
            notebook=self.committed(notebook),
            executed=self.executed(notebook),
            parameters=self.parameters,
            environment=self.environment,
            files=self.seen,
            sections={f"notebooks/{section}.ipynb": self.executed(section) for section in self.read_by(notebook)},
            elsewhere=self.elsewhere(notebook),
        )

    def reasons(self) -> dict[str, str]:
        """Return why each stale notebook must run. The conclusion may have to run if a section does."""
        found: dict[str, str] = {}
        for name in self.notebooks:
            sections = {f"notebooks/{section}.ipynb": self._newest(section) for section in self.read_by(name)}
            why = replace(self.run_of(name), sections=sections).why()
            if found and self.read_by(name):
                why = why or f"because {counted(len(found), 'section')} that it reads may have changed"
            found |= {name: why} if why else {}
        return found

    def _newest(self, notebook: str) -> Path:
        """Return the path of an executed notebook here or, if there is none, in the build that may be taken over."""
        own = self.executed(notebook)
        return own if own.exists() else self.elsewhere(notebook) or own

    # whether anything changed ----------------------------------------------------------------------------------

    def inputs(self) -> str:
        """Return a digest of names, sizes and times of all inputs.

        If it is taken before a run, an edit during the run is noticed.
        """
        folders_read = [ENGINE, self.data, *(self.root / name for name in ("src", "book", "editions"))]
        files = [path for folder in folders_read for path in made_by_people(folder).values()]
        files += [self.root / name for name in BOOK if (self.root / name).is_file()]
        files += [*(self.root / "notebooks").rglob("*.ipynb"), folders.lock(self.root)]
        return f"{sys.version} {sys.prefix} {json.dumps(self.environment)} {times_of(files)} "

    def products(self) -> str:
        """Return a digest of names, sizes and times of all that a build has made."""
        made = (path for folder in (self.source, self.html) for path in made_by_people(folder).values())
        return times_of([*made, *(path for path in self.build.glob("*") if path.is_file() and path != self.untouched)])

    @property
    def untouched(self) -> Path:
        """The file with the inputs and products of the last run that left everything up to date."""
        return self.build / "untouched.txt"

    def is_untouched(self, inputs: str) -> bool:
        """Return whether inputs and products are as they were then, with no file new or missing."""
        return folders.content_of(self.untouched) == (inputs + self.products()).encode()


def plan_of(root: Path, edition: str = editions.DEFAULT) -> Plan:
    """Return the plan for an edition of a project with its own data, which may be incomplete."""
    return Plan(root, editions.read_edition(root, edition), root / "data")


def make_plan(edition: str = editions.DEFAULT, data: str | None = None, settings: Sequence[str] = ()) -> Plan:
    """Return the plan for an edition of the project around the working directory.

    `data` is another copy of data/; `settings` change parameters for this run ("cutoff=2024-12-31"). Raises
    PlanError if the data are incomplete.
    """
    own = (root := folders.root()) / "data"
    folder = Path(data).expanduser().resolve() if data else own
    if not folder.is_dir():
        raise PlanError(f"There is no folder {folder}. DATA= must name a copy of data/.")
    folder = own if folder == own.resolve() else folder
    there, ours = ({path.name for path in at.iterdir() if not path.name.startswith(".")} for at in (folder, own))
    if not there & NEEDED_DATA:
        raise PlanError(f"{folder} has no {' and no '.join(sorted(NEEDED_DATA))}. DATA= must name a copy of data/.")
    if missing := sorted((NEEDED_DATA | ours) - there - {SCRIPTS}):
        fixes = {
            name: f"Copy it from {own / name}." if name in ours else f"Restore it: git checkout -- data/{name}"
            for name in missing
        }
        raise PlanError("\n".join(f"{folder / name} is missing. {fix}" for name, fix in fixes.items()))
    return Plan(root, editions.read_edition(root, edition, settings), folder)
