"""What replaced what: as a timeline (SVG), and as text for Mermaid and Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from droindex.errors import QueryError
from droindex.present.documents import list_day, title_of
from droindex.present.graphs.svg import drawing, element, text_element
from droindex.standing import RelationKind
from droindex.text import clean, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from droindex.model import Document

__all__ = ["GRAPHS", "lineage_dot", "lineage_graph", "lineage_mermaid", "lineage_svg"]

_OLDER = (RelationKind.SUPERSEDES, RelationKind.AMENDS)
_NEWER = (RelationKind.SUPERSEDED_BY, RelationKind.AMENDED_BY)
_WIDTH, _ROW, _MARGIN = 720.0, 32.0, 8.0  # in the units of the picture, about a pixel each
_TIMES = 240.0  # of the width: where the dots stand; the rest has their names
_GAP = 16.0
_RADIUS = 6.0
_AXIS = 26.0  # below the rows
_CHAR = 7.7  # width of a letter, on average
_LONGEST = 60  # characters of a title, where there is room
_TICKS = 4
_YEAR_WIDTH = 38.0  # of the name of a year, with the room around it
_NO_DATE_X = _MARGIN + _RADIUS
_ROOM = _TIMES - 2 * (_MARGIN + _RADIUS)
_DASHES = "5 4"


class _Place(NamedTuple):
    """Where a document stands on the picture."""

    x: float
    y: float


class _Edge(NamedTuple):
    """One document follows another.

    Attributes:
        old: The id of the older one.
        new: That of the newer one.
        is_firm: Whether it is stated that all of the older one was replaced.
    """

    old: str
    new: str
    is_firm: bool


def lineage_svg(
    versions: Sequence[Document], doc_id: str, href: Callable[[str], str] | None = None
) -> str:
    """Return a timeline of what a document replaced and what replaced it, as SVG.

    Each version has a row of its own, with a dot at its date. A filled dot was not replaced, a
    hollow one was; arrows lead from what was replaced to what replaced it. They are dashed where
    that is inferred, doubtful, or true of a part alone.

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
        *(_arrow(places[own.old], places[own.new], own) for own in _edges(versions)),
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
    lines += [
        f"    {names[own.old]} {'-->' if own.is_firm else '-.->'} {names[own.new]}"
        for own in _edges(versions)
    ]
    lines.append(f"    style {names[doc_id]} stroke-width:3px")
    return "\n".join(lines)


def lineage_dot(versions: Sequence[Document], doc_id: str) -> str:
    """Return the same in the language of Graphviz."""
    lines = ["digraph lineage {", "  rankdir=LR; node [shape=box];"]
    for version in versions:
        bold = ", style=bold" if version.doc_id == doc_id else ""
        lines.append(f"  {_quoted(version.doc_id)} [label={_quoted(_label(version))}{bold}];")
    lines += [
        f"  {_quoted(own.old)} -> {_quoted(own.new)}{'' if own.is_firm else ' [style=dashed]'};"
        for own in _edges(versions)
    ]
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


def _edges(versions: Sequence[Document]) -> list[_Edge]:
    """Return what was replaced by what, in the order of the versions."""
    known = {version.doc_id for version in versions}
    found: dict[tuple[str, str], _Edge] = {}
    for version in versions:
        for old, new, is_firm in _said_by(version):
            if old in known and new in known and old != new:
                found.setdefault((old, new), _Edge(old, new, is_firm))
    return list(found.values())


def _said_by(version: Document) -> Iterator[tuple[str, str, bool]]:
    """Yield what is known of a version: older document, newer one, whether that is firm."""
    own = version.doc_id
    for relation in version.relations:
        is_whole = relation.kind in (RelationKind.SUPERSEDES, RelationKind.SUPERSEDED_BY)
        is_firm = is_whole and not (relation.is_inferred or relation.is_doubtful)
        if relation.kind in _OLDER:
            yield relation.doc_id or "", own, is_firm
        elif relation.kind in _NEWER:
            yield own, relation.doc_id or "", is_firm
    if version.relations:
        return
    for reference in version.supersedes:  # it comes from no library: what it says itself is all
        yield reference.doc_id or "", own, reference.part is None
    for reference in version.superseded_by:
        yield own, reference.doc_id or "", reference.part is None


def _is_replaced(version: Document) -> bool:
    if version.relations:
        return bool(version.successors)
    return any(reference.part is None for reference in version.superseded_by)


def _x(version: Document, days: Sequence[date]) -> float:
    if version.best_date is None:
        return _NO_DATE_X
    first, last = min(days), max(days)
    span = (last - first).days or 1
    return _MARGIN + _RADIUS + _ROOM * (version.best_date[0] - first).days / span


def _axis(days: Sequence[date], height: float) -> Iterator[str]:
    """Yield the line below the rows, with some of the years that it spans."""
    y = height - _AXIS + 6
    yield _line("axis", f"M{_MARGIN:.0f} {y:.1f}H{_TIMES - _MARGIN:.0f}")
    if not days:
        return
    first, last = min(days), max(days)
    span = (last - first).days or 1
    step = max(1, -(-(last.year - first.year) // _TICKS))
    years = range(first.year, last.year + 1, step)
    end = 0.0
    for year in years:
        day = first.replace(year=year, month=1, day=1)
        x = _MARGIN + _RADIUS + _ROOM * max(0, (day - first).days) / span
        if x < end:  # hardly a year: its name would stand on the one before
            continue
        end = x + _YEAR_WIDTH
        yield _line("axis", f"M{x:.1f} {y:.1f}v5")
        yield text_element("text", f"{year:04d}", x=x, y=y + 18, class_="year")


def _arrow(old: _Place, new: _Place, edge: _Edge) -> str:
    """Return a bent line from one dot to another, with a head."""
    way = 1 if new.y > old.y else -1
    end = new.y - way * (_RADIUS + 4)
    bend = old.y + way * _ROW / 2  # beside the dots that stand between
    path = f"M{old.x:.1f} {old.y + way * _RADIUS:.1f}V{bend:.1f}H{new.x:.1f}V{end:.1f}"
    head = f"M{new.x - 4:.1f} {end - way * 1:.1f}h8L{new.x:.1f} {end + way * 5:.1f}Z"
    dashes = None if edge.is_firm else _DASHES
    return _line("arrow", path, dashes) + element("path", class_="head", d=head)


def _line(name: str, path: str, dashes: str | None = None) -> str:
    """Return a line; a style sheet may draw it otherwise."""
    return element(
        "path", class_=name, d=path, fill="none", stroke="currentColor", stroke_dasharray=dashes
    )


def _row(
    version: Document, place: _Place, href: Callable[[str], str] | None, *, is_own: bool
) -> str:
    is_replaced = _is_replaced(version)
    start = _TIMES + _GAP
    room = int((_WIDTH - start) / _CHAR) - len(list_day(version)) - len("... ")
    label = text_element(
        "text",
        _label(version, room),
        x=start,
        y=place.y + 4,
        font_weight="bold" if is_own else None,
        class_="own" if is_own else None,
    )
    dot = element(
        "circle",
        cx=place.x,
        cy=place.y,
        r=_RADIUS,
        fill="white" if is_replaced else "currentColor",
        stroke="currentColor",
        class_="is-replaced" if is_replaced else "is-current",
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
