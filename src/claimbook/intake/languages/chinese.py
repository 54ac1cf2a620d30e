"""Chinese: units, periods, number words and encodings of statistical tables, and the yuan in English words."""

from claimbook.intake.languages.language import Language

YUAN = {"": "CNY", "1000 ": "CNY 1,000", "10000 ": "CNY 10,000", "million ": "CNY million"}
YUAN |= {"100 million ": "CNY 100 million", "billion ": "CNY billion", "trillion ": "CNY trillion"}

CHINESE = Language(
    name="Chinese",
    letters="\u3400-\u9fff",
    tag="zh-Hans",
    region="cn",
    encodings={"gb18030": "gb2312"},
    label_column="label_zh",
    units={
        "元": "CNY", "千元": "CNY 1,000", "万元": "CNY 10,000", "百万元": "CNY million", "亿元": "CNY 100 million",
        "十亿元": "CNY billion", "万亿元": "CNY trillion",
        "美元": "USD", "万美元": "USD 10,000", "百万美元": "USD million", "亿美元": "USD 100 million",
        "人": "persons", "万人": "10,000 persons", "人年": "person-years", "万人年": "10,000 person-years",
        "家": "count", "个": "count", "项": "count", "件": "count", "万家": "10,000", "万件": "10,000", "万": "10,000",
        **{f"{scale}{name}": unit for name in ("yuan", "rmb") for scale, unit in YUAN.items()},
    },
    unit_heads=("单位", "计量单位"),
    unit_prefix=("单位",),
    number_heads=("序号",),
    year_marks=("年", "年度"),
    part_marks=("其中",),
    nothing=("无",),
    bounds={
        "超过": ">", "超": ">", "逾": ">", "不到": "<", "不足": "<", "约": "~", "近": "~", "将近": "~",
    },
    periods={
        "(\\d{4})(?:年|年度)": r"\1", r"(\d{4})年上半年": r"\1H1", r"(\d{4})年下半年": r"\1H2",
        r"(\d{4})年(?:前三季度|1-9月)": r"\1Q1-3", r"(\d{4})年1-(\d\d?)月": r"\1M1-\2",
        r"(\d{4})\s*[–—/~至-]\s*(\d{4})年?": r"\1-\2",
        r"(\d{4})[-/.年](\d\d?)[-/.月](\d\d?)日?(?:[ T].*)?": "", r"(\d{4})[/.年](\d\d?)月?": "",
    },
    variants={"萬": "万", "億": "亿", "約": "约", "\u904e": "过", "佔": "占", "國": "国"},
    scales={"万亿": 1e12, "亿": 1e8, "万": 1e4, "千": 1e3},
    scale_marks="余多",
    numbers={"一半": 50, "三分之一": 33.3, "三分之二": 66.7},
    digits="一二三四五六七八九",
    ten="十",
    unit_words={
        "百分|一半|三分之": "percent", "(?<![美欧日港])元|人民币|yuan|rmb|cny|¥": "CNY", "美元": "USD", "倍": "times",
    },
    before={"大约|接近|一半|三分之一": "~", "不超过|不高于": "<", "高于": ">"},
    after={"余|多|以上": ">", "左右|上下": "~", "以下|以内": "<"},
    between=("了", "达到?", "占全国", "全国"),
    currencies=("rmb", "cny"),
    counters=("个", "家", "项", "元", "人", "美元"),
)  # fmt: skip
