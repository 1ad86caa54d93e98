"""A corpus -> documents: walking folders, pairing metadata, inferring it where there is none."""
