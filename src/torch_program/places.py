"""Names of places: zones and provinces, in Chinese or English, as the one name that `data/` uses."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from torch_program.words import closest

PROVINCES_ZH = {
    "北京": "Beijing", "天津": "Tianjin", "河北": "Hebei", "山西": "Shanxi", "内蒙古": "Inner Mongolia",
    "辽宁": "Liaoning", "吉林": "Jilin", "黑龙江": "Heilongjiang", "上海": "Shanghai", "江苏": "Jiangsu",
    "浙江": "Zhejiang", "安徽": "Anhui", "福建": "Fujian", "江西": "Jiangxi", "山东": "Shandong",
    "河南": "Henan", "湖北": "Hubei", "湖南": "Hunan", "广东": "Guangdong", "广西": "Guangxi",
    "海南": "Hainan", "重庆": "Chongqing", "四川": "Sichuan", "贵州": "Guizhou", "云南": "Yunnan",
    "西藏": "Tibet", "陕西": "Shaanxi", "甘肃": "Gansu", "青海": "Qinghai", "宁夏": "Ningxia",
    "新疆": "Xinjiang",
}  # fmt: skip
_RANK = r"(市|省|自治区|壮族自治区|回族自治区|维吾尔自治区)$"
_KIND = r"(国家级?|国家自主创新示范区|自主创新示范区|高新技术产业(开发)?(园?区)|高新技术开发区|高新区|科技园区|开发区)"
WHOLE_ZH = {"全国": "China", "中国": "China"}
ALIKE = 0.6  # how like a known name an unknown one must be to be suggested


@dataclass(frozen=True)
class Places:
    """The names that the data know: of `zones`, which have zone_zh, zone_en and city, and `others` already in use."""

    zones: Iterable[Mapping[str, str]]
    others: Iterable[str]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that a figure may carry; of two that differ in letters alone the later one is the right one."""
        right = {row["zone_en"] for row in self.zones} | set(PROVINCES_ZH.values()) | {"All zones", "China"}
        return (*sorted(set(self.others) - right), *sorted(right))

    @cached_property
    def _by_name(self) -> dict[str, str]:
        known = {_plain(name): name for name in self.names}
        known |= {_plain(row["zone_zh"]): row["zone_en"] for row in self.zones}
        return known | PROVINCES_ZH | WHOLE_ZH

    @cached_property
    def _by_core(self) -> dict[str, str]:
        """Zones by what is left of their Chinese name without the words that all of them share, or by their city."""
        cores: dict[str, list[str]] = {}
        for row in self.zones:
            for core in {_core(row["zone_zh"]), _core(row.get("city", ""))}:
                cores.setdefault(core, []).append(row["zone_en"])
        return {core: names[0] for core, names in cores.items() if core and len(names) == 1}

    def resolve(self, name: str) -> str:
        """The name in the data for a name in Chinese or English, written in full; empty where there is none."""
        plain = _plain(name)
        return self._by_name.get(plain) or self._by_name.get(re.sub(_RANK, "", plain), "")

    def suggest(self, name: str) -> str:
        """The known name most like an unknown one; empty where none is like it."""
        found = self.resolve(name) or self._by_core.get(_core(name))
        return found or self._by_name.get(closest(_plain(name), self._by_name, ALIKE), "")


def plain(name: str) -> str:
    """A text as it is compared: one width of signs, and no blanks but single ones between words, none in Chinese."""
    narrow = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip()
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", narrow)


def _plain(name: str) -> str:
    return plain(name).casefold()


def _core(name: str) -> str:
    return re.sub(_KIND, "", re.sub(r"[市\s]", "", unicodedata.normalize("NFKC", name)))
