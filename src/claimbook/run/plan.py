"""The plan of one build: the run of each notebook, and why a stale one must run again."""

from collections.abc import Sequence
from pathlib import Path

from claimbook.notebook import notebook_file
from claimbook.project import editions, folders
from claimbook.run import notebook_form
from claimbook.run.inputs import READERS, SCRIPTS, Inputs, PlanError
from claimbook.run.notebook_run import NOT_YET, NotebookRun
from claimbook.say.words import counted

NEEDED_DATA = frozenset({"claims.yml", "figures", "sources.csv"})  # a copy of data/ has them


class Plan(Inputs):
    """One build: its edition and data, what it reads, where its products go, and which notebooks must run."""

    def run_of(self, notebook: str) -> NotebookRun:
        """Return the run of a notebook. Raises PlanError if its file is not a notebook."""
        notebook_path = self.committed(notebook)
        try:
            notebook_file.code_digest(notebook_path.read_bytes())
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PlanError(f"notebooks/{notebook}.ipynb{notebook_form.fault(notebook_path.read_bytes())}") from None
        sections = self.sections if notebook in READERS else ()
        return NotebookRun(
            name=notebook,
            notebook=notebook_path,
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
