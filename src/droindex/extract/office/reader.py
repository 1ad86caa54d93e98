"""An office file -> what it holds: the reader is chosen by the file's content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.extract.office.container import Container
from droindex.extract.office.kinds import is_mail
from droindex.extract.office.mail import read_mail
from droindex.extract.office.odf import read_odf
from droindex.extract.office.rtf import read_rtf
from droindex.extract.office.slides import read_slides
from droindex.extract.office.word import read_word
from droindex.extract.protocol import UnreadableFileError
from droindex.model import FileStatus

if TYPE_CHECKING:
    from pathlib import Path

    from droindex.extract.office.pieces import Reading

__all__ = ["read_office"]

_HEAD = 65_536  # bytes that tell the kind of a file
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OPEN = b"application/vnd.oasis.opendocument."


def read_office(path: Path) -> Reading:
    """Return what an office file holds, whatever its name says.

    Args:
        path: The file.

    Raises:
        UnreadableFileError: It is of no kind that is read here, encrypted, broken or too large.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_ZIP):
        return _read_archive(Container(path))
    if head.startswith(_OLE):
        raise _old_office(path.read_bytes())
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{\\rtf"):
        return read_rtf(path.read_bytes())
    if is_mail(head):
        return read_mail(path.read_bytes())
    if start.startswith(_PDF):
        raise UnreadableFileError(FileStatus.DAMAGED, "It is a PDF: let its name end in .pdf.")
    if not head:
        raise UnreadableFileError(FileStatus.DAMAGED, "It has not a single byte.")
    reason = "Its content is of none of the kinds docx, odt, rtf, eml, pptx and odp."
    raise UnreadableFileError(FileStatus.DAMAGED, reason)


def _read_archive(container: Container) -> Reading:
    kind = container.data("mimetype").strip()
    if kind.startswith(_OPEN) or (not kind and "content.xml" in container):
        if kind.startswith((_OPEN + b"text", _OPEN + b"presentation")) or not kind:
            return read_odf(container)
        raise _other_kind(kind.removeprefix(_OPEN).decode("ascii", "replace")[:40])
    main = next((place for _, own, place in container.related("") if own == "officeDocument"), "")
    folder = main.partition("/")[0]
    if folder == "word":
        return read_word(container, main)
    if folder == "ppt":
        return read_slides(container, main)
    raise _other_kind({"xl": "workbook", "visio": "drawing"}.get(folder, "other archive"))


def _other_kind(kind: str) -> UnreadableFileError:
    reason = f"It is no text and no presentation, but of the kind: {kind}."
    return UnreadableFileError(FileStatus.DAMAGED, reason)


def _old_office(data: bytes) -> UnreadableFileError:
    if _ENCRYPTED in data:
        return UnreadableFileError(FileStatus.ENCRYPTED, "It asks for a password.")
    reason = "It is of an old kind of Office (.doc, .ppt): save it as .docx or .pptx."
    return UnreadableFileError(FileStatus.DAMAGED, reason)
