"""Where this checkout is, what `make report` made in it, and what any folder contains."""

from pathlib import Path

from claimbook.project.folders import below

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "_build" / "2026"
VERBS_OF_REPORTS = "engine/src/claimbook/run/report.mk"
MAKEFILES = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", VERBS_OF_REPORTS))


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, hidden ones too, by its path from there."""
    return {name: path.read_bytes() for name, path in below(folder).items()}
