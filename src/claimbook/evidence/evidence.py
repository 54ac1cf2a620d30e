"""The evidence of one edition: published figures and their sources up to a cut-off, in canonical units."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from claimbook.evidence import reads, vintages
from claimbook.evidence.claims import Facets
from claimbook.evidence.findings import DIRECTIONS, Estimate, Finding
from claimbook.evidence.intervals import Interval, printed_interval, reconcile
from claimbook.evidence.measures import FIRST_TIER, REPLACED, Measure
from claimbook.project import folders
from claimbook.project.csv_tables import COLUMNS
from claimbook.project.report import report_settings
from claimbook.say.anchors import Place, figure_anchor, source_anchor
from claimbook.say.numbers import with_unit
from claimbook.say.periods import is_day, latest_day, parse, published_by
from claimbook.say.sources import is_copy
from claimbook.say.words import counted, suggestion

WRITINGS = frozenset({"study", "literature"})  # categories of events that only say when a text appeared
ACTIVITY = "activity"  # category of a single act: an agreement, a call, a payment
PLACES = report_settings().geography
NATIONAL = PLACES.whole
OPTIONAL_TABLES = {  # tables that a report may leave out, and the columns that code uses
    "timeline": ("event_id", "date", "event", "category", "source_id", "ended", "ended_source_id", "quote"),
    "studies": ("source_id", "claim_ids", "reviewed", "how_seen"),
}
OLDEST_FIRST = ["year", "period", "published", "source_id"]  # order of figures
SAME_FIGURE_BY = itemgetter("period", "low", "high", "origin", "status")  # equal in documents that print the same value


class EvidenceError(LookupError):
    """The evidence does not hold what was asked for; the message says what it does hold."""


class NothingPublished(EvidenceError):
    """No such value was published by the cut-off: a claim that needs it has no evidence on that day."""


T = TypeVar("T")


def if_published(made: Callable[..., T], *given: object) -> T | None:
    """Return `made(*given)`, or None if it raises NothingPublished."""
    try:
        return made(*given)
    except NothingPublished:
        return None


class Credit(str):
    """The source line of a chart, with the ids of its `sources` for the metadata of the chart."""

    sources: tuple[str, ...]

    def __new__(cls, line: str, sources: Iterable[str]) -> "Credit":
        made = super().__new__(cls, line)
        made.sources = tuple(sources)
        return made


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
        self.about(series)
        rows = self.of_series(series)
        if entity is not None:
            rows = rows[rows["entity"] == entity]
        if annual:
            rows = rows[rows["complete"] & (rows["status"] != "partial")]
        return rows.reset_index(drop=True)

    def about(self, series: str) -> pd.Series:
        """Return the row of a series in `series.csv`. Raises EvidenceError if there is none."""
        reads.note(reads.SERIES, series)
        if series not in self._series.index:
            raise EvidenceError(f"series.csv has no series {series!r}.{suggestion(series, self._series.index)}")
        return self._series.loc[series]

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

    def of_series(self, series: str) -> pd.DataFrame:
        """Return the rows of a series, oldest first; an empty frame if it has none."""
        reads.note(reads.SERIES, series)
        return self._by_series[series] if series in self._by_series else self._figures[:0]

    @cached_property
    def _by_series(self) -> dict[str, pd.DataFrame]:
        return {str(series): rows for series, rows in self._figures.groupby("series", sort=False)}

    def annual(self, series: str, entity: str = NATIONAL) -> pd.DataFrame:
        """Return one row per year: the most exact value of the best tier, and the range of its sources.

        If sources contradict each other, they are not averaged: `low` and `high` span them and `conflict` is
        True.
        """
        rows = self._rows(series, entity, annual=True)
        years = [_one_year(list(group)) for _, group in groupby(rows, key=itemgetter("year"))]
        return pd.DataFrame(years, columns=None if years else self._figures.columns)

    def value(self, series: str, period: str | int, entity: str = NATIONAL) -> pd.Series:
        """Return the row of `annual` for one year. Raises NothingPublished if there is none."""
        years = self.annual(series, entity)
        found = years[years["year"] == int(period)] if len(years) else years
        if not len(found):
            raise NothingPublished(f"no value of {series!r} for {entity}, {period}, published by {self.cutoff}")
        return found.iloc[0]

    def measures(self, series: str, entity: str = NATIONAL) -> list[Measure]:
        """Return every published value of a series as a measure, with its facets from `series.csv`.

        Documents that print the same value from the same origin make one measure.
        """
        about = self.about(series)
        facets = Facets(
            quantity=about["dimension"],
            **{name: about[name] for name in ("numerator", "base", "mode", "scope", "stage", "sector")},
            place=PLACES.nation if entity in PLACES.national else entity,
        )
        witnesses: dict[tuple, list[dict]] = {}
        for row in self._rows(series, entity):
            witnesses.setdefault(SAME_FIGURE_BY(row), []).append(row)
        return [self._measure(sorted(same, key=itemgetter("grade")), facets) for same in witnesses.values()]

    def best(self, series: str, year: int, entity: str = NATIONAL) -> Measure | None:
        """Return the row of `annual` for one year as a measure with the range of all its sources, or None."""
        rows = self.annual(series, entity)
        for _, row in rows[rows["year"] == year].iterrows() if len(rows) else ():
            same = [m for m in self.measures(series, entity) if m.period == row["period"] and m.value == row["value"]]
            chosen = min(same, key=lambda m: m.grade)
            return replace(chosen, interval=Interval(row["low"], row["high"]), behind=row["behind"])
        return None

    def _rows(self, series: str, entity: str, annual: bool = False) -> list[dict]:
        """Return the rows of `frame`; the status is "superseded" if a later release is visible.

        The rows are dicts, because notebooks ask for hundreds of series and years and frames are slow at
        that.
        """
        rows = self._plain(series, entity, annual)
        later = vintages.superseded(rows, self._titles)
        return [row | {"status": vintages.SUPERSEDED} if old else row for row, old in zip(rows, later, strict=True)]

    def _plain(self, series: str, entity: str | None, annual: bool) -> list[dict]:
        return records(self.frame(series, entity, annual))

    @cached_property
    def _titles(self) -> dict[str, dict[str, str]]:
        return self._sources[["title_en", "origin", "published"]].to_dict("index")

    def _measure(self, rows: Sequence[dict], facets: Facets) -> Measure:
        """Return one measure for rows with the same value, best grade first, dated by the earliest row."""
        row = rows[0]
        return Measure(
            label=f"{self._series.loc[row['series'], 'label']}, {row['period']}, {row['origin']}",
            value=row["value"],
            interval=Interval(row["low"], row["high"]),
            unit=row["unit"],
            facets=facets.override(period=row["period"]),
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
        found = []
        reads.note(reads.EVENT, *event_ids)
        for event_id in event_ids:
            rows = self._timeline[self._timeline["event_id"] == event_id]
            if not len(rows):
                raise EvidenceError(f"timeline.csv has no event {event_id!r}")
            row = rows.iloc[0]
            known = [s for s in row["source_id"].split(";") if s in self._sources.index]
            # the end is known once its own source is published
            ended = row["ended"] if row["ended_source_id"] in self._sources.index else ""
            found += [
                Finding(
                    says=row["event"],
                    date="" if row["category"] in WRITINGS and self._sources.loc[s, "dated"] else row["date"],
                    grade=self._sources.loc[s, "grade"],
                    origins=tuple(self._sources.loc[s, "origin"].split("; ")),
                    sources=(s,),
                    published=self._sources.loc[s, "published"],
                    began="" if row["category"] in WRITINGS else row["date"],
                    ended=ended,
                    done=latest_day(row["date"]).isoformat() if row["category"] == ACTIVITY else "",
                    value=float(parse(row["date"]).year),
                    unit="year",
                    anchor=source_anchor(s),
                    words=(row["quote"],) if row.get("quote") and s == row["source_id"].split(";")[0] else (),
                )
                for s in known
            ]
        return found

    def estimates(self, claim_id: str) -> list[Finding]:
        """Return what published studies find: estimates for a cause, else findings for or against the claim.

        A study that supports both sides makes two findings. Estimates of something else are left out.
        """
        found: list[Finding] = []
        for row in records(self.studies_of(claim_id)):
            about: dict[str, Any] = {
                "says": f"{row['origin']}, {row['outcome']}: {row['result']}",
                "date": "" if row["dated"] else row["published"],
                "grade": row["weight"],
                "origins": (row["origin"],),
                "sources": (row["source_id"],),
                "published": row["published"],
                "anchor": source_anchor(row["source_id"]),
                "words": (row["words"],) if row.get("words") else (),
            }
            if not row["speaks"] and row["counts"] != "no":
                own = {"study": row["study"], "group": row["outcome_group"], "direction": DIRECTIONS[row["sign"]]}
                found.append(Estimate(**about, **own, counts=row["counts"] == "yes"))
            sides = {"for": (False,), "against": (True,), "both": (False, True)}.get(row["speaks"], ())
            found += [Finding(**about, opposes=opposes) for opposes in sides]
        return found

    def studies_of(self, claim_id: str) -> pd.DataFrame:
        """Return the rows of `studies.csv` on a claim, up to the cut-off, joined with their source.

        `weight` is the grade of the document, but at best C if the study was not reviewed or was only seen
        second hand.
        """
        reads.note(reads.STUDIES, claim_id)
        rows = self._studies[self._studies["source_id"].isin(self._sources.index)]
        rows = rows[rows["claim_ids"].map(lambda ids: claim_id in ids.split(";")).astype(bool)]  # even with no rows
        about = self._sources.loc[rows["source_id"], ["origin", "published", "dated", "grade"]].reset_index(drop=True)
        rows = pd.concat([rows.reset_index(drop=True), about], axis=1)
        sound = (rows["reviewed"] == "peer reviewed") & (rows["how_seen"] != "second hand")
        return rows.assign(weight=rows["grade"].where(sound | (rows["grade"] > "C"), "C"))

    def credit(self, shown: pd.DataFrame | Iterable[Measure]) -> "Credit":
        """Return the source line of a chart: producers, where their numbers were read, number of documents."""
        if not isinstance(shown, pd.DataFrame):
            rows = [{"source_id": "; ".join(m.sources), "origin": "; ".join(m.origins)} for m in shown]
            return self.credit(pd.DataFrame(rows))
        ids = sorted({s for cell in shown["source_id"].unique() for s in cell.split("; ")})
        origins = sorted({o for cell in shown["origin"].unique() for o in cell.split("; ")})
        used = self.of_sources(*ids)
        of = {o: used.loc[used["origin"].map(lambda own, o=o: o in own.split("; ")), "publisher"] for o in origins[:4]}
        named = "; ".join(credited(o, publishers) for o, publishers in of.items())
        if len(origins) > 4:
            named += f" and {len(origins) - 4} more"
        line = f"Source: {named}. {counted(len(ids), 'document')}"
        if len(ids) > 1:
            line += ", all from one producer" if len(origins) == 1 else f" from {len(origins)} producers"
        copies = sum(map(is_copy, records(used)))
        return Credit(f"{line}; {counted(copies, 'original')} not seen." if copies else f"{line}.", ids)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dicts, several times as fast as pandas does."""
    names = frame.columns.tolist()
    return [dict(zip(names, cells, strict=True)) for cells in frame.to_numpy(object).tolist()]


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
    more = f" and {len(publishers) - 1} more" if len(publishers) > 1 else ""
    return f"{origin}, as {way} {outlet.split(' (')[0]}{more}"


