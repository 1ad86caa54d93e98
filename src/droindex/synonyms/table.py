"""What the documents of a set say that short forms stand for: kept beside its two indexes.

What each document defines, a build keeps with all else that it counts over a set; `acronyms.json`
has what comes of all of it together, for queries. It says what the set's own documents say.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from droindex.errors import IndexDamagedError
from droindex.synonyms.find import find_definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from droindex.corpus.config import CorpusConfig
    from droindex.engine.analysis import Analyzer

__all__ = [
    "MAX_BRACKETS",
    "MAX_PER_DOCUMENT",
    "SYNONYMS",
    "Synonym",
    "Synonyms",
    "content_stems",
    "definitions_of",
    "load_synonyms",
    "said_of",
    "save_synonyms",
]

SYNONYMS = "acronyms.json"
_FORM, _MEANING = "f", "m"  # begin what is counted: a pair as it is written, and its stems
MAX_BRACKETS = 10_000  # looked at per document for what defines a short form
MAX_PER_DOCUMENT = 500  # kept; a manual's list of short forms has some 200
_MAX_SHORT_FORMS = 2_000  # per set, of most documents first; read at each start
_MAX_MEANINGS = 2  # of a short form, that queries search; more say nothing
_MIN_SHARE = 0.5  # of the documents of the first meaning, that others need
_MIN_MEANING_TERMS = 2  # content stems: `on the beam` would be asked for by every `beam`


class Synonym(NamedTuple):
    """Other words for some words, as the documents define them.

    Attributes:
        text: As the documents have it.
        stems: Its stem terms, in order.
        documents: How many documents define it.
        is_meaning: Whether it is what a short form stands for, and not the short form.
    """

    text: str
    stems: tuple[str, ...]
    documents: int
    is_meaning: bool


# Content stems of what may be asked, joined by blanks -> its synonyms.
Synonyms = dict[str, list[Synonym]]


def definitions_of(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return the (short form, meaning) that a document defines, each once, in reading order."""
    found: dict[tuple[str, str], None] = {}
    for short, meaning in find_definitions(texts, MAX_BRACKETS):
        found[short, meaning] = None
        if len(found) >= MAX_PER_DOCUMENT:
            break
    return list(found)


def said_of(pairs: Iterable[tuple[str, str]], analyzer: Analyzer) -> tuple[str, ...]:
    """Return what a document says of short forms, as it is counted over the documents of a set.

    Args:
        pairs: The (short form, meaning) that it defines.
        analyzer: The chain of the set.
    """
    found: dict[str, None] = {}
    for pair in pairs:
        keys = _keys(pair, analyzer)
        if keys is not None:
            stems = [*map(" ".join, keys)]
            found[_FORM + _packed([*pair, *stems])] = None
            found[_MEANING + _packed(stems)] = None
    return tuple(found)


def save_synonyms(
    folder: Path, said: Iterable[tuple[str, int]], config: CorpusConfig, analyzer: Analyzer
) -> None:
    """Write what queries need of a set.

    Args:
        folder: The set.
        said: What `said_of` returned, each with how many documents say it.
        config: Its acronyms overrule: what the texts say of the same short forms is left out.
        analyzer: The chain of the set.
    """
    _write(folder / SYNONYMS, _synonyms(said, config, analyzer))


