"""An engine for reports that test what a text claims against published figures.

What a notebook needs is here: `from claimbook import Section, published`; kinds of charts are in `claimbook.charts`.
Evidence is loaded by the report's own package, which knows its places.
"""

import lazy_loader

from claimbook.patches import without_grammars, without_plugins

without_grammars()
without_plugins()

# the names are in __init__.pyi; a module is imported when a name of it is used: code that makes pages needs no pandas
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
