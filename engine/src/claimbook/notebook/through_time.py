"""A claim on earlier days: the evidence of a day, the call of the claim's function, and the line through time."""

import linecache
import re
import sys
import traceback
import warnings
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from functools import cache, cached_property, partial
from numbers import Number
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType, NoneType
from typing import Any

import numpy as np

from claimbook.evidence import reads
from claimbook.evidence.claims import Claim, ComparisonClaim, Criterion, Strict
from claimbook.evidence.evidence import Evidence, NothingPublished, Rows
from claimbook.evidence.findings import Estimate, Finding
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import Measure
from claimbook.evidence.reads import EVENT, SERIES, SOURCE_PART, STUDIES, TABLE_PART, Read
from claimbook.rule.comparisons import judge_criterion
from claimbook.rule.kinds import KINDS, witnesses
from claimbook.say.words import latest_day


class Days:
    """The evidence on each day up to its cut-off."""

    def __init__(self, latest: Evidence) -> None:
        self.latest = latest
        self.made: dict[tuple, Any] = {}  # what is made of the rows of one series, for all days with the same rows
        self.rows_read: set[Rows] = set()  # of all days, as in `Evidence`
        self.published_on = {s: latest_day(day).isoformat() for s, day in latest._sources["published"].items()}
        self.at = cache(self._at)

    def _at(self, day: str) -> Evidence:
        tables = {field.name: vars(self.latest)[f"_{field.name}"] for field in fields(self.latest)[1:]}
        seen = [published <= day for published in self.published_on.values()]
        tables["sources"] = tables["sources"][seen]
        tables["figures"] = tables["figures"][self._figures_on <= day]
        evidence = type(self.latest)(day, **tables)
        sources = {s: row for s, row in self.latest._source_rows.items() if self.published_on[s] <= day}
        days_of = self._days_of
        vars(evidence).update(
            _made=self.made,
            _rows_read=self.rows_read,
            _events=self.latest._events,
            _series_rows=self.latest._series_rows,
            _source_rows=sources,
            _seen_of=lambda rows: bisect_right(days_of.get(rows, ()), day),
        )
        return evidence

    @cached_property
    def _figures_on(self) -> np.ndarray:
        """The day of each figure."""
        return self.latest._figures["source_id"].map(self.published_on).to_numpy(object)

    @cached_property
    def _days_of(self) -> dict[Rows, list[str]]:
        """The days on which figures of each series, and of each entity in it, were published, in order."""
        days, figures = defaultdict[Rows, set[str]](set), self.latest._figures
        for series, entity, day in zip(figures["series"], figures["entity"], self._figures_on, strict=True):
            for rows in ((series, None), (series, entity)):
                days[rows].add(day)
        return {rows: sorted(each) for rows, each in days.items()}

    def sources_of(self, read: Iterable[Read]) -> set[str]:
        """Return the ids of the sources, up to the cut-off, behind everything that was read, on any day.

        When one of them is published, an answer that rests on these reads can change. Of a series only the
        rows count that were used.
        """
        ids = {source for kind, name in read for source in self._ids(kind, name)}
        for series, entity in self.rows_read:
            rows = self.latest._of_series(series)
            ids |= {*(rows if entity is None else rows[rows["entity"] == entity])["source_id"]}
        return ids & {*self.published_on}

    def _ids(self, kind: str, name: str) -> Iterable[str]:
        if kind == EVENT:
            event = self.latest._events[name]
            return _split(event["source_id"], event["ended_source_id"])
        if kind == STUDIES:
            studies = self.latest._studies
            return studies.loc[[name in _split(claims) for claims in studies["claim_ids"]], "source_id"]
        if kind == TABLE_PART and name != "series":
            return _split(*vars(self.latest)[f"_{name}"]["source_id"].unique())
        return [name] if kind == SOURCE_PART else []


def _split(*cells: str) -> list[str]:
    return [part for cell in cells for part in re.split("; ?", cell)]


Function = Callable[..., Any]  # takes the evidence of a day and, for a comparison, the id of a criterion
Call = Callable[[Evidence], Any]  # of such a function, for a comparison with one of its criteria
RETURNS: dict[str, tuple[type, str]] = {  # what a function returns, by kind of claim
    "number": (Measure, "a list of measures"),
    "fact": (Finding, "a list of findings for each part, by its id"),
    "comparison": (tuple, "the range of a criterion, its value in words, and the measures behind it, or None"),
    "causal": (Estimate, "a list of estimates"),
}
CONSTANT = (
    *(NoneType, str, bytes, Number, date, range, re.Pattern, Interval, Strict),
    *(ModuleType, GetSetDescriptorType, MemberDescriptorType),
)


class JudgingError(RuntimeError):
    """A function that does not return usable evidence. The message names the claim, the day and the line."""


def calls_of(claim: Claim, function: Function, to_hide: Collection[str]) -> list[Call]:
    """Return the calls that ask a claim's function about a day: one, or for a comparison one for each criterion."""
    criteria = claim.criteria if isinstance(claim, ComparisonClaim) else (None,)
    return [partial(call_function, claim, function, to_hide, criterion) for criterion in criteria]


