"""How much of a page its images fill, from the page's own drawing commands (pypdf)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject, PdfReader

__all__ = ["image_cover"]

_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MAX_DEPTH = 4  # images inside forms inside forms
_MAX_STACK = 100  # saved graphics states; sound pages have a few


def image_cover(page: PageObject, reader: PdfReader) -> float:
    """Return the share of the page that images fill, 0 to 1.

    Areas are added up, so that a scan cut into strips counts as one.

    Args:
        page: The page.
        reader: The document it belongs to.
    """
    box = page.mediabox
    left, bottom = float(box.left), float(box.bottom)
    width, height = float(box.width), float(box.height)
    if width <= 0 or height <= 0 or not _has_images(page.get("/Resources"), _MAX_DEPTH):
        return 0.0
    area = 0.0
    for matrix in _image_matrices(page.get_contents(), page.get("/Resources"), reader, _UNIT, 0):
        corners = [_point(matrix, x, y) for x in (0, 1) for y in (0, 1)]
        xs, ys = [x - left for x, _ in corners], [y - bottom for _, y in corners]
        wide = min(max(xs), width) - max(min(xs), 0)
        high = min(max(ys), height) - max(min(ys), 0)
        area += max(wide, 0) * max(high, 0)
    return min(1.0, area / (width * height))


def _has_images(resources: Any, depth: int) -> bool:
    """Whether an image can be drawn from these resources at all: most pages need no second look."""
    found = _get(_get(resources, "/XObject"), None)
    if not isinstance(found, dict) or depth == 0:
        return False
    for item in found.values():
        item = _get(item, None)  # noqa: PLW2901 - the same thing, resolved
        kind = item.get("/Subtype") if isinstance(item, dict) else None
        if kind == "/Image" or (
            kind == "/Form" and _has_images(_get(item, "/Resources"), depth - 1)
        ):
            return True
    return False


def _image_matrices(
    content: Any,
    resources: Any,
    reader: PdfReader,
    start: _Matrix,
    depth: int,
) -> list[_Matrix]:
    """Return, for each image that is drawn, the matrix that takes the unit square to its place."""
    from pypdf.generic import ContentStream  # noqa: PLC0415 - only where a PDF is read

    if content is None:
        return []
    if not isinstance(content, ContentStream):
        content = ContentStream(content, reader)
    objects = _get(_get(resources, "/XObject"), None)
    found: list[_Matrix] = []
    for name, place in _drawn(content.operations, start):
        item = _get(objects, name)
        if not isinstance(item, dict):
            continue
        kind = item.get("/Subtype")
        if kind == "/Image":
            found.append(place)
        elif kind == "/Form" and depth < _MAX_DEPTH:
            inner = _times(_matrix(item.get("/Matrix", _UNIT)), place)
            own = item.get("/Resources", resources)
            found.extend(_image_matrices(item, own, reader, inner, depth + 1))
    return found


def _drawn(operations: Any, start: _Matrix) -> Iterator[tuple[Any, _Matrix]]:
    """Yield the name of each object that is drawn, and the matrix that holds when it is."""
    stack: list[_Matrix] = []
    now = start
    for operands, operator in operations:
        if operator == b"q":
            stack.append(now)
            del stack[:-_MAX_STACK]
        elif operator == b"Q":
            now = stack.pop() if stack else start
        elif operator == b"cm":
            now = _times(_matrix(operands), now)
        elif operator == b"Do" and operands:
            yield operands[0], now


def _get(thing: Any, key: Any) -> Any:
    """Return an entry of a dictionary, or with no key the thing itself, references followed."""
    thing = _resolved(thing)
    if key is None or thing is None:
        return thing
    return _resolved(thing.get(key)) if isinstance(thing, dict) else None


def _resolved(thing: Any) -> Any:
    return thing.get_object() if hasattr(thing, "get_object") else thing


def _matrix(values: Any) -> _Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def _times(m: _Matrix, n: _Matrix) -> _Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _point(m: _Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]
