"""The verdicts of the rule are written in one table, and all other modules use their names."""

import ast

from checkout import ROOT

from claimbook.project.folders import CODE
from claimbook.say.verdict_table import VERDICTS

# the table, a script without imports, and a schema that has a label of the same words
OWN = ("claimbook/say/verdict_table.py", "claimbook/results/recompute.py", "claimbook/results/models.py")
AMBIGUOUS = {"close", "undecided"}  # also the outcome of a single value


def literals(code: str) -> list[str]:
    """Return the verdicts that stand as text in code, also as the beginning of a text with more words."""
    nodes = ast.walk(ast.parse(code))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [text for text in texts if text.partition(",")[0] in VERDICTS.keys() - AMBIGUOUS]


def test_no_module_spells_a_verdict_that_the_table_names():
    paths = [(path, folder) for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    codes = {path.relative_to(ROOT / folder).as_posix(): path.read_text("utf-8") for path, folder in paths}
    assert {name: own for name, code in codes.items() if name not in OWN and (own := literals(code))} == {}


def test_a_spelled_verdict_is_found():
    assert literals('x = "supported"') == ["supported"]
    assert literals('x = f"unverified, evidence {side}"') == ["unverified, evidence "]
    assert literals('x = "close"') == []
