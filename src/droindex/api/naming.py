"""Which document somebody means: by its id, by its number, or by where its file lies."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from droindex.engine.analysis import fold
from droindex.engine.clauses import Bool, filtered
from droindex.engine.fields import DOC_ID, NUMBER, PART_OF
from droindex.engine.schema import key_field
from droindex.errors import DocumentNotFoundError, QueryError
from droindex.library.scopes import scope_clauses
from droindex.model import Scope
from droindex.query.compile.filters import field_filter
from droindex.query.request import Request
from droindex.query.search import answer, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from droindex.engine.clauses import Clause
    from droindex.library.reader import SetReader
    from droindex.settings import Settings

__all__ = ["ids_from", "locate"]

_MAX_NAME_CHARS = 1_000  # longer ones name nothing; an id may have 512
_MAX_FOLDERS = 32  # of a path that are left out, one after the other
_MAX_COMPARED = 20_000  # ids and numbers that a wrong name is compared with: a quarter of a second
_ALIKE_CHARS = 2  # at the beginning of an id: those that share them are compared first
_NEAR = 0.75  # likeness from which a name is a slip
_NAMED = 3  # near documents that are named


def locate(reader: SetReader, name: str, settings: Settings, today: date) -> str:
    """Return the id of the document that a name means.

    Args:
        reader: The set.
        name: An id, in any case; a number, however it is punctuated; the path of a file, also
            with the folders above the corpus before it.
        settings: How documents are looked for that are near to a wrong name.
        today: The day that decides which of the documents with one number is in force.

    Raises:
        DocumentNotFoundError: `document-not-found`; its `near` are ids that may be meant.
        QueryError: `ambiguous-document`, several documents have the number, or are parts of the
            file.
    """
    if not isinstance(name, str) or not _is_unicode(name):
        raise DocumentNotFoundError(name)
    if not name.strip() or len(name) > _MAX_NAME_CHARS:
        raise DocumentNotFoundError(name)
    for found in (_exactly(reader, name), _by_number(reader, name, today)):
        if found is not None:
            return found
    _refuse_bundle(reader, name)
    by_path = _by_path(reader, name, settings, today)
    if by_path is not None:
        return by_path
    raise DocumentNotFoundError(name, near=tuple(_near(reader, name, settings, today)))


def ids_from(reader: SetReader, start: str, limit: int) -> tuple[str, ...]:
    """Return ids that begin with a text, rising, so many at most."""
    found = reader.documents.terms(DOC_ID, start, _MAX_COMPARED) if _is_unicode(start) else ()
    return tuple(sorted(doc_id for doc_id, _ in found)[:limit])


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)  # halves, from a shell


def _exactly(reader: SetReader, name: str) -> str | None:
    try:
        reader.row_of(name)
    except DocumentNotFoundError:
        ids = _ids(reader, field_filter(reader, DOC_ID, name.strip()))
        return ids[0] if len(ids) == 1 else None
    return name


def _by_number(reader: SetReader, name: str, today: date) -> str | None:
    clause = field_filter(reader, NUMBER, name)
    ids = _ids(reader, clause)
    if len(ids) > 1:
        scope = scope_clauses(reader.info, Scope.ACTIVE, today)
        ids = _ids(reader, filtered(Bool(must=(clause,)), *scope)) or ids
    if len(ids) > 1:
        raise QueryError(
            f"{name!r} is the number of {len(ids)} documents.",
            slug="ambiguous-document",
            hint=f"Give the id of one: {', '.join(ids[:_NAMED])}{' …' * (len(ids) > _NAMED)}",
        )
    return ids[0] if ids else None


def _refuse_bundle(reader: SetReader, name: str) -> None:
    """Refuse the name of a file that was split: each of its parts is a document.

    Raises:
        QueryError: `ambiguous-document`, with the parts.
    """
    path = PurePath(name)
    tails = _tails(path) if path.suffix else ()
    for file_id in (name.strip(), *(tail.removesuffix(path.suffix) for tail in tails)):
        ids = _ids(reader, field_filter(reader, PART_OF, file_id))
        if ids and _exactly(reader, file_id) is None:  # the file may have a document of its own
            raise QueryError(
                f"{name!r} holds {len(ids)} documents.",
                slug="ambiguous-document",
                hint=f"Give the id of one: {', '.join(ids[:_NAMED])}{' …' * (len(ids) > _NAMED)}",
            )


def _by_path(reader: SetReader, name: str, settings: Settings, today: date) -> str | None:
    path = PurePath(name)
    if not path.suffix:
        return None
    tails = _tails(path)
    for tail in tails:
        found = _exactly(reader, tail.removesuffix(path.suffix))
        if found is not None and reader.document(found).file == tail:
            return found
    everything = Request(today=today, scope=Scope.ALL, snippets=False)
    files = ((hit.doc_id, hit.document.file) for hit in scan(reader, everything, settings))
    others = {doc_id for doc_id, file in files if file in tails}  # those whose ids are other names
    return others.pop() if len(others) == 1 else None


def _tails(path: PurePath) -> list[str]:
    """Return a path, and what is left of it without the first folders."""
    parts = path.parts[-_MAX_FOLDERS:]
    return ["/".join(parts[place:]) for place in range(len(parts))]


def _ids(reader: SetReader, clause: Clause) -> list[str]:
    rows, _ = reader.documents.search(clause, _MAX_COMPARED, count=False)
    return sorted(doc_id for (doc_id,) in reader.documents.fetch(rows, (DOC_ID,)))


def _some_ids(reader: SetReader, name: str) -> Iterable[str]:
    """Return ids to compare a name with: all of a usual library, of a large one those like it."""
    starts = (name[:_ALIKE_CHARS], "")
    found = chain.from_iterable(
        reader.documents.terms(DOC_ID, start, _MAX_COMPARED) for start in starts
    )
    return islice(dict.fromkeys(doc_id for doc_id, _ in found), _MAX_COMPARED)


def _near(reader: SetReader, name: str, settings: Settings, today: date) -> Iterator[str]:
    """Yield documents that may be meant: with an id or number like the name, or by their words."""
    import difflib  # noqa: PLC0415 - needed for a mistake alone

    stem = PurePath(name).stem if PurePath(name).suffix else PurePath(name).name
    ids: dict[str, list[str]] = {}
    for doc_id in _some_ids(reader, name):
        ids.setdefault(fold(doc_id.rpartition("/")[2]), []).append(doc_id)
    found = [
        doc_id
        for like in difflib.get_close_matches(fold(stem), ids, _NAMED, _NEAR)
        for doc_id in sorted(ids[like])
    ]
    if not found:
        words = " ".join(surface for _, surface in reader.analyzer.terms(name))
        numbers = [term for term, _ in reader.documents.terms(key_field(NUMBER), "", _MAX_COMPARED)]
        for like in difflib.get_close_matches(words, numbers, 1, _NEAR):
            found += _ids(reader, field_filter(reader, NUMBER, like))
    if not found:
        request = Request(today=today, text=name, scope=Scope.ALL, limit=_NAMED, snippets=False)
        found = [hit.doc_id for hit in answer(reader, request, settings).hits if hit.match == 100]
    yield from found[:_NAMED]
