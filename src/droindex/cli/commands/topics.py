"""Many queries at once, for evaluation: a file of topics in, a TREC run out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from droindex.cli.failure import FOUND, NOTHING_FOUND
from droindex.cli.formats import print_trec
from droindex.cli.terminal import speak_utf8
from droindex.evaluate import parse_topics

if TYPE_CHECKING:
    from droindex.api import Index

__all__ = ["run"]


def run(index: Index, file: str, **options: Any) -> int:
    """Search for every topic of a file and print the hits as one run.

    Args:
        index: The library.
        file: Lines `id TAB query`; `-` is standard input.
        options: What else `Index.search` is given.
    """
    topics = parse_topics(_text(file), file)
    speak_utf8()
    found = [
        print_trec(topic, index.search(text, snippets=False, **options))
        for topic, text in topics.items()
    ]
    return FOUND if any(found) else NOTHING_FOUND


def _text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not UTF-8 text.") from error
