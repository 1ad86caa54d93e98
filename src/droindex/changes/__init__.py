"""What differs between two texts, and where a phrase stands in one."""
