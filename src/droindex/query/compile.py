"""A parsed query -> clauses, parts and marks: data that any engine can be given.

The ranking is a sum. Every word of the query adds BM25 over all text, smaller amounts for the
title, the summary and the unstemmed form, and a constant for being there at all; neighbouring
words and runs with digits add as phrases; a query that is a whole title or number adds a lot.
"""

from __future__ import annotations

import fnmatch
import math
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from droindex.errors import QueryError
from droindex.index.analysis import fold
from droindex.index.clauses import (
    AllDocuments,
    AnyOf,
    Bool,
    Clause,
    Constant,
    NoDocuments,
    Pattern,
    PhraseOf,
    Span,
    Term,
)
from droindex.index.fields import FIELDS, FieldKind
from droindex.query import nodes
from droindex.query.filters import day_span, field_filter, first_day, last_day
from droindex.query.spelling import correction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from droindex.index.library import SetReader
    from droindex.index.variants import Variant
    from droindex.settings import Settings

__all__ = ["Compiled", "Marks", "Part", "compile_query"]

_ALL_TERMS = 1_000_000  # more than any dictionary holds that starts with the same letters
_MIN_HALF_TYPED = 4  # letters; fewer begin too many words to be meant as a beginning
_SPECIAL = re.compile(r"[\\.+()|\[\]{}^$]")


@dataclass(slots=True)
class Part:
    """One thing that was asked for: a word, a phrase, or one of several.

    Attributes:
        idf: Its weight, by rarity.
        clause: Which documents hold it; None where `branches` say it.
        branches: Alternatives, each a list of parts; the best one counts.
    """

    idf: float
    clause: Clause | None = None
    branches: tuple[tuple[Part, ...], ...] = ()


@dataclass(slots=True)
class Marks:
    """Which words of a text are to be marked as matches.

    Attributes:
        stems: Stem terms asked for.
        surfaces: Surface terms that stand for a half-typed or wildcard word.
        phrases: Sequences of stems asked for side by side.
        sequences: Sequences of stems that say the same in other words; marked as a whole only.
    """

    stems: set[str] = field(default_factory=set)
    surfaces: set[str] = field(default_factory=set)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    sequences: set[tuple[str, ...]] = field(default_factory=set)


@dataclass(slots=True)
class Compiled:
    """A query, ready to run.

    Attributes:
        clause: What scores and matches; None where nothing scores (list everything).
        filters: What a hit must also match, without score.
        excluded: What a hit must not match.
        parts: What was asked for, for `match`.
        page_clauses: What ranks the passages of a hit, added up; none where no text was asked for.
        marks: What to mark in snippets.
        notes: Sentences for the searcher.
        corrections: Mistyped word -> the word that was searched instead.
        parsed: The tree that it was made from.
        is_relaxed: Whether less is bound than was asked, since nothing held it all.
    """

    clause: Clause | None = None
    filters: list[Clause] = field(default_factory=list)
    excluded: list[Clause] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    page_clauses: tuple[Clause, ...] = ()
    marks: Marks = field(default_factory=Marks)
    notes: list[str] = field(default_factory=list)
    corrections: dict[str, str] = field(default_factory=dict)
    parsed: nodes.Parsed | None = None
    is_relaxed: bool = False

    @property
    def is_one_word(self) -> bool:
        """Whether every hit holds all that was asked for, since that is one word or phrase."""
        if self.is_relaxed or len(self.parts) > 1:
            return False
        return not any(part.branches for part in self.parts)


def compile_query(
    parsed: nodes.Parsed, reader: SetReader, settings: Settings, *, strict: bool = False
) -> Compiled:
    """Return the clauses of a parsed query.

    Args:
        parsed: The tree.
        reader: The set it will run on; term statistics come from it.
        settings: Boosts and limits.
        strict: Whether a bad date and a query of exclusions only are errors.

    Raises:
        QueryError: in strict mode only: `bad-date`, `only-exclusions`.
    """
    return _Compiler(parsed, reader, settings, strict=strict).run()


