"""Searches that found nothing and documents not yet read: shown with a claim, never evidence for it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from claimbook.project.csv_tables import rows_in


@dataclass(frozen=True)
class Lookups:
    """For each claim, how many searches found nothing, and which documents we know of but have not seen."""

    searches: Mapping[str, int]
    not_seen: Mapping[str, tuple[str, ...]]


def read_lookups(data: Path) -> Lookups:
    """Read `search_log.csv` and `not_seen.csv`. Their rows never become measures or findings."""
    searches = Counter(c for row in rows_in(data / "search_log.csv") for c in ids_of_claims(row))
    unseen: dict[str, tuple[str, ...]] = {}
    for row in rows_in(data / "not_seen.csv"):
        named = ", ".join(row[c] for c in ("title", "number", "date") if row[c])
        for claim_id in ids_of_claims(row):
            unseen[claim_id] = (*unseen.get(claim_id, ()), named)
    return Lookups(searches, unseen)


def ids_of_claims(row: Mapping[str, str]) -> list[str]:
    """Return the ids of the claims that a row of either table names."""
    return [c.strip() for c in row["claim_ids"].split(";") if c.strip()]
