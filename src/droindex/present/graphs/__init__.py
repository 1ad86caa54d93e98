"""Pictures for reading: what replaced what, what was issued when, what a library holds.

They are SVG made by hand, or text for Mermaid and Graphviz. Colours are those of the page, by
classes (`is-current`, `is-replaced`) and `currentColor`; nothing in them is styled inline, so that
a strict content security policy lets them through.
"""
