"""References completed to the documents that they mean, where that is certain.

All of it is worked out within the documents given, so that the documents of one clearance never
learn of those of another. A wrong link is worse than none: whoever follows it reads the wrong
directive. So two things have to agree that were read from a text, and one that a person wrote;
and nothing may contradict. What is not certain is offered as likely, and not linked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from droindex.metadata.dates import parse_date
from droindex.metadata.keys import squash
from droindex.metadata.partial import split_part
from droindex.metadata.values import is_number_like, is_version, normalise_number, number_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from droindex.model import Document, Reference

__all__ = ["MAX_ALIKE", "Catalogue", "complete", "keys_of", "resolve", "wanted_keys"]

_FIELDS = ("supersedes", "superseded_by", "related")
_SUFFIXES = (".pdf", ".html", ".htm", ".txt", ".md")
MAX_ALIKE = 200  # more documents of one number, title or day: none of them is meant for sure
_MIN_LIKENESS = 0.6  # share of words in common, for titles that agree
_MIN_EDITION = 0.8  # likewise, where the version alone agrees as well: many documents have it
_MIN_KINSHIP = 1 / 3  # likewise, for a title that a document of the very number may have had
_CLEAR_LEAD = 0.2  # by which the best title must lead the next
_MAX_LIKELY = 3  # documents that fit equally; of more, each is a guess
_LONG_NUMBER = 6  # digits of a number that is no other's by chance: 10074.1
_OF_TIME = re.compile(  # years, months and days, which many a number has: 2010-2011, 2019.05.06
    r"(?:19|20)[0-9]{2}(?:(?:\W(?:19|20)[0-9]{2})+|(?:\W?[0-9]{2}){1,2})"
    r"|(?:[0-9]{1,2}\W){1,2}(?:19|20)[0-9]{2}"
)
_SERIES = re.compile(r"[a-z]{2,}")  # what a number begins with that names its series: bod, cjcsi


class _Mention(NamedTuple):
    """A reference, where it stands, and whether a person gave it or it was read from a text."""

    reference: Reference
    owner: Document
    field: str
    is_given: bool


class _Agreement(NamedTuple):
    """What a reference and a document say alike (True), and what differently (False).

    None where one of them does not say it. `agreed` and `denied` count the ones and the others.
    """

    number: bool | None
    version: bool | None
    day: bool | None
    title: bool | None
    likeness: float  # of the titles, 0..1; 1 where they are equal
    agreed: int
    denied: int


_Agreeing = tuple[_Agreement, "Document"]


class Catalogue(Protocol):
    """The documents by all that a reference may name them by."""

    def with_id(self, doc_id: str) -> Document | None:
        """Return the document that has an id."""

    def found_by(self, key: str) -> Sequence[Document]:
        """Return the documents that are found by a key, as `keys_of` has them.

        Where there are more than `MAX_ALIKE`, all that counts is that there are more.
        """


class _Listed:
    """A catalogue of documents that are at hand."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._by_id = {document.doc_id: document for document in documents}
        self._by_key: dict[str, list[Document]] = defaultdict(list)
        for document in documents:
            for key in keys_of(document):
                self._by_key[key].append(document)

    def with_id(self, doc_id: str) -> Document | None:
        """Return the document that has an id."""
        return self._by_id.get(doc_id)

    def found_by(self, key: str) -> Sequence[Document]:
        """Return the documents that are found by a key."""
        return self._by_key.get(key, ())


def resolve(documents: Sequence[Document]) -> dict[str, Document]:
    """Return the documents whose references could be completed, by id; see `complete`.

    Args:
        documents: All documents of one clearance.

    Returns:
        Only the documents that changed.
    """
    catalogue = _Listed(documents)
    completed = ((document, complete(document, catalogue)) for document in documents)
    return {after.doc_id: after for before, after in completed if after is not before}


def complete(document: Document, catalogue: Catalogue) -> Document:
    """Return a document with its references completed; the same where none could be.

    A reference that a person gave is completed by an id, by a number, by a date with a title, or by
    a title that only one document has. One that was read from a text (`sources` says so) needs two
    that agree: number and title, date and title, number and date; or a number that names its series
    (`BOD 16-01`) or is so long that it is no other's (`10074.1`), and no date; and what it
    supersedes may not be younger. A version is no number. Where anything contradicts, or two
    documents fit equally, it stays open; a document is never linked with itself, and an id that is
    already there is left alone. What stays open names the documents that are `likely`: those that
    agree the most, in number or title at least or in two of three things where the third
    contradicts: three at most.

    Args:
        document: The document.
        catalogue: All documents of its clearance.
    """
    completed: dict[str, Any] = {}
    for name in _FIELDS:
        before: tuple[Reference, ...] = getattr(document, name)
        is_given = document.sources.get(name) != "text"
        after = tuple(
            _complete(_Mention(item, document, name, is_given), catalogue) for item in before
        )
        if after != before:
            completed[name] = after
    return replace(document, **completed) if completed else document


