"""Data check rules of this report only: where places lie, what they add up to, and what studies find of zones."""

from torch_program.rules import effects, geography, sums

RULES = (
    geography.entities,
    sums.declared_sums,
    sums.sums,
    geography.zones,
    geography.counts_of_zones,
    geography.prefectures,
    effects.sizes,
)
RULES_FOR_NEW = (sums.parts,)
