"""How people are told of documents and results, whatever shows it: a terminal or a page.

All of it is plain text. A face lays it out, marks it up, and escapes it as its medium asks for.
"""
