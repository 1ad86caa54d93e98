"""What somebody may turn: limits, budgets, deadlines, boosts; each with its unit and its reason.

Numbers that nobody has reason to turn are constants beside their use.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from droindex.errors import SettingsError

__all__ = [
    "BACKENDS",
    "RANKINGS",
    "BuildSettings",
    "ExtractSettings",
    "QueryLimits",
    "RankingSettings",
    "RelatedSettings",
    "Settings",
    "SnippetSettings",
]


# Names that were settings once, by group: numbers that nobody had reason to turn.
_FIXED: dict[str, frozenset[str]] = {
    "ExtractSettings": frozenset(
        {"max_open_files", "worker_rss_bytes", "min_page_chars", "min_image_cover"}
    ),
    "BuildSettings": frozenset(
        {
            "profile_terms",
            "acronym_brackets",
            "acronyms_per_document",
            "max_acronyms",
            "acronym_meanings",
            "acronym_min_share",
        }
    ),
    "QueryLimits": frozenset(
        {"prose_words", "max_completions", "max_completed_words", "max_two_slips"}
    ),
    "SnippetSettings": frozenset({"lead_chars", "max_probes"}),
    "RankingSettings": frozenset(
        {
            "body_boost",
            "pair_slop",
            "max_pairs",
            "rare_share",
            "feedback_documents",
            "feedback_terms",
        }
    ),
}

# Names that settings had once, by group, and what each is called now.
_RENAMED: dict[str, dict[str, str]] = {"ExtractSettings": {"engine": "backend"}}


class _Group:
    """Settings that belong together; a name that is no setting any more is refused with a hint."""

    __slots__ = ()

    def __new__(cls, **given: Any) -> Self:
        fixed = sorted(_FIXED.get(cls.__name__, frozenset()) & given.keys())
        if fixed:
            raise SettingsError(
                f"`{fixed[0]}` of {cls.__name__} is no setting any more.",
                hint="It is a fixed number now, with its reason where it is used: leave it out.",
            )
        for old, new in _RENAMED.get(cls.__name__, {}).items():
            if old in given:
                raise SettingsError(
                    f"`{old}` of {cls.__name__} has another name.", hint=f"It is called `{new}`."
                )
        return super().__new__(cls)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSettings(_Group):
    """Limits of the reading of files, per worker process, page and document."""

    backend: str = "auto"  # auto: pdfium for text where installed, else pypdf | pypdf | pdfium
    ocr: bool | None = None  # None: where it is installed; 30 to 70 times the cost of text
    ocr_dpi: int = 200  # 300 costs 40 % more and finds no more words
    ocr_language: str = "eng"  # tesseract's name of the language
    max_bytes: int = 100_000_000  # a larger file is a book of images or an attack
    max_pages: int = 5_000  # the longest manuals seen have some 1,500
    max_chars: int = 20_000_000  # per document, 4 kB a page at 5,000 pages
    max_page_chars: int = 1_000_000  # a page of print has 3,000 to 8,000
    page_deadline_s: float = 6.0  # real pages take milliseconds, the slowest seen 2 s
    ocr_page_deadline_s: float = 60.0  # added where OCR is on; a page takes 2 to 5 s
    document_deadline_s: float = 120.0  # 1,500 pages at pypdf's speed; time spent on OCR is added
    wasted_s: float = 8.0  # lost on pages that time out or give next to nothing: then stop
    memory_bytes: int = 1 << 30  # pypdf peaked at 313 MB on the worst hostile case
    cpu_s: int = 180  # backstop behind the wall deadlines
    files_per_worker: int = 200  # then a fresh worker: frees what the readers leak


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings(_Group):
    """How a library is written."""

    writer_heap_bytes: int = 128_000_000  # per index; larger heaps make fewer segments, not faster
    passage_chars: int = 2_500  # about a printed page; a snippet never has to read more
    max_removal_share: float = 0.2  # past it a build stops: an unmounted disk removes nothing
    keep_generations: int = 2  # the current one and one to go back to
    max_metadata_chars: int = 20_000  # per value; a summary has 2,000 at most
    max_doc_id_chars: int = 512  # a path


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLimits(_Group):
    """What a query may cost, so that no text can make it slow."""

    max_chars: int = 2_000  # longer text is a pasted page: the rest is ignored, with a note
    max_depth: int = 20  # nested parentheses; people use two
    max_clauses: int = 64  # after stop words and repeats
    max_expansions: int = 100  # scored terms of one word*; the rest of the hits score 0
    max_fuzzy_words: int = 50  # real words that one word~ stands for; the nearest ones
    max_limit: int = 1_000  # hits per call; scan() has no limit
    max_facet_values: int = 100  # values listed per facet
    max_offset: int = 100_000  # deeper pages are for scan(), which has no limit
    deadline_s: float = 5.0  # looked at between steps: past it snippets and facets are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingSettings(_Group):
    """The weights of the ranking: a sum of BM25 clauses. docs/relevance.md says what each does."""

    title_boost: float = 0.35  # more helps title words and costs questions (docs/relevance.md)
    summary_boost: float = 0.1  # a summary repeats the body's words; more adds noise
    exact_boost: float = 0.5  # surface words beside stems: "detention" before "detained"
    pair_boost: float = 0.4  # neighbouring words of the query, as a phrase
    pair_min_idf: float = 1.5  # in a long query, of one of the two: else the pair says no more
    number_boost: float = 2.0  # a run with a digit, as a phrase: 11-4.1, 8 CFR 241.4
    citation_boost: float = 1.0  # a number with the word before it: Chapter 21, DoDI 5000.02
    coverage_boost: float = 0.4  # share of a word's idf added once where a document holds it
    coverage_min_idf: float = 2.0  # in a long query; a word of every seventh document says little
    prefix_title_boost: float = 1.0  # a half-typed word in a title, on top of its being there
    page_pair_boost: float = 0.5  # two words near each other on a page, beside each by itself
    page_pair_slop: int = 10  # words between the two, about a line of print
    page_frequency_boost: float = 0.6  # how often a page says the words: it parts pages of like
    phrase_page_boost: float = 3.0  # a quoted phrase on a page, before its words strewn about
    likelier_boost: float = 0.8  # the word that a rare one is most likely mistyped for, beside it
    fuzzy_boost: float = 0.5  # a word one slip away from word~; two slips away half of that
    variant_boost: float = 0.8  # an acronym's meaning or a synonym, beside what was written
    harvested_boost: float = 0.4  # the same, where a document defines it and not corpus.toml
    exact_title_boost: float = 4.0  # the query is the whole title: times the idf sum of the query
    exact_number_boost: float = 6.0  # the query is the document's number, likewise
    long_query_words: int = 5  # content words; a shorter query names what it wants
    feedback_boost: float = 1.0  # being like the best hits: times the best score; 0 for never
    feedback_candidates: int = 50  # best hits that can be raised; 100 give the same order
    cited_boost: float = 0.0  # being cited: at most this share of the best score; 0 for never


BACKENDS = ("auto", "pypdf", "pdfium")
RANKINGS = ("default", "fast")


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetSettings(_Group):
    """How snippets are cut."""

    max_chars: int = 240  # two lines on a screen


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedSettings(_Group):
    """How documents like a document are found."""

    terms: int = 25  # its key terms; 10 find fewer, 40 no more (docs/relevance.md)
    min_relevance: int = 10  # percent; documents that share a few words alone have less


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings together."""

    extract: ExtractSettings = field(default_factory=ExtractSettings)
    build: BuildSettings = field(default_factory=BuildSettings)
    limits: QueryLimits = field(default_factory=QueryLimits)
    ranking: RankingSettings = field(default_factory=RankingSettings)
    snippet: SnippetSettings = field(default_factory=SnippetSettings)
    related: RelatedSettings = field(default_factory=RelatedSettings)

    def for_ranking(self, name: str) -> Settings:
        """Return the settings of a ranking: `fast` scores words in text and title alone.

        It leaves out phrases, coverage, surface words, summaries and feedback. Whole titles and
        numbers come first all the same.

        Args:
            name: One of `RANKINGS`.
        """
        if name == "default":
            return self
        return replace(self, ranking=replace(self.ranking, **_FAST))

    def to_dict(self) -> dict[str, dict[str, object]]:
        """Return all numbers, by group and name."""
        return asdict(self)


_FAST: dict[str, Any] = dict.fromkeys(
    (
        "summary_boost",
        "exact_boost",
        "pair_boost",
        "citation_boost",
        "coverage_boost",
        "feedback_boost",
        "cited_boost",
    ),
    0.0,
)


def default_workers() -> int:
    """Return how many worker processes to start: one per core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
