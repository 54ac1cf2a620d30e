"""How figures come in: rules that data must keep, and the ways new figures are read."""
