"""Text -> results: parsing, compiling, searching, percentages, snippets."""
