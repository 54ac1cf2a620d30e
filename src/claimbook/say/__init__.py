"""How anything is said: words, numbers, periods, prose."""
