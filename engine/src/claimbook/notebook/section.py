"""What a notebook works with: one section of the report, its claims, its numbers, and its record."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import pandas as pd
from IPython import get_ipython
from IPython.display import display

from claimbook.charts import style
from claimbook.charts.figures import Chart, display_chart
from claimbook.evidence import claims, reads
from claimbook.evidence.claims import Claim
from claimbook.evidence.evidence import Evidence
from claimbook.evidence.measures import Measure, Quantity
from claimbook.evidence.quantity import published, record_of
from claimbook.notebook import boxes, prose, tables
from claimbook.notebook.boxes import chart_of
from claimbook.notebook.findings import (
    MOST_OF_LEAD,
    MOST_WORDS,
    UNWRITTEN,
    Fits,
    LeadSentence,
    another_value,
    fitting,
    lead_of,
    of_length,
    twin,
)
from claimbook.notebook.tables import EVIDENCE_PAGE
from claimbook.notebook.through_time import (
    Call,
    Days,
    Function,
    JudgingError,
    calls_of,
    evidence_for,
    names_read,
    names_to_hide,
    verdict_history,
)
from claimbook.project import folders
from claimbook.project.outputs import RESULTS_MIME, rounded
from claimbook.project.report import report_settings
from claimbook.results.brief import quote
from claimbook.results.models import ClaimRecord, claim_record
from claimbook.rule.comparisons import CriterionResult
from claimbook.rule.judgement import Judgement
from claimbook.rule.kinds import judge
from claimbook.say.other_language import other_language
from claimbook.say.verdict_table import answer_of, in_words
from claimbook.say.words import (
    BIBLIOGRAPHY,
    Place,
    inert,
    number_in_words,
    number_link,
    parse,
    short_name,
    source_anchor,
    with_bound,
    with_minus,
)


class NotInPrint(folders.UserError, ValueError):
    """A number for a sentence about the text's date has a later source; the message says where to take it from."""


def _when(day: str, part: str) -> prose.Value:
    """Return the year of a day, or its month and year if the month is known."""
    text = f"{parse(day).first_day:%B %Y}" if part == "month" and len(day) > len("2024") else day[:4]
    return {"text": text, "html": text}


