"""What an operator does with generations: look at them, go back, clear away, export a set."""
