"""What of the data a notebook can use, by the names in its code: it is handed that alone, and only that makes it run.

A notebook names the series, events and claims that it asks for. A table that its code takes as a whole, as by
`len(ev.sources)`, is handed over whole, and so is what cannot be read. A name that only a run would tell is not found
there, and the run stops and says so: nothing is left out without a word.
"""

import ast
import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import yaml

from claimbook.say.about import about
from claimbook.say.csv_tables import Row, written
from claimbook.say.words import counted, listed, some
from claimbook.say.yaml_files import LOADER

LEDGER, FIGURES = "data/claims.yml", "data/figures/"
CITES = ("source_id", "ended_source_id")  # columns that name sources
BY_KEY = {"loc", "at", "index"}  # what asks a table for rows by their names
WHOLE = {"figures": FIGURES, "sources": "data/sources.csv", "timeline": "data/timeline.csv"}
WHOLE |= {"studies": "data/studies.csv", "read_ledger": LEDGER}  # what code calls a table that it takes as a whole
KEPT = ("units", *about().geography.tables)  # tables that say what every figure means
SHOWN = 4  # reasons that are told
UNREADABLE = (csv.Error, yaml.YAMLError, LookupError, TypeError, AttributeError, ValueError)
Parts = Mapping[str, Sequence[str]]  # by file, a short hash of each of its rows or claims, or of all of it


class Names:
    """The names in some code, of series also those that are put together, and the tables that it takes whole."""

    def __init__(self, code: Sequence[str], library: Iterable[str] = ()) -> None:
        self.code = code
        self.words = {word for text in (*code, *library) for word in re.findall(r"[\w-]+", text)}
        nodes = [node for text in code for node in _nodes(text)]
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        loaded = {
            getattr(n.targets[0], "id", "") for n in nodes if isinstance(n, ast.Assign) and _called(n.value) == "load"
        }
        forms = {_form(n) for n in nodes if isinstance(n, ast.JoinedStr | ast.BinOp)}
        self.forms = [re.compile(form) for form in sorted(forms) if form]
        self.sections = {getattr(c.args[0], "value", None) for c in calls if _called(c) == "Section" and c.args}
        by_key = {id(n.value) for n in nodes if isinstance(n, ast.Attribute) and n.attr in BY_KEY}
        asked = [n for n in nodes if isinstance(n, ast.Attribute) and id(n) not in by_key]
        taken = {n.attr for n in asked if isinstance(n.value, ast.Name) and n.value.id in loaded}
        self.whole = {WHOLE[name] for name in taken | (self.words & {"read_ledger"}) if name in WHOLE}

    def __contains__(self, series: str) -> bool:
        return series in self.words or any(form.fullmatch(series) for form in self.forms)


names_in = lru_cache(maxsize=64)(Names)  # of the same texts it is made once


def imported(code: Iterable[str], modules: Mapping[str, str]) -> tuple[str, ...]:
    """Texts of the modules, by name, that the code names, or the text of one that it names."""
    words = {word for text in code for word in re.findall(r"\w+", text)}
    found = modules.keys() & words
    texts = tuple(modules[name] for name in sorted(found))
    return texts + imported(texts, {n: t for n, t in modules.items() if n not in found}) if found else ()


def _nodes(text: str) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(text)))
    except SyntaxError:  # the run will say so, with the line
        return []


def _called(node: ast.AST) -> str:
    """The name of the function or method that is called."""
    return getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""


def _form(node: ast.AST) -> str:
    """The series that a text may come to which is put together; empty where it is no name."""
    pieces = [node.left, node.right] if isinstance(node, ast.BinOp) else getattr(node, "values", [])
    parts = [str(p.value) if isinstance(p, ast.Constant) else "" for p in pieces]
    is_name = all(re.fullmatch(r"\w*", part) for part in parts) and "_" in "".join(parts)
    return "".join(re.escape(part) or r"\w+" for part in parts) if is_name else ""


