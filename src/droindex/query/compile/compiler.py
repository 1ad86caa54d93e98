"""A parsed query -> what is asked for, as data that any engine can be given.

The ranking is a sum. Every word of the query adds BM25 over all text, smaller amounts for the
title, the summary and the unstemmed form, and a constant for being there at all; neighbouring
words and runs with digits add as phrases; a query that is a whole title or number adds a lot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from droindex.engine.clauses import (
    AllDocuments,
    AnyNumber,
    Bool,
    Clause,
    Constant,
    NoDocuments,
    PhraseOf,
    Wildcard,
)
from droindex.engine.schema import ALL, BODY, EXACT, OWNER, SUMMARY, TEXT, TITLE, TITLE_EXACT
from droindex.errors import QueryError
from droindex.query.compile.context import QueryContext
from droindex.query.compile.contribution import (
    NOTHING,
    Compiled,
    Contribution,
    Highlights,
    HitFilters,
    Requirement,
    all_of,
    combined,
)
from droindex.query.compile.field_filters import FilterCompiler, is_filter
from droindex.query.compile.fuzzy import FuzzyScorer
from droindex.query.compile.terms import WordScorer, quoted
from droindex.query.language import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from droindex.library.reader import SetReader
    from droindex.settings import Settings

__all__ = ["compile_query"]

_BARE = (nodes.Word, nodes.Or, nodes.Group)  # what stands side by side without binding


def compile_query(
    parsed: nodes.Parsed,
    reader: SetReader,
    settings: Settings,
    hit_filters: HitFilters,
    *,
    strict: bool = False,
    corrections: Mapping[str, str] | None = None,
    is_half_typed: bool = False,
) -> Compiled:
    """Return the clauses of a parsed query.

    Args:
        parsed: The tree.
        reader: The set it will run on; term statistics come from it.
        settings: Boosts and caps.
        hit_filters: What limits the hits beside the query.
        strict: Whether a bad date and a query of exclusions only are errors.
        corrections: Mistyped word -> the word to search in its place.
        is_half_typed: Whether a beginning stands for its most frequent words alone.

    Raises:
        QueryError: in strict mode only: `bad-date`, `only-exclusions`.
    """
    context = QueryContext(
        parsed,
        reader,
        settings,
        strict=strict,
        corrections=corrections or {},
        is_half_typed=is_half_typed,
    )
    return _Compiler(context).run(hit_filters)


class _Side(NamedTuple):
    """What juxtaposed nodes ask for, sorted by what they do to a hit.

    Attributes:
        bare: Words and groups of which a hit holds one at least.
        bound: What a hit must match, and scores.
        filters: What a hit must match, and does not score.
        excluded: What a hit must not match.
        in_order: The contributions of all but the bare nodes, as they stand in the text.
    """

    bare: list[nodes.Node]
    bound: list[Contribution]
    filters: list[Contribution]
    excluded: list[Contribution]
    in_order: list[Contribution]


class _Compiler:
    """Turns the tree of one query into clauses: groups, operators and text fields.

    Args:
        context: The query and its set.
    """

    def __init__(self, context: QueryContext) -> None:
        self._context = context
        self._words = WordScorer(context)
        self._fuzzy = FuzzyScorer(context)
        self._filters = FilterCompiler(context)

    def run(self, hit_filters: HitFilters) -> Compiled:
        """Return the compiled query."""
        context, parsed = self._context, self._context.parsed
        side = self._sorted(parsed.root.nodes)
        bare = self._bare(side.bare)
        whole = combined((*side.in_order, bare))
        clause = all_of((*bare.clauses, *_clauses(side.bound)))
        filters, excluded = tuple(_clauses(side.filters)), tuple(_clauses(side.excluded))
        if context.strict and clause is None and excluded and not filters:
            raise QueryError(
                "The query only says what to leave out.",
                query=parsed.text,
                position=0,
                slug="only-exclusions",
                hint="Add a word to search for, or leave the query empty to list everything.",
            )
        notes = [*parsed.notes, *whole.notes]
        if whole.unknown:
            words = ", ".join(f"“{word}”" for word in dict.fromkeys(whole.unknown))
            notes.append(f"No document here holds {words}.")
        return Compiled(
            parsed,
            hit_filters,
            clause,
            filters,
            excluded,
            words=frozenset(whole.words),
            requirements=whole.requirements,
            passage_clauses=whole.passage_clauses,
            highlights=whole.highlights,
            named=whole.named,
            notes=tuple(dict.fromkeys(notes)),  # a word may stand in several groups
            corrections={**context.corrections, **whole.corrections},
        )

    def _sorted(self, items: Sequence[nodes.Node]) -> _Side:
        """Return what juxtaposed nodes ask for."""
        side = _Side([], [], [], [], [])
        for item in items:
            if isinstance(item, _BARE) and not _binds(item) and not is_filter(item):
                side.bare.append(item)
                continue
            if isinstance(item, nodes.Not):
                found = self._unscored(item.node)
                side.excluded.append(found)
            elif is_filter(item):
                found = self._named(item, self._filters.compiled(item))
                side.filters.append(found)
            else:
                found = self._named(item, self._node(item))
                side.bound.append(found)
            side.in_order.append(found)
        return side

    def _group(self, items: Sequence[nodes.Node]) -> Contribution:
        """Return what juxtaposed nodes inside a query add."""
        side = self._sorted(items)
        bare = self._bare(side.bare)
        whole = combined((*side.in_order, bare))
        neutral = [Constant(item, 0.0) for item in _clauses(side.filters)]
        must: tuple[Clause, ...] = (*bare.clauses, *_clauses(side.bound), *neutral)
        excluded = _clauses(side.excluded)
        if not must and not excluded:
            return whole.scoring()
        if not must:
            must = (Constant(AllDocuments(), 0.0),)
        if excluded:
            return whole.scoring(Bool(must=must, must_not=tuple(excluded)))
        return whole.scoring(must[0] if len(must) == 1 else Bool(must=must))

    def _named(self, item: nodes.Node, found: Contribution) -> Contribution:
        """Remember what was asked for in a field, to say so if nothing fits it."""
        if not isinstance(item, nodes.Fielded) or found.clause is None:
            return found
        written = self._context.parsed.text[item.start : item.end]
        return found._replace(named=((written, found.clause),))

    def _bare(self, items: list[nodes.Node]) -> Contribution:
        """Return what words and groups add of which a hit must hold one at least."""
        words: list[nodes.Word] = []
        others: list[nodes.Node] = []
        for item in _without_idle_parentheses(items):
            if isinstance(item, nodes.Word) and item.is_plain:
                words.append(item)
            else:
                others.append(item)
        found = self._words.plain(words)
        if others:
            found = combined((found, *map(self._node, others)))
        if len(found.clauses) < 2:
            return found
        return found.scoring(Bool(should=found.clauses))

    def _node(self, item: nodes.Node) -> Contribution:
        match item:
            case nodes.Word():
                return self._word(item)
            case nodes.Phrase():
                return self._words.phrase(item)
            case nodes.Group():
                return self._group(item.nodes)
            case nodes.And():
                return _all_of(map(self._bound, item.nodes))
            case nodes.Or():
                return self._either(item, self._bound)
            case nodes.Not():
                return self._group((item,))
            case nodes.Fielded() if not is_filter(item):
                return self._in_field(item.field, item.node)
            case nodes.Fielded() | nodes.Range():
                found = self._filters.compiled(item)
                return found.scoring(*[Constant(clause, 0.0) for clause in found.clauses])

    def _word(self, item: nodes.Word) -> Contribution:
        if item.edits:
            return self._fuzzy.anywhere(item)
        if item.pattern:
            return self._words.expanded(item.text, EXACT, item.boost)
        return self._bare([item])

    def _bound(self, item: nodes.Node) -> Contribution:
        """Return what one side of AND adds: a word of several terms binds as a phrase."""
        if _is_plain(item):
            terms = self._context.analyzer.query_terms(item.text)
            if len(terms) > 1:
                return self._words.phrase(
                    nodes.Phrase(item.text, item.start, item.end, 0, item.boost)
                )
        return self._node(item)

    def _either(self, item: nodes.Or, make: Callable[[nodes.Node], Contribution]) -> Contribution:
        """Return what alternatives add, which are one requirement."""
        made = [make(node) for node in item.nodes]
        found = combined(made)
        # What the branches found counts; what was looked for in vain asks for nothing.
        branches = tuple(part.requirements for part in made if part.requirements)
        requirements = (_one_of(branches),) if branches else ()
        found = found._replace(requirements=requirements, answered=frozenset())
        return found.scoring(Bool(should=found.clauses)) if found.clauses else found

    def _unscored(self, item: nodes.Node) -> Contribution:
        """Return what a node matches, with its notes: it asks for nothing."""
        if _is_plain(item):
            stems = tuple(stem for stem, _ in self._context.analyzer.query_terms(item.text))
            return Contribution((PhraseOf(ALL, stems),)) if stems else NOTHING
        found = self._filters.compiled(item) if is_filter(item) else self._node(item)
        return Contribution(found.clauses, notes=found.notes)

    def _in_field(self, name: str, node: nodes.Node) -> Contribution:
        """Return what `title:…`, `summary:…` or `body:…` adds: it binds, and it scores."""
        match node:
            case nodes.Or():
                return self._either(node, lambda part: self._in_field(name, part))
            case nodes.Group() | nodes.And():
                return _all_of([self._in_field(name, part) for part in node.nodes])
            case nodes.Not():
                return _excluding(self._in_field(name, node.node))
            case nodes.Word():
                return self._word_in_field(name, node)
            case nodes.Phrase():
                return self._fielded_words(name, node, node.slop)
        return self._node(node)

    def _word_in_field(self, name: str, node: nodes.Word) -> Contribution:
        if node.edits:
            return self._fuzzy.in_field(name, node)
        if node.pattern:
            return self._fielded_pattern(name, node)
        return self._fielded_words(name, node, 0)

    def _fielded_words(self, name: str, node: nodes.Word | nodes.Phrase, slop: int) -> Contribution:
        """Return what words add that stand side by side in a text field."""
        terms = self._context.analyzer.query_terms(node.text)
        if not terms:
            return NOTHING
        stems = tuple(stem for stem, _ in terms)
        label = f"{name}:{quoted([surface for _, surface in terms], slop)}"
        idf = sum(self._context.idf(ALL, stem) for stem in stems)
        held: Clause = PhraseOf(name, stems, slop)
        clause: Clause = PhraseOf(name, stems, slop, node.boost)
        if name == BODY:
            label = f"{name}:{quoted([surface for _, surface in terms])}"
            held = self._on_pages(PhraseOf(TEXT, stems, slop))
            anywhere = PhraseOf(ALL, stems, slop, node.boost)
            clause = Bool(must=(anywhere, Constant(held, 0.0)))
        return Contribution(
            (clause,),
            (Requirement(label, idf, held, key=(name, stems)),),
            Highlights(frozenset(stems)),
            (PhraseOf(TEXT, stems, slop),),
        )

    def _on_pages(self, clause: Clause) -> Clause:
        """Return which documents match on a page; the page index knows which do."""
        owners = self._context.reader.owners_on_pages(clause)
        return AnyNumber(OWNER, owners) if owners else NoDocuments()

    def _fielded_pattern(self, name: str, node: nodes.Word) -> Contribution:
        if name == TITLE:
            return self._words.expanded(node.text, TITLE_EXACT, node.boost)
        # Summaries and pages have no index of whole words: their stems serve.
        found = self._context.pattern(node, SUMMARY)
        pattern = found.clause
        if not isinstance(pattern, Wildcard):
            return found
        held = self._on_pages(pattern._replace(field=TEXT)) if name == BODY else pattern
        label = f"{name}:{node.text}"
        requirement = Requirement(label, self._context.top_idf, held, key=(name, node.text))
        return Contribution((Constant(held, 1.0),), (requirement,))


def _all_of(parts: Iterable[Contribution]) -> Contribution:
    """Return what must all be matched; a word that no document holds is told and does not bind."""
    found = combined(list(parts))
    clause = all_of([clause for clause in found.clauses if clause != NoDocuments()])
    return found.scoring(*([] if clause is None else [clause]))


def _one_of(branches: Sequence[tuple[Requirement, ...]]) -> Requirement:
    """Return alternatives as one requirement, as heavy as the heaviest of them."""
    weight = max(sum(own.idf for own in branch) for branch in branches)
    label = " OR ".join(_grouped([own.label for own in branch]) for branch in branches)
    others = [text for branch in branches for own in branch for text in own.stands_for]
    return Requirement(label, weight, None, tuple(branches), None, tuple(others))


def _excluding(inner: Contribution) -> Contribution:
    """Return what is matched where something is not; it asks for nothing."""
    must_not = tuple(Constant(clause, 0.0) for clause in inner.clauses)
    return Contribution((Bool(must_not=must_not),) if must_not else (), notes=inner.notes)


def _clauses(parts: Iterable[Contribution]) -> list[Clause]:
    return [clause for part in parts for clause in part.clauses]


def _grouped(labels: Sequence[str]) -> str:
    return f"({' '.join(labels)})" if len(labels) > 1 else " ".join(labels)


def _is_plain(item: nodes.Node) -> TypeGuard[nodes.Word]:
    return isinstance(item, nodes.Word) and item.is_plain


def _binds(item: nodes.Node) -> bool:
    """Whether alternatives bind beside bare words: each of them does, like a field or a phrase."""
    if isinstance(item, nodes.Or):
        return all(_binds(branch) for branch in item.nodes)
    return isinstance(item, nodes.Fielded | nodes.Range | nodes.Phrase | nodes.And)


def _without_idle_parentheses(items: Sequence[nodes.Node]) -> Iterator[nodes.Node]:
    """Yield nodes with groups of plain words opened: parentheses in prose ask for nothing."""
    for item in items:
        if isinstance(item, nodes.Group) and all(
            isinstance(inner, nodes.Word | nodes.Group) for inner in item.nodes
        ):
            yield from _without_idle_parentheses(item.nodes)
        else:
            yield item
