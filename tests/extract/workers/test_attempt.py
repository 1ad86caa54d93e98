"""One attempt at a file: whatever an extractor does ends in a status and a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from droindex.extract.deadline import OutOfTimeError
from droindex.extract.private_copy import Copy
from droindex.extract.protocol import FileFacts, UnreadableFileError
from droindex.extract.workers.attempt import read_file
from droindex.model import FileStatus
from droindex.pages import Page
from droindex.settings import ExtractSettings

SETTINGS = ExtractSettings(ocr=False)
FACTS = FileFacts("text/x-lines")


class Lines:
    """Gives a page per line, and raises what it is told to after the first one."""

    name, version, suffixes = "lines", "1", (".lines",)

    def __init__(self, fault: BaseException | None = None) -> None:
        self._fault = fault
        self.seen: list[Path] = []

    def extract(self, path: Path, settings: ExtractSettings) -> Iterator[FileFacts | Page]:
        self.seen.append(path)
        yield FACTS
        for number, line in enumerate(path.read_text().splitlines(), 1):
            yield Page(number, line)
            if self._fault is not None:
                raise self._fault


class ResumedLines(Lines):
    """The same, and it can go on in the middle."""

    def resume(
        self, path: Path, settings: ExtractSettings, first_page: int
    ) -> Iterator[FileFacts | Page]:
        for item in self.extract(path, settings):
            if isinstance(item, Page) and item.number >= first_page:
                yield item


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.lines"
    path.write_text("one\ntwo\nthree")
    return path


def test_the_copy_comes_first_and_is_what_is_read(file: Path) -> None:
    extractor = Lines()
    copy, facts, *pages = read_file(file, extractor, SETTINGS)
    assert isinstance(copy, Copy)
    assert (copy.size, copy.sha256) == (13, hashlib.sha256(file.read_bytes()).hexdigest())
    assert facts == FACTS
    assert pages == [Page(1, "one"), Page(2, "two"), Page(3, "three")]
    assert extractor.seen == [copy.path]
    assert copy.path != file
    assert not copy.path.exists()  # it is gone when the reading is over


@pytest.mark.parametrize(
    ("extractor", "first_page", "numbers"),
    [
        (Lines(), 1, [1, 2, 3]),
        (Lines(), 3, [1, 2, 3]),  # it begins anew
        (ResumedLines(), 1, [1, 2, 3]),
        (ResumedLines(), 2, [2, 3]),
        (ResumedLines(), 9, []),
    ],
)
def test_it_goes_on_where_it_can(
    file: Path, extractor: Lines, first_page: int, numbers: list[int]
) -> None:
    found = read_file(file, extractor, SETTINGS, first_page)
    assert [item.number for item in found if isinstance(item, Page)] == numbers


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        (UnreadableFileError(FileStatus.ENCRYPTED, "Locked."), FileStatus.ENCRYPTED, "Locked."),
        (MemoryError(), FileStatus.TOO_BIG, "memory"),
        (OutOfTimeError(), FileStatus.TIMED_OUT, "too long"),
        (ValueError("secret words of a file"), FileStatus.DAMAGED, "(ValueError)"),
        (RecursionError(), FileStatus.DAMAGED, "(RecursionError)"),
        (KeyError("x"), FileStatus.DAMAGED, "(KeyError)"),
    ],
)
def test_every_fault_is_a_status_and_a_reason(
    file: Path, fault: Exception, status: FileStatus, reason: str
) -> None:
    found: list[object] = []
    with pytest.raises(UnreadableFileError) as caught:
        found.extend(read_file(file, Lines(fault), SETTINGS))
    assert caught.value.status is status
    assert reason in caught.value.reason
    assert "secret" not in caught.value.reason


def test_what_came_before_a_fault_was_given(file: Path) -> None:
    reading = read_file(file, Lines(ValueError()), SETTINGS)
    assert [type(next(reading)) for _ in range(3)] == [Copy, FileFacts, Page]
    with pytest.raises(UnreadableFileError):
        next(reading)


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), SystemExit(3)])
def test_an_end_of_the_process_is_not_held_up(file: Path, fault: BaseException) -> None:
    with pytest.raises(type(fault)):
        list(read_file(file, Lines(fault), SETTINGS))


def test_who_stops_reading_leaves_no_copy(file: Path) -> None:
    reading = read_file(file, Lines(), SETTINGS)
    copy = next(reading)
    assert isinstance(copy, Copy)
    assert copy.path.exists()
    assert isinstance(reading, Iterator)
    reading.close()  # type: ignore[attr-defined]
    assert not copy.path.exists()


@pytest.mark.parametrize("max_bytes", [12, 1, 0])
def test_a_file_past_the_budget_is_not_read(file: Path, max_bytes: int) -> None:
    extractor = Lines()
    with pytest.raises(UnreadableFileError) as caught:
        list(read_file(file, extractor, ExtractSettings(max_bytes=max_bytes)))
    assert caught.value.status is FileStatus.TOO_BIG
    assert extractor.seen == []


def test_a_file_that_is_gone_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        list(read_file(tmp_path / "gone", Lines(), SETTINGS))
    assert caught.value.status is FileStatus.DAMAGED
