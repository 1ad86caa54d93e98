"""What is known of a document: keys, values, and what given and read metadata make together."""
