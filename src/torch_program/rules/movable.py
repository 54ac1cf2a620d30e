"""How the rows of zones.csv can be moved, to find numbers whose cards do not name the list of zones."""

from claimbook.assurance.influence import Movable, Places
from claimbook.project.folders import Row
from claimbook.say.words import Place


def places(row: Row) -> Places:
    return frozenset(Place(source, "", row["zone_en"]) for source in row["source_id"].split(";"))


MOVABLE = {
    "data/zones.csv": Movable(
        lambda row: "the list of zones",
        places,
        lambda row, size, draw: {**row, "province": draw.choice(("Beijing", "Tibet", "Hubei"))},
    )
}
