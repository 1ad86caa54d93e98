"""From documents to a new generation."""
