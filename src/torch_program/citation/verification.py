"""Is a report what its sources give? Build them again in a temporary folder and compare file by file."""

import hashlib
import importlib.metadata
import json
import os
import re
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.markers import Marker

from torch_program import project
from torch_program.citation import deposit
from torch_program.citation.tree import copied, project_files
from torch_program.pipeline import editions, interrupts
from torch_program.pipeline.files import below
from torch_program.pipeline.plan import Plan
from torch_program.pipeline.publication import PRINTS
from torch_program.project import Told

SHOWN = 60  # characters of a line that differs
LOCKED = re.compile(r"^([\w.-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+))?", re.M)


class Unverifiable(Told, ValueError):
    """What was given cannot be verified; the message says why and what to do."""


@dataclass(frozen=True)
class Claimed:
    """A report to be verified: what it consists of, by name, and the project that should make it again."""

    edition: str
    products: Mapping[str, Path]
    sources: Mapping[str, Path]


def opened(path: Path, scratch: Path) -> Claimed:
    """The report at `path`: a deposit, packed or not, or the folder of a build. A deposit is unpacked to `scratch`."""
    if path.is_dir():
        return _deposit(path) if (path / deposit.MANIFEST).exists() else _build(path)
    if not path.exists():
        raise Unverifiable(f"There is no {path}. Name a deposit (.zip) or the folder of a build, like _build/2026.")
    if not zipfile.is_zipfile(path):
        raise Unverifiable(f"{path} is no zip archive, or its end is missing. Get it again, or name another file.")
    with zipfile.ZipFile(path) as archive:
        try:
            archive.extractall(scratch)
        except zipfile.BadZipFile as error:
            raise Unverifiable(f"{path} is damaged: {error}. Get it again.") from None
    folders = [folder for folder in scratch.iterdir() if (folder / deposit.MANIFEST).exists()]
    if len(folders) != 1:
        raise Unverifiable(f"{path} is no deposit of this report: it holds no folder with {deposit.MANIFEST}.")
    return _deposit(folders[0])


def _deposit(folder: Path) -> Claimed:
    listed = _listed(folder)
    if outside := [name for name in listed if not inside(folder, name)]:
        raise Unverifiable(
            f"{deposit.MANIFEST} lists {outside[0]!r}, which is no file inside the deposit. `make deposit` writes no "
            "such line: whoever did could have your files overwritten. Get the deposit from its repository."
        )
    if wrong := damaged(folder, listed):
        raise Unverifiable("\n".join(wrong))
    made = below(folder / "notebooks", "notebooks") | below(folder / "html", "html")
    made |= {name: folder / name for name in (deposit.RESULTS, *PRINTS) if (folder / name).exists()}
    if deposit.RESULTS not in made:
        raise Unverifiable(f"{folder} holds no {deposit.RESULTS}, so its edition is unknown. Get the deposit again.")
    source = f"{deposit.SOURCE}/"  # only what is listed: an environment may have been made there since
    own = {name.removeprefix(source): folder / name for name in listed if name.startswith(source)}
    return Claimed(json.loads(made[deposit.RESULTS].read_bytes())["edition"], made, own)


def _listed(folder: Path) -> dict[str, str]:
    lines = (folder / deposit.MANIFEST).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def inside(folder: Path, name: str) -> bool:
    """Is a file of this name below the folder, links followed, wherever the folder lies?"""
    plain = name == PurePosixPath(name).as_posix() and ".." not in name.split("/") and "\\" not in name
    return plain and "\0" not in name and (folder / name).resolve().is_relative_to(folder.resolve())


def damaged(folder: Path, listed: Mapping[str, str]) -> list[str]:
    """A sentence for each listed file that is missing or not what its checksum says."""
    said = []
    for name, digest in listed.items():
        if not (folder / name).is_file():
            said.append(f"{name} is missing from the deposit, though {deposit.MANIFEST} lists it.")
        elif hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            said.append(f"{name} was changed after the deposit was made: its checksum is not that of the manifest.")
    return said


