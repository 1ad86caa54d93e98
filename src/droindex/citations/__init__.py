"""What a text refers to: laws, regulations, orders and directives, in one form each."""
