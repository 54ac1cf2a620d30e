"""The reader of quotations: whether the words of a source contain the value, the unit and the bound of a row."""

import pytest

from claimbook.intake.rules.quotes import faults


@pytest.mark.parametrize(
    ("value", "unit", "bound", "words", "missing"),
    [
        ("178", "count", "=", "总数达178家", []),
        ("178", "count", ">", "总数达178家", ["bound"]),
        ("170", "count", ">", "总数超过170家", []),
        ("170", "count", ">", "600多个项目,170余家", []),
        ("1700000", "count", ">", "170余万家", []),
        ("14.3", "percent", "=", "占国内生产总值的14.3%", []),
        ("14.3", "percent", "=", "14.3万亿元", ["unit"]),
        ("50", "percent", "~", "PCT國際專利申請量約占全國50%", []),
        ("80", "percent", "~", "nearly 80 percent of key laboratories", []),
        ("66.7", "percent", "~", "全国 2/3 的国内生产总值", []),
        ("49.5", "CNY trillion", "=", "49.5 trillion yuan in 2021", []),
        ("495", "CNY 100 million", "=", "49.5 billion yuan", []),
        ("495", "CNY 100 million", "=", "49.5 billion dollars", ["unit"]),
        ("200", "CNY 10,000", "<", "支持金额不超过200万元", []),
        ("200", "CNY 10,000", ">", "支持金额不超过200万元", ["bound"]),
        ("115000", "count", "=", "116,000 firms", ["value"]),
        ("33.3", "percent", "~", "one-third of its applications", []),
        ("12.4", "percent", "~", "accounting for roughly 12.4 percent", []),
        ("12.4", "percent", "=", "accounting for roughly 12.4 percent", ["bound"]),
        ("33.3", "percent", "~", "about one in three Chinese startups", []),
        ("33", "percent", "~", "about one in three Chinese startups", ["value"]),
        ("66.7", "percent", "~", "三分之二的科創板上市企業", []),
        ("11", "count", "=", "divided into eleven parts", []),
        ("12", "count", "=", "全書內容分十二個部分", []),
        ("31", "count", "=", "三十一个省区市", []),
        ("2", "count", "=", "全書內容分十二個部分", ["value"]),
        ("3", "CNY billion", "~", "累计拿下近30亿人民币", []),
        ("3", "CNY billion", "~", "累计拿下近30亿美元", ["unit"]),
        ("4.6", "percent", "=", "相比2022年提升了4.6pct", []),
    ],
)
def test_a_quote_must_contain_value_unit_and_bound(value, unit, bound, words, missing):
    assert faults(value, unit, bound, words) == missing
