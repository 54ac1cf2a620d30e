"""An audit of what a policy text says about China's Torch Program, against published figures."""