def load(*topics: str, cutoff: str, kind: type[E] = Evidence) -> E:  # type: ignore[assignment]
    """Read the figures of the named topics and the other tables of `data/`, as published by `cutoff`.

    `kind` may declare more tables as fields. Raises EvidenceError if a topic is unknown or the cut-off is not
    a day: compared as text, a malformed cut-off would let every source through.
    """
    if not is_day(cutoff):
        raise EvidenceError(f'cutoff is {cutoff!r}. Write a day in quotes, like "2023-12-31".')
    folder = folders.data_folder()
    with reads.by_rows():
        sources = _read_text_table(folder / "sources.csv").set_index("source_id", drop=False)
        series = _read_text_table(folder / "series.csv").set_index("series", drop=False)
        files = [_read_text_table(_topic_path(folder / "figures", topic)) for topic in topics]
        around = {name: _read_text_table(folder / f"{name}.csv", columns) for name, columns in OPTIONAL_TABLES.items()}
        own = {field.name for field in fields(kind)} - {field.name for field in fields(Evidence)}
        around |= {name: _read_text_table(folder / f"{name}.csv") for name in own}
    reads.note(reads.TOPIC, *topics)
    sources["origin"] = sources["origin"].str.replace(r"\s*;\s*", "; ", regex=True)
    sources = sources[sources.index.isin(published_by(cutoff, records(sources)))]
    figures = pd.concat(files or [pd.DataFrame(columns=COLUMNS, dtype=object)], ignore_index=True)
    units = _read_text_table(folder / "units.csv", ("unit", "canonical", "factor"))
    factors = {(u.unit, u.canonical): float(u.factor) for u in units.itertuples()}
    seen = _prepared(figures[figures["source_id"].isin(sources.index)], sources, series, factors)
    return kind(cutoff=cutoff, figures=seen, sources=sources, series=series, **around)


