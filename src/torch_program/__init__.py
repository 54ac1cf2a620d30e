"""An audit of what a policy text says about China's Torch Program, against published figures."""

__version__ = "1.0.0"
