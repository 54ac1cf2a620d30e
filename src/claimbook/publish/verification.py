"""Verify a report: open it, and build its sources again in a temporary folder."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claimbook.citation.identity import sha256
from claimbook.project import folders
from claimbook.project.files import below
from claimbook.project.folders import UserError
from claimbook.project.products import ANNEX_PDF, ANNEX_VARIABLE, PRINTS
from claimbook.publish import deposit, machine
from claimbook.publish.agreement import printable
from claimbook.publish.archive import unpacked
from claimbook.publish.tree import copied, project_files
from claimbook.run import plan, runner

LONGEST_DESCRIPTION = 300  # longest description of a machine


class Unverifiable(UserError, ValueError):
    """Raised for something that cannot be verified. The message says why and what to do."""


@dataclass(frozen=True)
class Claimed:
    """A report to be verified: its files by name, and the sources that should reproduce them."""

    edition: str
    products: Mapping[str, Path]
    sources: Mapping[str, Path]


def opened(path: Path, scratch: Path) -> Claimed:
    """Open a deposit (unpacked to `scratch` if packed) or the folder of a build. Raises Unverifiable."""
    if path.is_dir():
        return _deposit(path) if (path / deposit.MANIFEST).exists() else _build(path)
    if not path.exists():
        raise Unverifiable(f"There is no {path}. Name a deposit (.zip) or the folder of a build, like _build/2026.")
    unpacked(path, scratch)
    folders = [folder for folder in scratch.iterdir() if (folder / deposit.MANIFEST).exists()]
    if len(folders) != 1:
        raise Unverifiable(f"{path} is not a deposit of this report: it has no folder with {deposit.MANIFEST}.")
    return _deposit(folders[0])


def _deposit(folder: Path) -> Claimed:
    lines = _read(folder / deposit.MANIFEST, bytes.decode).splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    if wrong := damaged(folder, listed):
        raise Unverifiable("\n".join(wrong))
    products = below(folder / "notebooks", "notebooks") | below(folder / "html", "html")
    products |= {name: folder / name for name in (deposit.RESULTS, *PRINTS) if (folder / name).exists()}
    sources = project_files(folder / deposit.SOURCE_FOLDER)  # only listed files: others may be newer
    sources = {name: path for name, path in sources.items() if f"{deposit.SOURCE_FOLDER}/{name}" in listed}
    return Claimed(_read(folder / deposit.RESULTS, _edition), products, sources)


def _read(path: Path, read: Callable[[bytes], Any]) -> Any:
    """Return `read(path)` for a file that may be faulty or hostile. Raises Unverifiable."""
    try:
        return read(path.read_bytes())
    except (OSError, RecursionError, ValueError) as error:
        raise Unverifiable(f"{path.name} of the deposit cannot be used: {error}. Download the deposit again.") from None


def _edition(results: bytes) -> str:
    document = json.loads(results)
    edition = document.get("edition") if isinstance(document, dict) else None
    if not isinstance(edition, str):
        raise ValueError("it does not name an edition")
    return edition


def damaged(folder: Path, listed: Mapping[str, str]) -> list[str]:
    """Return a sentence for each listed file that is missing or does not match its checksum."""
    faults, there = [], below(folder)
    for name, digest in listed.items():
        if name not in there:
            faults.append(f"{name} is missing from the deposit, though {deposit.MANIFEST} lists it.")
        elif sha256(there[name].read_bytes()) != digest:
            faults.append(f"{name} was changed after the deposit was made: its checksum differs from the manifest.")
    return faults


def _build(folder: Path) -> Claimed:
    root = folders.root(folder.resolve().parent)
    name = folder.resolve().name
    known = folders.edition_names(root)
    if folder.resolve().parent != root / "_build" or name not in known:
        raise Unverifiable(
            f"{folder} is neither a deposit nor the build of an edition. Name a .zip, or one of "
            f"{', '.join(f'_build/{edition}' for edition in known)}."
        )
    built = plan.plan_of(root, name)
    if not built.results.exists():
        raise Unverifiable(f"{folder} has no finished report. Run `make report EDITION={name}` first.")
    return Claimed(name, deposit.products(built), project_files(root))


def same_environment(claimed: Claimed) -> None:
    """Raise Unverifiable unless the sources need exactly the packages of this project."""
    lock = claimed.sources.get(folders.LOCK_FILE)
    if lock is None:
        raise Unverifiable(f"The sources have no {folders.LOCK_FILE}, so it is unknown which packages made the report.")
    if lock.read_bytes() != (folders.CHECKOUT / folders.LOCK_FILE).read_bytes():
        raise Unverifiable(
            "The report was made with other packages than this project has. "
            "Unpack the deposit, run `make setup` in its folder source/, and verify with the .venv made there."
        )


def maker(path: Path) -> str:
    """Return the machine that made a report, as recorded in the folder of a build or next to a deposit."""
    places = (path / machine.MACHINE_FILE, deposit.path_next_to(path, deposit.MACHINE))
    description = next((place.read_text(errors="replace") for place in places if place.is_file()), "")
    return printable(description.strip())[:LONGEST_DESCRIPTION] or "an unknown machine"


def rebuilt(claimed: Claimed, folder: Path, wheels: Path | None) -> dict[str, Path]:
    """Build the sources in `folder` and return the products. The build reports its progress on the terminal.

    With an archive of `wheels` the sources get their own environment; otherwise they use this one. Raises
    Unverifiable.
    """
    copied(claimed.sources, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAIMBOOK_")}
    environment |= {"PYTHONPATH": str(folder / "src"), ANNEX_VARIABLE: "1" if ANNEX_PDF in claimed.products else ""}
    if wheels:
        set_up(folder, wheels, environment)
    python = str(folder / ".venv/bin/python") if wheels else sys.executable
    _run_command([python, "-m", "claimbook", "report", "--edition", claimed.edition], folder, environment)
    return deposit.products(plan.plan_of(folder, claimed.edition))


def set_up(folder: Path, wheels: Path, environment: Mapping[str, str]) -> None:
    """Let the sources make their own environment from an archive of wheels. pip and uv use no index."""
    where = unpacked(wheels, folder.with_name("wheels")).as_uri()
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": where, "UV_OFFLINE": "1", "UV_FIND_LINKS": where}
    _run_command([sys.executable, "src/claimbook/run/setup_environment.py"], folder, {**environment, **offline})


def _run_command(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    code = runner.run_command(command, folder, environment)
    if code < 0:
        raise Unverifiable(f"Another program stopped the build (signal {-code}). Start again.")
    if code:
        raise Unverifiable(f"The sources could not be built (exit code {code}); the reason is above.")
