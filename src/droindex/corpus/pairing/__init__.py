"""The documents of a corpus paired with their metadata: sidecars and rows of the catalogue."""
