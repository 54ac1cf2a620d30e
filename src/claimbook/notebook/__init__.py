"""What a cell of a notebook talks to."""
