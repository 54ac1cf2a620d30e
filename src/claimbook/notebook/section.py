"""What a notebook talks to: one section of the report, its claims, its numbers, and the record it leaves behind."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

import pandas as pd
from IPython import get_ipython
from IPython.display import display

from claimbook.charts import figures, style
from claimbook.charts.causes import causes_plot
from claimbook.charts.figures import Chart
from claimbook.charts.judged import by_weight, claim_plot, criteria_plot
from claimbook.evidence import claims
from claimbook.evidence.claims import Claim
from claimbook.evidence.findings import Estimate, Finding
from claimbook.evidence.measures import Measure
from claimbook.evidence.quantity import Quantity, computed_here, published
from claimbook.firmness import judgement as judging
from claimbook.firmness.judgement import Judged, Judgement
from claimbook.notebook import boxes
from claimbook.notebook.through_time import histories
from claimbook.results.claim_records import claim_record
from claimbook.rule.comparisons import CriterionResult
from claimbook.say import project, prose, tables
from claimbook.say.anchors import Place
from claimbook.say.numbers import BOUND_WORDS, Badge, inert, number_link, with_minus
from claimbook.say.recorded import RESULTS_MIME, recorded
from claimbook.say.tables import EVIDENCE_PAGE
from claimbook.say.words import counted

NAMED_LOCATORS = 3  # of one source and series, in the record of a number


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
        ledger = claims.ledger_of(number, project.data() / "claims.yml")
        style.use()  # what is drawn from here on looks like the charts of the book
        self.number = number
        self.edition = edition
        self.text_date = ledger.text_date
        self.claims = ledger.of_section(number)
        # an edition is compared with what could be known on the text's date, never with what came later
        earlier = {ledger.text_date[:4]: ledger.text_date} if cutoff > ledger.text_date else {}
        self.dates = ledger.text_date, earlier, ledger.other_text_dates  # of the judgement, and those it is tried with
        self.records: dict[str, dict] = {}  # of the claims that are judged
        self.statistics: dict[str, dict] = {}
        self.behind: dict[str, tuple[Place, ...]] = {}  # all places of each statistic; its record names the first few
        self.text = prose.Prose()

    # numbers ---------------------------------------------------------------------------------------------------

    def stat(
        self,
        key: str,
        number: Quantity | Measure | pd.Series | float,
        template: str = "",
        unit: str = "",
        bound: str = "",
        **made_from: pd.DataFrame,
    ) -> None:
        """Keep a computed number, which the text names as `{key}`; a card tells its making, the link leads to its rows.

        A row of the evidence and a measure are quantities as they stand. Unit, period, bound, making and sources come
        from the quantity; one that is printed as "over", "under" or "about" says so. A plain number says its unit, and
        from which rows of the evidence it was computed, by name: `stat("mean", 3.4, unit="percent", shares=frame)`.
        """
        if key in self.statistics:
            raise KeyError(f"section {self.number} has two statistics called {key!r}")
        if not isinstance(number, Quantity | Measure | pd.Series):
            number = computed_here(key, number, unit, bound, made_from)
        q = published(number)
        behind = q.provenance
        template = template or ("{:d}" if q.unit == "year" else "{:,.0f}")
        value = recorded(q.value)
        text = with_minus(template.format(int(value) if value.is_integer() else value))
        text = f"{BOUND_WORDS[q.bound]} {text}".strip()
        parts = [q.period, q.made, f"{'; '.join(behind.origins)} (grade {behind.grade})"]
        made, href = " · ".join(p for p in parts if p), f"{EVIDENCE_PAGE}#{behind.anchor}"
        self.statistics[key] = {
            "value": value,
            "unit": q.unit,
            "period": q.period,
            "bound": q.bound,
            "made": q.made,
            "sources": list(behind.sources),
            "places": recorded_places(behind.places),
        }
        self.behind[key] = behind.places
        self.text.keep(key, text, number_link(text, made, href, key))

    def word(self, key: str, text: str) -> None:
        """Keep a computed word, list or count of our own, which the text names as `{key}`."""
        self.text.keep(key, text, inert(text))

    def prose(self, text: str) -> None:
        """Display text that code has put together; `{key}` stands in it for what was kept, as in `%%prose`."""
        self.text.show(text)

    # figures and tables ----------------------------------------------------------------------------------------

    show = staticmethod(figures.show)

    # claims ----------------------------------------------------------------------------------------------------

    def claim(self, claim_id: str) -> Claim:
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(f"section {self.number} has no claim {claim_id!r}; it has {[c.id for c in self.claims]}")

    def _of_kind(self, kind: type[Judged], claim_id: str) -> Judged:
        claim = self.claim(claim_id)
        if not isinstance(claim, kind):
            raise TypeError(f"claim {claim_id!r} is of the kind {claim.kind!r}; judge it by the method for that kind")
        return claim

    def judge_number(self, claim_id: str, measures: Iterable[Measure], source: str) -> Judgement:
        """Judge a number claim and show verdict, claim plot and table of measures."""
        claim = self._of_kind(claims.NumberClaim, claim_id)
        judgement = self._keep(judging.judge_number(claim, measures, *self.dates))
        if by_weight(judgement):
            said = "Bars: rounding interval of the printed value. Filled: decides the answer. Band: values that pass."
            self._draw(judgement, claim_plot(judgement, judging.headline(judgement), said, source))
        if judgement.assessed:
            table = boxes.measures_table(judgement)
            self._fold(judgement, table, f"Measures: all {len(table)}, with range, match and grade", ("Value", "Range"))
        return judgement

    def judge_fact(self, claim_id: str, findings: dict[str, list[Finding]]) -> Judgement:
        """Judge a fact and show verdict and what was found."""
        judgement = self._keep(judging.judge_fact(self._of_kind(claims.FactClaim, claim_id), findings, *self.dates))
        self._fold_findings(judgement, "What was found", ("document or count", "documents and counts"))
        return judgement

    def judge_comparison(self, claim_id: str, results: list[CriterionResult], title: str, source: str) -> Judgement:
        """Judge a comparison and show verdict, its criteria and their values."""
        claim = self._of_kind(claims.ComparisonClaim, claim_id)
        judgement = self._keep(judging.judge_comparison(claim, results, self.text_date), title)
        if sum(None not in (r.value, r.threshold) for r in results) > 1:  # a chart of one mark would say nothing more
            said = "Each value in its own unit, and the threshold that it has to reach or stay below."
            self._draw(judgement, criteria_plot(judgement, title, said, source))
        table = boxes.criteria_table(judgement)
        self._fold(judgement, table, f"Criteria: all {len(table)}, with values and grades", ("Threshold",))
        return judgement

    def judge_causal(self, claim_id: str, estimates: list[Estimate]) -> Judgement:
        """Judge a causal claim by published estimates and show verdict, chart and studies."""
        judgement = self._keep(judging.judge_causal(self._of_kind(claims.CausalClaim, claim_id), estimates))
        if estimates:
            self._draw(judgement, causes_plot(judgement))
        self._fold_findings(judgement, "Published estimates", ("finding", "findings"))
        return judgement

    def set_aside(self, claim_id: str) -> Judgement:
        """Show an opinion as such."""
        return self._keep(judging.set_aside(self._of_kind(claims.OpinionClaim, claim_id)))

    def _draw(self, judgement: Judgement, chart: Chart) -> None:
        """The chart of a claim."""
        figures.show(chart, f"fig-{judgement.claim.id}", tables.escape(judgement.claim.statement))

    def _fold(self, judgement: Judgement, table: pd.DataFrame, summary: str, right: Sequence[str]) -> None:
        """What convinces only those who check, folded under a line that says what it is."""
        caption = f"{summary.partition(':')[0]}: {tables.escape(judgement.claim.statement)}"
        tables.show(table, caption, f"tbl-{judgement.claim.id}", right, fold=summary)

    def _fold_findings(self, judgement: Judgement, summary: str, noun: tuple[str, str]) -> None:
        if any(found for _, found in judgement.findings):
            table = boxes.findings_table(judgement)
            self._fold(judgement, table, f"{summary}: {counted(len(table), *noun)}", ("Date",))

    def _keep(self, judgement: Judgement[Judged], title: str = "") -> Judgement[Judged]:
        """The judgement, once its box is shown and its badges and its answer can be named."""
        claim = judgement.claim
        if claim.id in self.records:
            raise KeyError(f"claim {claim.id!r} is judged twice in section {self.number}")
        found = boxes.found_in_words(judgement, title)
        self.records[claim.id] = recorded(claim_record(judgement, found))
        badge = Badge(judgement.stands_as)
        self.text.keep(f"verdict-{claim.id}", badge.word, badge._repr_html_())
        self.word(f"answer-{claim.id}", found)
        prose.show(boxes.verdict_box(judgement, found))
        return judgement

    def record(self) -> None:
        """Leave claims and statistics in the notebook; every claim of the section must have been judged."""
        missing = [c.id for c in self.claims if c.id not in self.records]
        if missing:
            raise KeyError(f"section {self.number} leaves claims unjudged: {', '.join(missing)}")
        shell = get_ipython()  # which no test has that runs no notebook
        told = histories(self.claims, self.text_date, shell.user_ns, shell.user_ns["In"]) if shell else {}
        values = {
            "section": self.number,
            "claims": [claim | told.get(name, {}) for name, claim in self.records.items()],
            "statistics": self.statistics,
            "values": self.text.record(),
        }
        said = f"Recorded. Claims: {len(self.records)}; statistics: {len(self.statistics)}."
        display({RESULTS_MIME: values, "text/plain": said}, raw=True)
