"""What a cell of a notebook says otherwise than before: its figures, verdicts, statistics and texts, one sentence each.

Notebooks hold what a record only has the hash of, so this tells which value of which figure moved.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from os.path import commonprefix
from typing import Any

from torch_program.changes import compare, tell
from torch_program.changes.record import DIGITS, rounded
from torch_program.results import FIGURE_MIME, MYST_MIME, RESULTS_MIME

DRAWING = "drawing"  # other platforms may draw other bytes; the data beside them are compared
READ = ("text/markdown", "text/plain", "text", "evalue")  # of an output, the first that it has is compared
MOST = 4  # values of one figure that are told
WIDE = 200  # characters of a sentence
AHEAD = 40  # characters before what differs
DRAWN = re.compile(r"data:image/[^\"]*")
NAME = re.compile(r"^:name: (\S+)$", re.MULTILINE)
TITLE = re.compile(r"^:::+\{\w+\} (.*)$", re.MULTILINE)

ACCEPT = "If this is meant, accept it: `make report && make baseline`. If not, `make diff` shows what else it moved."

Output = Mapping[str, Any]


def place(notebook: str, cell: str) -> str:
    """Where a sentence of `moved` belongs."""
    return f"{notebook}, cell {cell}"


def comparable(value: Any) -> Any:
    """What a cell gave without drawings, and with numbers as exact as they must agree on every platform."""
    if isinstance(value, dict):
        return {key: rounded(item) if key == "csv" else comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return DRAWN.sub("", value) if isinstance(value, str) else value


def moved(before: Iterable[Output], after: Iterable[Output]) -> list[str]:
    """What the outputs of one cell say otherwise than before; empty when they say the same."""
    old, new = _parts(before), _parts(after)
    sentences: list[str] = []
    for key in dict.fromkeys([*old, *new]):
        then, now = old.get(key), new.get(key)
        if then == now:
            continue
        kind, name = key
        if then is None or now is None:
            sentences.append(f"{kind} {name}: {'new' if then is None else 'LOST'}")
        elif kind == "figure":
            sentences += _figure(name, then, now)
        elif kind == "results":
            sentences += _results(then, now)
        elif kind == "prose":
            sentences += _values(then[0], now[0]) or [f"text {name}: {_words(then[1], now[1])}"]
        else:
            sentences.append(f"{kind} {name}: {_words(then, now)}")
    return [sentence if len(sentence) <= WIDE else sentence[: WIDE - 1] + "…" for sentence in sentences]


def _parts(outputs: Iterable[Output]) -> dict[tuple[str, str], Any]:
    """What outputs hold, by kind and name; those without a name are counted."""
    parts: dict[tuple[str, str], Any] = {}
    for output in outputs:
        data = output.get("data", {})
        if FIGURE_MIME in data:
            figure = data[FIGURE_MIME] | {DRAWING: "".join(data.get("text/html", ""))}
            parts["figure", figure["label"]] = figure
        elif RESULTS_MIME in data:
            parts["results", data[RESULTS_MIME]["section"]] = data[RESULTS_MIME]
        elif "values" in data.get(MYST_MIME, ()):
            nth = sum(kind == "prose" for kind, _ in parts) + 1
            parts["prose", f"{nth}"] = data[MYST_MIME]["values"], "".join(data["text/markdown"])
        else:
            text = "".join(next((holder[name] for name in READ for holder in (data, output) if name in holder), ""))
            text = data.get(MYST_MIME, {}).get("myst", text)
            named = NAME.search(text) or TITLE.search(text)
            nth = sum(kind == "text" for kind, _ in parts) + 1
            parts["text", f"“{named[1]}”" if named else f"{nth}"] = text
    return parts


def _figure(label: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Its data first, then its words; the drawing only where nothing else differs."""
    found = data_moved(label, then["csv"], now["csv"])
    names = [n for n in dict.fromkeys([*then, *now]) if n not in {"csv", DRAWING} and then.get(n) != now.get(n)]
    found += [f"figure {label}, {n}: {_words(str(then.get(n, '')), str(now.get(n, '')))}" for n in names]
    return found or [f"figure {label}: drawn otherwise; its data and words are the same"]


