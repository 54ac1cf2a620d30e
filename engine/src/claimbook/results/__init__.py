"""The data that readers receive: results.json, recompute.py and seals."""
