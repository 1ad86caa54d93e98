"""Files on disk: opened without links, written whole, locked."""
