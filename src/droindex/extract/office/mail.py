"""Mails (.eml): their fields, and the body as plain text."""

from __future__ import annotations

import email
import email.policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING

from droindex.extract.cleanup.clean import clean_line
from droindex.extract.office.kinds import OFFICE_SUFFIXES, MediaType
from droindex.extract.office.pieces import Piece, Reading, listed
from droindex.extract.plain import decoded, text_of_html
from droindex.pages import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

__all__ = ["read_mail"]

_MAX_FIELDS = 60  # that are kept as properties
_TEXTS = (*OFFICE_SUFFIXES, ".pdf", ".doc", ".txt", ".md", ".htm", ".html", ".xlsx", ".ppt", ".msg")
_KEPT = frozenset({"sensitivity", "keywords", "comments", "importance", "organization"})
_FOLDERS = frozenset({"x-gmail-labels", "x-gm-labels"})  # where its reader has put it
_BAD_FIELD = (MessageError, ValueError, TypeError, LookupError, AttributeError, IndexError)


def read_mail(data: bytes) -> Reading:
    """Return what a mail holds: its fields as the header of a memo, and its body.

    Of several shapes of the body the plain one is taken. What is attached is named, and not read:
    where it is of a kind that holds text, the mail is read in part.

    Args:
        data: The file.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    names = [*filter(None, map(_attached, _leaves(message)))]
    fields = {
        "Subject": _field(message, "Subject"),
        "From": _people(message, "From"),
        "To": _people(message, "To"),
        "Cc": _people(message, "Cc"),
        "Date": _date(message),
        "Attachments": listed(names),
    }
    head = "\n".join(f"{name}: {value}" for name, value in fields.items() if value)
    pieces = [Piece(BlockKind.HEADER, head)] if head else []
    pieces += [
        Piece(BlockKind.PARAGRAPH, paragraph)
        for paragraph in _body(message).replace("\r\n", "\n").split("\n\n")
        if paragraph.strip()
    ]
    properties = {
        "Title": fields["Subject"],
        "Author": fields["From"],
        "CreationDate": _day(message),
        **_kept_fields(message),
    }
    unread = tuple(name for name in names if name.lower().endswith(_TEXTS))
    return Reading(MediaType.MAIL, "mail", pieces, properties, unread=unread)


def _field(message: Message, name: str) -> str:
    """Return a field on one line; empty where it is not there or cannot be read."""
    try:
        return clean_line(str(message.get(name, "")))
    except _BAD_FIELD:
        return ""


def _people(message: Message, name: str) -> str:
    """Return who is named in a field, each with the address."""
    value = _field(message, name)
    try:
        pairs = getaddresses([value])
    except _BAD_FIELD:
        return value
    people = [", ".join(filter(None, (name, address))) for name, address in pairs]
    return listed([person for person in people if person], "; ") or value


def _date(message: Message) -> str:
    """Return the day on which it was sent, in words; the field as it is where it cannot be read."""
    try:
        day = parsedate_to_datetime(_field(message, "Date"))
    except _BAD_FIELD:
        return _field(message, "Date")
    return f"{day:%B} {day.day}, {day.year}"


def _day(message: Message) -> str:
    try:
        return parsedate_to_datetime(_field(message, "Date")).date().isoformat()
    except _BAD_FIELD:
        return ""


def _kept_fields(message: Message) -> dict[str, str]:
    """Return the fields that may say whom it is for, and those of the sender's own making."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(message.keys()):
        if len(found) >= _MAX_FIELDS:
            break
        own = name.lower()
        if own in _KEPT or (own.startswith("x-") and own not in _FOLDERS):
            found[name] = _field(message, name)
    return found


def _leaves(message: EmailMessage) -> Iterator[Message]:
    """Yield the parts of a mail that hold no further parts of it; an attached mail is one."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop()
        if not part.is_multipart() or (part is not message and _is_mail(part)):
            yield part
        else:
            inside = part.get_payload()
            parts = inside if isinstance(inside, list) else []
            waiting += [item for item in reversed(parts) if isinstance(item, EmailMessage)]


def _is_mail(part: Message) -> bool:
    return part.get_content_type() == MediaType.MAIL


def _attached(part: Message) -> str:
    """Return the name of a part if it is attached; empty for a part of the text."""
    if _is_mail(part):
        inside = part.get_payload()
        first = inside[0] if isinstance(inside, list) and inside else None
        subject = _field(first, "Subject") if isinstance(first, EmailMessage) else ""
        return f"{subject or 'a mail'}.eml"
    try:
        name = part.get_filename()
        is_attached = part.get_content_disposition() == "attachment"
    except _BAD_FIELD:
        return ""
    return clean_line(name or part.get_content_type() * is_attached, max_chars=200)


def _body(message: EmailMessage) -> str:
    """Return the text of a mail: of the plain shape, else of the one in HTML."""
    texts: dict[str, str] = {}
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not _is_attached(part):
            text = _part_text(part)
            texts[kind] = f"{texts[kind]}\n\n{text}" if kind in texts else text
    plain = texts.get("text/plain", "").strip()
    return plain or text_of_html(texts.get("text/html", ""))


def _is_attached(part: Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except _BAD_FIELD:
        return False


def _part_text(part: Message) -> str:
    """Return the text of a part, whatever it says of its characters."""
    payload = part.get_payload(decode=True)
    try:
        charset = part.get_content_charset()
    except _BAD_FIELD:
        charset = None
    return decoded(payload, charset) if isinstance(payload, bytes) else ""
