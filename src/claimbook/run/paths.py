"""Where one build finds what people wrote, and where its products go."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from claimbook.project import editions, products


@dataclass(frozen=True)
class Paths:
    """Paths of one build; nothing here reads or writes files. `data` is an absolute path."""

    root: Path
    edition: editions.Edition
    data: Path

    @cached_property
    def name(self) -> str:
        """Name of the run and its folder: that of the edition, plus the copy of the data if it reads one."""
        if self.data == self.root / "data":
            return self.edition.name
        readable = re.sub(r"[^\w.-]+", "-", self.data.name)
        which = hashlib.sha256(str(self.data).encode()).hexdigest()[:6]
        return f"{self.edition.name}{editions.CHANGED}data={readable}-{which}"

    @property
    def build(self) -> Path:
        return self.root / "_build" / self.name

    @property
    def source(self) -> Path:
        return self.build / "source"

    @property
    def html(self) -> Path:
        return self.build / "html"

    @property
    def prints(self) -> dict[str, Path]:
        """The files of the print edition by name: report, annex and brief."""
        return {name: self.build / name for name in products.PRINTS}

    @property
    def results(self) -> Path:
        return self.build / "results.json"

    @property
    def record(self) -> Path:
        return self.build / "record.json"

    @property
    def state(self) -> Path:
        """The folder in which pytask stores its state for all builds of the project."""
        return self.root / "_build" / "state"

    def committed(self, notebook: str) -> Path:
        return self.root / "notebooks" / f"{notebook}.ipynb"

    def executed(self, notebook: str) -> Path:
        return self.build / "executed" / f"{notebook}.ipynb"

    def reads(self, notebook: str) -> Path:
        """Return the path of the inputs and reads of a notebook's last run, as short hashes."""
        return self.build / "executed" / f"{notebook}.json"

    def staged(self, notebook: str) -> Path:
        """Return the path of the executed notebook with its current prose, in the source tree of the book."""
        return self.source / "notebooks" / f"{notebook}.ipynb"
