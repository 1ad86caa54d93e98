"""Documents -> an index on disk, and all that is asked of the search engine."""
