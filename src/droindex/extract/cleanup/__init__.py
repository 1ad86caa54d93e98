"""What every reader needs of text: cleaned, judged, running heads taken out."""
