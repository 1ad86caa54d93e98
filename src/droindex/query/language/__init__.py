"""Text of a query to its tree."""
