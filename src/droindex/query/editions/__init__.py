"""The editions of a document: which there are, and what changed between them."""
