"""What it costs to ask what was in force on a day, for one row a line, and to work both out.

What is measured: the whole `Index.search`, ten hits with snippets, scope all: with `in_force_on`,
and with `group="lineage"`. Against: the same search without. Corpus: sections of the bulk sample
with dates added, of which each stands in a line of one to five. Third row: building some of it with
lines and times in force, against the same without them.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import corpora
import pytest
from libraries import bulk_documents
from ratio import Row, compare, compare_runs, record, settled

from droindex import Index, Reference
from droindex.build.planning.set_lines import Placed, SetLines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corpora import Query
    from ratio import Ratio

    from droindex import Document

GROUP = "Lines of documents"
IN_FORCE, GROUPED, BUILT = 1.5, 1.5, 1.15  # targets
_COUNT, _BUILT_COUNT = 10_000, 1_500  # documents
_FIRST = date(1990, 1, 1)
_DAY = date(2001, 6, 1)


def dated(limit: int) -> Iterator[Document]:
    """Yield documents of the bulk sample with dates, in lines of one to five."""
    line: list[str] = []
    for at, document in enumerate(bulk_documents(limit)):
        if len(line) > at % 5:
            line = []
        older = tuple(Reference(doc_id, doc_id=doc_id) for doc_id in line[-1:])
        line.append(document.doc_id)
        day = _FIRST + timedelta(days=1 + at * 7 % 3_000 + 900 * len(line))
        yield replace(document, issued=day, supersedes=older)


@pytest.fixture(scope="module")
def index(work: Path) -> Iterator[Index]:
    """The bulk sample, dated and in lines."""
    if not corpora.bulk_folder().is_dir():
        pytest.skip(f"the bulk sample is not at {corpora.bulk_folder()}")
    library = work / "dated.idx"
    if not library.exists():
        Index.update(library, documents=dated(_COUNT))
    with Index.open(library) as opened:
        yield opened


def queries() -> list[Query]:
    return [query for query in corpora.bulk_queries() if query.kind in ("term", "union")][::3]


def worse(ratio: Ratio) -> float:
    return ratio.worse


def _record(what: str, ratio: Ratio, target: float, note: str = "") -> None:
    record(Row(GROUP, what, ratio.medians, ratio.minima, target, note))
    assert ratio.worse <= target


@pytest.mark.parametrize(
    ("what", "options", "target"),
    [
        ("in force on a day", {"in_force_on": _DAY}, IN_FORCE),
        ("one row a line", {"group": "lineage"}, GROUPED),
    ],
)
def test_against_the_same_search_without(
    index: Index, what: str, options: dict[str, object], target: float
) -> None:
    def ours(query: Query) -> object:
        return index.search(query.text, scope="all", **options)  # type: ignore[arg-type]

    def theirs(query: Query) -> object:
        return index.search(query.text, scope="all")

    ratio = settled(lambda: compare(ours, theirs, queries(), 5), worse, target)
    _record(f"dated bulk sample, {what}", ratio, target)


def test_building_with_lines(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = list(dated(_BUILT_COUNT))
    placed, turn = SetLines.placed, iter(range(1_000))

    def build() -> float:
        start = time.process_time()
        Index.update(work / f"built-{next(turn)}.idx", documents=documents)
        return time.process_time() - start

    def with_lines() -> float:
        monkeypatch.setattr(SetLines, "placed", placed)
        return build()

    def without() -> float:
        monkeypatch.setattr(
            SetLines, "placed", lambda own, doc_id: Placed(own.completed(doc_id), ())
        )
        return build()

    build()
    ratio = settled(lambda: compare_runs(with_lines, without), worse, BUILT)
    _record(f"building {_BUILT_COUNT:,} documents in lines", ratio, BUILT)
