"""An engine for reports that test what a text claims against published figures."""
