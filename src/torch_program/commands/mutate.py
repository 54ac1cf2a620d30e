"""Change values of the data one at a time, and see whether a check goes red."""

import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import as_completed

import click

from torch_program.pipeline.files import write_whole
from torch_program.pipeline.plan import make

ENOUGH = 0.98  # share of mutations that must be noticed


@click.command()
@click.option("--n", default=100, show_default=True, help="How many changes to try; 0 tries all of them.")
@click.option("--seed", default=1, show_default=True, help="Which ones: the same seed draws the same.")
def mutate(n: int, seed: int) -> None:
    """Change values of data/ one at a time, and see whether some check goes red."""
    from loky import get_reusable_executor

    from torch_program.changes import mutation as m

    plan = make()
    missing = [name for name in plan.notebooks if not plan.staged(name).exists()]
    if missing:
        raise click.ClickException("There is no report to compare with. Run `make report` first.")
    possible = m.mutations(plan.data)
    chosen = m.sample(possible, n or len(possible), seed)
    click.echo(f"{len(chosen)} of {len(possible)} possible changes, seed {seed}; each is undone before the next.")
    started = time.time()
    pool = get_reusable_executor(max_workers=os.cpu_count())
    verdicts = []
    for future in as_completed([pool.submit(m.try_out, plan, mutation) for mutation in chosen]):
        verdict = future.result()
        verdicts.append(verdict)
        click.echo(f"  {len(verdicts):4} {verdict.noticed_by or 'NOT NOTICED':26} {verdict.mutation}")
    unnoticed = sorted((v.mutation for v in verdicts if not v.noticed_by), key=lambda x: (x.file, x.line, x.kind))
    share = 1 - len(unnoticed) / len(verdicts)
    tried = Counter(v.mutation.kind for v in verdicts)
    seen = Counter(v.mutation.kind for v in verdicts if v.noticed_by)
    click.echo("\n" + "\n".join(f"{kind:8} {seen[kind]} of {tried[kind]} noticed" for kind in m.KINDS if tried[kind]))
    click.echo(f"Noticed: {share * 100:.1f} % of {len(verdicts)}, in {time.time() - started:.0f} s")
    if unnoticed:
        click.echo("Nobody noticed that\n" + "\n".join(f"  {mutation}" for mutation in unnoticed))
        click.echo("Such a value is dead data (take it out) or lacks a check.")
    counts = {kind: {"tried": tried[kind], "noticed": seen[kind]} for kind in m.KINDS}
    kept = {"seed": seed, "share": share, "kinds": counts, "unnoticed": [str(mutation) for mutation in unnoticed]}
    write_whole(
        plan.root / "_build" / "mutations.json", (json.dumps(kept, indent=1, ensure_ascii=False) + "\n").encode()
    )
    sys.exit(share < ENOUGH)
