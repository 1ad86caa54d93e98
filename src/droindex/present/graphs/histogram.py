"""What was issued when: a column for each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.present.graphs.svg import drawing, element, text_element

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["year_histogram_svg"]

_WIDTH, _HEIGHT, _AXIS, _TOP = 720.0, 120.0, 20.0, 16.0
_GAP_SHARE = 0.15  # of a column that stays empty on each side
_LABELS = 10  # years that are named at most
_MAX_YEARS = 200  # beyond, a wrong date would thin out all columns


def year_histogram_svg(counts: Mapping[str, int], href: Callable[[str], str] | None = None) -> str:
    """Return how many documents each year has, as SVG.

    Args:
        counts: Year, of four digits, -> number of documents: the facet `year`.
        href: Gives the address for a year; without it, nothing is a link.

    Example:
        >>> facet = index.search(facets=["year"]).facets["year"]
        >>> year_histogram_svg({item.value: item.count for item in facet})
    """
    known = {int(year): number for year, number in counts.items() if year.isdecimal()}
    latest = max(known, default=0)
    known = {year: number for year, number in known.items() if latest - year < _MAX_YEARS}
    if not known:
        return drawing("Documents by year", "No document has a date.", _WIDTH, _HEIGHT)
    first = min(known)
    most = max(known.values())
    width = _WIDTH / (latest - first + 1)
    step = -(-(latest - first + 1) // _LABELS)
    columns = []
    for year, number in sorted(known.items()):
        height = max(1.0, (_HEIGHT - _AXIS - _TOP) * number / most)
        bar = _bar(f"{year}: {number}", (year - first) * width, width, height)
        if href is None:
            columns.append(bar)
        else:
            address = href(f"{year:04d}")
            columns.append(element("a", bar, href=address, aria_label=f"{year}: {number}"))
    labels = [
        text_element(
            "text",
            str(year),
            x=(year - first + 0.5) * width,
            y=_HEIGHT - 4,
            text_anchor="middle",
            class_="year",
        )
        for year in range(first, latest + 1, step)
    ]
    said = ", ".join(f"{year}: {number}" for year, number in sorted(known.items()))
    return drawing(
        "Documents by year", said, _WIDTH, _HEIGHT, *columns, *labels, has_links=href is not None
    )


def _bar(label: str, x: float, width: float, height: float) -> str:
    """Return the bar of one year, in its column."""
    return element(
        "rect",
        text_element("title", label),
        x=x + width * _GAP_SHARE,
        y=_HEIGHT - _AXIS - height,
        width=width * (1 - 2 * _GAP_SHARE),
        height=height,
        class_="bar",
    )
