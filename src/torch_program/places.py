"""Maps Chinese and English names of zones and provinces to the one name that `data/` uses."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from claimbook.intake.tables import Places, folded
from torch_program.provinces import PROVINCES

PROVINCES_ZH = {row["chinese"]: name for name, row in PROVINCES.items()}
_RANK = r"(市|省|自治区|壮族自治区|回族自治区|维吾尔自治区)$"
_RANK_EN = r" (province|municipality|city|((zhuang|hui|uygur|uyghur) )?autonomous region)$"
_KIND = r"(国家级?|国家自主创新示范区|自主创新示范区|高新技术产业(开发)?(园?区)|高新技术开发区|高新区|科技园区|开发区)"
WHOLE_ZH = {"全国": "China", "中国": "China"}


@dataclass(frozen=True)
class ZonesAndProvinces(Places):
    """Places of this report: zones from `zones.csv`, provinces, cities, and other names in use."""

    KINDS: ClassVar[str] = "a zone or a province"
    NEW: ClassVar[str] = "If it is a new zone, add its row to zones.csv first (--sources)."

    @cached_property
    def listed(self) -> frozenset[str]:
        return super().listed | self._lists["zone"] | self._lists["province"]

    @cached_property
    def by_name(self) -> dict[str, str]:
        zones = {folded(row["zone_zh"]): row["zone_en"] for row in self.tables["zones"]}
        cities = {folded(row["city_zh"]): row["entity"] for row in self.tables["prefectures"]}
        return super().by_name | zones | cities | PROVINCES_ZH | WHOLE_ZH

    @cached_property
    def _lists(self) -> dict[str, set[str]]:
        """Names by kind; a municipality is both a province and a city."""
        return {
            "zone": {row["zone_en"] for row in self.tables["zones"]},
            "province": set(PROVINCES),
            "city": {row["entity"] for row in self.tables["prefectures"]},
        }

    @property
    def kinds(self) -> frozenset[str]:
        return super().kinds | self._lists.keys()

    def kinds_of(self, name: str) -> frozenset[str]:
        return frozenset(kind for kind, names in self._lists.items() if name in names) or super().kinds_of(name)

    @cached_property
    def _by_core(self) -> dict[str, str]:
        """Zones by the distinctive part of their Chinese name, or by their city."""
        cores: dict[str, list[str]] = {}
        for row in self.tables["zones"]:
            for core in {_core_of_name(row["zone_zh"]), _core_of_name(row.get("city", ""))}:
                cores.setdefault(core, []).append(row["zone_en"])
        return {core: names[0] for core, names in cores.items() if core and len(names) == 1}

    def resolve(self, name: str) -> str:
        """Return the name in the data for a full name in Chinese or English, or "" if there is none."""
        bare = re.sub(_RANK_EN, "", re.sub(_RANK, "", folded(name)))
        return super().resolve(name) or self.by_name.get(bare, "")

    def suggest(self, name: str) -> str:
        return self.resolve(name) or self._by_core.get(_core_of_name(name)) or super().suggest(name)


def _core_of_name(name: str) -> str:
    return re.sub(_KIND, "", re.sub(r"[市\s]", "", unicodedata.normalize("NFKC", name)))
