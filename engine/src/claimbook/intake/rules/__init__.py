"""The rules that data must follow, by subject. A rule is a function from the tables to the faults in them."""

from collections.abc import Callable

from claimbook.intake.problems import Faults
from claimbook.intake.rules import names, quotes, times, values
from claimbook.intake.tables import Data
from claimbook.project.report import report_settings

Rule = Callable[[Data], Faults]
BASIC: tuple[Rule, ...] = (  # if these fail, other rules would report false faults
    names.known_names,
    names.kinds,
    names.one_whole,
    times.dates,
    times.ends,
    values.values,
    quotes.words_hold_values,
    times.whole_and_part,
)
LATER_RULES: tuple[Rule, ...] = (
    values.once_or_in_conflict,
    values.revisions,
    values.slips,
    names.claims_named,
    names.clauses,
    names.coded,
    names.unread_documents,
    times.breaks,
)


def every_rule() -> tuple[Rule, ...]:
    """Return the rules in order: basic ones, those of this report, and the others."""
    return (*BASIC, *report_settings().hook("rules"), *LATER_RULES)
