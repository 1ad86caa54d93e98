"""The title of a document: by label, behind its number, or by the size of its type."""
