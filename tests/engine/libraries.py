"""Libraries that either engine holds, for tests of what lies above the engines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.memory import MEMORY

from droindex import Document, Index, Settings
from droindex.build.build import BuildOptions, build, update
from droindex.engine.protocol import Engine
from droindex.engine.tantivy.engine import TANTIVY
from droindex.library.session import Handle

__all__ = ["ENGINES", "built", "opened", "put"]

ENGINES: dict[str, Engine] = {"tantivy": TANTIVY, "memory": MEMORY}


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
