"""Rules for periods and dates: they are readable, in the past, and consistent with each other."""

import re

from claimbook.intake import cells
from claimbook.intake.cells import error_sentence, tried
from claimbook.intake.problems import Faults, fault_at
from claimbook.intake.tables import Data
from claimbook.project.report import report_settings
from claimbook.say.words import PERIOD_FORMS, latest_day, parse

READABLE = "A date must be a year, a month or a day."


def dates(data: Data) -> Faults:
    """Yield faults for periods and dates that are unreadable or in the future."""
    for row in data["figures"]:
        period = data.period(row)
        if period is None:
            hint = cells.period(row["period"])
            fix = f"{hint} Forms: {PERIOD_FORMS}." if hint else error_sentence(parse, row["period"])
            yield fault_at(row, "period", "A period must be one of the declared forms.", fix)
        elif period.year < (oldest := report_settings().oldest_year):
            rule = f"The period is before {oldest}, but no figure of this report may be older."
            yield fault_at(row, "period", rule, "Correct the period, or oldest_year in report.yml.")
        elif (period.last_day if data.is_flow(row) else period.first_day) > data.today:
            rule = "The period of a published figure cannot lie in the future."
            yield fault_at(row, "period", rule, "Correct the period.")
    for table, column in (("sources", "published"), ("timeline", "date"), ("search_log", "date")):
        for row in data[table]:
            if why := error_sentence(latest_day, row[column]):
                yield fault_at(row, column, READABLE, why)
            elif parse(row[column]).first_day.replace(day=1) > data.today:
                yield fault_at(row, column, "The date is in the future.", "Correct the date.")


def ends(data: Data) -> Faults:
    """Yield faults for ends of events that are before the beginning, in the future, or without a source."""
    for row in data["timeline"]:
        end, source = row["ended"], row["ended_source_id"]
        day, began = tried(latest_day, end), tried(parse, row["date"])
        if bool(end) != bool(source):
            fix = "Fill in both ended and ended_source_id, or neither."
            empty = "ended" if source else "ended_source_id"
            yield fault_at(row, empty, "The end of an event needs a date and a source.", fix)
        elif end and day is None:
            yield fault_at(row, "ended", READABLE, error_sentence(latest_day, end))
        elif end and began and day < began.first_day:
            fix = f"The event began {row['date']}: correct one of the dates."
            yield fault_at(row, "ended", "The event ends before it begins.", fix)
        elif end and day > data.today:
            fix = "Leave ended empty, and say in the column event how long it is meant to last."
            yield fault_at(row, "ended", "The end of an event cannot lie in the future.", fix)


def whole_and_part(data: Data) -> Faults:
    """Yield faults for partial years not marked as such, and final figures older than their period."""
    for row in data["figures"]:
        period, source = data.period(row), data.source_of_row(row)
        if period is None or row["series"] not in data.series:
            continue
        flow, status = data.is_flow(row), row["status"]
        if flow and not period.complete and period.first_day.year == period.year and status != "partial":
            rule = "The figure is a flow over part of a year and would be taken for a full year."
            day = f"{row['period']} is a day; for the whole year write {period.year}. "
            fix = 'Write "partial" in the column status, or correct the period.'
            yield fault_at(row, "status", rule, day * (period.first_day == period.last_day) + fix)
        if flow and period.complete and status == "partial":
            rule = "The status is partial, but the period is a full year."
            yield fault_at(row, "status", rule, "Leave the status empty, or correct the period.")
        printed = tried(latest_day, source["published"]) if source else None
        if source and printed and status != "preliminary" and printed < (period.last_day if flow else period.first_day):
            rule = "The source was published before the period was over, so the figure cannot be final."
            fix = f'Published {source["published"]}: correct one of the dates, or write "preliminary" as status.'
            yield fault_at(row, "period", rule, fix)


def breaks(data: Data) -> Faults:
    """Yield faults for breaks in a series without a year and an explanation."""
    for row in data["series"]:
        for part in filter(None, map(str.strip, row["breaks"].split(";"))):
            if not re.fullmatch(r"\d{4}: \S.*", part):
                rule = "A break must name the first year after it, and the reason."
                fix = 'Write "2024: published for other firms"; separate several by ";".'
                yield fault_at(row, "breaks", rule, fix, part)
