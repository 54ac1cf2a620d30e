"""The beginning of a claim or a section: the entry, the cell and the notebook that a person then fills in.

What only a person can say is "?" in the entry, so that a claim is never tested against a value that nobody meant.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from torch_program.anchors import slug
from torch_program.claims import Facets, column_of
from torch_program.intake.ledger import ID
from torch_program.parameters import cell
from torch_program.pipeline.execution import declared_topics
from torch_program.project import NothingWritten
from torch_program.provinces import NATIONAL
from torch_program.words import OPEN, suggestion

KINDS = ("number", "fact", "comparison", "causal", "opinion")  # of claims
LINE = 118  # of the ledger
LONGEST = 60  # the id of a cell has 64 signs at most
FOLDED = 95  # a longer text is written below its name
JUDGED = ("section.record()", "section.judgements")  # from here on a notebook reads what it judged
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
Notebook = dict[str, Any]


class SkeletonError(NothingWritten, ValueError):
    """Something that cannot be begun as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Series:
    """What would decide a number: its row of series.csv, and where its figures are."""

    about: Mapping[str, str]
    topic: str
    entity: str


# claims --------------------------------------------------------------------------------------------------------


def entry(claim: str, section: str, kind: str, statement: str, year: str, series: Series | None) -> dict[str, Any]:
    """The entry of a claim, in the order in which the ledger has its fields; `year` is that of the text."""
    made: dict[str, Any] = {"id": claim, "section": section, "kind": kind, "statement": statement}
    if kind == "number":
        known = {facet: series.about.get(column_of(facet), "") for facet in Facets.model_fields if series}
        facets = {facet: word for facet, word in known.items() if word} or {"quantity": OPEN}
        place = series.entity if series and series.entity not in NATIONAL else "China"
        made["test"] = {"op": OPEN, "value": OPEN, "unit": series.about["unit"] if series else OPEN}
        made |= {"as_of": year, "facets": facets | {"place": place}, "window": OPEN}
    elif kind == "fact":
        made["parts"] = [{"id": "whole", "says": statement.rstrip(".")}]
    elif kind == "comparison":
        criterion = {"id": "first", "says": OPEN, "op": "at least", "threshold": OPEN, "unit": OPEN, "why": OPEN}
        made["criteria"] = [criterion]
    return made


def is_open(made: Any) -> bool:
    """Is something in an entry left to a person?"""
    if isinstance(made, (dict, list)):
        return any(map(is_open, made.values() if isinstance(made, dict) else made))
    return made == OPEN


def in_ledger(text: str, made: Mapping[str, Any]) -> str:
    """The ledger with an entry behind the last claim of its section, or of the sections before it; all else stays.

    Raises SkeletonError where the ledger cannot be read, or has the id.
    """
    claims = _claims(text)
    content = yaml.safe_load(text)
    ids = [claim["id"] for claim in content["claims"]]
    if made["id"] in ids:
        at = claims[ids.index(made["id"])].start_mark.line + 1
        raise SkeletonError(
            f"data/claims.yml, line {at}: there is a claim {made['id']} already. Choose another id, or edit that one."
        )
    earlier = [order(str(claim["section"])) <= order(made["section"]) for claim in content["claims"]]
    if earlier != sorted(earlier, reverse=True):
        raise SkeletonError(
            "data/claims.yml: its claims are not in the order of the sections. Put them in order first."
        )
    at = sum(earlier)
    lines = text.splitlines(keepends=True)
    end = claims[at].start_mark.line if at < len(claims) else len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1  # blank lines and headings belong to what comes next
    indent = " " * (claims[0].start_mark.column - 2 if claims else 2)
    added = "".join(f"{indent}{line}\n" for line in as_yaml(made).splitlines())
    new = "".join([*lines[:end], "\n" * bool(claims), added, *lines[end:]])
    wanted = content | {"claims": [*content["claims"][:at], dict(made), *content["claims"][at:]]}
    if yaml.safe_load(new) != wanted:
        raise SkeletonError(f"data/claims.yml has another form than a list of claims. Add this by hand:\n{added}")
    return new


