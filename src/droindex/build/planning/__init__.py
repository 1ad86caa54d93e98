"""What each set is to hold, worked out from what changed."""
