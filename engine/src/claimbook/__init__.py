"""An engine for reports that test what a text claims against published figures.

What a notebook needs is here: `from claimbook import Section, published`; kinds of charts are in `claimbook.charts`.
Evidence is loaded by the report's own package, which knows its places.
"""

from importlib import import_module
from typing import Any

from claimbook.patches import without_grammars, without_plugins

without_grammars()
without_plugins()

FACE = {
    "Section": "notebook.section",  # judges claims, records numbers, shows boxes
    "check_parameters": "project.parameters",  # of the first cell
    "BOUND_WORDS": "say.numbers",
    "EVIDENCE_PAGE": "notebook.tables",
    "Interval": "evidence.intervals",  # the range that a printed number stands for
    "NothingPublished": "evidence.evidence",  # of what a claim asks for, on some day
    "if_published": "evidence.evidence",
    "printed_interval": "evidence.intervals",
    "published": "evidence.quantity",  # a row or a measure as a number that knows what it is made of
    "of": "evidence.quantity",  # a function of such numbers
    "of_tables": "evidence.quantity",
    "in_year": "evidence.quantity",
    "ratio": "evidence.quantity",
    "total": "evidence.quantity",
    "provenance": "evidence.quantity",
    "FRACTION": "evidence.quantity",
    "theil": "evidence.concentration",
    "short_dates": "evidence.measures",
    "band": "rule.verdicts",  # where a number counts as right, and as close
    "judge_criterion": "rule.comparisons",
    "directions": "rule.causes",  # authors of estimates by what they find
    "sound": "rule.causes",  # the estimates of an outcome that count
    "source_anchor": "say.words",
    "number_in_words": "say.numbers",
    "section_records": "project.outputs",  # records of the sections that have run
    "borrowed": "notebook.prose",  # their values by key
    "answer_of": "say.verdict_table",
    "parse": "say.periods",
}
MODULES = {
    "concentration": "evidence.concentration",
    "measures": "evidence.measures",
    "quantity": "evidence.quantity",
    "tables": "notebook.tables",
}
__all__ = sorted([*FACE, *MODULES])


def __getattr__(name: str) -> Any:
    """Return a public name, and import its module only now: code that makes pages needs no pandas."""
    if name in MODULES:
        return import_module(f"{__name__}.{MODULES[name]}")
    if name in FACE:
        return getattr(import_module(f"{__name__}.{FACE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
