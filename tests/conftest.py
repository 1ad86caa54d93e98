"""Fixtures that several test folders share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from engine.libraries import ENGINES
from hypothesis import HealthCheck, settings
from support import document

from droindex import Index
from droindex.engine.protocol import Engine

ROOT = Path(__file__).resolve().parents[1]

# What else runs on the machine makes neither a test nor the drawing of its examples fail.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew; review the diff"
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def require() -> Callable[[str, object, str], None]:
    """A skip that CI turns into a failure: require("ocr", found, "tesseract is not installed")."""

    def check(name: str, present: object, reason: str) -> None:
        if present:
            return
        if name in os.environ.get("DROINDEX_REQUIRE", "").split(","):
            pytest.fail(f"{name} is required here: {reason}")
        pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def shared(require: Callable[[str, object, str], None]) -> Path:
    """The folder of measurement data beside the checkout."""
    folder = Path(os.environ.get("DROINDEX_SHARED", ROOT.parent / "shared")).resolve()
    require("shared", folder.is_dir(), f"the measurement data is not at {folder}")
    return folder


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the sample corpus, built once; it must not be changed."""
    path = tmp_path_factory.mktemp("sample") / "library.idx"
    Index.build(ROOT / "corpus", path, ocr=False)
    return path


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the engines: what lies above them must answer alike over both."""
    return ENGINES[request.param]


@pytest.fixture
def library(tmp_path: Path) -> Callable[..., Path]:
    """Builds a small library: `library([{...}, ...])`; `body` is a text or a list of pages."""

    def make(records: Iterable[dict[str, object]], name: str = "library.idx") -> Path:
        path = tmp_path / name
        Index.update(path, documents=[document(**record) for record in records])
        return path

    return make
