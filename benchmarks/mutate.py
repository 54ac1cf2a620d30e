"""Change values of `data/` one at a time, and report which checks notice: `make mutate`.

The trials run where notebooks run: here, or with SCHEDULER= on the workers of a Dask scheduler. A notebook of one line
asks for several trials, because each takes less time than the start of a kernel.
"""

import json
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import trials
from nbformat.v4 import new_code_cell, new_notebook, writes
from trials import BY_MEANING, KINDS, NOBODY, Trial, Usual

from claimbook.commands.report import notebooks_run, scheduler_option
from claimbook.project import folders
from claimbook.project.folders import write_whole
from claimbook.run.execution import Execute, NotebookFailed
from claimbook.run.notebook_run import contents_of
from claimbook.run.plan import Plan, make_plan
from claimbook.run.runner import INTERRUPTED, Progress, Threads
from torch_program.profiles.steps import NOTEBOOK

if TYPE_CHECKING:
    from concurrent.futures import Future

ENOUGH = 0.98  # share of mutations that must be noticed
AT_ONCE = 5  # trials in a notebook
SETTINGS = ("_config.yml", folders.MARKER, folders.REPORT_FILE)
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


# the trials in notebooks ---------------------------------------------------------------------------------------


def files_of(plan: Plan) -> dict[str, bytes]:
    """Return the files that a notebook of trials needs: all code, and below it the project with its last build."""
    settings = {name: plan.root / name for name in SETTINGS}
    notebooks = [*(plan.root / "notebooks").rglob("*.ipynb"), *map(plan.staged, plan.sections)]
    others = [path for path in [*(plan.root / "editions").glob("*.yml"), *notebooks] if path.exists()]
    project = plan.data_files | settings | {path.relative_to(plan.root).as_posix(): path for path in others}
    code = plan.package | {"src/trials.py": Path(trials.__file__)}
    return contents_of(code | settings | {f"{trials.PROJECT}/{name}": path for name, path in project.items()})


def ask(execute: Execute, files: Mapping[str, bytes], name: str, function: str, *arguments: Any) -> Any:
    """Run a function of `trials` in a notebook, and return what it displays."""
    code = f"import json\n\nimport trials\n\ntrials.{function}(*json.loads({json.dumps(arguments)!r}))"
    notebook = writes(new_notebook(cells=[new_code_cell(code, id="asks")], metadata=KERNEL)).encode()
    executed, _ = execute({**files, f"notebooks/{name}.ipynb": notebook}, name, {})
    (cell,) = json.loads(executed)["cells"]
    return next(o["data"][trials.ANSWER] for o in cell["outputs"] if trials.ANSWER in o.get("data", {}))


@dataclass
class Asking:
    """Asks several notebooks of trials at a time, and prints a line for each."""

    execute: Execute
    progress: Progress
    pool: Threads
    files: dict[str, bytes]

    def submit(self, about: str, function: str, *arguments: Any) -> "Future[Any]":
        run = partial(ask, self.execute, self.files, function, function, *arguments)
        return self.pool.submit(self.progress.timed, "trials", about, run)

    def usual(self, names: Iterable[str]) -> dict[str, Usual]:
        """Return what each notebook says of the data as they are; later trials compare with it."""
        waiting = {name: self.submit(name, "show_usual", name) for name in names}
        shown = {name: future.result() for name, future in waiting.items()}
        self.files |= {trials.USUAL: json.dumps(shown).encode()}
        return {name: Usual.of(one) for name, one in shown.items()}

    def tried(self, mutations: Sequence[trials.Mutation]) -> Iterator[Trial]:
        """Yield the trial of each mutation as soon as its notebook has ended."""
        waiting = []
        for first in range(0, len(mutations), AT_ONCE):
            batch = [asdict(mutation) for mutation in mutations[first : first + AT_ONCE]]
            waiting.append(self.submit(f"{first + 1} to {first + len(batch)}", "show_trials", batch))
        for future in as_completed(waiting):
            yield from map(Trial.of, future.result())


@contextmanager
def asking(plan: Plan, scheduler: str | None) -> Iterator[Asking]:
    """Provide what asks for trials, here or on a scheduler. Leaving it ends notebooks that still run."""
    progress = Progress(click.echo)
    with notebooks_run(plan, scheduler, progress) as (execute, at_once), Threads(progress, at_once) as pool:
        yield Asking(execute, progress, pool, files_of(plan))


# the command ---------------------------------------------------------------------------------------------------


