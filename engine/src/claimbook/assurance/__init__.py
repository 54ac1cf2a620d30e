"""What every report guarantees about its numbers: not typed, with a card that names what moves it, and reproducible."""
