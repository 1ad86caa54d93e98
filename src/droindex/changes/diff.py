"""Two documents compared: what became of each paragraph, and of each word in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from droindex.changes.change import Change, ChangeKind
from droindex.changes.comparison import Comparison
from droindex.changes.pairing import pair_texts
from droindex.changes.passages import with_moves
from droindex.changes.words import Run, RunKind
from droindex.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from droindex.changes.paragraphs import Paragraph
    from droindex.model import Document

__all__ = ["DocumentDiff", "compare"]


@dataclass(frozen=True, slots=True, repr=False)
class DocumentDiff:
    """What changed from one document to another, paragraph by paragraph and word by word.

    Attributes:
        before: The document that was given first, without its pages.
        after: The other one.
        changes: What became of each paragraph, in the order of the second document; what was
            removed stands behind what it stood behind.
        notes: What to know of the comparison as a whole, in sentences.
    """

    before: Document
    after: Document
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether the two say the same, word for word."""
        return all(change.kind is ChangeKind.SAME for change in self.changes)

    @property
    def counts(self) -> dict[str, int]:
        """How many paragraphs are `same`, `changed`, `added`, `removed` and `moved`.

        Likewise how many words were removed, added, and stand in passages that moved inside others.
        """
        kinds = Counter(change.kind for change in self.changes)
        words: Counter[str] = Counter()
        for change in self.changes:
            for run in change.runs:
                name = "moved" if run.move is not None else run.kind.value
                words[name] += 0 if run.move and run.kind is RunKind.REMOVED else _size(run)
        return {
            **{kind.value: kinds[kind] for kind in ChangeKind if kind is not ChangeKind.MOVED_AWAY},
            **{f"words_{name}": words[name] for name in ("removed", "added", "moved")},
        }

    def apply(self, paragraphs: Sequence[str]) -> tuple[str, ...]:
        """Return the paragraphs of the second document, made of those of the first.

        Args:
            paragraphs: The texts of the paragraphs of the first document, in their order.

        Raises:
            QueryError: `wrong-document`, they are not those that were compared.
        """
        words = " ".join(paragraphs).split()
        stood = [run for change in self.changes for run in change.runs if run.at is not None]
        ends = 0
        for run in sorted(stood, key=lambda run: run.at or 0):
            own = run.text.split()
            if run.at != ends or words[ends : ends + len(own)] != own:
                raise _wrong_document(self.before)
            ends += len(own)
        if ends != len(words):
            raise _wrong_document(self.before)
        return tuple(
            " ".join(_words_now(change.runs, words))
            for change in self.changes
            if change.after is not None
        )

    def html(self) -> str:
        """Return the changes as HTML that is safe to insert: `<ins>`, `<del>`, and their places."""
        from droindex.changes.html import diff_html  # noqa: PLC0415 - only who shows it pays for it

        return diff_html(self.changes, self.counts, self.notes)

    def text(self) -> str:
        """Return the changes as plain text: `[-removed-]` and `{+added+}` in their paragraphs."""
        from droindex.changes.lines import diff_lines  # noqa: PLC0415 - as above

        return "\n".join(diff_lines(self.changes, self.counts, self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "format": 1,
            "before": self.before.doc_id,
            "after": self.after.doc_id,
            "counts": self.counts,
            "changes": [change.to_dict() for change in self.changes],
            "notes": list(self.notes),
        }

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        told = ", ".join(f"{count} {name}" for name, count in self.counts.items() if count)
        return f"<{type(self).__name__} {self.before.doc_id!r} {self.after.doc_id!r}: {told}>"


def compare(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> tuple[Change, ...]:
    """Return what became of each paragraph, in the order of the newer text.

    Args:
        before: The paragraphs of the older text.
        after: Those of the newer one.

    Example:
        >>> from droindex.changes.paragraphs import paragraphs
        >>> from droindex.pages import Page
        >>> old, new = (paragraphs([Page(1, text)]) for text in ("Pay in cash.", "Pay by card."))
        >>> [(run.kind.value, run.text) for change in compare(old, new) for run in change.runs]
        [('removed', 'Pay in cash.'), ('added', 'Pay by card.')]
    """
    kept, moved = pair_texts([own.text for own in before], [own.text for own in after])
    comparison = Comparison(before, after, {pair.after: pair.before for pair in moved})
    rows = list(comparison.rows(kept))
    runs = with_moves([row.runs for row in rows], len(moved))
    return tuple(replace(row, runs=own) for row, own in zip(rows, runs, strict=True))


def _words_now(runs: Iterable[Run], words: Sequence[str]) -> Iterator[str]:
    """Yield the words of a paragraph as it is now: those that stayed are taken from the text."""
    for run in runs:
        if run.kind is RunKind.ADDED:
            yield run.text
        elif run.kind is RunKind.SAME and run.at is not None:
            yield from words[run.at : run.at + _size(run)]


def _size(run: Run) -> int:
    return len(run.text.split())


def _wrong_document(document: Document) -> QueryError:
    return QueryError(
        f"These are not the paragraphs of {document.doc_id!r} that were compared.",
        hint="Give those of the first document, as droindex.changes.paragraphs returns them.",
        slug="wrong-document",
    )
