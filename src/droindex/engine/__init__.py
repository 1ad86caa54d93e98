"""Clauses, entries and words of an index: what the layers above say to an engine."""