def shares(done: Sequence[Trial]) -> dict[str, float]:
    """Return the shares of trials noticed by meaning (of all, and of values that a section would miss), and at all."""
    needed = [t for t in done if t.missed]
    return {
        "by_meaning": sum(t.how in BY_MEANING for t in done) / len(done),
        "by_meaning_of_needed": sum(t.how in BY_MEANING for t in needed) / max(1, len(needed)),
        "at_all": sum(t.how != NOBODY for t in done) / len(done),
    }


def quiet(done: Iterable[Trial]) -> list[Trial]:
    """Return the trials that no result and no rule noticed, in the order of the data."""
    found = (t for t in done if t.how not in BY_MEANING)
    return sorted(found, key=lambda t: (t.mutation.file, t.mutation.line))


def run(n: int, seed: int, scheduler: str | None) -> None:
    """Try `n` changes that `seed` draws, and print what was noticed. Exit with 1 if too little was."""
    plan = make_plan()
    if not all(plan.staged(name).exists() for name in plan.notebooks):
        raise click.ClickException("There is no report to compare with. Run `make report` first.")
    started = time.time()
    with asking(plan, scheduler) as notebooks:
        click.echo("Running every notebook on the data as they are, to see what it says and which values it takes.")
        known = notebooks.usual([*plan.notebooks, NOTEBOOK])
        possible, unused = trials.split(trials.mutations(plan.data), known)
        chosen = trials.sample(possible, n or len(possible), seed)
        click.echo(
            f"{len(chosen)} of {len(possible)} possible changes, seed {seed}; each is undone before the next. "
            f"Left out are {sum(unused.values())} values that no notebook takes; their series are listed below."
        )
        done: list[Trial] = []
        for trial in notebooks.tried(chosen):
            done.append(trial)
            who = "NOT NOTICED" if trial.how == NOBODY else str(trial)
            click.echo(f"  {len(done):4}  {who:42} {trial.mutation}")
    found = shares(done)
    print_trials(done, found, time.time() - started, unused)
    kept: dict[str, Any] = {"seed": seed, "tried": len(done), "needed": sum(t.missed for t in done), **found}
    kept |= {"by": dict(sorted(Counter(map(str, done)).items())), "unused": unused}
    kept["quiet"] = [{"change": str(t.mutation), "noticed": str(t), "missed": t.missed} for t in quiet(done)]
    content = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
    write_whole(plan.root / "_build" / "mutations.json", content.encode())
    sys.exit(found["at_all"] < ENOUGH)


def print_trials(done: Sequence[Trial], found: Mapping[str, float], seconds: float, unused: Mapping[str, int]) -> None:
    """Print what was noticed and by what, then what was not, and what was not tried."""
    click.echo()
    for kind in KINDS:
        if of_kind := [t for t in done if t.mutation.kind == kind]:
            meant = sum(t.how in BY_MEANING for t in of_kind)
            noticed = sum(t.how != NOBODY for t in of_kind)
            click.echo(f"{kind:8} of {len(of_kind)}: {meant} by meaning, {noticed} at all")
    click.echo(
        f"Noticed by a verdict, a statistic, a chart, a table or the data check: {found['by_meaning'] * 100:.1f} %, "
        f"and {found['by_meaning_of_needed'] * 100:.1f} % of the {sum(t.missed for t in done)} whose value a section "
        f"would miss; at all: {found['at_all'] * 100:.1f} % of {len(done)}, in {seconds:.0f} s."
    )
    for missed, why in (
        (True, "Noticed less, though a section would miss the value (rounded, or not the one that decides):"),
        (False, "Noticed less, and no section would say anything else without it (the profile of a province may):"),
    ):
        if of_these := [f"  {t.mutation} ({t})" for t in quiet(done) if t.missed == missed]:
            click.echo("\n".join([why, *of_these]))
    click.echo("On record, but taken by no notebook, so not tried (values of a series):")
    listed = ", ".join(f"{series}\N{NO-BREAK SPACE}{values}" for series, values in unused.items())
    click.echo(textwrap.fill(listed, 118, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))


@click.command()
@click.option(
    "--n",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="How many changes to try; 0 tries all of them.",
)
@click.option("--seed", default=1, show_default=True, help="Which ones: the same seed draws the same.")
@scheduler_option
def main(n: int, seed: int, scheduler: str | None) -> None:
    """Change values of data/ one at a time, and see whether a check fails."""
    try:
        run(n, seed, scheduler)
    except (folders.UserError, NotebookFailed) as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        click.echo("Interrupted: no file was changed. Start it again; the same seed draws the same.", err=True)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    del __file__  # or the process of each notebook would import this file first
    main()
