"""A small notebook that replaces the one of the profiles in tests."""

import shutil
from pathlib import Path

import towns
from checkout import ROOT
from real_project import sound_data

from claimbook.intake.description import describe

PARAMETERS = 'province = ""\nyear = 0\nedition = ""\ncutoff = ""\n'
WORK = """\
import pandas as pd
from IPython.display import display
from claimbook.project import folders, outputs as results
from torch_program.provinces import REGION_OF

if province == "FAIL":
    raise ValueError("no figure at all")
table = pd.read_csv(folders.data_folder() / "figures" / "provinces.csv")
print(province, year, edition, REGION_OF[province], len(table))
"""
RECORD = """\
statistics = {"intensity": {"value": float(len(province)), "sources": ["nbs_bulletin_2023"]}} if year > 2000 else {}
display({results.RESULTS_MIME: {"section": "profile", "claims": [], "statistics": statistics}}, raw=True)
"""
EARLIER = {"sources.csv": "nbs_bulletin_2022,", "figures/provinces.csv": "rd_expenditure,Hubei,2022,"}  # rows of ours
DECLARES = 'def declared():\n    return evidence.load("provinces", cutoff=cutoff)\n'


def notebook(fails_for: str = "nowhere") -> str:
    """The notebook, which fails for one province."""
    return towns.notebook("A province", [PARAMETERS, DECLARES, WORK.replace("FAIL", fails_for), RECORD])


def create(folder: Path) -> Path:
    """The project without sections, with that notebook and a few rows about provinces; returns its folder."""
    for name in ("src", "engine", "editions", "book"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "report.yml", "CITATION.cff", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    towns.edit(folder / "report.yml", "conclusion:", "# conclusion:")  # it has no sections
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/index\n")
    path = folder / "notebooks" / "profiles" / "province.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(notebook())
    data = sound_data(folder / "data")
    for name, begins in EARLIER.items():
        rows = [row for row in (ROOT / "data" / name).read_text().splitlines(True) if row.startswith(begins)]
        (data / name).write_text((data / name).read_text() + "".join(rows))
    describe(data)
    return folder
