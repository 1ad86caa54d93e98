"""Elements of SVG, escaped as they are made."""

from __future__ import annotations

from html import escape

from droindex.text import clean

__all__ = ["drawing", "element", "text_element"]


def element(name: str, *children: str, **attributes: object) -> str:
    """Return an element; children are elements, attributes are escaped.

    Args:
        name: Of the element.
        children: Elements inside.
        attributes: `class_` is `class`, and an underscore a hyphen; None leaves one out.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(clean(_number(value)))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{''.join(children)}</{name}>"


def text_element(name: str, content: str, **attributes: object) -> str:
    """Return an element that holds text."""
    return element(name, escape(clean(content)), **attributes)


def drawing(
    title: str,
    description: str,
    width: float,
    height: float,
    *children: str,
    has_links: bool = False,
) -> str:
    """Return a whole picture, which says in words what it shows.

    Args:
        title: What it is.
        description: What is to be seen on it.
        width: In units of its own; it is as wide as the room that it gets.
        height: Likewise.
        children: Elements.
        has_links: Whether some of them are links, which a mere image would hide.
    """
    return element(
        "svg",
        text_element("title", title),
        text_element("desc", description),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=width,
        height=height,
        direction="ltr",  # places are counted from the left on any page
        role="group" if has_links else "img",
        aria_label=title,
        font_family="sans-serif",
        font_size=13,
        class_="graph",
    )


def _number(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