def keys_of(document: Document) -> list[str]:
    """Return what a document is found by besides its id, each once."""
    number = document.number or ""
    keys = number_keys(number)
    found = [f"n{normalise_number(number)}"] if is_version(number) else []
    found += [f"n{key}" for key in keys[:1]]
    found += [f"b{key}" for key in keys[-1:]]
    if document.title:
        found.append(f"t{squash(document.title)}")
    found += [f"d{day.isoformat()}" for day in _days(document)]
    return [*dict.fromkeys(found)]


def wanted_keys(document: Document) -> list[str]:
    """Return the keys that its references may ask for, those of ids (`i`) among them."""
    found: dict[str, None] = {}
    for name in _FIELDS:
        for reference in getattr(document, name):
            if reference.doc_id is None:
                found |= dict.fromkeys(f"i{key}" for key in _ids_in(_whole(reference)))
                found |= dict.fromkeys(_keys_in(reference, document))
    return [*found]


def _complete(mention: _Mention, catalogue: Catalogue) -> Reference:
    """Return the reference with the id of the document it means, where that is certain."""
    reference = mention.reference
    if reference.doc_id is not None:
        return reference
    if found := _by_id(mention, catalogue):
        return replace(reference, doc_id=found.doc_id, likely=())
    agreeing = [
        (agreement, document)
        for document in _candidates(mention, catalogue)
        if (agreement := _agreement(mention, document, _words(document.title)))
    ]
    agreeing = _each_file_once(sorted(agreeing, key=_best_first))
    certain = [pair for pair in agreeing if _is_certain(mention, *pair, catalogue)]
    if found := _only_one(certain):
        return replace(reference, doc_id=found.doc_id, likely=())
    likely = _likely(agreeing)
    return reference if likely == reference.likely else replace(reference, likely=likely)


def _by_id(mention: _Mention, catalogue: Catalogue) -> Document | None:
    """Return the document whose id, or file name, the reference is."""
    for key in _ids_in(_whole(mention.reference)):
        found = catalogue.with_id(key)
        if found and found.doc_id != mention.owner.doc_id:
            return found
    return None


def _ids_in(text: str) -> Iterator[str]:
    """Yield the ids that the text of a reference may be."""
    name = text.strip().removeprefix("./")
    for suffix in ("", *_SUFFIXES):
        if name.endswith(suffix) and name != suffix:
            yield name.removesuffix(suffix)


def _only_one(certain: Sequence[_Agreeing]) -> Document | None:
    """Return the one document that is meant, of those that may be; None where two fit equally."""
    if not certain:
        return None
    best, second = certain[0][0], certain[1][0] if len(certain) > 1 else None
    if second is None or best.agreed > second.agreed:
        return certain[0][1]
    leads = best.likeness - second.likeness >= _CLEAR_LEAD
    return certain[0][1] if leads or best.likeness == 1 > second.likeness else None


def _best_first(pair: _Agreeing) -> tuple[int, int, float, str]:
    agreement, document = pair
    return agreement.denied, -agreement.agreed, -agreement.likeness, document.doc_id


def _each_file_once(agreeing: Iterable[_Agreeing]) -> list[_Agreeing]:
    """Return those that agree, of copies of one file the first."""
    found: dict[tuple[str | None, int | None], _Agreeing] = {}
    for agreement, document in agreeing:
        key = _content(document) if document.sha256 else (document.doc_id, None)
        found.setdefault(key, (agreement, document))
    return list(found.values())


def _content(document: Document) -> tuple[str | None, int | None]:
    """Return what copies of one file have in common; parts of a file are no copies."""
    return document.sha256, document.first_page


def _likely(agreeing: Sequence[_Agreeing]) -> tuple[str, ...]:
    """Return the ids of those that may well be meant and agree the most; none of many."""
    likely = [pair for pair in agreeing if _is_likely(pair[0])]
    best = [
        document.doc_id
        for own, document in likely
        if (own.denied, own.agreed) == (likely[0][0].denied, likely[0][0].agreed)
        and likely[0][0].likeness - own.likeness < _CLEAR_LEAD
    ]
    return tuple(best) if len(best) <= _MAX_LIKELY else ()


def _is_likely(own: _Agreement) -> bool:
    """Whether a document may well be meant: of three things that agree, one may be a slip.

    A day of effect stands for that of issue, a version for the next, an old title for the new.
    """
    if own.denied > 1:
        return False
    if not own.denied:
        return bool(own.number or own.title)
    if own.title is False:  # a version and a day are of many documents
        return bool(own.number) and (own.agreed > 1 or own.likeness >= _MIN_KINSHIP)
    return own.agreed > 1


def _candidates(mention: _Mention, catalogue: Catalogue) -> Iterator[Document]:
    """Yield each document once that has a number, a title or a day in common with a reference.

    The document itself, and copies of its file, are not among them.
    """
    owner = mention.owner
    seen = {owner.doc_id}
    for key in _keys_in(mention.reference, owner):
        documents = catalogue.found_by(key)
        for document in documents if len(documents) <= MAX_ALIKE else ():
            is_copy = document.sha256 is not None and _content(document) == _content(owner)
            if document.doc_id not in seen and not is_copy:
                seen.add(document.doc_id)
                yield document


