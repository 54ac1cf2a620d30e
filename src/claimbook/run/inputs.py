"""What one build reads: its parameters, notebooks, data, code and pages, and the digests that show a change."""

import hashlib
import json
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from claimbook.project import contents, editions, folders
from claimbook.project.files import digest_of, folder_hash, made_by_people
from claimbook.project.folders import ENGINE, LOCK_FILE, MARKER, REPORT_FILE, UserError
from claimbook.project.outputs import CONCLUSION
from claimbook.run.paths import Paths
from claimbook.say.words import suggestion

READERS = (CONCLUSION,)  # it reads the executed sections, so it runs last
CODE_FOLDER, ENGINE_PAGES = "src", ENGINE / "templates" / "pages"
TOOLS = (
    *("__main__.py", "assurance", "changes", "citation", "commands"),
    *("intake", "look", "pages", "publish", "run", "templates"),
)
ON_TOP = 2  # slashes in src/report/module.py
DESCRIPTION = "datapackage.json"  # holds digests of all data files and affects nothing
SCRIPTS = "intake/"  # in data/: scripts that imported its tables
BOOK = ("_config.yml", MARKER, REPORT_FILE, "CITATION.cff", "editions", "book")


class PlanError(UserError, ValueError):
    """A build lacks an input, or its name is misspelt; the message says what to do."""


class Inputs(Paths):
    """The inputs of one build, as they were when first asked for. Nothing here writes files."""

    @property
    def parameters(self) -> dict[str, Any]:
        return self.edition.parameters.model_dump()

    @cached_property
    def notebooks(self) -> tuple[str, ...]:
        """Names of the notebooks that _toc.yml lists, sections before readers."""
        notebook_documents = [
            document for _, document in contents.listed_documents(self.root) if document.startswith("notebooks/")
        ]
        listed = [document.removeprefix("notebooks/").removesuffix(".ipynb") for document in notebook_documents]
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

    @property
    def other_data(self) -> bool:
        """Whether the data differ from those of the project; an identical copy does not."""
        default_data = self.root / "data"
        return self.data != default_data and folder_hash(self.data) != folder_hash(default_data)

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
        report_code = {f"{CODE_FOLDER}/{name}": path for name, path in made_by_people(self.root / CODE_FOLDER).items()}
        return {
            f"{CODE_FOLDER}/{ENGINE.name}/{name}": path for name, path in made_by_people(ENGINE).items()
        } | report_code

    @property
    def python_path(self) -> str:
        """PYTHONPATH for the code of the report and of the engine."""
        return os.pathsep.join(dict.fromkeys([str(self.root / CODE_FOLDER), str(ENGINE.parent)]))

    @property
    def tools(self) -> str:
        """A text that changes with the tools that make pages, whatever the pages say."""
        return json.dumps([digest_of(self.package), self.environment, self.edition.epoch, str(self.source)])

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the outputs depend on besides files: versions of packages and Python."""
        lock = hashlib.sha256(folders.lock(self.root).read_bytes()).hexdigest()
        return {"lock": lock, "python": "{}.{}".format(*sys.version_info)}
