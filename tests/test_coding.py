"""The sheet of a second coder holds no answer, and agreement is counted as Cohen did."""

import csv
import io
import random
from math import sqrt
from pathlib import Path

import pytest
from click.testing import CliRunner

from torch_program import coding
from torch_program.claims import read_ledger
from torch_program.commands import main
from torch_program.csv_tables import figures_in, rows_in
from torch_program.scores import VERDICTS
from torch_program.sphinx_ext.methods import coding_cells

DATA = Path(__file__).resolve().parent.parent / "data"


def questions(seed, n):
    figures = [row for _, row in figures_in(DATA)]
    tables = rows_in(DATA / "sources.csv"), rows_in(DATA / "series.csv")
    return coding.items(read_ledger(DATA / "claims.yml"), figures, *tables, seed, n)


@pytest.fixture(scope="module")
def asked():
    return questions(seed=1, n=60)


@pytest.fixture(scope="module")
def rows(asked):
    return list(csv.DictReader(io.StringIO(coding.sheet(asked))))


def test_the_sheet_asks_everything_once_and_answers_nothing(asked, rows):
    assert len({row["item"] for row in rows}) == len(rows) == len(asked)
    assert not any(row["answer"] or row["note"] for row in rows)
    assert {i.question for i in asked} >= {
        "kind of the claim",
        "number",
        "mark",
        "value",
        "unit",
        "bound",
        "facet base",
    }


def test_the_sheet_leaks_no_verdict_and_no_coded_value(asked, rows):
    ledger = read_ledger(DATA / "claims.yml")
    statements = " ".join(c.statement for c in ledger.claims)
    told = [word for word in VERDICTS if len(word) > 7 and word not in statements]
    assert len(told) > 15
    text = " ".join(" ".join(row.values()) for row in rows)
    assert not [word for word in told if word in text]
    cautions = [c.care for c in ledger.claims if c.care]
    cautions += [c.why for claim in ledger.claims for c in getattr(claim, "criteria", ())]
    assert not [care for care in cautions if care and care in text]
    values = [(i, i.coded) for i in asked if i.question == "value"]
    assert values and not [i.id for i, coded in values if coded in i.about]


def test_the_same_seed_draws_the_same_rows_and_another_draws_others():
    assert questions(1, 10) == questions(1, 10) != questions(2, 10)


def test_kappa_of_the_common_textbook_example():
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    k, low, high = coding.kappa(pairs)
    assert k == pytest.approx(0.4)
    assert low < k < high


def test_kappa_of_three_answers_worked_out_by_hand():
    times = {"aa": 25, "ab": 13, "ac": 12, "ba": 12, "bb": 2, "bc": 16, "ca": 3, "cb": 15, "cc": 2}
    pairs = [tuple(pair) for pair, n in times.items() for _ in range(n)]
    by_chance = 0.50 * 0.40 + 0.30 * 0.30 + 0.20 * 0.30
    assert coding.kappa(pairs)[0] == pytest.approx((0.29 - by_chance) / (1 - by_chance))


def test_the_interval_of_kappa_is_that_of_many_samples():
    chance = random.Random(7)
    truth = [chance.choice("abc") for _ in range(200)]
    pairs = [(a, a if chance.random() < 0.7 else chance.choice("abc")) for a in truth]
    k, low, high = coding.kappa(pairs)
    samples = [coding.kappa(chance.choices(pairs, k=len(pairs)))[0] for _ in range(300)]
    mean = sum(samples) / len(samples)
    error = sqrt(sum((s - mean) ** 2 for s in samples) / len(samples))
    assert (high - low) / (2 * coding.Z) == pytest.approx(error, rel=0.15)


def test_kappa_of_one_answer_throughout_has_no_meaning():
    assert coding.kappa([("a", "a")] * 5) is None
    assert coding.kappa([("a", "a"), ("b", "b")] * 3)[0] == 1


def filled(rows, asked, wrong=()):
    coded = {i.id: i.coded for i in asked}
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=coding.COLUMNS)
    writer.writeheader()
    writer.writerows(row | {"answer": dict(wrong).get(row["item"], coded[row["item"]])} for row in rows)
    return stream.getvalue()


def test_a_coder_who_agrees_and_one_who_does_not(tmp_path, rows, asked):
    wrong = {"zones-over-170 / word before the number": "about", "gdp-share-nearly-13 / number": "12"}
    (tmp_path / "c.csv").write_text(filled(rows, asked, wrong), encoding="utf-8")
    got = CliRunner().invoke(main, ["code", "compare", str(tmp_path / "c.csv")])
    assert got.exit_code == 0, got.output
    assert f"2 of {len(asked)} answers differ." in got.output
    assert "zones-over-170 / word before the number: first 'over', second 'about'" in got.output
    assert "gdp-share-nearly-13 / number: first '13', second '12'" in got.output


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("zones-over-170 / number", "zones-over-170 / size"), "is no item of the sheet"),
        (lambda text: text.replace("over | nearly", "").replace(",over,", ",above,"), "is not allowed. Write one of"),
        (lambda _: "a,b\n1,2\n", "has no columns item and answer"),
        (lambda _: "item,answer\n", "has no answers yet"),
    ],
)
def test_a_sheet_that_cannot_be_compared_is_told_in_a_sentence(tmp_path, rows, asked, change, says):
    (tmp_path / "c.csv").write_text(change(filled(rows, asked)), encoding="utf-8")
    got = CliRunner().invoke(main, ["code", "compare", str(tmp_path / "c.csv")])
    assert got.exit_code == 1
    assert says in got.output
    assert "Traceback" not in got.output


def test_a_sheet_is_never_written_over(tmp_path):
    (tmp_path / "s.csv").write_text("mine", encoding="utf-8")
    got = CliRunner().invoke(main, ["code", "sheet", "--out", str(tmp_path / "s.csv")])
    assert got.exit_code == 1 and "Name another file" in got.output
    assert (tmp_path / "s.csv").read_text("utf-8") == "mine"


def test_methods_prints_the_agreement_of_a_coding_that_names_its_sample(tmp_path, rows, asked):
    wrong = {"zones-over-170 / word before the number": "about"}
    (tmp_path / "kim-60-1.csv").write_text(filled(rows, asked, wrong), encoding="utf-8")
    cells = {row[1]: row for row in coding_cells(DATA, tmp_path / "kim-60-1.csv")}
    assert cells["kind of the claim"][4] == "1.00 (1.00 to 1.00)"
    name, _, n, agree, kappa = cells["word before the number"]
    assert (name, n) == ("kim", "53")
    assert agree == "98\u202f%" and kappa.startswith("0.9")
    with pytest.raises(coding.CodingError, match="end its name with rows and seed"):
        coding_cells(DATA, tmp_path / "kim.csv")
