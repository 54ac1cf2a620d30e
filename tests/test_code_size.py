"""Modules and functions stay short enough to be read, and to be held in mind."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULE, FUNCTION = 400, 50  # lines of a module that are not blank; lines of a function, its docstring included
CODE = sorted(path for folder in ("src", "benchmarks") for path in (ROOT / folder).rglob("*.py"))


def too_long(name: str, code: str) -> list[str]:
    """A module that has too many lines, and its functions that have."""
    lines = sum(bool(line.strip()) for line in code.splitlines())
    whole = [f"{name}: {lines} lines, at most {MODULE}"] if lines > MODULE else []
    functions = (n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    sizes = ((f.name, f.end_lineno - f.lineno + 1) for f in functions)
    return whole + [f"{name}, {function}: {n} lines, at most {FUNCTION}" for function, n in sizes if n > FUNCTION]


def test_no_module_and_no_function_is_longer_than_a_reader_takes_in():
    paths = {path.relative_to(ROOT).as_posix(): path for path in CODE}
    assert [one for name, path in paths.items() for one in too_long(name, path.read_text(encoding="utf-8"))] == []


def test_what_is_too_long_is_named():
    assert too_long("a.py", "x = 1\n" * 400 + "\n" * 9) == []
    assert too_long("a.py", "x = 1\n" * 401) == ["a.py: 401 lines, at most 400"]
    assert too_long("a.py", "def f():\n" + "    pass\n" * 50) == ["a.py, f: 51 lines, at most 50"]
