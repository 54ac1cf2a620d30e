"""What a notebook talks to: one section of the report, its claims, its numbers, and the record it leaves behind."""

import math
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

import pandas as pd
from IPython.display import display

from torch_program import figures, project, prose, tables
from torch_program.anchors import Place, searches_anchor
from torch_program.charts.claim_plot import claim_plot, criteria_plot
from torch_program.claims import Claim, read_ledger
from torch_program.figures import Chart
from torch_program.judgement import (
    Assessed,
    Judgement,
    headline,
    judge_causal,
    judge_comparison,
    judge_fact,
    judge_number,
    set_aside,
)
from torch_program.lookups import Lookups, read_lookups
from torch_program.measures import Measure
from torch_program.numbers import Badge, Stat, badge_class, inert, interval_in_words, number_in_words
from torch_program.quantity import Quantity, provenance, published
from torch_program.results import RESULTS_MIME
from torch_program.tables import EVIDENCE_PAGE
from torch_program.verdicts import CriterionResult, Finding, came_later, had_ended

BOUND_WORDS = {"=": "", "~": "about", ">": "more than", "<": "under"}  # as prose says what a source prints
NAMED_LOCATORS = 3  # of one source and series, in the record of a number
GAPS_PAGE = "../book/gaps.html"


def _typed(key, value, unit, rows, period="", made="published", bound=""):
    """A number whose rows are typed beside it."""
    bound = bound or ("=" if unit == "year" else bound_of(key, value, rows, made))
    return Quantity(float(value), None, unit, str(period), bound, made, made, provenance(rows))


def bound_of(key: str, value: float, rows: pd.DataFrame | pd.Series | Measure | Iterable[Measure], made: str) -> str:
    """Bound of a number from the rows behind it: that of its own row if it was published, "=" if none is bounded.

    Raises ValueError where a number is computed from bounded rows, because only its author knows which way it goes.
    """
    if isinstance(rows, pd.Series):
        rows = rows.to_frame().T
    if isinstance(rows, pd.DataFrame):
        pairs = list(zip(rows["value"], rows["bound"], strict=True)) if "bound" in rows else []
    else:
        pairs = [(m.value, m.bound) for m in ([rows] if isinstance(rows, Measure) else rows)]
    if all(bound == "=" for _, bound in pairs):
        return "="
    own = {bound for number, bound in pairs if math.isclose(number, value, rel_tol=1e-9)}
    if made == "published" and len(own) == 1:
        return own.pop()
    bounds = sorted({bound for _, bound in pairs} - {"="})
    raise ValueError(
        f"statistic {key!r} is made from rows that print {', '.join(bounds)}; say which way it is bounded itself: "
        'bound=">" (more than), "<" (under), "~" (about), or "=" if their bounds do not touch it'
    )


def recorded_places(places: Iterable[Place]) -> list[dict]:
    """Sorted places by source and series: the first places in each source by name, of the others how many."""
    grouped = ((key, list(own)) for key, own in groupby(places, key=itemgetter(0, 1)))
    return [
        {
            "source": source,
            "series": series,
            "locators": [place.locator for place in own[:NAMED_LOCATORS]],
            "more": max(0, len(own) - NAMED_LOCATORS),
        }
        for (source, series), own in grouped
    ]


