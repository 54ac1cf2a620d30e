"""Check that the quoted words of a source contain the row's value, its unit and its bound."""

import math
import re
from collections.abc import Iterator

from claimbook.intake import languages
from claimbook.intake.languages import ENGLISH, alternatives
from claimbook.intake.problems import Faults, fault_at
from claimbook.intake.tables import Data, is_number

PLAIN_SIGNS = str.maketrans("\uff05\uff0c", "%,")
_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?:/(\d))?")


def numbers_in_words(words: str) -> Iterator[tuple[float, int, int]]:
    """Yield every number in some words, times its scale, with its start and end."""
    known = languages.printed()
    for found in _NUMBER.finditer(words):
        scale = known.scale.match(words, found.end())
        factor = known.scales[scale[2]] if scale else 1.0
        value = float(found[1].replace(",", ""))
        if found[2]:  # a fraction is a share
            yield round(100 * value / float(found[2]), 1), found.start(), found.end()
        yield value * factor, found.start(), scale.end() if scale else found.end()
        if scale:
            yield value, found.start(), found.end()
    for found in re.finditer(f"([{known.digits}]?){known.ten}([{known.digits}]?)", words) if known.ten else ():
        tens, ones = (known.digits.find(digit) + 1 if digit else 0 for digit in found.groups())
        yield 10.0 * (tens or 1) + ones, found.start(), found.end()
    for word, value in known.numbers.items():
        for found in re.finditer(rf"(?<![a-z]){word}(?![a-z])", words):
            yield float(value), found.start(), found.end()


def sizes_of(value: float, unit: str) -> set[float]:
    """Return a value as words may print it: in the unit itself, or in ones."""
    digits = re.search(r"(?<!of )\b(1[0,]+)", unit)
    scales = [ENGLISH.scales[word] for word in ("trillion", "billion", "million") if word in unit]
    return {value, value * math.prod(scales) * (float(digits[1].replace(",", "")) if digits else 1)}


def faults(value: str, unit: str, bound: str, words: str) -> list[str]:
    """Return what the words of a source lack: "value", "unit" or "bound"."""
    known = languages.printed()
    text = known.joined(
        words.translate(PLAIN_SIGNS | {ord(form): plain for form, plain in known.variants.items()})
    ).casefold()
    found, wanted = numbers_in_words(text), sizes_of(float(value), unit)
    places = [place for number, *place in found if any(abs(number - w) <= 1e-9 * abs(w) for w in wanted)]
    if not places:
        return ["value"]
    kind = next((kind for kind in known.unit_words.values() if unit.startswith(kind)), "")
    named = alternatives(word for word, of in known.unit_words.items() if of == kind)
    hedges = {hedge(text, *place) for place in places}
    if any(text[a:b] in known.numbers or "/" in text[a:b] for a, b in places):
        hedges |= {"~", "="}  # "a half" may mean about as much or exactly as much
    return ["unit"] * bool(kind and not re.search(named, text)) + ["bound"] * (bound not in hedges)


def hedge(text: str, begins: int, ends: int) -> str:
    """Return the bound that the words around a number express."""
    known = languages.printed()
    before, number, after = text[max(0, begins - 28) : begins], text[begins:ends], text[ends:]
    between = rf"(?:{alternatives(known.between)})?\s*(?:(?:{alternatives(known.currencies)})?[$¥€£]?\s*)$"
    for sign in "<>~":
        ahead, behind = known.around_number(sign)
        said = re.search(f"(?:{ahead}){between}", before)
        said = said or re.match(rf"\s*(?:{alternatives(known.counters)})?\s*(?:{behind})", after)
        if said or sign == ">" and set(known.scale_marks) & set(number):
            return sign
    return "="


def words_hold_values(data: Data) -> Faults:
    """Yield faults for rows whose quote lacks the value, the unit or the bound."""
    for row in data["figures"]:
        if row.get("quote") and is_number(row["value"]):
            if missing := faults(row["value"], row["unit"], row["bound"], row["quote"]):
                rule = "The quote must contain the value, the unit and the bound of its row."
                fix = f"Not in the quote: {', '.join(missing)}. Correct the row, or change or delete the quote."
                yield fault_at(row, "quote", rule, fix)
