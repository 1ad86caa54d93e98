"""Metadata read from the text of a document."""
