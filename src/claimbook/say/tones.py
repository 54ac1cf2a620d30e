"""Colours and fonts of the report, and how outcomes look in charts and on pages. Imports no drawing library."""

from dataclasses import dataclass
from typing import NamedTuple


class Colour(NamedTuple):
    """A colour on a light page, its version on a dark page, and the dark version of a surface with white words."""

    light: str
    dark: str
    surface: str = ""  # empty if nothing white is written on it


FONT_FAMILIES = ("Claimbook Sans", "Claimbook Han")
COLOURS = {  # by their names in style sheets
    "ink": Colour("#1f2430", "#e4e6ea", "#616c86"),
    "muted": Colour("#555b66", "#a8aeb8", "#676c76"),
    "line": Colour("#d9dce1", "#3a404a"),
    "soft": Colour("#f5f5f3", "#1f242b"),
    "paper": Colour("#ffffff", "#171a1f"),
    "accent": Colour("#12436d", "#8fbce6", "#3270a5"),
    "flame": Colour("#a3200f", "#f08a70", "#c13e2d"),
    # answers: right, in between, wrong, open; and values below a claim
    "agree": Colour("#00695c", "#5fc4b3", "#11796c"),
    "between": Colour("#855c00", "#dcb255", "#8a6614"),
    "disagree": Colour("#a3200f", "#f0947c", "#c13e2d"),
    "open": Colour("#555b66", "#a8aeb8", "#676c76"),
    "over": Colour("#1a4f9c", "#8fb8f0", "#376cb7"),
    # pictures of claims: values that pass, values that are close, line and label of the claim
    "band": Colour("#e6d6b8", "#4b4029"),
    "band-close": Colour("#f5eedf", "#332d21"),
    "claim": Colour("#6f5320", "#d9b86a", "#836836"),
    # further series of charts
    "teal": Colour("#00857c", "#45c4b8", "#117972"),
    "ochre": Colour("#9a6b00", "#d9a72e", "#8a6614"),
    "plum": Colour("#b0409a", "#dd9ad0", "#a14d90"),
    "slate": Colour("#3a3f48", "#b4bac4", "#666c78"),
}
LIGHT = {name: colour.light for name, colour in COLOURS.items()}  # in print and in files of charts
NAMES = {light: name for name, light in reversed(LIGHT.items())}
INK, MUTED, GRID, PAPER, ACCENT = (LIGHT[name] for name in ("ink", "muted", "line", "paper", "flame"))
BAND, BAND_CLOSE, CLAIM_COLOUR = (LIGHT[name] for name in ("band", "band-close", "claim"))
# six tones, at least 13 CIELAB units apart in protan-, deuteran- and tritanopia, each 4.5 : 1 on paper
PALETTE = tuple(LIGHT[name] for name in ("accent", "flame", "teal", "ochre", "plum", "slate"))


@dataclass(frozen=True)
class Look:
    """How one outcome is drawn, and its words in the key."""

    color: str
    marker: str
    says: str


OUTCOMES = {
    "pass": Look(LIGHT["agree"], "o", "passes"),
    "close": Look(LIGHT["between"], "D", "close"),
    "low": Look(LIGHT["over"], "<", "below: claim too high"),
    "high": Look(LIGHT["disagree"], ">", "above: claim too low"),
    "undecided": Look(LIGHT["open"], "s", "cannot tell"),
}