def _build(folder: Path) -> Claimed:
    root = project.root(folder.resolve().parent)
    name = folder.resolve().name
    known = editions.names(root)
    if folder.resolve().parent != root / "_build" or name not in known:
        raise Unverifiable(
            f"{folder} is neither a deposit nor the build of an edition. Name a .zip, or one of "
            f"{', '.join(f'_build/{edition}' for edition in known)}."
        )
    plan = Plan(root, editions.read(root, name), root / "data")
    if not plan.results.exists():
        raise Unverifiable(f"{folder} holds no finished report. Run `make report EDITION={name}` first.")
    return Claimed(name, deposit.products(plan), project_files(root))


def other_versions(lock: str) -> list[str]:
    """Packages of this environment that are not those of a lock file, as "name 1.0, not 1.1"."""
    said = []
    for name, version, marker in LOCKED.findall(lock):
        if marker and not Marker(marker.strip()).evaluate():
            continue
        try:
            here = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # one that the build needs is missed by the build
        if here != version:
            said.append(f"{name} {here}, not {version}")
    return said


def same_environment(claimed: Claimed) -> None:
    """Raises unless this environment is the one that the sources ask for."""
    lock = claimed.sources.get("requirements.lock")
    if lock is None:
        raise Unverifiable("The sources hold no requirements.lock, so nobody knows which packages made the report.")
    if other := other_versions(lock.read_text(encoding="utf-8")):
        raise Unverifiable(
            f"This environment is not the one that made the report ({'; '.join(other[:3])}"
            f"{f' and {len(other) - 3} more' if len(other) > 3 else ''}). "
            "Unpack the deposit, run `make setup` in its folder source/, and verify with the .venv made there."
        )


def rebuilt(claimed: Claimed, folder: Path) -> dict[str, Path]:
    """What the sources give when they are built in `folder`; the build says on the terminal how far it is."""
    copied(claimed.sources, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TORCH_")}
    environment |= {"PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", "torch_program", "report", "--edition", claimed.edition]
    code = interrupts.call(command, folder, environment)
    if code < 0:
        raise Unverifiable(f"The build was stopped from outside (signal {-code}). Start again.")
    if code:
        raise Unverifiable(f"The sources could not be built (exit code {code}); what went wrong is said above.")
    plan = Plan(folder, editions.read(folder, claimed.edition), folder / "data")
    return deposit.products(plan)


def difference(claimed: bytes, built: bytes, name: str) -> str:
    """Where two contents of a file begin to differ, or "" if they do not."""
    if claimed == built:
        return ""
    if name.endswith((".ipynb", ".json")):
        try:
            return _in_json(json.loads(claimed), json.loads(built), "")
        except ValueError:
            pass
    try:
        lines = zip_longest(claimed.decode().splitlines(), built.decode().splitlines(), fillvalue="")
    except UnicodeDecodeError:
        at = next(i for i, (a, b) in enumerate(zip_longest(claimed, built)) if a != b)
        return f"byte {at:,} of {len(claimed):,} (built again: {len(built):,} bytes)"
    for number, (was, now) in enumerate(lines, 1):
        if was != now:
            at = max(0, next(i for i, (a, b) in enumerate(zip_longest(was, now)) if a != b) - 20)
            return f"line {number}: “{_cut(was[at:])}”, built again: “{_cut(now[at:])}”"
    return "the ends of lines"


def _in_json(was: Any, now: Any, where: str) -> str:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in sorted(set(was) | set(now)):
            if was.get(key) != now.get(key):
                return _in_json(was.get(key), now.get(key), f"{where}.{key}")
    if isinstance(was, list) and isinstance(now, list):
        for at, (a, b) in enumerate(zip_longest(was, now)):
            if a != b:
                return _in_json(a, b, f"{where}[{at}]")
    if was == now:
        return "the order or the spacing of the file"
    return f"{where.lstrip('.')}: {_cut(json.dumps(was, ensure_ascii=False))}, built again: " + _cut(
        json.dumps(now, ensure_ascii=False)
    )


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def differences(claimed: Mapping[str, Path], built: Mapping[str, Path], product: str) -> list[str]:
    """A sentence for each file of one product that is not the same in both."""
    names = sorted(n for n in set(claimed) | set(built) if n == product or n.startswith(f"{product}/"))
    said = []
    for name in names:
        if name not in built:
            said.append(f"{name}: the sources do not give this file")
        elif name not in claimed:
            said.append(f"{name}: missing, though the sources give it")
        elif found := difference(claimed[name].read_bytes(), built[name].read_bytes(), name):
            said.append(f"{name}, {found}")
    return said
