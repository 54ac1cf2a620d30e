"""Change values of the data one at a time, and see whether a check goes red."""

import json
import os
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import as_completed
from typing import TYPE_CHECKING

import click

from torch_program.pipeline.files import write_whole
from torch_program.pipeline.interrupts import Workers
from torch_program.pipeline.plan import make

if TYPE_CHECKING:  # it imports pandas, which no other verb needs
    from torch_program.changes.mutation import Trial

ENOUGH = 0.98  # share of mutations that must be noticed


@click.command()
@click.option("--n", default=100, show_default=True, help="How many changes to try; 0 tries all of them.")
@click.option("--seed", default=1, show_default=True, help="Which ones: the same seed draws the same.")
def mutate(n: int, seed: int) -> None:
    """Change values of data/ one at a time, and see whether some check goes red."""
    from torch_program.changes import mutation as m
    from torch_program.pipeline.profiles import NOTEBOOK

    plan = make()
    missing = [name for name in plan.notebooks if not plan.staged(name).exists()]
    if missing:
        raise click.ClickException("There is no report to compare with. Run `make report` first.")
    started = time.time()
    with Workers(os.cpu_count() or 1) as pool:
        click.echo("Running every notebook on the data as they are, to see what it says and which values it takes.")
        names = [*plan.notebooks, NOTEBOOK]
        usual = dict(zip(names, pool.map(m.usual, [plan] * len(names), names), strict=True))
        possible, unused = m.split(m.mutations(plan.data), m.used(usual))
        chosen = m.sample(possible, n or len(possible), seed)
        click.echo(
            f"{len(chosen)} of {len(possible)} possible changes, seed {seed}; each is undone before the next. "
            f"Left out are {sum(unused.values())} values that no notebook takes; their series are listed below."
        )
        trials = []
        for future in as_completed([pool.submit(m.try_out, plan, usual, mutation) for mutation in chosen]):
            trial = future.result()
            trials.append(trial)
            click.echo(f"  {len(trials):4} {trial.seconds:5.1f} s  {_who(trial):42} {trial.mutation}")
    shares = m.shares(trials)
    _tell(trials, shares, time.time() - started, unused)
    kept = {"seed": seed, "tried": len(trials), "needed": sum(t.missed for t in trials), **shares}
    kept |= {"by": dict(sorted(Counter(map(str, trials)).items())), "unused": unused}
    kept["quiet"] = [{"change": str(t.mutation), "noticed": str(t), "missed": t.missed} for t in m.quiet(trials)]
    content = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
    write_whole(plan.root / "_build" / "mutations.json", content.encode())
    sys.exit(shares["at_all"] < ENOUGH)


def _tell(trials: Sequence["Trial"], shares: Mapping[str, float], seconds: float, unused: Mapping[str, int]) -> None:
    from torch_program.changes import mutation as m

    needed = sum(t.missed for t in trials)
    click.echo()
    for kind in m.KINDS:
        of_kind = [t for t in trials if t.mutation.kind == kind]
        if of_kind:
            meant = sum(t.how in m.BY_MEANING for t in of_kind)
            noticed = sum(t.how != m.NOBODY for t in of_kind)
            click.echo(f"{kind:8} of {len(of_kind)}: {meant} by meaning, {noticed} at all")
    click.echo(
        f"Noticed by a verdict, a statistic, a chart, a table or the data check: {shares['by_meaning'] * 100:.1f} %, "
        f"and {shares['by_meaning_of_needed'] * 100:.1f} % of the {needed} whose value a section would miss; "
        f"at all: {shares['at_all'] * 100:.1f} % of {len(trials)}, in {seconds:.0f} s."
    )
    for missed, why in (
        (True, "Noticed less, though a section would miss the value (rounded, or not the one that decides):"),
        (False, "Noticed less, and no section would say anything else without it (the profile of a province may):"),
    ):
        if of_these := [f"  {t.mutation} ({t})" for t in m.quiet(trials) if t.missed == missed]:
            click.echo("\n".join([why, *of_these]))
    click.echo("On record, but taken by no notebook, so not tried (values of a series):")
    listed = ", ".join(f"{series}\N{NO-BREAK SPACE}{values}" for series, values in unused.items())
    click.echo(textwrap.fill(listed, 118, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))


def _who(trial: "Trial") -> str:
    return "NOT NOTICED" if trial.how == "nobody" else str(trial)
