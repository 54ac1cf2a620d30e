"""Make the fonts of the project from open packages: WOFF2 for the pages, TrueType for the charts and the PDF.

    npm pack @fontsource/noto-sans-sc && tar xzf fontsource-noto-sans-sc-*.tgz        (makes the folder `package`)
    uv run --no-project --with fonttools,brotli,fontpkg-source-sans-3,fontpkg-source-serif-4 \
        python book/make_fonts.py package

Both kinds hold the same cuts under the same names. "Claimbook Sans" and "Claimbook Serif", Source Sans 3 and Source
Serif 4, hold `LATIN_RANGES`, in 400, 600 and 400 italic. "Claimbook Han", which is Noto Sans SC, holds in 400 and 600
the characters that the project uses and those that it held before; a test says when one is missing. A browser finds any
other character in a font of its system; charts and PDF have no other font, so there 400 holds GB 2312 level 1 as well,
the 3,755 commonest: a new name in Chinese seldom needs a new cut.
"""

import re
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "engine" / "src" / "claimbook" / "look" / "_static" / "fonts"
TRUETYPE = ROOT / "engine" / "src" / "claimbook" / "charts" / "fonts"  # matplotlib and Typst read no WOFF2
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
CHINESE_WEIGHTS = (400, 600)
SANS, SERIF = "fontpkg_source_sans_3", "fontpkg_source_serif_4"
# file name in the book -> package, file, axes
LATIN = {
    "claimbook-sans-400": (SANS, "SourceSans3[wght].ttf", {"wght": 400}),
    "claimbook-sans-600": (SANS, "SourceSans3[wght].ttf", {"wght": 600}),
    "claimbook-sans-400-italic": (SANS, "SourceSans3-Italic[wght].ttf", {"wght": 400}),
    "claimbook-serif-400": (SERIF, "SourceSerif4[opsz,wght].ttf", {"wght": 400, "opsz": 14}),
    "claimbook-serif-600": (SERIF, "SourceSerif4[opsz,wght].ttf", {"wght": 600, "opsz": 14}),
    "claimbook-serif-400-italic": (SERIF, "SourceSerif4-Italic[opsz,wght].ttf", {"wght": 400, "opsz": 14}),
}
# Latin with pinyin, Greek, punctuation, indices, currencies, fractions, arrows, mathematics, shapes, check marks
LATIN_RANGES = (
    (0x20, 0x24F),
    (0x2B0, 0x36F),
    (0x370, 0x3FF),
    (0x1E00, 0x1EFF),
    (0x2000, 0x209F),
    (0x20A0, 0x20BF),
    (0x2100, 0x215F),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x25A0, 0x25FF),
    (0x2713, 0x2717),
)
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "lnum", "tnum", "pnum", "sups", "frac"]
TITLE = "火炬计划中文"  # the front page has no other Chinese, and need not load a font of hundreds of characters
MARKS = "“”‘’—…"  # as wide as letters in Chinese; a page in Chinese takes them from this font
LEVEL_1 = "".join(
    bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF - 5 * (row == 0xD7))
)
CHINESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")  # ideographs, kana, punctuation, full-width forms


def project_text(root: Path) -> Iterable[str]:
    """Every text that can reach a page or a chart: data, prose, notebooks, and what the library says."""
    of_code = {".py", ".md", ".html", ".yml"}
    places = {"data": {".csv", ".yml", ".json"}, "book": {".md", ".html"}, "notebooks": {".ipynb"}, "src": of_code}
    places["engine/src"] = of_code
    for folder, endings in places.items():
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in endings:
                text = path.read_text(encoding="utf-8")
                json = path.suffix in {".json", ".ipynb"}  # which may hold escapes; in code they are ends of ranges
                yield _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if json else text


def chinese_characters(root: Path) -> set[str]:
    """Chinese characters of the project."""
    return {c for text in project_text(root) for c in CHINESE.findall(text)}


def characters_of(font: Path) -> set[str]:
    """Characters that a font file holds."""
    with TTFont(font) as opened:
        return {chr(code) for code in opened.getBestCmap()}


def rename(font: TTFont, family: str, weight: int, italic: bool) -> None:
    """Name a cut, in all records that programs read: the licence of Source reserves its name for unchanged files."""
    style = "Italic" if italic else {400: "Regular", 600: "SemiBold"}[weight]
    full = f"{family.replace(' ', '')}-{style}"
    names = {1: family, 2: style, 3: full, 4: f"{family} {style}", 6: full}
    for number in {record.nameID for record in font["name"].names} & {16, 17, 21, 22, 25}:
        font["name"].removeNames(nameID=number)  # they would name it once more
    for number, text in names.items():
        font["name"].removeNames(nameID=number)
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    if weight != 400:
        font["OS/2"].fsSelection &= ~(1 << 6)  # it is not the regular one


def subset(font: TTFont, characters: Iterable[str]) -> TTFont:
    """The part of a font that sets `characters`."""
    options = Options()
    options.layout_features = FEATURES
    options.name_IDs = ["*"]
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(c) for c in characters])
    subsetter.subset(font)
    return font


def save(font: TTFont, target: Path) -> None:
    """Write a font in the form that the ending of its file says."""
    font.flavor = "woff2" if target.suffix == ".woff2" else None
    font.save(target)
    print(f"{target.relative_to(ROOT)}: {len(font.getBestCmap())} characters, {target.stat().st_size // 1024} KB")


def latin() -> None:
    """Cut the Latin fonts from the variable ones."""
    characters = [chr(code) for low, high in LATIN_RANGES for code in range(low, high + 1)]
    for name, (package, file, axes) in LATIN.items():
        variable = TTFont(str(files(package) / "files" / file), recalcTimestamp=False)
        font = subset(instantiateVariableFont(variable, axes), characters)
        family = "Claimbook Sans" if package == SANS else "Claimbook Serif"
        rename(font, family, axes["wght"], name.endswith("italic"))
        save(font, TRUETYPE / f"{name}.ttf")
        save(font, FONTS / f"{name}.woff2")


def chinese(noto: Path) -> None:
    """Cut the Chinese fonts, and the few words of the English front page once more by themselves."""
    wanted = chinese_characters(ROOT) | {*MARKS}
    for weight in CHINESE_WEIGHTS:
        target = FONTS / f"claimbook-han-{weight}.woff2"
        kept = set(CHINESE.findall("".join(characters_of(target)))) if target.exists() else set()
        characters = wanted | kept | {" "}  # a blank between Chinese words is set in their font
        extra = set(LEVEL_1) if weight == 400 else set()
        cuts = {target: characters, TRUETYPE / f"claimbook-han-{weight}.ttf": characters | extra}
        if weight == 400:
            cuts[FONTS / "claimbook-han-title.woff2"] = set(TITLE)
        for file, held in cuts.items():
            whole = noto / "files" / f"noto-sans-sc-chinese-simplified-{weight}-normal.woff2"
            font = subset(TTFont(whole, recalcTimestamp=False), held)
            rename(font, "Claimbook Han", weight, italic=False)
            save(font, file)


if __name__ == "__main__":
    latin()
    chinese(Path(sys.argv[1]))  # the unpacked package @fontsource/noto-sans-sc
