"""What we looked for and did not find: newest first, with repeated searches joined."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from claimbook.evidence.lookups import ids_of_claims
from claimbook.project.csv_tables import Row
from claimbook.say.periods import day_in_words, is_day, latest_day
from claimbook.say.words import listed, sentence_case

SMALL_WORDS = frozenset({"a", "and", "by", "for", "in", "of", "on", "the"})
SHOWN = 5  # searches on the page of a claim; the page of gaps has all


def by_claim(rows: Iterable[Row]) -> dict[str, list[list[Row]]]:
    """Return the searches for each claim, newest first. Searches for the same thing form one list.

    Two searches are for the same thing if `looked_for` has the same words, in any order and without small words.
    """
    found: dict[str, dict[frozenset[str], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(reversed([*rows]), key=lambda row: row["date"], reverse=True):
        words = frozenset(re.findall(r"\w+", row["looked_for"].casefold())) - SMALL_WORDS
        for claim_id in ids_of_claims(row):
            found[claim_id][words].append(row)
    return {claim_id: [*same.values()] for claim_id, same in found.items()}


def places(rows: Iterable[Row]) -> str:
    """List where we searched, each place once. A search names its places with semicolons between them."""
    return listed(dict.fromkeys(place.strip() for row in rows for place in row["where"].split(";")))


def when(row: Row) -> str:
    """Say when a search was: "on 29 November 2026" or, without its day, "in November 2026"."""
    spelled = day_in_words(latest_day(row["date"]))
    return f"on {spelled}" if is_day(row["date"]) else f"in {spelled.partition(' ')[2]}"


def searches_in_words(searches: Sequence[Row]) -> str:
    """Say what we looked for and what we found. `searches` are those for one thing, newest first."""
    outcomes = "; ".join(dict.fromkeys(row["outcome"].rstrip(".") for row in searches))
    return f"{sentence_case(searches[0]['looked_for'])}: {outcomes}."


def how_often(rows: Sequence[Row]) -> str:
    """Say how often and when we searched, for rows with the newest first."""
    return f"{len(rows)} times, last {when(rows[0])}," if len(rows) > 1 else when(rows[0])


def search_in_words(searches: Sequence[Row]) -> str:
    """Say what we looked for, what we found, when and where, for the searches for one thing, newest first."""
    return f"{searches_in_words(searches)} Searched {how_often(searches)} in {places(searches)}."


def of_claim(searches: Sequence[Sequence[Row]]) -> Iterator[str]:
    """Yield sentences on the searches for a claim, newest first: when and where, then each of the newest ones."""
    rows = [row for same in searches for row in same]
    if rows:
        newest = f" The {SHOWN} newest searches:" if len(searches) > SHOWN else ""
        yield f"We searched {how_often(rows)} in {places(rows)}.{newest}"
    yield from map(searches_in_words, searches[:SHOWN])
