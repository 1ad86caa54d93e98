"""What lies in a corpus: files, sidecars, catalogue, records, configuration."""
