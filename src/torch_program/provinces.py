"""The 31 provinces of the mainland, and the four regions into which China's statistics bureau divides them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the data check needs the names alone
    import pandas as pd

# 国家统计局, 东西中部和东北地区划分方法 (2011)
REGIONS = {
    "East": (
        "Beijing", "Tianjin", "Hebei", "Shanghai", "Jiangsu", "Zhejiang", "Fujian", "Shandong", "Guangdong", "Hainan",
    ),
    "Central": ("Shanxi", "Anhui", "Jiangxi", "Henan", "Hubei", "Hunan"),
    "West": (
        "Inner Mongolia", "Guangxi", "Chongqing", "Sichuan", "Guizhou", "Yunnan", "Tibet", "Shaanxi", "Gansu",
        "Qinghai", "Ningxia", "Xinjiang",
    ),
    "Northeast": ("Liaoning", "Jilin", "Heilongjiang"),
}  # fmt: skip
NATIONAL = frozenset({"All zones", "China"})  # entities that stand for the whole country
REGION_OF = {province: region for region, members in REGIONS.items() for province in members}


def regions() -> "pd.Series":
    """Region of each province."""
    import pandas as pd

    return pd.Series(REGION_OF, name="region")
