"""One file -> text and facts, in limited worker processes, cached by content."""
