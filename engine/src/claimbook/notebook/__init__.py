"""What notebooks call: sections, their claims, and the check of parameters."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, {"tables"})
