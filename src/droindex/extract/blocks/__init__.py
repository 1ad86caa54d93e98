"""The blocks of a page: headings, paragraphs, rows, lists, header block, running heads."""
