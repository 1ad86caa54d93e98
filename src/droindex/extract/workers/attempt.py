"""One attempt at reading one file, in whatever process this is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from droindex.extract.deadline import OutOfTimeError
from droindex.extract.private_copy import Copy, private_copy
from droindex.extract.protocol import ResumableExtractor, UnreadableFileError
from droindex.model import FileStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from droindex.extract.protocol import Extractor, FileFacts
    from droindex.pages import Page
    from droindex.settings import ExtractSettings

__all__ = ["read_file"]


def read_file(
    path: Path, extractor: Extractor, settings: ExtractSettings, first_page: int = 1
) -> Iterator[Copy | FileFacts | Page]:
    """Yield the copy that is read (its digest and size), then facts and pages.

    Args:
        path: The file; it is read once, into a private copy.
        extractor: What reads it.
        settings: Limits.
        first_page: Where to go on, from 1; an extractor that cannot go on begins anew.

    Raises:
        UnreadableFileError: Whatever went wrong, as status and reason.
    """
    try:
        with private_copy(path, max_bytes=settings.max_bytes) as copy:
            yield copy
            if first_page > 1 and isinstance(extractor, ResumableExtractor):
                yield from extractor.resume(copy.path, settings, first_page)
            else:
                yield from extractor.extract(copy.path, settings)
    except (UnreadableFileError, GeneratorExit):
        raise
    except MemoryError as error:
        reason = "Reading it needs more memory than a reader may use."
        raise UnreadableFileError(FileStatus.TOO_BIG, reason) from error
    except OutOfTimeError as error:
        raise UnreadableFileError(FileStatus.TIMED_OUT, "It takes too long to read.") from error
    except Exception as error:
        reason = f"Reading it failed ({type(error).__name__})."
        raise UnreadableFileError(FileStatus.DAMAGED, reason) from error