class Section:
    """Collects and shows the numbers and judgements of one notebook.

    `record` writes them to its last cell.
    """

    def __init__(self, number: str, evidence: Evidence | None = None, *, edition: str, cutoff: str) -> None:
        """Open a section by number. One that judges claims needs `evidence`. `cutoff` is an ISO day."""
        ledger = claims.ledger_of(number, folders.data_folder() / "claims.yml")
        style.use_style()  # from here on, charts have the style of the book
        self.number = number
        self.edition = edition
        self._own = evidence  # hidden, because it includes what was published after the day of a judging function
        self.text_date = ledger.text_date
        self.claims = ledger.of_section(number)
        # compare an edition with what was known on the text's date, never with what came later
        earlier = {ledger.text_date[:4]: ledger.text_date} if cutoff > ledger.text_date else {}
        self.dates = ledger.text_date, earlier, ledger.other_text_dates  # for `judge`
        self.records: dict[str, dict] = {}  # of the judged claims
        self.deciding: dict[str, tuple[Measure, ...]] = {}  # the measures that decide each number
        self.statistics: dict[str, dict] = {}
        self.behind: dict[str, tuple[Place, ...]] = {}  # all places of each statistic; its record names a few
        self.cited: list[str] = []  # sources that the text names
        self.of_text_date: set[str] = set()  # keys of sentences about what was in print on the text's date
        self.text = prose.Prose(self._cite)
        if shell := get_ipython():
            shell.register_magic_function(self.findings, "cell", prose.FINDINGS)
            shell.register_magic_function(self._take_words, "cell", prose.WORDS)
        self.words_of: dict[str, list[str]] = {}  # by the label of a chart: title, subtitle and caption
        self.captions: dict[str, str] = {}
        self.written: dict[tuple[str, str], tuple[str, str]] = {}  # findings, in both languages, by claim and answer
        self.summary: list[dict[str, Any]] = []  # sentences of the lead, each with its claims
        self.language = other_language(report_settings().also)
        self.also: dict[str, Any] = {"lead": [], "findings": {}}  # the same sentences in the other language

    @cached_property
    def days(self) -> Days:
        """The evidence on each day."""
        return Days(self._evidence)

    @cached_property
    def in_print(self) -> Evidence:
        """What was in print on the text's date, for sentences about that day. A later row cannot change them."""
        return self.days.at(min(self.text_date, self._evidence.cutoff))

    @property
    def _evidence(self) -> Evidence:
        if self._own is None:
            raise JudgingError(f"Section {self.number!r} has no evidence: write Section({self.number!r}, ev, …).")
        return self._own

    # numbers ---------------------------------------------------------------------------------------------------

    def stat(self, key: str, number: Quantity | pd.Series | None, template: str = "", in_print: bool = False) -> None:
        """Keep a computed number.

        The text shows it as `{key}`, with a card on how it was computed and a link to its rows, and its year as
        `{key.year}`. A row of the evidence, a measure and a quantity bring their own unit, period, bound, computation
        and sources; a bound is printed as "over", "under" or "about". Without a `template` like
        "{:.1f} km" it has no unit, and at least three digits. A number that was not published is None, and
        sentences `[[…]]` that name it are left out.

        With `in_print` the number belongs to a sentence about the text's date. Take it from `section.in_print`. Raises
        NotInPrint if one of its sources is later.
        """
        if number is None:
            return
        quantity = published(number)
        if in_print:
            self._tie(key, quantity.sources)
            self._tie(f"{key}.year")
        text, year = number_text(quantity, template), number_text(quantity.as_year)
        self.text.keep(key, text, linked_number(key, quantity, text), self.in_other(text, quantity.unit))
        self.text.put(f"{key}.year", year, linked_number(key, quantity.as_year, year))
        self.statistics[key] = record_of(quantity)
        self.behind[key] = quantity.behind

    def stats(self, template: str, numbers: Mapping[str, Quantity | pd.Series | None]) -> None:
        """Store several numbers under their keys, all printed by one template."""
        for key, number in numbers.items():
            self.stat(key, number, template)

    def in_other(self, text: str, unit: str = "") -> str:
        """Return a number, a day or names of authors as the other language of the report writes them, or ""."""
        return self.language.value(text, unit) if self.language else ""

    def word(self, key: str, text: str, in_print: bool = False, source: str = "", also: str = "") -> None:
        """Keep a computed word, list or count, which the text shows as `{key}`; `in_print` is as in `stat`.

        `also` is the same in the other language, which numbers, days and names of authors do not need.
        `source` is the id of the source that says it, for the list of sources of the section.
        """
        self.cited += [source] * bool(source)
        if in_print:
            self._tie(key)
        self.text.keep(key, text, inert(text), also)

    def _tie(self, key: str, sources: Iterable[str] = ()) -> None:
        """Note that a key speaks of the text's date. Raises NotInPrint if one of its sources appeared later."""
        self.of_text_date.add(key)
        for source in sources:
            if (day := self.days.published_on[source]) > self.text_date:
                raise NotInPrint(
                    f"{key!r} is for a sentence about the text's date, {self.text_date}, but its source {source!r} "
                    f"appeared on {day}. Take the number from section.in_print instead of the notebook's evidence."
                )

    def says_if(self, key: str, claim_id: str, answer: str, says: str) -> None:
        """Keep words that link to a judged or borrowed claim as `key` if this is its answer.

        A sentence that is true only under this answer names the key: `[[The towns {s2-grew}.||…]]`.
        """
        known = self.text.values[f"verdict-{claim_id}"]
        if known["text"] in fitting(f"The text {key!r}", answer):
            self.text.keep(key, says, known["html"].replace(f">{known['text']}<", f">{inert(says)}<"))

    def _cite(self, source_id: str) -> prose.Value | None:
        """Return the name of a source with a link to the bibliography: "Jin (2019)", or "Jin" if it is undated.

        For the id of an event with ".year", ".month" or ".ended", return when it was. Return None for what appeared
        after the cut-off. The end of the section lists the sources that the text names.
        """
        event_id, _, part = source_id.partition(".")
        if part:
            days = (found.ended if part == "ended" else found.date for found in self._evidence.dated(event_id))
            return next((_when(day, part) for day in days if day), None)
        if not self._evidence.knows(source_id):
            return None
        source = self._evidence.source(source_id)
        year = "" if source["dated"] == "no" else f" ({source['published'][:4]})"
        text = source["origin"].split("; ")[0] + year
        self.cited.append(source_id)
        address = f"../{BIBLIOGRAPHY}.html#{source_anchor(source_id)}"
        return {"text": text, "html": f'<a href="{address}">{inert(text)}</a>'}

    def prose(self, text: str) -> None:
        """Display text that code has composed. `{key}` shows what was kept, as in `%%prose`."""
        self.text.show(text)

    # figures and tables ----------------------------------------------------------------------------------------

    def _take_words(self, label: str, content: str) -> None:
        """Run the cell magic `%%words fig-towns`: title, subtitle and caption of a chart, a paragraph each.

        For a table, `%%words tbl-towns`, these are its caption and, if it is folded, what the fold contains.
        """
        self.words_of[label] = [" ".join(words.split()) for words in re.split(r"\n\s*\n", content.strip())]

    def _filled(self, label: str, values: Mapping[str, Any]) -> list[str]:
        """Return the words of a chart or table with these values in place of `{names}`."""
        if label not in self.words_of:
            raise prose.ProseError(f"{label} has no words. Write them in a cell above that begins with %%words {label}")
        try:
            return [words.format(**values) for words in self.words_of[label]]
        except KeyError as missing:
            raise prose.ProseError(f"The words of {label} name {missing}, which has no value here.") from None

    def words(self, label: str, **values: Any) -> list[str]:
        """Return title and subtitle of a chart from its cell `%%words`, and keep its caption for `show`."""
        *titles, self.captions[label] = self._filled(label, values)
        return titles

    def table(self, label: str, columns: Mapping[str, Any], right: Sequence[str] = (), **values: Any) -> None:
        """Show a table with the words of its cell `%%words`, where `{rows}` is how many rows it has."""
        frame = pd.DataFrame(columns)
        caption, *fold = self._filled(label, {"rows": len(frame), **values})
        tables.show(frame, caption, label, right, *fold)

    def show(self, chart: Chart, label: str, caption: str = "") -> None:
        """Show a chart with this caption, or with the one of its cell `%%words`."""
        display_chart(chart, label, caption or self.captions[label])

    # claims ----------------------------------------------------------------------------------------------------

    def claim(self, claim_id: str) -> Claim:
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(f"section {self.number} has no claim {claim_id!r}; it has {[c.id for c in self.claims]}")

    def judge(
        self,
        claim_id: str,
        function: Function | None = None,
        *,
        credit: str | None = None,
        title: str | Callable[[list[CriterionResult]], str] = "",
        drawn: bool = True,
    ) -> Any:
        """Judge a claim by a function of the evidence, and show its verdict with chart and table.

        The function returns, for a number, a list of measures; for a fact, a list of findings for each part
        by its id; for a cause, a list of estimates. For a comparison it is called for each criterion, with its id as
        second argument, and returns what `judge_criterion` takes or, without data, None.
        Write `@section.judge("claim-id")` above the function, or pass a short one as second argument.

        The function is called again with the evidence of earlier days, for the line through time: of each day on which
        a source of what it read appeared.
        Meanwhile what the notebook made of its evidence does not exist. NothingPublished means no evidence on that
        day. JudgingError is raised for any other exception, if the function uses what the notebook computed from
        its evidence, and if a second call for the edition gives another verdict.

        `credit` names the sources of the chart: a line of `ev.credit`, or a series. Without it they are the
        sources of what the function returned. A comparison has a `title`, which may be a function of its
        results. With `drawn=False` the chart is shown on the page of the claim only, and for a comparison its table
        stands unfolded in its place.
        """
        if function is None:
            return partial(self.judge, claim_id, credit=credit, title=title, drawn=drawn)
        claim = self.claim(claim_id)
        calls = calls_of(claim, function, names_to_hide(claim, function, self))
        with reads.recording() as reads_noted:
            judgement = judge(claim, evidence_for(claim, [call(self._evidence) for call in calls]), *self.dates)
        title = title(judgement.evidence) if callable(title) else title
        self._show(judgement, chart_of(judgement, self._evidence, credit, title), drawn)
        self.records[claim_id] |= {"through_time": self._turns(judgement, calls), "asks": names_read(reads_noted)}
        return judgement

    def _turns(self, judgement: Judgement, calls: list[Call]) -> list[dict[str, Any]]:
        """Return the line through time of a claim. Raises JudgingError if it ends with another verdict."""
        steps = verdict_history(judgement.claim, calls, self.text_date, self.days)
        last, now = steps[-1], (judgement.verdict, judgement.stands_as)
        if (last["verdict"], last["stands_as"]) != now:
            raise JudgingError(
                f"claim {judgement.claim.id!r} is {in_words(now[0])}, but {in_words(last['verdict'])} when its "
                "function runs again: the function changes something outside itself. Make that inside the function."
            )
        return steps

    def set_aside(self, claim_id: str) -> Judgement:
        """Show a claim as an opinion, without a verdict. Raises TypeError for claims of another kind."""
        claim = self.claim(claim_id)
        if not isinstance(claim, claims.OpinionClaim):
            raise TypeError(f"claim {claim_id!r} is of kind {claim.kind!r}: use section.judge")
        judgement = Judgement(claim)
        self._keep(judgement)
        return judgement

    def _show(self, judgement: Judgement, chart: Chart | None, drawn: bool) -> None:
        """Show the box of a judgement, its chart, and its folded table for readers who check."""
        self._keep(judgement)
        claim, statement = judgement.claim, tables.escape(judgement.claim.quoted)
        if chart:
            display_chart(chart, f"fig-{claim.id}", statement, "" if drawn else claim.id)
        if folded := boxes.folded_table(judgement):
            table, summary, right = folded
            caption = f"{summary.partition(':')[0]}: {statement}"
            in_sight = claim.kind == "comparison" and not drawn  # the table takes the place of the picture
            tables.show(table, caption, f"tbl-{claim.id}", right, fold="" if in_sight else summary)

    def _keep(self, judgement: Judgement) -> None:
        """Record a judgement and show its box. From now on the text can name its answer, which links to the box."""
        claim, answer = judgement.claim, answer_of(judgement.stands_as).word
        self.text.keep(f"verdict-{claim.id}", answer, f'<a class="answer" href="#claim-{claim.id}">{inert(answer)}</a>')
        record = self.records[claim.id] = rounded(claim_record(judgement))
        self.deciding[claim.id] = judgement.deciding_measures
        judged = ClaimRecord.model_validate(record)
        line = quote(claim.called, judged, lambda source_id: short_name(self._evidence.source(source_id)))
        self.text.cell(boxes.verdict_box(judgement, line), "")  # a later cell writes its finding

    def finding(self, claim_id: str, text: str, fits: Fits, also: str = "") -> None:
        """Write what was found on a claim, in one or two sentences of at most 40 words, as in `%%prose`.

        `also` is the same in the other language that report.yml names, with the same numbers.

        `fits` names the answers under which the text may be printed, by their words in `ANSWERS` of
        `say/verdict_table.py`, such as "right" or "cannot be checked". Several texts may cover them all. Boxes,
        pages and results.json carry the text that fits. Call it below the cells that make its numbers.

        Raises FindingError for a text that is too long, for one without its twin, and for a word that is not an answer.
        """
        name = f"The finding of {self.claim(claim_id).id!r}"
        both = text, twin(name, text, also, bool(self.language))
        for answer in (fitted := fitting(name, fits)):
            self.text.owners.take(f"{name} under {answer!r}")
            self.written[claim_id, answer] = both
        if self.answers.get(claim_id) in fitted:  # the box is shown once, with the text that fits
            self._found(claim_id)

    def findings(self, _: str, content: str) -> None:
        """Run the cell magic `%%findings`: the findings of claims, as text.

        Each begins with a line like `towns-over-half: right, partly right`, and a blank line separates them. After a
        line that begins with `zh:` it says the same in Chinese.
        """
        for claim_id, answers, text, also in prose.findings_in(content):
            self.finding(claim_id, text, answers, also)

    def _found(self, claim_id: str) -> None:
        """Set the finding of a judged claim to the text that fits its answer."""
        record = self.records[claim_id]
        text, also = self.written.get((claim_id, record["answer"]), (UNWRITTEN, ""))
        sentence, html = self.text.sentence(text)
        if self.language:
            self.also["findings"][claim_id] = self.text.in_other(self.language, also or self.language.unwritten)
        record["found"] = of_length(f"The finding of {claim_id!r}", sentence, MOST_WORDS)
        printed = prose.VALUE_KEY.findall(prose.chosen(text, self.text.values))
        numbers = [key for key in printed if key in self.statistics and self.statistics[key]["unit"] != "year"]
        places = {key: self.behind[key] for key in numbers}
        unwritten = f"No finding is written for the answer “{record['answer']}”. Write one with section.finding."
        record.pop("unfinished", None)
        if note := unwritten if text == UNWRITTEN else another_value(self.deciding.get(claim_id, ()), places):
            record["unfinished"] = note
        self.text.put(f"finding-{claim_id}", sentence, html)

    @property
    def answers(self) -> dict[str, str]:
        """The answer of each judged claim, by its id."""
        return {claim_id: record["answer"] for claim_id, record in self.records.items()}

    def lead(self, answers: Mapping[str, str], sentences: Iterable[LeadSentence]) -> None:
        """Write the lead for the front page: the sentences that fit the answers of the claims they rest on.

        `answers` gives the answer of each claim by its id. Each sentence names its claims, and for each the answers
        under which it is true; see `lead_of`. A lead has at most 110 words.
        """
        fitting = lead_of(sentences, answers, bool(self.language))
        said = [(self.text.sentence(text)[0], claims, also) for text, claims, also in fitting]
        self.summary = [{"says": says, "claims": claims} for says, claims, _ in said if says]
        if self.language:
            self.also["lead"] = [self.text.in_other(self.language, also) for says, _, also in said if says]
        of_length("The lead", " ".join(says for says, *_ in said), MOST_OF_LEAD)
        shown = "\n".join(f"{each['says']} {{{', '.join(each['claims'])}}}" for each in self.summary)
        display({"text/plain": shown}, raw=True)

    def record(self) -> None:
        """Write claims and statistics to the last output. Raises KeyError if a claim was not judged."""
        missing = [c.id for c in self.claims if c.id not in self.records]
        if missing:
            raise KeyError(f"section {self.number} does not judge these claims: {', '.join(missing)}")
        for claim_id in self.records:
            self._found(claim_id)
        values = {
            "section": self.number,
            "lead": self.summary,
            "claims": [*self.records.values()],
            "statistics": self.statistics,
            "cited": self.cited,
            "values": self.text.record(),
        } | ({"also": self.also} if self.language else {})
        message = f"Recorded. Claims: {len(self.records)}; statistics: {len(self.statistics)}."
        display({RESULTS_MIME: values, "text/plain": message}, raw=True)


# how a number appears in the text --------------------------------------------------------------------


def number_text(number: Quantity, template: str = "") -> str:
    """Return a number as the text prints it, with its bound in words."""
    value = rounded(number.value)
    if template or number.unit == "year":
        text = with_minus((template or "{:d}").format(int(value) if value.is_integer() else value))
    else:
        text = number_in_words(value, "")
    return with_bound(number.bound, text)


def linked_number(key: str, number: Quantity, text: str) -> str:
    """Return a printed number as HTML, with how it was computed and a link to its rows."""
    parts = [number.period, number.made, f"{'; '.join(sorted(number.origins))} (grade {number.grade})"]
    return number_link(text, " · ".join(filter(None, parts)), f"{EVIDENCE_PAGE}#{number.anchor}", key)
