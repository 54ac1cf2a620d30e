"""New releases of the World Bank's indicators, from a server on this machine that answers in its form.

The answers are made from the stored rows, so that everything but the changes of a test is what was published.
"""

import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

import pytest
from click.testing import CliRunner
from real_project import contents
from tiny_project import ENDS

from torch_program import evidence, project
from torch_program.commands import main
from torch_program.commands import refresh as command
from torch_program.intake import refresh as r
from torch_program.intake import validation
from torch_program.intake.tables import stored

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parents[1]
RELEASE = "2026-11-20"
PAGE = 100  # cells a page
GERD = "GB.XPD.RSDV.GD.ZS"

Answer = tuple[int, bytes]


class Bank(ThreadingHTTPServer):
    """Answers as the bank does; `values` by indicator, economy and year, `spoil` may change any answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.values: dict[str, dict[str, dict[int, float]]] = {}
        self.spoil: Callable[[str, Answer], Answer] = lambda path, answer: answer
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v2"

    def answer(self, path: str, page: int) -> Answer:
        if "/series/" not in path:
            record = {"id": "2", "name": "World Development Indicators", "code": "WDI", "lastupdated": RELEASE}
            return 200, json.dumps([{"page": 1, "pages": 1, "per_page": "1", "total": 1}, [record]]).encode()
        parts = path.strip("/").split("/")
        codes, indicator = parts[parts.index("country") + 1].split(";"), parts[parts.index("series") + 1]
        years = range(1960, 1 + max(y for by_year in self.values[indicator].values() for y in by_year))
        cells = [
            {
                "variable": [
                    {"concept": "Country", "id": code, "value": code},
                    {"concept": "Series", "id": indicator, "value": indicator},
                    {"concept": "Time", "id": f"YR{year}", "value": str(year)},
                ],
                "value": self.values[indicator][code].get(year),
            }
            for code in codes
            for year in years
        ]
        data = {"id": "2", "name": "World Development Indicators", "data": cells[(page - 1) * PAGE : page * PAGE]}
        head = {"page": page, "pages": -(-len(cells) // PAGE), "per_page": PAGE, "total": len(cells)}
        return 200, json.dumps(head | {"source": data}).encode()


class Handler(BaseHTTPRequestHandler):
    server: Bank

    def do_GET(self) -> None:
        url = urlparse(self.path)
        path = unquote(url.path)
        self.server.asked.append(path)
        page = int(parse_qs(url.query)["page"][0])
        status, body = self.server.spoil(path, self.server.answer(path, page))
        try:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)
        except BrokenPipeError:
            pass  # whoever asked did not wait

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def series() -> dict[str, r.Wanted]:
    return {one.indicator: one for one in r.wanted(stored(ROOT / "data")[0])}


@contextmanager
def serving(series: dict[str, r.Wanted]) -> Iterator[Bank]:
    """A server that has just what is stored."""
    server = Bank()
    for indicator, one in series.items():
        server.values[indicator] = {code: {} for code in one.entities}
        codes = {entity: code for code, entity in one.entities.items()}
        for (entity, period), row in one.latest.items():
            server.values[indicator][codes[entity]][int(period)] = json.loads(row["value"])
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NO_PROXY", "127.0.0.1")
            yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def bank(series: dict[str, r.Wanted]) -> Iterator[Bank]:
    with serving(series) as server:
        yield server


@pytest.fixture(scope="module")
def added(series: dict[str, r.Wanted], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A copy of the data to which the revised release was added, what was said, and what a second run says."""
    folder = shutil.copytree(ROOT / "data", tmp_path_factory.mktemp("added") / "data")
    with serving(series) as server:
        revise(server)
        code, said = refresh(server, folder, "--write")
        assert code == 0, said
        return folder, said, refresh(server, folder, "--write")[1]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "data", tmp_path / "data")


def refresh(bank: Bank | str, data: Path, *more: str) -> tuple[int, str]:
    address = bank if isinstance(bank, str) else bank.address
    done = CliRunner().invoke(
        main, ["data", "refresh", "worldbank", "--data", str(data), "--server", address, *more], catch_exceptions=False
    )
    return done.exit_code, done.output


def revise(bank: Bank) -> None:
    """What a new release does: one value revised, another within rounding, a year more for two economies."""
    gerd = bank.values[GERD]
    gerd["CHN"][2022] = 2.61234567
    gerd["DEU"][2022] = 3.070961
    gerd["CHN"][2024], gerd["DEU"][2024] = 2.7, 3.25


