"""How firm a verdict is: whether other choices would give another verdict."""
