"""A profile of each province, and a book of all profiles."""
