"""The evidence of one edition: published figures and their sources up to a cut-off, in canonical units."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from claimbook.evidence import reads
from claimbook.evidence.claims import Facets
from claimbook.evidence.findings import Finding, event_findings, study_findings
from claimbook.evidence.intervals import Interval, reconcile
from claimbook.evidence.measures import FIRST_TIER, REPLACED, Measure, factors_in, with_superseded
from claimbook.evidence.preparing import prepared_figures, read_text_table, rows_as_dicts, visible_sources
from claimbook.project import folders
from claimbook.project.report import report_settings
from claimbook.say.words import counted, is_copy, is_day, latest_day, listed, parse, suggestion, with_unit

PLACES = report_settings().geography
NATIONAL = PLACES.whole
OPTIONAL_TABLES = {  # tables that a report may leave out, and the columns that code uses
    "timeline": ("event_id", "date", "event", "category", "source_id", "ended", "ended_source_id", "quote"),
    "studies": ("source_id", "claim_ids", "reviewed", "how_seen"),
}
SAME_FIGURE_BY = itemgetter("period", "low", "high", "origin", "status")  # equal in documents that print the same value


PRODUCERS_NAMED = 4


class Credit(str):
    """The source line of a chart, with the ids of its `sources` for the metadata of the chart."""

    sources: tuple[str, ...]

    def __new__(cls, line: str, sources: Iterable[str]) -> "Credit":
        made = super().__new__(cls, line)
        made.sources = tuple(sources)
        return made


def credit_line(used: pd.DataFrame, origins: Sequence[str]) -> Credit:
    """Return the source line for numbers of these producers that were read in the sources `used`."""
    of = {o: used.loc[used["origin"].map(lambda own, o=o: o in own.split("; ")), "publisher"] for o in origins}
    line = "; ".join(credited(origin, of[origin]) for origin in origins[:PRODUCERS_NAMED])
    if more := len(origins[PRODUCERS_NAMED:]):
        line += f"; {counted(more, 'other')}"
    line = f"Source: {line}. {counted(len(used), 'document')}"
    if len(used) > 1:
        line += ", all from one producer" if len(origins) == 1 else f" from {len(origins)} producers"
    if copies := sum(map(is_copy, rows_as_dicts(used))):
        line += f"; {counted(copies, 'original')} not seen"
    return Credit(f"{line}.", used.index)


def credited(origin: str, publishers: Iterable[str]) -> str:
    """Return the producer of numbers and, if no outlet is its own, where the numbers were read.

    A publisher "X (sums)" or "X (counts)" means that a third party added up what the producer printed.
    """
    publishers = list(dict.fromkeys(publishers))
    names = (origin, *report_settings().producers.get(origin, ()))
    if any(name in publisher and f"after {name}" not in publisher for publisher in publishers for name in names):
        return origin
    way, outlet = "read in", publishers[0].split(",")[0]
    if hand := re.fullmatch(r"(.+) \((sums|counts)\)", outlet):
        way, outlet = {"sums": "summed by", "counts": "counted by"}[hand[2]], hand[1]
    more = f" and {counted(len(publishers) - 1, 'other')}" if len(publishers) > 1 else ""
    return f"{origin}, as {way} {outlet.split(' (')[0]}{more}"


class EvidenceError(LookupError):
    """The evidence does not contain what was requested; the message says what it contains."""


class NothingPublished(EvidenceError):
    """No such value was published by the cut-off. A claim that needs it has no evidence on that day."""


T = TypeVar("T")
Rows = tuple[str, str | None]  # the rows of a series and an entity; None stands for all entities


def if_published(function: Callable[..., T], *arguments: object) -> T | None:
    """Return `function(*arguments)`, or None if it raises NothingPublished."""
    try:
        return function(*arguments)
    except NothingPublished:
        return None


E = TypeVar("E", bound="Evidence")


class Whole:
    """A field that holds a table. Reading the field notes that the run depends on the whole table.

    Methods of the evidence use the table `figures` as `_figures` instead and note only the rows they need.
    """

    def __set_name__(self, kind: type, name: str) -> None:
        self.name = name

    def __get__(self, evidence: Any, kind: type | None = None) -> pd.DataFrame:
        if evidence is None:
            raise AttributeError(f"{self.name} is a field without a default")
        reads.note(reads.TABLE_PART, self.name)
        return getattr(evidence, f"_{self.name}")

    def __set__(self, evidence: Any, table: pd.DataFrame) -> None:
        evidence.__dict__[f"_{self.name}"] = table


@dataclass(frozen=True)
class Evidence:
    """The tables of `data/` that an edition may see.

    `figures` has one published value per row: `value`, `low` and `high` are in the canonical `unit` of the
    series, and `behind` says where the value was published.
    """

    cutoff: str
    figures: pd.DataFrame = Whole()
    sources: pd.DataFrame = Whole()
    series: pd.DataFrame = Whole()
    timeline: pd.DataFrame = Whole()
    studies: pd.DataFrame = Whole()

    _figures = _sources = _series = _timeline = _studies = pd.DataFrame()  # the tables for use in methods

    def frame(self, series: str, entity: str | None = None, annual: bool = False) -> pd.DataFrame:
        """Return all published values of a series, oldest first; with `annual` only whole years.

        Raises EvidenceError if the series is unknown.
        """

        def made() -> pd.DataFrame:
            rows = self._of_series(series)
            if entity is not None:
                rows = rows[rows["entity"] == entity]
            if annual:
                rows = rows[rows["complete"] & (rows["status"] != "partial")]
            return rows.reset_index(drop=True)

        return self.once(("frame", annual), made, (series, entity)).copy(deep=False)

    def first(self, series: str, entity: str | None = None) -> pd.Series | None:
        """Return the first row of `frame`, or None if nothing was published."""
        rows = self.frame(series, entity)
        return rows.iloc[0] if len(rows) else None

    def last(self, series: str, entity: str | None = None) -> pd.Series | None:
        """Return the last row of `frame`, or None if nothing was published."""
        rows = self.frame(series, entity)
        return rows.iloc[-1] if len(rows) else None

    def about(self, series: str) -> pd.Series:
        """Return the row of a series in `series.csv`. Raises EvidenceError if there is none."""
        self._register_row(series)
        return self._series.loc[series]

    def _register_row(self, series: str) -> dict[str, Any]:
        """Return the row of `about` as a dict, which is faster. Raises EvidenceError if there is none."""
        reads.note(reads.SERIES, series)
        if series not in self._series_rows:
            raise EvidenceError(f"series.csv has no series {series!r}.{suggestion(series, self._series.index)}")
        return self._series_rows[series]

    def knows(self, source_id: str) -> bool:
        """Return whether this source was published by the cut-off."""
        reads.note(reads.SOURCE_PART, source_id)
        return source_id in self._sources.index

    def of_sources(self, *source_ids: str) -> pd.DataFrame:
        """Return the rows of these sources in `sources.csv`, in the order given.

        Raises EvidenceError if a source is unknown or was not yet published.
        """
        for source_id in source_ids:
            if not self.knows(source_id):
                raise EvidenceError(f"sources.csv has no source {source_id!r} published by {self.cutoff}.")
        return self._sources.loc[list(source_ids)]

    def source(self, source_id: str) -> pd.Series:
        """Return the row of one source. Raises EvidenceError if it is unknown or was not yet published."""
        return self.of_sources(source_id).iloc[0]

    def _of_series(self, series: str) -> pd.DataFrame:
        def rows() -> pd.DataFrame:
            places = self._places.get(series)
            return self._figures[:0] if places is None else self._figures.take(places)

        return self._kept(("rows",), rows, (series, None))

    def once(self, what: tuple, make: Callable[[], T], *rows: Rows) -> T:
        """Return what `make` makes of these rows and nothing else. On days with the same rows it is made once.

        Raises EvidenceError if a series is unknown.
        """
        for series, _ in rows:
            self._register_row(series)
        self._rows_read.update(rows)
        return self._kept(what, make, *rows)

    def _kept(self, what: tuple, make: Callable[[], T], *rows: Rows) -> T:
        key = (*what, *((*part, self._seen_of(part)) for part in rows))
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _seen_of(self, rows: Rows) -> int:
        """Return a number that is the same on all days on which these rows are the same."""
        return 0

    @cached_property
    def _made(self) -> dict[tuple, Any]:
        return {}

    @cached_property
    def _rows_read(self) -> set[Rows]:
        """The rows that methods used."""
        return set()

    @cached_property
    def _places(self) -> dict[str, Any]:
        """The positions of the rows of each series."""
        return self._figures.groupby("series", sort=False).indices

    def annual(self, series: str, entity: str = NATIONAL) -> pd.DataFrame:
        """Return one row per year: the most exact value of the best tier, and the range of its sources.

        If sources contradict each other, they are not averaged: `low` and `high` span them and `conflict` is True.
        """

        def made() -> pd.DataFrame:
            by_year = groupby(self._rows(series, entity, annual=True), key=itemgetter("year"))
            years = [_one_year(list(group)) for _, group in by_year]
            return pd.DataFrame(years, columns=self._figures.columns)

        return self.once(("annual",), made, (series, entity)).copy(deep=False)

    def value(self, series: str, period: str | int, entity: str = NATIONAL) -> pd.Series:
        """Return the row of `annual` for one year. Raises NothingPublished if there is none."""
        years = self.annual(series, entity)
        found = years[years["year"] == int(period)]
        if not len(found):
            raise NothingPublished(f"no value of {series!r} for {entity}, {period}, published by {self.cutoff}")
        return found.iloc[0]

    def together(self, entity: str, *series: str) -> list[Measure]:
        """Return a measure of each series for the last period that all have, for a sentence that joins them.

        Raises NothingPublished if there is no such period.
        """
        found = [{m.period: m for m in self.measures(one, entity)} for one in series]
        if not (shared := set.intersection(*map(set, found))):
            raise NothingPublished(f"no period has values of {listed(series)} for {entity}, published by {self.cutoff}")
        last = max(shared, key=lambda period: parse(period).last_day)
        return [by_period[last] for by_period in found]

    def measures(self, series: str, entity: str = NATIONAL) -> list[Measure]:
        """Return every published value of a series as a measure, with its facets from `series.csv`.

        Documents that print the same value from the same origin make one measure.
        """

        def made() -> list[Measure]:
            about = self._series_rows[series]
            facets = Facets(
                quantity=about["dimension"],
                **{name: about[name] for name in ("numerator", "base", "mode", "scope", "stage", "sector")},
                place=PLACES.nation if entity in PLACES.national else entity,
            )
            witnesses: dict[tuple, list[dict]] = {}
            for row in self._rows(series, entity):
                witnesses.setdefault(SAME_FIGURE_BY(row), []).append(row)
            return [self._measure(sorted(same, key=itemgetter("grade")), facets) for same in witnesses.values()]

        return [*self.once(("measures",), made, (series, entity))]

    def pairs(self, first: str, second: str, entity: str = NATIONAL) -> list[tuple[Measure, Measure]]:
        """Return the measures of two series that have the same period, in pairs."""
        others = self.measures(second, entity)
        return [(a, b) for a in self.measures(first, entity) for b in others if a.period == b.period]

    def best(self, series: str, year: int, entity: str = NATIONAL) -> Measure | None:
        """Return the row of `annual` for one year as a measure with the range of all its sources, or None."""

        def made() -> Measure | None:
            rows = [r for r in self._rows(series, entity, annual=True) if r["year"] == year]
            if not rows:
                return None
            row = _one_year(rows)
            same = [m for m in self.measures(series, entity) if (m.period, m.value) == (row["period"], row["value"])]
            chosen = min(same, key=lambda m: m.grade)
            return replace(chosen, interval=Interval(row["low"], row["high"]), behind=row["behind"])

        return self.once(("best", year), made, (series, entity))

    def _rows(self, series: str, entity: str, annual: bool = False) -> list[dict]:
        """Return the rows of `frame`; among them, the status is "superseded" if a later release is visible.

        The rows are dicts, because notebooks ask for hundreds of series and years and frames are slow at that.
        """
        every = self._kept(("records",), lambda: rows_as_dicts(self._of_series(series)), (series, None))
        rows = [row for row in every if row["entity"] == entity]
        if annual:
            rows = [row for row in rows if row["complete"] and row["status"] != "partial"]
        return with_superseded(rows, self._source_rows)

    @cached_property
    def _series_rows(self) -> dict[str, dict[str, Any]]:
        return {row["series"]: row for row in rows_as_dicts(self._series)}

    @cached_property
    def _source_rows(self) -> dict[str, dict[str, Any]]:
        return {row["source_id"]: row for row in rows_as_dicts(self._sources)}

    @cached_property
    def _events(self) -> dict[str, dict[str, Any]]:
        return {row["event_id"]: row for row in rows_as_dicts(self._timeline)}

    def _measure(self, rows: Sequence[dict], facets: Facets) -> Measure:
        """Return one measure for rows with the same value, best grade first, dated by the earliest row."""
        row = rows[0]
        return Measure(
            label=f"{self._series_rows[row['series']]['label']}, {row['period']}, {row['origin']}",
            value=row["value"],
            interval=Interval(row["low"], row["high"]),
            unit=row["unit"],
            period=row["period"],
            facets=facets,
            grade=row["grade"],
            origins=tuple(row["origin"].split("; ")),
            sources=tuple(dict.fromkeys(r["source_id"] for r in rows)),
            published=min((r["published"] for r in rows), key=latest_day),
            status=row["status"],
            bound=row["bound"],
            anchor=row["anchor"],
            behind=tuple(dict.fromkeys(place for r in rows for place in r["behind"])),
            words=tuple(dict.fromkeys(r["quote"] for r in rows if r.get("quote"))),
        )

    def finding(self, measure: Measure) -> Finding:
        """Return a measured count as a finding for a part of a fact, limited to its period."""
        counted_in = parse(measure.period)
        return Finding(
            says=f"{measure.label}: {with_unit(measure.value, measure.unit)}",
            date=measure.period,
            grade=measure.grade,
            origins=measure.origins,
            sources=measure.sources,
            published=measure.published,
            began=counted_in.first_day.isoformat(),
            done=counted_in.last_day.isoformat(),
            value=measure.value,
            unit=measure.unit,
            anchor=measure.anchor,
            words=measure.words,
        )

    def dated(self, *event_ids: str) -> list[Finding]:
        """Return a finding for each event with one of these ids and each of its sources up to the cut-off.

        Only the first source of a row carries the quoted words. Raises EvidenceError for an unknown id.
        """
        reads.note(reads.EVENT, *event_ids)
        found: list[Finding] = []
        for event_id in event_ids:
            if event_id not in self._events:
                raise EvidenceError(f"timeline.csv has no event {event_id!r}")
            found += event_findings(self._events[event_id], self._source_rows)
        return found

    def estimates(self, claim_id: str) -> list[Finding]:
        """Return what published studies find: estimates for a cause, else findings for or against the claim."""
        return [found for row in rows_as_dicts(self.studies_of(claim_id)) for found in study_findings(row)]

    def studies_of(self, claim_id: str) -> pd.DataFrame:
        """Return the rows of `studies.csv` on a claim, up to the cut-off, joined with their source.

        `weight` is the grade of the document, but at best C if the study was not reviewed or was only seen second hand.
        """
        reads.note(reads.STUDIES, claim_id)
        listed = zip(self._studies["claim_ids"], self._studies["source_id"], strict=True)
        wanted = tuple(claim_id in ids.split(";") and source in self._sources.index for ids, source in listed)

        def made() -> pd.DataFrame:
            about = self._sources[["origin", "published", "dated", "grade"]]
            rows = self._studies.loc[[*wanted]].join(about, on="source_id").reset_index(drop=True)
            sound = (rows["reviewed"] == "peer reviewed") & (rows["how_seen"] != "second hand")
            return rows.assign(weight=rows["grade"].where(sound | (rows["grade"] > "C"), "C"))

        return self._kept(("studies", wanted), made).copy(deep=False)

    def credit(self, shown: pd.DataFrame | Iterable[Measure]) -> Credit:
        """Return the source line of a chart: producers, where their numbers were read, number of documents."""
        if isinstance(shown, pd.DataFrame):
            columns = shown["source_id"].unique(), shown["origin"].unique()
            ids, origins = ({part for cell in column for part in cell.split("; ")} for column in columns)
        else:
            measures = [*shown]
            ids, origins = {s for m in measures for s in m.sources}, {o for m in measures for o in m.origins}
        return credit_line(self.of_sources(*sorted(ids)), sorted(origins))


def load(*topics: str, cutoff: str, kind: type[E] = Evidence) -> E:  # type: ignore[assignment]
    """Read the figures of the named topics and the other tables of `data/`, as published by `cutoff`.

    `kind` may declare more tables as fields. Raises EvidenceError if a topic is unknown or the cut-off is not
    a day: compared as text, a malformed cut-off would let every source through.
    """
    if not is_day(cutoff):
        raise EvidenceError(f'cutoff is {cutoff!r}. Write a day in quotes, like "2023-12-31".')
    folder = folders.data_folder()
    own = {field.name for field in fields(kind)} - {field.name for field in fields(Evidence)}
    with reads.by_rows():
        sources, series = (read_text_table(folder / f"{name}.csv") for name in ("sources", "series"))
        files = [read_text_table(_topic_path(folder / "figures", topic)) for topic in topics]
        around = {name: read_text_table(folder / f"{name}.csv", columns) for name, columns in OPTIONAL_TABLES.items()}
        around |= {name: read_text_table(folder / f"{name}.csv") for name in own}
    reads.note(reads.TOPIC, *topics)
    sources, series = visible_sources(sources, cutoff), series.set_index("series", drop=False)
    figures = prepared_figures(files, sources, series, factors_in(folder))
    return kind(cutoff=cutoff, figures=figures, sources=sources, series=series, **around)


def _topic_path(folder: Path, topic: str) -> Path:
    """Return the path of a topic. Raises EvidenceError if there is no such file."""
    path = folder / f"{topic}.csv"
    if not path.is_file():
        known = sorted(other.stem for other in folder.glob("*.csv"))
        there = f"There are: {', '.join(known)}."
        raise EvidenceError(f"There is no data/figures/{topic}.csv.{suggestion(topic, known)} {there}")
    return path


def _one_year(rows: list[dict]) -> dict:
    """Return one row for a year: final before preliminary values, the better tier, the last day of stocks."""
    final = _those(_those(rows, lambda r: r["grade"] != "D"), lambda r: r["status"] not in REPLACED)
    final = _those(final, lambda r: r["grade"] in FIRST_TIER)
    last = max(parse(r["period"]).last_day for r in final)
    final = [r for r in final if parse(r["period"]).last_day == last]
    interval, conflict = reconcile([Interval(r["low"], r["high"]) for r in final])
    exact = min(final, key=lambda r: (r["high"] - r["low"], r["published"]))
    joined = {column: "; ".join(dict.fromkeys(r[column] for r in final)) for column in ("source_id", "origin")}
    behind = tuple(dict.fromkeys(place for r in final for place in r["behind"]))
    return exact | joined | {"low": interval.low, "high": interval.high, "conflict": conflict, "behind": behind}


def _those(rows: list[dict], wanted: Callable[[dict], bool]) -> list[dict]:
    """Return the rows that `wanted` accepts, or all of them if it accepts none."""
    return [row for row in rows if wanted(row)] or rows
