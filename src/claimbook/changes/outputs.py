"""What a cell of a notebook says otherwise than before: figures, verdicts, statistics and texts, one sentence each."""

import re
from collections.abc import Iterable, Iterator, Mapping
from os.path import commonprefix
from typing import Any

from claimbook.changes import tell
from claimbook.changes.compare import comparable, difference, marked
from claimbook.say.recorded import FIGURE_MIME, MYST_MIME, RESULTS_MIME

READ = ("text/markdown", "text/plain", "text", "evalue")  # of an output, the first that it has is compared
FOLLOWS = {"alt", "caption", "credit", "html", "marks", "words"}  # told where nothing else differs
DATA, RESULTS = "its data", "results"
MOST = 4  # values of one figure that are told
BRIEF = 40  # characters of what is told as it was and as it is
WIDE = 200  # characters of a sentence
NAMES = r"(?m)^:name: (\S+)$", r"(?m)^:::+\{\w+\} (.*)$"  # of a table: its own, else its title

ACCEPT = "If this is meant, accept it: `make report && make baseline`. If not, `make diff` shows what else it moved."

Parts = dict[str, dict[str, Any]]


def moved(before: Iterable[Any], after: Iterable[Any]) -> list[str]:
    """What the outputs of one cell say otherwise than before; empty when they say the same or are only drawn anew."""
    old, new = (_parts(comparable([*outputs])) for outputs in (before, after))
    told: list[str] = []
    for name in dict.fromkeys([*old, *new]):
        if name not in old or name not in new:
            told.append(f"{name}: {'new' if name in new else 'LOST'}")
        elif name == RESULTS:
            told += tell.sentences(difference(old[name], new[name]))
        else:
            told += _apart(name, old[name], new[name])
    return [sentence if len(sentence) <= WIDE else sentence[: WIDE - 1] + "…" for sentence in told]


def _parts(outputs: Iterable[Mapping[str, Any]]) -> Parts:
    """What outputs hold by its name, each with all that may differ in it; texts without a name are counted."""
    parts: Parts = {}
    for output in outputs:
        data = output.get("data", {})
        text = "".join(next((holder[name] for name in READ for holder in (data, output) if name in holder), ""))
        myst = data.get(MYST_MIME, {})
        if FIGURE_MIME in data:
            figure = data[FIGURE_MIME]
            parts[f"figure {figure['label']}"] = {DATA: figure["csv"]} | {k: v for k, v in figure.items() if k != "csv"}
        elif RESULTS_MIME in data:
            parts[RESULTS] = data[RESULTS_MIME]
            values, statistics = data[RESULTS_MIME].get("values", {}), data[RESULTS_MIME]["statistics"]
            parts |= {f"value {key}": value for key, value in values.items() if key not in statistics}
        elif "values" in myst:
            values = {f"value {key}": value for key, value in myst["values"].items()}
            parts[f"text {len(parts) + 1}"] = values | {"words": text}
        else:
            text = myst.get("myst", text)
            named = next(filter(None, (re.search(name, text) for name in NAMES)), None)
            parts[f"text {f'“{named[1]}”' if named else len(parts) + 1}"] = {"words": text}
    return parts


def _apart(name: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """How one thing differs; what follows from the rest is told alone."""
    apart = [what for what in {**then, **now} if then.get(what) != now.get(what)]
    for what in [what for what in apart if what not in FOLLOWS] or apart[:1]:
        old, new = str(then.get(what, "")), str(now.get(what, ""))
        where = name if what in {"text", "words"} else what if what.startswith("value ") else f"{name}, {what}"
        if what == DATA:
            cells = tell.data_moved(old, new)
            yield from (f"{where}, {cell}" for cell in cells[:MOST])
            yield from [f"{where}: and {len(cells) - MOST:,} more values"] * (len(cells) > MOST)
        elif max(len(old), len(new)) <= BRIEF:
            yield f"{where}: {tell.arrow(old, new)}"
        else:
            yield f"{where}: {_words(old, new)}"


def _words(then: str, now: str) -> str:
    """What differs first between two texts, with a few words before it; what is far behind it is not looked at."""
    same = max(commonprefix([then, now]).rfind(" "), 0)
    start = then.rfind(" ", 0, same - BRIEF) + 1 if same > BRIEF else 0
    return "…" * (start > 0) + " ".join(marked(*(text[start : same + WIDE] for text in (then, now))).split())