class Section:
    """Collects the numbers and judgements of one notebook and shows them; `record` leaves them in its last cell."""

    def __init__(self, number: str, edition: str, cutoff: str) -> None:
        ledger = read_ledger(project.data() / "claims.yml")
        self.lookups = read_lookups(project.data())
        self.number = number
        self.edition = edition
        self.text_date = ledger.text_date
        self.other_text_dates = ledger.other_text_dates
        self.claims = ledger.of_section(number)
        # an edition is compared with what could be known on the text's date, never with what came later
        self.other_cutoffs = {ledger.text_date[:4]: ledger.text_date} if cutoff > ledger.text_date else {}
        self.judgements: dict[str, Judgement] = {}
        self.statistics: dict[str, dict] = {}
        self.behind: dict[str, tuple[Place, ...]] = {}  # all places of each statistic; its record names the first few
        self.text = prose.Prose()

    # numbers ---------------------------------------------------------------------------------------------------

    def stat(
        self,
        key: str,
        number: Quantity | Measure | pd.Series,
        template: str = "",
        **typed,
    ) -> None:
        """Keep a computed number, which the text names as `{key}`; a card tells its making, the link leads to its rows.

        A row of the evidence and a measure are quantities as they stand. Unit, period, bound, making and sources come
        from the quantity; one that is printed as "over", "under" or "about" says so.
        """
        if key in self.statistics:
            raise KeyError(f"section {self.number} has two statistics called {key!r}")
        q = _typed(key, number, **typed) if typed else published(number)
        behind = q.provenance
        template = template or ("{:d}" if q.unit == "year" else "{:,.0f}")
        text = template.format(q.value if not q.value.is_integer() else int(q.value))
        text = f"{BOUND_WORDS[q.bound]} {text}".strip()
        parts = [q.period, q.made, f"{'; '.join(behind.origins)} (grade {behind.grade})"]
        stat = Stat(text, " · ".join(p for p in parts if p), f"{EVIDENCE_PAGE}#{behind.anchor}", key)
        self.statistics[key] = {
            "value": q.value,
            "unit": q.unit,
            "period": q.period,
            "bound": q.bound,
            "made": q.made,
            "sources": list(behind.sources),
            "places": recorded_places(behind.places),
        }
        self.behind[key] = behind.places
        self.text.keep(key, stat.text, stat._repr_html_())

    def word(self, key: str, text: str) -> None:
        """Keep a computed word, list or count of our own, which the text names as `{key}`."""
        self.text.keep(key, text, inert(text))

    def badge(self, key: str, badge: Badge) -> None:
        """Keep a verdict or a robustness label, which the text names as `{key}`."""
        self.text.keep(key, badge.word, badge._repr_html_())

    def prose(self, text: str) -> None:
        """Display text that code has put together; `{key}` stands in it for what was kept, as in `%%prose`."""
        self.text.show(text)

    # figures and tables ----------------------------------------------------------------------------------------

    def show(self, chart: Chart, label: str, caption: str) -> None:
        """Display a chart as a numbered figure with its data."""
        figures.show(chart, label, caption)

    def claims_box(self) -> None:
        """Box with the claims under test in this section."""
        lines = [f"- **{tables.escape(c.id)}** ({c.kind}): {tables.escape(c.statement)}" for c in self.claims]
        prose.show("\n".join([":::{admonition} Claims under test", ":class: claims", "", *lines, ":::", ""]))

    # claims ----------------------------------------------------------------------------------------------------

    def claim(self, claim_id: str) -> Claim:
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(f"section {self.number} has no claim {claim_id!r}; it has {[c.id for c in self.claims]}")

    def judge_number(self, claim_id: str, measures: Iterable[Measure], source: str) -> Judgement:
        """Judge a number claim and show verdict, claim plot and table of measures."""
        judgement = judge_number(
            self.claim(claim_id), measures, self.text_date, self.other_cutoffs, self.other_text_dates
        )
        self._keep(judgement)
        chart = claim_plot(
            judgement,
            headline(judgement),
            "Bars: rounding interval of the printed value. Filled: decides the verdict. Band: values that pass.",
            source,
        )
        figures.show(chart, f"fig-{claim_id}", f"Claim *{claim_id}*: {tables.escape(judgement.claim.statement)}")
        tables.show(
            measures_table(judgement),
            f"Measures of the claim *{claim_id}*, and how each relates to what it means",
            f"tbl-{claim_id}",
            right=("Value", "Range"),
        )
        return judgement

    def judge_fact(self, claim_id: str, findings: dict[str, list[Finding]]) -> Judgement:
        """Judge a fact and show verdict and what was found."""
        judgement = judge_fact(
            self.claim(claim_id), findings, self.text_date, self.other_cutoffs, self.other_text_dates
        )
        self._keep(judgement)
        if any(found for _, found in judgement.findings):
            tables.show(
                findings_table(judgement), f"What was found for *{claim_id}*", f"tbl-{claim_id}", right=("Date",)
            )
        return judgement

    def judge_comparison(self, claim_id: str, results: list[CriterionResult], title: str, source: str) -> Judgement:
        """Judge a comparison and show verdict, its criteria and their values."""
        judgement = judge_comparison(self.claim(claim_id), results)
        self._keep(judgement)
        if any(r.value is not None for r in judgement.criteria):
            chart = criteria_plot(judgement, title, "Each declared criterion against its threshold.", source)
            figures.show(chart, f"fig-{claim_id}", f"Claim *{claim_id}*: {tables.escape(judgement.claim.statement)}")
        tables.show(criteria_table(judgement), f"Criteria of *{claim_id}*", f"tbl-{claim_id}", right=("Threshold",))
        return judgement

    def judge_causal(self, claim_id: str, studies: list[Finding]) -> Judgement:
        """Judge a causal claim by published estimates and show verdict and studies."""
        judgement = judge_causal(self.claim(claim_id), studies)
        self._keep(judgement)
        if studies:
            tables.show(
                findings_table(judgement), f"Published estimates for *{claim_id}*", f"tbl-{claim_id}", right=("Date",)
            )
        return judgement

    def set_aside(self, claim_id: str) -> Judgement:
        """Show an opinion as such."""
        judgement = set_aside(self.claim(claim_id))
        self._keep(judgement)
        return judgement

    def _keep(self, judgement: Judgement) -> None:
        claim = judgement.claim
        if claim.id in self.judgements:
            raise KeyError(f"claim {claim.id!r} is judged twice in section {self.number}")
        self.judgements[claim.id] = judgement
        self.badge(f"verdict-{claim.id}", Badge(judgement.verdict, "verdict", judgement.stands_as))
        self.badge(f"robustness-{claim.id}", Badge(judgement.robustness.label, "robustness"))
        prose.show(verdict_box(judgement, self.lookups))

    def record(self) -> None:
        """Leave claims and statistics in the notebook; every claim of the section must have been judged."""
        missing = [c.id for c in self.claims if c.id not in self.judgements]
        if missing:
            raise KeyError(f"section {self.number} leaves claims unjudged: {', '.join(missing)}")
        values = {
            "section": self.number,
            "claims": [claim_record(j) for j in self.judgements.values()],
            "statistics": self.statistics,
            "values": self.text.record(),
        }
        told = f"Recorded. Claims: {len(self.judgements)}; statistics: {len(self.statistics)}."
        display({RESULTS_MIME: values, "text/plain": told}, raw=True)


