"""Who may see which document, and what older generations may no longer show."""
