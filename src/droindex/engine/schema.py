"""What the two indexes of a set hold, as data: the one place that names their fields."""

from __future__ import annotations

from typing import NamedTuple

from droindex.engine.fields import BODY, CITED_BY, DOC_ID, FIELDS, NUMBER, SUMMARY, TITLE, FieldKind

__all__ = [
    "ALL",
    "BINDS_FROM",
    "BINDS_TO",
    "BODY",
    "BY_TITLE",
    "CUSTOM",
    "CUSTOM_KEY",
    "DOCUMENTS_SCHEMA",
    "DOC_ID",
    "EXACT",
    "HEADINGS",
    "INFO",
    "KIND",
    "LINE",
    "LINE_NUMBER",
    "LINE_SCOPE",
    "LISTING",
    "MAY_BIND_FROM",
    "MAY_BIND_TO",
    "META",
    "NEWEST",
    "NUMBER_KEY",
    "OLDEST",
    "OWNER",
    "PASSAGES_SCHEMA",
    "PROFILE",
    "SCHEMA_VERSION",
    "SCOPE",
    "SUMMARY",
    "TEXT",
    "TITLE",
    "TITLE_EXACT",
    "TITLE_KEY",
    "VERSION",
    "Blob",
    "Field",
    "Key",
    "Number",
    "Schema",
    "Words",
    "key_field",
]

SCHEMA_VERSION = 11  # part of the index format: raise it with any change of the two schemas

OWNER = "owner"  # the key of an entry: the number that stands for its document

# The document index.
META = "meta"  # the document without its pages
PROFILE = "profile"  # its most frequent terms
ALL = "all"  # stems of all its text
EXACT = "exact"  # surface terms of the same
TITLE_EXACT = "title_exact"
TITLE_KEY = "title_key"  # the title as a whole
SCOPE = "scope"
NEWEST, OLDEST, BY_TITLE = "newest", "oldest", "by_title"  # orders; no two documents share a place
# The days on which a document is in force for certain, both included; where these are not all on
# which it may be, those days as well.
BINDS_FROM, BINDS_TO = "binds_from", "binds_to"
MAY_BIND_FROM, MAY_BIND_TO = "may_bind_from", "may_bind_to"
LINE = "line"  # the line of documents that it stands in
LINE_NUMBER = "line_number"  # the same as a number, by which lines are counted
LINE_SCOPE = "line_scope"  # the scopes of all that stand in its line
VERSION = "version"  # how it stands in its line

# The page index.
TEXT = "text"  # stems of a passage, and the passage
INFO = "info"  # where it stands, and its blocks
HEADINGS = "headings"  # stems of the headings in a passage
KIND = "kind"  # what sort of passage it is
LISTING = "listing"  # a kind: most of it points elsewhere, as a list of contents does


class Words(NamedTuple):
    """A field of analyzed words.

    Attributes:
        name: The field.
        is_stemmed: Whether its terms are stems, with their places; else they are surface terms.
        is_stored: Whether the text can be fetched.
    """

    name: str
    is_stemmed: bool = True
    is_stored: bool = False


class Key(NamedTuple):
    """A field of whole values.

    Attributes:
        name: The field.
        is_stored: Whether the values can be fetched.
        is_column: Whether hits can be put in its order, and its values counted.
    """

    name: str
    is_stored: bool = False
    is_column: bool = False


class Number(NamedTuple):
    """A field of whole numbers, of which ranges can be asked.

    Attributes:
        name: The field.
        is_indexed: Whether single numbers can be asked for as well.
    """

    name: str
    is_indexed: bool = False


class Blob(NamedTuple):
    """Bytes that can be fetched, and no more."""

    name: str


Field = Words | Key | Number | Blob
Schema = tuple[Field, ...]


def key_field(name: str) -> str:
    """Return the field that holds the filter keys of a field of the table."""
    return f"{name}_key"


_WITHOUT_KEYS = (FieldKind.TEXT, FieldKind.PERIOD)


def _of_the_table() -> list[Field]:
    found: list[Field] = []
    for spec in FIELDS.values():
        if spec.kind is FieldKind.DATE:
            found.append(Number(spec.name))
        elif spec.kind not in _WITHOUT_KEYS and spec.name != CITED_BY:
            found.append(Key(key_field(spec.name)))
        if spec.is_facet:
            found.append(Key(spec.name, is_column=True))
    return found


CUSTOM = "custom"  # values of custom fields that are counted, each behind its name
CUSTOM_KEY = key_field(CUSTOM)  # the terms that they are filtered by

NUMBER_KEY = key_field(NUMBER)  # the number, and from its first digit on

# The order of the fields is part of the format.
DOCUMENTS_SCHEMA: Schema = (
    Key(DOC_ID, is_stored=True),
    Blob(META),
    Blob(PROFILE),
    Number(OWNER, is_indexed=True),
    Words(ALL),
    Words(EXACT, is_stemmed=False),
    Words(TITLE),
    Words(SUMMARY),
    Words(TITLE_EXACT, is_stemmed=False),
    Key(TITLE_KEY),
    Key(SCOPE),
    Key(NEWEST, is_stored=True, is_column=True),  # fetched when equal scores are put in order
    Key(OLDEST, is_column=True),
    Key(BY_TITLE, is_column=True),
    *_of_the_table(),
    Key(CUSTOM_KEY),
    Key(CUSTOM, is_column=True),
    Number(BINDS_FROM),
    Number(BINDS_TO),
    Number(MAY_BIND_FROM),
    Number(MAY_BIND_TO),
    Key(LINE, is_stored=True),
    Key(LINE_SCOPE),
    Number(LINE_NUMBER),
    Blob(VERSION),
)
PASSAGES_SCHEMA: Schema = (  # one entry per passage of a page
    Key(DOC_ID, is_column=True),
    Number(OWNER),
    Words(TEXT, is_stored=True),
    Blob(INFO),
    Key(KIND),
    Words(HEADINGS),
)
