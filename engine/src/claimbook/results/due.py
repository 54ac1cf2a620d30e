"""What is due: when the next figures of each series that decides an answer usually appear.

The usual time comes from the days on which earlier figures appeared. The columns `due` and `watched` of series.csv
say more, where data/ shows more.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count, groupby
from statistics import median_low
from typing import NamedTuple

from claimbook.project.folders import Row
from claimbook.project.report import report_settings
from claimbook.results.models import ClaimRecord
from claimbook.say.words import counted, day_in_words, latest_day, parse
from claimbook.templates import filled

LEAST_RELEASES = 2  # releases that show a usual time
NOT_YEARLY = "no"  # in the column `due`
CALENDAR_PIECE = rb"(?=.{75}).{1,74}(?![\x80-\xbf])"  # of a line, which may have 75 bytes; letters stay whole


class Due(NamedTuple):
    """What is known about the next figures of a series whose newest one is for the year `last`.

    `delay` is how many months after the end of its year a figure usually appears, None if unknown. If `by_month` is
    False, only the year is known. `why` says how, `newest` is the newest source, `watched` where to look.
    """

    series: Row
    last: int
    delay: int | None
    by_month: bool
    why: str
    newest: Row
    watched: str
    claims: Sequence[ClaimRecord]

    def usual(self, year: int) -> date:
        """Return the last day by which the figure for a year usually has appeared."""
        years, month = divmod((self.delay or 0) - 1, 12)
        return latest_day(f"{year + 1 + years}-{month + 1:02}")

    def overdue(self, day: date) -> list[int]:
        """Return the years whose figures usually have appeared by a day and are missing."""
        return [*range(self.last + 1, self.coming(day))]

    def coming(self, day: date) -> int:
        """Return the first missing year whose figure usually appears after a day."""
        if self.delay is None:
            return self.last + 1
        return next(year for year in count(self.last + 1) if self.usual(year) > day)


def what_is_due(
    claims: Sequence[ClaimRecord], series: Iterable[Row], figures: Iterable[Row], sources: Iterable[Row], cutoff: str
) -> list[Due]:
    """Return what is due of every series that decides an answer, in the order of their names for readers."""
    public = {s["source_id"]: s for s in sources if latest_day(s["published"]).isoformat() <= cutoff}
    rows = defaultdict[str, list[Row]](list)
    for row in figures:
        if row["source_id"] in public:
            rows[row["series"]].append(row)
    found = []
    for one in sorted(series, key=lambda row: row["label"]):
        own = rows[one["series"]]
        behind = {row["source_id"] for row in own}
        if decided := [claim for claim in claims if rests_on(claim, one["series"], behind)]:
            found.append(next_figures(one, own, public, decided))
    return found


def rests_on(claim: ClaimRecord, series: str, sources: set[str]) -> bool:
    """Return whether the function of a claim reads a series whose `sources` are among those that decide."""
    return series in claim.asks.get("series", ()) and any(
        measure.decides and not sources.isdisjoint(measure.sources) for measure in claim.measures
    )


def next_figures(series: Row, rows: Sequence[Row], sources: Mapping[str, Row], decided: Sequence[ClaimRecord]) -> Due:
    """Return when the next figures of a series with these rows usually appear.

    Figures of the nation or the whole count, if the series has any.
    """
    national = [row for row in rows if row["entity"] in report_settings().geography.national] or rows
    whole = [row for row in national if covers_its_year(row, series)] or national
    last = max(whole, key=lambda row: (year_of(row), latest_day(sources[row["source_id"]]["published"])))
    newest, known = sources[last["source_id"]], usual_delay(releases(whole, sources), series.get("due", ""))
    return Due(series, year_of(last), *known, newest, series.get("watched", "") or newest["publisher"], decided)


def year_of(row: Row) -> int:
    return parse(row["period"]).year


def covers_its_year(row: Row, series: Row) -> bool:
    """Return whether a figure is one of a year: a stock at any day of it, or a flow over the whole year."""
    return row["status"] != "partial" and (series["mode"] == "stock" or parse(row["period"]).complete)


def releases(rows: Iterable[Row], sources: Mapping[str, Row]) -> dict[int, str]:
    """Return when a figure for each year first appeared, among the years that were the newest of a dated source."""
    by_source = groupby(sorted(rows, key=lambda row: row["source_id"]), lambda row: row["source_id"])
    newest = [(max(map(year_of, own)), sources[name]) for name, own in by_source]
    found: dict[int, str] = {}
    for year, source in sorted(newest, key=lambda pair: (latest_day(pair[1]["published"]), pair[0])):
        if source.get("dated", "") != "no":
            found.setdefault(year, source["published"])
    return found


def usual_delay(released: Mapping[int, str], declared: str) -> tuple[int | None, bool, str]:
    """Return how many months after the end of its year a figure usually appears, whether the month is known, and how.

    Usual is the median. If fewer than two sources say the month, only the year is known: the delay is that of its last
    month. A `declared` month is the first one after the end of the year.
    """
    if declared == NOT_YEARLY:
        return None, False, "it does not appear every year"
    if declared:
        return int(declared), True, "month by data/series.csv"
    named = ((of, latest_day(text)) for of, text in released.items() if len(text) > len("2024"))
    months = [12 * (day.year - of - 1) + day.month for of, day in named]
    if len(months) >= LEAST_RELEASES:
        return median_low(months), True, f"usual month after {counted(len(months), 'release')}"
    if len(released) >= LEAST_RELEASES:
        years = median_low(int(text[:4]) - of for of, text in released.items())
        return 12 * years, False, f"usual year after {counted(len(released), 'release')}; they rarely name the month"
    return None, False, f"{counted(len(released), 'dated release')} so far"


# in words ------------------------------------------------------------------------------------------------------------


def overdue_in_words(dues: Sequence[Due], day: date) -> str:
    """Say how many of the series that decide an answer are overdue on a day."""
    late, every = sum(bool(due.overdue(day)) for due in dues), counted(len(dues), "series", "series")
    return f"Of {every} that decide an answer, {late} usually have a newer figure by {day_in_words(day)}; we have none."


def coming(dues: Iterable[Due], cutoff: date) -> list[tuple[tuple[date, bool], list[Due]]]:
    """Return what usually appears after the cut-off, by its last day and whether its month is known."""

    def when(due: Due) -> tuple[date, bool]:
        return due.usual(due.coming(cutoff)), due.by_month

    dated = sorted((due for due in dues if due.delay is not None), key=when)
    return [(key, [*group]) for key, group in groupby(dated, when)]


def calendar(dues: Iterable[Due], title: str, cutoff: date, address: str) -> bytes:
    """Return a calendar (RFC 5545) with an event on each last day by which figures usually have appeared."""
    text = filled("due.ics", title=title, cutoff=cutoff, address=address, coming=coming(dues, cutoff))
    return re.sub(CALENDAR_PIECE, rb"\g<0>\n ", text.encode()).replace(b"\n", b"\r\n")
