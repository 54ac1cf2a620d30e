"""A build depends on nothing that is not noted: not on a user's settings, and on packages only with their versions."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import towns
from checkout import ROOT, contents

from claimbook.project.folders import python_path
from claimbook.run import environment
from claimbook.run.notebook_run import changed_inputs
from claimbook.run.plan import Plan, plan_of

MARK = "import pathlib; pathlib.Path({mark!r}).touch(); import decimal; decimal.getcontext().prec = 2; {more}"
SETTINGS = {  # files below HOME that Python, IPython, Jupyter or matplotlib read, and code that each runs
    "start.py": "",
    ".ipython/profile_default/startup/first.py": "",
    ".ipython/profile_default/ipython_config.py": "",
    ".ipython/profile_default/ipython_kernel_config.py": "",
    ".jupyter/jupyter_config.py": "",
    "modules/seaborn.py": "raise ImportError",
}
MATPLOTLIBRC, KERNEL = ".config/matplotlib/matplotlibrc", ".local/share/jupyter/kernels/python3/kernel.json"
PROBE = """\
import decimal, locale, os, sys, time
import matplotlib, seaborn
from IPython.core import application
print(decimal.getcontext().prec, matplotlib.rcParams["axes.facecolor"], time.tzname, locale.setlocale(locale.LC_CTYPE))
print(application.ENV_CONFIG_DIRS + application.SYSTEM_CONFIG_DIRS, sorted(n for n in os.environ if "SECRET" in n))
print([folder for folder in sys.path if "modules" in folder or folder == os.path.abspath("..")])
"""

RUN_PROBE = """\
import sys
from claimbook.run.execution import execute_bundle
print(execute_bundle({"notebooks/a.ipynb": sys.argv[1].encode()}, "a", {})[0].decode())
"""


@pytest.fixture
def user(tmp_path: Path) -> dict[str, str]:
    """The variables of a user with settings of all kinds, each of which leaves a mark when it is used."""
    home, marks = tmp_path / "home", tmp_path / "marks"
    marks.mkdir()
    written = {name: MARK.format(mark=str(marks / Path(name).name), more=more) for name, more in SETTINGS.items()}
    written[MATPLOTLIBRC] = "axes.facecolor: red\n"
    written[KERNEL] = '{"argv": ["false"], "display_name": "", "language": ""}'
    for name, text in written.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    named = {"PYTHONSTARTUP": "start.py", "IPYTHONDIR": ".ipython", "JUPYTER_CONFIG_DIR": ".jupyter", "HOME": "."}
    named |= {"MATPLOTLIBRC": MATPLOTLIBRC, "PYTHONPATH": "modules", "JUPYTER_PATH": ".local/share/jupyter"}
    others = {"LC_ALL": "C", "LANG": "zh_CN.GB18030", "TZ": "Asia/Shanghai", "MY_SECRET": "1", "MPLBACKEND": "agg"}
    return {name: str(home / path) for name, path in named.items()} | others


def products(folder: Path) -> dict[str, bytes]:
    return towns.published(folder) | contents(folder / "_build/2026/executed")


@pytest.mark.process
@pytest.mark.apart
@pytest.mark.slow
def test_settings_of_the_user_locale_clock_and_mask_of_modes_change_no_byte_and_are_not_used(
    built: Path, tmp_path: Path, user: dict[str, str]
) -> None:
    folder = towns.with_more(tmp_path / "a project")
    user["PYTHONPATH"] = os.pathsep.join([python_path(folder), user["PYTHONPATH"]])
    command = [sys.executable, "-m", "claimbook", "report"]
    process = towns.begin(command, folder, env=os.environ | user, umask=0o077)
    output = process.communicate()[0]
    assert process.returncode == 0, output
    assert [*(tmp_path / "marks").iterdir()] == []
    ours, theirs = products(folder), products(built)
    assert [name for name in ours | theirs if ours.get(name) != theirs.get(name)] == []


@pytest.mark.process
@pytest.mark.apart
@pytest.mark.slow
def test_a_kernel_sees_no_setting_of_the_user_or_the_machine(tmp_path: Path, user: dict[str, str]) -> None:
    user["PYTHONPATH"] = os.pathsep.join([python_path(ROOT), user["PYTHONPATH"]])
    command = [sys.executable, "-c", RUN_PROBE, towns.notebook("A", ["", PROBE])]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | user, check=True, text=True, stdout=subprocess.PIPE)
    (said,) = json.loads(done.stdout)["cells"][-1]["outputs"]
    assert "".join(said["text"]).splitlines() == ["28 white ('UTC', 'UTC') C.UTF-8", "[] []", "[]"]


# packages --------------------------------------------------------------------------------------------------------


def test_all_installed_packages_count_except_those_that_only_tests_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda kind: str(tmp_path))
    for name in ("pandas-3.1.1", "ruff-0.12.0", "not_in_any_lock-1", "jupyter_book-1.0.4.post1"):
        (tmp_path / f"{name}.dist-info").mkdir()
    lock = tmp_path / "requirements.lock"
    lock.write_text("pandas==3.1.1 \\\n")
    monkeypatch.setattr(environment, "LOCKS", tmp_path)
    (tmp_path / "requirements-test.lock").write_text("pandas==3.1.1 \\\nruff==0.12.0 \\\n")
    own = {"pandas": "3.1.1", "not-in-any-lock": "1", "jupyter-book": "1.0.4.post1"}
    assert environment.installed.__wrapped__(lock) == own


def test_another_version_of_a_package_makes_every_notebook_run_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    here = plan_of(ROOT)
    name = here.sections[0]
    assert here.environment["pandas"].count(".") == 2
    before, given = here.inputs(), here.run_of(name)._given(here.committed(name).read_bytes(), {})
    known = dict(here.environment)
    monkeypatch.setattr(environment, "installed", lambda lock: known | {"pandas": "3.0.2"})
    other = Plan(here.root, here.edition, here.data)
    now = other.run_of(name)._given(here.committed(name).read_bytes(), {})
    assert [part for part in now if now[part] != given[part]] == ["version of pandas"]
    assert other.inputs() != before


def test_packages_are_counted_together() -> None:
    versions = {f"version of {name}": "1" for name in ("numpy", "pandas", "pillow", "scipy")}
    given, now = {"its code": "a"} | versions, {"its code": "b"} | dict.fromkeys(versions, "2")
    several = "versions of numpy, pandas, pillow and 1 more changed"
    assert changed_inputs(given, now) == ["its code changed", several]
    one = versions | {"version of numpy": "2"}
    assert changed_inputs(given, given | one) == ["version of numpy changed"]


# state -----------------------------------------------------------------------------------------------------------


@pytest.mark.process
@pytest.mark.apart
@pytest.mark.slow
def test_a_build_whose_state_is_torn_makes_the_same_bytes_again(project: Path) -> None:
    """As after a power cut: each file that only later builds read is cut in half."""
    build, before = project / "_build/2026", products(project)
    state = [*build.glob("source/_build/**/*"), *build.glob("steps/*"), *build.glob("executed/*.json")]
    for path in [*filter(Path.is_file, state), build / "untouched.txt"]:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    code, output = towns.run(project, "report")
    assert code == 0 and "3 of 3 notebooks ran" in output and "Traceback" not in output, output
    assert products(project) == before
