"""Lists of hits as programs read them: JSON, lines of JSON, CSV, ids, TREC runs."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from urllib.parse import quote

from droindex.cli.options import CITATIONS
from droindex.cli.terminal import escape_json, speak_utf8, write
from droindex.export.styles import citations
from droindex.query.results.hit import COLUMNS, cited_hit
from droindex.query.results.results import JSON_FORMAT
from droindex.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from droindex.query.passages import PassageHit
    from droindex.query.results.hit import Hit
    from droindex.query.results.results import Results

__all__ = [
    "dump",
    "print_csv",
    "print_hits",
    "print_ids",
    "print_json_lines",
    "print_passages",
    "print_rows",
    "print_trec",
]

_FORMULA = frozenset("=+-@")  # what a spreadsheet takes for a formula, behind blanks as well
_UNSEEN = "\u00ad\u200c\u200d"  # characters without width that `clean` lets pass
_LEAST_STEP = 0.0001  # between scores of a run; evaluation tools keep about seven digits


def dump(shape: Mapping[str, Any]) -> None:
    """Print a value as indented JSON."""
    speak_utf8()
    write(escape_json(json.dumps(shape, ensure_ascii=False, indent=2)))


def print_hits(
    form: str, results: Results, hits: Iterable[Hit], *, is_explained: bool = False
) -> None:
    """Print hits in a format for programs.

    Args:
        form: `json`, `jsonl`, `csv`, `ids`, `trec` or a style of citations.
        results: The search that they come from.
        hits: The hits to print: those of `results`, or all of them.
        is_explained: Whether JSON says how the numbers of each hit came about.
    """
    if form == "json":
        if hits is not results:  # all of them
            shapes = [hit.to_dict(explain=is_explained) for hit in hits]
            dump({**results.to_dict(), "limit": len(shapes), "hits": shapes})
        else:
            dump(results.to_dict(explain=is_explained))
        return
    speak_utf8()
    if form == "jsonl":
        print_json_lines(hits, is_explained=is_explained)
    elif form == "csv":
        print_csv(hits)
    elif form == "ids":
        print_ids(hits)
    elif form in CITATIONS:
        for text in citations(map(cited_hit, hits), CITATIONS[form]):
            write(text)
    else:
        print_trec("1", hits)


def print_passages(form: str, query: str, doc_id: str | None, found: Sequence[PassageHit]) -> None:
    """Print pages that answer a query, as `json` or `jsonl`."""
    if form == "json":
        shapes = [hit.to_dict() for hit in found]
        dump({"format": JSON_FORMAT, "query": query, "doc_id": doc_id, "passages": shapes})
        return
    speak_utf8()
    for hit in found:
        write(escape_json(json.dumps(hit.to_dict(), ensure_ascii=False)))


def print_json_lines(hits: Iterable[Hit], *, is_explained: bool = False) -> None:
    """Print each hit as one line of JSON, on request with how its numbers came about."""
    for hit in hits:
        write(escape_json(json.dumps(hit.to_dict(explain=is_explained), ensure_ascii=False)))


def print_ids(hits: Iterable[Hit]) -> None:
    """Print the id of each document on a line of its own."""
    for hit in hits:
        write(clean(hit.doc_id))


def print_csv(hits: Iterable[Hit]) -> None:
    """Print a table with a header, as RFC 4180 has it; no cell is taken for a formula."""
    _print_table(COLUMNS, (hit.to_row().values() for hit in hits))


def print_rows(form: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows that have the same keys as `jsonl` or `csv`."""
    speak_utf8()
    if form == "jsonl":
        for row in rows:
            write(escape_json(json.dumps(row, ensure_ascii=False)))
    elif rows:
        _print_table(rows[0], (row.values() for row in rows))


def _print_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    table = csv.writer(sys.stdout, lineterminator="\r\n")
    table.writerow(columns)
    for row in rows:
        table.writerow(map(_cell, row))


def print_trec(topic: str, hits: Iterable[Hit]) -> bool:
    """Print hits as lines of a TREC run, scores strictly falling; return whether there were any.

    Args:
        topic: The id of the query.
        hits: Hits in their order.
    """
    last = None
    for hit in hits:
        score = hit.score if last is None else min(hit.score, last - _LEAST_STEP)
        last = score
        write(f"{_word(topic)} Q0 {_word(hit.doc_id)} {hit.rank} {score:.4f} droindex")
    return last is not None


def _cell(value: object) -> object:
    """Return a cell: numbers as they are, text so that no spreadsheet runs it."""
    if not isinstance(value, str):
        return value
    safe = clean(value)
    return f"'{safe}" if value.startswith(("\t", "\r")) or _may_run(safe) else safe


def _may_run(text: str) -> bool:
    """Whether a spreadsheet may take a text for a formula: wide signs count there, too."""
    first = next((sign for sign in text if not sign.isspace() and sign not in _UNSEEN), "")
    return normalize("NFKC", first) in _FORMULA


def _word(text: str) -> str:
    """Return a text without blanks, %-encoded where needed; `%` itself is encoded as well."""
    return "".join(
        quote(letter, safe="", errors="replace")
        if letter == "%" or letter.isspace() or clean(letter) != letter
        else letter
        for letter in text
    )
