"""What values become for other programs: citations, tables of data, HTML of a notebook."""