def verdict_box(judgement: Judgement, lookups: Lookups) -> str:
    """The verdict with its qualifiers, robustness, what would change it and what was looked for, as a MyST box."""
    claim, robust = judgement.claim, judgement.robustness
    badge = Badge(judgement.verdict, "verdict", judgement.stands_as)._repr_html_()
    label = Badge(robust.label, "robustness")._repr_html_()
    lines = [" · ".join([badge, *map(tables.escape, judgement.qualifiers)]), ""]
    if claim.kind != "opinion":
        reasons = [*([robust.grid_in_words()] if robust.grid else []), *robust.flips]
        lines += [f"Robustness: {' · '.join([label, *map(tables.escape, reasons)])}", ""]
    lines += [f"*What would change it:* {tables.escape(judgement.would_change)}", ""]
    searches, unseen = lookups.searches.get(claim.id, 0), lookups.not_seen.get(claim.id, ())
    if searches:
        times = "once" if searches == 1 else "twice" if searches == 2 else f"{searches} times"
        lines += [f"*Looked for and not found:* [{times}]({GAPS_PAGE}#{searches_anchor(claim.id)})", ""]
    if unseen:
        lines += [f"*Known, not seen, so no evidence:* {tables.escape('; '.join(unseen))}", ""]
    if claim.care:
        lines += [f"*Care:* {tables.escape(claim.care)}", ""]
    classes = f"judgement judgement-{badge_class(judgement.stands_as)}"
    title = tables.escape(claim.statement)
    return "\n".join(
        [f"(claim-{claim.id})=", f":::{{admonition}} {title}", f":class: {classes}", "", *lines, ":::", ""]
    )


def measures_table(judgement: Judgement) -> pd.DataFrame:
    """Every measure in the light of its claim, the deciding ones first; cells are MyST text."""
    unit = judgement.claim.test.unit

    def row(a: Assessed) -> dict[str, str]:
        m = a.measure
        how = a.reading and f"reading: {a.reading}" or a.match
        differs = f" (differs in {', '.join(a.differs)})" if a.match in {"near", "bound"} else ""
        return {
            "Measure": f"[{tables.escape(m.label)}]({EVIDENCE_PAGE}#{m.anchor})"
            if m.anchor
            else tables.escape(m.label),
            "Value": f"{BOUND_WORDS[m.bound]} {number_in_words(m.value, m.unit if m.unit == unit else unit)}".strip(),
            "Range": interval_in_words(m.interval.low, m.interval.high, m.unit),
            "Match": tables.escape(how + differs) + (" **decides**" if a.decides else ""),
            "Outcome": a.outcome if a.commensurable else "not commensurable",
            "Grade": m.grade,
            "Status": m.status or "final",
        }

    order = {"exact": 0, "reading": 1, "same, earlier": 2, "same, later": 3, "bound": 4, "near": 5}
    ranked = sorted(
        judgement.assessed, key=lambda a: (order[a.match], a.reading, -int(a.measure.period[:4]), a.measure.label)
    )
    return pd.DataFrame([row(a) for a in ranked])