def load_synonyms(read: Callable[[str], bytes], name: str) -> Synonyms:
    """Return the synonyms that the documents of a set define.

    Args:
        read: Returns what a file of the generation holds.
        name: The set.

    Raises:
        IndexDamagedError: `index-damaged`, the file is missing or altered.
    """
    try:
        shape = json.loads(read(f"{name}/{SYNONYMS}"))
        return {
            key: [Synonym(text, tuple(stems), count, meant) for text, stems, count, meant in own]
            for key, own in shape.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(f"{name}/{SYNONYMS}") from error


def content_stems(text: str, analyzer: Analyzer) -> tuple[str, ...]:
    """Return the stem terms of a text without stop words; all of them where it has no other."""
    terms = analyzer.terms(text)
    kept = [stem for stem, surface in terms if not analyzer.is_stop_word(surface)]
    return tuple(kept or (stem for stem, _ in terms))


def _synonyms(
    said: Iterable[tuple[str, int]], config: CorpusConfig, analyzer: Analyzer
) -> Synonyms:
    listed = {content_stems(short, analyzer) for short in config.acronyms}
    meanings = _gathered(said, analyzer)
    kept = {key: _kept(groups) for key, groups in meanings.items() if key not in listed}
    order = sorted(kept, key=lambda key: (-kept[key][0].documents, key))
    synonyms: Synonyms = {}
    for key in order[:_MAX_SHORT_FORMS]:
        for meaning in kept[key]:
            short = Synonym(meaning.short, key, meaning.documents, is_meaning=False)
            long = Synonym(meaning.text, meaning.stems, meaning.documents, is_meaning=True)
            synonyms.setdefault(" ".join(key), []).append(long)
            synonyms.setdefault(" ".join(meaning.key), []).append(short)
    return {key: found[:_MAX_MEANINGS] for key, found in sorted(synonyms.items())}


class _Meaning(NamedTuple):
    short: str
    text: str
    stems: tuple[str, ...]
    key: tuple[str, ...]
    documents: int


def _gathered(
    said: Iterable[tuple[str, int]], analyzer: Analyzer
) -> dict[tuple[str, ...], list[_Meaning]]:
    """Return stems of each short form -> its meanings; those that differ in form alone are one."""
    written: dict[tuple[str, ...], dict[tuple[str, ...], Counter[tuple[str, str]]]] = {}
    documents: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
    for text, count in said:
        *pair, short, key = json.loads(text[1:])
        keys = tuple(short.split(" ")), tuple(key.split(" "))
        if text[0] == _FORM:
            forms = written.setdefault(keys[0], {}).setdefault(keys[1], Counter())
            forms[pair[0], pair[1]] += count
        else:
            documents[keys] = count
    return {
        short: [
            _meaning(forms, key, documents[short, key], analyzer) for key, forms in groups.items()
        ]
        for short, groups in written.items()
    }


def _packed(texts: list[str]) -> str:
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def _keys(
    pair: tuple[str, str], analyzer: Analyzer
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the stems by which a definition is found; None for one that would be all noise."""
    terms = analyzer.terms(pair[0])
    if any(analyzer.is_stop_word(surface) for _, surface in terms):  # IT, US: words of every text
        return None
    if all(len(surface) == 1 for _, surface in terms):
        return None
    key = content_stems(pair[1], analyzer)
    return (tuple(stem for stem, _ in terms), key) if len(key) >= _MIN_MEANING_TERMS else None


def _meaning(
    forms: Counter[tuple[str, str]], key: tuple[str, ...], documents: int, analyzer: Analyzer
) -> _Meaning:
    """Return a meaning as most documents write it; of two, the one that is not in capitals."""
    short, text = min(forms, key=lambda pair: (-forms[pair], pair[1].isupper(), pair))
    stems = tuple(stem for stem, _ in analyzer.terms(text))
    return _Meaning(short, text, stems, key, documents)


def _kept(meanings: Sequence[_Meaning]) -> list[_Meaning]:
    """Return the meaning that most documents define, and others that nearly as many define."""
    ordered = sorted(meanings, key=lambda meaning: (-meaning.documents, meaning.key))
    least = _MIN_SHARE * ordered[0].documents
    kept = [meaning for meaning in ordered if meaning.documents >= least]
    return kept[:_MAX_MEANINGS]


def _write(path: Path, shape: Mapping[str, object]) -> None:
    path.write_bytes(
        json.dumps(shape, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    )


def _damaged(file: str) -> IndexDamagedError:
    return IndexDamagedError(f"{file} is missing or damaged.", file=file)
