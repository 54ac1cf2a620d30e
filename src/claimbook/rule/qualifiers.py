"""Qualifiers: short remarks that a verdict carries and that never replace it."""


class Qualifier(str):
    """A qualifier in words. Its fields hold what code needs, so that no code has to parse the words.

    `kind` is "reading" (the verdict is `verdict` if the claim is read as `of`), "outdated" (the size was
    right in the years `of`), or "".
    """

    kind: str
    of: str
    verdict: str

    def __new__(cls, text: str, kind: str = "", of: str = "", verdict: str = "") -> "Qualifier":
        qualifier = super().__new__(cls, text)
        qualifier.kind, qualifier.of, qualifier.verdict = kind, of, verdict
        return qualifier


def if_read_as(reading: str, verdict: str) -> Qualifier:
    """Return a qualifier for the verdict under another reading."""
    return Qualifier(f"{verdict} if read as {reading}", "reading", reading, verdict)
