"""How an answer comes about: in a thread, from one state of the library, for one clearance."""
