"""Generations on disk: written whole, locked, checked, kept."""
