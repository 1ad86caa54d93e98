"""PDF files made on the spot, and a slow extractor from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import pdf_of

from droindex.extract.workers.run import Extracted, ExtractRequest, extract_files
from droindex.settings import ExtractSettings

SLOW = '''
import time
from droindex.extract.protocol import FileFacts, UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import Page

class SlowExtractor:
    """One page per line: `sleep SECONDS`, `die`, `fail`, `refuse`, `hog`, `pid`, or text."""
    name = "slow"
    version = "1"
    suffixes = (".slow",)

    def extract(self, path, settings):
        lines = path.read_text("utf-8").splitlines()
        yield FileFacts("text/x-slow", page_count=len(lines))
        for number, line in enumerate(lines, 1):
            word, _, value = line.partition(" ")
            if word == "pid":
                import os
                line = str(os.getpid())
            if word == "sleep":
                time.sleep(float(value))
            elif word == "die":
                import os, signal
                os.kill(os.getpid(), signal.SIGKILL)
            elif word == "spin":
                while True:
                    pass
            elif word == "fail":
                raise RuntimeError(value)
            elif word == "refuse":
                raise UnreadableFileError(FileStatus.ENCRYPTED, value)
            elif word == "hog":
                hog = [bytearray(1 << 20) for _ in range(int(value))]
            yield Page(number, line, backend="slow")
'''


@pytest.fixture
def slow_extractor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Installs the slow extractor through an entry point, as another package would."""
    place = tmp_path / "site"
    info = place / "slow_extractor-1.0.dist-info"
    info.mkdir(parents=True)
    (place / "slow_extractor.py").write_text(SLOW)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-extractor\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[droindex.extractors]\nslow = slow_extractor:SlowExtractor\n"
    )
    monkeypatch.syspath_prepend(str(place))
    return place


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    """`make_pdf(["text of page 1", ...], title=..., picture=...)` gives the bytes of a PDF."""

    return pdf_of


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Extracted]]:
    """`read(path, ..., workers=0)` reads files one after the other."""

    def run(*paths: Path, workers: int = 0, **options: object) -> list[Extracted]:
        settings = options.pop("settings", ExtractSettings(ocr=False))
        requests = [ExtractRequest(path.name, path) for path in paths]
        found = extract_files(requests, settings=settings, workers=workers, **options)  # type: ignore[arg-type]
        return list(found)

    return run
