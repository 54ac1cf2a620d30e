"""What readers get as data."""
