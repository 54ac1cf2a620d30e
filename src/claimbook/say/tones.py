"""Colours and fonts of the report, and how outcomes look in charts and on pages. Imports no drawing library."""

from dataclasses import dataclass

FONT_FAMILIES = ("Claimbook Sans", "Claimbook Han")
INK = "#1f2430"
MUTED = "#555b66"
GRID = "#d9dce1"
PAPER = "#ffffff"
ACCENT = "#a3200f"
BAND = "#e6d6b8"  # values that pass
BAND_CLOSE = "#f5eedf"  # values that are close
CLAIM_COLOUR = "#6f5320"  # line and label of the claim
# six tones, at least 13 CIELAB units apart in protan-, deuteran- and tritanopia, each 4.5 : 1 on paper
PALETTE = ("#12436d", "#a3200f", "#00857c", "#9a6b00", "#b0409a", "#3a3f48")


@dataclass(frozen=True)
class Look:
    """How one outcome is drawn, and its words in the key."""

    color: str
    marker: str
    says: str


OUTCOMES = {
    "pass": Look("#00695c", "o", "passes"),
    "close": Look("#855c00", "D", "close"),
    "low": Look("#1a4f9c", "<", "below: claim too high"),
    "high": Look("#a3200f", ">", "above: claim too low"),
    "undecided": Look("#555b66", "s", "cannot tell"),
}
