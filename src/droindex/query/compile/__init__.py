"""The tree of a query to clauses."""
