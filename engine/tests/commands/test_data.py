"""What `data add` says before anything is written."""

from pathlib import Path
from types import SimpleNamespace

from hand_made_records import judged_claim, witness

from claimbook.commands.data import late_figures, newer
from claimbook.project.folders import csv_text, rows_in

PLACES = ("Alder", "Birch", "Cedar", "Dale", "Elm")


def panel(series: str, year: int) -> list[dict[str, str]]:
    return [{"series": series, "entity": place, "period": str(year)} for place in PLACES]


def test_a_newer_year_is_shown_with_the_series_that_end_earlier(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    stored = [*panel("rain", 2023), *panel("sun", 2023), *panel("snow", 2019), *panel("wind", 2023)[:4]]
    (tmp_path / "figures/weather.csv").write_bytes(csv_text(stored, ("series", "entity", "period")))
    plan = SimpleNamespace(data=tmp_path, parameters={"edition": "2026", "shown": 2023})
    output = newer(plan, panel("rain", 2025))
    assert 'the edition shows shown = 2023. To see them once they are written: make report SET="shown=2025"' in output
    assert output.endswith("Series that end earlier are shown for their last year: sun (2023).")
    assert newer(plan, panel("rain", 2025)[:4]) == "", "a few places make no table"


def test_the_check_counts_series_that_are_overdue_today_and_says_where_they_are_listed(sound: Path) -> None:
    measure = witness("part", sources=[row["source_id"] for row in rows_in(sound / "sources.csv")])
    series = [row["series"] for row in rows_in(sound / "series.csv")]
    claim = judged_claim(asks={"series": series}, measures=[measure]).model_dump(mode="json", exclude_unset=True)
    plan = SimpleNamespace(data=sound, parameters={"cutoff": "2026-11-30"})
    says = late_figures(plan, {"claims": [claim]})
    assert says.startswith("Of 7 series that") and says.endswith("The page “What is due” lists them.")
    assert late_figures(plan, {"claims": []}) == ""
