"""Reading the picture of a page with tesseract."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.errors import MissingExtraError
from droindex.files.private import read_text, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.extract.pdf.pdfium import PdfiumBackend
    from droindex.settings import ExtractSettings

__all__ = ["Recogniser", "ocr_step", "require_ocr", "with_ocr_settled"]

_MAX_PIXELS = 20_000_000  # a poster; letter paper at 200 dpi has 3.7 million
_NAME = "tesseract"


def require_ocr(settings: ExtractSettings) -> str:
    """Return the folder of tesseract's language data, after a look at all that OCR needs.

    Raises:
        MissingExtraError: The extra `ocr` or the language data is not installed.
    """
    if not (find_spec("tesserocr") and find_spec("pypdfium2")):
        raise MissingExtraError("OCR needs the packages of the extra ocr.", extra="ocr")
    names = settings.ocr_language.split("+")
    for folder in _data_folders():
        if all((folder / f"{name}.traineddata").is_file() for name in names):
            return str(folder)
    raise MissingExtraError(
        f"OCR needs tesseract's data for the language {settings.ocr_language!r}.",
        hint="Install it (Debian: apt install tesseract-ocr), or set TESSDATA_PREFIX to it.",
    )


def with_ocr_settled(settings: ExtractSettings) -> ExtractSettings:
    """Return settings that say whether OCR is on: as they say, else where it is installed."""
    if settings.ocr is not None:
        return settings
    try:
        require_ocr(settings)
    except MissingExtraError:
        return replace(settings, ocr=False)
    return replace(settings, ocr=True)


def ocr_step(settings: ExtractSettings) -> str:
    """Return what to do about pages that need OCR still, exactly what to install included.

    Args:
        settings: Those that the pages were read by; `ocr` is None where nobody knows.
    """
    try:
        require_ocr(settings)
    except MissingExtraError as error:
        return f"{error} {(error.hint or '').rstrip('.')}; then build again."
    if settings.ocr is None:
        return "OCR is installed: build again without --no-ocr, or replace the scan."
    if settings.ocr:
        return "OCR found no text there: replace the scan, or describe it in a sidecar."
    return "Build again without --no-ocr."


def _data_folders() -> Iterator[Path]:
    if named := os.environ.get("TESSDATA_PREFIX"):
        yield Path(named)
        yield Path(named) / "tessdata"
    for root in ("/usr/share", "/usr/local/share", "/opt/homebrew/share", f"{sys.prefix}/share"):
        yield Path(root, "tessdata")
        yield from sorted(Path(root).glob("tesseract-ocr/*/tessdata"), reverse=True)


def ocr_fingerprint() -> str:
    """Return the version of what reads the pictures; empty where it is not installed."""
    try:
        return f"tesserocr {version('tesserocr')}"
    except PackageNotFoundError:
        return ""


class Recogniser:
    """Tesseract, loaded once per process, with the texts that it found kept by picture.

    Args:
        settings: Language and resolution.
        cache: Folder for the texts; None to keep none.

    Raises:
        MissingExtraError: The extra `ocr` or the language data is not installed.
    """

    name = _NAME

    def __init__(self, settings: ExtractSettings, cache: Path | None) -> None:
        self._dpi = settings.ocr_dpi
        self._language = settings.ocr_language
        self._cache = cache
        self._data = require_ocr(settings)
        self._api: Any = None

    def read(self, renderer: PdfiumBackend, number: int) -> str:
        """Return the text in the picture of a page; empty where there is none.

        Args:
            renderer: The document.
            number: The page, from 1.
        """
        picture, width, height = renderer.render(number, dpi=self._dpi, max_pixels=_MAX_PIXELS)
        place = self._place(picture, width, height)
        if place is not None and (kept := read_text(place)) is not None:
            return kept
        text = self._recognise(picture, width, height)
        if place is not None:
            write_private(place, text.encode("utf-8", "replace"))
        return text

    def _place(self, picture: bytes, width: int, height: int) -> Path | None:
        if self._cache is None:
            return None
        key = hashlib.sha256(picture)
        key.update(f"{width} {height} {self._dpi} {self._language} {ocr_fingerprint()}".encode())
        name = key.hexdigest()
        return self._cache / name[:2] / f"{name}.txt"

    def _recognise(self, picture: bytes, width: int, height: int) -> str:
        if self._api is None:
            self._api = self._loaded()
        api = self._api
        try:
            api.SetImageBytes(picture, width, height, 1, width)
            api.SetSourceResolution(self._dpi)
            return str(api.GetUTF8Text())
        finally:
            api.Clear()

    def _loaded(self) -> Any:
        import tesserocr  # noqa: PLC0415 - an optional package

        has_orientation = (Path(self._data) / "osd.traineddata").is_file()
        mode = tesserocr.PSM.AUTO_OSD if has_orientation else tesserocr.PSM.AUTO
        return tesserocr.PyTessBaseAPI(path=self._data, lang=self._language, psm=mode)
