"""Snippets of hits: which passage, which piece of it, and which words of it are highlighted."""
