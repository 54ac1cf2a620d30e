"""Call the function that returns a claim's evidence for a day, and make sure that it uses nothing published later."""

import linecache
import re
import sys
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from numbers import Number
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType, NoneType
from typing import Any

from claimbook.evidence.claims import Claim, ComparisonClaim, Strict
from claimbook.evidence.earlier import closed
from claimbook.evidence.evidence import Evidence, NothingPublished
from claimbook.evidence.findings import Estimate, Finding
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import Measure
from claimbook.evidence.reads import EVENT, SERIES, STUDIES, TABLE_PART, Read
from claimbook.rule.comparisons import CriterionResult, judge_criterion
from claimbook.rule.kinds import witnesses

Function = Callable[[Any], Any]  # takes the evidence of a day
RETURNS: dict[str, tuple[type, str]] = {  # what a function returns, by kind of claim
    "number": (Measure, "a list of measures"),
    "fact": (Finding, "a list of findings for each part, by its id"),
    "comparison": (CriterionResult, "a list of results of judge_criterion"),
    "causal": (Estimate, "a list of estimates"),
}
CONSTANT = (
    *(NoneType, str, bytes, Number, date, range, re.Pattern, Interval, Strict),
    *(ModuleType, GetSetDescriptorType, MemberDescriptorType),
)


class JudgingError(RuntimeError):
    """A function that does not return usable evidence. The message names the claim, the day and the line."""


def call_function(
    claim: Claim, function: Function, evidence: Evidence, closed_evidence: Evidence, to_hide: Collection[str]
) -> Any:
    """Call a claim's function with the evidence of a day. If it finds nothing published, return no evidence.

    Meanwhile `closed_evidence`, the evidence of the notebook, refuses to answer, and the names `to_hide` do not
    exist. Raises JudgingError.
    """
    where = f"claim {claim.id!r}, on the evidence of {evidence.cutoff or 'the time before all sources'}"
    returned = stopped = None
    with closed(closed_evidence) as names, hidden(function, to_hide):
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
    if isinstance(stopped, NameError) and stopped.name in to_hide:
        raise JudgingError(
            f"claim {claim.id!r}: the function uses {stopped.name}, which the notebook made from the evidence of the "
            f"edition{at}. Make it inside the function, from its argument."
        ) from None
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


def names_to_hide(claim: Claim, function: Function, section: object) -> frozenset[str]:
    """Return the names of the notebook that a function for an earlier day must not know.

    It may know modules, constants, its section, and code that holds nothing else. Plain numbers and texts stay, because
    we cannot tell them from constants. Raises JudgingError if the function itself holds anything else, as a default or
    from the function around it.
    """
    known = frozenset({id(section)})
    if not lasting(function, known):
        raise JudgingError(
            f"claim {claim.id!r}: the function uses what the notebook made from the evidence of the edition, as a "
            "default or from the function around it. Make it inside the function, from its argument."
        )
    return frozenset(name for name, value in getattr(function, "__globals__", {}).items() if not lasting(value, known))


@contextmanager
def hidden(function: Function, names: Iterable[str]) -> Iterator[None]:
    """Take names away from the notebook inside the block."""
    known = getattr(function, "__globals__", {})
    taken = {name: known.pop(name) for name in names}
    try:
        yield
    finally:
        known.update(taken)


def lasting(value: Any, known: frozenset[int] = frozenset()) -> bool:
    """Return whether a value is a module, a constant, or code that holds nothing else, such as a helper or a class.

    `known` has the ids of objects that are fine, among them those that are being looked at.
    """
    if id(value) in known or isinstance(value, CONSTANT):
        return True
    inside = known | {id(value)}
    return (parts := _parts(value)) is not None and all(lasting(part, inside) for part in parts)


def _parts(value: Any) -> list[Any] | None:
    """Return what a collection or the notebook's own code holds; nothing for installed code, None for other objects."""
    match value:
        case Mapping():
            return [*value, *value.values()]
        case list() | tuple() | set() | frozenset():
            return [*value]
        case partial():
            return [value.func, *value.args, value.keywords]
        case property():
            return [value.fget, value.fset]
        case type() | FunctionType() if _installed(value):
            return []
        case type():
            return [*value.__bases__, *vars(value).values()]
        case FunctionType():
            around = [cell.cell_contents for cell in value.__closure__ or ()]
            return [*around, value.__defaults__, value.__kwdefaults__, vars(value)]
    return next(([getattr(value, name)] for name in ("__wrapped__", "__self__") if hasattr(value, name)), None)


def _installed(code: Any) -> bool:
    """Return whether a class or function comes from a module, not from the notebook."""
    module = sys.modules.get(code.__module__ or "__main__")
    name = code.__qualname__.partition(".")[0]
    return module is not None and module.__name__ != "__main__" and hasattr(module, name)
