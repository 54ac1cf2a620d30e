"""What stands beside a verdict and never replaces it."""


class Qualifier(str):
    """A qualifier in words. What code asks of it stands in fields, so that nothing reads the words again.

    `kind` is "reading" (another verdict, `verdict`, if the claim is read as `of`), "outdated" (right in size in the
    years `of`), or "".
    """

    kind: str
    of: str
    verdict: str

    def __new__(cls, says: str, kind: str = "", of: str = "", verdict: str = "") -> "Qualifier":
        made = super().__new__(cls, says)
        made.kind, made.of, made.verdict = kind, of, verdict
        return made


def if_read_as(reading: str, verdict: str) -> Qualifier:
    """The verdict under another reading."""
    return Qualifier(f"{verdict} if read as {reading}", "reading", reading, verdict)