def _claims(text: str) -> Sequence[yaml.Node]:
    """The entries of the ledger, which know their lines."""
    try:
        document = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise SkeletonError(f"data/claims.yml{where}: not readable as YAML. Run `make check`.") from None
    fields = document.value if isinstance(document, yaml.MappingNode) else []
    claims = next((value for key, value in fields if key.value == "claims"), None)
    if not isinstance(claims, yaml.SequenceNode):
        raise SkeletonError("data/claims.yml holds no list of claims. Run `make check`.")
    return claims.value


def as_yaml(made: Mapping[str, Any]) -> str:
    """An entry as the ledger writes them: the test on one line, years and numbers of sections in double quotes."""

    class Dumper(yaml.SafeDumper):
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)  # a list stands further in than its name

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        style: str | None = ">"
        if len(value) <= FOLDED:
            style = None if yaml.safe_dump(value, allow_unicode=True, width=LINE).splitlines()[0] == value else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    def mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
        node = dumper.represent_mapping("tag:yaml.org,2002:map", value.items())
        node.flow_style = "op" in value and "says" not in value
        return node

    Dumper.add_representer(str, text)
    Dumper.add_representer(dict, mapping)
    return yaml.dump([dict(made)], Dumper=Dumper, allow_unicode=True, sort_keys=False, width=LINE)


def judging(claim: str, kind: str, series: Series | None, code: str) -> str:
    """The cell that judges a claim in a notebook with some code; as long as it is given nothing, nothing is shown."""
    if kind == "number":
        asked = f'"{series.about["series"]}", "{series.entity}"' if series else ""
        given = f"ev.measures({asked}),\n    ev.credit(ev.frame({asked}))" if series else '[],\n    ""'
        return f'section.judge_number(\n    "{claim}",\n    {given},\n);'
    if kind == "fact":
        return f'section.judge_fact("{claim}", {{"whole": []}});  # such as ev.dated("<event_id of timeline.csv>")'
    if kind == "comparison":
        imported = "" if "judge_criterion" in code else "from torch_program.comparisons import judge_criterion\n\n"
        return (
            f'{imported}(first,) = section.claim("{claim}").criteria\n'
            "# in place of None: the Interval in which its value lies, the value in words, and the measures behind it\n"
            'results = [judge_criterion(first, None, "")]\n'
            'title = f"{sum(bool(r.met) for r in results)} of {len(results)} criteria met"\n'
            f'section.judge_comparison("{claim}", results, title, "");  # last: ev.credit(rows)'
        )
    if kind == "causal":
        return f'section.judge_causal("{claim}", []);  # such as ev.dated("<event_id of a study in timeline.csv>")'
    return f'section.set_aside("{claim}");'


def with_cell(notebook: Notebook, claim: str, source: str, topic: str = "") -> None:
    """Put the cell that judges a claim before those that read what was judged, and load a topic if it is not yet."""
    cells = notebook["cells"]
    codes = ["".join(cell["source"]) if cell["cell_type"] == "code" else "" for cell in cells]
    at = next((n for n, code in enumerate(codes) if any(word in code for word in JUDGED)), len(cells))
    if topic and topic not in declared_topics(notebook):
        call = next((n for n, code in enumerate(codes) if "evidence.load(" in code), None)
        if call is None:
            raise SkeletonError(
                f'The notebook loads no evidence. Write ev = evidence.load("{topic}", cutoff=cutoff) into it first.'
            )
        cells[call]["source"] = codes[call].replace("evidence.load(", f'evidence.load("{topic}", ', 1)
    cells.insert(at, _code(claim, source))


# sections ------------------------------------------------------------------------------------------------------


def section(number: str, title: str, parameters: Mapping[str, Any]) -> Notebook:
    """The notebook of a section without claims; `parameters` are those of the default edition."""
    values = cell(parameters)
    imports = (
        "from torch_program import evidence\nfrom torch_program.parameters import check_parameters\n"
        "from torch_program.section import Section\n\ncheck_parameters(globals())\n"
        f'section = Section("{number}", edition=edition, cutoff=cutoff)\n'
        "ev = evidence.load(cutoff=cutoff)\nsection.claims_box()"
    )
    cells = [
        new_markdown_cell(f"# {number} {title}", id="title"),
        _code("parameters", values, "parameters"),
        _code("imports", imports),
        _code("record", "section.record()"),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})


def file_of(number: str, title: str) -> str:
    """Name of a section's notebook: 4-5-spin-outs-abroad."""
    latin = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    name = slug(latin)
    if not name:
        raise SkeletonError(f"{title!r} gives no name for a file. Begin with a title that has Latin letters.")
    return f"{number.replace('.', '-')}-{name}"


