"""What new rows would change in the report: the notebooks that read them are run beside the last build."""

from collections.abc import Callable, Iterable
from concurrent.futures import as_completed
from pathlib import Path
from typing import Any, NamedTuple

from claimbook.build.displays import displays
from claimbook.build.plan import DESCRIPTION, Plan
from claimbook.build.run import processes
from claimbook.say import recorded as results
from claimbook.say.about import about

# a new row of these may change what any notebook says
FOR_ALL = {f"data/{name}.csv" for name in ("units", *about().geography.tables)}
Claim = dict[str, Any]


class Move(NamedTuple):
    """A claim that the new rows touch; measures as sentences."""

    claim: str
    before: str  # verdict
    after: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def flips(self) -> bool:
        return self.before != self.after


def last_build(plan: Plan) -> tuple[Plan | None, str]:
    """The plan of a finished build of the edition from the same data, or None and why there is none.

    A copy of data/ that is still the same may use the build of the project.
    """
    why = f"There is no report of edition {plan.edition.name} to compare with"
    for built in (plan, Plan(plan.root, plan.edition, plan.root / "data")):
        if built.results.exists() and all(built.staged(name).exists() for name in built.notebooks):
            evidence = {name: path for name, path in plan.data_files.items() if name != f"data/{DESCRIPTION}"}
            other = [name for name, path in evidence.items() if not _same(built.source / name, path)]
            if not other:
                return built, ""
            why = f"The last report was made from other data ({', '.join(other[:3])})"
    return None, why


def _same(one: Path, other: Path) -> bool:
    return one.exists() and one.read_bytes() == other.read_bytes()


def readers(plan: Plan, changed: Iterable[str]) -> list[str]:
    """Notebooks that read a changed file of figures; all where a table changes that decides what figures mean."""
    names = {f"data/{name}" for name in changed}
    figures = {name for name in names if name.startswith("data/figures/")}
    return [name for name in plan.sections if names & FOR_ALL or figures & plan.inputs(name).keys()]


def effects(
    plan: Plan, built: Plan | None, merged: Path, names: list[str], say: Callable[[str], None]
) -> tuple[list[Move], list[str]]:
    """Run notebooks on the merged data: claims that are others than before, and notebooks that stop.

    Before is the finished build, or where there is none the same notebooks on the data as they are.
    """
    new = Plan(plan.root, plan.edition, merged)
    jobs = [(new, name) for name in names] + ([] if built else [(plan, name) for name in names])
    found: dict[tuple[Plan, str], list[Claim]] = {}
    stopped = []
    with processes(max(1, len(jobs))) as pool:
        running = {pool.submit(judged, *job): job for job in jobs}
        for done, future in enumerate(as_completed(running), 1):
            side, name = running[future]
            claims, why = future.result()
            which = "" if side is new else " as it is"
            if why:
                stopped.append(f"{name}.ipynb{which}, {why}")
            else:
                found[side, name] = claims
            say(f"  {done} of {len(jobs)}  {name}{which}" + " stopped" * bool(why))
    moves = []
    for name in names:
        before = results.read_file(built.staged(name))["claims"] if built else found.get((plan, name))
        if (new, name) in found and before is not None:
            moves += compare(before, found[new, name])
    return moves, sorted(stopped)


def judged(plan: Plan, name: str) -> tuple[list[Claim], str]:
    """The claims that a section judges, found without drawing; or which cell stopped, and why."""
    claims: list[Claim] = []
    for number, said in enumerate(displays(plan, name, {}), 1):
        for display in said:
            if "error" in display:
                return [], f"code cell {number}: {display['error']}"
            claims = display.get(results.RESULTS_MIME, {"claims": claims})["claims"]
    return claims, ""


def compare(before: list[Claim], after: list[Claim]) -> list[Move]:
    """Claims whose measures or verdicts differ, those that flip first."""
    old, moves = {claim["id"]: claim for claim in before}, []
    for claim in after:
        had = old.get(claim["id"], {"verdict": results.NOT_ASSESSED, "measures": []})
        one, other = (dict.fromkeys(map(_measure, side["measures"])) for side in (had, claim))
        gained, lost = tuple(m for m in other if m not in one), tuple(m for m in one if m not in other)
        moves.append(Move(claim["id"], had["verdict"], claim["verdict"], gained, lost))
    moves = [move for move in moves if move.flips or move.gained or move.lost]
    return sorted(moves, key=lambda move: (not move.flips, move.claim))


def _measure(measure: dict[str, Any]) -> str:
    """What a reader sees of a measure."""
    value = measure["value"]
    number = f"{value:,.6g}" if isinstance(value, int | float) else "no value"
    return f"{measure['label']}: {number} {measure['unit']}" + ", decides" * bool(measure.get("decides"))
