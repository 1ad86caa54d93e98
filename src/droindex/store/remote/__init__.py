"""Generations on a cluster: the same states of a library, kept in indexes instead of folders."""
