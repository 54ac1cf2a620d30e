"""The source line of a chart: who produced its numbers, and where they were read."""

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from claimbook.evidence.preparing import records
from claimbook.project.report import report_settings
from claimbook.say.words import counted, is_copy

PRODUCERS_NAMED = 4


class Credit(str):
    """The source line of a chart, with the ids of its `sources` for the metadata of the chart."""

    sources: tuple[str, ...]

    def __new__(cls, line: str, sources: Iterable[str]) -> "Credit":
        made = super().__new__(cls, line)
        made.sources = tuple(sources)
        return made


def credit_line(used: pd.DataFrame, origins: Sequence[str]) -> Credit:
    """Return the source line for numbers of these producers that were read in the sources `used`."""
    of = {o: used.loc[used["origin"].map(lambda own, o=o: o in own.split("; ")), "publisher"] for o in origins}
    line = "; ".join(credited(origin, of[origin]) for origin in origins[:PRODUCERS_NAMED])
    if more := len(origins[PRODUCERS_NAMED:]):
        line += f" and {more} more"
    line = f"Source: {line}. {counted(len(used), 'document')}"
    if len(used) > 1:
        line += ", all from one producer" if len(origins) == 1 else f" from {len(origins)} producers"
    if copies := sum(map(is_copy, records(used))):
        line += f"; {counted(copies, 'original')} not seen"
    return Credit(f"{line}.", used.index)


def credited(origin: str, publishers: Iterable[str]) -> str:
    """Return the producer of numbers and, if no outlet is its own, where the numbers were read.

    A publisher "X (sums)" or "X (counts)" means that a third party added up what the producer printed.
    """
    publishers = list(dict.fromkeys(publishers))
    names = (origin, *report_settings().producers.get(origin, ()))
    if any(name in publisher and f"after {name}" not in publisher for publisher in publishers for name in names):
        return origin
    way, outlet = "read in", publishers[0].split(",")[0]
    if hand := re.fullmatch(r"(.+) \((sums|counts)\)", outlet):
        way, outlet = {"sums": "summed by", "counts": "counted by"}[hand[2]], hand[1]
    more = f" and {len(publishers) - 1} more" if len(publishers) > 1 else ""
    return f"{origin}, as {way} {outlet.split(' (')[0]}{more}"
