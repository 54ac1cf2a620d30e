"""What we looked for and did not find: newest first, with repeated searches joined."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from claimbook.evidence.lookups import ids_of_claims
from claimbook.project.csv_tables import Row
from claimbook.say.periods import day_in_words, is_day, latest_day
from claimbook.say.words import counted, sentence_case

SMALL_WORDS = frozenset({"a", "and", "by", "for", "in", "of", "on", "the"})


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


def search_in_words(searches: Sequence[Row]) -> str:
    """Say when and where we looked for something, how often before, and what came of it.

    `searches` are the searches for one thing, newest first.
    """
    newest, day = searches[0], searches[0]["date"]
    spelled = day_in_words(latest_day(day))
    when = f"on {spelled}" if is_day(day) else f"in {spelled.partition(' ')[2]}"
    before = f", and {counted(len(searches) - 1, 'time')} before," if len(searches) > 1 else ""
    where, outcome = ("; ".join(dict.fromkeys(row[name] for row in searches)) for name in ("where", "outcome"))
    sought = f"{sentence_case(when)}{before} we searched {where} for “{newest['looked_for']}”."
    return f"{sought} Result: {outcome.rstrip('.')}."