def handed(files: Mapping[str, bytes], names: Names) -> dict[str, bytes]:
    """Files of data/ with what a notebook that has these names can use; tables of which it uses nothing stay out."""
    made = {LEDGER: _claims(files.get(LEDGER, b""), names)}
    used, cited = set(), set()  # series and sources that rows name which it gets
    wanted: dict[str, Callable[[Row], bool]] = {  # in this order: who cites a source comes before the sources
        **{name: lambda row: row["series"] in names for name in files if name.startswith(FIGURES)},
        "data/series.csv": lambda row: row["series"] in used or row["series"] in names.words,
        "data/timeline.csv": lambda row: row["event_id"] in names.words,
        "data/studies.csv": lambda row: not names.words.isdisjoint(row["claim_ids"].split(";")),
        **{f"data/{name}.csv": lambda row: True for name in KEPT},
        "data/sources.csv": lambda row: row["source_id"] in cited or row["source_id"] in names.words,
    }
    for name in (name for name in wanted if name in files):
        try:
            header, rows = _rows(files[name])
            taken = FIGURES if name.startswith(FIGURES) else name
            kept = [row for row in rows if taken in names.whole or wanted[name](row)]
        except UNREADABLE:
            made[name] = files[name]
            continue
        made[name] = written(kept, header)
        used |= {row["series"] for row in kept if "series" in row}
        cited |= {source for row in kept for column in CITES for source in row.get(column, "").split(";")}
    named = "\n".join(names.code)
    return made | {n: files[n] for n in files if n not in made and n.removeprefix("data/") in named}


@lru_cache(maxsize=64)
def _rows(content: bytes) -> tuple[list[str], list[Row]]:
    """The columns of a table, and its rows."""
    header, *rows = filter(None, csv.reader(io.StringIO(content.decode(), newline="")))
    return header, [dict(zip(header, cells, strict=True)) for cells in rows]


@lru_cache(maxsize=4)
def _ledger(content: bytes) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """What stands above the claims, and the claims."""
    above = yaml.load(content, Loader=LOADER)  # noqa: S506  (a safe one)
    return above, above.pop("claims")


def _claims(ledger: bytes, names: Names) -> bytes:
    """The ledger with the claims of the sections that the code names, as JSON, which is YAML."""
    try:
        above, claims = _ledger(ledger)
        kept = [claim for claim in claims if LEDGER in names.whole or claim["section"] in names.sections]
        return json.dumps({**above, "claims": kept}, ensure_ascii=False).encode()
    except UNREADABLE:
        return ledger


# Why it runs ----------------------------------------------------------------------------------------------------


def parts(name: str, content: bytes) -> list[str]:
    """Short hashes of what a file consists of."""
    pieces: Sequence[Any] = [content.hex()]
    with suppress(*UNREADABLE):
        if name.endswith(".csv"):
            header, rows = _rows(content)
            pieces = [header, *rows]
        elif name == LEDGER:
            above, claims = _ledger(content)
            pieces = [above, *claims]
    return [hashlib.sha256(json.dumps(piece).encode()).hexdigest()[:8] for piece in pieces]


def why(before: Parts, now: Parts) -> str:
    """In a few words, what is other than at the last run; empty where nothing is."""
    said = []
    for name in sorted({*before, *now}, key=lambda name: (name.startswith("data/"), name)):
        old, new = Counter(before.get(name, ())), Counter(now.get(name, ()))
        come, gone, short = (new - old).total(), (old - new).total(), name.removeprefix("data/figures/")
        short, noun = short.removeprefix("data/"), "claim" if name == LEDGER else "row"
        if not name.startswith("data/"):
            said += [f"{'code in src' if name.startswith('src/') else short} changed"] * bool(come or gone)
            continue
        kinds = {"changed": min(come, gone), "new": come - gone, "gone": gone - come}
        told = [f"{counted(n, noun)} of {short} {kind}" for kind, n in kinds.items() if n > 0]
        said.append(listed(told))
    return some(dict.fromkeys(filter(None, said)), SHOWN)
