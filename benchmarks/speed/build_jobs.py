"""Jobs that `bench_build.py` runs in processes of their own, so that time and memory are theirs."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tantivy

from droindex import Index
from droindex.engine.analysis import STEMS, SURFACES, Analyzer
from droindex.engine.passages import split_passages
from droindex.engine.schema import DOCUMENTS_SCHEMA, PASSAGES_SCHEMA
from droindex.engine.tantivy.engine import schema_of
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Iterator


def build(records: Path, library: Path) -> None:
    """Build a library."""
    Index.build(records, library)


def raw(records: Path, folder: Path) -> None:
    """Write the fields of the records with the plain engine: documents and passages."""
    analyzer, size = Analyzer(), BuildSettings().passage_chars
    heap = BuildSettings().writer_heap_bytes
    documents = _writer(folder / "documents", schema_of(DOCUMENTS_SCHEMA), analyzer, heap)
    pages = _writer(folder / "pages", schema_of(PASSAGES_SCHEMA), analyzer, heap)
    for number, record in enumerate(_records(records)):
        doc_id, title, summary = record["id"], record["title"], record["summary"]
        everything = "\n".join((title, summary, record["body"]))
        newest = f"9999999 {doc_id}"
        documents.add(
            {
                "doc_id": doc_id,
                "meta": json.dumps({"doc_id": doc_id, "title": title, "summary": summary}).encode(),
                "all": everything,
                "exact": everything,
                "title": title,
                "title_exact": title,
                "summary": summary,
                "title_key": title.casefold(),
                "scope": "active",
                "newest": newest,
                "oldest": newest,
                "by_title": f"{title.casefold()}\0{newest}",
                "doc_id_key": doc_id.casefold(),
            }
        )
        for place, text in enumerate(split_passages(record["body"], size)):
            info = json.dumps({"n": 1, "p": place}).encode()
            pages.add({"doc_id": doc_id, "owner": number, "text": text, "info": info})
    documents.commit()
    pages.commit()


def idle() -> None:
    """Do nothing: what starting Python and importing costs."""


class _writer:  # noqa: N801 - used as a function
    def __init__(self, folder: Path, schema: tantivy.Schema, analyzer: Analyzer, heap: int) -> None:
        folder.mkdir(parents=True)
        index = tantivy.Index(schema, path=str(folder))
        index.register_tokenizer(STEMS, analyzer.stemming)
        index.register_tokenizer(SURFACES, analyzer.plain)
        self._schema = schema
        self._writer = index.writer(heap, 1)

    def add(self, values: dict[str, Any]) -> None:
        self._writer.add_document(tantivy.Document.from_dict(values, self._schema))

    def commit(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def peak_mb() -> float:
    """Return the most memory that this process has held."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss counts what the parent held before this process began
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    job, *arguments = sys.argv[1:]
    {"build": build, "raw": raw, "idle": idle}[job](*map(Path, arguments))
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = time.process_time() + children.ru_utime + children.ru_stime
    print(json.dumps({"cpu_s": cpu_s, "peak_mb": peak_mb()}))
