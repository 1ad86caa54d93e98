"""One clearance set, open for reading."""
