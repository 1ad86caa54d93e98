"""Readers of office formats: Word, OpenDocument, RTF and mail."""
