"""Limited processes that read files, and the pool that watches them."""
