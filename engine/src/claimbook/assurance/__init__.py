"""What every report guarantees about its numbers: not typed, with a card that names what moves it, and reproducible."""

from collections.abc import Iterator

from claimbook.notebook.notebook_file import code_cells, parse_notebook


def cells_of_python(notebook: bytes) -> Iterator[tuple[str, str]]:
    """Yield id and code of each code cell, with blank lines for commands of IPython."""
    for _, source, cell in code_cells(parse_notebook(notebook)):
        if not source.startswith("%%"):
            lines = ("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
            yield cell["id"], "\n".join(lines)
