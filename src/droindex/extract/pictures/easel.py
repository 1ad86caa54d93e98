"""The inside of the process that draws pages: it draws what it is told to, one page at a time."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.extract.pictures.drawing import DrawnPage, paint
from droindex.extract.pictures.png import png
from droindex.extract.private_copy import private_copy
from droindex.extract.protocol import UnreadableFileError
from droindex.extract.workers import resource_limits, wire
from droindex.extract.workers.worker import begin, own_pipes
from droindex.model import FileStatus

if TYPE_CHECKING:
    from droindex.settings import ExtractSettings
__all__ = ["BOOT", "main"]

# What the interpreter is started with: the parent's import path, then this module.
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from droindex.extract.pictures.easel import main; main()"
)


def main() -> None:
    """Serve until the requests end. Standard input brings them, standard output takes replies."""
    requests, replies = own_pipes()
    begun = begin(requests)
    if begun is None:
        return
    _, settings = begun
    wire.send(replies, {"kind": "ready"})
    while (job := wire.receive(requests)) is not None:
        resource_limits.allow_cpu(settings.cpu_s)
        try:
            _serve(job, settings, requests, replies)
        except UnreadableFileError as error:
            end = {"kind": "end", "status": error.status.value, "reason": error.reason}
            wire.send(replies, end)


def _serve(job: dict[str, Any], settings: ExtractSettings, requests: int, replies: int) -> None:
    """Draw one page: say what stands on it, be told which characters to mark, send the picture."""
    with private_copy(Path(job["path"]), max_bytes=settings.max_bytes) as copy:
        if job["sha256"] not in (None, copy.sha256):
            wire.send(replies, {"kind": "changed"})
            return
        data = copy.path.read_bytes()
    try:
        _draw(job, data, requests, replies)
    except (UnreadableFileError, BrokenPipeError):
        raise
    except MemoryError as error:
        reason = "Drawing it needs more memory than may be used."
        raise UnreadableFileError(FileStatus.TOO_BIG, reason) from error
    except Exception as error:
        reason = f"Drawing it failed ({type(error).__name__})."
        raise UnreadableFileError(FileStatus.DAMAGED, reason) from error


def _draw(job: dict[str, Any], data: bytes, requests: int, replies: int) -> None:
    import pypdfium2  # noqa: PLC0415 - only where a page is drawn

    document = pypdfium2.PdfDocument(data)
    try:
        number, count = job["page"], len(document)
        if number > count:
            wire.send(replies, {"kind": "absent", "pages": count})
            return
        document.init_forms()  # so that what is filled in is drawn as well
        page = DrawnPage(document, number)
        wire.send(replies, {"kind": "text"}, page.characters(job["max_chars"]))
        answer = wire.receive(requests)
        if answer is None:
            os._exit(0)
        pixels, width, height = page.pixels(job["width"], job["max_pixels"])
        boxes = [page.boxes(runs, width, height) for runs in answer["words"]]
        paint(pixels, width, [box for word in boxes for box in word])
        picture = base64.b64encode(png(pixels, width, height)).decode("ascii")
        size = {"width": width, "height": height}
        wire.send(replies, {"kind": "picture", "boxes": boxes, **size}, picture)
    finally:
        document.close()
