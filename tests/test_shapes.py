"""Tables of every shape that publishers hand out are read by a mapping: long, wide, packed, with marks and blanks."""

import gzip
import zipfile

import pytest

from torch_program.intake import reading, validation
from torch_program.intake.problems import Refused

HEAD = 'source_id: ed_20220918\nlocator: "row {row}, column {column}"\n'


@pytest.fixture
def read(offered):
    """Figures of a table as (series, entity, period, value), or what is wrong with it."""

    def offer(name: str, content: str | bytes, mapping: str):
        found = offered(content, mapping + HEAD, name=name)
        return found, [(r["series"], r["entity"], r["period"], r["value"]) for r in found.figures]

    return offer


def text(offer) -> str:
    return validation.render(offer.problems)


LONG = """\
year,zone,indicator,value
2020,中关村科技园区,firms,24000
2021年,中关村科技园区,firms,25000
2021,中关村科技园区,staff,99
2021,Moon,firms,7
"""
LONG_MAPPING = """\
only: {zone: [中关村科技园区], indicator: [firms]}
entity: {column: zone}
indicators: {column: indicator, quantities: {firms: {series: htz_hnte, unit: count}}}
period: {column: year}
value: value
"""


def test_a_long_table_by_chosen_rows(read):
    offer, found = read("t.csv", LONG, LONG_MAPPING)
    assert not offer.problems, text(offer)
    zone = "Zhongguancun Science Park"
    assert found == [("htz_hnte", zone, "2020", "24000"), ("htz_hnte", zone, "2021", "25000")]
    assert offer.figures[0]["locator"] == "row 2, column D"


def test_a_period_that_cannot_be_read_and_a_chosen_row_that_is_not_there_are_told(read):
    told = text(read("t.csv", LONG.replace("2021年", "soon"), LONG_MAPPING.replace("[firms]", "[firms, firm]"))[0])
    assert 't.csv, line 3, column A (year): "soon"' in told and "No period can be read here" in told
    assert 'new.yml, column only: "firm"' in told and 'Did you mean "firms"?' in told


WDI = """\
\ufeff"Data Source","World Development Indicators",

"Last Updated Date","2026-07-13",

"Country Name","Country Code","Indicator Name","Indicator Code","2020","2021","2022",
"China","CHN","Research","GB","270000","330000","",
"Arab World","ARB","Research","GB","1","2","3",
"""
WDI_MAPPING = """\
header: 5
only: {Country Code: [CHN]}
entity: {column: Country Name}
columns: YEARS
quantity: {series: hnte_total, unit: count}
"""


def packed(**members: str) -> bytes:
    import io

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        for name, content in members.items():
            out.writestr(f"{name}.csv", content)
    return stream.getvalue()


@pytest.mark.parametrize(("years", "expected"), [("years", ["2020", "2021"]), ('["2021"]', ["2021"])])
def test_a_download_of_the_world_bank_as_it_comes(read, years, expected):
    mapping = "sheet: API_GB\n" + WDI_MAPPING.replace("YEARS", years)
    offer, found = read("API_GB.zip", packed(API_GB=WDI, Metadata_Country="a,b\n1,2\n"), mapping)
    assert not offer.problems, text(offer)
    assert [row[2] for row in found] == expected and {row[1] for row in found} == {"China"}
    assert "sheet Metadata_Country" in offer.said[0]


def test_a_zip_with_several_tables_asks_which_is_meant(read):
    offer, _ = read("t.zip", packed(one=WDI, two=WDI), WDI_MAPPING.replace("YEARS", "years"))
    assert "The file has several sheets" in text(offer) and "Write one of: one, two." in text(offer)


def test_a_download_of_eurostat_as_it_comes(read):
    table = "freq,unit,geo\\TIME_PERIOD\t2020 \t2021 \nA,NR,CN\t24000 e\t: \nA,NR,EU27_2020\t1\t2\n"
    mapping = """\
only: {unit: [NR], geo: [CN]}
entity: {column: geo, names: {CN: China}}
columns: years
quantity: {series: hnte_total, unit: count}
missing: [":"]
marks: {e: estimated}
"""
    offer, found = read("t.tsv.gz", gzip.compress(table.encode()), mapping)
    assert found == [("hnte_total", "China", "2020", "24000")]
    assert offer.figures[0]["note"] == "estimated"
    assert (offer.figures[0]["_file"], offer.figures[0]["_line"]) == ("t.tsv.gz", "2")


