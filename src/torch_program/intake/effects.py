"""What new rows would change in the report: the notebooks that read them are run beside the last build."""

from collections.abc import Callable, Iterable
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch_program import results
from torch_program.pipeline.displays import displays
from torch_program.pipeline.plan import DESCRIPTION, Plan
from torch_program.pipeline.run import processes

FOR_ALL = ("data/units.csv", "data/zones.csv")  # a new row of these may change what any notebook says


@dataclass(frozen=True)
class Move:
    """A claim that the new rows touch; measures as sentences."""

    claim: str
    before: str  # verdict
    after: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def flips(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Effects:
    """Claims that move, and notebooks that stop with the new rows in the data."""

    moves: list[Move]
    stopped: list[str]


def last_build(plan: Plan) -> tuple[Plan | None, str]:
    """The plan of a finished build of the edition from the same data, or None and why there is none.

    A copy of data/ that is still the same may use the build of the project.
    """
    built = [
        p
        for p in (plan, Plan(plan.root, plan.edition, plan.root / "data"))
        if p.results.exists() and all(p.staged(name).exists() for name in p.notebooks)
    ]
    evidence = [name for name in plan.data_files if name != f"data/{DESCRIPTION}"]
    other: list[str] = []
    for candidate in built:
        other = [n for n in evidence if not _same(candidate.source / n, plan.data_files[n])]
        if not other:
            return candidate, ""
    if built:
        return None, f"The last report was made from other data ({', '.join(other[:3])})"
    return None, f"There is no report of edition {plan.edition.name} to compare with"


def _same(one: Path, other: Path) -> bool:
    return one.exists() and one.read_bytes() == other.read_bytes()


def readers(plan: Plan, changed: Iterable[str]) -> list[str]:
    """Notebooks that read a changed file of figures; all where a table changes that decides what figures mean."""
    names = {f"data/{name}" for name in changed}
    if names & set(FOR_ALL):
        return list(plan.sections)
    figures = {name for name in names if name.startswith("data/figures/")}
    return [name for name in plan.sections if figures & plan.inputs(name).keys()]


def effects(
    plan: Plan, built: Plan | None, merged: Path, changed: Iterable[str], say: Callable[[str], None]
) -> Effects:
    """Run the notebooks that read what changed on the merged data, and compare their claims with those of before.

    Before is the finished build, or where there is none the same notebooks on the data as they are.
    """
    names = readers(plan, changed)
    new = Plan(plan.root, plan.edition, merged)
    jobs = [(new, name) for name in names] + ([] if built else [(plan, name) for name in names])
    sides: dict[Plan, dict[str, list[dict[str, Any]]]] = {new: {}, plan: {}}
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
                sides[side][name] = claims
            say(f"  {done} of {len(jobs)}  {name}{which}" + " stopped" * bool(why))
    moves = []
    for name in names:
        before = results.read_file(built.staged(name))["claims"] if built else sides[plan].get(name)
        if name in sides[new] and before is not None:
            moves += compare(before, sides[new][name])
    return Effects(moves, sorted(stopped))


def judged(plan: Plan, name: str) -> tuple[list[dict[str, Any]], str]:
    """The claims that a section judges, found without drawing; or which cell stopped, and why."""
    claims: list[dict[str, Any]] = []
    for number, said in enumerate(displays(plan, name, {}), 1):
        for display in said:
            if "error" in display:
                return [], f"code cell {number}: {display['error']}"
            claims = display.get(results.RESULTS_MIME, {"claims": claims})["claims"]
    return claims, ""


def compare(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Move]:
    """Claims whose measures or verdicts differ, those that flip first."""
    old = {claim["id"]: claim for claim in before}
    moves = []
    for claim in after:
        had = old.get(claim["id"], {"verdict": results.NOT_ASSESSED, "measures": []})
        one, other = (dict.fromkeys(map(_measure, c["measures"])) for c in (had, claim))
        gained, lost = tuple(m for m in other if m not in one), tuple(m for m in one if m not in other)
        if gained or lost or had["verdict"] != claim["verdict"]:
            moves.append(Move(claim["id"], had["verdict"], claim["verdict"], gained, lost))
    return sorted(moves, key=lambda move: (not move.flips, move.claim))


def _measure(measure: dict[str, Any]) -> str:
    """What a reader sees of a measure."""
    value = measure["value"]
    number = f"{value:,.6g}" if isinstance(value, int | float) else "no value"
    return f"{measure['label']}: {number} {measure['unit']}" + ", decides" * bool(measure.get("decides"))
