"""Is `data/` sound? Every fault at once, as a sentence that says where, what, why, and the edit that mends it.

The structure (files, columns, kinds of cells, vocabularies) is read by Frictionless from `datapackage.json`; the rules
of the evidence (references, conflicts, sums, dates) are ours. A faulty file or row is named once and left out of the
rules behind, so that one slip does not come back as ten.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from claimbook.intake import description, ledger
from claimbook.intake.problems import Problem
from claimbook.intake.rules import every_rule
from claimbook.intake.rules.names import unused
from claimbook.intake.structure import TWICE, structure
from claimbook.intake.tables import read
from claimbook.say.words import counted, in_ranges

NUMBER = re.compile(r"\d[\d,.]*")
SHOWN = 10  # places listed under one rule before "and n more"


def check(folder: Path, today: date | None = None, notebooks: Path | None = None) -> list[Problem]:
    """All faults of a `data/` folder, the most basic first.

    `today` is where the future begins: by default the day of the clock, or of the description where that is later.
    With `notebooks`, the folder of those that judge, also what is wrong between them and the ledger.
    """
    package, problems = description.package_of(folder)
    if package is None:
        return [description.of_folder(problem, folder) for problem in problems]
    faulty: dict[str, set[int] | None] = {}  # lines not to be read further, None: the whole file
    for resource in package["resources"]:
        name = resource["path"]
        found = structure(name, (folder / name).read_bytes(), resource["schema"]) if name.endswith(".csv") else []
        problems += found
        lines = {p.row for p in found if p.rule != TWICE}  # a row that comes twice can be read
        faulty[name] = None if None in lines else {line for line in lines if line}
    data = read(folder, faulty, today or description.future_begins(package))
    declared = ledger.structure(folder)
    problems += declared.problems
    for rule in every_rule():
        problems += rule(data)
    if not problems:
        problems += unused(data)  # what nothing uses is known only when all can be read
    problems += description.out_of_step(folder, package)
    if notebooks:
        problems += ledger.use(declared, folder, ledger.read_codes(notebooks))
    return [description.of_folder(problem, folder) for problem in problems]


def render(problems: Iterable[Problem]) -> str:
    """The faults as text for a terminal: one heading a rule, its places below, the most basic first."""
    problems = list(problems)
    if not problems:
        return "The data pass every check."
    groups: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        groups[problem.severity, problem.rule].append(problem)
    lines = []
    for (severity, rule), found in sorted(groups.items(), key=lambda group: group[0][0] != "error"):
        alike: dict[tuple[str, ...], list[Problem]] = defaultdict(list)  # the same in several rows, but for its numbers
        for problem in found:
            value = "" if problem.column == "value" else problem.value  # in numbers alone, the edit decides
            alike[problem.file, problem.column, *(NUMBER.sub("#", text) for text in (value, problem.fix))].append(
                problem
            )
        shown = list(alike.values())[:SHOWN]
        lines.append(f"{severity.upper()}: {rule}")
        for same in shown:
            first = ", the first" * (len({problem.value for problem in same}) > 1)
            lines += [f"  {_place(same)}{first}{same[0].shown}", f"    {same[0].fix}"]
        if more := len(found) - sum(map(len, shown)):
            lines.append(f"  and {more} more of this kind")
        lines.append("")
    count = {s: sum(p.severity == s for p in problems) for s in ("error", "warning")}
    said = " and ".join(f"{n} {s}{'' if n == 1 else 's'}" for s, n in count.items() if n)
    files = len({p.file for p in problems})
    return "\n".join([*lines, f"{said} in {files} file{'' if files == 1 else 's'}."])


def _place(same: list[Problem]) -> str:
    """Where a fault is, in one row or in several."""
    if len(same) == 1:
        return same[0].place
    file = f"{same[0].file}, lines {in_ranges(sorted(p.row or 0 for p in same))} ({counted(len(same), 'row')})"
    return replace(same[0], file=file, row=None).place
