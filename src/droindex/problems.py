"""What every reader of a corpus needs: problems, their wording, and small files read safely."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from droindex.errors import CorpusError, CorpusNotFoundError, StorageError
from droindex.files.unlinked import open_unlinked
from droindex.serialize import Serializable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "MAX_REPORTED",
    "OPEN_LABEL",
    "UNREADABLE_LABEL",
    "Problem",
    "and_more",
    "decode_text",
    "is_record_file",
    "nearest",
    "read_small",
    "reason",
    "shown",
]

OPEN_LABEL = "open"  # as a label: this document is open, whatever its text says
UNREADABLE_LABEL = "UNREADABLE"  # stands above every label, so that no typo opens a document
_MAX_SMALL_BYTES = 1_000_000  # of corpus.toml or a sidecar; people write some kilobytes
MAX_REPORTED = 20  # unknown keys of one file that are named; more are counted
_SHOWN_CHARS = 60  # enough to recognise a value in a message
_LIKENESS = 0.7  # letters in common, twice, of the letters of both
_MAX_LIKE_CHARS = 64  # a longer word is like none of ours: the longest key has 15
_SHOWN_INT_BITS = 64  # a longer number is shown as such: to print it may be refused


@dataclass(frozen=True, slots=True)
class Problem(Serializable):
    """Something about a corpus that its owner should mend; it never stops a build.

    Attributes:
        file: The file concerned, relative to the corpus, with `:line` where lines are records.
        slug: Stable, lower-case name of the condition, for example `bad-date`.
        message: What is wrong, where, and the next step.
    """

    file: str
    slug: str
    message: str


def is_record_file(corpus: Path) -> bool:
    """Whether a corpus is a file of records rather than a folder.

    Args:
        corpus: A folder, or a `.jsonl` file.

    Returns:
        True for a `.jsonl` file, False for a folder.

    Raises:
        CorpusNotFoundError: There is nothing at that path (slug `corpus-not-found`).
        CorpusError: It is a file of another kind (slug `corpus-problem`).
        StorageError: The path may not be looked at (slug `storage-error`).
    """
    try:
        mode = corpus.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise CorpusNotFoundError(f"There is no corpus at {shown(str(corpus))}.") from None
    except (OSError, ValueError) as error:
        raise StorageError(
            f"The corpus at {shown(str(corpus))} cannot be looked at: {reason(error)}.",
            path=str(corpus),
        ) from error
    if stat.S_ISDIR(mode):
        return False
    if stat.S_ISREG(mode) and corpus.suffix.lower() == ".jsonl":
        return True
    raise CorpusError(
        f"{shown(str(corpus))} is neither a folder nor a .jsonl file.",
        hint="Give the path of a folder of documents, or of a .jsonl file of records.",
    )


def read_small(path: Path, *, max_bytes: int = _MAX_SMALL_BYTES) -> bytes:
    """Return the content of a small regular file.

    Args:
        path: The file, without links: one in it is refused.
        max_bytes: What it may hold at most, in bytes, from 1.

    Raises:
        OSError: It cannot be read, or is no regular file (a pipe would never end).
        ValueError: It is larger.
    """
    with os.fdopen(open_unlinked(path), "rb") as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise ValueError(f"it is larger than {max_bytes:,} bytes")
    return data


def decode_text(data: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 with its byte order mark.

    Raises:
        UnicodeDecodeError: It is in another encoding.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")


def shown(value: object) -> str:
    """Return a value as a message shows it: short, quoted, and printable anywhere."""
    if isinstance(value, int) and value.bit_length() > _SHOWN_INT_BITS:
        return "a number of more than 64 bits"
    if isinstance(value, (dict, list, tuple)):
        return f"a {'table' if isinstance(value, dict) else 'list'} of {len(value)}"
    text = value if isinstance(value, str) else str(value)
    text = text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"
    text = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    return f'"{text}"'


def reason(error: Exception) -> str:
    """Return what went wrong, without the path that the message already has."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error) or type(error).__name__


def and_more(count: int) -> str:
    """Return the message for unknown keys that are not named one by one."""
    return f"{count:,} more unknown keys are ignored: remove them."


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like `word`, None where none does."""
    return _nearest(word, tuple(known)) if len(word) <= _MAX_LIKE_CHARS else None


@lru_cache(maxsize=4_096)  # the same slip stands in every sidecar
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    import difflib  # noqa: PLC0415 - needed for a mistake alone

    found = difflib.get_close_matches(word, known, n=1, cutoff=_LIKENESS)
    return found[0] if found else None
