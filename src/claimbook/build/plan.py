"""The plan of one build: which edition, which data, what each step reads and where its product goes."""

import hashlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from claimbook.build import contents, editions, execution, notebook_form, publication, uses
from claimbook.build.files import digest_of, folder_hash, made_by_people
from claimbook.notebook.parameters import undeclared
from claimbook.say import project, prose
from claimbook.say.project import Told
from claimbook.say.recorded import CONCLUSION
from claimbook.say.words import counted, suggestion

READERS = (CONCLUSION,)  # it reads the executed sections beside it, so it runs last
SOURCE, ENGINE = "src", __name__.partition(".")[0]
TOOLS = ("__main__.py", "api", "book", "build", "changes", "commands", "intake", "publish", "steps", "templates")
ON_TOP = 2  # slashes in src/report/module.py
DESCRIPTION = "datapackage.json"  # holds digests of all data files: shipped, it would make every notebook stale
SCRIPTS = "intake/"  # in data/: how its tables came in
NEEDED = frozenset({"claims.yml", "figures", "sources.csv", DESCRIPTION})  # a folder without them is no evidence
BOOK = ("_config.yml", "_toc.yml", "CITATION.cff", "editions", "book")


class PlanError(Told, ValueError):
    """Something the build needs is missing or misspelt; the message says what and how to mend it."""


class DataFaulty(ValueError):
    """The data break a rule; one problem a line."""


