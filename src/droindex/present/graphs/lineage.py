"""What replaced what: as a timeline (SVG), and as text for Mermaid and Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from droindex.errors import QueryError
from droindex.present.documents import list_day, title_of
from droindex.present.graphs.svg import drawing, element, text_element
from droindex.text import clean, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from droindex.model import Document

__all__ = ["GRAPHS", "lineage_dot", "lineage_graph", "lineage_mermaid", "lineage_svg"]

_WIDTH, _ROW, _MARGIN = 720.0, 34.0, 16.0  # in the units of the picture, about a pixel each
_RADIUS = 6.0
_AXIS = 26.0  # below the rows
_CHAR = 8.2  # width of a letter, at most
_LONGEST = 60  # characters of a title, where there is room
_TICKS = 6
_NO_DATE_X = _MARGIN + _RADIUS


class _Place(NamedTuple):
    """Where a document stands on the picture."""

    x: float
    y: float


def lineage_svg(
    versions: Sequence[Document], doc_id: str, href: Callable[[str], str] | None = None
) -> str:
    """Return a timeline of what a document replaced and what replaced it, as SVG.

    Each version has a row of its own. A filled dot is in force, a hollow one was replaced; arrows
    lead from what was replaced to what replaced it.

    Args:
        versions: As `Index.lineage` returns them, oldest first.
        doc_id: The document whose picture it is; it is set off.
        href: Gives the address of a document; without it, nothing is a link.

    Example:
        >>> lineage_svg(index.lineage("policies/escort"), "policies/escort")
    """
    days = [version.best_date[0] for version in versions if version.best_date]
    height = _ROW * len(versions) + _AXIS
    places = {
        version.doc_id: _Place(_x(version, days), _ROW * (row + 0.5))
        for row, version in enumerate(versions)
    }
    return drawing(
        f"Timeline of {_count(versions)}",
        "; then ".join(f"{list_day(version)} {title_of(version)}" for version in versions),
        _WIDTH,
        height,
        *_axis(days, height),
        *(_arrow(places[old], places[new]) for old, new in _edges(versions)),
        *(
            _row(version, places[version.doc_id], href, is_own=version.doc_id == doc_id)
            for version in versions
        ),
        has_links=href is not None,
    )


def lineage_mermaid(versions: Sequence[Document], doc_id: str) -> str:
    """Return the same as a flow chart in the language of Mermaid."""
    names = {version.doc_id: f"d{place}" for place, version in enumerate(versions)}
    lines = ["flowchart LR"]
    for version in versions:
        label = _label(version).replace("#", "#35;").replace('"', "#quot;")
        label = label.replace("<", "#lt;").replace(">", "#gt;")
        lines.append(f'    {names[version.doc_id]}["{label}"]')
    lines += [f"    {names[old]} --> {names[new]}" for old, new in _edges(versions)]
    lines.append(f"    style {names[doc_id]} stroke-width:3px")
    return "\n".join(lines)


def lineage_dot(versions: Sequence[Document], doc_id: str) -> str:
    """Return the same in the language of Graphviz."""
    lines = ["digraph lineage {", "  rankdir=LR; node [shape=box];"]
    for version in versions:
        bold = ", style=bold" if version.doc_id == doc_id else ""
        lines.append(f"  {_quoted(version.doc_id)} [label={_quoted(_label(version))}{bold}];")
    lines += [f"  {_quoted(old)} -> {_quoted(new)};" for old, new in _edges(versions)]
    return "\n".join([*lines, "}"])


GRAPHS: dict[str, Callable[[Sequence[Document], str], str]] = {
    "svg": lineage_svg,
    "mermaid": lineage_mermaid,
    "dot": lineage_dot,
}


def lineage_graph(versions: Sequence[Document], doc_id: str, form: str) -> str:
    """Return a picture of what replaced what: `svg`, `mermaid` or `dot`.

    Args:
        versions: As `Index.lineage` returns them.
        doc_id: The document whose picture it is.
        form: Its language.

    Raises:
        QueryError: `unknown-style`, there is no such form.
    """
    if form not in GRAPHS:
        raise QueryError(
            f"There is no form {form!r} of a graph.",
            slug="unknown-style",
            hint=f"Forms: {', '.join(GRAPHS)}.",
        )
    return GRAPHS[form](versions, doc_id)


def _edges(versions: Sequence[Document]) -> list[tuple[str, str]]:
    """Return pairs of ids: what was replaced, and what replaced it."""
    known = {version.doc_id for version in versions}
    found: dict[tuple[str, str], None] = {}
    for version in versions:
        for reference in version.supersedes:
            if reference.doc_id in known:
                found[str(reference.doc_id), version.doc_id] = None
        for reference in version.superseded_by:
            if reference.doc_id in known:
                found[version.doc_id, str(reference.doc_id)] = None
    return [pair for pair in found if pair[0] != pair[1]]


def _x(version: Document, days: Sequence[date]) -> float:
    if version.best_date is None:
        return _NO_DATE_X
    first, last = min(days), max(days)
    span = (last - first).days or 1
    room = _WIDTH - 2 * (_MARGIN + _RADIUS)
    return _MARGIN + _RADIUS + room * (version.best_date[0] - first).days / span


def _axis(days: Sequence[date], height: float) -> Iterator[str]:
    """Yield the line below the rows, with some of the years that it spans."""
    y = height - _AXIS + 6
    yield element("path", class_="axis", d=f"M{_MARGIN:.0f} {y:.1f}H{_WIDTH - _MARGIN:.0f}")
    if not days:
        return
    first, last = min(days), max(days)
    span = (last - first).days or 1
    room = _WIDTH - 2 * (_MARGIN + _RADIUS)
    step = max(1, -(-(last.year - first.year) // _TICKS))
    years = range(first.year, last.year + 1, step)
    for year in years:
        day = first.replace(year=year, month=1, day=1)
        x = _MARGIN + _RADIUS + room * max(0, (day - first).days) / span
        anchor = "start" if x < _WIDTH / 2 else "end"
        yield element("path", class_="axis", d=f"M{x:.1f} {y:.1f}v5")
        yield text_element("text", f"{year:04d}", x=x, y=y + 18, text_anchor=anchor, class_="year")


def _arrow(old: _Place, new: _Place) -> str:
    """Return a bent line from one dot to another, with a head."""
    way = 1 if new.y > old.y else -1
    end = new.y - way * (_RADIUS + 4)
    path = (
        f"M{old.x:.1f} {old.y + way * _RADIUS:.1f}V{(old.y + new.y) / 2:.1f}H{new.x:.1f}V{end:.1f}"
    )
    head = f"M{new.x - 4:.1f} {end - way * 1:.1f}h8L{new.x:.1f} {end + way * 5:.1f}Z"
    return element("path", class_="arrow", d=path) + element("path", class_="head", d=head)


def _row(
    version: Document, place: _Place, href: Callable[[str], str] | None, *, is_own: bool
) -> str:
    is_left = place.x > _WIDTH / 2
    room = (place.x if is_left else _WIDTH - place.x) - 12
    label = text_element(
        "text",
        _label(version, int(room / _CHAR) - len(list_day(version)) - len("... ")),
        x=place.x + (-12 if is_left else 12),
        y=place.y + 4,
        text_anchor="end" if is_left else "start",
        class_="own" if is_own else None,
    )
    dot = element(
        "circle",
        cx=place.x,
        cy=place.y,
        r=_RADIUS,
        class_="is-replaced" if version.superseded_by else "is-current",
    )
    if href is None:
        return dot + label
    return element("a", dot, label, href=href(version.doc_id))


def _label(version: Document, chars: int = _LONGEST) -> str:
    return f"{list_day(version)} {shortened(title_of(version), chars)}"


def _count(versions: Sequence[Document]) -> str:
    return "one version" if len(versions) == 1 else f"{len(versions)} versions"


def _quoted(text: str) -> str:
    escaped = clean(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
