"""What the evidence means for a claim."""
