"""Check data/ and return every fault at once, as a sentence: where, what, why, and the edit that fixes it.

First the structure (files, columns, types of cells, vocabularies) is checked against `datapackage.json`, then the
evidence against rules (references, conflicts, sums, dates). The rules skip a faulty file or row, so that one slip is
reported once and not ten times.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from claimbook.intake import description, ledger
from claimbook.intake.problems import Problem, Problems
from claimbook.intake.rules import every_rule
from claimbook.intake.rules.names import unused_names
from claimbook.intake.tables import read_tables
from claimbook.say.words import counted, in_ranges, listed

NUMBER_IN_TEXT = re.compile(r"\d[\d,.]*")
PLACES_LISTED = 10  # places listed under one rule before "and n more"


def find_faults(folder: Path, today: date | None = None, notebooks: Path | None = None) -> Problems:
    """Return all faults of a data folder, the most basic first.

    `today` is the last day that is not in the future: by default today, or the day of the description if later.
    `notebooks` is the folder of the judging notebooks. With it, the faults include those between notebooks and ledger.
    """
    package, problems = description.package_of(folder)
    if package is None:
        return [description.of_folder(problem, folder) for problem in problems]
    data, faults = read_tables(folder, package, today or description.future_begins(package))
    problems += faults
    declared = ledger.ledger_faults(folder)
    problems += declared.problems
    for rule in every_rule():
        problems += rule(data)
    if not problems:
        problems += unused_names(data)  # only when all rows can be read do we know what is unused
    problems += description.out_of_step(folder, package)
    if notebooks:
        problems += ledger.ledger_use_faults(declared, folder, ledger.read_codes(notebooks))
    return [description.of_folder(problem, folder) for problem in problems]


def render(problems: Iterable[Problem]) -> str:
    """Return the faults as text for a terminal: under each rule the places that break it, errors first."""
    problems = sorted(problems, key=lambda problem: problem.severity != "error")
    if not problems:
        return "The data pass every check."
    groups: dict[tuple[str, str], Problems] = defaultdict(list)
    for problem in problems:
        groups[problem.severity, problem.rule].append(problem)
    lines = []
    for (severity, rule), found in groups.items():
        alike: dict[tuple[str, ...], Problems] = defaultdict(list)
        for problem in found:
            alike[_without_numbers(problem)].append(problem)
        shown = list(alike.values())[:PLACES_LISTED]
        lines.append(f"{severity.upper()}: {rule}")
        for same in shown:
            first = ", the first" * (len({problem.value for problem in same}) > 1)
            lines += [f"  {_place_of_fault(same)}{first}{same[0].shown}", f"    {same[0].fix}"]
        if more := len(found) - sum(map(len, shown)):
            lines.append(f"  and {more} more of this kind")
        lines.append("")
    counts = [counted(n, severity) for severity, n in Counter(p.severity for p in problems).items()]
    return "\n".join([*lines, f"{listed(counts)} in {counted(len({p.file for p in problems}), 'file')}."])


def _without_numbers(problem: Problem) -> tuple[str, ...]:
    """Return what faults have in common that differ only in their numbers."""
    value = "" if problem.column == "value" else problem.value  # for numbers, the edit decides
    return problem.file, problem.column, *(NUMBER_IN_TEXT.sub("#", text) for text in (value, problem.fix))


def _place_of_fault(same: Problems) -> str:
    """Return the place of a fault, in one row or in several."""
    if len(same) == 1:
        return same[0].place
    file = f"{same[0].file}, lines {in_ranges(sorted(p.row or 0 for p in same))} ({counted(len(same), 'row')})"
    return replace(same[0], file=file, row=None).place
