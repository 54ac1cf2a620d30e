"""The lists of packages agree, the locks cover them, and set-up makes a complete environment or none."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from checkout import MAKEFILES, VERBS_OF_REPORTS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from claimbook.project.folders import CODE

TESTED = ("tests", "engine/tests", "benchmarks")
SCRIPT = "engine/src/claimbook/run/setup_environment.py"
LOCKS = {
    "requirements.lock": "",
    "engine/src/claimbook/run/locks/requirements.lock": "engine",
    "engine/src/claimbook/run/locks/requirements-test.lock": "test",
    "engine/src/claimbook/run/locks/requirements-uv.lock": "uv",
    "engine/src/claimbook/run/locks/requirements-cluster.lock": "cluster",
}

LOCK_OF = {group: lock for lock, group in LOCKS.items()}


def named(lines: Iterable[str]) -> dict[str, Requirement]:
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def declared(root: Path, group: str) -> dict[str, Requirement]:
    """Return the packages that report and engine require, the engine, or a group for tests and tools."""
    report, engine = (tomllib.loads((root / at / "pyproject.toml").read_text()) for at in ("", "engine"))
    ours = engine["project"]["dependencies"] + report["project"]["dependencies"] * (not group)
    found = named(ours if group in {"", "engine"} else engine["dependency-groups"][group])
    return {name: package for name, package in found.items() if name != "claimbook"}


def locked(root: Path, lock: str) -> list[tuple[str, str]]:
    found = re.findall(r"^([\w.-]+)==(\S+)", (root / lock).read_text(), re.M)
    return [(canonicalize_name(name), version) for name, version in found]


def of_conda(root: Path, file: str) -> dict[str, Requirement]:
    """Return the packages that conda installs, directly or by pip, without Python."""
    listed = yaml.safe_load((root / file).read_text())["dependencies"]
    by_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    found = named(line for line in listed if isinstance(line, str) and not line.startswith(("python=", "python>")))
    return found | named(line for line in by_pip if not line.startswith("--"))


@pytest.mark.parametrize(("file", "groups"), [("environment.yml", ("", "test")), (".binder/environment.yml", ("",))])
def test_conda_and_binder_get_the_same_packages_and_bounds(root: Path, file: str, groups: tuple[str, ...]) -> None:
    conda, wanted = (of_conda(root, file), {name: r for group in groups for name, r in declared(root, group).items()})
    del conda["pip"]
    assert {name: r.specifier for name, r in conda.items()} == {name: r.specifier for name, r in wanted.items()}


def imported(root: Path, folder: str) -> dict[str, str]:
    """The packages that the code of a folder imports, each with a file that does; not our own, not Python's."""
    own = {path.stem for place in (*CODE, *TESTED, "book") for path in (root / place).rglob("*.py")}
    own |= {p.name for code in CODE for p in (root / code).iterdir()} | sys.stdlib_module_names | {"tests", "recount"}
    found = {}
    for path in (root / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found |= {module.partition(".")[0]: f"{path.relative_to(root)}:{node.lineno}" for module in modules}
    return {module: place for module, place in found.items() if module not in own}


IMPORTING = [*((at, ("", "cluster")) for at in CODE), ("data/intake", ("",)), *((at, ("", "test")) for at in TESTED)]


@pytest.mark.parametrize(("folder", "groups"), IMPORTING)
def test_what_code_imports_is_declared(root: Path, folder: str, groups: tuple[str, ...]) -> None:
    wanted = {name for group in groups for name in declared(root, group)}
    installed = packages_distributions()
    missing = {
        module: place
        for module, place in imported(root, folder).items()
        if not wanted & {canonicalize_name(name) for name in installed.get(module, [module])}
    }
    assert not missing, f"Name these in a pyproject.toml and environment.yml, then make lock: {missing}"


def test_uv_leaves_the_project_to_the_locks_and_a_dev_container_starts_by_a_verb(root: Path) -> None:
    assert tomllib.loads((root / "pyproject.toml").read_text())["tool"]["uv"] == {"managed": False}
    container = json.loads((root / ".devcontainer/devcontainer.json").read_text())
    assert f"\n{container['postCreateCommand'].removeprefix('make ')}:" in MAKEFILES


@pytest.mark.parametrize(("lock", "group"), LOCKS.items())
def test_a_lock_holds_every_declared_package_within_its_bounds(root: Path, lock: str, group: str) -> None:
    versions = dict(locked(root, lock))
    wrong = [str(r) for name, r in declared(root, group).items() if not r.specifier.contains(versions.get(name, "0"))]
    assert not wrong, f"{lock} is behind its pyproject.toml in {wrong}. Renew it: make lock"


def test_every_python_the_tests_and_a_cluster_get_the_same_version_of_a_package(root: Path) -> None:
    found = {lock: locked(root, lock) for lock in LOCKS}
    assert len(found["requirements.lock"]) > 100
    report, tests = (dict(found[name]).keys() for name in ("requirements.lock", LOCK_OF["test"]))
    assert {"numpy", "ipykernel"} <= report & tests
    together = [one for own in found.values() for one in own]
    assert sorted({*together}) == sorted(dict(together).items()), "Make one of them: make lock"


FILES = [*LOCKS, "pyproject.toml", "environment.yml", ".binder/environment.yml", "Makefile", VERBS_OF_REPORTS]


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_a_package_index(root: Path, name: str) -> None:
    assert not re.search(r"index-url|find-links|trusted-host|https?://(?!localhost|…)", (root / name).read_text())


def test_a_verb_that_tests_brings_the_packages_of_the_tests_and_no_other_does(root: Path) -> None:
    verbs = dict(re.findall(r"^([a-z-]+):.*((?:\n\t.*)*)", MAKEFILES, re.M))
    assert {"report", "unit", "lab"} <= verbs.keys()
    for verb, recipe in verbs.items():
        command = ["make", "-n", verb, "PYTHON=.venv/bin/python"]  # whatever runs this test
        asks = f"setup_environment.py {verb}" in subprocess.check_output(command, cwd=root, text=True)
        needs = r"\$\(PYTEST\)|\$\(call tests|\$\(RUFF\)|-m mypy|benchmarks/profiles"
        assert asks == bool(re.search(needs, recipe)), verb


def test_an_old_python_can_read_the_set_up_far_enough_to_say_that_it_is_too_old(root: Path) -> None:
    ast.parse((root / SCRIPT).read_text(), feature_version=(3, 6))


class Setup:
    """The set-up of a project that has only locks; it installs only a script that prints hello."""

    def __init__(self, root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        spec = spec_from_file_location("setup_environment", root / SCRIPT)
        self.module = module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.really_run = self.module.run_silently
        self.patch, self.chdir = monkeypatch.setattr, monkeypatch.chdir
        self.patch(self.module, "run_silently", self.run)
        self.patch(self.module, "print_time", lambda started: None)
        self.ran: list[list[str]] = []
        self.refused = ""
        for name in ("engine/pyproject.toml", "pyproject.toml", *LOCKS):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name)
        self.at(folder)

    def at(self, folder: Path) -> None:
        self.folder = folder
        self.patch(self.module, "ENGINE", folder / "engine/src/claimbook")
        self.chdir(folder)

    def run(self, command: list[str]) -> None:
        self.ran.append(command)
        if self.refused and self.refused in " ".join(command):
            raise OSError("it was refused")
        if "venv" in command:
            venv.create(command[-1], symlinks=True)
        else:
            hello = self.folder / ".venv.new/bin/hello"
            hello.write_text(f"#!{hello.parent}/python\nprint('hello')\n")
            hello.chmod(0o755)

    def main(self, *arguments: str) -> int:
        self.ran.clear()
        self.patch(sys, "argv", ["setup_environment.py", *arguments])
        return self.module.set_up()


@pytest.fixture
def setup(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setup:
    return Setup(root, tmp_path / "project", monkeypatch)


def test_a_clone_that_was_moved_says_so_and_keeps_its_environment_until_the_new_one_is_finished(
    setup: Setup, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert setup.main() == 0 and "changed" not in capsys.readouterr().out
    assert setup.main() == 0 and not setup.ran
    setup.folder.rename(tmp_path / "after")
    setup.at(tmp_path / "after")
    setup.refused = "--editable"
    with pytest.raises(OSError, match="it was refused"):
        setup.main()
    assert (setup.folder / ".venv/bin/hello").exists() and not (setup.folder / ".venv.new").exists()
    setup.refused = ""
    assert setup.main() == 0 and "because the locks, the folder or its Python changed" in capsys.readouterr().out
    assert [path.name for path in setup.folder.glob(".*")] == [".venv"]
    shell = ["sh", "-c", ". .venv/bin/activate; hello"]
    assert subprocess.run(shell, cwd=setup.folder, capture_output=True, text=True).stdout == "hello\n"


CHANGES = [(file, LOCK_OF["uv"]) for file in ("requirements.lock", "pyproject.toml")]
CHANGES += [(".venv/bin/python", now) for now in ("missing", "python3.99")]  # gone, or replaced by the system


@pytest.mark.parametrize(("changed", "now"), CHANGES)
def test_a_lock_or_a_python_that_changed_makes_the_environment_again(setup: Setup, changed: str, now: str) -> None:
    assert setup.main() == 0
    (setup.folder / "python3.99").touch()
    (setup.folder / changed).unlink()
    (setup.folder / changed).symlink_to(setup.folder / now)
    assert setup.main() == 0 and setup.ran
    assert setup.main() == 0 and not setup.ran


def test_a_folder_whose_path_make_would_expand_is_refused(setup: Setup, tmp_path: Path) -> None:
    setup.folder.rename(tmp_path / "a$b")
    setup.at(tmp_path / "a$b")
    with pytest.raises(OSError, match=r"has a \$, which make and shells expand. Rename"):
        setup.main()
    assert not setup.ran


def test_the_packages_of_the_tests_come_with_the_first_verb_that_tests_and_stay(setup: Setup) -> None:
    assert setup.main() == 0 and not any("requirements-test.lock" in " ".join(command) for command in setup.ran)
    assert setup.main("unit") == 0
    both = [f"{setup.folder}/{lock}" for lock in ("requirements.lock", LOCK_OF["test"])]
    assert ["--require-hashes", "-r", both[0], "-r", both[1]] in [command[-5:] for command in setup.ran]
    assert setup.main() == 0 and setup.main("test", "unit") == 0 and not setup.ran
    (setup.folder / "pyproject.toml").write_text("changed")
    assert setup.main() == 0 and both[1] in setup.ran[-2]


def test_an_engine_that_is_installed_is_copied_into_the_environment_and_a_checkout_is_linked(setup: Setup) -> None:
    linked = setup.folder / ".venv/engine"
    assert setup.main() == 0 and linked.resolve() == setup.folder / "engine/src/claimbook"
    (setup.folder / "engine/pyproject.toml").unlink()
    (setup.folder / "engine/src/claimbook-1.0.0.dist-info").mkdir()
    (setup.folder / "engine/src/claimbook-1.0.0.dist-info/METADATA").write_text("Version: 1.0.0")
    assert setup.main() == 0 and (linked / "run/locks").is_dir()
    assert linked.resolve().parent.name == "site-packages"
    assert (linked.resolve().parent / "claimbook-1.0.0.dist-info/METADATA").exists()
    setup.patch(setup.module, "ENGINE", linked.resolve())
    assert setup.main() == 0 and not setup.ran, "from then on the copy sets up"


@pytest.mark.parametrize("refused", ["requirements-uv.lock", "bin/uv"])
def test_without_uv_pip_installs_the_same_locks_and_one_line_says_so(
    setup: Setup, refused: str, capsys: pytest.CaptureFixture
) -> None:
    setup.refused = refused
    assert setup.main() == 0
    assert capsys.readouterr().out.count("uv does not work here (it was refused), so pip installs") == 1
    by_pip = [command for command in setup.ran if command[1:3] == ["-m", "pip"]]
    assert by_pip[-2][-3:] == ["--require-hashes", "-r", f"{setup.folder}/requirements.lock"]
    assert by_pip[-1][-2:] == ["--editable", str(setup.folder)]


@pytest.mark.parametrize(("home", "options"), [(".", []), ("missing", ["--cache-dir", ".venv.new/cache"])])
def test_uv_keeps_what_it_loads_in_the_home_of_the_user_if_there_is_one(
    setup: Setup, home: str, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / home))
    assert setup.main() == 0
    given = [word.removeprefix(f"{setup.folder}/") for word in setup.ran[-1]]
    assert given[given.index(".venv.new/bin/python") + 1 : -6] == options


@pytest.mark.parametrize(
    ("output", "reported"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("WARNING: Retrying after connection broken by 'X'\nERROR: none", "the packages cannot be downloaded"),
        (
            "error: Failed to download `a==1`\n  cause: Hash mismatch for `a==1`\n",
            "the downloaded a==1 does not have the locked hash",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES.\n    b==2 from somewhere:\n",
            "the downloaded b==2 does not have the locked hash",
        ),
        ("a\nERROR: No matching distribution found for uv==1\nb", "ERROR: No matching distribution found for uv==1"),
        ("Segmentation fault", "Segmentation fault"),
    ],
)
def test_a_step_that_fails_gives_its_reason(setup: Setup, output: str, reported: str) -> None:
    with pytest.raises(OSError, match=f"^{re.escape(reported)}"):
        setup.really_run([sys.executable, "-c", "import sys; sys.exit(print(sys.argv[1]) or 1)", output])


RECIPE = re.search(r"^profiles:.*?(?=^\S+:)", MAKEFILES, re.M | re.S)[0]
QUOTED = re.findall(r"quoted,\$\((\w+)\)", RECIPE)  # of this verb, the report chooses the variables
HOSTILE = "a'; touch hacked; echo \"$(touch hacked)\" '\\ $(shell touch hacked) $$x"


@pytest.mark.parametrize(
    ("verb", "variable"),
    [
        *(("report", name) for name in ("EDITION", "DATA", "SET", "CLAIMBOOK_DATA", "SCHEDULER")),
        *(("profiles", name) for name in QUOTED),
        *((verb, name) for verb in ("serve", "live") for name in ("PORT", "EDITION")),
        *(("diff", name) for name in ("FROM", "TO")),
        *(("mutate", name) for name in ("N", "SEED", "SCHEDULER")),
        *(("check", name) for name in ("DATA", "REFRESH")),
        *(("deposit", "EDITION"), ("verify", "OF"), ("verify", "WHEELS"), ("baseline", "EDITION"), ("faults", "N")),
    ],
)
@pytest.mark.parametrize("given", ["on the command line", "in the environment"])
def test_arguments_of_a_verb_reach_our_command_unchanged_and_are_never_run_as_commands(
    root: Path, tmp_path: Path, given: str, verb: str, variable: str
) -> None:
    (tmp_path / "notebooks/profiles").mkdir(parents=True)  # without it that verb says that there is nothing to do
    (tmp_path / "engine").symlink_to(root / "engine")
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >> {tmp_path}/given\n")
    python.chmod(0o755)
    words = [f"{variable}={HOSTILE}"] if given == "on the command line" else []
    environment = os.environ | ({} if words else {variable: HOSTILE})
    for dry in ([], ["--dry-run"]):
        command = ["make", *dry, "-f", root / "Makefile", verb, f"PYTHON={python}", *words]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    received = (tmp_path / "given").read_text().splitlines()
    if variable == "SET":
        assert [after for word, after in pairwise(received) if word == "--set"] == HOSTILE.split()
    else:
        assert HOSTILE in received or variable == "REFRESH"  # which is a flag
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize("given", ["on the command line", "in the environment"])
def test_a_value_with_a_line_break_is_refused(root: Path, tmp_path: Path, given: str) -> None:
    (tmp_path / "engine").symlink_to(root / "engine")
    words = ["EDITION=2026\ntouch hacked"] if given == "on the command line" else []
    environment = os.environ | ({} if words else {"EDITION": "2026\ntouch hacked"})
    command = ["make", "-f", root / "Makefile", "report", "PYTHON=echo", *words]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode and "EDITION= has a line break. Write its value in one line" in done.stderr
    assert not (tmp_path / "hacked").exists()
