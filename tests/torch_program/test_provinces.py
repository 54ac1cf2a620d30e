"""The table of regions against the other tables that name provinces."""

import pandas as pd

from claimbook.project import folders
from torch_program.provinces import regions
from torch_program.tile_map import TILES


def test_every_province_of_the_tile_map_is_in_one_region():
    assert set(regions().index) == set(TILES)
    assert regions().index.is_unique


def test_regions_agree_with_the_list_of_zones():
    zones = pd.read_csv(folders.data_folder() / "zones.csv", dtype=str).drop_duplicates(["province", "region"])
    assert zones.set_index("province")["region"].to_dict().items() <= regions().to_dict().items()
