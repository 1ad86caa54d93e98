"""Pages of PDF files as pictures, with words marked where they stand."""
