"""Ask publishers for newer figures: the only commands that use the network, and no part of any build."""

from datetime import date
from typing import TYPE_CHECKING

import click

from torch_program.commands.data import data, finish, refuse, told
from torch_program.pipeline import editions
from torch_program.pipeline.plan import make

if TYPE_CHECKING:
    from torch_program.intake.refresh import Change

SHOWN = 5  # revisions of a series that are listed


@data.group()
def refresh() -> None:
    """Ask a publisher for newer figures of what is stored; no build ever does."""


@refresh.command()
@click.option("--data", "folder", help="Another copy of data/, which is compared and added to.")
@click.option("--server", help="Address of the data service, in place of the World Bank's own.")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds to wait for an answer.")
@click.option("--write", is_flag=True, help="Add the new vintage; without it nothing is written.")
def worldbank(folder: str | None, server: str | None, timeout: float, write: bool) -> None:
    """Compare the stored series of the World Bank with its current release.

    With --write a later release is added as a new vintage beside the stored ones, which stay as they are.
    """
    from torch_program.intake import refresh as r
    from torch_program.intake.tables import stored

    plan = make(data=folder)
    server = server or r.ADDRESS
    series = r.wanted(stored(plan.data)[0])
    released = r.release(server, timeout)
    click.echo(f"{r.WDI}, release of {released}, from {server}")
    changes = []
    for one in series:
        change = r.compare(one, r.answer(one, server, timeout))
        click.echo(in_words(change))
        changes += [change] if change.any else []
    if not changes:
        click.echo("Nothing new: every stored value is that of the current release.")
        return
    offer = r.offer(plan.data, changes, released, date.today())
    refuse(offer)
    click.echo("\n" + told(offer))
    if released.isoformat() > plan.parameters["cutoff"]:
        click.echo(
            f"Edition {editions.DEFAULT} stops at {plan.parameters['cutoff']} and will not show this release until its "
            f"cutoff is moved: editions/{editions.DEFAULT}.yml, or SET=cutoff={released}."
        )
    finish(plan, offer, write, "add the vintage", f"{r.WDI}, release of {released}")


def in_words(change: "Change") -> str:
    """One series: how many values are new, revised and the same, and the largest revisions."""
    series = change.wanted
    same = len(change.values) - len(change.new) - len(change.revised)
    lines = [
        f"{series.series} ({series.indicator}), stored to {series.source['published']}: "
        f"{len(change.new)} new, {len(change.revised)} revised, {same} the same"
        + (f", {len(change.gone)} no longer given (they stay)" if change.gone else "")
    ]

    def moved(key: tuple[str, str]) -> float:
        before = float(series.latest[key]["value"])
        return abs(float(change.values[key]) / before - 1) if before else float("inf")

    for entity, period in sorted(change.revised, key=lambda key: (-moved(key), key))[:SHOWN]:
        before = series.latest[entity, period]["value"]
        lines.append(f"  {entity}, {period}: {before} -> {change.values[entity, period]}")
    if len(change.revised) > SHOWN:
        lines.append(f"  and {len(change.revised) - SHOWN} smaller revisions")
    periods = sorted({period for _, period in change.new})
    if periods:
        entities = sorted({entity for entity, _ in change.new})
        lines.append(f"  new: {', '.join(periods)} ({', '.join(entities)})")
    return "\n".join(lines)
