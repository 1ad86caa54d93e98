"""What a paper says of itself by its form: in phrases, as an act, on a cover sheet."""
