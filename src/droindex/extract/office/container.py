"""Files that are zip archives of XML: their parts, read within bounds and without the network."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

from droindex.extract.protocol import UnreadableFileError
from droindex.model import FileStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

__all__ = ["Container", "attribute", "child", "children", "local"]

_MAX_PARTS = 20_000  # entries of an archive; a book with a picture on each page has some thousands
_MAX_XML_BYTES = 80_000_000  # unpacked, of all parts that are read; 1,000 pages have about 20 MB
_MAX_SHOWN = 60  # characters of the name of a part in a reason
_IS_ENCRYPTED = 1  # flag of an entry
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)
_NOTHING_ELSE = {  # no entities, no files beside it, no network, and libxml2's own bounds
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


class Container:
    """An archive of XML parts, as Word and OpenDocument write it.

    Nothing is unpacked to disk, and nothing that the parts name outside of it is looked at.

    Args:
        path: The file.

    Raises:
        UnreadableFileError: It is no sound archive, is encrypted, or has too many parts.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except _BROKEN as error:
            reason = "It is a zip archive that is broken or not whole."
            raise UnreadableFileError(FileStatus.DAMAGED, reason) from error
        entries = self._archive.infolist()
        if len(entries) > _MAX_PARTS:
            reason = f"It has more than the {_MAX_PARTS:,} parts that are read at most."
            raise UnreadableFileError(FileStatus.TOO_BIG, reason)
        self._entries = {entry.filename.lower(): entry for entry in entries}
        self._left = _MAX_XML_BYTES

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def data(self, name: str) -> bytes:
        """Return the bytes of a part; none where it is not there.

        Raises:
            UnreadableFileError: It is encrypted, broken, or past the bounds.
        """
        entry = self._entries.get(name.lower())
        if entry is None:
            return b""
        if entry.flag_bits & _IS_ENCRYPTED:
            raise UnreadableFileError(FileStatus.ENCRYPTED, "It asks for a password.")
        try:
            with self._archive.open(entry) as stream:
                data = stream.read(self._left + 1)
        except _BROKEN as error:
            raise _broken(name) from error
        self._left -= len(data)
        if self._left < 0:
            reason = f"It unpacks to more than the {_MAX_XML_BYTES:,} bytes that are read at most."
            raise UnreadableFileError(FileStatus.TOO_BIG, reason)
        return data

    def xml(self, name: str) -> Element | None:
        """Return the root of a part; None where it is not there.

        Raises:
            UnreadableFileError: As `data` does, and where it is no plain XML.
        """
        data = self.data(name)
        if not data:
            return None
        try:
            root = etree.fromstring(data, etree.XMLParser(**_NOTHING_ELSE))
        except (etree.XMLSyntaxError, ValueError) as error:
            raise _broken(name) from error
        if root.getroottree().docinfo.doctype:
            reason = f"Its part {_named(name)} declares entities, as no office program does."
            raise UnreadableFileError(FileStatus.DAMAGED, reason)
        found: Element = root
        return found

    def related(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Yield id, kind and path of each part that a part names; what lies outside is left out.

        Args:
            part: The path of the part; empty for the package.
        """
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for item in children(root, "Relationship"):
            target = attribute(item, "Target")
            if target and attribute(item, "TargetMode").lower() != "external":
                place = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = attribute(item, "Type").rpartition("/")[2]
                yield attribute(item, "Id"), kind, place


def local(element: Element) -> str:
    """Return the name of an element without its namespace; empty for what is no element."""
    tag: object = element.tag
    return _without_namespace(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def attribute(element: Element | None, name: str, default: str = "") -> str:
    """Return an attribute by its name without namespace."""
    if element is None:
        return default
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return default


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield the children that have one of some names, without their namespaces."""
    if element is not None:
        yield from (item for item in element if local(item) in names)


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first child on a path of names; None where there is none."""
    for name in path:
        element = next(children(element, name), None)
    return element


def _named(name: str) -> str:
    return name[-_MAX_SHOWN:]


def _broken(name: str) -> UnreadableFileError:
    return UnreadableFileError(
        FileStatus.DAMAGED, f"Its part {_named(name)} is broken, or no plain XML."
    )
