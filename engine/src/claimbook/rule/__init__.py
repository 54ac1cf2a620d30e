"""What the evidence means for a claim: the rule for each kind."""
