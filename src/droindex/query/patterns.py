"""Words with wildcards -> the real words that they stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from droindex.index.analysis import fold
from droindex.index.clauses import AnyOf, Bool, Clause, Constant, NoDocuments, Pattern, Term
from droindex.query.asked import Part, engine_regex

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.query.asked import Draft

__all__ = ["PatternCompiler"]

_WILDCARDS = re.compile(r"([*?])")


class PatternCompiler:
    """Turns the wildcard words of one query into clauses.

    Args:
        draft: What the compilation gathers.
        compound: Returns the clause of a wildcard word of several terms, given it and its weight.
    """

    def __init__(self, draft: Draft, compound: Callable[[str, float], Clause | None]) -> None:
        self._draft = draft
        self._compound = compound

    def expanded(self, text: str, name: str, boost: float) -> Clause | None:
        """Return the clause of a word with wildcards: the real words that it stands for.

        Args:
            text: The word, with `*` or `?`.
            name: The field of surface terms to look in.
            boost: Its weight.
        """
        pieces = _WILDCARDS.split(fold(text))
        plain = self._draft.analyzer.plain
        literal = [plain.analyze(piece) if piece else [] for piece in pieces[::2]]
        if any(len(terms) > 1 for terms in literal) or not any(literal):
            # Punctuation inside: the part before the wildcard's word is an ordinary word.
            return self._compound(text, boost)
        shape = "".join(
            (literal[i // 2] or [""])[0] if i % 2 == 0 else piece for i, piece in enumerate(pieces)
        )
        prefix = _WILDCARDS.split(shape, maxsplit=1)[0]
        if self._draft.is_half_typed and shape == f"{prefix}*":
            return self._most_frequent(prefix, name, boost)
        found = self._draft.vocabulary.starting(name, prefix)
        if shape != f"{prefix}*":
            import fnmatch  # noqa: PLC0415 - needed for wildcards alone

            matches = re.compile(fnmatch.translate(shape.replace("[", "[[]"))).match
            found = [pair for pair in found if matches(pair[0])]
        best = found[: self._draft.limits.max_expansions]
        if not best:
            self._draft.out.notes.append(f"No word here fits {text}.")
            self._draft.add_part((name, text), Part(self._draft.top_idf, NoDocuments()))
            return NoDocuments()
        terms = [term for term, _ in best]
        idf = self._draft.idf_of(best[0][1])
        self._draft.out.marks.surfaces.update(terms)
        should: list[Clause] = [Term(name, term, boost) for term in terms]
        if name == "exact":
            lift = boost * self._draft.ranking.prefix_title_boost
            in_titles = {term for term, _ in self._draft.vocabulary.starting("title_exact", prefix)}
            should += [Term("title_exact", term, lift) for term in terms if term in in_titles]
        if len(best) < len(found):  # the rarer words still count as hits, and score nothing
            rest: Clause = Pattern(name, engine_regex(shape))
            if not self._draft.documents.takes(rest):
                rest = AnyOf(name, tuple(term for term, _ in found))
            should.append(Constant(rest, 0.0))
        stems = set(self._draft.analyzer.stems(terms))
        either = tuple(Term("text", stem) for stem in sorted(stems))
        self._draft.page_clauses.append(Bool(should=either) if len(either) > 1 else either[0])
        clause = Bool(should=tuple(should))
        self._draft.add_part((name, text), Part(idf, clause))
        return clause

    def _most_frequent(self, prefix: str, name: str, boost: float) -> Clause:
        """Return the clause of a half-typed word, asked at each key: its most frequent words."""
        draft = self._draft
        top, limit, common = (
            draft.vocabulary.top,
            draft.limits.max_completions,
            draft.analyzer.common,
        )
        found = top(name, prefix, limit, common) or top(name, prefix, limit)
        if not found:
            draft.add_part((name, prefix), Part(draft.top_idf, NoDocuments()))
            return NoDocuments()
        terms = [term for term, _ in found]
        draft.out.marks.surfaces.update(terms)
        lift = boost * draft.ranking.prefix_title_boost
        titles = draft.vocabulary.shelf("title_exact", prefix[0]).counts
        should = [Term(name, term, boost) for term in terms]
        should += [Term("title_exact", term, lift) for term in terms if term in titles]
        draft.page_clauses += [
            Term("text", stem) for stem in sorted(set(draft.analyzer.stems(terms)))
        ]
        clause = Bool(should=tuple(should))
        draft.add_part((name, prefix), Part(draft.idf_of(found[0][1]), clause))
        return clause
