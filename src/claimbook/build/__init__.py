"""How a build runs: editions, the plan of its steps, execution of notebooks, and publication of pages."""

from claimbook.build import patches

patches.without_grammars()
