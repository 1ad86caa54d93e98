"""Droindex alone on real shelves: the judged queries of the sample corpus, and PDF directives."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from judged_sets import ROOT, shared_folder

from droindex import Index
from droindex.evaluate import Evaluation, evaluate, read_judgements, read_topics, run_topics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CORPUS = ROOT / "corpus"
JUDGED = CORPUS / "judged"
KINDS = ("title", "number", "topic", "question", "phrase", "halftyped")
NEEDED = 3  # the grade of the document that a reader needs
_NEAR = 3  # hits that a reader sees without looking


@dataclass(frozen=True)
class Sample:
    """The judged queries of the sample corpus.

    Attributes:
        evaluation: All of them.
        kinds: Query id -> kind.
        splits: Query id -> `dev` or `test`.
        first: Ids of the queries whose first hit has the grade 3.
        answerable: Ids of the queries that have a document of grade 3.
        texts: Query id -> query.
    """

    evaluation: Evaluation
    kinds: dict[str, str]
    splits: dict[str, str]
    first: set[str]
    answerable: set[str]
    texts: dict[str, str]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield kind, number of queries, ndcg@10 over all, dev and test, needed document first."""
        for kind in (*KINDS, "all"):
            of_kind = [key for key in self.texts if kind in (self.kinds[key], "all")]
            halves = [
                [key for key in of_kind if self.splits[key] == name] for name in ("dev", "test")
            ]
            answerable = self.answerable.intersection(of_kind)
            first = f"{len(self.first.intersection(of_kind))} of {len(answerable)}"
            means = (f"{self._mean(keys):.4f}" for keys in (of_kind, *halves))
            yield (kind, str(len(of_kind)), *means, first)

    def misses(self) -> Iterator[str]:
        """Yield the titles and numbers that do not bring their document first."""
        for key in self.answerable - self.first:
            if self.kinds[key] in ("title", "number"):
                yield f"{key} {self.texts[key]}"

    def _mean(self, keys: list[str]) -> float:
        values = [self.evaluation.per_query[key]["ndcg@10"] for key in keys]
        return sum(values) / len(values)


def measure_sample(work: Path) -> Sample:
    """Build the sample corpus and ask its judged queries, in all scopes, with clearance."""
    library = work / "sample.idx"
    Index.build(CORPUS, library, ocr=False)
    topics = read_topics(JUDGED / "queries.tsv")
    judgements = read_judgements(JUDGED / "qrels.txt")
    with Index.open(library, clearance="LES") as index:
        run = run_topics(index, topics, scope="all", depth=10)
    needed = {
        key: {document for document, grade in judgements[key].items() if grade == NEEDED}
        for key in topics
    }
    return Sample(
        evaluation=evaluate(run, judgements, topics=topics, metrics=["ndcg@10"]),
        kinds=_column(JUDGED / "kinds.tsv"),
        splits=_column(JUDGED / "split.tsv"),
        first={key for key in topics if needed[key].intersection(run[key][:1])},
        answerable={key for key in topics if needed[key]},
        texts=topics,
    )


@dataclass(frozen=True)
class Directive:
    """What one query over the PDF directives brought.

    Attributes:
        query: Its text.
        file: The file that answers it.
        pages: The pages that answer it; none where any does.
        rank: Where the file was among the first ten; None if it was not.
        shown: The page of its snippet.
    """

    query: str
    file: str
    pages: frozenset[int]
    rank: int | None
    shown: int | None

    @property
    def is_right_page(self) -> bool:
        """Whether the file is shown at a right page, wherever it stands."""
        return self.shown in self.pages


def build_directives(work: Path) -> Path:
    """Build a library of the PDF directives, and return its place."""
    library = work / "pdf.idx"
    Index.build(shared_folder() / "pdf", library, ocr=False)
    return library


def ask_directives(library: Path, queries: Path) -> list[Directive]:
    """Ask each query of a file of a library of the directives, in all scopes.

    Args:
        library: Where it lies.
        queries: Columns `query` and `file`, and `page` or `pages` (numbers, parted by commas).
    """
    with queries.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    with Index.open(library) as index:
        return [_ask(index, row) for row in rows]


def directive_rows(found: list[Directive]) -> Iterator[tuple[str, str, str]]:
    """Yield measure, how many, share."""
    paged = [item for item in found if item.pages]
    right_page = [item for item in paged if item.is_right_page]
    for name, right, of in (
        ("right file first", [item for item in found if item.rank == 1], found),
        (f"right file in the first {_NEAR}", [i for i in found if (i.rank or 99) <= _NEAR], found),
        ("right page, right file first", [i for i in right_page if i.rank == 1], paged),
        ("right page, wherever the file", right_page, paged),
    ):
        yield name, f"{len(right)} of {len(of)}", f"{len(right) / len(of):.1%}"


def directive_misses(found: list[Directive]) -> Iterator[str]:
    """Yield what was not found first, or not at its page."""
    for item in found:
        if item.rank != 1:
            where = f"rank {item.rank}" if item.rank else "not among the first ten"
            yield f"{item.query}: {item.file}, {where}"
        elif item.pages and not item.is_right_page:
            wanted = ", ".join(map(str, sorted(item.pages)))
            yield f"{item.query}: {item.file}, page {item.shown} shown, page {wanted} wanted"


def _ask(index: Index, row: dict[str, str]) -> Directive:
    told = row.get("pages") or row.get("page") or ""
    pages = frozenset(map(int, filter(None, told.split(","))))
    for hit in index.search(row["query"], scope="all"):
        if hit.document.file == row["file"]:
            shown = hit.snippet.page if hit.snippet else None
            return Directive(row["query"], row["file"], pages, hit.rank, shown)
    return Directive(row["query"], row["file"], pages, None, None)


def _column(path: Path) -> dict[str, str]:
    return dict(line.split("\t") for line in path.read_text("utf-8").splitlines())
