"""A search engine library for folders of policy documents."""

__version__ = "0.1.0"
