"""The commands `diff` and `history`: what changed between documents, and when a phrase came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from droindex.api import Index
from droindex.cli.completion import DocumentName
from droindex.cli.documents import document_argument, named
from droindex.cli.failure import FOUND, NOTHING_FOUND
from droindex.cli.formats import dump
from droindex.cli.options import clearance_option, examples, format_option, index_option
from droindex.cli.render import hanging
from droindex.cli.terminal import Screen, note, speak_utf8, write
from droindex.present.documents import best_day, citation, title_of
from droindex.text import clean, page_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.query.editions.history import PhraseHistory, PhrasePlace, PhraseVersion

__all__ = ["diff", "history"]


@click.command(
    epilog=examples(
        "droindex diff archive/escort-ratios-2006 detention-and-removal/escort-ratios",
        "droindex diff --format html A B > changes.html",
    )
)
@click.argument("before", metavar="A", type=DocumentName())
@click.argument("after", metavar="B", type=DocumentName())
@index_option
@clearance_option
@format_option("text", "html", "json")
def diff(before: str, after: str, index_path: str, clearance: str | None, form: str) -> int:
    """Show what changed from document A to document B.

    Paragraph by paragraph, [-removed-] and {+added+} words, and what moved. A and B are named like
    the document of `show`. Ends with 1 where the two say the same.
    """
    with Index.open(index_path, clearance=clearance) as index:
        found = index.diff(named(index, before).doc_id, named(index, after).doc_id)
        if form == "json":
            dump(found.to_dict())
        elif form == "html":
            speak_utf8()
            write(found.html())
        else:
            screen = Screen.of_stdout()
            heads = (f"A: {citation(found.before)}", f"B: {citation(found.after)}", "")
            for line in (*heads, *found.text().split("\n")):
                indent = len(line) - len(line.lstrip())
                for part in screen.paragraph([(line.strip(), False)], indent) if line else [""]:
                    write(part)
    return NOTHING_FOUND if found.is_same else FOUND


@click.command(
    epilog=examples('droindex history "one officer for every detainee" enforcement/escort-ratios')
)
@click.argument("phrase", metavar="PHRASE")
@document_argument
@index_option
@clearance_option
@format_option("text", "json")
def history(phrase: str, name: str, index_path: str, clearance: str | None, form: str) -> int:
    """Show in which edition a phrase came, and when it went.

    PHRASE is a sentence or a part of one, as one argument; case and punctuation do not count.
    DOCUMENT may be any edition; it is named like the document of `show`.
    """
    with Index.open(index_path, clearance=clearance) as index:
        found = index.history(phrase, named(index, name).doc_id)
        if form == "json":
            dump(found.to_dict())
        else:
            for line in _lines(found, Screen.of_stdout()):
                write(line)
            for told in found.notes:
                note(f"note: {told}")
    return FOUND if any(version.is_there for version in found.versions) else NOTHING_FOUND


def _lines(found: PhraseHistory, screen: Screen) -> Iterator[str]:
    yield from screen.paragraph([(f"“{clean(found.phrase)}”", True)], 0)
    for version in found.versions:
        yield ""
        yield from hanging(f"{_state(version)}  {_heading(version)}", 0, screen)
        for place in version.places:
            yield from screen.paragraph([(f"{_where(place)}: {clean(place.text)}", False)], 4)
        if version.near is not None:
            told = f"{_where(version.near)}, in other words: {clean(version.near.text)}"
            yield from screen.paragraph([(told, False)], 4)


def _state(version: PhraseVersion) -> str:
    if version.event is not None:
        return version.event.upper()
    return {True: "there", False: "not there", None: "not read"}[version.is_there]


def _heading(version: PhraseVersion) -> str:
    day = best_day(version.document) or "no date"
    return f"{day}  {title_of(version.document)} ({clean(version.document.doc_id)})"


def _where(place: PhrasePlace) -> str:
    return ", ".join(filter(None, (page_name(place.page, place.label), clean(place.section))))
