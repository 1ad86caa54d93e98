"""Files of records: one document a line."""
