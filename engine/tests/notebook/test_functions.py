"""The function that judges a claim: which mistakes in it raise an error, and which change nothing.

The evidence is that of the invented report of three towns.
"""

import linecache
import textwrap
from types import SimpleNamespace

import pytest
import towns
from hand_made_evidence import comparison, mark

from claimbook import Section
from claimbook.evidence import evidence
from claimbook.evidence.intervals import Interval
from claimbook.notebook.section import NotInPrint
from claimbook.notebook.through_time import Days, JudgingError, calls_of, returned_by_day

CLAIM, CUTOFF, ALL = "libraries-over-50", "2026-06-30", ("libraries", "Threeland")


@pytest.fixture
def names(monkeypatch):
    """The names of a notebook whose first cell has run: `ev`, `section`, and what is imported there."""
    monkeypatch.setenv("CLAIMBOOK_DATA", str(towns.EXAMPLE / "data"))
    ev = evidence.load("libraries", cutoff=CUTOFF)
    section = Section("1", ev, edition="2026", cutoff=CUTOFF)
    section.language = None  # whatever the report around the tests has
    return {"ev": ev, "section": section, "CLAIM": CLAIM, "ALL": ALL}


def run(names: dict, code: str) -> None:
    """Run a cell as IPython does, whose lines a traceback can name."""
    linecache.cache["cell"] = (len(code), None, code.splitlines(keepends=True), "cell")
    exec(compile(code, "cell", "exec"), names)


def turns(names: dict) -> list[tuple[str, str]]:
    return [(turn["day"], turn["verdict"]) for turn in names["section"].records[CLAIM]["through_time"]]


def test_a_short_function_and_one_with_a_name_say_the_same(names):
    run(names, "short = section.judge(CLAIM, lambda ev: ev.measures(*ALL))")
    line = turns(names)
    assert line[0] == ("", "unverified, no evidence")
    assert line[-1][1] == names["short"].verdict == "overstated"
    names["section"].text.owners.cells.clear()  # as if the cell ran again
    run(names, "@section.judge(CLAIM)\ndef judged(ev):\n    return ev.measures(*ALL)\n")
    assert names["judged"].evidence == names["short"].evidence and turns(names) == line


# each is right in a notebook, and was wrong where only some of its statements ran again
OBJECTS = [
    ("x = [1, 2, 3]\nx.pop()", "[1, 2]"),
    ("x = [3, 1, 2]\nx.sort()", "[1, 2, 3]"),
    ("x = [1]\ny = x\ny.append(2)", "[1, 2]"),
    ("x = [1]\ndef add(to):\n    to.append(2)\nadd(x)", "[1, 2]"),
]


@pytest.mark.parametrize("inside", [True, False], ids=["in the function", "above it"])
@pytest.mark.parametrize(("code", "x"), OBJECTS)
def test_a_function_sees_objects_as_the_notebook_does(names, code, x, inside):
    made = textwrap.indent(code, "    ") if inside else ""
    run(names, f"{'' if inside else code}\nseen = []\n\n")
    run(names, f"def judged(ev):\n{made}\n    seen.append(str(x))\n    return ev.measures(*ALL)\n")
    run(names, "section.judge(CLAIM, judged)")
    assert len(names["seen"]) > 2 and set(names["seen"]) == {x}


CODE = """\
from dataclasses import replace
from functools import cache, partial
import re

PATTERN, KNOWN = re.compile("lib"), {"a": [1, (2.5, None)]}


class Way:
    entity = "Threeland"

    @property
    def name(self):
        return self.entity


@cache
def place(way=Way):
    return way().name


def rows(ev, what="libraries", *, more=KNOWN):
    return [replace(m, label=m.label) for m in ev.measures(what, place()) if PATTERN.match(what) and more]


of_day = partial(rows, what="libraries")
section.judge(CLAIM, lambda ev: of_day(ev))
"""


def test_a_function_may_use_helpers_classes_and_constants(names):
    run(names, CODE)
    assert turns(names)[-1][1] == "overstated"


