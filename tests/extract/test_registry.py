"""A build reads what an extractor of another package reads: the one of docs/extraction.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from droindex import Index, SettingsError

PAGE = Path(__file__).parents[2] / "docs" / "extraction.md"
SUBTITLES = "1\n00:00:01,000 --> 00:00:04,000\nThe ferry sails at dusk.\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Returns a folder with the package of the docs, as an installer leaves it."""
    code, table = re.search(
        r"```python\n(# my_package/subtitles\.py\n.*?)```\n```toml\n(.*?)```",
        PAGE.read_text("utf-8"),
        re.DOTALL,
    ).groups()  # type: ignore[union-attr] # the page has both blocks
    place = tmp_path / "site"
    (place / "my_package").mkdir(parents=True)
    splitter = "\n\ndef split_by_time(text):\n    return [text]\n"
    (place / "my_package" / "subtitles.py").write_text(code + splitter)
    info = place / "my_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n")
    name, target = re.search(r'(\w+) = "(.+)"', table).groups()  # type: ignore[union-attr] # as above
    (info / "entry_points.txt").write_text(f"[droindex.extractors]\n{name} = {target}\n")
    return place


def test_the_files_of_an_installed_extractor_are_documents(tmp_path: Path, package: Path) -> None:
    corpus, library = tmp_path / "corpus", tmp_path / "library.idx"
    corpus.mkdir()
    (corpus / "course.SRT").write_text(SUBTITLES)
    (corpus / "course.toml").write_text('title = "A crossing"\n')
    (corpus / "memo.txt").write_text("The ferry is late.")
    program = "from droindex.cli.main import main; main()"
    command = [sys.executable, "-c", program, "build", str(corpus), "-i", str(library)]
    environment = {**os.environ, "PYTHONPATH": str(package)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with Index.open(library) as index:
        assert {hit.doc_id for hit in index.search("ferry")} == {"course", "memo"}
        document = index.get("course")
        assert document.title == "A crossing"
        assert document.media_type == "application/x-subrip"


def test_without_it_they_are_none(tmp_path: Path) -> None:
    corpus, library = tmp_path / "corpus", tmp_path / "library.idx"
    corpus.mkdir()
    (corpus / "course.srt").write_text(SUBTITLES)
    (corpus / "memo.txt").write_text("The ferry is late.")
    Index.build(corpus, library, workers=0)
    with Index.open(library) as index:
        assert [hit.doc_id for hit in index.search("ferry")] == ["memo"]


_MODULE = """
from droindex.extract.protocol import FileFacts, UnreadableFileError
from droindex.model import FileStatus
from droindex.pages import Page

class Odd:
    name = "odd"
    version = "1"
    suffixes = (".odd",)

    def __init__(self):
        {begin}

    def extract(self, path, settings):
        yield FileFacts()
        {end}
"""


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """`odd(begin=..., end=...)` installs an extractor of such lines; returns a corpus for it."""

    def install(*, begin: str = "pass", end: str = "pass") -> Path:
        info = tmp_path / "site" / "odd-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[droindex.extractors]\nodd = odd_package:Odd\n")
        (tmp_path / "site" / "odd_package.py").write_text(_MODULE.format(begin=begin, end=end))
        monkeypatch.syspath_prepend(str(tmp_path / "site"))
        monkeypatch.delitem(sys.modules, "odd_package", raising=False)
        corpus = tmp_path / "corpus"
        corpus.mkdir()
        for name in ("a.txt", "b.odd", "c.txt"):
            (corpus / name).write_text("The ferry sails.")
        return corpus

    return install


_LINES = [
    "raise BaseException('x')",
    "raise GeneratorExit",
    "raise UnreadableFileError('odd', 7)",
    "raise UnreadableFileError(FileStatus.DAMAGED, '\\ud800')",
    "yield None",
    "yield Page(1, b'bytes')",
    "yield Page('1', 'text')",
    "yield Page(1, 'text', label=7)",
    "yield Page(1, 'text', status='odd')",
    "yield Page(1, 'half \\ud800', label='\\ud800', backend='\\ud800')",
    "yield FileFacts(media_type='\\ud800')",
    "yield FileFacts(media_type=None)",
    "yield FileFacts(properties={1: b'x'})",
    "yield FileFacts(outline=None)",
]


@pytest.mark.parametrize("line", _LINES)
def test_what_an_extractor_gives_ends_no_build(
    tmp_path: Path, odd: Callable[..., Path], line: str
) -> None:
    corpus = odd(end=line)
    for workers in (0, 1):
        library = tmp_path / f"library-{workers}.idx"
        Index.build(corpus, library, workers=workers)
        with Index.open(library) as index:
            assert {hit.doc_id for hit in index.search("ferry")} == {"a", "c"}


@pytest.mark.parametrize(
    "line",
    ["raise SystemExit", "raise BaseException", "self.suffixes = (7,)", "self.suffixes = None"],
)
def test_an_extractor_that_cannot_be_loaded_is_named(
    tmp_path: Path, odd: Callable[..., Path], line: str
) -> None:
    corpus = odd(begin=line)
    with pytest.raises(SettingsError, match="'odd'"):
        Index.build(corpus, tmp_path / "library.idx", workers=0)
