"""How a build runs: editions, the plan of its steps, execution of notebooks, and publication of the pages."""

import sys

# jsonschema can do without it: only addresses with letters beyond ASCII go unchecked, of which notebooks have none. It
# builds a grammar when it is imported, which takes each process that reads a notebook a second.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: it cannot be imported
