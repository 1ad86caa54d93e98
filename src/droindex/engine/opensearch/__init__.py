"""The engine OpenSearch: the only place that knows it, and the package that speaks with it."""
