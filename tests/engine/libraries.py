"""Libraries and a schema that any engine holds, for tests of engines and of what uses them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.cluster import ClusterEngine
from engine.memory import MEMORY

from droindex import Document, Index, Settings
from droindex.build.build import BuildOptions, build, update
from droindex.engine.protocol import Engine
from droindex.engine.schema import OWNER, Key, Number, Words
from droindex.engine.tantivy.engine import TANTIVY
from droindex.library.session import Handle

__all__ = ["ENGINES", "SCHEMA", "built", "opened", "put"]

ENGINES: dict[str, Engine] = {
    "tantivy": TANTIVY,
    "memory": MEMORY,
    "opensearch": ClusterEngine(),  # a test over it is skipped where no cluster runs
}

# Words in their stems and as written, two keys that are counted, and a number.
SCHEMA = (
    Key("doc_id", is_stored=True),
    Number(OWNER, is_indexed=True),
    Words("all"),
    Words("exact", is_stemmed=False),
    Key("kind", is_column=True),
    Key("place", is_column=True),
    Number("day"),
)


def put(path: Path, documents: Iterable[Document], engine: Engine) -> Path:
    """Put documents into a library that an engine holds."""
    update(path, documents, (), BuildOptions(engine=engine))
    return path


def built(corpus: Path, path: Path, engine: Engine) -> Path:
    """Build a library that an engine holds from a corpus."""
    build(corpus, path, BuildOptions(engine=engine, workers=0))
    return path


def opened(path: Path, engine: Engine) -> Index:
    """Return a library that an engine holds, open."""
    return Index(Handle(path, None, None, engine), Settings())