class _Compiler:
    """The state of one compilation."""

    def __init__(
        self, parsed: nodes.Parsed, reader: SetReader, settings: Settings, *, strict: bool
    ) -> None:
        self._parsed = parsed
        self._documents = reader.documents
        self._reader = reader
        self._analyzer = reader.analyzer
        self._ranking = settings.ranking
        self._limits = settings.limits
        self._strict = strict
        self._out = Compiled(notes=list(parsed.notes))
        self._page_should: list[Clause] = []
        self._seen_parts: set[object] = set()
        self._unknown: list[str] = []

    def run(self) -> Compiled:
        out = self._out
        out.clause = self._group(self._parsed.root.nodes, top=True)
        if self._unknown:
            words = ", ".join(f"“{word}”" for word in dict.fromkeys(self._unknown))
            out.notes.append(f"No document here holds {words}.")
        out.page_clauses = tuple(self._page_should)
        if self._strict and out.clause is None and out.excluded and not out.filters:
            raise QueryError(
                "The query only says what to leave out.",
                query=self._parsed.text,
                position=0,
                slug="only-exclusions",
                hint="Add a word to search for, or leave the query empty to list everything.",
            )
        return out

    # groups -----------------------------------------------------------------------------------

    def _group(self, items: Sequence[nodes.Node], *, top: bool = False) -> Clause | None:
        """Return the clause of juxtaposed nodes; at the top, filters go to their own lists."""
        bare: list[nodes.Node] = []
        must: list[Clause] = []
        filters: list[Clause] = self._out.filters if top else []
        excluded: list[Clause] = self._out.excluded if top else []
        for item in items:
            if isinstance(item, nodes.Not):
                if (clause := self._unscored(item.node)) is not None:
                    excluded.append(clause)
            elif isinstance(item, nodes.Word | nodes.Or | nodes.Group):
                bare.append(item)
            elif _is_limit(item):
                if (limit := self._filter(item)) is not None:
                    filters.append(limit)
            elif (clause := self._node(item)) is not None:
                must.append(clause)
        if (group := self._bare(bare)) is not None:
            must.insert(0, group)
        if top:
            return _all_of(must)
        neutral = [Constant(item, 0.0) for item in filters]
        if not must and not neutral and not excluded:
            return None
        if not must and not neutral:
            must = [Constant(AllDocuments(), 0.0)]
        if not excluded:
            return _all_of([*must, *neutral])
        return Bool(must=(*must, *neutral), must_not=tuple(excluded))

    def _bare(self, items: list[nodes.Node]) -> Clause | None:
        """Return the clause of words and groups of which a hit must hold one at least."""
        items = _without_idle_parentheses(items)
        words = [item for item in items if isinstance(item, nodes.Word) and not item.pattern]
        should = self._words(words)
        for item in items:
            if isinstance(item, nodes.Word) and not item.pattern:
                continue
            if (clause := self._node(item)) is not None:
                should.append(clause)
        if not should:
            return None
        return should[0] if len(should) == 1 else Bool(should=tuple(should))

    def _node(self, item: nodes.Node) -> Clause | None:
        match item:
            case nodes.Word():
                return self._pattern(item) if item.pattern else self._bare([item])
            case nodes.Phrase():
                return self._phrase(item)
            case nodes.Group():
                return self._group(item.nodes)
            case nodes.And():
                return _all_of([clause for node in item.nodes if (clause := self._bound(node))])
            case nodes.Or():
                return self._either(item)
            case nodes.Not():
                return self._group((item,))
            case nodes.Fielded() if not _is_limit(item):
                return self._in_field(item.field, item.node)
            case nodes.Fielded() | nodes.Range():
                limit = self._filter(item)
                return Constant(limit, 0.0) if limit is not None else None

    def _bound(self, item: nodes.Node) -> Clause | None:
        """Return the clause of one side of AND: a word of several terms binds as a phrase."""
        if isinstance(item, nodes.Word) and not item.pattern:
            terms = self._analyzer.query_terms(item.text)
            if len(terms) > 1:
                return self._phrase(nodes.Phrase(item.text, item.start, item.end, 0, item.boost))
        return self._node(item)

    def _either(self, item: nodes.Or) -> Clause | None:
        outer, self._out.parts = self._out.parts, []
        seen, self._seen_parts = self._seen_parts, set()
        found: list[Clause] = []
        branches: list[tuple[Part, ...]] = []
        for node in item.nodes:
            self._out.parts, self._seen_parts = [], set()
            if (clause := self._bound(node)) is not None:
                found.append(clause)
            if self._out.parts:
                branches.append(tuple(self._out.parts))
        self._out.parts, self._seen_parts = outer, seen
        if branches:
            weight = max(sum(part.idf for part in branch) for branch in branches)
            self._out.parts.append(Part(weight, branches=tuple(branches)))
        return None if not found else Bool(should=tuple(found))

    def _unscored(self, item: nodes.Node) -> Clause | None:
        """Return what a node matches, leaving no trace in parts, marks and page clauses."""
        kept = self._out, self._page_should, self._seen_parts
        self._out = Compiled(notes=self._out.notes)
        self._page_should, self._seen_parts = [], set()
        try:
            if isinstance(item, nodes.Word) and not item.pattern:
                return self._plain_match(item)
            return self._filter(item) if _is_limit(item) else self._node(item)
        finally:
            self._out, self._page_should, self._seen_parts = kept

    def _plain_match(self, item: nodes.Word) -> Clause | None:
        stems = tuple(stem for stem, _ in self._analyzer.query_terms(item.text))
        return PhraseOf("all", stems) if stems else None

    # words ------------------------------------------------------------------------------------

    def _words(self, words: Sequence[nodes.Word]) -> list[Clause]:
        """Return the scoring clauses of plain words: each alone, in pairs, in number runs."""
        terms: list[tuple[str, str, float]] = []
        runs: list[tuple[str, ...]] = []
        for word in words:
            found = self._analyzer.query_terms(word.text)
            terms += [(stem, surface, word.boost) for stem, surface in found]
            if len(found) > 1 and any(surface[0].isdigit() for _, surface in found):
                runs.append(tuple(stem for stem, _ in found))
        if not terms:
            return []
        kept = [term for term in terms if not self._analyzer.is_common(term[1])] or terms
        kept = kept[: self._limits.max_clauses]
        weights: dict[str, float] = {}
        surfaces: dict[str, float] = {}
        for stem, surface, boost in kept:
            weights[stem] = weights.get(stem, 0.0) + boost
            surfaces[surface] = surfaces.get(surface, 0.0) + boost
        idfs = {stem: self._idf("all", stem) for stem in weights}
        should: list[Clause] = []
        ranking = self._ranking
        unknown = self._top_idf()
        guessed = self._guessed(kept, idfs, should)
        self._add_word_parts(
            [(stem, word) for stem, word, _ in kept if stem not in guessed], idfs, should
        )
        for stem, weight in weights.items():
            if stem in guessed:
                continue
            if idfs[stem] >= unknown:  # no document holds it: nothing to score
                continue
            self._out.marks.stems.add(stem)
            should.append(Term("all", stem, ranking.body_boost * weight))
            should.append(Term("title", stem, ranking.title_boost * weight))
            should.append(Term("summary", stem, ranking.summary_boost * weight))
            self._page_should.append(Term("text", stem, weight))
        self._unknown += [
            surface for stem, surface, _ in kept if idfs[stem] >= unknown and stem not in guessed
        ]
        if not should:
            return [NoDocuments()]
        should += [Term("exact", word, ranking.exact_boost * w) for word, w in surfaces.items()]
        if len(weights) > 1:
            for stem, idf in idfs.items():
                if idf >= unknown:
                    continue
                should.append(Constant(Term("all", stem), ranking.coverage_boost * idf))
                self._page_should.append(
                    Constant(Term("text", stem), ranking.page_coverage_boost * idf)
                )
        self._add_phrases([stem for stem, _, _ in kept], runs, idfs, should)
        self._add_exact(words, [surface for _, surface, _ in terms], idfs, should)
        return should

    def _add_word_parts(
        self, words: list[tuple[str, str]], idfs: dict[str, float], should: list[Clause]
    ) -> None:
        """Add what is asked for: each word, or where it can be said otherwise, either way."""
        variants = self._reader.variants
        stems = [stem for stem, _ in words]
        place = 0
        while place < len(stems):
            for length in range(min(variants.longest, len(stems) - place), 0, -1):
                unit = tuple(stems[place : place + length])
                if others := variants.of(unit):
                    written = " ".join(word for _, word in words[place : place + length])
                    self._add_variants(written, unit, others, idfs, should)
                    break
            else:
                unit = (stems[place],)
                self._add_part(unit[0], Part(idfs[unit[0]], Term("all", unit[0])))
            place += len(unit)

    def _add_variants(
        self,
        written: str,
        unit: tuple[str, ...],
        others: Sequence[Variant],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> None:
        own = tuple(Part(idfs[stem], Term("all", stem)) for stem in unit)
        weight = sum(part.idf for part in own)
        branches = [own]
        for other in others:
            strength = sum(self._idf("all", stem) for stem in other.stems)
            clause = PhraseOf("all", other.stems)
            branches.append((Part(strength, clause),))
            # A phrase scores the idf of all its words: it is not to outweigh what was written.
            boost = self._ranking.variant_boost * min(1.0, weight / strength)
            should.append(clause._replace(boost=boost))
            self._page_should.append(PhraseOf("text", other.stems, 0, boost))
            self._out.marks.sequences.add(other.stems)
        words = ", ".join(f"“{other.text}”" for other in others)
        self._out.notes.append(f"“{written}” also finds {words}.")
        self._add_part(unit, Part(weight, branches=tuple(branches)))

    def _guessed(
        self,
        words: Sequence[tuple[str, str, float]],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> set[str]:
        """Read words that no document holds as half-typed or mistyped; return their stems."""
        guessed: set[str] = set()
        for stem, surface, boost in words:
            if idfs[stem] < self._top_idf() or stem in guessed:
                continue
            if len(surface) < _MIN_HALF_TYPED or not surface.isalpha():
                continue
            if self._documents.terms_with_prefix("exact", surface, 1):
                self._out.notes.append(f"No document here holds “{surface}”: read as {surface}*.")
                guessed.add(stem)
                if (clause := self._expanded(f"{surface}*", "exact", boost)) is not None:
                    should.append(clause)
            elif near := correction(surface, self._surface_freq):
                self._out.notes.append(
                    f"No document here holds “{surface}”: “{near}” is searched instead."
                )
                self._out.corrections[surface] = near
                guessed.add(stem)
                self._add_part(stem, Part(idfs[stem], NoDocuments()))
                right = self._analyzer.terms(near)[0][0]
                should.append(Term("all", right, boost))
                should.append(Term("exact", near, boost * self._ranking.exact_boost))
                should.append(Term("title", right, boost * self._ranking.title_boost))
                self._page_should.append(Term("text", right, boost))
                self._out.marks.stems.add(right)
        return guessed

    def _surface_freq(self, word: str) -> int:
        return self._documents.doc_freq("exact", word)

    def _add_phrases(
        self,
        stems: list[str],
        runs: list[tuple[str, ...]],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> None:
        ranking = self._ranking
        known = {stem for stem, idf in idfs.items() if idf < self._top_idf()}
        pairs = {
            (one, two): idfs[one] + idfs[two]
            for one, two in pairwise(stems)
            if one != two and one in known and two in known
        }
        best = sorted(pairs, key=lambda pair: -pairs[pair])[: ranking.max_pairs]
        if ranking.pair_boost:
            for pair in best:
                should.append(PhraseOf("all", pair, ranking.pair_slop, ranking.pair_boost))
                self._page_should.append(PhraseOf("text", pair, ranking.pair_slop, 1.0))
        for run in runs:
            should.append(PhraseOf("all", run, 0, ranking.number_boost))
            self._page_should.append(PhraseOf("text", run, 0, ranking.number_boost))

    def _add_exact(
        self,
        words: Sequence[nodes.Word],
        surfaces: list[str],
        idfs: dict[str, float],
        should: list[Clause],
    ) -> None:
        ranking = self._ranking
        whole = " ".join(surfaces)
        weight = sum(idfs.values())
        should.append(Constant(Term("title_key", whole), ranking.exact_title_boost * weight))
        for key, share in self._number_candidates(words, surfaces, whole, weight).items():
            clause = AnyOf("number_key", (key,))
            should.append(Constant(clause, ranking.exact_number_boost * share))

    def _number_candidates(
        self, words: Sequence[nodes.Word], surfaces: list[str], whole: str, weight: float
    ) -> dict[str, float]:
        """Return the keys under which the query may name a document's number, with weights."""
        found: dict[str, float] = {}
        if any(surface[0].isdigit() for surface in surfaces):
            found[whole] = weight
        before = ""
        for word in words:
            terms = [surface for _, surface in self._analyzer.query_terms(word.text)]
            run = " ".join(terms)
            if terms and any(term[0].isdigit() for term in terms):
                share = sum(self._idf("all", stem) for stem, _ in self._analyzer.terms(word.text))
                if len(terms) > 1:
                    found.setdefault(run, share)
                if before:
                    found.setdefault(f"{before} {run}", share + self._idf("all", before))
            before = run
        return found

    def _phrase(self, item: nodes.Phrase) -> Clause | None:
        terms = self._analyzer.query_terms(item.text)
        if not terms:
            return None
        stems = tuple(stem for stem, _ in terms)
        idfs = {stem: self._idf("all", stem) for stem in stems}
        clause = PhraseOf("all", stems, item.slop, item.boost)
        self._add_part(stems, Part(sum(idfs.values()), PhraseOf("all", stems, item.slop)))
        self._out.marks.stems.update(stems)
        if len(stems) > 1:
            self._out.marks.phrases.append(stems)
        # The passage that holds the phrase, before one with its words strewn about.
        strength = self._ranking.phrase_page_boost
        self._page_should.append(PhraseOf("text", stems, item.slop, strength))
        self._page_should += [Term("text", stem) for stem in stems]
        lifts: list[Clause] = [Term("title", stem, self._ranking.title_boost) for stem in idfs]
        words = [nodes.Word(word, item.start, item.end) for word in item.text.split()]
        self._add_exact(words, [surface for _, surface in terms], idfs, lifts)
        return Bool(must=(clause,), should=tuple(lifts))

    def _pattern(self, item: nodes.Word) -> Clause | None:
        """Return the clause of a word with wildcards: the real words that it stands for."""
        return self._expanded(item.text, "exact", item.boost)

    def _expanded(self, text: str, name: str, boost: float) -> Clause | None:
        pieces = re.split(r"([*?])", fold(text))
        literal = [self._analyzer.plain.analyze(piece) for piece in pieces[::2]]
        if any(len(terms) > 1 for terms in literal) or not any(literal):
            # Punctuation inside: the part before the wildcard's word is an ordinary word.
            return self._compound_pattern(text, boost)
        shape = "".join(
            (literal[i // 2] or [""])[0] if i % 2 == 0 else piece for i, piece in enumerate(pieces)
        )
        prefix = re.split(r"[*?]", shape, maxsplit=1)[0]
        found = self._documents.terms_with_prefix(name, prefix, _ALL_TERMS)
        if shape != f"{prefix}*":
            matches = re.compile(fnmatch.translate(shape.replace("[", "[[]"))).match
            found = [pair for pair in found if matches(pair[0])]
        if not found:
            self._out.notes.append(f"No word here fits {text}.")
            self._add_part((name, text), Part(self._top_idf(), NoDocuments()))
            return NoDocuments()
        best = sorted(found, key=lambda pair: (-pair[1], pair[0]))[: self._limits.max_expansions]
        terms = [term for term, _ in best]
        idf = self._idf_of(max(count for _, count in best))
        self._out.marks.surfaces.update(terms)
        should: list[Clause] = [Term(name, term, boost) for term in terms]
        if name == "exact":
            lift = boost * self._ranking.prefix_title_boost
            should += [Term("title_exact", term, lift) for term in terms]
        if len(best) < len(found):  # the rarer words still count as hits, and score nothing
            should.append(Constant(Pattern(name, _engine_regex(shape)), 0.0))
        stems = {self._analyzer.stemming.analyze(term)[0] for term in terms}
        self._page_should += [Term("text", stem) for stem in sorted(stems)]
        clause = Bool(should=tuple(should))
        self._add_part((name, text), Part(idf, clause))
        return clause

    def _compound_pattern(self, text: str, boost: float) -> Clause | None:
        """Return the clause of a wildcard word of several terms, such as `I-21*` or `fy20*`."""
        begun, star, rest = text.partition("*")
        terms = [surface for _, surface in self._analyzer.terms(begun)]
        if not (star and len(terms) > 1 and begun[-1].isalnum()) or rest or "?" in begun:
            return self._bare([nodes.Word(re.sub(r"[*?]", " ", text), 0, 0, boost=boost)])
        head = self._phrase(nodes.Phrase(" ".join(terms[:-1]), 0, 0, 0, boost))
        last = self._expanded(f"{terms[-1]}*", "exact", boost)
        return _all_of([clause for clause in (head, last) if clause is not None])

    # fields -----------------------------------------------------------------------------------

    def _filter(self, item: nodes.Node) -> Clause | None:
        """Return the filter of `field:value` or a range; None where its value is no value."""
        if isinstance(item, nodes.Range):
            return self._range(item)
        assert isinstance(item, nodes.Fielded)
        return self._keyword(item.field, item.node)

    def _keyword(self, name: str, node: nodes.Node) -> Clause | None:
        if isinstance(node, nodes.Group | nodes.Or):
            found = [clause for part in node.nodes if (clause := self._keyword(name, part))]
            return Bool(should=tuple(found)) if found else None
        if isinstance(node, nodes.And):
            found = [clause for part in node.nodes if (clause := self._keyword(name, part))]
            return _all_of(found)
        if isinstance(node, nodes.Not):
            inner = self._keyword(name, node.node)
            return Bool(must_not=(inner,)) if inner is not None else None
        if not isinstance(node, nodes.Word | nodes.Phrase):
            return None
        if isinstance(node, nodes.Word) and node.pattern and FIELDS[name].kind != FieldKind.DATE:
            return Pattern(f"{name}_key", _engine_regex(fold(node.text)))
        try:
            return field_filter(self._reader, name, node.text)
        except QueryError as error:
            return self._bad_value(error, node.start)

    def _range(self, item: nodes.Range) -> Clause | None:
        try:
            span = day_span(item.field, item.low, item.high)
        except QueryError as error:
            return self._bad_value(error, item.start)
        if not isinstance(span, Span):
            return span
        # An open bound leaves out the whole day, month or year that it names.
        low, high = span.low, span.high
        if item.low_open and item.low is not None:
            low = last_day(item.field, item.low) + 1
        if item.high_open and item.high is not None:
            high = first_day(item.field, item.high) - 1
        return Span(item.field, low, high)

    def _bad_value(self, error: QueryError, position: int) -> Clause | None:
        if self._strict:
            raise QueryError(
                error.message,
                query=self._parsed.text,
                position=position,
                hint=error.hint,
                slug=error.slug,
            ) from error
        self._out.notes.append(f"{error.message} It was left out. {error.hint}")
        return None

    def _in_field(self, name: str, node: nodes.Node) -> Clause | None:
        """Return the clause of `title:…`, `summary:…` or `body:…`: it binds, and it scores."""
        if isinstance(node, nodes.Group | nodes.And | nodes.Or):
            found = [clause for part in node.nodes if (clause := self._in_field(name, part))]
            if not found:
                return None
            return Bool(should=tuple(found)) if isinstance(node, nodes.Or) else _all_of(found)
        if isinstance(node, nodes.Not):
            inner = self._in_field(name, node.node)
            return Bool(must_not=(Constant(inner, 0.0),)) if inner is not None else None
        if not isinstance(node, nodes.Word | nodes.Phrase):
            return self._node(node)
        if isinstance(node, nodes.Word) and node.pattern:
            return self._fielded_pattern(name, node)
        terms = self._analyzer.query_terms(node.text)
        if not terms:
            return None
        stems = tuple(stem for stem, _ in terms)
        slop = node.slop if isinstance(node, nodes.Phrase) else 0
        idf = sum(self._idf("all", stem) for stem in stems)
        self._out.marks.stems.update(stems)
        self._page_should.append(PhraseOf("text", stems, slop))
        if name == "body":
            return self._on_pages(stems, slop, idf, node.boost)
        clause = PhraseOf(name, stems, slop, node.boost)
        self._add_part((name, stems), Part(idf, clause))
        return clause

    def _on_pages(self, stems: tuple[str, ...], slop: int, idf: float, boost: float) -> Clause:
        """Return the clause of words that stand on a page; the page index knows which do."""
        doc_ids = tuple(self._reader.doc_ids_on_pages(PhraseOf("text", stems, slop)))
        holders = AnyOf("doc_id", doc_ids) if doc_ids else NoDocuments()
        self._add_part(("body", stems), Part(idf, holders))
        return Bool(must=(PhraseOf("all", stems, slop, boost), Constant(holders, 0.0)))

    def _fielded_pattern(self, name: str, node: nodes.Word) -> Clause | None:
        exact = {"title": "title_exact"}.get(name)
        if exact is None:  # summaries and pages have no index of whole words: their stems serve
            shape = fold(node.text)
            clause: Clause = Pattern("summary", _engine_regex(shape))
            if name == "body":
                holders = self._reader.doc_ids_on_pages(Pattern("text", _engine_regex(shape)))
                clause = AnyOf("doc_id", tuple(holders)) if holders else NoDocuments()
            self._add_part((name, node.text), Part(self._top_idf(), clause))
            return Constant(clause, 1.0)
        return self._expanded(node.text, exact, node.boost)

    # statistics -------------------------------------------------------------------------------

    def _add_part(self, key: object, part: Part) -> None:
        if key not in self._seen_parts:
            self._seen_parts.add(key)
            self._out.parts.append(part)

    def _idf(self, name: str, term: str) -> float:
        return self._idf_of(self._documents.doc_freq(name, term))

    def _idf_of(self, doc_freq: int) -> float:
        # BM25's idf as Lucene has it: ln(1 + (N - n + 0.5) / (n + 0.5)); 0 < n <= N.
        total = max(self._documents.num_docs, doc_freq)
        return math.log(1 + (total - doc_freq + 0.5) / (doc_freq + 0.5))

    def _top_idf(self) -> float:
        return self._idf_of(0)


def _without_idle_parentheses(items: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Return nodes with groups of plain words opened: parentheses in prose ask for nothing."""
    opened: list[nodes.Node] = []
    for item in items:
        plain = isinstance(item, nodes.Group) and all(
            isinstance(inner, nodes.Word | nodes.Group) for inner in item.nodes
        )
        opened += _without_idle_parentheses(item.nodes) if plain else [item]  # type: ignore[union-attr] # a group
    return opened


def _is_limit(item: nodes.Node) -> bool:
    """Whether a node limits the hits without a score: a range, or a value of no text field."""
    if isinstance(item, nodes.Fielded):
        return FIELDS[item.field].kind is not FieldKind.TEXT
    return isinstance(item, nodes.Range)


def _all_of(clauses: Sequence[Clause]) -> Clause | None:
    if not clauses:
        return None
    return clauses[0] if len(clauses) == 1 else Bool(must=tuple(clauses))


def _engine_regex(shape: str) -> str:
    escaped = _SPECIAL.sub(lambda match: "\\" + match.group(), shape)
    return escaped.replace("*", ".*").replace("?", ".")
