"""The fonts of charts and print, made by book/make_fonts.py."""

from pathlib import Path

FOLDER = Path(__file__).parent
FAMILIES = ("Claimbook Sans", "Claimbook Han")
