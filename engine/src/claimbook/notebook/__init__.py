"""What notebooks call: sections, their claims, and the check of parameters."""
