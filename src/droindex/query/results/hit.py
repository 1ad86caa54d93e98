"""One document that a search found: its numbers, its snippet, and their shapes."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.engine.entries import READING as _READING
from droindex.errors import QueryError
from droindex.lazy import cached_property
from droindex.model import Document, cited
from droindex.query.results.named import Named
from droindex.query.results.relevance import relevance
from droindex.text import known, page_name, shortened

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from droindex.export.citation import Cited
    from droindex.export.html import HtmlHit
    from droindex.lineage.line_match import LineMatch
    from droindex.query.results.explanation import Explanation
    from droindex.query.results.relevance import Match

__all__ = ["COLUMNS", "Hit", "HitSources", "Snippet", "cited_hit", "html_hit"]

_SECTION_CHARS = 60  # of a heading that stands for a page
_SCORE_DIGITS = 4  # of a score as it is shown; the engine's 32-bit numbers hold about seven

COLUMNS = (  # of a table of hits, in any format
    "rank",
    "doc_id",
    "title",
    "number",
    "doc_type",
    "category",
    "collection",
    "source",
    "opi",
    "status",
    "replaced_by",
    "label",
    "issued",
    "relevance",
    "match",
    "score",
    "page",
    "page_label",
    "file",
    "url",
    "custom",
    "summary",
    "snippet",
)
_CITED_AS = ("doc_id", "title", "number", "doc_type", "issued")  # what others name it by
_BRIEF = ("title", "number", "doc_type", "status", "issued", "summary")

_TEMPLATE = Document(doc_id="").to_dict()  # every key that a document's JSON has
_ABSENT_LISTS = {name for name, value in _TEMPLATE.items() if isinstance(value, list)}


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text around the matches.

    Attributes:
        segments: Pairs (text, whether it matches the query); joined they are the whole snippet.
        page: The page it stands on, from 1; of a summary, the page that holds some of what was
            asked for, or None. None in a text that has no pages: `section` says where.
        page_label: What is printed on that page; None where there is no label.
        section: The heading under which it stands, as far as the page or the file tell; else None.
        is_summary: Whether it is the document's summary, which stands on no page.
    """

    segments: tuple[tuple[str, bool], ...]
    page: int | None = None
    page_label: str | None = None
    section: str | None = None
    is_summary: bool = False

    @property
    def where(self) -> str:
        """Its page as people name it, or the heading above it in a text without pages."""
        page = page_name(self.page, self.page_label)
        return page or shortened(self.section or "", _SECTION_CHARS)

    @property
    def text(self) -> str:
        """The snippet without marks. Raw: escape it before it goes into HTML."""
        return "".join(text for text, _ in self.segments)

    def html(self) -> str:
        """Return the snippet as HTML that is safe to insert: escaped, matches in `<mark>`."""
        from droindex.export.html import marked  # noqa: PLC0415 - who asks for text need not wait

        return marked(self.segments)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "text": self.text,
            "segments": [[text, marked] for text, marked in self.segments],
            "page": self.page,
            "page_label": self.page_label,
            "section": self.section,
            "is_summary": self.is_summary,
        }


class HitSources(NamedTuple):
    """What works out the rest of the hits of one search, when it is looked at.

    Attributes:
        match: Gives the match of a document, by its id.
        snippet: Gives its snippet, by its id.
        line: Gives the line that a hit stands for; None for one that is a document by itself.
        cited: Gives how many documents refer to one, of which no more is told than names it.
        explain: Gives the explanation of a hit.
        judge: Tells damage from faults, in whatever is worked out late.
    """

    match: Callable[[str], Match | None]
    snippet: Callable[[str], Snippet | None]
    line: Callable[[Hit], LineMatch | None]
    cited: Callable[[Document], int]
    explain: Callable[[Hit], Explanation]
    judge: AbstractContextManager[None]