@dataclass(frozen=True)
class Plan:
    """Inputs and outputs of one build; nothing here writes. `data` is an absolute path."""

    root: Path
    edition: editions.Edition
    data: Path

    @cached_property
    def name(self) -> str:
        """Name of the run: that of its edition, and which other copy of the data it reads; each has its own folder."""
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
        """The files of the print edition by their names: report, annex, and the brief in two forms."""
        return {name: self.build / name for name in publication.PRINTS}

    @property
    def results(self) -> Path:
        return self.build / "results.json"

    @property
    def record(self) -> Path:
        return self.build / "record.json"

    @property
    def state(self) -> Path:
        """What pytask knows of all builds of the project."""
        return self.root / "_build" / "state"

    def committed(self, notebook: str) -> Path:
        return self.root / "notebooks" / f"{notebook}.ipynb"

    def executed(self, notebook: str) -> Path:
        return self.build / "executed" / f"{notebook}.ipynb"

    def ran_with(self, notebook: str) -> Path:
        """What a notebook had when it last ran, in short hashes."""
        return self.build / "executed" / f"{notebook}.json"

    def staged(self, notebook: str) -> Path:
        """The executed notebook with its prose as it is now, in the source tree of the book."""
        return self.source / "notebooks" / f"{notebook}.ipynb"

    @cached_property
    def notebooks(self) -> tuple[str, ...]:
        """Names of the notebooks that _toc.yml lists, sections before readers."""
        own = [document for _, document in contents.documents(self.root) if document.startswith("notebooks/")]
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
                    f"_toc.yml lists notebooks/{name}, which lies outside the folder notebooks/. Only notebooks of the "
                    "project are run: copy it into notebooks/, read it, and list it by its name."
                )
        return tuple(sorted(listed, key=lambda name: (name in READERS, name)))

    @property
    def sections(self) -> tuple[str, ...]:
        return tuple(name for name in self.notebooks if name not in READERS)

    def faults(self) -> list[str]:
        """What is wrong with the settings of the book and with the form of notebooks, one sentence a fault."""
        notebooks = {f"notebooks/{name}.ipynb": self.committed(name).read_bytes() for name in self.notebooks}
        forms = {name: notebook_form.fault(content) for name, content in notebooks.items()}
        told = contents.faults_of_settings(self.root) + [f"{name}{fault}" for name, fault in forms.items() if fault]
        return told + [*filter(None, [undeclared(notebooks, self.parameters)])]

    @cached_property
    def data_files(self) -> dict[str, Path]:
        """All files of the evidence: name in the project, path on disk; not the scripts that brought it in."""
        files = made_by_people(self.data).items()
        return {f"data/{name}": path for name, path in files if not name.startswith(SCRIPTS)}

    @cached_property
    def library(self) -> dict[str, Path]:
        """The code that notebooks use, fonts too: of the engine all but its tools, of the report what lies on top."""
        tools = tuple(f"{SOURCE}/{ENGINE}/{name}" for name in TOOLS)
        engine = {n: p for n, p in self.package.items() if n.startswith(f"{SOURCE}/{ENGINE}/")}
        return {n: p for n, p in engine.items() if not n.startswith(tools)} | self.modules

    @property
    def modules(self) -> dict[str, Path]:
        """The modules of the report that lie on top, and the tables beside them."""
        engine = f"{SOURCE}/{ENGINE}/"
        return {n: p for n, p in self.package.items() if n.count("/") == ON_TOP and not n.startswith(engine)}

    def inputs(self, notebook: str) -> dict[str, Path]:
        """The files from which a notebook gets what it can use, and the library; itself not included."""
        return self.data_for(notebook) | self.library

    def uses(self, notebook: str) -> uses.Names:
        """The names in the code of a notebook, and in the modules of the report that it imports."""
        cells = execution.code_cells(execution.parsed(self.committed(notebook).read_bytes()))
        code = tuple(source for _, source, cell in cells if not prose.is_prose(cell))
        texts = {Path(name).stem: path.read_text(encoding="utf-8") for name, path in self.modules.items()}
        return uses.names_in(code, uses.imported(code, texts))

    def used(self, notebook: str) -> dict[str, bytes]:
        """What of the data a notebook can use."""
        return uses.handed({n: p.read_bytes() for n, p in self.data_for(notebook).items()}, self.uses(notebook))

    def data_for(self, notebook: str) -> dict[str, Path]:
        """The figures that a notebook declares, and the tables around them."""
        content = self.committed(notebook).read_bytes()
        try:
            topics = execution.declared_topics(execution.parsed(content))
        except execution.UndeclaredTopics as error:
            raise PlanError(f"notebooks/{notebook}.ipynb, {error}") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PlanError(f"notebooks/{notebook}.ipynb{notebook_form.fault(content)}") from None
        known = {Path(name).stem: name for name in self.data_files if name.startswith("data/figures/")}
        for topic in topics:
            if topic not in known:
                raise PlanError(
                    f"notebooks/{notebook}.ipynb loads {topic!r}, but there is no {self.data / 'figures' / topic}.csv."
                    f"{suggestion(topic, known)} Known: {', '.join(sorted(known))}."
                )
        around = {n: p for n, p in self.data_files.items() if n.count("/") == 1 and n != f"data/{DESCRIPTION}"}
        return around | {known[topic]: self.data_files[known[topic]] for topic in topics}

    def state_of(self, notebook: str) -> dict[str, list[str]]:
        """What decides whether a notebook runs, in short hashes by what it is called."""
        read = {f"notebooks/{s}.ipynb": self.executed(s) for s in (self.sections if notebook in READERS else ())}
        values = self.parameters | {f"version of {name}": version for name, version in self.environment.items()}
        data = self.used(notebook)
        own = {"its code": [execution.code_digest(self.committed(notebook).read_bytes())]}
        own |= {name: [digest_of({name: path})[:8]] for name, path in (self.library | read).items()}
        own |= {name: [json.dumps(value)] for name, value in values.items()}
        return own | {name: uses.parts(name, content) for name, content in data.items()}

    def reasons(self) -> dict[str, str]:
        """Why each notebook is to run that is; a reader also where a section is, though that may change nothing."""
        told: dict[str, str] = {}
        for name in self.notebooks:
            before = None
            if self.executed(name).exists() and self.ran_with(name).exists():
                before = json.loads(self.ran_with(name).read_bytes())
            why = "it has not run yet" if before is None else uses.why(before, self.state_of(name))
            above = [section for section in self.sections if section in told] if name in READERS else []
            why = why or f"if {counted(len(above), 'section')} above say another thing" * bool(above)
            told |= {name: why} if why else {}
        return told

    @property
    def other_data(self) -> bool:
        """Are the data that are read others than those of the project? A mere copy is not."""
        own = self.root / "data"
        return self.data != own and folder_hash(self.data) != folder_hash(own)

    @cached_property
    def deciding(self) -> dict[str, Path]:
        """The files beside the notebooks that decide what a build says; looks and fonts do not."""
        data = {n: p for n, p in self.data_files.items() if n != f"data/{DESCRIPTION}"}
        code = {n: p for n, p in self.library.items() if p.suffix in {".py", ".csv"}}
        return data | code | {"requirements.lock": self.root / "requirements.lock"}

    @property
    def about_run(self) -> dict[str, str]:
        """The file that tells the book what its notebooks do not hold."""
        return {editions.RUN: json.dumps({"other_data": self.other_data})}

    @cached_property
    def book_files(self) -> dict[str, Path]:
        """The files of the book beside its notebooks, data included: readers download them.

        The stored record of the edition itself is left out: its pages are compared as they are.
        """
        files = dict(self.data_files)
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
        """All code of engine and report: pages are made with it too."""
        return {f"{SOURCE}/{name}": path for name, path in made_by_people(self.root / SOURCE).items()}

    @property
    def means(self) -> str:
        """What pages are made with, whatever they say."""
        return json.dumps([digest_of(self.package), self.environment, self.edition.epoch, str(self.source)])

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the outputs depend on besides files."""
        lock = hashlib.sha256((self.root / "requirements.lock").read_bytes()).hexdigest()
        return {"lock": lock, "python": "{}.{}".format(*sys.version_info)}


def of(root: Path, edition: str = editions.DEFAULT) -> Plan:
    """Plan the build of an edition of a project from its own data, whether they are whole or not."""
    return Plan(root, editions.read(root, edition), root / "data")


def make(edition: str = editions.DEFAULT, data: str | None = None, settings: Sequence[str] = ()) -> Plan:
    """Plan the build of an edition of the project around the working directory.

    `data` is another copy of data/, `settings` change parameters for this run ("cutoff=2024-12-31").
    """
    root = project.root()
    folder = Path(data).expanduser().resolve() if data else root / "data"
    if folder == (root / "data").resolve():
        folder = root / "data"
    if not folder.is_dir():
        raise PlanError(f"There is no folder {folder}. DATA= must name a copy of the folder data/.")
    there = {path.name for path in folder.iterdir()}
    if not there & NEEDED:
        raise PlanError(f"{folder} holds no {' and no '.join(sorted(NEEDED))}. DATA= must name a copy of data/.")
    wanted = NEEDED | {path.name for path in (root / "data").iterdir() if not path.name.startswith(".")}
    missing = sorted(wanted - there - {SCRIPTS.strip("/")})
    if missing:
        copied = {name for name in missing if data and (root / "data" / name).exists()}
        mend = {name: f"Put it back: git checkout -- data/{name}" for name in missing}
        mend |= {name: f"Copy it from {root / 'data' / name}." for name in copied}
        raise PlanError("\n".join(f"{folder / name} is missing. {how}" for name, how in mend.items()))
    return Plan(root, editions.read(root, edition, settings), folder)
