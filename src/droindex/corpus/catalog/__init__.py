"""The catalogue of a corpus: one table of metadata, as people keep it."""
