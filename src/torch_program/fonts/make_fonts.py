"""Remake the fonts of the charts from two public packages.

    npm pack source-sans@3.52.0
    npm pack @fontsource/noto-sans-sc@5.3.0
    python make_fonts.py source-sans-3.52.0.tgz fontsource-noto-sans-sc-5.3.0.tgz

Source Sans 3 is copied unchanged: its licence reserves the name "Source" to unmodified fonts. matplotlib shows only the
default instance of a variable font, hence static cuts. The regular Chinese cut holds the 3,755 characters of GB 2312
level 1 and those of the project; the bold one only the latter.
"""

import io
import sys
import tarfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
SOURCE_SANS = ("Regular", "It", "Semibold", "Bold")
TILES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新台港澳"
LEVEL_1 = "".join(
    bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF - 5 * (row == 0xD7))
)
MARKS = "、。，：；（）《》〈〉—·％"
PROJECT = (  # what names of zones, sources and documents are written with
    "·万三上下与专业东两中丰临主义乌乐九乡交产人亿从仙以仲件价份企众体余佛作依侵保信值偿元光克党入全兰共"
    "关兴兵内冈农冶净凌出分刊划创初利制力务动助包化北区医千半单南博占原厦发口古各合同名告员呼和咸哈唐商嘉"
    "嘴器四回团园国土地圳场坊型城埠基境增士夏外多大天太头套威子字孝学孵安定宜宝实室家宿富导小尔届展山岛岩"
    "州工市布常干平年广庄庆应府康廊延建开引张归当彝徐微德徽心志怀总息恺情惠感慈成战扬承技投抚报拉指据授接"
    "攀支收改政数文料斯方族无早时昆昌明易春普景智月服朝期木末本术机杂权材村杨杭松构析林枝枣查柳标校株核桃"
    "案楚榆款步武比毕民永汀汉汕江沂沈沙河治泉波泰泸洛洲活济浩海淄淮深清温渭湖湛源溪滁滨漳潍潜潭火炬点烟烯"
    "焦熟燕牛物特狮玉玛环珠璧生用田电留略疆白益盐直省石研础硕硬示社福科稀究空竹等类精紫级纲组织绍经统绵综"
    "肃肇肥能自芜花茂范荆荣药莆莞莫莱营萧蚌衡衢表襄西要角计订许设评详调谷贡财购贴贷贸费资走路边迁进远连通"
    "遵郊郑部郴都采重量金鉴钒钛铜银锡锦键镇长门间阜阳阴阿限院陵随障雄集零革鞍顶顺额首马驱验高鲜鸡鹰黄齐龙"
)


def source_sans(archive: Path) -> None:
    """Regular, italic, semibold and bold, as Adobe publishes them."""
    with tarfile.open(archive) as package:
        for cut in SOURCE_SANS:
            name = f"SourceSans3-{cut}.ttf"
            (HERE / name).write_bytes(member(package, f"TTF/{name}"))
        (HERE / "LICENSE-SourceSans3.md").write_bytes(member(package, "LICENSE.md"))


def noto_sans_sc(archive: Path) -> None:
    """Regular and bold Chinese."""
    ours = TILES + PROJECT + MARKS
    with tarfile.open(archive) as package:
        (HERE / "LICENSE-NotoSansSC.txt").write_bytes(member(package, "LICENSE"))
        for style, weight, characters in (("Regular", 400, LEVEL_1 + ours), ("Bold", 700, ours)):
            woff = member(package, f"files/noto-sans-sc-chinese-simplified-{weight}-normal.woff2")
            cut(TTFont(io.BytesIO(woff)), "Noto Sans SC", style, characters)


def member(package: tarfile.TarFile, name: str) -> bytes:
    return package.extractfile(f"package/{name}").read()


def cut(font: TTFont, family: str, style: str, characters: str) -> None:
    """Reduce a font to the given characters, name it after its family and style, and save it as TrueType."""
    options = subset.Options(layout_features=["kern"], hinting=False, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    full = f"{family.replace(' ', '')}-{style}"
    for number, text in {1: family, 2: style, 3: full, 4: f"{family} {style}", 6: full}.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    for number in (16, 17):  # the package calls every weight "Thin" here
        font["name"].removeNames(nameID=number)
    font.flavor = None
    font.recalcTimestamp = False  # the same bytes from the same package
    font.save(HERE / f"{full}.ttf")


if __name__ == "__main__":
    source_sans(Path(sys.argv[1]))
    noto_sans_sc(Path(sys.argv[2]))