class Hit:
    """One document that a search found.

    Hits are equal that say the same. One that was pickled says what it said before, but cannot
    explain itself any more: that asks the library.

    Attributes:
        rank: Its place in the whole list, from 1.
        doc_id: The document's key.
    """

    def __init__(
        self,
        rank: int,
        doc_id: str,
        score: float,
        best: float,
        named: Named,
        sources: HitSources,
    ) -> None:
        self.rank = rank
        self.doc_id = doc_id
        self._score = score
        self._best = best
        self._named = named
        self._sources = sources

    @property
    def score(self) -> float:
        """The raw number of the ranking, 0 where nothing scores. Comparable within one list."""
        return round(self._score, _SCORE_DIGITS)

    @property
    def relevance(self) -> int | None:
        """Whole percent, 0 to 100, of the best score among all hits of this search.

        100 marks the best hit, not certainty. None where nothing scores.
        """
        return relevance(self._score, self._best)

    @property
    def match(self) -> int | None:
        """Whole percent, 0 to 100, of what was asked for that this document holds.

        Each requirement counts by its rarity. Other hits cannot change it; 100 means that
        everything asked for is there; a word that was put right is, where the right one is.
        None where nothing was asked for that could be held.
        """
        found = self._match
        return found.percent if found else None

    @property
    def words_held(self) -> int | None:
        """How many of the words asked for this document holds; None as for `match`."""
        found = self._match
        return found.held if found else None

    @property
    def words_required(self) -> int | None:
        """How many words were asked for, alternatives as one; None as for `match`."""
        found = self._match
        return found.required if found else None

    @property
    def _match(self) -> Match | None:
        with self._sources.judge:
            return self._sources.match(self.doc_id)

    @cached_property
    def document(self) -> Document:
        """The document's metadata, without its pages."""
        with self._sources.judge, _READING:
            return Document.from_dict(self._shape)

    @cached_property
    def snippet(self) -> Snippet | None:
        """The text around the matches; None only if the search was told to make none."""
        with self._sources.judge:
            return self._sources.snippet(self.doc_id)

    @cached_property
    def line(self) -> LineMatch | None:
        """In a list of lines, the line that it stands for; None where it stands in none."""
        with self._sources.judge:
            return self._sources.line(self)

    @cached_property
    def times_cited(self) -> int:
        """How many documents that the caller may see refer to it for certain."""
        with self._sources.judge:
            named = {name: self._shape.get(name) for name in _CITED_AS}
            return self._sources.cited(Document.from_dict(named))

    def explain(self) -> Explanation:
        """Return how score, relevance and match came about; worked out anew at each call.

        It takes about as long as a search.

        Returns:
            What was asked for and whether the document holds it, and the parts that add up to
            the score. `print(hit.explain())` says it in plain sentences.
        """
        with self._sources.judge:
            return self._sources.explain(self)

    @property
    def _shape(self) -> dict[str, Any]:
        with self._sources.judge:
            return self._named.values

    def cite(self, *, style: str = "text", url: str = "") -> str:
        """Return how the document is cited at the page that the snippet is from.

        Args:
            style: `text` for a line to paste; `bibtex`, `ris` or `csl-json`.
            url: Where it can be read, in the application that shows it; without it, where it was
                published.

        Raises:
            QueryError: `unknown-style`.
        """
        from droindex.export.styles import cite  # noqa: PLC0415 - a search must not pay for it

        return cite(cited_hit(self, url), style)

    def to_row(self) -> dict[str, str | int | float | None]:
        """Return what a table has of it: one plain value for each of `Results.columns`."""
        document, snippet = self.document, self.snippet
        values: dict[str, str | int | float | None] = {
            "rank": self.rank,
            "relevance": self.relevance,
            "match": self.match,
            "score": self.score,
            "issued": document.issued.isoformat() if document.issued else document.issued_text,
            "replaced_by": document.replaced_by or None,
            "custom": "; ".join(f"{name}: {item}" for name, item in document.custom.items())
            or None,
            "page": snippet.page if snippet else None,
            "page_label": snippet.page_label if snippet else None,
            "snippet": snippet.text if snippet else None,
        }
        return {
            name: values[name] if name in values else getattr(document, name) for name in COLUMNS
        }

    def to_brief(self) -> dict[str, Any]:
        """Return the JSON shape for a list as one types; nothing more is looked up for it."""
        stored = self._shape
        shape = {"rank": self.rank, "doc_id": self.doc_id, "relevance": self.relevance}
        brief = {name: stored.get(name, _TEMPLATE[name]) for name in _BRIEF}
        # most have no relations: of these no document is made
        replaced = self.document.replaced_by if "relations" in stored else ""
        return {**shape, **brief, "replaced_by": replaced or None}

    def to_dict(self, *, explain: bool = False) -> dict[str, Any]:
        """Return the JSON shape.

        Args:
            explain: Whether to add `explain`: how the numbers came about.
        """
        stored = self._shape
        document = {**_TEMPLATE, **{name: [] for name in _ABSENT_LISTS}, **stored}
        snippet, match = self.snippet, self._match
        shape = {
            "rank": self.rank,
            "doc_id": self.doc_id,
            "title": document["title"],
            "relevance": self.relevance,
            "match": match.percent if match else None,
            "words_held": match.held if match else None,
            "words_required": match.required if match else None,
            "score": self.score,
            "summary": document["summary"],
            "replaced_by": (self.document.replaced_by if document["relations"] else "") or None,
            "snippet": snippet.to_dict() if snippet else None,
            "times_cited": self.times_cited,
            "line": self.line.to_dict() if self.line else None,
            "document": document,
        }
        return {**shape, "explain": self.explain().to_dict()} if explain else shape

    def _said(self) -> tuple[object, ...]:
        return (
            self.rank,
            self.doc_id,
            self._score,
            self._best,
            self._named.meta,
            self._match,
            self.snippet,
            self.line,
            self.times_cited,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hit) and (self is other or self._said() == other._said())

    def __hash__(self) -> int:
        return hash((self.rank, self.doc_id, self._score))

    def __deepcopy__(self, _memo: object) -> Hit:
        return self  # it is complete when it is made, and nothing in it changes

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored_hit, self._said()

    def __repr__(self) -> str:
        return f"<Hit {self.rank} {self.doc_id!r} relevance={self.relevance}>"


