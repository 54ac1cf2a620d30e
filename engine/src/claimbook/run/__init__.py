"""How a build runs: its plan, its steps, the notebooks, and the publication of its pages."""
