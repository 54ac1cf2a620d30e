"""A mapping proposed from a table itself: what its shape and words tell, with all that is left to a person marked."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from torch_program.intake import cells
from torch_program.intake.cutting import JOINT, OF_WHICH, UNIT_ABOVE, UNIT_IN_BRACKETS, YEAR, headers
from torch_program.intake.reading import Sheet
from torch_program.intake.tables import Data
from torch_program.places import Places, plain
from torch_program.words import OPEN

MOST_NAMES = 12  # unknown names that are listed to be skipped; with more, the known ones are listed to be read
SURE, ALIKE = 0.9, 0.55  # how like the words of a series a header is
REMARK = re.compile(r"\d\s*([*†‡§①-⑳]+|[A-Za-z]{1,3}|[¹²³⁴⁵⁶⁷⁸⁹⁰]+)$")
INDICATOR = re.compile(r"指标|项目|indicator|variable|series|measure", re.I)
GEO = re.compile(r"地\s*区|geo|ref_area|area|country|economy|region|province|zone|place", re.I)
NUMBERED = frozenset({"序号", "No.", "no"})
TOTAL = re.compile(r"合计|总计|共计|全国|total|all|whole", re.I)
SDMX = "OBS_VALUE"  # where the downloads of OECD and Eurostat as CSV have their numbers; others are codes


@dataclass(frozen=True)
class Proposal:
    """A mapping as YAML, and what it is unsure of, a sentence each."""

    text: str
    unsure: list[str]


@dataclass
class _Shape:
    """A sheet taken apart: its header, and its columns by what stands in them."""

    sheet: Sheet
    lines: list[int]  # of the header
    headers: list[str]
    rows: list[list[str]]  # with numbers
    years: list[int] = field(default_factory=list)  # columns headed by a year
    numbers: list[int] = field(default_factory=list)
    places: int | None = None
    period: int | None = None
    labels: int | None = None
    differing: list[int] = field(default_factory=list)  # other columns of words with more than one

    def column(self, index: int) -> list[str]:
        return [row[index] for row in self.rows if index < len(row) and row[index]]

    def values(self, *indices: int) -> list[tuple[str, ...]]:
        """The different cells of some columns, in their order."""
        return list(dict.fromkeys(tuple(row[i] if i < len(row) else "" for i in indices) for row in self.rows))


def propose(sheets: list[Sheet], stored: Data) -> Proposal:
    """The mapping of the largest sheet, as far as it can be told; always one that can be read."""
    sheet = max(sheets, key=lambda s: sum(map(len, (texts for _, texts in s.rows))))
    places = stored.places
    shape = _shape(sheet, places)
    unsure: list[str] = []
    found: dict[str, Any] = {}
    if len(sheets) > 1:
        found["sheet"] = sheet.name
        others = ", ".join(s.name for s in sheets if s is not sheet)
        unsure.append(f"sheet: the largest is taken; there are also {others}.")
    found["header"] = shape.lines[0] if len(shape.lines) == 1 else shape.lines
    counted = _quantities(shape, stored, unsure)
    found |= _entity(shape, places, unsure) or _whole(counted, stored, unsure)
    found |= counted
    found |= _signs(shape, unsure)
    _differing(shape, unsure)
    found["source_id"] = OPEN
    unsure.append("source_id: the table does not say it. Write its row of sources.csv, new ones by --sources.")
    found["locator"] = f"Table {OPEN}, row {{row}}, column {{column}}"
    unsure.append("locator: write the number of the table, or the page.")
    remarks = "".join(f"# {sentence}\n" for sentence in unsure)
    body = yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None)
    return Proposal(f"# Proposed from {sheet.shown}. Look at:\n{remarks}{body}", unsure)


def _shape(sheet: Sheet, places: Places) -> _Shape:
    """Header and columns: the header ends with the row of years, or where the first row with another number begins."""
    first = next((n for n, (_, texts) in enumerate(sheet.rows) if any(map(_is_figure, texts[1:]))), len(sheet.rows))
    years = (n for n, (_, texts) in enumerate(sheet.rows[:first]) if sum(map(_is_year, texts)) > 1)
    last = next(years, max(0, first - 1))
    begin = last
    while (
        begin and sum(map(bool, sheet.rows[begin - 1][1])) > 1 and sheet.rows[begin - 1][0] == sheet.rows[begin][0] - 1
    ):
        begin -= 1
    lines = [line for line, _ in sheet.rows[begin : last + 1]]
    rows = [t for _, t in sheet.rows[last + 1 :] if any(_is_figure(text) or _is_year(text) for text in t[1:])]
    shape = _Shape(sheet, lines, headers(sheet, lines), rows)
    words = []
    for index, header in enumerate(shape.headers):
        column = shape.column(index)
        if not column or not header or header in NUMBERED:
            continue
        if _is_year(header):
            shape.years.append(index)
        elif all(map(_is_year, column)):
            shape.period = index if shape.period is None else shape.period
        elif sum(_is_figure(text) or _is_year(text) for text in column) * 2 > len(column):
            shape.numbers.append(index)
        else:
            words.append(index)
    if SDMX in shape.headers:
        shape.numbers = [shape.headers.index(SDMX)]
    named = [i for i in words if _known(places, shape.column(i))]
    headed = [i for i in words if GEO.fullmatch(shape.headers[i])]
    shape.places = next(iter(named or headed), None)
    rest = [i for i in words if i != shape.places]
    several = [i for i in rest if len(shape.values(i)) > 1]
    told = [i for i in rest if INDICATOR.search(shape.headers[i])]
    shape.labels = next(iter([i for i in told if i in several] or told or several or rest), None)
    shape.differing = [i for i in several if i != shape.labels]
    return shape


def _is_year(text: str) -> bool:
    return bool(YEAR.fullmatch(plain(text)))


def _is_figure(text: str) -> bool:
    """Is this a number, perhaps with a mark behind it, and no year?"""
    narrow = plain(text)
    if mark := REMARK.search(narrow):
        narrow = narrow[: mark.start(1)].rstrip()
    if _is_year(narrow):
        return False
    hint = cells.number(narrow)
    return hint is None or bool(hint.plain) and narrow[:1] in "0123456789-" and not re.search(r"[^\W\d]{3,}", narrow)


def _known(places: Places, column: list[str]) -> bool:
    names = list(dict.fromkeys(column))
    return any(places.resolve(name) for name in names) and (
        len([n for n in names if places.suggest(n)]) * 4 >= len(names) or len(names) > MOST_NAMES
    )


def _entity(shape: _Shape, places: Places, unsure: list[str]) -> dict[str, Any]:
    """The places down a table; nothing where no column has their names."""
    if shape.places is None:
        return {}
    header = shape.headers[shape.places]
    names = list(dict.fromkeys(shape.column(shape.places)))
    unknown = [name for name in names if not places.resolve(name)]
    if len(unknown) == len(names):
        unsure.append(f"names: write the place of each that is meant, and move the others to skip: {', '.join(names)}")
        return {"entity": {"column": header, "names": dict.fromkeys(names, OPEN)}}
    if len(unknown) > MOST_NAMES:
        known = [name for name in names if places.resolve(name)]
        unsure.append(
            f"only: {len(known)} of {len(names)} names in the column {header} are known; the others are left."
        )
        if alike := [f"{name} = {meant}" for name in unknown if (meant := places.around(name))]:
            unsure.append(f"only, names: are these meant too? Then they belong into both: {', '.join(alike)}")
        return {"only": {header: known}, "entity": {"column": header}}
    whole = "All zones" if any(places.is_zone(places.suggest(name)) for name in names) else "China"
    near = {name: whole if TOTAL.fullmatch(plain(name)) else places.suggest(name) for name in unknown}
    found: dict[str, Any] = {"column": header}
    if named := {name: meant for name, meant in near.items() if meant}:
        found["names"] = named
        unsure.append(f"names: are these right? {', '.join(f'{n} = {m}' for n, m in named.items())}")
    if skipped := [name for name, meant in near.items() if not meant]:
        found["skip"] = skipped
        unsure.append(f"skip: these are taken for no places; a total belongs into names: {', '.join(skipped)}")
    return {"entity": found}


def _whole(counted: Mapping[str, Any], stored: Data, unsure: list[str]) -> dict[str, Any]:
    """Whom the numbers are about where the table names no place: what its series are mostly about."""
    text = repr(counted)
    series = {name for name in stored.series if f"'{name}'" in text}
    about = Counter(row["entity"] for row in stored.figures if row["series"] in series)
    entity = about.most_common(1)[0][0] if about else "China"
    unsure.append(f"entity: no column has names of places, so all is taken for {entity}.")
    return {"entity": entity}


def _quantities(shape: _Shape, stored: Data, unsure: list[str]) -> dict[str, Any]:
    """What is counted, and when."""
    found: dict[str, Any] = {}
    across = bool(shape.years)
    long = not across and shape.period is not None and len(shape.numbers) == 1
    above = " ".join(text for line, texts in shape.sheet.rows if line < shape.lines[0] for text in texts)
    if across:
        found["columns"] = "years"
    elif long:
        found["value"] = shape.headers[shape.numbers[0]]
    if not across and shape.period is not None:
        found["period"] = {"column": shape.headers[shape.period]}
    elif not across:
        year = re.search(r"[12]\d{3}", f"{above} {shape.sheet.file}")
        found["period"] = year[0] if year else OPEN
        unsure.append(
            f"period: {'taken from the title or the name of the file' if year else 'the table does not say it'}."
        )
    if across or long:
        if shape.labels is not None:
            labels = list(_labels(shape.column(shape.labels)))
            named = {label: _quantity(label, above, stored, unsure) for label in labels}
            found["indicators"] = {"column": shape.headers[shape.labels], "quantities": named}
        else:
            words = above or shape.sheet.file
            found["quantity"] = _quantity(words, above, stored, unsure)
    else:
        heads = [shape.headers[index] for index in shape.numbers]
        found["columns"] = {head: _quantity(head, above, stored, unsure) for head in heads}
    return found


def _labels(column: list[str]) -> Iterator[str]:
    """The indicators of a column, a part with the row that it is a part of, as a mapping names them."""
    above, seen = "", set()
    for label in column:
        full = f"{above}{JOINT}{label}" if OF_WHICH.match(label) else label
        above = above if OF_WHICH.match(label) else label
        if full not in seen:
            seen.add(full)
            yield full


def _quantity(words: str, above: str, stored: Data, unsure: list[str]) -> dict[str, str]:
    """Series and unit for a header or label."""
    texts = (*UNIT_IN_BRACKETS.findall(words), *UNIT_ABOVE.findall(above))
    unit = next(filter(None, ("percent" if text.startswith("%") else cells.unit(text) for text in texts)), "")
    possible = {
        name: row
        for name, row in stored.series.items()
        if not unit or unit == row["unit"] or (unit, row["unit"]) in stored.units
    }
    series, how = _nearest(re.sub(UNIT_IN_BRACKETS, "", words).strip(), possible)
    if not series:
        unsure.append(f'series of "{words}": nothing like it is in series.csv.')
    elif how < SURE:
        unsure.append(f'series of "{words}": is it {series} ({stored.series[series]["label"]})?')
    if not unit and series:
        unit = stored.series[series]["unit"]
        unsure.append(f'unit of "{words}": not printed; {unit} is that of the series.')
    elif not unit:
        unsure.append(f'unit of "{words}": not printed.')
    return {"series": series or OPEN, "unit": unit or OPEN}


def _nearest(words: str, series: Mapping[str, Mapping[str, str]]) -> tuple[str, float]:
    """The series whose name, label or Chinese words are most like some words, and how like they are."""
    best, score = "", 0.0
    own = plain(words.split(JOINT)[-1]).casefold()
    for name, row in series.items():
        chinese = re.findall(r"[\u3400-\u9fff]+", row["counts"] + row["note"])
        for text in (name, row["label"], *chinese):
            like = difflib.SequenceMatcher(None, own, text.casefold()).ratio()
            if like > score:
                best, score = name, like
    return (best, score) if score >= ALIKE else ("", 0.0)


def _signs(shape: _Shape, unsure: list[str]) -> dict[str, Any]:
    """Cells that say "no figure", marks behind numbers, and what stands between thousands."""
    texts = [text for index in (*shape.numbers, *shape.years) for text in shape.column(index)]
    found: dict[str, Any] = {}
    odd = sorted({text for text in texts if not _is_figure(text) and not _is_year(text)})
    if missing := [text for text in odd if text.casefold() in cells.NOTHING or text.startswith(":")]:
        found["missing"] = missing
    if marks := sorted({m[1] for text in texts if text not in missing and (m := REMARK.search(text))}):
        found["marks"] = dict.fromkeys(marks, OPEN)
        unsure.append(f"marks: write what {', '.join(marks)} say; it goes into the note.")
    if left := [text for text in odd if text not in missing and not REMARK.search(text)]:
        unsure.append(f"these cells are no numbers, and are told when the table is added: {', '.join(left[:6])}")
    if any(re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain(text)) for text in texts):
        found["thousands"] = ","
    return found


def _differing(shape: _Shape, unsure: list[str]) -> None:
    """Columns of words in which rows differ that are the same in all else: which of them are meant must be said."""
    keys = [i for i in (shape.places, shape.labels, shape.period) if i is not None]
    for index in shape.differing:
        words = [word for (word,) in shape.values(index)]
        if len(words) <= MOST_NAMES and not any(
            len(shape.values(key, index)) == len(shape.values(key)) for key in keys
        ):
            header, first = shape.headers[index], words[0]
            unsure.append(
                f"only: rows differ in {header} too ({', '.join(words)}): say which are meant, like "
                f'only: {{"{header}": ["{first}"]}}.'
            )