def data_moved(label: str, then: str, now: str) -> list[str]:
    """How the data behind a figure differ, value by value; fractions agree to the digits that every platform gives."""
    if rounded(then) == rounded(now):
        return []
    (head, *old), (heading, *new) = (list(csv.reader(io.StringIO(table))) for table in (then, now))
    if head != heading:
        return [f"figure {label}, columns of its data: {_words(', '.join(head), ', '.join(heading))}"]
    if len(old) != len(new):
        others = [*(f"gone: {', '.join(row)}" for row in compare.without(_rows(old), _rows(new)))]
        others += [f"new: {', '.join(row)}" for row in compare.without(_rows(new), _rows(old))]
        return [f"figure {label}, its data: {len(old)} rows → {len(new)}; {tell.several(others, MOST)}"]
    cells = [
        f"row {number} ({', '.join(before[:2])}), {column}: {_change(a, b)}"
        for number, (before, after) in enumerate(zip(old, new, strict=True), start=1)
        for column, a, b in zip(head, before, after, strict=True)
        if rounded(a) != rounded(b)
    ]
    more = [f"figure {label}: and {len(cells) - MOST:,} more values"] if len(cells) > MOST else []
    return [f"figure {label}, its data, {cell}" for cell in cells[:MOST]] + more


def _rows(rows: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """Rows as they are compared."""
    return [tuple(map(rounded, row)) for row in rows]


def _results(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Verdicts, then statistics, the farthest moved first."""
    found = compare.difference(then, now)
    sentences = []
    for claim in found.claims:
        if claim.both:
            pairs = {
                "verdict": (claim.before["verdict"], claim.after["verdict"]),
                "robustness": tuple(side["robustness"]["label"] for side in (claim.before, claim.after)),
            }
            told = [f"{what} of {claim.key}: {a} → {b}" for what, (a, b) in pairs.items() if a != b]
            sentences += told or [f"claim {claim.key}: {tell.differing(claim)}"]
        else:
            sentences.append(f"claim {claim.key}: {'new' if claim.added else 'LOST'}")
    sentences += [f"statistic {s.key}: LOST" for s in found.statistics if s.lost]
    for change in found.ranked:
        a, b = change.before["value"], change.after["value"]
        said = _change(str(a), str(b)) if not compare.alike(a, b) else "its words or sources differ"
        sentences.append(f"statistic {change.key}: {said}")
    sentences += [f"statistic {s.key}: new" for s in found.statistics if s.added]
    old, new = then.get("values", {}), now.get("values", {})
    for key in sorted(old.keys() & new.keys() - {change.key for change in found.statistics}):
        if old[key]["text"] != new[key]["text"]:
            sentences.append(f"value {key}: {_change(old[key]['text'], new[key]['text'])}")
        elif old[key] != new[key]:
            sentences.append(f"value {key}: its card, {_words(old[key]['html'], new[key]['html'])}")
    return sentences


def _values(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """How the values differ that both texts name."""
    return [f"value {key}: {_change(then[key], now[key])}" for key in then if now.get(key, then[key]) != then[key]]


def _change(then: str, now: str) -> str:
    """ "12.5 → 13.1 (+0.6, +4.80 %)"; without a share where one of them is no number or the first is nought."""
    try:
        a, b = float(then), float(now)
    except ValueError:
        return f"{then or 'nothing'} → {now or 'nothing'}"
    return f"{then} → {now} ({tell.by_how_much(a, b)})"


def _words(then: str, now: str) -> str:
    """What differs first between two texts, with a few words before it; what is far behind it is not looked at."""
    same = max(commonprefix([then, now]).rfind(" "), 0)
    start = then.rfind(" ", 0, same - AHEAD) + 1 if same > AHEAD else 0
    pieces = compare.marked(*(text[start : same + WIDE] for text in (then, now)))
    return ("…" if start else "") + " ".join(tell.plain(pieces).split())
