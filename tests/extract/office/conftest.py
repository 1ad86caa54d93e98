"""Office files read: they need the extra."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from droindex.extract.office.kinds import is_installed
from droindex.extract.protocol import Extraction
from droindex.extract.workers.run import Extracted

LIBRARIES = is_installed()


@pytest.fixture(autouse=True)
def office(require: Callable[[str, object, str], None]) -> None:
    """Skips where the extra is not installed."""
    require("office", LIBRARIES, "the extra office is not installed")


@pytest.fixture
def reading(
    tmp_path: Path, read: Callable[..., list[Extracted]]
) -> Callable[[bytes, str], Extraction]:
    """`reading(data, suffix)` is what a file is read to."""

    def run(data: bytes, suffix: str = ".docx") -> Extraction:
        path = tmp_path / f"memo{suffix}"
        path.write_bytes(data)
        [found] = read(path)
        return found.extraction

    return run
