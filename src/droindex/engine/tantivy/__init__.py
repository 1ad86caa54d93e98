"""The engine tantivy: the only place that knows it."""
