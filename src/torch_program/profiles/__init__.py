"""A profile of each province, and a sweep of all."""
