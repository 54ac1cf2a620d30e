"""Releases of one database and revisions by one producer: a later value replaces an earlier one.

Both stay on record. A revision is therefore no conflict between sources, and with an earlier cut-off the
earlier value counts.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from claimbook.say.periods import latest_day

# the title of a release, or of a copy of it, contains the name of its database
DATABASES = ("World Development Indicators", "Main Science and Technology Indicators")
REVISED_PREFIX = "revised-"  # prefix in the column conflict for values that their producer revised
SUPERSEDED = "superseded"  # status of a value that a later release replaces

ReleaseRow = Mapping[str, str]


def release_of(row: ReleaseRow, source: ReleaseRow) -> str:
    """Return the database that a value is a release of or, for a revised value, its producer; else ""."""
    if row.get("conflict", "").startswith(REVISED_PREFIX):
        return source["origin"]
    return next((name for name in DATABASES if name in source["title_en"]), "")


def superseded(rows: Iterable[ReleaseRow], sources: Mapping[str, ReleaseRow]) -> list[bool]:
    """Return for each figure whether a later release of its line gives the same series, entity and period.

    It considers only releases among `sources`, so with an earlier cut-off an earlier release is the latest.
    """
    keys, days = [], []
    for row in rows:
        source = sources[row["source_id"]]
        keys.append((release_of(row, source), row["series"], row["entity"], row["period"]))
        days.append(latest_day(source["published"]))
    last: dict[tuple[str, ...], date] = {}
    for key, day in zip(keys, days, strict=True):
        last[key] = max(day, last.get(key, day))
    return [key[0] != "" and day < last[key] for key, day in zip(keys, days, strict=True)]


def short_dates(published: Mapping[str, str]) -> dict[str, str]:
    """Return publication dates by source, shortened but distinct: 2025, but 2026-07 and 2026-11."""
    names = {}
    for source, day in published.items():
        other_days = {other for other in published.values() if other != day}
        short = (day[:length] for length in (4, 7) if not any(other[:length] == day[:length] for other in other_days))
        names[source] = next(short, day)
    return names
