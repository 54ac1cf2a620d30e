"""The rules that the data keep, by what they are about: each a function from the tables to the faults in them."""

from collections.abc import Callable

from claimbook.intake.problems import Faults
from claimbook.intake.rules import disagreement, findings, names, quotes, sizes, times
from claimbook.intake.tables import Data
from claimbook.say.about import about

Rule = Callable[[Data], Faults]
BASIC: tuple[Rule, ...] = (  # without which others say what is not so
    names.known_names,
    names.kinds,
    names.one_whole,
    times.dates,
    times.ends,
    sizes.values,
    quotes.words_hold_values,
    times.whole_and_part,
)
OTHERS: tuple[Rule, ...] = (
    disagreement.once_or_in_conflict,
    disagreement.revisions,
    sizes.slips,
    names.claims_named,
    findings.coded,
    names.unread_documents,
    times.breaks,
)


def every_rule() -> tuple[Rule, ...]:
    """The rules of all reports, and between them those of this one."""
    return (*BASIC, *about().hook("rules"), *OTHERS)
