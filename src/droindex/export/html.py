"""Values as HTML for notebooks: everything is escaped here, and nothing is loaded or run."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from droindex.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["HtmlHit", "hits_html", "marked", "values_html"]

_BAR = (
    '<svg width="60" height="10" role="img" aria-label="{0}%"><rect width="60" height="10" '
    'fill="#8884"/><rect width="{1:g}" height="10" fill="#4a7ebb"/></svg> {0}%'
)
_BAR_WIDTH = 60  # pixels
_LEFT = ' style="text-align:left;vertical-align:top"'
_FAINT = ' style="opacity:.7"'


class HtmlHit(NamedTuple):
    """What is shown of a hit.

    Attributes:
        relevance: Percent; None where nothing scores.
        title: What it is called.
        segments: Pairs of text and whether it matches.
        facts: What else is known, in order.
    """

    relevance: int | None
    title: str
    segments: Iterable[tuple[str, bool]]
    facts: Iterable[str]


def marked(segments: Iterable[tuple[str, bool]]) -> str:
    """Return pieces of text as HTML, those that match in `<mark>`."""
    return "".join(
        f"<mark>{escape(text)}</mark>" if is_match else escape(text) for text, is_match in segments
    )


def hits_html(caption: str, hits: Iterable[HtmlHit]) -> str:
    """Return a table of hits: a bar for each percentage, then title, snippet and facts."""
    rows = "".join(_hit_row(hit) for hit in hits)
    return f"<table><caption>{_safe(caption)}</caption><tbody>{rows}</tbody></table>"


def values_html(title: str, lead: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return a table of names and values below a title and a text."""
    body = "".join(
        f"<tr><th{_LEFT}>{_safe(name)}</th><td{_LEFT}>{_safe(value)}</td></tr>"
        for name, value in rows
    )
    text = f"<p>{_safe(lead)}</p>" if lead else ""
    return f"<h4>{_safe(title)}</h4>{text}<table><tbody>{body}</tbody></table>"


def _hit_row(hit: HtmlHit) -> str:
    bar = "" if hit.relevance is None else _bar(hit.relevance)
    snippet = marked((clean(text), is_match) for text, is_match in hit.segments)
    facts = " · ".join(map(_safe, hit.facts))
    return (
        f'<tr><td{_LEFT} nowrap="">{bar}</td><td{_LEFT}><b>{_safe(hit.title)}</b>'
        f"<br>{snippet}<br><small{_FAINT}>{facts}</small></td></tr>"
    )


def _bar(percent: int) -> str:
    return _BAR.format(percent, _BAR_WIDTH * percent / 100)


def _safe(text: str) -> str:
    return escape(clean(text))
