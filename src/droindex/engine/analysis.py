"""The one analyzer chain: how text becomes terms, when it is indexed and when it is asked for.

Words are runs of letters and runs of digits, split at the border between the two, so that
`DoDI5000.02`, `dodi 5000.02` and `DoDI-5000.02` give the same terms. Scripts written without
blanks (Chinese, Japanese, Thai) give one term per character. Terms are lower case, without
accents; a *stem* term has its ending taken off as well, a *surface* term has not. A word of which
nothing would be left but a stop word or a letter (AED, INS, willful) is no inflected form of that:
its stem is the word itself. Stop words are indexed like all others, and left out of queries that
hold other words.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from droindex.lazy import Memo, cached_property

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

__all__ = ["ANALYSIS_VERSION", "Analyzer", "Token", "chunks_of", "fold", "normalise"]

V = TypeVar("V")

ANALYSIS_VERSION = 2  # part of the index format: raise it when any term may change

STEMS = "stems"
SURFACES = "surfaces"

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = rf"[{_UNSPACED}]|[\p{{L}}\p{{M}}&&[^{_UNSPACED}]]+|\p{{N}}+"
_MAX_TERM_BYTES = 100  # longer runs are keys or garbage, nobody types them

# Behind a word whose stem is the word itself: a letter, so that it is part of the word, and one
# that no stemmer knows (a sign of Vai, which can be read without it).
KEPT = "\ua60c"

# The engine's pattern in the standard library's dialect; they differ only in rare marks.
_WORD = re.compile(r"[^\W\d_]+|\d+")
_INVISIBLE = re.compile(
    f"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff{KEPT}]"
)
_BLANKS = ("\u00a0", "\u2000", "\u2003", "\u2009", "\u202f")
# Letters and marks of western text that NFKC leaves alone: asking for them takes a fifth of its
# time, and most text holds nothing else.
_SETTLED = re.compile(
    "[\x00-\x7f\xa1-\xa7\xa9\xab\xac\xae\xb0\xb1\xb6\xb7\xbb\xbf-\u0131\u0134-\u013e\u0141-\u0148"
    "\u014a-\u017e\u2010\u2012-\u2016\u2018-\u2023\u2030-\u2032\u20ac\u2190-\u2200\u25a0-\u27bf]*"
)
_POSSESSIVE = re.compile(r"(?<=\w)['\u2019](?:s|S)\b")
_MAX_KEPT = 50_000  # words whose terms are kept; about 10 MB

_PART_CHARS = 1 << 18  # of a text that are cut into words at a time; then some 3 MB
_MAX_SETTLED = 200_000  # pieces of text without blanks that are known; about 20 MB

_ENGLISH_STOP_WORDS = frozenset(
    """
    a about all am an and any are as at be been being but by can could did do does doing for from
    had has have having he her his how i if in into is it its me my no not of on or our shall
    she should so some such than that the their them then there these they this those to too us
    was we were what when where which who whom whose why will with would you your
    """.split()  # noqa: SIM905 - a list of words reads best as text
)


class Token(NamedTuple):
    """A word in its place: its stem and surface terms and its offsets in characters."""

    stem: str
    surface: str
    start: int
    end: int


def normalise(text: str) -> str:
    """Return text in the form that is indexed: NFKC, without invisible characters."""
    if text.isascii():
        return text
    plain = text
    for blank in _BLANKS:  # what NFKC makes of them; printers leave them all over a text
        plain = plain.replace(blank, " ")
    if _SETTLED.fullmatch(plain):
        return plain
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def fold(text: str) -> str:
    """Return the comparison key of a keyword: normalised, case-folded, blanks collapsed."""
    return " ".join(normalise(text).casefold().split())


class Analyzer:
    """The analyzer chain of one language.

    Args:
        language: Name of the stemmer, for example `english`.

    Attributes:
        stop_words: Surface terms that queries leave out if they hold others.
    """

    def __init__(self, language: str = "english") -> None:
        self.language = language
        self.stop_words = _stop_words_of(language)
        self._words = Memo(self._terms_of_word, most=_MAX_KEPT)
        self._chunks = _ChunkMemo(self._terms_of_chunk, most=_MAX_KEPT)
        self._content = _ChunkMemo(self._content_of_chunk, most=_MAX_KEPT)
        self._settled: set[str] = set()  # text without blanks in which no stem is kept

    @cached_property
    def stemming(self) -> TextAnalyzer:
        """The engine's chain that makes stem terms of a text: what an index is written with."""
        return _chain(Filter.stemmer(self.language))

    @cached_property
    def plain(self) -> TextAnalyzer:
        """The engine's chain that makes surface terms of a text."""
        return _chain()

    @cached_property
    def _stemmer(self) -> TextAnalyzer:
        # Its tokenizer is ready at once, where the one of the chains takes half a millisecond.
        by_blanks = TextAnalyzerBuilder(Tokenizer.whitespace())
        return by_blanks.filter(Filter.stemmer(self.language)).build()

    def stems(self, surfaces: Sequence[str]) -> list[str]:
        """Return the stem terms of surface terms, in their order."""
        found = self._stemmer.analyze(" ".join(surfaces))
        stop_words = self.stop_words
        return [
            stem
            if stem == surface or (len(stem) > 1 and stem not in stop_words)
            else self._kept(surface, stem)
            for stem, surface in zip(found, surfaces, strict=True)
        ]

    def _kept(self, surface: str, stem: str) -> str:
        """Return the stem term of a word that the stemmer makes a stop word or a letter."""
        return stem if surface in self.stop_words else surface + KEPT

    def with_kept(self, text: str) -> str:
        """Return a text for the engine's chain: words whose stem is the word itself are marked."""
        unknown: set[str] = set()
        for chunks in chunks_of(text):
            unknown.update(chunks)
        unknown -= self._settled
        kept: set[str] = set()
        for chunk in unknown:
            words = [w for w in _WORD.findall(chunk) if self._words[w][0].endswith(KEPT)]
            kept.update(words)
            if not words and len(chunk) <= _MAX_TERM_BYTES:
                self._settled.add(chunk)
        if len(self._settled) > _MAX_SETTLED:
            self._settled.clear()
        if not kept:
            return text
        either = "|".join(sorted(kept))
        return re.sub(rf"(?<![^\W\d_])(?:{either})(?![^\W\d_])", rf"\g<0>{KEPT}", text)

    def terms(self, text: str) -> list[tuple[str, str]]:
        """Return the (stem, surface) terms of a text, in reading order, stop words included."""
        surfaces = self.plain.analyze(normalise(text))
        return list(zip(self.stems(surfaces), surfaces, strict=True))

    def query_terms(self, text: str) -> list[tuple[str, str]]:
        """Return the terms of a query's word; a possessive ending is no word of its own."""
        if text.isascii() and text.replace(" ", "").isalpha():
            known = map(self._words.__getitem__, text.split())
            return [terms for terms in known if terms[0]]
        return self.terms(_POSSESSIVE.sub("", text))

    def is_stop_word(self, surface: str) -> bool:
        """Whether a surface term is a word that queries leave out if they hold others."""
        return surface in self.stop_words

    def chunk_terms(self, chunks: Iterable[str]) -> Iterator[tuple[list[str], list[str]]]:
        """Yield the stem and surface terms of pieces of text that were cut at blanks."""
        return map(self._chunks.__getitem__, chunks)

    def content_stems(self, chunks: Iterable[str]) -> Iterator[list[str]]:
        """Yield the stem terms of pieces of text that were cut at blanks, without stop words."""
        return map(self._content.__getitem__, chunks)

    def tokens(self, text: str) -> list[Token]:
        """Return the words of a short text with their places, for marking matches in it."""
        found = []
        for match in _WORD.finditer(text):
            known = self._words[match.group()]
            if known[0]:
                found.append(Token(known[0], known[1], match.start(), match.end()))
        return found

    def engine_tokens(self, text: str) -> list[Token]:
        """Return the same through the engine itself: slower, and right in every script."""
        tokens = self.plain.pre_tokenize(text).tokens
        stems = self.stems([token.text for token in tokens])
        return [
            Token(stem, token.text, token.char_offset_from, token.char_offset_to)
            for stem, token in zip(stems, tokens, strict=True)
        ]

    def _terms_of_word(self, word: str) -> tuple[str, str]:
        """Return the (stem, surface) terms of a word; empty for no word."""
        pairs = self.terms(word)
        return pairs[0] if len(pairs) == 1 else ("", "")

    def _terms_of_chunk(self, chunk: str) -> tuple[list[str], list[str]]:
        pairs = [pair for word in _WORD.findall(chunk) if (pair := self._words[word])[0]]
        return [stem for stem, _ in pairs], [surface for _, surface in pairs]

    def _content_of_chunk(self, chunk: str) -> list[str]:
        pairs = zip(*self._chunks[chunk], strict=True)
        return [stem for stem, surface in pairs if surface not in self.stop_words]


