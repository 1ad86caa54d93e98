"""PDF files: two readers, form fields, pictures, repair and OCR."""
