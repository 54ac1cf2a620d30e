"""Paths of this checkout, and of what `make report` has made in it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "_build" / "2026"
