"""Lists of hits as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.cli.terminal import cell_width
from droindex.present.box import ADVANCED, NOTHING, SHOW_ALL, box_summary, box_title
from droindex.present.documents import list_day, replaced_line, title_of
from droindex.present.results import headline, hit_facts
from droindex.text import clean, page_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from droindex.cli.terminal import Screen
    from droindex.model import Document
    from droindex.query.passages import PassageHit
    from droindex.query.results.hit import Hit, Snippet
    from droindex.query.results.results import FacetCount, Results

__all__ = ["columns", "dated_lines", "hanging", "passage_lines", "plone_lines", "results_lines"]

_AFTER_RANK = ". "
_DAY_WIDTH = 12  # of `2006-02-03` and two blanks
_SCORE_WIDTH = 7  # of "[100%] "


def results_lines(
    results: Results,
    hits: Iterable[Hit],
    screen: Screen,
    address: Callable[[Hit], str] | None = None,
    *,
    last: int,
    is_explained: bool = False,
) -> Iterator[str]:
    """Yield a list of hits with what is known of all of them.

    Args:
        results: The search.
        hits: The hits to show: those of `results`, or all of them.
        screen: How to lay it out.
        address: Gives the address of a hit's file, for links.
        last: The highest rank that is shown.
        is_explained: Whether to say of each hit how its numbers came about.
    """
    yield f"{headline(results)} ({results.took_ms:.1f} ms)"
    width = len(str(last)) + len(_AFTER_RANK)
    for hit in hits:
        yield ""
        indent = width + (_SCORE_WIDTH if hit.relevance is not None else 0)
        yield from hit_lines(hit, screen, indent, address(hit) if address else "")
        if is_explained:
            yield from _explanation(hit, screen, indent)
    for name, values in results.facets.items():
        yield ""
        yield from _facet(name, values, screen)


def hit_lines(hit: Hit, screen: Screen, indent: int, address: str = "") -> Iterator[str]:
    """Yield a hit: rank, relevance and title, facts, snippet with its page, id.

    Args:
        hit: The hit.
        screen: How to lay it out.
        indent: Columns before the title.
        address: Where its title leads to.
    """
    rank = f"{hit.rank}{_AFTER_RANK}"
    score = f"[{hit.relevance}%]".rjust(_SCORE_WIDTH - 1) + " "
    label = f"{rank}{score}" if hit.relevance is not None else rank
    shown = hit.line.leading if hit.line else hit.document
    title = screen.paragraph([(title_of(shown), True)], 0, less=indent)
    for place, line in enumerate(title):
        before = f"{label:>{indent}}" if not place else " " * indent
        yield f"{before}{screen.link(line, address)}"
    if facts := hit_facts(hit):
        yield from screen.paragraph([(" · ".join(facts), False)], indent)
    remark = clean(hit.line.remark) if hit.line else ""
    if after := remark or replaced_line(hit.document):
        yield from screen.paragraph([(after, False)], indent)
    if hit.snippet is not None:
        yield from _snippet(hit.snippet, screen, indent)
    yield " " * indent + screen.dim(clean(shown.doc_id))


def dated_lines(
    rank: int,
    last: int,
    document: Document,
    facts: Sequence[str],
    screen: Screen,
    address: str = "",
) -> Iterator[str]:
    """Yield a document of a list by date: rank, day and title, and below them the facts.

    Args:
        rank: Its place in the list.
        last: The highest rank of the list.
        document: The document.
        facts: What else is told of it.
        screen: How to lay it out.
        address: Where its title leads to.
    """
    label = f"{rank:>{len(str(last))}}{_AFTER_RANK}{list_day(document):<{_DAY_WIDTH}}"
    indent = len(label)
    title = screen.paragraph([(title_of(document), True)], 0, less=indent)
    for place, line in enumerate(title):
        yield f"{' ' * indent if place else label}{screen.link(line, address)}"
    for line in screen.paragraph([(" · ".join(facts), False)], 0, less=indent):
        yield " " * indent + screen.dim(line)


def passage_lines(found: Sequence[PassageHit], screen: Screen) -> Iterator[str]:
    """Yield pages that answer: where each stands, and what of it answers."""
    if not found:
        yield NOTHING
    for at, hit in enumerate(found):
        if at:
            yield ""
        snippet = hit.snippet
        place = [clean(hit.title or hit.doc_id), page_name(snippet.page, snippet.page_label)]
        where = " · ".join(part for part in (*place, clean(snippet.section or "")) if part)
        yield from screen.paragraph([(where, True)], 0)
        yield from screen.paragraph(snippet.segments, 2)
        yield "  " + screen.dim(clean(hit.doc_id))


def plone_lines(results: Results, hits: Iterable[Hit]) -> Iterator[str]:
    """Yield the list as the box of the reference library showed it.

    Args:
        results: The search.
        hits: The hits to show: those of `results`, or all of them.
    """
    last = 0
    for hit in hits:
        label = f"[{hit.relevance}%] " if hit.relevance is not None else ""
        yield f"{label}{box_title(hit.document)}"
        if hit.document.summary:
            yield f"    {box_summary(hit.document)}"
        if after := replaced_line(hit.document):
            yield f"    {after}"
        last = hit.rank
    if not results.total:
        yield NOTHING
    yield ADVANCED
    if last < results.total:
        yield SHOW_ALL


def _snippet(snippet: Snippet, screen: Screen, indent: int) -> Iterator[str]:
    where = snippet.where
    place = f"Summary (see {where}): " if snippet.is_summary else f"{where}: "
    lead = [(place, False)] if where else []
    yield from screen.paragraph([*lead, *snippet.segments], indent)


def _explanation(hit: Hit, screen: Screen, indent: int) -> Iterator[str]:
    """Yield how the numbers of a hit came about; the notes stand below the whole list."""
    from droindex.query.results.explanation import sentences  # noqa: PLC0415 - a search must not pay for it

    for line in sentences(hit.explain()):
        if line.startswith(" "):  # a row of a list: wrapped, it would lose its columns
            yield " " * indent + clean(line)
        else:
            yield from screen.paragraph([(line, False)], indent)


def _facet(name: str, values: Sequence[FacetCount], screen: Screen) -> Iterator[str]:
    yield screen.bold(name)
    yield from counted({item.value: item.count for item in values}, indent=2)


def counted(counts: Mapping[str, int], *, indent: int) -> Iterator[str]:
    """Yield names with their counts, numbers in a column."""
    width = max((len(str(count)) for count in counts.values()), default=1)
    for name, count in counts.items():
        yield f"{' ' * indent}{count:>{width}}  {clean(name)}"


def columns(rows: Iterable[tuple[str, str]], screen: Screen) -> Iterator[str]:
    """Yield names and values in two columns; long values are wrapped inside theirs."""
    kept = [(name, value) for name, value in rows if value]
    width = max((cell_width(name) for name, _ in kept), default=0) + 2
    for name, value in kept:
        lines = list(screen.paragraph([(value, False)], width)) or [" " * width]
        yield f"{name:<{width}}{lines[0][width:]}"
        yield from lines[1:]


def hanging(text: str, indent: int, screen: Screen) -> Iterator[str]:
    """Yield the lines of an entry of a list, all but the first one two columns further in."""
    lines = list(screen.paragraph([(text, False)], indent + 2))
    yield " " * indent + lines[0].lstrip() if lines else ""
    yield from lines[1:]
