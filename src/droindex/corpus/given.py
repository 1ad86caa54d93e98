"""The metadata of a document: what was given beside it, over what was read from it."""

from __future__ import annotations

from dataclasses import fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from droindex.metadata.coercion import NO_KINDS, Given, coerce
from droindex.metadata.front_matter import loads_front_matter
from droindex.metadata.infer.titles.wording import file_name_title
from droindex.metadata.keys import DATES, REFERENCES, normalise_key
from droindex.metadata.label_hints import Hints
from droindex.metadata.parsing import MAX_KEYS, loads_json, loads_toml
from droindex.model import Document
from droindex.problems import (
    UNREADABLE_LABEL,
    Problem,
    decode_text,
    read_small,
    reason,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping
    from pathlib import Path

    from droindex.corpus.entry import Entry
    from droindex.metadata.inferred import Inferred
    from droindex.model import DateOrder
    from droindex.settings import BuildSettings

__all__ = [
    "NO_EVIDENCE",
    "Given",
    "coerce",
    "merge",
    "read_given",
    "with_front_matter",
]

NO_EVIDENCE = "damaged"  # as the source of `UNREADABLE`: no label of the corpus stands in it
_CUSTOM = "custom"  # the field of a document that holds its custom fields
_FROM_FRONT = "front matter"  # as a source
_FROM_FOLDER = "folder"  # likewise; what somebody wrote into the document goes first
_IN_FRONT = {  # what other programs call our fields there
    "abstract": "summary",
    "date": "issued",
    "description": "summary",
    "keywords": "subject",
    "tags": "subject",
}
_FIELDS = frozenset(item.name for item in fields(Document)) - {"doc_id"}
_NOT_METADATA = frozenset(
    {"doc_id", "pages", "sources", "confidence", "file", "size_bytes", "media_type"}
    | {"sha256", "page_count", "file_status", "needs_ocr_pages"}
    | {"part_of", "part_number", "first_page", "last_page"}
)
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def read_given(
    entry: Entry,
    *,
    settings: BuildSettings,
    statuses: Collection[str] = (),
    labels: Collection[str] = (),
    dates: DateOrder | None = None,
    kinds: Mapping[str, str] = NO_KINDS,
) -> Given:
    """Read what was given for a document: its sidecar over its row of the catalogue, per field.

    Below both comes what its folder says, where it is to say the category.

    A sidecar that cannot be read loses nothing else. Since it may have held a label, the document
    carries `UNREADABLE`, so that a slip in typing opens nothing.

    Args:
        entry: The document's files.
        settings: The limits.
        statuses: Stated statuses beyond `Status` that are known.
        labels: The labels of the corpus.
        dates: The order of day and month in dates in figures; without it, a column of the
            catalogue goes by those of its dates that allow one reading only.
        kinds: Of the custom fields, by name.

    Returns:
        The values, with the problems of `coerce` and `bad-sidecar`.
    """
    orders = dict.fromkeys((*DATES, *REFERENCES, *kinds), dates) if dates else {}
    given = Given(_NOTHING, _NOTHING)
    for path in (entry.sidecar, *entry.other_sidecars):
        if path is not None:
            sidecar = _read_sidecar(entry, path, settings, statuses, labels, orders, kinds)
            given = _over(given, sidecar)
    if entry.catalog_row is not None:
        given = _over(given, _read_row(entry, settings, statuses, labels, orders, kinds))
    if not entry.category or "category" in given.values:
        return given
    folder = {"category": entry.category}
    return _over(given, Given(folder, dict.fromkeys(folder, _FROM_FOLDER)))


def _read_row(
    entry: Entry,
    settings: BuildSettings,
    statuses: Collection[str],
    labels: Collection[str],
    orders: Mapping[str, DateOrder],
    kinds: Mapping[str, str],
) -> Given:
    """Return what a document's row of the catalogue gives."""
    assert entry.catalog_row is not None
    row = coerce(
        entry.catalog_row,
        source="catalog",
        file=entry.catalog_file,
        settings=settings,
        statuses=statuses,
        labels=labels,
        date_orders={**entry.date_orders, **orders},
        kinds=kinds,
    )
    if entry.is_suspect:  # a slip elsewhere: mending that is enough to open it
        row = replace(row, sources=MappingProxyType({**row.sources, "label": NO_EVIDENCE}))
    return row


def with_front_matter(
    given: Given,
    block: str,
    file: str,
    *,
    settings: BuildSettings,
    statuses: Collection[str] = (),
    labels: Collection[str] = (),
    dates: DateOrder | None = None,
    kinds: Mapping[str, str] = NO_KINDS,
) -> Given:
    """Return what was given beside a document over what its front matter says, per field.

    Front matter that cannot be read as a whole gives the label `UNREADABLE`, as a sidecar does. It
    hides what it stands in, and opens nothing: its author may not be who gave a label.

    Args:
        given: What sidecar and catalogue give.
        block: The front matter, fences included; empty where there is none.
        file: Named in problems.
        settings: The limits.
        statuses: Stated statuses beyond `Status` that are known.
        labels: The labels of the corpus.
        dates: The order of day and month in dates in figures.
        kinds: Of the custom fields, by name.

    Returns:
        The values, with the problems of `coerce` but unknown keys, and `bad-front-matter`.
    """
    try:
        raw = loads_front_matter(block) if block else None
    except (ValueError, RecursionError) as error:
        return _over(given, _broken(file, block, Hints.of(tuple(labels)), reason(error)))
    if not raw:
        return given
    front = coerce(
        _renamed(raw),
        source=_FROM_FRONT,
        file=file,
        settings=settings,
        statuses=statuses,
        labels=labels,
        date_orders=dict.fromkeys((*DATES, *REFERENCES, *kinds), dates) if dates else {},
        kinds=kinds,
    )
    values = {key: value for key, value in front.values.items() if value is not None}
    problems = tuple(item for item in front.problems if item.slug != "unknown-key")
    if "label" not in front.values and Hints.of(tuple(labels)).in_comments(block):
        message = (
            "A comment in the front matter gives a label. Write it as a key, or write "
            'label = "open" into a sidecar; until then only operators know of this document.'
        )
        values["label"] = UNREADABLE_LABEL
        problems = (*problems, Problem(file, "unreadable-label", message))
    sources = dict.fromkeys(values, _FROM_FRONT)
    front = Given(MappingProxyType(values), MappingProxyType(sources), problems)
    return _over(given, front)


def _renamed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return front matter with what other programs call our fields under our names."""
    known = {normalise_key(key) for key in raw}
    ours = {key: _IN_FRONT.get(normalise_key(key)) for key in raw}
    return {
        (name if name is not None and name not in known else key): raw[key]
        for key, name in ours.items()
    }


def _broken(file: str, block: str, hints: Hints, why: str) -> Given:
    """Return what front matter gives that cannot be read: its problem and, to be safe, a label."""
    message = (
        f"Its front matter is left out: {why.rstrip('.')}. Mend it, or write a label, or "
        'label = "open", into a sidecar; it may hold a label, so until then only operators know '
        "of this document."
    )
    sources = {"label": _FROM_FRONT if hints.names_label(block) else NO_EVIDENCE}
    problems = (Problem(file, "bad-front-matter", message),)
    return Given({"label": UNREADABLE_LABEL}, sources, problems)


def _read_sidecar(
    entry: Entry,
    path: Path,
    settings: BuildSettings,
    statuses: Collection[str],
    labels: Collection[str],
    orders: Mapping[str, DateOrder],
    kinds: Mapping[str, str],
) -> Given:
    """Return what one sidecar gives."""
    hints = Hints.of(tuple(labels))
    file = f"{entry.file.rpartition('/')[0]}/{path.name}".lstrip("/")
    file = file.encode("utf-8", "replace").decode()
    if entry.sidecar_identity is None:
        return _broken_sidecar(
            file, None, hints, "it may not be opened, or is no file of the corpus"
        )
    data: bytes | None = None
    try:
        data = read_small(entry.opened(path))
        text = decode_text(data)
        if not text.strip():
            return _broken_sidecar(file, data, hints, "it is empty")
        is_json = path.suffix.lower() == ".json"
        raw = loads_json(text) if is_json else loads_toml(text)
    except (OSError, ValueError, RecursionError) as error:
        return _broken_sidecar(file, data, hints, reason(error))
    if not isinstance(raw, dict):
        return _broken_sidecar(file, data, hints, "it holds no table of keys and values")
    if len(raw) > MAX_KEYS:
        why = f"it has {len(raw):,} keys, more than {MAX_KEYS:,}"
        return _broken_sidecar(file, data, hints, why)
    ours = {"doc_id": entry.doc_id, "file": entry.file}
    raw = {key: value for key, value in raw.items() if ours.get(key) != value or key not in ours}
    given = coerce(
        raw,
        source="sidecar",
        file=file,
        settings=settings,
        statuses=statuses,
        labels=labels,
        date_orders=orders,
        kinds=kinds,
    )
    if is_json or "label" in given.values or not hints.in_comments(text):
        return given
    message = (
        'A comment gives a label. Write label = "LES", or label = "open"; until then only '
        "operators know of this document."
    )
    return replace(
        given,
        values=MappingProxyType({**given.values, "label": UNREADABLE_LABEL}),
        sources=MappingProxyType({**given.sources, "label": "sidecar"}),
        problems=(*given.problems, Problem(file, "unreadable-label", message)),
    )


def _broken_sidecar(file: str, data: bytes | None, hints: Hints, why: str) -> Given:
    """Return what a sidecar gives that cannot be read: its problem and, to be safe, a label."""
    message = (
        f"The metadata in {shown(file)} is left out: {why.rstrip('.')}. Mend it; it may hold a "
        "label, so until then only operators know of this document."
    )
    has_trace = data is not None and hints.names_label(data.decode("utf-8", "replace"))
    sources = {"label": "sidecar" if has_trace else NO_EVIDENCE}
    problems = (Problem(file, "bad-sidecar", message),)
    return Given({"label": UNREADABLE_LABEL}, sources, problems)


def _over(high: Given, low: Given) -> Given:
    """Return both, the first winning per field; a date and its text belong together."""
    weak = {key for key in low.values if high.sources.get(key) == _FROM_FOLDER}
    hidden = (set(high.values) - weak) | _texts_of_dates(high.values)
    values = {key: value for key, value in low.values.items() if key not in hidden}
    sources = {key: source for key, source in low.sources.items() if key not in hidden}
    if _CUSTOM in high.values and _CUSTOM in low.values:
        values[_CUSTOM] = {**low.values[_CUSTOM], **high.values[_CUSTOM]}
    return Given(
        MappingProxyType({**high.values, **values}),
        MappingProxyType({**high.sources, **sources}),
        (*high.problems, *low.problems),
    )


def _texts_of_dates(values: Container[str]) -> set[str]:
    """Return the fields with the texts of those dates that are given."""
    return {f"{name}_text" for name in DATES if name in values}


def merge(
    doc_id: str, given: Given, inferred: Mapping[str, Inferred], file_facts: Mapping[str, Any]
) -> Document:
    """Return the document that what was given, what was read and its file make together.

    Args:
        doc_id: The key.
        given: What was given; wins per field. A label that is given as open counts as given.
        inferred: What was read from text, properties or file name, by field.
        file_facts: What is known of the file: `file`, `size_bytes`, `media_type`, `sha256`,
            `page_count`, `file_status`, `needs_ocr_pages`, of a part where it stands in the file;
            also `pages`, where they are at hand.

    Returns:
        The document; its title is its file's name where nothing else gave one.
        `sources` names every metadata field that has a value, `confidence` those that were read.
    """
    values = {key: value for key, value in file_facts.items() if key in _FIELDS}
    values |= given.values
    hidden = set(given.values) | _texts_of_dates(given.values)
    sources = dict(given.sources)
    confidence: dict[str, float] = {}
    for key, item in inferred.items():
        if key in _FIELDS - hidden and item.value not in (None, "", ()):
            values[key] = item.value
            sources[key] = item.source
            confidence[key] = item.confidence
    if not values.get("title"):
        values["title"] = file_name_title(values.get("file") or f"{doc_id}.pdf") or doc_id
        sources["title"] = "filename"
    return Document(
        doc_id=doc_id,
        **values,
        sources=MappingProxyType(_of_metadata(sources, values)),
        confidence=MappingProxyType(confidence),
    )


def _of_metadata(sources: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """Return the sources of the metadata fields that have a value."""
    return {
        key: source
        for key, source in sources.items()
        if key not in _NOT_METADATA and values.get(key) is not None
    }
