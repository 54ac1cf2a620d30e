"""Published figures, documents and studies, and the numbers that a report makes from them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, {"concentration", "measures", "quantity"})
