"""What is published for programs: it follows its schemas, and a script of one page computes the same verdicts."""

import ast
import copy
import json
import subprocess
import sys
from functools import cache

import jsonschema
import pytest
from checkout import BUILT
from finished_report import results as printed
from hypothesis import given
from hypothesis import strategies as st
from random_judgements import JUDGED

from claimbook.results import recompute
from claimbook.results.models import claim_record
from claimbook.results.seals import RECOMPUTE

pytestmark = pytest.mark.book
RULES = {kind: getattr(recompute, kind) for kind in ("number", "fact", "comparison", "causal")}


def run(document, folder):
    (folder / "results.json").write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run([sys.executable, RECOMPUTE], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout.strip().splitlines()


# the script ------------------------------------------------------------------------------------------------------


def test_the_script_is_one_page_and_needs_nothing_but_python():
    text = RECOMPUTE.read_text("utf-8")
    assert sum(bool(line.strip()) for line in text.splitlines()) <= 90
    names = {a.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)


def test_the_script_agrees_with_every_printed_verdict(tmp_path):
    scored = [c for c in printed()["claims"] if c["kind"] in RULES]
    assert run(printed(), tmp_path) == (0, [f"{len(scored)} verdicts agree."])


def test_a_mark_changed_by_hand_is_noticed_there_and_nowhere_else(tmp_path):
    document = copy.deepcopy(printed())
    changed = next(c for c in document["claims"] if c["id"] == "catch-up-to-breakthrough")
    mark = next(m for m in changed["measures"] if m["cell"] == "ip-payments")
    mark["threshold"] /= 10
    code, lines = run(document, tmp_path)
    assert code == 1
    assert lines == ["catch-up-to-breakthrough: printed 'supported', recomputed 'partly'"]


@pytest.mark.parametrize("kind", JUDGED)
@given(data=st.data())
def test_the_script_judges_what_is_drawn_alike(kind, data):
    got = data.draw(JUDGED[kind])
    record = json.loads(json.dumps(claim_record(got)))
    assert RULES[kind](record) == got.verdict


# the files -------------------------------------------------------------------------------------------------------


@cache
def schema(name):
    read = json.loads((BUILT / "html" / name).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(read)
    return jsonschema.Draft202012Validator(read)


def test_results_and_each_file_of_a_claim_follow_the_schema():
    rule, html = schema("results.schema.json"), BUILT / "html"
    rule.validate(printed())
    assert json.loads((html / "results.json").read_text("utf-8")) == printed()
    for c in printed()["claims"]:
        one = json.loads((html / "claims" / f"{c['id']}.json").read_text("utf-8"))
        rule.validate(one)
        assert one["claim"] == c


@pytest.mark.parametrize(
    "spoil",
    [
        lambda claims: claims["comparison"]["measures"][0].pop("threshold"),
        lambda claims: claims["number"].pop("window"),
        lambda claims: claims["comparison"]["measures"][0].update(remark="nobody declared it"),
    ],
    ids=["no threshold", "no window", "another field"],
)
def test_the_schema_refuses_a_claim_with_missing_or_extra_fields(spoil):
    document = copy.deepcopy(printed())
    spoil({claim["kind"]: claim for claim in document["claims"]})
    with pytest.raises(jsonschema.ValidationError):
        schema("results.schema.json").validate(document)
