"""Releases of one database, and revisions by one producer: the later value takes the place of the earlier.

Both stay on record, so a revision is no conflict of sources, and with an earlier cut-off the earlier value counts.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from claimbook.say.periods import latest_day

# the title of a release, or of a copy of it, has the name of its database
DATABASES = ("World Development Indicators", "Main Science and Technology Indicators")
REVISED = "revised-"  # how the word begins, in the column conflict, of values that their producer revised
SUPERSEDED = "superseded"  # status of a value that a later release replaces

Row = Mapping[str, str]


def line(row: Row, source: Row) -> str:
    """What a value is a release of: a database, or what its producer said of one thing; "" where it stands alone."""
    if row.get("conflict", "").startswith(REVISED):
        return source["origin"]
    return next((name for name in DATABASES if name in source["title_en"]), "")


def superseded(rows: Iterable[Row], sources: Mapping[str, Row]) -> list[bool]:
    """For each figure: is there one of the same series, entity and period from a later release of the same line?

    Only releases among `sources`, by their id, are seen: with an earlier cut-off an earlier release is the latest.
    """
    keys, days = [], []
    for row in rows:
        source = sources[row["source_id"]]
        keys.append((line(row, source), row["series"], row["entity"], row["period"]))
        days.append(latest_day(source["published"]))
    last: dict[tuple[str, ...], date] = {}
    for key, day in zip(keys, days, strict=True):
        last[key] = max(day, last.get(key, day))
    return [key[0] != "" and day < last[key] for key, day in zip(keys, days, strict=True)]


def short_dates(published: Mapping[str, str]) -> dict[str, str]:
    """Dates of releases by their source, as short as tells them apart: 2025, but 2026-07 and 2026-11."""
    names = {}
    for source, day in published.items():
        others = {other for other in published.values() if other != day}
        short = (day[:length] for length in (4, 7) if not any(other[:length] == day[:length] for other in others))
        names[source] = next(short, day)
    return names
