"""The rules that the data keep, by what they are about: each a function from the tables to the faults in them."""

from collections.abc import Callable

from torch_program.intake.problems import Faults
from torch_program.intake.rules import disagreement, geography, names, quotes, sizes, times
from torch_program.intake.tables import Data

Rule = Callable[[Data], Faults]
RULES: tuple[Rule, ...] = (
    names.known_names,
    times.dates,
    times.ends,
    sizes.values,
    quotes.words_hold_values,
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