WRONG = {  # code, and what the message says
    "the evidence of the notebook": (
        "def judged(_):\n    return ev.measures(*ALL)",
        "the function uses ev, which the notebook made from the evidence of the edition",
    ),
    "the evidence of the notebook in a helper": (
        "def rows():\n    return ev.frame('libraries')\ndef judged(_):\n    return rows() and []",
        "the function uses ev, which",
    ),
    "another name for it": (
        "everything = {'all': [ev]}\ndef judged(_):\n    return everything['all'][0].measures(*ALL)",
        "the function uses everything, which",
    ),
    "measures as a named default of a helper": (
        "def helper(*, found=ev.measures(*ALL)):\n    return found\ndef judged(day):\n    return helper()",
        "the function uses helper, which",
    ),
    "measures around a helper": (
        "def around(found):\n    return lambda: found\nhelper = around(ev.measures(*ALL))\n"
        "def judged(day):\n    return helper()",
        "the function uses helper, which",
    ),
    "measures in a method of a class": (
        "class Kept:\n    def own(self, found=ev.measures(*ALL)):\n        return found\n"
        "def judged(day):\n    return Kept().own()",
        "the function uses Kept, which",
    ),
    "measures on a function": (
        "def helper():\n    return helper.own\nhelper.own = ev.measures(*ALL)\ndef judged(day):\n    return helper()",
        "the function uses helper, which",
    ),
    "measures through a cache": (
        "import functools\n@functools.cache\ndef helper(found=tuple(ev.measures(*ALL))):\n    return [*found]\n"
        "def judged(day):\n    return helper()",
        "the function uses helper, which",
    ),
    "a method of the notebook's evidence": (
        "taken = ev.measures\ndef judged(day):\n    return taken(*ALL)",
        "the function uses taken, which",
    ),
    "a table that was made before": (
        "rows = ev.frame('libraries')\ndef judged(ev):\n    return [m for m in ev.measures(*ALL) if len(rows)]",
        "the function uses rows, which the notebook made from the evidence",
    ),
    "measures as a default": (
        "def judged(day, found=ev.measures(*ALL)):\n    return found",
        "the function uses what the notebook made from the evidence of the edition",
    ),
    "a mistake": (
        "def judged(ev):\n    return {}['a key']",
        "claim 'libraries-over-50', on the evidence of 2026-06-30: KeyError in line 2 of its cell, "
        "“return {}['a key']”: 'a key'",
    ),
    "a mistake on an earlier day": (
        "def judged(ev):\n    return [ev.measures(*ALL)[-1]]",
        "on the evidence of the time before all sources: IndexError in line 2 of its cell",
    ),
    "a series that there is not": (
        "def judged(ev):\n    return ev.measures('librarys')",
        "series.csv has no series 'librarys'",
    ),
    "something else than measures": (
        "def judged(ev):\n    return {'whole': []}",
        "the function must return a list of measures, but it returned {'whole': []}",
    ),
    "another result when it is asked again": (
        "asked = []\ndef judged(ev):\n    asked.append(1)\n    return ev.measures(*ALL) if len(asked) == 1 else []",
        "is wrong (overstated), but cannot be checked (unverified, no evidence) when its function runs again: the",
    ),
    "a kept number": (
        "def judged(ev):\n    section.word('count', 'one')\n    return ev.measures(*ALL)",
        "a cell uses the key 'count' twice",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_function_stops_with_a_sentence(names, mistake):
    code, says = WRONG[mistake]
    with pytest.raises(JudgingError) as stopped:
        run(names, f"{code}\nsection.judge(CLAIM, judged)")
    assert says in str(stopped.value) and "libraries-over-50" in str(stopped.value)
    assert names["ev"].measures(*ALL)  # the notebook goes on with its evidence


def test_a_function_that_catches_every_error_still_cannot_use_earlier_evidence(names):
    caught = "    try:\n        return rows\n    except NameError:\n        return []"
    run(names, f"rows = ev.measures(*ALL)\ndef judged(day):\n{caught}")
    run(names, "section.judge(CLAIM, judged)")
    assert turns(names) == [("", "unverified, no evidence")] and len(names["rows"]) > 1


def test_what_was_not_yet_published_is_not_evidence_on_that_day(names):
    table = "sizes[ev.cutoff] = len(ev.frame('libraries'))"
    run(names, f"sizes = {{}}\ndef judged(ev):\n    {table}\n    ev.value('libraries', 2023, 'Threeland')\n")
    run(names, "section.judge(CLAIM, lambda ev: judged(ev) or ev.measures(*ALL))")
    line = turns(names)
    assert line[0] == ("", "unverified, no evidence") and line[-1][1] == "overstated"
    assert names["sizes"][""] == 0 < names["sizes"][CUTOFF]


def test_a_comparison_is_asked_about_each_criterion():
    claim, ev = comparison([mark(2), mark(2, id="c1")]), SimpleNamespace(cutoff=CUTOFF)
    calls = calls_of(claim, lambda _, key: (Interval(2, 2), "two", []) if key == "c0" else None, ())
    found = [call(ev) for call in calls]
    assert [(r.id, r.met, r.value_text) for r in found] == [("c0", True, "two"), ("c1", None, "")]
    with pytest.raises(JudgingError, match="must return the range of a criterion, .* or None, but it returned"):
        calls_of(claim, lambda _, key: [2.0], ())[0](ev)


def test_a_criterion_is_asked_again_only_on_days_on_which_a_source_of_what_it_read_appears(names):
    days, asked = Days(names["ev"]), []

    def judged(ev, key):
        asked.append((key, ev.cutoff))
        rows = ev.dated("first-library-1990") if key == "c0" else ev.frame("libraries", "Threeland")
        return Interval(len(rows), len(rows)), str(len(rows)), []

    calls = calls_of(comparison([mark(2), mark(2, id="c1")]), judged, ())
    found = [returned_by_day(call, days)[0] for call in calls]
    own = [("", "1991-12-31"), ("", "2022-05-01", "2023-05-01", "2024-05-01", days.published_on["courier_2024"])]
    assert asked == [(key, day) for key, its in zip(("c0", "c1"), own, strict=True) for day in sorted(its)]
    for day in sorted(days.published_on.values()):
        assert [call(days.at(day)) for call in calls] == [one[max(d for d in one if d <= day)] for one in found]


def test_a_section_without_evidence_judges_nothing(monkeypatch):
    monkeypatch.setenv("CLAIMBOOK_DATA", str(towns.EXAMPLE / "data"))
    with pytest.raises(JudgingError, match=r"Section '1' has no evidence: write Section\('1', ev"):
        Section("1", edition="2026", cutoff=CUTOFF).judge(CLAIM, lambda ev: [])


def test_what_was_in_print_on_the_date_of_the_text_takes_no_later_source(names):
    run(names, "row = section.in_print.annual(*ALL).iloc[-1]\nsection.stat('then', row, in_print=True)")
    assert names["row"]["published"] <= names["section"].text_date
    assert names["section"].of_text_date == {"then", "then.year"}
    assert names["section"].text.sentence("{then.year}")[0] == names["row"]["period"]
    with pytest.raises(
        NotInPrint, match="'now' is for a sentence about .*2023-12-31, but its source 'courier_2024' app"
    ):
        run(names, "section.stat('now', ev.annual(*ALL).iloc[-1], in_print=True)")


def test_a_finding_that_prints_another_value_than_the_deciding_one_is_unfinished(names):
    run(names, "judged = section.judge(CLAIM, lambda ev: ev.measures(*ALL))\nsection.text.waiting.clear()")
    assert names["judged"].deciding.value == 46
    run(names, "section.stat('y', judged.deciding.as_year)")
    record, wrong = names["section"].records[CLAIM], "section.finding(CLAIM, '{} of {{key}}.', fits='wrong')"
    run(names, f"section.stat('key', ev.annual(*ALL).iloc[0])\n{wrong.format('One {y}')}")
    assert "prints another value of the same series, {key}. The answer rests on" in record["unfinished"]
    names["section"].text.owners.cells.clear()
    run(names, f"section.stat('key', judged.deciding)\n{wrong.format('Two')}")
    assert "unfinished" not in record and record["found"].startswith("Two of")


def test_a_finding_that_nobody_wrote_is_unfinished(names):
    run(
        names, "section.judge(CLAIM, lambda ev: ev.measures(*ALL))\nsection.text.waiting.clear()\nsection._found(CLAIM)"
    )
    says = "No finding is written for the answer “wrong”. Write one with section.finding."
    assert names["section"].records[CLAIM]["unfinished"] == says
