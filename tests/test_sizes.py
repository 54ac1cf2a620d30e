"""Modules, functions, notebooks and cells stay short enough to be understood, and the whole does not grow."""

import ast
import io
import json
import re
import tokenize

from checkout import ROOT

from claimbook.project.folders import CODE

CEILING = {  # of the whole; lines are those that are not blank, and notebooks count without prose
    "modules of engine and report": 135,
    "lines of engine and report": 19_400,
    "tokens of engine and report": 192_130,
    "lines of tests/": 14_762,
    "lines of notebooks/": 3_500,
}
HOW = """\
Take something away first: a second way to do one thing, an option nobody uses, a test that checks what another one
checks. Raise a number in CEILING only for something that readers need, and say in the commit what for."""
LAYOUT = {getattr(tokenize, name) for name in "COMMENT NL NEWLINE INDENT DEDENT ENDMARKER".split()}

MODULE, FUNCTION = 400, 50  # lines of a module that are not blank; lines of a function, its docstring included
CELL, NOTEBOOK = 40, 400  # lines of code, without blank ones and prose; a call that lists names is one
WIDTH = 100  # characters in a line of a notebook, so that it fits next to its charts
LISTS = re.compile(r"^from \S+ import \(.*?^\)", re.M | re.S)
MODULES = sorted(path for folder in (*CODE, "benchmarks") for path in (ROOT / folder).rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("**/[!.]*.ipynb"))


def filled(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def long_module(code: str) -> list[str]:
    """Yield a module with too many lines, and its functions with too many."""
    functions = (n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    sizes = {f.name: f.end_lineno - f.lineno + 1 for f in functions}
    whole = [f"{filled(code)} lines, at most {MODULE}"] if filled(code) > MODULE else []
    return whole + [f"{name}: {n} lines, at most {FUNCTION}" for name, n in sizes.items() if n > FUNCTION]


def code_of(notebook: dict) -> dict[str, str]:
    """Code of a notebook by the id of the cell, without prose and findings."""
    code = {c["id"]: "".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"}
    return {key: source for key, source in code.items() if not source.startswith(("%%prose", "%%findings", "%%words"))}


def long_notebook(notebook: dict) -> list[str]:
    """Yield cells that are longer than a screen, and the notebook if it is too long."""
    sizes = {key: filled(LISTS.sub("list", source)) for key, source in code_of(notebook).items()}
    cells = [f"{key}: {n} lines of code, at most {CELL}" for key, n in sizes.items() if n > CELL]
    whole = sum(sizes.values())
    return cells + ([f"{whole} lines of code in all, at most {NOTEBOOK}"] if whole > NOTEBOOK else [])


def test_modules_functions_notebooks_and_cells_are_short():
    modules = {path: long_module(path.read_text(encoding="utf-8")) for path in MODULES}
    notebooks = {path: long_notebook(json.loads(path.read_bytes())) for path in NOTEBOOKS}
    assert {path.name: reported for path, reported in (modules | notebooks).items() if reported} == {}


def test_every_line_of_a_notebook_fits_next_to_its_charts():
    for path in NOTEBOOKS:
        lines = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]).split("\n")
        assert [line for line in lines if len(line) > WIDTH] == [], path.name


def test_a_page_shows_code_only_to_those_who_ask_for_it():
    for path in NOTEBOOKS:
        notebook = json.loads(path.read_bytes())
        tags = {c["id"]: c["metadata"].get("tags", []) for c in notebook["cells"]}
        shown = [key for key in code_of(notebook) if {"hide-input", "remove-input"}.isdisjoint(tags[key])]
        assert shown == [], path.name


def tokens(code: str) -> int:
    """Return the number of tokens without comments and layout."""
    return sum(token.type not in LAYOUT for token in tokenize.generate_tokens(io.StringIO(code).readline))


def size_of_the_whole() -> dict[str, int]:
    parts = (CODE, ("tests", "engine/tests"))
    source, tests = ([p.read_text("utf-8") for one in part for p in (ROOT / one).rglob("*.py")] for part in parts)
    cells = [cell for path in NOTEBOOKS for cell in code_of(json.loads(path.read_bytes())).values()]
    return {
        "modules of engine and report": len(source),
        "lines of engine and report": sum(map(filled, source)),
        "tokens of engine and report": sum(map(tokens, source)),
        "lines of tests/": sum(map(filled, tests)),
        "lines of notebooks/": sum(map(filled, cells)),
    }


def test_the_whole_is_not_larger_than_its_ceiling():
    sizes = size_of_the_whole()
    over = [f"{what}: {n:,}, at most {CEILING[what]:,}" for what, n in sizes.items() if n > CEILING[what]]
    assert not over, "\n".join([*over, HOW])
