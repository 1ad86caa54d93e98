"""The library that the tests of this folder tell of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from present.samples import NEW, OLD
from support import opened

from droindex import Index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    yield from opened(tmp_path_factory.mktemp("present"), (OLD, NEW))
