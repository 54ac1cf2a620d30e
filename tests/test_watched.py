"""The step that checks the data runs again when any of the code behind it changes."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECK = "from pathlib import Path; from torch_program.intake import validation; validation.check(Path('data'))"


def test_all_that_the_check_imports_is_watched() -> None:
    files = "[m.__file__ for name, m in sys.modules.items() if name.startswith('torch_program')]"
    asks = f"{CHECK}; import sys; print(*{files}, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True)
    used = {Path(name).relative_to(ROOT).as_posix() for name in done.stdout.splitlines()}
    task = (ROOT / "pipeline" / "task_check.py").read_text()
    named = re.findall(r'"(\w+)"', re.search(r"^CODE = \((.*?)\)", task, re.M | re.S)[1])
    watched = {f"src/torch_program/{name}.py" for name in named}
    alone = {name for name in used if "/intake/" not in name and Path(name).name not in {"__init__.py"}}
    assert alone == watched
