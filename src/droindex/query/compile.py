"""A parsed query -> clauses, parts and marks: data that any engine can be given.

The ranking is a sum. Every word of the query adds BM25 over all text, smaller amounts for the
title, the summary and the unstemmed form, and a constant for being there at all; neighbouring
words and runs with digits add as phrases; a query that is a whole title or number adds a lot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.errors import QueryError
from droindex.index.clauses import (
    AllDocuments,
    AnyNumber,
    Bool,
    Clause,
    Constant,
    NoDocuments,
    PhraseOf,
)
from droindex.query import nodes
from droindex.query.asked import Compiled, Draft, Part, all_of
from droindex.query.fuzzy import FuzzyCompiler
from droindex.query.limits import LimitCompiler, is_limit
from droindex.query.words import WordCompiler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from droindex.index.library import SetReader
    from droindex.settings import Settings

__all__ = ["compile_query"]

_BARE = (nodes.Word, nodes.Or, nodes.Group)  # what stands side by side without binding


def compile_query(
    parsed: nodes.Parsed,
    reader: SetReader,
    settings: Settings,
    *,
    strict: bool = False,
    corrections: Mapping[str, str] | None = None,
    is_half_typed: bool = False,
) -> Compiled:
    """Return the clauses of a parsed query.

    Args:
        parsed: The tree.
        reader: The set it will run on; term statistics come from it.
        settings: Boosts and limits.
        strict: Whether a bad date and a query of exclusions only are errors.
        corrections: Mistyped word -> the word to search in its place.
        is_half_typed: Whether a beginning stands for its most frequent words alone.

    Raises:
        QueryError: in strict mode only: `bad-date`, `only-exclusions`.
    """
    draft = Draft(parsed, reader, settings, strict=strict, is_half_typed=is_half_typed)
    draft.out.corrections.update(corrections or {})
    return _Compiler(draft).run()


class _Compiler:
    """Turns the tree of one query into clauses: groups, operators and text fields.

    Args:
        draft: What the compilation gathers.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._words = WordCompiler(draft)
        self._fuzzy = FuzzyCompiler(draft)
        self._limits = LimitCompiler(draft)

    def run(self) -> Compiled:
        """Return the compiled query."""
        draft, out = self._draft, self._draft.out
        out.clause = self._group(draft.parsed.root.nodes, top=True)
        if draft.unknown:
            words = ", ".join(f"“{word}”" for word in dict.fromkeys(draft.unknown))
            out.notes.append(f"No document here holds {words}.")
        out.notes[:] = dict.fromkeys(out.notes)  # a word may stand in several groups
        out.page_clauses = tuple(draft.page_clauses)
        if draft.strict and out.clause is None and out.excluded and not out.filters:
            raise QueryError(
                "The query only says what to leave out.",
                query=draft.parsed.text,
                position=0,
                slug="only-exclusions",
                hint="Add a word to search for, or leave the query empty to list everything.",
            )
        return out

    def _group(self, items: Sequence[nodes.Node], *, top: bool = False) -> Clause | None:
        """Return the clause of juxtaposed nodes; at the top, filters go to their own lists."""
        bare: list[nodes.Node] = []
        must: list[Clause] = []
        filters: list[Clause] = self._draft.out.filters if top else []
        excluded: list[Clause] = self._draft.out.excluded if top else []
        for item in items:
            if isinstance(item, nodes.Not):
                if (clause := self._unscored(item.node)) is not None:
                    excluded.append(clause)
            elif is_limit(item):
                if (limit := self._limits.limit(item)) is not None:
                    self._name(item, limit)
                    filters.append(limit)
            elif isinstance(item, _BARE) and not _binds(item):
                bare.append(item)
            elif (clause := self._node(item)) is not None:
                self._name(item, clause)
                must.append(clause)
        if (group := self._bare(bare)) is not None:
            must.insert(0, group)
        if top:
            return all_of(must)
        neutral = [Constant(item, 0.0) for item in filters]
        if not must and not neutral and not excluded:
            return None
        if not must and not neutral:
            must = [Constant(AllDocuments(), 0.0)]
        if not excluded:
            return all_of([*must, *neutral])
        return Bool(must=(*must, *neutral), must_not=tuple(excluded))

    def _name(self, item: nodes.Node, clause: Clause) -> None:
        """Remember what was asked for in a field, to say so if nothing fits it."""
        if isinstance(item, nodes.Fielded):
            written = self._draft.parsed.text[item.start : item.end]
            self._draft.out.named.append((written, clause))

    def _bare(self, items: list[nodes.Node]) -> Clause | None:
        """Return the clause of words and groups of which a hit must hold one at least."""
        if any(isinstance(item, nodes.Group) for item in items):
            items = _without_idle_parentheses(items)
        words = [item for item in items if isinstance(item, nodes.Word) and item.is_plain]
        should = self._words.plain(words)
        for item in items if len(words) < len(items) else ():
            if isinstance(item, nodes.Word) and item.is_plain:
                continue
            if (clause := self._node(item)) is not None:
                should.append(clause)
        if not should:
            return None
        return should[0] if len(should) == 1 else Bool(should=tuple(should))

    def _node(self, item: nodes.Node) -> Clause | None:
        match item:
            case nodes.Word():
                if item.slips:
                    return self._fuzzy.anywhere(item)
                return (
                    self._words.expanded(item.text, "exact", item.boost)
                    if item.pattern
                    else self._bare([item])
                )
            case nodes.Phrase():
                return self._words.phrase(item)
            case nodes.Group():
                return self._group(item.nodes)
            case nodes.And():
                return all_of([clause for node in item.nodes if (clause := self._bound(node))])
            case nodes.Or():
                return self._either(item, self._bound)
            case nodes.Not():
                return self._group((item,))
            case nodes.Fielded() if not is_limit(item):
                return self._in_field(item.field, item.node)
            case nodes.Fielded() | nodes.Range():
                limit = self._limits.limit(item)
                return Constant(limit, 0.0) if limit is not None else None

    def _bound(self, item: nodes.Node) -> Clause | None:
        """Return the clause of one side of AND: a word of several terms binds as a phrase."""
        if isinstance(item, nodes.Word) and item.is_plain:
            terms = self._draft.analyzer.query_terms(item.text)
            if len(terms) > 1:
                return self._words.phrase(
                    nodes.Phrase(item.text, item.start, item.end, 0, item.boost)
                )
        return self._node(item)

    def _either(self, item: nodes.Or, make: Callable[[nodes.Node], Clause | None]) -> Clause | None:
        """Return the clause of alternatives, which are one part of what is asked for."""
        draft = self._draft
        outer, draft.out.parts = draft.out.parts, []
        seen, draft.seen = draft.seen, set()
        found: list[Clause] = []
        branches: list[tuple[Part, ...]] = []
        for node in item.nodes:
            draft.out.parts, draft.seen = [], set()
            if (clause := make(node)) is not None:
                found.append(clause)
            if self._draft.out.parts:
                branches.append(tuple(self._draft.out.parts))
        draft.out.parts, draft.seen = outer, seen
        if branches:
            weight = max(sum(part.idf for part in branch) for branch in branches)
            self._draft.out.parts.append(Part(weight, branches=tuple(branches)))
        return None if not found else Bool(should=tuple(found))

    def _unscored(self, item: nodes.Node) -> Clause | None:
        """Return what a node matches, leaving no trace in parts, marks and page clauses."""
        if isinstance(item, nodes.Word) and item.is_plain:
            return self._plain_match(item)
        if is_limit(item):
            return self._limits.limit(item)
        return self._without_trace(lambda: self._node(item))

    def _without_trace(self, make: Callable[[], Clause | None]) -> Clause | None:
        """Return a clause, forgetting what making it adds to what is asked for."""
        draft = self._draft
        kept = draft.out, draft.page_clauses, draft.seen, draft.unknown
        draft.out = Compiled(notes=draft.out.notes)
        draft.page_clauses, draft.seen, draft.unknown = [], set(), []
        try:
            return make()
        finally:
            draft.out, draft.page_clauses, draft.seen, draft.unknown = kept

    def _plain_match(self, item: nodes.Word) -> Clause | None:
        stems = tuple(stem for stem, _ in self._draft.analyzer.query_terms(item.text))
        return PhraseOf("all", stems) if stems else None

    def _in_field(self, name: str, node: nodes.Node) -> Clause | None:
        """Return the clause of `title:…`, `summary:…` or `body:…`: it binds, and it scores."""
        if isinstance(node, nodes.Or):
            return self._either(node, lambda part: self._in_field(name, part))
        if isinstance(node, nodes.Group | nodes.And):
            found = [clause for part in node.nodes if (clause := self._in_field(name, part))]
            return all_of(found)
        if isinstance(node, nodes.Not):
            negated = node.node
            inner = self._without_trace(lambda: self._in_field(name, negated))
            return Bool(must_not=(Constant(inner, 0.0),)) if inner is not None else None
        if not isinstance(node, nodes.Word | nodes.Phrase):
            return self._node(node)
        if isinstance(node, nodes.Word) and node.slips:
            return self._fuzzy.in_field(name, node)
        if isinstance(node, nodes.Word) and node.pattern:
            return self._fielded_pattern(name, node)
        terms = self._draft.analyzer.query_terms(node.text)
        if not terms:
            return None
        stems = tuple(stem for stem, _ in terms)
        slop = node.slop if isinstance(node, nodes.Phrase) else 0
        idf = sum(self._draft.idf("all", stem) for stem in stems)
        self._draft.out.marks.stems.update(stems)
        self._draft.page_clauses.append(PhraseOf("text", stems, slop))
        if name == "body":
            return self._on_pages(stems, slop, idf, node.boost)
        clause = PhraseOf(name, stems, slop, node.boost)
        self._draft.add_part((name, stems), Part(idf, clause))
        return clause

    def _on_pages(self, stems: tuple[str, ...], slop: int, idf: float, boost: float) -> Clause:
        """Return the clause of words that stand on a page; the page index knows which do."""
        owners = self._draft.reader.owners_on_pages(PhraseOf("text", stems, slop))
        holders = AnyNumber("owner", owners) if owners else NoDocuments()
        self._draft.add_part(("body", stems), Part(idf, holders))
        return Bool(must=(PhraseOf("all", stems, slop, boost), Constant(holders, 0.0)))

    def _fielded_pattern(self, name: str, node: nodes.Word) -> Clause | None:
        exact = {"title": "title_exact"}.get(name)
        if exact is None:  # summaries and pages have no index of whole words: their stems serve
            pattern = self._draft.pattern(node, "summary")
            if pattern is None:
                return None
            clause: Clause = pattern
            if name == "body":
                owners = self._draft.reader.owners_on_pages(pattern._replace(field="text"))
                clause = AnyNumber("owner", owners) if owners else NoDocuments()
            self._draft.add_part((name, node.text), Part(self._draft.top_idf, clause))
            return Constant(clause, 1.0)
        return self._words.expanded(node.text, exact, node.boost)


def _binds(item: nodes.Node) -> bool:
    """Whether alternatives bind beside bare words: each of them does, like a field or a phrase."""
    if isinstance(item, nodes.Or):
        return all(_binds(branch) for branch in item.nodes)
    return isinstance(item, nodes.Fielded | nodes.Range | nodes.Phrase | nodes.And)


def _without_idle_parentheses(items: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Return nodes with groups of plain words opened: parentheses in prose ask for nothing."""
    opened: list[nodes.Node] = []
    for item in items:
        plain = isinstance(item, nodes.Group) and all(
            isinstance(inner, nodes.Word | nodes.Group) for inner in item.nodes
        )
        opened += _without_idle_parentheses(item.nodes) if plain else [item]  # type: ignore[union-attr] # a group
    return opened
