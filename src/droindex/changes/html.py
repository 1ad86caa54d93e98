"""What changed, as HTML: everything is escaped here, and nothing is loaded or run."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from droindex.changes.change import ChangeKind
from droindex.changes.lines import change_mark, section_of, summary
from droindex.changes.words import RunKind
from droindex.text import clean, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from droindex.changes.change import Change
    from droindex.changes.words import Run

__all__ = ["diff_html"]

_TAGS = {RunKind.ADDED: "ins", RunKind.REMOVED: "del"}


def diff_html(changes: Iterable[Change], counts: Mapping[str, int], notes: Iterable[str]) -> str:
    """Return a `<section>` with a heading for each section in which something changed.

    Paragraphs have their kind as class. Of what moved, either place leads to the other.
    """
    parts = [f'<section class="droindex-diff"><p class="summary">{_safe(summary(counts))}</p>']
    parts += [f'<p class="note">{_safe(note)}</p>' for note in notes]
    section = None
    for is_same, group in groupby(changes, lambda change: change.kind is ChangeKind.SAME):
        own_group = list(group)
        if is_same:
            told = count(len(own_group), "paragraph")
            parts.append(f'<p class="same">{told} the same</p>')
            continue
        for change in own_group:
            if (own := section_of(change)) != section:
                section = own
                parts.append(f"<h3>{_safe(own)}</h3>" if own else "")
            parts += _paragraph(change)
    return "".join([*parts, "</section>"])


def _paragraph(change: Change) -> Iterator[str]:
    mark = _safe(change_mark(change))
    if change.kind is ChangeKind.MOVED_AWAY:
        link = f'<a id="from-{change.move}" href="#move-{change.move}">{mark}</a>'
        yield f'<p class="moved-away">{link}</p>'
        return
    if change.kind is ChangeKind.MOVED:
        mark = f'<a id="move-{change.move}" href="#from-{change.move}">{mark}</a>'
    yield f'<p class="{change.kind.value}"><small>{mark}</small> {_words(change.runs)}</p>'


def _words(runs: Iterable[Run]) -> str:
    return " ".join(map(_run, runs))


def _run(run: Run) -> str:
    text = _safe(run.text)
    tag = _TAGS.get(run.kind)
    if tag is None:
        return text
    if run.move is None:
        return f"<{tag}>{text}</{tag}>"
    is_new = run.kind is RunKind.ADDED
    own, other = ("move", "from") if is_new else ("from", "move")
    link = f'<a href="#{other}-{run.move}">[{run.move}]</a>'
    return f'<{tag} class="moved" id="{own}-{run.move}">{text} {link}</{tag}>'


def _safe(text: str) -> str:
    return escape(clean(text))
