"""Many queries at once, for evaluation: a file of topics in, a TREC run out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from droindex.cli.failure import FOUND, NOTHING_FOUND
from droindex.cli.formats import print_trec
from droindex.cli.terminal import speak_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.api import Index

__all__ = ["run"]

_HEADERS = ("qid", "id", "query_id", "topic")


def run(index: Index, file: str, **asked: Any) -> int:
    """Search for every topic of a file and print the hits as one run.

    Args:
        index: The library.
        file: Lines `id TAB query`; `-` is standard input.
        asked: What else `Index.search` is given.
    """
    topics = list(_read(file))
    speak_utf8()
    found = [
        print_trec(topic, index.search(text, snippets=False, **asked)) for topic, text in topics
    ]
    return FOUND if any(found) else NOTHING_FOUND


def _read(file: str) -> Iterator[tuple[str, str]]:
    """Yield the id and the text of each topic; blank lines and a line of headings are skipped."""
    for number, line in enumerate(_text(file).splitlines(), 1):
        topic, tab, text = line.partition("\t")
        if not line.strip() or (number == 1 and topic.strip().casefold() in _HEADERS):
            continue
        if not tab or not topic.strip():
            raise click.UsageError(f"{file}, line {number}: not of the form `id TAB query`.")
        yield topic.strip(), text.split("\t")[0].strip()


def _text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not UTF-8 text.") from error
