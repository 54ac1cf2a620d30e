"""Whether the verdict would be another, had another choice been made."""