def test_the_series_in_use_are_found_with_their_indicators_and_economies(series: dict[str, r.Wanted]) -> None:
    assert series[GERD].series == "rd_expenditure_pct_gdp"
    assert series[GERD].entities["OED"] == "OECD members (World Bank)"
    assert series["NY.GDP.MKTP.CN"].entities == {"CHN": "China"}
    assert "IC.BUS.DFRN.XQ" not in series, "its periods are editions, not the years of the cells"


def test_the_release_that_is_stored_brings_nothing_new(bank: Bank, data: Path) -> None:
    before = contents(data)
    code, said = refresh(bank, data, "--write")
    assert code == 0, said
    assert "Nothing new" in said
    assert f"rd_expenditure_pct_gdp ({GERD}), stored to 2026-07-13: 0 new, 0 revised, 224 the same" in said
    assert contents(data) == before


def test_without_write_the_difference_is_shown_and_nothing_written(
    bank: Bank, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        import_module("torch_program.commands.data"), "preview", lambda plan, offer: "(the claims that would move)"
    )
    revise(bank)
    before = contents(data)
    code, said = refresh(bank, data)
    assert code == 0, said
    assert "2 new, 1 revised, 223 the same" in said
    old = r.wanted(stored(data)[0])
    value = next(one for one in old if one.indicator == GERD).latest["China", "2022"]["value"]
    assert f"China, 2022: {value} -> 2.61234567" in said
    assert "new: 2024 (China, Germany)" in said
    assert "Nothing is written yet. Run again with --write" in said
    assert contents(data) == before


def test_a_release_is_added_whole_beside_the_stored_ones(added: tuple[Path, str, str]) -> None:
    folder, _, again = added
    before, after = contents(ROOT / "data"), contents(folder)
    changed = {name for name in after if after[name] != before.get(name) and not name.startswith(".")}
    assert changed == {"sources.csv", "figures/international.csv", "datapackage.json"}
    for name in changed - {"datapackage.json"}:
        assert set(before[name].splitlines()) <= set(after[name].splitlines()), "no stored line was changed"
    rows, _ = stored(folder)
    new = [row for row in rows.figures if row["source_id"] == "WDI_20261120_GB_XPD_RSDV_GD_ZS"]
    assert len(new) == 226
    source = rows.source_of["WDI_20261120_GB_XPD_RSDV_GD_ZS"]
    assert (source["published"], source["origin"]) == (RELEASE, "UNESCO Institute for Statistics")
    assert [p for p in validation.check(folder) if p.severity == "error"] == []
    assert "Nothing new" in again


@pytest.mark.parametrize(
    ("cutoff", "released", "value"), [("2026-11-25", RELEASE, 3.070961), ("2026-11-19", "2026-07-13", 3.07096)]
)
def test_the_latest_release_within_the_cutoff_counts_and_a_revision_is_no_conflict(
    added: tuple[Path, str, str], monkeypatch: pytest.MonkeyPatch, cutoff: str, released: str, value: float
) -> None:
    monkeypatch.setattr(project, "data", lambda: added[0])
    ev = evidence.load("international", cutoff=cutoff)
    germany = ev.value("rd_expenditure_pct_gdp", 2022, "Germany")
    assert (germany["published"], germany["value"], germany["conflict"]) == (released, value, False)
    measures = [m for m in ev.measures("rd_expenditure_pct_gdp", "Germany") if m.period == "2022"]
    assert [m.published for m in measures if not m.status] == [released]
    assert {m.status for m in measures if m.published < released} == {"superseded"}
    vintages = ev.frame("rd_expenditure_pct_gdp", "Germany")
    assert vintages[vintages["year"] == 2022]["published"].nunique() == len(measures), "all stay to be drawn"


def test_a_value_that_another_source_contradicts_is_declared_as_the_others_are(added: tuple[Path, str, str]) -> None:
    rows = [
        row
        for row in stored(added[0])[0].figures
        if (row["series"], row["entity"], row["period"]) == ("rd_expenditure_pct_gdp", "China", "2022")
    ]
    assert {row["conflict"] for row in rows} == {"rd-expenditure-pct-gdp-china-2022"}


