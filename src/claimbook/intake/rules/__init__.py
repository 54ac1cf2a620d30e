"""The rules that the data keep, by what they are about: each a function from the tables to the faults in them."""

from collections.abc import Callable

from claimbook.intake.problems import Faults
from claimbook.intake.rules import disagreement, names, sizes, times
from claimbook.intake.tables import Data
from torch_program.rules import geography

Rule = Callable[[Data], Faults]
RULES: tuple[Rule, ...] = (
    names.known_names,
    times.dates,
    times.ends,
    sizes.values,
    times.whole_and_part,
    geography.entities,
    disagreement.once_or_in_conflict,
    disagreement.revisions,
    sizes.declared_sums,
    sizes.sums,
    sizes.slips,
    geography.zones,
    geography.counts_of_zones,
    geography.prefectures,
    names.claims_named,
    names.unread_documents,
    times.breaks,
)
