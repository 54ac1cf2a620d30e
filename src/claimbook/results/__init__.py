"""The data that readers receive: results.json, seals, and the cases of the rule."""
