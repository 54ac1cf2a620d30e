"""Templates, one in each file, which Jinja fills. Values filled into HTML are escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from claimbook.project.report import report_settings
from claimbook.say import verdict_table
from claimbook.say import words as says
from claimbook.say.other_language import other_language

FILLED = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
TOOLS = (
    *(other_language, says.day_in_words, says.latest_day, says.conflict_anchor, says.counted, says.figure_anchor),
    *(says.how_read, says.in_ranges, says.interval_in_words, says.listed, says.number_in_words, says.searches_anchor),
    *(says.short_name, says.source_anchor, says.title_of),
)
FILLED.globals |= {"about": report_settings(), "badge": verdict_table.Badge, "tones": verdict_table}
FILLED.globals |= {tool.__name__: tool for tool in TOOLS}
FILLED.filters |= {"answer": verdict_table.answer_of, "number": "{:,}".format, "sentence_case": says.sentence_case}
FILLED.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}


def filled(name: str, /, **gaps: Any) -> str:
    """Return a template with its gaps filled. Raises jinja2.UndefinedError for a gap without a value."""
    return FILLED.get_template(name).render(gaps)


def words(language: str = "en") -> Any:
    """Return what page one says around claims in a language: macros, and texts by name."""
    return FILLED.get_template(f"words/{language}.html").module
