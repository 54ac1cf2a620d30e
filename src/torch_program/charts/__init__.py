"""The chart grammar: pure functions from frames or judgements to charts."""
