"""The cases of the rule: recompute.py gives the same verdicts, and no comparison can be reversed unnoticed."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from cases_of_rule import DAY, answer, cases
from hand_made_evidence import FACETS, claim, judged, measure

from claimbook.results import recompute
from claimbook.results.models import claim_record
from claimbook.rule import verdicts
from claimbook.rule.kinds import KINDS, judge

RULE = Path(verdicts.__file__).parent
REVERSED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
NO_EFFECT = {  # comparisons that change no answer if reversed, because no value is equal to their threshold
    "edge <= interval.high * slack",  # no floating-point number is exactly 100 / 1.05
    "-OUTDATED_YEARS <= c.offset <= 0",  # a value of the same year is no earlier value
}


def test_recompute_gives_the_verdict_of_the_rule_in_every_case(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in KINDS.values():
        monkeypatch.setattr(kind, "offered", lambda self: ())  # other choices take long
    seen = set()
    for case, evidence in cases():
        got = judge(case, evidence, DAY, {}, ())
        assert getattr(recompute, case.kind)(claim_record(got)) == got.verdict, (case, evidence)
        seen.add((case.kind, got.verdict))
    assert len(seen) > 25


def test_a_range_without_an_end_has_null_there():
    more = measure("60.0", "2023", FACETS, bound=">")
    (output,) = claim_record(judged(claim("over", 50, "percent"), [more]))["measures"]
    assert (output["low"], output["high"]) == (60.0, None)


def answers_differ(path: Path, source: str, usual: list[tuple[str, ...]]) -> bool:
    """Return whether a case has another answer with a file of the rule changed. This needs a process of its own."""
    whole = SourceFileLoader.get_code

    def changed(self: SourceFileLoader, fullname: str) -> Any:
        return compile(source, self.path, "exec") if self.path == str(path) else whole(self, fullname)

    setattr(SourceFileLoader, "get_code", changed)  # noqa: B010  (a method cannot be assigned in mypy's eyes)
    for module in [m for m in sys.modules if re.match(r"(claimbook\.rule|hand_made|cases_of_rule)\b", m)]:
        del sys.modules[module]
    import cases_of_rule

    answers = (cases_of_rule.answer(*case) for case in cases_of_rule.cases())
    return any(answer != before for answer, before in zip(answers, usual, strict=True))


def with_reversed_comparisons(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield the source of a file with each comparison of sizes reversed in turn, and the line and comparison."""
    tree = ast.parse(path.read_text())
    for node in [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]:
        for i, op in enumerate(node.ops):
            if type(op) in REVERSED:
                node.ops[i] = REVERSED[type(op)]()
                yield node.lineno, ast.unparse(tree), ast.unparse(node)
                node.ops[i] = op


@pytest.mark.process
@pytest.mark.slow
def test_every_reversed_comparison_of_the_rule_gives_another_answer() -> None:
    seen, usual = 0, [answer(*case) for case in cases()]
    with get_context("fork").Pool(1, maxtasksperchild=1) as one_each:
        for path in (RULE / "verdicts.py", RULE / "facts.py", RULE / "comparisons.py"):
            for line, source, compared in with_reversed_comparisons(path):
                differs = one_each.apply(answers_differ, (path, source, usual))
                assert differs or compared in NO_EFFECT, f"{path.name}, line {line}: {compared}"
                seen += differs
    assert seen > 20