def findings_table(judgement: Judgement) -> pd.DataFrame:
    """What was found for each part of a fact or cause, a document once with all who print it; cells are MyST text.

    Columns that say nothing are left out.
    """
    parts = {p.id: p.says for p in getattr(judgement.claim, "parts", ())}

    def of_document(f: Finding) -> tuple[str, ...]:
        return f.says, f.date, f.reading, finding_in_words(f, judgement.text_date)

    def row(part: str, prints: list[Finding]) -> dict[str, str]:
        best = min(prints, key=lambda f: f.grade)
        says = tables.escape(best.says)
        return {
            "Part": tables.escape(parts.get(part, "")),
            "Found": f"[{says}]({EVIDENCE_PAGE}#{best.anchor})" if best.anchor else says,
            "Date": best.date,
            "If read as": tables.escape(best.reading),
            "Grade": ", ".join(sorted({f.grade for f in prints})),
            "Origin": tables.escape("; ".join(dict.fromkeys(o for f in prints for o in f.origins))),
            "Says": finding_in_words(best, judgement.text_date),
        }

    table = pd.DataFrame(
        [row(part, list(prints)) for part, found in judgement.findings for _, prints in groupby(found, key=of_document)]
    )
    spare = (["Part"] if len(parts) < 2 else []) + ([] if table["If read as"].any() else ["If read as"])
    return table.drop(columns=spare)


def finding_in_words(f: Finding, text_date: str) -> str:
    """How a finding counts on the date of the text."""
    if f.grade == "D":
        return "too weak to count"
    if text_date and came_later(f, text_date):
        return "later than the text"
    if f.opposes:
        return "the opposite"
    return f"so until {f.ended}" if text_date and had_ended(f, text_date) else "so"


def criteria_table(judgement: Judgement) -> pd.DataFrame:
    """Each criterion with its value; cells are MyST text."""
    rows = [
        {
            "Criterion": tables.escape(r.says),
            "Value": tables.escape(r.value_text),
            "Threshold": "" if r.threshold is None else f"{r.criterion.op} {r.threshold:g}",
            "Result": r.word,
            "Grade": r.grade,
        }
        for r in judgement.criteria
    ]
    return pd.DataFrame(rows)


def claim_record(judgement: Judgement) -> dict:
    """A judged claim as it stands in results.json."""
    claim, robust = judgement.claim, judgement.robustness
    test = getattr(claim, "test", None)
    return {
        "id": claim.id,
        "section": claim.section,
        "kind": claim.kind,
        "statement": claim.statement,
        "test": test.model_dump() | {"says": test.in_words(), "period": judgement.period} if test else None,
        "join": getattr(claim, "join", None),
        "verdict": judgement.verdict,
        "stands_as": judgement.stands_as,
        "qualifiers": list(judgement.qualifiers),
        "robustness": {
            "label": robust.label,
            "grid": [dict(c.choice) | {"outcome": c.outcome, "literal": c.literal} for c in robust.grid],
            "flips": list(robust.flips),
            "break_even": robust.break_even,
        },
        "would_change": judgement.would_change,
        "measures": [
            *[_measure_record(a) for a in judgement.assessed],
            *[_criterion_record(r) for r in judgement.criteria],
            *[_finding_record(part, f, judgement) for part, found in judgement.findings for f in found],
        ],
    }


def _finite(value: float) -> float | None:
    return value if abs(value) != float("inf") else None


def _measure_record(a: Assessed) -> dict:
    m = a.measure
    return {
        "label": m.label,
        "value": m.value,
        "low": _finite(m.interval.low),
        "high": _finite(m.interval.high),
        "unit": m.unit,
        "period": m.period,
        "match": a.match,
        "differs": list(a.differs),
        "cell": a.cell,
        "outcome": a.outcome,
        "decides": a.decides,
        "grade": m.grade,
        "origins": list(m.origins),
        "sources": list(m.sources),
    }


def _criterion_record(r: CriterionResult) -> dict:
    return {
        "label": r.says,
        "value": r.value,
        "low": r.value,
        "high": r.value,
        "unit": r.criterion.unit,
        "period": "",
        "match": "criterion",
        "differs": [],
        "cell": r.id,
        "outcome": r.word,
        "decides": r.met is not None,
        "essential": r.criterion.essential,
        "grade": r.grade,
        "origins": list(r.origins),
        "sources": list(r.sources),
    }


def _finding_record(part: str, f: Finding, judgement: Judgement) -> dict:
    text_date, wider = judgement.text_date, getattr(judgement.claim, "readings", ())
    return {
        "label": f.says,
        "value": f.value,
        "low": f.value,
        "high": f.value,
        "unit": "",
        "period": f.date,
        "match": "part",
        "differs": [],
        "cell": part,
        "outcome": finding_in_words(f, text_date),
        "decides": f.grade != "D" and f.reading not in wider and not (text_date and came_later(f, text_date)),
        "began": f.began,
        "ended": f.ended,
        "reading": f.reading,
        "opposes": f.opposes,
        "grade": f.grade,
        "origins": list(f.origins),
        "sources": list(f.sources),
    }
