"""The extractors that are installed, found through the entry point group `droindex.extractors`."""

from __future__ import annotations

import contextlib
from importlib import import_module
from importlib.metadata import PackageNotFoundError, entry_points, version
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from droindex.errors import SettingsError
from droindex.extract.protocol import Extractor

if TYPE_CHECKING:
    from pathlib import Path, PurePath

__all__ = ["GROUP", "Registry"]

GROUP = "droindex.extractors"
# the same as in pyproject.toml, for a checkout that was never installed
_OURS = {
    "html": "droindex.extract.plain:HtmlExtractor",
    "markdown": "droindex.extract.plain:MarkdownExtractor",
    "office": "droindex.extract.office.extractor:OfficeExtractor",
    "pdf": "droindex.extract.pdf.extractor:PdfExtractor",
    "plain": "droindex.extract.plain:PlainExtractor",
}


@runtime_checkable
class _KeepsImages(Protocol):
    """An extractor that can keep what it found in pictures."""

    def with_image_cache(self, folder: Path) -> Extractor: ...


class Registry:
    """The extractors by name and by suffix.

    Ours come first; one from elsewhere may add suffixes, or replace ours by taking its name.

    Raises:
        SettingsError: An extractor cannot be loaded, or is none.
    """

    def __init__(self) -> None:
        places = {**_OURS, **{entry.name: entry.value for entry in entry_points(group=GROUP)}}
        self._by_name = {name: _load(name, place) for name, place in places.items()}
        self._by_suffix: dict[str, Extractor] = {}
        for extractor in self._by_name.values():
            for suffix in extractor.suffixes:
                self._by_suffix.setdefault(suffix.lower(), extractor)

    @property
    def suffixes(self) -> frozenset[str]:
        """The lower-case suffixes, with the dot, of the files that can be read."""
        return frozenset(self._by_suffix)

    def name_for(self, path: PurePath) -> str | None:
        """Return the name of the extractor for a file, judged by its suffix; None without one."""
        found = self._by_suffix.get(path.suffix.lower())
        return next((name for name, item in self._by_name.items() if item is found), None)

    def with_image_cache(self, folder: Path | None) -> dict[str, Extractor]:
        """Return the extractors by name, those that can keep pictures' texts with a folder."""
        return {
            name: item.with_image_cache(folder)
            if folder is not None and isinstance(item, _KeepsImages)
            else item
            for name, item in self._by_name.items()
        }

    def fingerprint(self, name: str) -> str:
        """Return the version of an extractor and of the libraries that it names."""
        extractor = self._by_name[name]
        parts = [f"{extractor.name} {extractor.version}"]
        for library in getattr(extractor, "libraries", ()):
            with contextlib.suppress(PackageNotFoundError):
                parts.append(f"{library} {version(library)}")
        return ", ".join(parts)


def _load(name: str, place: str) -> Extractor:
    module, _, attribute = place.partition(":")
    try:
        extractor = getattr(import_module(module), attribute)()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a package that ends the process as well
        raise SettingsError(
            f"The extractor {name!r} ({place}) cannot be loaded: "
            f"{str(error) or type(error).__name__}",
            hint="Mend or uninstall the package that registers it.",
        ) from error
    if not isinstance(extractor, Extractor) or not _has_names(extractor):
        raise SettingsError(
            f"The extractor {name!r} ({place}) has not all that droindex.extract.protocol wants.",
            hint="Mend or uninstall the package that registers it.",
        )
    return extractor


def _has_names(extractor: Extractor) -> bool:
    """Whether what it is called and what it reads are strings."""
    suffixes: object = extractor.suffixes
    if not isinstance(suffixes, tuple | list | set | frozenset):
        return False
    return all(isinstance(item, str) for item in (extractor.name, extractor.version, *suffixes))
