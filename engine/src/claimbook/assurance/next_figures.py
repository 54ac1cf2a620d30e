"""Adds the figures that come next, runs the notebooks, and finds the sentences that change.

Each series that a notebook reads gets one more row for each place: a plausible value for the period after its newest
row, or after the newest that was in print on the text's date, if that period is empty. The row appears on the last day
of the edition, so after the text. People read the list of changes. The code itself knows two kinds of faults: a
sentence about the text's date that changes, and a label or a year that is not the one of its number.
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from claimbook.assurance import processes
from claimbook.assurance.influence import Contents, cells_run, results_in_order, without_history
from claimbook.evidence import reads
from claimbook.evidence.claims import read_ledger
from claimbook.notebook import prose
from claimbook.notebook.notebook_file import written_cells
from claimbook.notebook.section import Section
from claimbook.project.folders import Row, csv_text, rows_in
from claimbook.project.outputs import FIGURE_MIME, MYST_MIME, RESULTS_MIME, displays_of_type
from claimbook.run.plan import Plan
from claimbook.say.words import counted, listed, parse, published_by
from claimbook.templates import filled

NEXT = "-next"  # ends the id of a source that brings a figure of the next period
USUAL_STEP, LARGEST_STEP = 0.03, 0.3  # of a value, as a part of it
YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
ENDS_SENTENCE = re.compile(r"(?<=[.:;?!])\s+")
OF_TEXT_DATE = re.compile(r"\btext[’']s (?:date|day)\b|\bday of the text\b", re.IGNORECASE)
IN_PRINT = re.compile(rf"\b(?:in print|printed|public|published|known)\b.*(?:{OF_TEXT_DATE.pattern})", re.IGNORECASE)
TIED = "A later figure changes a sentence about the text's date. Take its numbers from section.in_print."
LABEL = "label"


class ChangedSentence(NamedTuple):
    """A sentence that changed, with the series that came in. `fault` says why it is false, if the code knows."""

    series: tuple[str, ...]
    where: str
    before: str
    after: str
    fault: str = ""


class Said(NamedTuple):
    """What a notebook says: sentences by place, keys of the text's date, what code knows to be false, and its record.

    `together` has the series that one cell reads, or that one number rests on.
    """

    texts: Mapping[str, Sequence[str]]
    of_text_date: Mapping[str, str]
    wrong: frozenset[str]
    together: frozenset[frozenset[str]]
    record: Mapping[str, Any]

    @property
    def series(self) -> frozenset[str]:
        """All series that the notebook reads."""
        return frozenset().union(*self.together)


# figures that could come next ----------------------------------------------------------------------------------


def next_figures(plan: Plan, text_date: str) -> list[dict[str, list[Row]]]:
    """Return rows by series: those after the newest, then those after the newest in print on the text's date.

    Each row names its table as "file".
    """
    cutoff = plan.parameters["cutoff"]
    sources = rows_in(plan.data_files["data/sources.csv"])
    public, public_then = published_by(cutoff, sources), published_by(text_date, sources)
    known = defaultdict[tuple[str, str], list[Row]](list)
    for file in (name for name in plan.data_files if name.startswith("data/figures/")):
        for row in rows_in(plan.data_files[file]):
            if row["source_id"] in public:
                known[row["series"], row["entity"]].append(row | {"file": file})
    newest, after_text = defaultdict[str, list[Row]](list), defaultdict[str, list[Row]](list)
    for (series, _), rows in known.items():
        if last := next_row(rows, cutoff):
            newest[series].append(last)
            in_print = next_row([row for row in rows if row["source_id"] in public_then], cutoff)
            if in_print and in_print["period"] not in {row["period"] for row in (*rows, last)}:
                after_text[series].append(in_print)
    return [newest, after_text]


def next_row(rows: Sequence[Row], cutoff: str) -> Row | None:
    """Return a row for the period after the newest one, or None if that has not ended by the cut-off.

    A value that is a year, such as that of a step in a plan, has no next one.
    """
    rows = [row for row in rows if row["unit"] != "year"]
    final = [row for row in rows if row["status"] == ""] or rows
    if not final:
        return None
    *before, last = sorted(final, key=lambda row: (parse(row["period"]).last_day, row["bound"] == "="))
    period = next((one for one in _following(last["period"]) if parse(one).last_day.isoformat() <= cutoff), "")
    if not period:
        return None
    earlier = [row["value"] for row in before if row["period"] != last["period"] and row["unit"] == last["unit"]]
    most = 100 if last["unit"] == "percent" and float(last["value"]) <= 100 else math.inf
    value = next_value(last["value"], earlier[-1] if earlier else "", most)
    changed = {"period": period, "value": value, "source_id": last["source_id"] + NEXT, "locator": "next", "bound": "="}
    return last | changed | dict.fromkeys({"rounding", "status", "conflict", "note", "quote"} & {*last}, "")


def _following(period: str) -> Iterator[str]:
    """Yield the same period of the next year and, for a month or a day, the next month."""
    rest = period.partition("-")[2]
    if rest != "02-29":
        yield YEAR.sub(lambda year: str(int(year[0]) + 1), period)
    if re.fullmatch(r"\d\d(-\d\d)?", rest):
        day = parse(period).last_day
        yield f"{day.year + day.month // 12}-{day.month % 12 + 1:02}"


def next_value(last: str, before: str, most: float) -> str:
    """Return the last value, moved by its last change: at most by three tenths, at least by its last digit.

    If that is above `most`, it moves down instead.
    """
    value, places = float(last), len(last.partition(".")[2])
    step = value - float(before) if before else 0.0
    if not 0 < abs(step) <= LARGEST_STEP * abs(value):
        step = USUAL_STEP * abs(value)
    if f"{value + step:.{places}f}" == f"{value:.{places}f}":
        step = 10.0**-places
    return f"{value + step if value + step <= most else value - abs(step):.{places}f}"


def with_figures(plan: Plan, added: Sequence[Row]) -> dict[str, bytes]:
    """Return the tables of figures and sources with more rows, by their name in the project."""
    by_file = defaultdict[str, list[Row]](list)
    for row in added:
        by_file[row["file"]].append(row)
    cited = {row["source_id"].removesuffix(NEXT) for row in added}
    by_file["data/sources.csv"] = [
        row | {"source_id": row["source_id"] + NEXT, "published": plan.parameters["cutoff"], "dated": ""}
        for row in rows_in(plan.data_files["data/sources.csv"])
        if row["source_id"] in cited
    ]
    tables = {file: rows_in(plan.data_files[file]) for file in by_file}
    return {file: csv_text([*rows, *by_file[file]], list(rows[0])) for file, rows in tables.items()}


# what a notebook says ------------------------------------------------------------------------------------------


def said_by(plan: Plan, name: str, changed: Contents) -> Said:
    """Run a notebook with some files changed, and return what it says."""
    texts: dict[str, list[str]] = {}
    together = set[frozenset[str]]()
    errors, composed = list[str](), list[str]()
    record: dict[str, Any] = {}
    sections = list[Section]()
    with without_history(), reads.recording() as noted:
        for cell, shown, so_far in cells_run(plan, name, changed):
            sections = so_far
            together.add(frozenset(series for kind, series in noted if kind == reads.SERIES))
            noted.clear()
            for display in shown:
                record = display.get(RESULTS_MIME, record)
                errors += [display["error"]] if "error" in display else []
                if figure := display.get(FIGURE_MIME):
                    texts[f"chart {figure['label']}"] = [figure["title"], figure["caption"]]
                words = display.get(MYST_MIME, {})
                if "values" in words and not (prose.is_prose(cell) or words["myst"].startswith("(claim-")):
                    composed += split(display["text/markdown"])
    texts[f"prose {name}, composed by code"] = composed
    wrong = {f"A cell stops: {error}" for error in errors[:1]}  # later cells stop because the first did
    of_text_date = dict[str, str]()
    for section in sections:
        texts |= sentences_of(section, name, plan.written(name))
        of_text_date |= {key: section.text.values[key]["text"] for key in sorted(section.of_text_date)}
        wrong |= {*other_years(section)}
        together |= {frozenset(place.series for place in places) for places in section.behind.values()}
    return Said(texts, of_text_date, frozenset(wrong), frozenset(together), record)


def sentences_of(section: Section, name: str, notebook: bytes) -> dict[str, list[str]]:
    """Return the sentences of a section: prose, findings, lead, and labels of what its claims were compared with."""
    values = section.text.values
    texts = {
        f"prose {name}, cell {cell}": split(prose.as_markdown(prose.chosen(text, values), values))
        for cell, kind, text in written_cells(notebook)
        if kind == prose.MAGIC
    }
    for claim_id, record in section.records.items():
        texts[f"finding {claim_id}"] = split(record["found"])
        texts[f"{LABEL} {claim_id}"] = [measure["label"] for measure in record["measures"]]
    return texts | {f"lead {name}": [each["says"] for each in section.summary]}


def split(text: str) -> list[str]:
    """Return the sentences of a text, or their parts between colons and semicolons."""
    return ENDS_SENTENCE.split(" ".join(prose.unescaped(text).split()))


def other_years(section: Section) -> Iterator[str]:
    """Say which labels name other years than their number, and which years belong to other numbers."""
    for claim_id, record in section.records.items():
        for measure in record["measures"]:
            named, own = ({*YEAR.findall(measure[what])} for what in ("label", "period"))
            if measure["match"] not in ("criterion", "part") and named and not named & own:
                yield f"{claim_id}: a number of {measure['period']} is labelled “{measure['label']}”."
    for key, year in section.statistics.items():
        number = section.statistics.get(dated := key.removesuffix("-year"))
        if dated != key and number and str(int(year["value"])) not in YEAR.findall(number["period"]):
            yield f"{{{key}}} is {year['value']:.0f}, but {{{dated}}} is of {number['period']}."


# one trial -----------------------------------------------------------------------------------------------------


def trial(
    plan: Plan, text_date: str, usual: Mapping[str, Said], batch: Mapping[str, Sequence[Row]]
) -> list[ChangedSentence]:
    """Add the rows of some series, run the notebooks that read them, and return the sentences that changed."""
    files = with_figures(plan, [row for rows in batch.values() for row in rows])
    found, sections = list[ChangedSentence](), dict[str, bytes]()
    for name in plan.notebooks:
        series = tuple(sorted(batch.keys() & usual[name].series))
        if not series and not (sections and plan.read_by(name)):
            continue
        now = said_by(plan, name, files | sections)
        series = series or tuple(sorted(batch))
        later = all(parse(row["period"]).last_day.isoformat() > text_date for one in series for row in batch[one])
        found += changed_sentences(usual[name], now, series, later)
        if now.record and now.record != usual[name].record:
            executed = json.loads(plan.staged(name).read_bytes())
            next(displays_of_type(executed, RESULTS_MIME))[RESULTS_MIME] = now.record
            sections[f"notebooks/{name}.ipynb"] = json.dumps(executed).encode()
    return found


def changed_sentences(before: Said, now: Said, series: tuple[str, ...], later: bool) -> Iterator[ChangedSentence]:
    """Yield each sentence that changed, and what is false. `later` says that all new periods are after the text."""
    for fault in sorted(now.wrong - before.wrong):
        yield ChangedSentence(series, "", "", "", fault)
    for key, text in before.of_text_date.items():
        if now.of_text_date.get(key, text) != text:
            yield ChangedSentence(series, f"{{{key}}}", text, now.of_text_date[key], TIED)
    for where in {**before.texts, **now.texts}:
        old, new = before.texts.get(where, ()), now.texts.get(where, ())
        for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if how != "equal" and not (where.startswith(LABEL) and how == "insert"):
                fault = TIED * any(map((OF_TEXT_DATE if later else IN_PRINT).search, new[c:d]))
                yield ChangedSentence(series, where, " ".join(old[a:b]), " ".join(new[c:d]), fault)


# all trials ----------------------------------------------------------------------------------------------------


def batches(series: Iterable[str], together: Iterable[frozenset[str]]) -> list[list[str]]:
    """Put series into as few groups as a simple count finds, so that no cell and no number uses two of a group."""
    rivals: dict[str, set[str]] = defaultdict(set)
    for group in together:
        for one in group:
            rivals[one] |= group - {one}
    found: list[list[str]] = []
    for one in sorted(series, key=lambda name: (-len(rivals[name]), name)):
        room = next((batch for batch in found if not rivals[one] & {*batch}), None)
        if room is None:
            found.append(room := [])
        room.append(one)
    return found


def next_figures_tried(plan: Plan) -> tuple[str, list[str]]:
    """Try the next figures of all series, and write a report to read. Say what was tried, and what is false."""
    text_date = read_ledger(plan.data / "claims.yml").text_date
    if plan.parameters["cutoff"] <= text_date:
        return "no figure can appear between the text's date and the cut-off", []
    with processes("forkserver") as pool:
        runs = {name: pool.submit(said_by, plan, name, {}) for name in plan.notebooks}
        usual = {name: run.result() for name, run in runs.items()}
        together = [group for one in usual.values() for group in one.together]
        waiting = list[Future]()
        tried = set()
        for added in next_figures(plan, text_date):
            known = added.keys() & frozenset().union(*together)
            tried |= known
            for group in batches(known, together):
                waiting.append(pool.submit(trial, plan, text_date, usual, {one: added[one] for one in group}))
        found = [change for run in results_in_order("next figures", waiting) for change in run]
    path = plan.build / "next-figures.txt"
    path.write_text(filled("next_figures.txt", found=found), "utf-8")
    faults = [f"{name}: {fault}" for name, one in usual.items() for fault in sorted(one.wrong)]
    faults += [
        f"{listed(change.series)}: {change.fault} {change.where} {change.before} → {change.after}"
        for change in found
        if change.fault
    ]
    sentences = sum(not change.where.startswith(LABEL) and change.where != "" for change in found)
    return (
        f"{len(tried)} series; {counted(sentences, 'sentence')} changed, to read in {path.relative_to(plan.root)}",
        faults,
    )
