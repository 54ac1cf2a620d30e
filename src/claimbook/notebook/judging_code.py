"""The code of a notebook that leads to a verdict: of its statements those on which the judged evidence depends.

What only shows, tells or draws falls away, so that a claim can be judged again without its charts.
"""

import ast
import hashlib
import re
import symtable
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache
from types import CodeType

GIVEN = "given"  # name of what is judged, in the code that leads to it
CHANGING = frozenset({"add", "append", "extend", "insert", "setdefault", "update"})  # methods that change their object
IN_QUERIES = re.compile(r"@(\w+)")  # how a query of pandas names a variable
Names = Set[str]


@dataclass(frozen=True)
class JudgingCode:
    """The code that leads to the verdict of a claim, and a digest of its source."""

    claim: str
    code: CodeType
    digest: str


def judging_codes(cells: Iterable[str], given: Names) -> dict[str, JudgingCode]:
    """By claim, the code of the cells that leads to its verdict; the names that are `given` are not looked for."""
    source = "\n".join(cell for cell in cells if _is_python(cell))
    lines = source.split("\n")
    body = _Wordless().visit(ast.parse(source)).body
    found, back = {}, _Back(given)
    for i, statement in enumerate(body):
        if isinstance(statement, ast.FunctionDef):
            back.functions[statement.name] = _names(statement)[1]
            back.changed_by[statement.name] = _changed(statement, {})
        for claim, judged in _judgements(statement):
            kept = back.through(body[:i], back.needed(_names(ast.Expr(judged))[1]))[0]
            parts: list[ast.stmt | ast.expr] = [*kept, judged]
            told = b"\n".join(_source_of(lines, part) for part in parts)
            last = ast.Assign([ast.Name(GIVEN, ast.Store())], judged)
            module = ast.fix_missing_locations(ast.Module([*kept, last], []))
            digest = hashlib.sha256(told).hexdigest()
            found[claim] = JudgingCode(claim, compile(module, claim, "exec"), digest)
    return found


def _source_of(lines: list[str], node: ast.stmt | ast.expr) -> bytes:
    """What `ast.get_source_segment` gives, which takes all lines apart for each node."""
    own = [line.encode() for line in lines[node.lineno - 1 : node.end_lineno]]
    own[-1] = own[-1][: node.end_col_offset]
    own[0] = own[0][node.col_offset :]
    return b"\n".join(own)


def _is_python(cell: str) -> bool:
    try:
        return bool(ast.parse(cell).body)
    except SyntaxError:
        return False


class _Wordless(ast.NodeTransformer):
    """Criteria without the words of their values, which decide nothing and can take long to work out."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "judge_criterion" and len(node.args) > 2:
            node.args[2] = ast.copy_location(ast.Constant(""), node.args[2])
        return node


def _judgements(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The claims that a statement judges, and what it hands to the rule."""
    for node in ast.walk(statement):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="section"), attr=method),
                args=[ast.Constant(value=str(claim)), judged, *_],
            ) if method.startswith("judge_"):
                yield claim, judged


class _Back:
    """A walk back through statements that keeps those on which needed names depend."""

    def __init__(self, given: Names) -> None:
        self.functions, self.changed_by, self.given = dict[str, Names](), dict[str, Names](), given

    def needed(self, names: Names) -> Names:
        """Names with those that functions among them need when they are called."""
        found: set[str] = set()
        todo = set(names) - self.given
        while todo:
            found.add(name := todo.pop())
            todo |= self.functions.get(name, set()) - found - self.given
        return found

    def through(self, body: list[ast.stmt], wanted: Names) -> tuple[list[ast.stmt], Names]:
        """The statements to keep, and the names that are needed before them."""
        kept: list[ast.stmt] = []
        for statement in reversed(body):
            less, wanted = self.past(statement, wanted)
            kept += [less] if less else []
        return kept[::-1], wanted

    def past(self, statement: ast.stmt, wanted: Names) -> tuple[ast.stmt | None, Names]:
        """As much of a statement as must be kept, and the names that are needed before it."""
        bound, used = _names(statement)
        if not (bound | _changed(statement, self.changed_by)) & wanted or any(_judgements(statement)):
            return None, wanted
        match statement:
            case ast.FunctionDef(args=arguments):  # what it needs when it is called was asked for at the call
                return statement, wanted | self.needed(_names(ast.Expr(ast.Lambda(arguments, ast.Constant(0))))[1])
            case ast.For(target=target, iter=over, body=body):
                _, again = self.through(body, wanted)
                inside, first = self.through(body, wanted | again)  # what one round leaves, the next may need
                loop = _names(ast.Assign([target], ast.Constant(0)))[0]
                less: ast.stmt = ast.For(target, over, inside or [ast.Pass()], [])
                return ast.copy_location(less, statement), wanted | self.needed(
                    (first - loop) | _names(ast.Expr(over))[1]
                )
            case ast.If(test=test, body=body, orelse=orelse):
                (yes, first), (no, other) = self.through(body, wanted), self.through(orelse, wanted)
                less = ast.If(test, yes or [ast.Pass()], no)
                return ast.copy_location(less, statement), wanted | first | other | self.needed(
                    _names(ast.Expr(test))[1]
                )
        anew = isinstance(statement, ast.Assign | ast.AnnAssign) and not _changed(statement, self.changed_by) & wanted
        return statement, (wanted - bound if anew else wanted) | self.needed(used)


@cache
def _names(statement: ast.stmt) -> tuple[Names, Names]:
    """The names of the notebook that a statement binds, and those that it uses."""
    text = ast.unparse(ast.fix_missing_locations(statement))
    top = symtable.symtable(text, "statement", "exec")
    bound = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    used = {s.get_name() for s in top.get_symbols() if s.is_referenced()} | set(IN_QUERIES.findall(text))
    for symbol in (s for scope in _inner(top) for s in scope.get_symbols() if s.is_global()):
        (bound if symbol.is_assigned() else used).add(symbol.get_name())
    return bound, used


def _inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for inner in table.get_children():
        yield inner
        yield from _inner(inner)


def _changed(statement: ast.stmt, changed_by: dict[str, Names]) -> Names:
    """The names of objects that a statement changes without binding them anew."""
    found: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in CHANGING:
                found.add(_root(value))
            case ast.Call(func=ast.Name(id=name)):
                found |= changed_by.get(name, set())
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                found.add(_root(node))
    return found


def _root(node: ast.expr) -> str:
    """The name of the object that an expression is a part of."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
