"""Labels of periods as written in `data/`, and the days they cover."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

PERIOD_FORMS = "YYYY, YYYYH1, YYYYQ1, YYYYQ1-3, YYYYM1-7, YYYY-MM, YYYY-MM-DD or YYYY-YYYY"

_YEAR = r"(?P<year>[12]\d{3})"
_PATTERNS = tuple(
    re.compile(_YEAR + rest, re.ASCII)
    for rest in (
        "",
        r"H(?P<half>[12])",
        r"Q(?P<quarter>[1-4])(?:-(?P<last_quarter>[1-4]))?",
        r"M(?P<month>[1-9]|1[0-2])-(?P<last_month>[1-9]|1[0-2])",
        r"-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?",
        r"-(?P<last_year>[12]\d{3})",
    )
)


@dataclass(frozen=True)
class Period:
    """The days that a label covers. `year` is that of the last day; `complete` means one calendar year."""

    year: int
    first_day: date
    last_day: date
    complete: bool


@cache
def parse(label: str) -> Period:
    """Parse a label such as 2023, 2023Q1-3, 2022M1-7, 2021H1, 2021-06, 2021-06-30 or 1991-2011.

    Raises ValueError with a sentence for anything else.
    """
    found = next((m.groupdict() for p in _PATTERNS if (m := p.fullmatch(label))), None)
    if found is None:
        raise ValueError(f"{label!r} is not a period; write {PERIOD_FORMS}")
    part = {name: int(text) for name, text in found.items() if text}
    year, last_year = part["year"], part.get("last_year", part["year"])
    first_month, last_month = _months(part)
    first_of_last = _day(last_year, last_month, 1, label)
    first = _day(year, first_month, part.get("day", 1), label)
    last = first if "day" in part else first_of_last.replace(day=monthrange(last_year, last_month)[1])
    if first > last:
        raise ValueError(f"{label!r} ends before it begins; write the earlier part first")
    if "last_month" in part and first_month == last_month:
        raise ValueError(f"{label!r} is a single month; write {year}-{first_month:02}")
    if "last_year" in part and last_year == year:
        raise ValueError(f"{label!r} is a single year; write {year}")
    complete = (first, last) == (date(year, 1, 1), date(year, 12, 31))
    return Period(last_year, first, last, complete)


def is_day(text: object) -> bool:
    """Return whether `text` is a day of the calendar, written YYYY-MM-DD."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def latest_day(published: str) -> date:
    """Return the last day that YYYY, YYYY-MM or YYYY-MM-DD allows: 2023 gives 31 December 2023.

    Raises ValueError with a sentence for any other form.
    """
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", published):
        raise ValueError(f"{published!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    return parse(published).last_day


def published_by(cutoff: str, sources: Iterable[Mapping[str, str]]) -> set[str]:
    """Return the ids of the sources published by a cut-off day."""
    return {row["source_id"] for row in sources if latest_day(row["published"]).isoformat() <= cutoff}


def day_in_words(day: date) -> str:
    """Return a day as "5 August 1988"."""
    return f"{day.day} {day:%B %Y}"


def _months(part: dict[str, int]) -> tuple[int, int]:
    for name, months in (("half", 6), ("quarter", 3), ("month", 1)):
        if name in part:
            return months * (part[name] - 1) + 1, months * part.get(f"last_{name}", part[name])
    return 1, 12


def _day(year: int, month: int, day: int, label: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{label!r} is not a day in the calendar") from None