class _ChunkMemo(Memo[str, V]):
    """Text without blanks -> what is worked out of it; of a script without blanks all is one."""

    def __missing__(self, chunk: str) -> V:
        return super().__missing__(chunk) if len(chunk) <= _MAX_TERM_BYTES else self.work_out(chunk)


def chunks_of(text: str, part_chars: int = _PART_CHARS) -> Iterator[list[str]]:
    r"""Yield what stands between the blanks of a text, in order, some pages at a time.

    All of a long text at once takes ten times its memory.

    Args:
        text: The text; it is cut at the ends of lines.
        part_chars: About how many characters to take at a time, at least 1.

    Example:
        >>> list(chunks_of("all records\nof custody", 4))
        [['all', 'records'], ['of', 'custody']]
    """
    start = 0
    while (end := text.find("\n", start + part_chars)) >= 0:
        yield text[start:end].split()
        start = end
    yield text[start:].split()


def _chain(*last: Filter) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.regex(_TOKEN))
    steps = (Filter.remove_long(_MAX_TERM_BYTES), Filter.lowercase(), Filter.ascii_fold(), *last)
    for step in steps:
        builder = builder.filter(step)
    return builder.build()


def _stop_words_of(language: str) -> Container[str]:
    return _ENGLISH_STOP_WORDS if language == "english" else _EngineStopWords(language)


class _EngineStopWords:
    """The engine's own list of a language, asked word by word: it cannot be read as a list."""

    def __init__(self, language: str) -> None:
        try:
            self._filter: TextAnalyzer | None = _chain(Filter.stopword(language))
        except ValueError:  # the engine has no list of this language
            self._filter = None

    def __contains__(self, word: object) -> bool:
        return self._filter is not None and not self._filter.analyze(str(word))
