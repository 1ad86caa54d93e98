"""Queries, judgements and runs, in the formats of TREC."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from droindex.errors import QueryError
from droindex.evaluate.metrics import BAD_FILE

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = ["parse_topics", "read_judgements", "read_run", "read_topics"]

_HEADERS = ("qid", "id", "query_id", "topic")
_QRELS_FORM = "query 0 document grade"
_RUN_FORM = "query Q0 document rank score name"


def read_topics(path: str | os.PathLike[str]) -> dict[str, str]:
    """Read queries: lines `id TAB query`, in UTF-8; further columns are ignored.

    Returns:
        Query id -> query.

    Raises:
        QueryError: `evaluation-file`, with the line that cannot be used.
    """
    return parse_topics(_text(path), str(path))


def parse_topics(text: str, name: str) -> dict[str, str]:
    """Read queries from text; blank lines and a line of headings are skipped.

    Args:
        text: Lines `id TAB query`.
        name: What to call it in messages.

    Returns:
        Query id -> query.

    Raises:
        QueryError: `evaluation-file`, with the line that cannot be used.
    """
    topics: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        topic, tab, rest = line.partition("\t")
        topic = topic.strip()
        if not line.strip() or (number == 1 and topic.casefold() in _HEADERS):
            continue
        if not tab or not topic:
            raise _fault(name, number, "not of the form `id TAB query`")
        if topic in topics:
            raise _fault(name, number, f"a second query {topic!r}")
        topics[topic] = rest.split("\t")[0].strip()
    return topics


def read_judgements(path: str | os.PathLike[str]) -> dict[str, dict[str, int]]:
    """Read judgements (qrels): lines `query 0 document grade`, in UTF-8.

    Ids are those of a run of `droindex query --format trec`: blanks and `%` are %-encoded.

    Returns:
        Query id -> document id -> grade; a grade below 0 becomes 0.

    Raises:
        QueryError: `evaluation-file`, with the line that cannot be used.
    """
    judgements: dict[str, dict[str, int]] = {}
    for number, cells in _rows(path, _QRELS_FORM):
        query, document = unquote(cells[0]), unquote(cells[2])
        try:
            grade = max(0, int(cells[3]))
        except ValueError:
            raise _fault(path, number, f"the grade {cells[3]!r} is no whole number") from None
        if judgements.setdefault(query, {}).setdefault(document, grade) != grade:
            raise _fault(path, number, f"a second grade for {query!r} and {document!r}")
    return judgements


def read_run(path: str | os.PathLike[str]) -> dict[str, list[str]]:
    """Read a run: lines `query Q0 document rank score name`, in UTF-8.

    The score decides the order, as TREC's own program has it, and among equal scores the order
    of the lines.

    Returns:
        Query id -> document ids, best first.

    Raises:
        QueryError: `evaluation-file`, with the line that cannot be used.
    """
    scores: dict[str, dict[str, float]] = {}
    for number, cells in _rows(path, _RUN_FORM):
        query, document = unquote(cells[0]), unquote(cells[2])
        found = scores.setdefault(query, {})
        if document in found:
            raise _fault(path, number, f"{document!r} a second time for query {query!r}")
        found[document] = _score(path, number, cells[4])
    return {
        query: sorted(found, key=found.__getitem__, reverse=True) for query, found in scores.items()
    }


def _score(path: str | os.PathLike[str], number: int, text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = float("nan")
    if not isfinite(score):
        raise _fault(path, number, f"the score {text!r} is no number")
    return score


def _rows(path: str | os.PathLike[str], form: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not blank; there must be one."""
    count = len(form.split())
    is_empty = True
    for number, line in enumerate(_text(path).split("\n"), 1):
        cells = line.split()
        if cells:
            if len(cells) != count:
                raise _fault(path, number, f"not of the form `{form}`")
            is_empty = False
            yield number, cells
    if is_empty:
        raise QueryError(f"{path} is empty.", hint=f"Its lines are `{form}`.", slug=BAD_FILE)


def _fault(path: str | os.PathLike[str], number: int, what: str) -> QueryError:
    return QueryError(f"{path}, line {number}: {what}.", slug=BAD_FILE)


def _text(path: str | os.PathLike[str]) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise QueryError(f"{path} cannot be read: {reason}.", slug=BAD_FILE) from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{path} is not UTF-8 text.", slug=BAD_FILE) from error
