"""Files published for programs: JSON Schemas, and a script that recomputes every verdict."""