def in_toc(text: str, notebook: str) -> str:
    """The table of contents with a notebook behind those of the sections before it; all else stays."""
    lines = text.splitlines(keepends=True)
    listed = {n: found for n, line in enumerate(lines) if (found := re.match(r"( *- file: notebooks/)(\d\S*)", line))}
    if not listed:
        raise SkeletonError(f"_toc.yml lists no section. Write a line for notebooks/{notebook} where it belongs.")
    before = [n for n, found in listed.items() if order(number_of(found[2])) < order(number_of(notebook))]
    at = max(before) + 1 if before else min(listed)
    return "".join([*lines[:at], f"{listed[min(listed)][1]}{notebook}\n", *lines[at:]])


def number_of(notebook: str) -> str:
    """4.5 of 4-5-spin-outs."""
    return re.findall(r"^\d+(?:-\d+)?", notebook)[0].replace("-", ".")


def order(number: str) -> tuple[int, ...]:
    """By which sections are sorted; raises SkeletonError for what is no number of one."""
    if not re.fullmatch(r"[1-9]\d*(\.[1-9]\d*)?", number):
        raise SkeletonError(f"{number!r} is no number of a section. Write one like 6 or 4.5.")
    return tuple(map(int, number.split(".")))


def _code(name: str, source: str, *tags: str) -> dict[str, Any]:
    shown = "remove-input" if name in {"imports", "parameters"} else "hide-input"  # set-up says nothing to a reader
    return new_code_cell(source, id=name, metadata={"tags": [*tags, shown]})


def read(path: Path) -> Notebook:
    """A notebook from its file; raises SkeletonError for one that is torn."""
    try:
        notebook = json.loads(path.read_bytes())
        if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
            raise ValueError("no notebook")
        return notebook
    except ValueError as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise SkeletonError(
            f"notebooks/{path.name}{line}: this is no notebook. Was it merged by hand? Mend that line, or put it back."
        ) from None


def as_file(notebook: Notebook) -> bytes:
    """A notebook as JupyterLab stores it."""
    return (nbformat.writes(nbformat.from_dict(notebook)) + "\n").encode()


def name_of_claim(text: str) -> None:
    """Raises SkeletonError for an id that addresses and cells could not bear."""
    if not ID.fullmatch(text) or len(text) > LONGEST:
        meant = slug(text)[:LONGEST].strip("-")
        hint = f" Did you mean {meant}?" if meant else ""
        raise SkeletonError(
            f"{text!r} is no id: write small letters, digits and hyphens, {LONGEST} at most, like zones-over-170.{hint}"
        )


def year_of(ledger: str) -> str:
    """The year of the text."""
    _claims(ledger)
    return str(yaml.safe_load(ledger)["text_date"])[:4]


# words ---------------------------------------------------------------------------------------------------------


def one_of(word: str, known: Iterable[str], what: str, how: str = "") -> None:
    """Raises SkeletonError, with the word that was probably meant, for one that is not known."""
    known = list(known)
    if word not in known:
        raise SkeletonError(f"There is no {what} {word!r}.{suggestion(word, known)} Known: {', '.join(known)}.{how}")


def deciding(
    name: str, series: Mapping[str, Mapping[str, str]], rows: Iterable[tuple[str, Mapping[str, str]]]
) -> Series:
    """A series with the topic that has most of its figures, and the place that they are about.

    `rows` are pairs of topic and figure. Raises SkeletonError where it is unknown, has no figures or several places.
    """
    if name not in series:
        raise SkeletonError(f"data/series.csv has no series {name!r}.{suggestion(name, series)}")
    own = [(topic, row["entity"]) for topic, row in rows if row["series"] == name]
    places = list(dict.fromkeys(entity for _, entity in own))
    national = [entity for entity in places if entity in NATIONAL]
    if not own:
        raise SkeletonError(f"The series {name} has no figures in data/figures. Name one that has.")
    if not national and len(places) > 1:
        raise SkeletonError(
            f"The series {name} has figures of {len(places)} places ({', '.join(places[:3])} …) and none of the whole "
            "country, so it decides no number by itself. Leave --series out and gather the measures in the notebook."
        )
    entity = (national or places)[0]
    return Series(series[name], next(topic for topic, place in own if place == entity), entity)
