"""The 31 provinces of the mainland from `provinces.csv`: regions, names, and tiles on a map."""

from pathlib import Path

from claimbook.project.folders import rows_in

PROVINCES = {row["province"]: row for row in rows_in(Path(__file__).with_name("provinces.csv"))}
# 国家统计局, 东西中部和东北地区划分方法 (2011)
REGION_OF = {province: row["region"] for province, row in PROVINCES.items()}
REGIONS = tuple(dict.fromkeys(REGION_OF.values()))
NATIONAL = frozenset({"All zones", "China"})  # entities that stand for the whole country
