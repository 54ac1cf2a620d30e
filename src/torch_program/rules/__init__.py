"""Data check rules of this report only: where zones, cities and provinces lie, and what they add up to."""

from torch_program.rules import geography, sums

RULES = (
    geography.entities,
    sums.declared_sums,
    sums.sums,
    geography.zones,
    geography.counts_of_zones,
    geography.prefectures,
)
RULES_FOR_NEW = (sums.parts,)
