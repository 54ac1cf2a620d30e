"""Find cells of new figures that are in each other's columns: period and value exchanged, a row shifted."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from claimbook.intake import cells
from claimbook.intake.problems import Faults
from claimbook.intake.tables import Data, fault_at, is_number
from claimbook.project.csv_tables import Row
from claimbook.say.periods import parse
from claimbook.say.words import listed

Kinds = Mapping[str, Callable[[str], object]]  # by column: whether a cell fits it


def misplaced_cells(rows: Iterable[Row], kinds: Kinds) -> Faults:
    """Yield a fault for each row with at least two cells that fit another column and not their own."""
    for row in rows:
        astray = [name for name, is_one in kinds.items() if not is_one(row[name])]
        if astray and "period" in astray and "value" not in astray and kinds["period"](row["value"]):
            astray = [name for name in kinds if name in (*astray, "value")]  # a year is a number, too
        free = astray[::-1] if len(astray) > 1 else ()
        moved = {name: kind for name in astray for kind in free if kind != name and kinds[kind](row[name])}
        if len(moved) > 1:
            one, other = next(iter(moved.items()))
            where = [f"{kind} in {name}" for name, kind in moved.items()]
            fix = f"Is the row shifted? There is {listed(where)}."
            if len(moved) == 2 and moved.get(other) == one:
                fix = f"Are {one} and {other} exchanged?"
            yield fault_at(row, one, "Cells of this row are in each other's columns.", fix)


def kinds_of_cells(data: Data, new: Mapping[str, Iterable[Row]]) -> Kinds:
    """Return how to tell what a cell of a figure holds, from the stored names and those of new tables."""
    known = {
        table: {*data.declared.get(table, ()), *(row[column] for row in new.get(table, ()))}
        for table, column in (("series", "series"), ("sources", "source_id"), ("units", "unit"))
    }
    known["units"] |= {canonical for _, canonical in data.units} | {row["unit"] for row in data["series"]}
    kinds: Kinds = {
        "series": known["series"].__contains__,
        "entity": data.places.resolve,
        "period": lambda text: cells.tried(parse, text) or cells.period(text),
        "value": is_number,
        "unit": lambda text: text in known["units"] or cells.unit(text),
        "bound": ("=", "~", ">", "<").__contains__,
        "source_id": known["sources"].__contains__,
    }
    return {name: cache(is_one) for name, is_one in kinds.items()}