HTML = b"<!doctype html><title>Service unavailable</title>"
REFUSAL = b'[{"message": [{"id": "120", "key": "Invalid value", "value": "No"}]}]'


def of_data(change: Callable[[Answer], Answer]) -> Callable[[str, Answer], Answer]:
    return lambda path, answer: change(answer) if GERD in path else answer


def says(body: bytes, status: int = 200) -> Callable[[str, Answer], Answer]:
    return of_data(lambda answer: (status, body))


def silent(path: str, answer: Answer) -> Answer:
    threading.Event().wait()
    return answer


def shorter(answer: Answer) -> Answer:
    content = json.loads(answer[1])
    content["source"]["data"] = content["source"]["data"][: PAGE // 2]
    return 200, json.dumps(content).encode()


def with_cell(key: str, value: object) -> Callable[[Answer], Answer]:
    def change(answer: Answer) -> Answer:
        content = json.loads(answer[1])
        cell = content["source"]["data"][0]
        (cell if key == "value" else cell["variable"][1])[key] = value
        return 200, json.dumps(content).encode()

    return change


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (silent, "did not answer within 0.3 s"),
        (says(HTML), "sent something that is no JSON"),
        (says(b""), "sent something that is no JSON"),
        (of_data(lambda answer: (200, answer[1][:400])), "sent something that is no JSON"),
        (says(HTML, 500), "answered with an error: Internal Server Error (500)"),
        (says(b"{}"), "sent JSON of another form"),
        (says(b"[]"), "answered with an error: Unrecognized response object format"),
        (says(b'[{"total": 3, "per_page": 9}, [1, 2, 3]]'), "sent JSON of another form"),
        (says(REFUSAL), "answered with an error: Invalid value: No"),
        (says(b'{"total": 0, "per_page": 100, "source": {"data": []}}'), f"sent only a part of {GERD} for CHN, DEU"),
        (of_data(shorter), f"sent only a part of {GERD} for"),
        (of_data(with_cell("value", "2.5")), "sent JSON of another form"),
        (of_data(with_cell("value", True)), "sent JSON of another form"),
        (of_data(with_cell("id", "SP.POP.TOTL")), f"was asked for {GERD} and sent SP.POP.TOTL of CHN"),
        (
            lambda path, answer: answer if "/series/" in path else (200, b'[{"total": 1}, [{"id": "2"}]]'),
            "does not say of which day its release is",
        ),
    ],
)
def test_a_server_that_fails_loses_nothing_and_is_told_in_a_sentence(
    bank: Bank, data: Path, spoil: Callable[[str, Answer], Answer], sentence: str
) -> None:
    revise(bank)
    bank.spoil = spoil
    before = contents(data)
    code, said = refresh(bank, data, "--write", "--timeout", "0.3" if spoil is silent else str(ENDS))
    assert code == 1
    assert sentence in said
    assert said.rstrip().endswith("Nothing was written.")
    assert contents(data) == before


def test_a_dead_server_is_told(data: Path) -> None:
    with socket.socket() as deaf:  # bound, so that nobody else gets the port, and not listening
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        code, said = refresh(f"http://127.0.0.1:{port}/v2", data, "--write")
    assert code == 1
    assert f"http://127.0.0.1:{port}/v2 cannot be reached" in said


def test_other_values_under_the_day_of_a_stored_release_are_not_added(series: dict[str, r.Wanted]) -> None:
    one = series[GERD]
    values = {key: row["value"] for key, row in one.latest.items()} | {("China", "2022"): "9.9"}
    with pytest.raises(r.RefreshError, match="not later than the stored one of 2026-07-13.*but 1 values? differ"):
        r.vintage(stored(ROOT / "data")[0], r.compare(one, values), date(2026, 7, 13), date(2026, 11, 25))


def test_what_is_no_longer_given_is_told_and_stays(series: dict[str, r.Wanted]) -> None:
    one = series[GERD]
    values = {key: row["value"] for key, row in one.latest.items() if key != ("China", "2000")}
    assert r.compare(one, values).gone == [("China", "2000")]
    assert "1 no longer given (they stay)" in command.in_words(r.compare(one, values))


@pytest.mark.parametrize(
    ("value", "text"), [(2.61234567, "2.61234567"), (4.5e16, "45000000000000000"), (1e-7, "0.0000001"), (7, "7")]
)
def test_a_number_keeps_its_digits(value: float, text: str) -> None:
    assert r.printed(value) == text
