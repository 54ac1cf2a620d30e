"""The fonts of charts and print; book/make_fonts.py makes them."""

from pathlib import Path

FOLDER = Path(__file__).parent
FAMILIES = ("Claimbook Sans", "Claimbook Han")
