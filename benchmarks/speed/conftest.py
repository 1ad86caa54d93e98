"""Libraries and twins that several benchmarks share, each made once a run.

With DROINDEX_BENCH_DIR they are kept in that folder and found again by the next run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import corpora
import pytest
import twin
from libraries import Bench, bulk_documents, opened

from droindex import Index
from droindex.engine.analysis import Analyzer
from droindex.engine.entries import document_entry

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for everything that is built."""
    kept = os.environ.get("DROINDEX_BENCH_DIR")
    if not kept:
        return tmp_path_factory.mktemp("bench")
    Path(kept).mkdir(parents=True, exist_ok=True)
    return Path(kept)


@pytest.fixture(scope="session")
def bulk(work: Path) -> Bench:
    """The bulk sample, 10,000 sections of statutes."""
    if not corpora.bulk_folder().is_dir():
        reason = f"the bulk sample is not at {corpora.bulk_folder()}"
        if "shared" in os.environ.get("DROINDEX_REQUIRE", "").split(","):
            pytest.fail(reason)
        pytest.skip(reason)
    records, library = work / "uscode.jsonl", work / "bulk.idx"
    if not records.exists():
        with records.open("wb") as file:
            file.writelines(corpora.bulk_records())
    Index.build(records, library)
    return opened("bulk", library, corpora.bulk_queries())


@pytest.fixture(scope="session")
def generated(work: Path) -> Callable[[int], Bench]:
    """Libraries of so many generated documents."""
    made: dict[int, Bench] = {}

    def make(count: int) -> Bench:
        if count not in made:
            library = work / f"generated-{count}.idx"
            Index.update(library, documents=corpora.generated_documents(count))
            name = f"generated {count:,}"
            made[count] = opened(name, library, corpora.generated_queries())
        return made[count]

    return make


@pytest.fixture(scope="session", params=["generated 1,000", "generated 10,000", "bulk"])
def corpus(request: pytest.FixtureRequest) -> Bench:
    """Each corpus in turn."""
    if request.param == "bulk":
        found: Bench = request.getfixturevalue("bulk")
        return found
    make: Callable[[int], Bench] = request.getfixturevalue("generated")
    return make(int(request.param.split()[1].replace(",", "")))


@pytest.fixture(scope="session")
def bulk_bodies(bulk: Bench) -> twin.RawEngine:
    """The plain engine on the bulk sample with the bodies stored."""
    folder = bulk.folder / "bulk-bodies"
    analyzer = Analyzer()
    if not folder.exists():
        entries = (
            {**document_entry(d, d.pages, "active", analyzer, 100), "body": d.body}
            for d in bulk_documents()
        )
        twin.write_with_bodies(folder, entries, analyzer)
    return twin.RawEngine(folder, analyzer)


@pytest.fixture(scope="session")
def bulk_bodies_stock(bulk_bodies: twin.RawEngine, bulk: Bench) -> twin.RawEngine:
    """The same, with the engine's own analyzer where snippets are cut."""
    return twin.RawEngine(bulk.folder / "bulk-bodies", Analyzer(), is_stock=True)


@pytest.fixture(scope="session")
def bulk_fts5(bulk: Bench) -> twin.Fts5:
    """SQLite FTS5 on the bulk sample."""
    path = bulk.folder / "bulk.sqlite"
    return twin.Fts5(path, () if path.exists() else bulk_documents())