def cited_hit(hit: Hit, url: str = "") -> Cited:
    """Return a hit's document as it is cited, at the page of its snippet if it has one."""
    snippet = hit.snippet
    if snippet is None or snippet.is_summary:
        return cited(hit.document, "", url)
    page = str(snippet.page_label or snippet.page or "")
    return cited(hit.document, page, url)


def html_hit(hit: Hit) -> HtmlHit:
    """Return what a notebook shows of a hit."""
    from droindex.export.html import HtmlHit  # noqa: PLC0415 - for notebooks alone

    document, snippet = hit.document, hit.snippet
    best = document.best_date
    day = f"{best[1]} {best[0]}".removeprefix("issued ") if best else document.issued_text
    page = snippet.where if snippet else ""
    after = document.replaced_by
    facts = known(document.number, document.doc_type, day, document.status, after, page, hit.doc_id)
    segments = snippet.segments if snippet else ()
    return HtmlHit(hit.relevance, document.title or hit.doc_id, segments, facts)


def _restored_hit(
    rank: int,
    doc_id: str,
    score: float,
    best: float,
    meta: bytes,
    match: Match | None,
    snippet: Snippet | None,
    line: LineMatch | None,
    times_cited: int,
) -> Hit:
    """Return a hit that says what it said when it was pickled."""
    told = (lambda _: match, lambda _: snippet, lambda _: line, lambda _: times_cited)
    sources = HitSources(*told, _cannot_explain, nullcontext())
    return Hit(rank, doc_id, score, best, Named(meta), sources)


def _cannot_explain(hit: Hit) -> Explanation:
    raise QueryError(
        f"The hit {hit.doc_id!r} was pickled, and cannot say any more how it was found.",
        slug="not-explained",
        hint="Search again, or keep hit.explain() before the hit is pickled.",
    )
