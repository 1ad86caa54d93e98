"""Documents to each other: who replaces whom, lines of editions, and when each is in force."""
