"""When figures come out, as far as the stored ones tell: no calendar of a producer is read.

How long a series takes is the time from the end of a year to the first source that printed it. A source of which only
the year or the month is known counts on the last day that this allows, so "by" is meant as it is said.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from torch_program.periods import latest_day, parse
from torch_program.provinces import regions
from torch_program.words import listed

Row = Mapping[str, str]
TIMES = 3  # a lag that was seen less often is not called usual
MISSED = 3  # a series of which so many years are overdue has perhaps ended
AHEAD = 365  # days for which releases are told


@dataclass(frozen=True)
class Release:
    """The next release of a yearly series: the year that it would print, and the last day by which it usually does."""

    series: str
    producer: str
    year: int
    day: date
    missed: int  # years that are overdue


def panel_year(figures: Iterable[Row], sources: Mapping[str, Row], cutoff: date) -> int | None:
    """The last year that at least half of the series of the provinces reach, each with every province.

    None where no series has a figure of every province, published by the cut-off.
    """
    provinces = set(regions().index)
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row, year in _yearly(figures, sources, cutoff):
        if row["entity"] in provinces:
            found[row["series"], year].add(row["entity"])
    last: dict[str, int] = {}
    for (series, year), entities in found.items():
        if entities == provinces:
            last[series] = max(year, last.get(series, year))
    years = sorted(last.values())
    return years[len(years) // 2] if years else None


def releases(figures: Iterable[Row], sources: Mapping[str, Row], today: date) -> list[Release]:
    """The next release of every series that came out yearly at least `TIMES` times, the earliest first."""
    seen: dict[str, dict[int, tuple[date, str]]] = defaultdict(dict)
    latest: dict[tuple[str, str], int] = {}
    for row, year in _yearly(figures, sources, today):
        key = row["series"], row["source_id"]
        latest[key] = max(year, latest.get(key, year))
    for (series, source), year in latest.items():  # a source is late for all years but its last
        out = latest_day(sources[source]["published"]), sources[source]["origin"]
        seen[series][year] = min(out, seen[series].get(year, out))
    found = []
    for series, years in seen.items():
        if len(years) < TIMES or median(b - a for a, b in pairwise(sorted(years))) != 1:
            continue
        lag = timedelta(days=median((day - date(year, 12, 31)).days for year, (day, _) in years.items()))
        last = max(years)
        days = [date(year, 12, 31) + lag for year in range(last + 1, today.year + 2)]
        missed = sum(day <= today for day in days)
        found.append(Release(series, years[last][1], last + 1, days[0], missed))
    return sorted(found, key=lambda r: (r.day, r.series))


def _yearly(figures: Iterable[Row], sources: Mapping[str, Row], by: date) -> Iterable[tuple[Row, int]]:
    """Figures of whole years that were published by a day, with their year."""
    for row in figures:
        source, period = sources.get(row["source_id"]), parse(row["period"])
        if source and period.complete and row["status"] != "partial" and latest_day(source["published"]) <= by:
            yield row, period.year


def in_sentences(found: Sequence[Release], today: date) -> list[str]:
    """What is due, what is expected within a year, and what has perhaps ended: a sentence a producer and year."""
    out = [r for r in found if 0 < r.missed < MISSED]
    ahead = [r for r in found if not r.missed and (r.day - today).days <= AHEAD]
    said = [f"{who}: {year} was due {_due(own)}." for (who, year), own in _grouped(out)]
    said += [f"{who}: {year} is expected {_due(own)}." for (who, year), own in _grouped(ahead)]
    if ended := [r for r in found if r.missed >= MISSED]:
        last = ", ".join(f"{r.series} ({r.year - 1})" for r in ended)
        said.append(f"{MISSED} years or more are overdue, so perhaps no more will come, after the last year of {last}.")
    return said


def _grouped(found: Iterable[Release]) -> Iterable[tuple[tuple[str, int], list[Release]]]:
    groups: dict[tuple[str, int], list[Release]] = defaultdict(list)
    for release in found:
        groups[release.producer, release.year].append(release)
    return groups.items()


def _due(own: Sequence[Release]) -> str:
    """By when, and which series."""
    first, last = (f"{r.day:%B %Y}" for r in (own[0], own[-1]))
    span = f"by {first}" if first == last else f"between {first} and {last}"
    return f"{span}, for {listed(r.series for r in own)}"
