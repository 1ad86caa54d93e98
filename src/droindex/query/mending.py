"""Words that were likely mistyped or typed by half: what is searched instead, or beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.index.clauses import NoDocuments, Term
from droindex.query.asked import Part
from droindex.query.spelling import Speller, plain_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from droindex.index.clauses import Clause
    from droindex.query.asked import Draft

__all__ = ["WordMender"]

_MIN_HALF_MISTYPED = 5  # letters; a beginning with a slip in it says less
_MIN_HALF_TYPED = 4  # letters; fewer begin too many words to be meant as a beginning


class WordMender:
    """Reads the words of one query as they were meant, with a note for each.

    Args:
        draft: What the compilation gathers.
        expand: Returns the clause of a word with wildcards in a field, with a boost.
    """

    def __init__(self, draft: Draft, expand: Callable[[str, str, float], Clause | None]) -> None:
        self._draft = draft
        self._expand = expand
        self._speller: Speller | None = None
        self._kept: set[str] = set()  # rare words that are asked for beside what may be meant

    @property
    def _spelling(self) -> Speller:
        if self._speller is None:
            texts = plain_texts(self._draft.parsed.root.nodes)
            self._speller = Speller(self._draft.reader, tuple(texts))
        return self._speller

    def guessed(
        self,
        words: Sequence[tuple[str, str, float]],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> set[str]:
        """Read words that no document holds as half-typed or mistyped; return their stems."""
        guessed: set[str] = set()
        for stem, surface, boost in words:
            if idfs[stem] < self._draft.top_idf or stem in guessed:
                continue
            if len(surface) < _MIN_HALF_TYPED or not surface.isalpha():
                continue
            begun: str | None = surface
            if not self._spelling.is_begun(surface):  # only the last word is typed by half
                is_last = surface == words[-1][1] and len(surface) >= _MIN_HALF_MISTYPED
                begun = self._spelling.beginning(surface) if is_last else None
            if begun is not None:
                self._draft.out.notes.append(
                    f"No document here holds “{surface}”: read as {begun}*."
                )
                guessed.add(stem)
                if (clause := self._expand(f"{begun}*", "exact", boost)) is not None:
                    should.append(clause)
        return guessed

    def put_right(self, words: Iterable[tuple[str, str, float]], idfs: dict[str, float]) -> bool:
        """Note what is meant by words that no document holds; return whether there was any."""
        draft, before = self._draft, len(self._draft.out.corrections)
        right = draft.out.corrections
        for stem, surface, _ in words:
            if idfs[stem] < draft.top_idf or surface in right or surface in right.values():
                continue
            if (near := self._spelling.meant(surface)) is not None:
                draft.out.notes.append(
                    f"No document here holds “{surface}”: “{near}” is searched instead."
                )
                right[surface] = near
                draft.add_part(("mistyped", surface), Part(draft.top_idf, NoDocuments()))
                meant = draft.analyzer.stems([near])[0]
                if meant not in idfs:  # found in place of another word, it is not held itself
                    draft.seen.add(meant)
        return len(right) > before

    def add_likelier(
        self,
        words: Sequence[tuple[str, str, float]],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> None:
        """Search the word that a rare one is most likely mistyped for beside it."""
        draft, ranking = self._draft, self._draft.ranking
        rare = draft.idf_of(max(2, int(draft.documents.num_docs * ranking.rare_share)))
        if draft.strict or rare > max(idfs.values()):
            return
        for stem, surface, boost in words:
            if not rare <= idfs[stem] < draft.top_idf or surface in draft.out.corrections:
                continue
            if (near := self._spelling.likelier(surface)) is None:
                continue
            draft.out.notes.append(f"“{surface}” is rare here: “{near}” is searched as well.")
            draft.out.corrections[surface] = near
            self._kept.add(surface)
            right = draft.analyzer.stems([near])[0]
            # As telling as the rare word, or what was meant would come after all that holds it.
            weight = boost * ranking.likelier_boost * max(1.0, idfs[stem] / draft.idf("all", right))
            should.append(Term("all", right, weight))
            should.append(Term("title", right, weight * ranking.title_boost))
            should.append(Term("exact", near, weight * ranking.exact_boost))
            draft.page_clauses.append(Term("text", right, weight))
            draft.out.marks.stems.add(right)

    def as_meant(self, terms: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the terms of a word with mistyped ones put right."""
        right = self._draft.out.corrections
        typed = [surface for _, surface in terms]
        meant = [word if word in self._kept else right.get(word, word) for word in typed]
        return list(zip(self._draft.analyzer.stems(meant), meant, strict=True))
