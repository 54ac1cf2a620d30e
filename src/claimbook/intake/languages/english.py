"""English, and the signs of tables in every language. The engine always reads it."""

from claimbook.intake.languages.language import Language

ONE_TO_TWELVE = "one two three four five six seven eight nine ten eleven twelve".split()

ENGLISH = Language(
    name="English",
    units={"%": "percent"},
    unit_heads=("unit",),
    number_heads=("no.", "no"),
    year_marks=(r"\[YR[12]\d{3}\]",),
    part_marks=("of which",),
    nothing=tuple("- -- – — —— … …… ... / n/a n.a. na nan none null".split()),
    bounds={
        "≥": ">", "≧": ">", "over": ">", "above": ">", "more than": ">", "at least": ">",
        "≤": "<", "under": "<", "below": "<", "less than": "<", "at most": "<",
        "≈": "~", "about": "~", "nearly": "~", "approx": "~", "approx.": "~", "ca.": "~",
        "==": "=", "exact": "=", "equal": "=",
    },
    periods={
        r"(\d{4})(?:\.0)": r"\1", r"(?:FY|CY)\s*(\d{4})": r"\1",
        r"(\d{4})\s*[ -]?\s*Q([1-4](?:-[1-4])?)": r"\1Q\2", r"(\d{4})\s*[–—/~-]\s*(\d{4})": r"\1-\2",
        r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?:[ T].*)?": "", r"(\d{4})[/.](\d\d?)": "",
    },
    scales={"trillion": 1e12, "billion": 1e9, "million": 1e6, "thousand": 1e3, "bn": 1e9, "k": 1e3},
    numbers={
        "half": 50, "one-third": 33.3, "one third": 33.3, "two-thirds": 66.7,
        "one in two": 50, "one in three": 33.3, "one in four": 25, "one in five": 20, "one in ten": 10,
        **{word: n for n, word in enumerate(ONE_TO_TWELVE, 1)},
    },
    unit_words={r"%|per ?cent|pct|half|third|one in|/\d": "percent", r"dollar|usd|\$": "USD", "times|fold": "times"},
    before={
        "almost|some|around|roughly|close to|approximately|half|third": "~",
        "exceed(?:ed|ing|s)?|top(?:ped|s)?|up to over": ">",
    },
    after={r"\+|plus|or more": ">", "or less": "<"},
    between=("to", "the"),
    currencies=("us",),
    counters=("%",),
)  # fmt: skip
