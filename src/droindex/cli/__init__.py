"""The command line: a face over `droindex.Index`."""
