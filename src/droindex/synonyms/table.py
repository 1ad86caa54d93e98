"""What the documents of a set say that short forms stand for: kept beside its two indexes.

`definitions.json` has what each document defines, for the next build: it takes away what goes
with a document. `acronyms.json` has what comes of all of them together, for queries. Both are
written anew whenever the set is, from its own documents alone.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from droindex.errors import IndexDamagedError
from droindex.synonyms.find import find_definitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from droindex.corpus.config import CorpusConfig
    from droindex.engine.analysis import Analyzer
    from droindex.store.generation import Generation

__all__ = [
    "MAX_BRACKETS",
    "MAX_PER_DOCUMENT",
    "SYNONYMS",
    "Definitions",
    "Synonym",
    "Synonyms",
    "content_stems",
    "definitions_of",
    "load_definitions",
    "load_synonyms",
    "save_definitions",
]

SYNONYMS = "acronyms.json"
_DEFINITIONS = "definitions.json"
MAX_BRACKETS = 10_000  # looked at per document for what defines a short form
MAX_PER_DOCUMENT = 500  # kept; a manual's list of short forms has some 200
_MAX_SHORT_FORMS = 2_000  # per set, of most documents first; read at each start
_MAX_MEANINGS = 2  # of a short form, that queries search; more say nothing
_MIN_SHARE = 0.5  # of the documents of the first meaning, that others need
_MIN_MEANING_TERMS = 2  # content stems: `on the beam` would be asked for by every `beam`

# Document id -> (short form, meaning) as it defines them, each once.
Definitions = dict[str, list[tuple[str, str]]]


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


def save_definitions(
    folder: Path,
    definitions: Definitions,
    config: CorpusConfig,
    analyzer: Analyzer,
) -> None:
    """Write both files of a set.

    Args:
        folder: The set.
        definitions: What each of its documents defines.
        config: Its acronyms overrule: what the texts say of the same short forms is left out.
        analyzer: The chain of the set.
    """
    synonyms = _synonyms(definitions, config, analyzer)
    _write(folder / _DEFINITIONS, definitions)
    _write(folder / SYNONYMS, synonyms)


def load_definitions(generation: Generation, name: str) -> Definitions:
    """Return what each document of a set defines.

    Raises:
        IndexDamagedError: `index-damaged`, the file is missing or altered.
    """
    file = f"{name}/{_DEFINITIONS}"
    try:
        content = (generation.folder / file).read_bytes()
        shape = json.loads(content)
        definitions = {key: [(short, long) for short, long in own] for key, own in shape.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(file) from error
    # What is taken over gets a new checksum: it must be sound now.
    if zlib.crc32(content) != generation.manifest["files"].get(file, (0, None))[1]:
        raise _damaged(file)
    return definitions


def load_synonyms(folder: Path) -> Synonyms:
    """Return the synonyms that the documents of a set define.

    Raises:
        IndexDamagedError: `index-damaged`, the file is missing or altered.
    """
    try:
        shape = json.loads((folder / SYNONYMS).read_bytes())
        return {
            key: [Synonym(text, tuple(stems), count, meant) for text, stems, count, meant in own]
            for key, own in shape.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(f"{folder.name}/{SYNONYMS}") from error


def content_stems(text: str, analyzer: Analyzer) -> tuple[str, ...]:
    """Return the stem terms of a text without stop words; all of them where it has no other."""
    terms = analyzer.terms(text)
    kept = [stem for stem, surface in terms if not analyzer.is_stop_word(surface)]
    return tuple(kept or (stem for stem, _ in terms))


def _synonyms(definitions: Definitions, config: CorpusConfig, analyzer: Analyzer) -> Synonyms:
    listed = {content_stems(short, analyzer) for short in config.acronyms}
    meanings = _gathered(definitions, analyzer)
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
    definitions: Definitions, analyzer: Analyzer
) -> dict[tuple[str, ...], list[_Meaning]]:
    """Return stems of each short form -> its meanings; those that differ in form alone are one."""
    written: dict[tuple[str, ...], dict[tuple[str, ...], Counter[tuple[str, str]]]] = {}
    documents: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    for pairs in definitions.values():
        seen = set()
        for pair in pairs:
            keys = _keys(pair, analyzer)
            if keys is not None:
                written.setdefault(keys[0], {}).setdefault(keys[1], Counter())[pair] += 1
                seen.add(keys)
        documents.update(seen)
    return {
        short: [
            _meaning(forms, key, documents[short, key], analyzer) for key, forms in groups.items()
        ]
        for short, groups in written.items()
    }


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
