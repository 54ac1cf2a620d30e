"""The languages in which tables and quotes can be printed. A report switches them on in `report.yml`."""

from functools import cache

from claimbook.intake.languages.chinese import CHINESE
from claimbook.intake.languages.english import ENGLISH
from claimbook.intake.languages.language import Language, alternatives
from claimbook.project.report import report_settings

__all__ = ["KNOWN", "Language", "alternatives", "printed", "switch_on"]

KNOWN = {"zh": CHINESE}  # by their names in report.yml; English needs no switch


def printed() -> Language:
    """Return the words of English and of the languages that the report switches on."""
    return _together(report_settings().languages)


@cache
def _together(names: tuple[str, ...]) -> Language:
    return sum((KNOWN[name] for name in names), start=ENGLISH)


def switch_on(text: str) -> str:
    """Say which language to switch on to read a text; "" if all its letters belong to languages that are on."""
    off = {name: language for name, language in KNOWN.items() if name not in report_settings().languages}
    name = next((name for name, language in off.items() if language.found_in(text)), "")
    return f'To read {off[name].name}, write "languages: [{name}]" in report.yml.' if name else ""
