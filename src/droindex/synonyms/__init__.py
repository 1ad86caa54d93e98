"""Short forms and other words for the same."""