def _read_text_table(path: Path, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Read a table as text. With `columns`, a missing file gives an empty table."""
    if columns and not path.is_file():
        return pd.DataFrame(columns=columns, dtype=object)
    return pd.read_csv(path, dtype=object, keep_default_na=False)


def _topic_path(folder: Path, topic: str) -> Path:
    """Return the path of a topic. Raises EvidenceError if there is no such file."""
    path = folder / f"{topic}.csv"
    if not path.is_file():
        known = sorted(other.stem for other in folder.glob("*.csv"))
        there = f"There are: {', '.join(known)}."
        raise EvidenceError(f"There is no data/figures/{topic}.csv.{suggestion(topic, known)} {there}")
    return path


def _prepared(
    rows: pd.DataFrame, sources: pd.DataFrame, series: pd.DataFrame, units: dict[tuple[str, str], float]
) -> pd.DataFrame:
    """Return the rows oldest first, with value and range in the canonical unit, year, and provenance.

    Texts are plain objects: pandas takes rows from such a table three times as fast as from one of type "str".
    """
    about, behind = series.loc[rows["series"]], sources.loc[rows["source_id"]]
    unit = about["unit"].to_list()
    factors = _each(lambda own, to: 1.0 if own == to else units[own, to], rows["unit"], unit)
    words = [rows[name] for name in ("value", "unit", "bound", "rounding")]
    intervals = _each(lambda *read: printed_interval(*read[:-1]).scaled(read[-1]), *words, factors)
    periods = _each(parse, rows["period"])
    made = rows.assign(
        value=[float(value) * factor for value, factor in zip(rows["value"], factors, strict=True)],
        low=[i.low for i in intervals],
        high=[i.high for i in intervals],
        unit=unit,
        printed=rows["value"] + " " + rows["unit"],
        year=[p.year for p in periods],
        complete=[p.complete or mode == "stock" for p, mode in zip(periods, about["mode"], strict=True)],
        origin=behind["origin"].to_list(),
        grade=behind["grade"].to_list(),
        published=behind["published"].to_list(),
        series_label=about["label"].to_list(),
        anchor=_each(figure_anchor, rows["source_id"], rows["series"]),
        behind=_each(lambda *place: (Place(*place),), rows["source_id"], rows["series"], rows["locator"]),
    )
    texts = dict.fromkeys(made.select_dtypes("str"), object)
    joined = made.astype(texts).copy()  # a copy stores all columns of a type as one
    return joined.sort_values(OLDEST_FIRST, ignore_index=True)


def _each(made: Callable, *columns: Sequence) -> list:
    """Apply `made` to each row of the columns, once for each distinct row."""
    rows = list(zip(*(np.asarray(column, dtype=object) for column in columns), strict=True))  # pandas iterates slowly
    known = {row: made(*row) for row in dict.fromkeys(rows)}
    return [known[row] for row in rows]


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
