"""Check that the quoted words of a source contain the row's value, its unit and its bound."""

import math
import re
from collections.abc import Iterator

from claimbook.intake.cells import BOUNDS_AS_TYPED
from claimbook.intake.problems import Faults
from claimbook.intake.tables import Data, fault_at, is_number

SIMPLIFIED = str.maketrans("萬億約\u904e佔國\uff05，", "万亿约过占国%,")
SCALES = {"万亿": 1e12, "亿": 1e8, "万": 1e4, "trillion": 1e12, "billion": 1e9, "million": 1e6, "thousand": 1e3}
SCALES |= {"bn": 1e9, "千": 1e3, "k": 1e3}
IN_WORDS = {"half": 50, "一半": 50, "one-third": 33.3, "one third": 33.3, "三分之一": 33.3}
IN_WORDS |= {"two-thirds": 66.7, "三分之二": 66.7}
IN_WORDS |= {"one in two": 50, "one in three": 33.3, "one in four": 25, "one in five": 20, "one in ten": 10}
UP_TO_TWELVE = "one two three four five six seven eight nine ten eleven twelve".split()
IN_WORDS |= {word: n for n, word in enumerate(UP_TO_TWELVE, 1)}
CHINESE_DIGITS = "一二三四五六七八九"
UNIT_PATTERNS = {  # beginning of a unit: pattern that the words must match
    "percent": r"%|per ?cent|pct|百分|half|third|one in|一半|三分之|/\d",
    "CNY": r"(?<![美欧日港])元|人民币|yuan|rmb|cny|¥",
    "USD": r"美元|dollar|usd|\$",
    "times": r"倍|times|fold",
}
WORDS_BEFORE_NUMBER = {
    sign: "|".join(re.escape(word) for word, s in BOUNDS_AS_TYPED.items() if s == sign) for sign in "><~"
}
WORDS_BEFORE_NUMBER["~"] += "|almost|some|around|roughly|close to|approximately|大约|接近|half|third|一半|三分之一"
WORDS_BEFORE_NUMBER["<"] += "|不超过|不高于"
WORDS_BEFORE_NUMBER[">"] += "|exceed(?:ed|ing|s)?|top(?:ped|s)?|高于|up to over"
AFTER = {">": r"余|多|以上|\+|plus|or more", "~": "左右|上下", "<": "以下|以内|or less"}
_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?:/(\d))?")
_TENS = re.compile(f"([{CHINESE_DIGITS}]?)十([{CHINESE_DIGITS}]?)")  # 十二, 三十, 二十一
# text allowed between a hedge and its number
_BETWEEN = r"(?:了|达到?|to|占全国|全国|the)?\s*(?:(?:rmb|cny|us)?[$¥]?\s*)$"


def numbers_in_words(words: str) -> Iterator[tuple[float, int, int]]:
    """Yield every number in some words, times its scale, with its start and end."""
    for found in _NUMBER.finditer(words):
        rest = words[found.end() :]
        scale = re.match(rf"\s*[余多]?\s*(?:{'|'.join(SCALES)})(?![a-z])", rest)
        factor = SCALES[re.sub(r"[\s余多]", "", scale.group())] if scale else 1.0
        value = float(found[1].replace(",", ""))
        if found[2]:  # a fraction is a share
            yield round(100 * value / float(found[2]), 1), found.start(), found.end()
        yield value * factor, found.start(), found.end() + (scale.end() if scale else 0)
        if scale:
            yield value, found.start(), found.end()
    for found in _TENS.finditer(words):
        tens, ones = (CHINESE_DIGITS.find(digit) + 1 if digit else 0 for digit in found.groups())
        yield 10.0 * (tens or 1) + ones, found.start(), found.end()
    for word, value in IN_WORDS.items():
        for found in re.finditer(rf"(?<![a-z]){word}(?![a-z])", words):
            yield float(value), found.start(), found.end()


def sizes_of(value: float, unit: str) -> set[float]:
    """Return a value as words may print it: in the unit itself, or in ones."""
    digits = re.search(r"(?<!of )\b(1[0,]+)", unit)
    scales = [SCALES[word] for word in ("trillion", "billion", "million") if word in unit]
    return {value, value * math.prod(scales) * (float(digits[1].replace(",", "")) if digits else 1)}


def faults(value: str, unit: str, bound: str, words: str) -> list[str]:
    """Return what the words of a source lack: "value", "unit" or "bound"."""
    text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", words.translate(SIMPLIFIED)).casefold()
    wanted = sizes_of(float(value), unit)
    places = [
        (a, b) for number, a, b in numbers_in_words(text) if any(abs(number - w) <= 1e-9 * abs(w) for w in wanted)
    ]
    if not places:
        return ["value"]
    kind = next((kind for kind in UNIT_PATTERNS if unit.startswith(kind)), "")
    said = ["unit"] if kind and not re.search(UNIT_PATTERNS[kind], text) else []
    hedges = {hedge(text, *place) for place in places}
    if any(text[a:b] in IN_WORDS or "/" in text[a:b] for a, b in places):
        hedges |= {"~", "="}  # "a half" may mean about as much or exactly as much
    return said + (["bound"] if bound not in hedges else [])


def hedge(text: str, begins: int, ends: int) -> str:
    """Return the bound that the words around a number express."""
    before, number, after = text[max(0, begins - 28) : begins], text[begins:ends], text[ends:]
    for sign in "<>~":
        if re.search(f"(?:{WORDS_BEFORE_NUMBER[sign]}){_BETWEEN}", before) or re.match(
            rf"\s*(?:%|个|家|项|元|人|美元)?\s*(?:{AFTER[sign]})", after
        ):
            return sign
        if sign == ">" and re.search("[余多]", number):
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
