"""What the pages are run against: the sample library, as a first installation builds it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from droindex import Index

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def plain_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that `make demo` builds: without extras, so read by pypdf."""
    path = tmp_path_factory.mktemp("plain") / "library.idx"
    Index.build(ROOT / "corpus", path, backend="pypdf", ocr=False)
    return path


@pytest.fixture
def desk(plain_library: Path, tmp_path: Path) -> Path:
    """A folder as a reader of the docs has it: the sample corpus and its library."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.copytree(plain_library, tmp_path / "library.idx")
    return tmp_path