def _keys_in(reference: Reference, owner: Document) -> Iterator[str]:
    """Yield the keys of the number, of the version, of the title and of the day."""
    number = _number(reference)
    keys = number_keys(number)
    if keys:
        yield f"n{keys[0]}"
    if reference.title and is_version(number):
        yield f"n{normalise_number(number)}"
    for title in (_whole(reference), reference.title or ""):
        if key := squash(title):
            yield f"t{key}"
    if reference.issued:
        yield f"d{reference.issued.isoformat()}"
    # the number of the document itself means an earlier edition, never one of another series
    if keys and not (len(keys) > 1 and normalise_number(owner.number or "") == keys[0]):
        yield f"b{keys[-1]}"


def _agreement(mention: _Mention, document: Document, words: frozenset[str]) -> _Agreement | None:
    """Return what a reference and a document say alike; None for one that cannot be meant.

    That is one of another number, or of the wrong time.
    """
    reference = mention.reference
    version, number = _compared(_number(reference), document.number or "")
    if number is False or (not mention.is_given and _is_out_of_order(mention, document)):
        return None
    likeness = _likeness(reference, document.title, words)
    days = _days(document)
    day = reference.issued in days if reference.issued and days else None
    title = likeness >= _MIN_LIKENESS or (False if reference.title else None)
    parts = (number, version, day, title)
    return _Agreement(*parts, likeness, parts.count(True), parts.count(False))


def _is_certain(
    mention: _Mention, agreement: _Agreement, document: Document, catalogue: Catalogue
) -> bool:
    """Whether what agrees is enough to know which document is meant."""
    if agreement.denied:
        return False
    if agreement.title and agreement.agreed > 1:
        by_version = agreement.version and agreement.agreed == len(("version", "title"))
        return not by_version or agreement.likeness >= _MIN_EDITION
    if mention.is_given:
        return bool(agreement.number) or (agreement.likeness == 1 and not agreement.day)
    if not agreement.number:
        return False
    if agreement.day or _stands_for_one(document.number or ""):
        return True
    return _share(_words(mention.owner.title), _words(document.title)) >= _MIN_LIKENESS


def _stands_for_one(number: str) -> bool:
    """Whether a number is no other's by chance: it names its series, or is long and no date."""
    key = next(iter(number_keys(number)), "")
    is_long = sum(map(str.isdigit, key)) >= _LONG_NUMBER
    is_date = is_long and (_OF_TIME.fullmatch(key) or parse_date(key))
    return bool(_SERIES.match(key)) or (is_long and not is_date)


def _compared(first: str, second: str) -> tuple[bool | None, bool | None]:
    """Return whether two texts are the same version and the same number; None if not comparable.

    A number may leave out the name of its series: `16-01` is `BOD 16-01`; but `ED 16-01` is not.
    """
    if is_version(first) or is_version(second):
        both = is_version(first) and is_version(second)
        return (normalise_number(first) == normalise_number(second) if both else None), None
    one, other = number_keys(first), number_keys(second)
    if not one or not other:
        return None, None
    has_no_series = len(one) == 1 or len(other) == 1
    return None, one[0] == other[0] or (has_no_series and one[-1] == other[-1])


def _is_out_of_order(mention: _Mention, document: Document) -> bool:
    """Whether a document is too young to be superseded by the owner, or too old to supersede it."""
    own, other = max(_days(mention.owner), default=None), max(_days(document), default=None)
    if own is None or other is None:
        return False
    return (
        other > own
        if mention.field == "supersedes"
        else (mention.field == "superseded_by" and other < own)
    )


def _number(reference: Reference) -> str:
    """Return the number of a reference, or its text where that is one; else an empty text."""
    text = _whole(reference)
    return reference.number or (text if is_number_like(text) else "")


def _whole(reference: Reference) -> str:
    """Return the mention of the document as it was written, without what part of it is meant."""
    return split_part(reference.text)[1] if reference.part else reference.text


def _days(document: Document) -> tuple[date, ...]:
    """Return the days by which a document may be named."""
    days = (document.issued, document.effective)
    return tuple(dict.fromkeys(day for day in days if day is not None))


def _likeness(reference: Reference, title: str, words: frozenset[str]) -> float:
    """Return how much the title of a reference, or its whole text, is that of a document, 0..1."""
    key = squash(title)
    if key and key in {squash(reference.title or ""), squash(_whole(reference))}:
        return 1.0
    return min(_share(_words(reference.title or ""), words), 0.99)


def _words(title: str) -> frozenset[str]:
    """Return the words of a title, squashed."""
    return frozenset(filter(None, map(squash, title.split())))


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of words that two titles have in common, 0..1."""
    return len(first & second) / len(first | second) if first and second else 0.0
