"""Call the function that returns a claim's evidence for a day, and make sure that it uses nothing published later."""

import dis
import linecache
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from types import CodeType, FunctionType
from typing import Any

import pandas as pd

from claimbook.evidence.claims import Claim, ComparisonClaim
from claimbook.evidence.earlier import closed
from claimbook.evidence.evidence import Evidence, NothingPublished
from claimbook.evidence.findings import Estimate, Finding
from claimbook.evidence.measures import Measure
from claimbook.evidence.quantity import Quantity
from claimbook.evidence.reads import EVENT, SERIES, STUDIES, TABLE_PART, Read
from claimbook.rule.comparisons import CriterionResult, judge_criterion
from claimbook.rule.judgement import Assessed, Judgement, witnesses

Function = Callable[[Any], Any]  # takes the evidence of a day
RETURNS: dict[str, tuple[type, str]] = {  # what a function returns, by kind of claim
    "number": (Measure, "a list of measures"),
    "fact": (Finding, "a list of findings for each part, by its id"),
    "comparison": (CriterionResult, "a list of results of judge_criterion"),
    "causal": (Estimate, "a list of estimates"),
}
OF_EVIDENCE = (Evidence, pd.DataFrame, pd.Series, Measure, Quantity, Finding, CriterionResult, Assessed, Judgement)


class JudgingError(RuntimeError):
    """A function that does not return usable evidence. The message names the claim, the day and the line."""


def call_function(claim: Claim, function: Function, evidence: Evidence, closed_evidence: Evidence) -> Any:
    """Call a claim's function with the evidence of a day. If it finds nothing published, return no evidence.

    Meanwhile `closed_evidence`, the evidence of the notebook, refuses to answer. Raises JudgingError.
    """
    where = f"claim {claim.id!r}, on the evidence of {evidence.cutoff or 'the time before all sources'}"
    returned = stopped = None
    with closed(closed_evidence) as names:
        try:
            returned = function(evidence)
        except Exception as error:
            stopped = error
    at = _line(function, stopped)
    if names:
        raise JudgingError(
            f"{where}: the function takes {names[0]!r} from the notebook's evidence{at}, which includes what was "
            "published later. Take it from the function's argument, and pass that on to the functions it calls."
        ) from stopped
    if isinstance(stopped, NothingPublished):
        return nothing(claim)
    if stopped is not None:
        raise JudgingError(f"{where}: {type(stopped).__name__}{at}: {stopped}") from stopped
    kind, words = RETURNS[claim.kind]
    container = Mapping if claim.kind == "fact" else list | tuple
    if not (isinstance(returned, container) and all(isinstance(witness, kind) for witness in witnesses(returned))):
        raise JudgingError(f"{where}: the function must return {words}, but it returned {returned!r:.200}")
    return returned if claim.kind == "fact" else [*returned]


def names_read(read: Iterable[Read]) -> dict[str, list[str]]:
    """Return the names of the series, events, studies and whole tables that a function read, by kind."""
    found = {kind: sorted(name for k, name in read if k == kind) for kind in (SERIES, EVENT, STUDIES, TABLE_PART)}
    return {kind: names for kind, names in found.items() if names}


def nothing(claim: Claim) -> Any:
    """Return what a claim's function returns without any evidence."""
    if isinstance(claim, ComparisonClaim):
        return [judge_criterion(criterion, None, "no data") for criterion in claim.criteria]
    return {} if claim.kind == "fact" else []


def _line(function: Function, error: BaseException | None) -> str:
    """Name the line in the notebook at which a function stopped: the innermost one in its cells."""
    names = getattr(function, "__globals__", None)
    steps = [step for step in traceback.walk_tb(error.__traceback__ if error else None) if step[0].f_globals is names]
    if not steps:
        return ""
    frame, number = steps[-1]
    return f" in line {number} of its cell, “{linecache.getline(frame.f_code.co_filename, number).strip()}”"


# what a function must not use ------------------------------------------------------------------------------------


def refuse_known(claim: Claim, function: Function) -> None:
    """Raise JudgingError if a function uses a name of the notebook that holds figures, documents or results.

    They come from the evidence of the edition, so a function for an earlier day must not know them. Plain
    numbers and texts pass, because we cannot tell them from constants.
    """
    if found := sorted({name for name, value in used(function) if made_of_evidence(value)}):
        raise JudgingError(
            f"claim {claim.id!r}: the function uses {', '.join(found)}, which the notebook made from the evidence of "
            "the edition. Make it inside the function, from its argument."
        )


def used(function: Function, seen: set[int] | None = None) -> Iterator[tuple[str, Any]]:
    """Yield name and value of each notebook variable that a function, or one that it calls, reads."""
    seen = set() if seen is None else seen
    if not isinstance(function, FunctionType) or id(function) in seen:
        return
    seen.add(id(function))
    names = function.__globals__
    found = {name: names[name] for name in _globals_of(function.__code__) if name in names}
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    found |= {name: cell.cell_contents for name, cell in cells}
    for name, value in found.items():
        yield name, value
        if getattr(value, "__globals__", None) is names:
            yield from used(value, seen)


def _globals_of(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL":
            yield step.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _globals_of(inner)


def made_of_evidence(value: Any) -> bool:
    """Return whether a value holds figures, documents or results."""
    if isinstance(value, partial):
        return made_of_evidence([*value.args, value.keywords])
    if isinstance(value, Mapping):
        return any(map(made_of_evidence, value.values()))
    if isinstance(value, list | tuple | set):
        return any(map(made_of_evidence, value))
    return isinstance(value, OF_EVIDENCE)
