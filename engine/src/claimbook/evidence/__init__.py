"""Published figures, documents and studies, and the numbers that a report makes from them."""
