"""The rule varied, as a picture: all claims from firm to frail."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from matplotlib.colors import ListedColormap

from claimbook.charts.figures import Chart, finish
from claimbook.charts.labels import label_cells
from claimbook.charts.layout import Key, Sheet, canvas
from claimbook.charts.style import SMALL, readable_on
from claimbook.firmness.multiverse import AXES, FACTORS, OPEN, SAME, TURNS, mark_step

Record = Mapping[str, Any]

AXIS_WORDS = {
    "day": "day of the text",
    "edition": "evidence up to",
    "figure": "other figure",
    "revision": "revised figures",
    "grades": "grades",
    "origin": "one origin less",
    "window": "window of years",
    "about": "width of “about”",
}
STEPS = [mark_step(factor) for factor in sorted(FACTORS)]
STATES = {  # colour, sign, and what the key says
    SAME: ("#cfe3df", "", "same verdict"),
    OPEN: ("#c9b98f", "?", "left open"),
    TURNS: ("#a3200f", "×", "another verdict"),
}
CELL = 0.19  # inches, a row of claims


def varied(record: Record) -> bool:
    """Whether there was anything to choose."""
    return bool(record["robustness"].get("choices", {}).get("of"))


def frailty(record: Record) -> tuple:
    """Sorts claims from firm to frail: turned by no choice, by the smallest share of them, left open by the fewest."""
    choices = record["robustness"]["choices"]
    turns = sum(d["becomes"] == TURNS for d in choices["differ"])
    near = record["robustness"]["label"] == "fragile"
    return near, turns / choices["of"], 1 - choices["agree"] / choices["of"], record["id"]


def states(record: Record) -> dict[str, str]:
    """What becomes of a verdict under each group of choices, at worst; a group that does not apply is absent."""
    choices = record["robustness"]["choices"]
    worst = {a: SAME for a in AXES if a != "mark" and choices["tried"].get(a)}
    worst |= dict.fromkeys(STEPS, SAME) if choices["tried"].get("mark") else {}
    for d in choices["differ"]:
        column = d["to"] if d["axis"] == "mark" else d["axis"]
        if worst[column] != TURNS:
            worst[column] = d["becomes"]
    return worst


def state_key(color: str, sign: str, says: str) -> Key:
    """The key of a state: a square with its sign."""

    def draw(on: Sheet, x: float, y: float) -> None:
        on.box(x + 0.01, y - 0.08, 0.16, 0.16, color)
        on.text(x + 0.09, y, sign, color=readable_on(color), ha="center")

    return Key(says, draw)


def firmness(records: Iterable[Record], title: str, subtitle: str = "", source: str = "") -> Chart:
    """Heat map of claims (down, from firm to frail) by groups of choices (across); an empty cell does not apply."""
    import seaborn

    ordered = sorted(filter(varied, records), key=frailty)
    columns = [*(a for a in AXES if a != "mark"), *STEPS]
    found = pd.DataFrame([states(r) for r in ordered], index=[r["id"] for r in ordered]).reindex(columns=columns)
    numbers = found.map([*STATES].index, na_action="ignore").astype(float)
    signs = found.map(lambda state: STATES[state][1] if state in STATES else "")
    keys = [state_key(*look) for look in STATES.values()]
    figure, axes = canvas(title, subtitle, source, height=CELL * len(ordered) + 2.0, keys=keys)
    colors = [color for color, _, _ in STATES.values()]
    look: Any = {"cbar": False, "linewidths": 1.2, "fmt": "", "annot_kws": {"size": SMALL}}
    seaborn.heatmap(numbers, cmap=ListedColormap(colors), vmin=0, vmax=len(colors) - 1, annot=signs, **look, ax=axes)
    labels = [AXIS_WORDS.get(c, f"marks {c}") for c in columns]
    words = {state: says for state, (_, _, says) in STATES.items() if state != SAME}
    label_cells(axes, list(found.index), says=found.map(words.get).set_axis(labels, axis="columns"))
    axes.set_xticks([i + 0.5 for i in range(len(columns))], labels, rotation=90, size=SMALL)
    shares = [r["robustness"]["choices"] for r in ordered]
    said = [
        f"{r['id']}: {c['agree']} of {c['of']} agree" + (f"; first turned {c['first']}" if c["first"] else "")
        for r, c in zip(ordered, shares, strict=True)
    ]
    alt = f"{len(ordered)} claims from firm to frail. {'. '.join(said)}."
    data = found.reset_index(names="claim").rename(columns=dict(zip(columns, labels, strict=True)))
    data = data.assign(agree=[c["agree"] for c in shares], of=[c["of"] for c in shares])
    return finish(figure, title, subtitle, source, data, alt)