def evidence_for(claim: Claim, returned: list[Any]) -> Any:
    """Join what the calls of a claim's function returned, as the rule takes it: a list for a comparison."""
    return returned if isinstance(claim, ComparisonClaim) else returned[0]


def call_function(
    claim: Claim, function: Function, to_hide: Collection[str], criterion: Criterion | None, evidence: Evidence
) -> Any:
    """Call a claim's function with the evidence of a day and, for a comparison, the id of a criterion.

    If it finds nothing published, return no evidence. Meanwhile the names `to_hide` do not exist. Raises JudgingError.
    """
    where = f"claim {claim.id!r}, on the evidence of {evidence.cutoff or 'the time before all sources'}"
    with hidden(function, to_hide):
        try:
            returned = function(evidence, criterion.id) if criterion else function(evidence)
        except NothingPublished:
            returned = {} if claim.kind == "fact" else []
        except Exception as error:
            at = _line(function, error)
            if isinstance(error, NameError) and error.name in to_hide:
                raise JudgingError(
                    f"claim {claim.id!r}: the function uses {error.name}, which the notebook made from the evidence of "
                    f"the edition{at}. Make it inside the function, from its argument."
                ) from None
            raise JudgingError(f"{where}: {type(error).__name__}{at}: {error}") from error
    kind, words = RETURNS[claim.kind]
    container = Mapping if claim.kind == "fact" else list | tuple
    found = [returned or (None, "")] if criterion else returned
    if not (isinstance(found, container) and all(isinstance(witness, kind) for witness in witnesses(found))):
        raise JudgingError(f"{where}: the function must return {words}, but it returned {returned!r:.200}")
    if criterion:
        return judge_criterion(criterion, *found[0])
    return found if claim.kind == "fact" else [*found]


def names_read(read: Iterable[Read]) -> dict[str, list[str]]:
    """Return the names of the series, events, studies and whole tables that a function read, by kind."""
    kinds = SERIES, EVENT, STUDIES, TABLE_PART
    return {kind: names for kind in kinds if (names := sorted(name for k, name in read if k == kind))}


def _line(function: Function, error: Exception) -> str:
    """Name the line in the notebook at which a function stopped: the innermost one in its cells."""
    names = getattr(function, "__globals__", None)
    steps = [step for step in traceback.walk_tb(error.__traceback__) if step[0].f_globals is names]
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


def lasting(value: Any, known: frozenset[int]) -> bool:
    """Return whether a value is a module, a constant, or code that holds nothing else, such as a helper or a class.

    `known` has the ids of objects that are fine, among them those that are being looked at.
    """
    if id(value) in known or isinstance(value, CONSTANT):
        return True
    inside = known | {id(value)}
    return (parts := parts_held(value)) is not None and all(lasting(part, inside) for part in parts)


def parts_held(value: Any) -> list[Any] | None:
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


# the line through time -----------------------------------------------------------------------------------------------


BEFORE_SOURCES = ""  # stands for the time before the first source


def returned_by_day(call: Call, days: Days) -> tuple[dict[str, Any], set[str]]:
    """Make a call on each day on which its answer can change. Return its answers by day, and the sources behind them.

    Between two of these days no source appears of what the call read last, so it would read and return the same.
    """
    returned, sources, day = dict[str, Any](), set[str](), BEFORE_SOURCES
    while day not in returned:
        days.rows_read.clear()
        with reads.recording() as read:
            returned[day] = call(days.at(day))
        sources |= (behind := days.sources_of(read))
        day = min((on for source in behind if (on := days.published_on[source]) > day), default=day)
    return returned, sources


def verdict_history(claim: Claim, calls: Iterable[Call], text_date: str, days: Days) -> list[dict[str, Any]]:
    """Return the first day of each verdict, with the sources of that day.

    The sources are those that the verdict rests on or, if it rests on none of them, all that appeared. The
    first verdict is that without evidence; the last is that of the cut-off.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the judgement of the edition has already shown them
        returned, sources_of_calls = zip(*(returned_by_day(call, days) for call in calls), strict=True)
    sources, on_day = set[str]().union(*sources_of_calls), [one[BEFORE_SOURCES] for one in returned]
    steps: list[dict[str, Any]] = []
    for day in sorted(set[str]().union(*returned)):
        on_day = [one.get(day, before) for one, before in zip(returned, on_day, strict=True)]
        evidence = evidence_for(claim, on_day)
        judged = KINDS[claim.kind](claim, evidence, text_date)
        verdict, standing = judged.verdict, judged.stands_as
        if not steps or steps[-1]["verdict"] != verdict or steps[-1]["stands_as"] != standing:
            published = {source for source in sources if days.published_on[source] == day}
            used = {source for witness in witnesses(evidence) for source in witness.sources} & published
            steps.append({"day": day, "verdict": verdict, "stands_as": standing, "sources": sorted(used or published)})
    return steps