def test_blanks_in_names_full_width_digits_separators_and_marks(read):
    table = "地　区,２０２１年①\n合    计,１１５,０００②\n中 关 村科技园区,17 000\n其 他,1\n".replace("１５,", "１５，")
    mapping = """\
entity: {column: 地 区, names: {合 计: All zones}, skip: [其他]}
columns: years
quantity: {series: htz_hnte, unit: count}
marks: {①: "", ②: estimated}
thousands: ","
"""
    offer, found = read("t.csv", table.encode("gb18030"), mapping)
    assert found[0] == ("htz_hnte", "All zones", "2021", "115000")
    assert offer.figures[0]["note"] == "estimated"
    assert "17 000" in text(offer) and "No" not in text(offer).split("17 000")[0]  # another separator was declared
    assert "read as gb18030" in offer.said[0]


PARTS = """\
指标,2021
企业数,200000
其中：高新技术企业,115000
人员,2500
其中：高新技术企业,900
"""


def test_a_part_is_named_by_the_row_above_it(read):
    mapping = """\
entity: All zones
columns: years
indicators:
  column: 指标
  quantities:
    企业数: {series: htz_enterprises, unit: count}
    企业数 / 其中：高新技术企业: {series: htz_hnte, unit: count}
  skip: [人员, "人员 / 其中：高新技术企业"]
"""
    offer, found = read("t.csv", PARTS, mapping)
    assert not offer.problems, text(offer)
    assert [row[::3] for row in found] == [("htz_enterprises", "200000"), ("htz_hnte", "115000")]
    told = text(read("t.csv", PARTS, mapping.replace(', "人员 / 其中：高新技术企业"', ""))[0])
    assert '"人员 / 其中：高新技术企业"' in told and "must be declared" in told


def test_heads_of_several_lines_in_text_and_the_unit_above_them(read):
    table = "单位：万家,,\n名称,企业,\n,全部,高新\n中关村科技园区,2.4,1.7\n"
    mapping = """\
header: [2, 3]
entity: {column: 名称}
period: "2021"
columns: {企业 / 高新: {series: htz_hnte, unit: "10,000"}}
"""
    offer, found = read("t.csv", table, mapping)
    assert not offer.problems, text(offer)
    assert found == [("htz_hnte", "Zhongguancun Science Park", "2021", "1.7")]
    told = text(read("t.csv", table, mapping.replace('"10,000"', "count"))[0])
    assert 'The table prints the unit 万家 for "单位：万家"' in told


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.gz", b"no", "damaged or not packed"),
        ("t.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "damaged or not packed"),
        ("t.zip", b"no", "damaged, has a password"),
        ("t.zip", packed(), "holds no table"),
        ("t.csv.gz", gzip.compress(b"\0" * (60 * 2**20), mtime=0), "unpacks to more than 50 MB"),
        ("t.txt.gz", gzip.compress(b"a", mtime=0), 'not from ".txt"'),
    ],
)
def test_packed_files_that_cannot_be_read_are_told(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused, match=says):
        reading.read(tmp_path / name)


def test_every_fault_of_a_table_and_of_what_comes_with_it_is_told_at_once(offered):
    head = "series,entity,period,value,unit,bound,source_id,locator\n"
    rows = ["htz_hnte,All zones,2021,=1+1,count,=,new_1,p", "htz_hnte,Moon,2020,#REF!,count,=,new_1,p"]
    rows.append("htz_gdp,Moon,2021,15,CNY trillion,=,new_2,p")
    sources = "source_id,title,title_en,publisher,origin,published,language,licence,redistribute,seen,grade\n"
    sources += "new_1,T,T,P,MOST,2022-05,zh,x,yes,opening of the page,Z\n"
    found = offered(head + "\n".join(rows) + "\n", around=sources).problems
    assert [(p.file, p.row, p.column) for p in found] == [
        ("new.csv", 2, "value"),
        ("around.csv", 2, "grade"),
        ("new.csv", 3, "value"),
        ("new.csv", 4, "source_id"),
        ("new.csv", 4, "entity"),
    ]
