"""The lists of packages agree, the lock covers them, and set-up speaks to an old Python."""

import ast
import re
import shlex
import subprocess
import tomllib
import venv
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RELOCK = "uv pip compile pyproject.toml --all-extras --universal --generate-hashes --output-file requirements.lock"


def declared(root: Path) -> dict[str, Requirement]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] + sum(project["optional-dependencies"].values(), [])
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def test_conda_users_get_the_same_packages_and_bounds(root: Path) -> None:
    listed = yaml.safe_load((root / "environment.yml").read_text())["dependencies"]
    by_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    lines = [line for line in [*listed, *by_pip] if isinstance(line, str) and not line.startswith("--")]
    conda = {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}
    del conda["python"], conda["pip"]
    assert conda == {name: r.specifier for name, r in declared(root).items()}


def test_the_lock_holds_every_declared_package_within_its_bounds(root: Path) -> None:
    locked: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", (root / "requirements.lock").read_text(), re.M):
        locked.setdefault(canonicalize_name(name), []).append(version)
    wrong = [
        str(r)
        for name, r in declared(root).items()
        if not all(r.specifier.contains(v) for v in locked.get(name, ["0"]))
    ]
    assert not wrong, f"requirements.lock is behind pyproject.toml in {wrong}. Renew it: {RELOCK}"


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml", "environment.yml", "Makefile"])
def test_no_file_names_a_package_index(root: Path, name: str) -> None:
    assert not re.search(r"index-url|find-links|trusted-host|https?://(?!localhost)", (root / name).read_text())


def test_an_old_python_can_read_the_set_up_far_enough_to_say_that_it_is_too_old(root: Path) -> None:
    ast.parse((root / "pipeline" / "setup_environment.py").read_text(), feature_version=(3, 6))


@pytest.fixture
def setup(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up, which makes environments without pip and installs nothing in them but a script."""
    spec = spec_from_file_location("setup_environment", root / "pipeline" / "setup_environment.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)

    def install(command: list[str]) -> None:
        python = Path(command[0])
        (python.parent / "hello").write_text(f"#!{python}\nprint('hello')\n")
        (python.parent / "hello").chmod(0o755)

    monkeypatch.setattr(module.subprocess, "check_call", install)
    monkeypatch.setattr(module, "create", lambda folder, apt_install: venv.create(folder, symlinks=True))
    monkeypatch.setattr(module, "works", lambda python: Path(python).exists())
    return module


def test_a_clone_that_was_moved_says_so_and_keeps_its_environment_until_the_new_one_is_finished(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    setup.install(str(before), str(before / ".venv"), None)
    assert "folder was moved" not in capsys.readouterr().out
    before.rename(after)
    install = setup.subprocess.check_call

    def fails(command: list[str]) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(setup.subprocess, "check_call", fails)
    with pytest.raises(subprocess.CalledProcessError):
        setup.install(str(after), str(after / ".venv"), None)
    assert (after / ".venv" / "bin" / "hello").exists()
    monkeypatch.setattr(setup.subprocess, "check_call", install)
    setup.install(str(after), str(after / ".venv"), None)
    assert capsys.readouterr().out.count("this folder was moved: .venv is made again") == 2
    assert [path.name for path in after.iterdir()] == [".venv"]
    shell = subprocess.run(["sh", "-c", ". .venv/bin/activate; hello"], cwd=after, capture_output=True, text=True)
    assert shell.stdout == "hello\n", shell.stderr


HOSTILE = "a'; touch hacked; echo \"$(touch hacked)\" '\\"


@pytest.mark.parametrize(
    ("verb", "variable"),
    [
        *(("report", name) for name in ("EDITION", "DATA")),
        *(("profiles", name) for name in ("YEAR", "PROVINCE", "SCHEDULER")),
        *((verb, name) for verb in ("serve", "live") for name in ("PORT", "EDITION")),
        *(("diff", name) for name in ("FROM", "TO")),
        *(("mutate", name) for name in ("N", "SEED")),
        *(
            ("check", "DATA"),
            ("deposit", "EDITION"),
            ("verify", "OF"),
            ("verify", "WHEELS"),
            ("baseline", "EDITION"),
            ("faults", "N"),
        ),
    ],
)
def test_what_is_given_to_a_verb_reaches_our_command_as_it_stands_and_is_no_command_itself(
    root: Path, tmp_path: Path, verb: str, variable: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >> {tmp_path}/given\n")
    python.chmod(0o755)
    value = HOSTILE.replace("$", "$$")  # a dollar is make's own
    subprocess.run(
        ["make", "-f", root / "Makefile", verb, f"PYTHON={python}", f"{variable}={value}"], cwd=tmp_path, check=True
    )
    assert HOSTILE in (tmp_path / "given").read_text().splitlines()
    assert not (tmp_path / "hacked").exists()


def test_no_sign_in_a_setting_reaches_the_shell(root: Path) -> None:
    command = ["make", "-n", "report", "SET=x';y", "PYTHON=python"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    lines = [line for line in done.stdout.replace("\\\n", "").splitlines() if "x'" in line]
    assert lines and all("x';y" in shlex.split(line) for line in lines)
