"""Files from hell and from careless hands: a status each, never an error, never a hang."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bounds import not_hanging
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex.extract.workers.run import Extracted, ExtractRequest, extract_files
from droindex.model import FileStatus
from droindex.settings import ExtractSettings

Read = Callable[..., list[Extracted]]
Make = Callable[..., bytes]
SETTINGS = ExtractSettings(ocr=False)
LONG = "The field office director approves each transfer of a detainee in writing.\n" * 3


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize(
    "name",
    [
        b"line\nbreak.pdf",
        "emoji \U0001f4c4 \u202e.pdf".encode(),
        b"x" * 246 + b".pdf",
        b"not utf-8 \xff\xfe.pdf",
        b"-rf --help.pdf",
        b" .pdf",
    ],
)
def test_names(tmp_path: Path, read: Read, make_pdf: Make, name: bytes, workers: int) -> None:
    path = tmp_path / os.fsdecode(name)
    try:
        path.write_bytes(make_pdf([LONG]))
    except OSError:
        pytest.skip("this file system has no such names")
    [found] = read(path, workers=workers)
    assert found.extraction.status is FileStatus.OK
    assert found.request.path == path


@pytest.mark.parametrize("workers", [0, 2])
def test_what_is_no_readable_file(tmp_path: Path, read: Read, make_pdf: Make, workers: int) -> None:
    good, fifo, loop = tmp_path / "good.pdf", tmp_path / "fifo.pdf", tmp_path / "loop.pdf"
    good.write_bytes(make_pdf([LONG]))
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    gone, folder = tmp_path / "gone.pdf", tmp_path / "folder.pdf"
    folder.mkdir()
    device = tmp_path / "zero.pdf"
    device.symlink_to("/dev/zero")
    with not_hanging():
        *bad, fine = read(fifo, loop, gone, folder, device, good, workers=workers)
    for item in bad:
        assert item.extraction.status is FileStatus.DAMAGED
        assert item.extraction.reason
        assert (item.sha256, item.size_bytes) == (None, 0)
    assert fine.extraction.status is FileStatus.OK


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything"
)
def test_a_file_that_may_not_be_read(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    path.chmod(0)
    [found] = read(path)
    assert found.extraction.reason == "It cannot be read: permission denied."


def test_files_that_change_and_vanish(tmp_path: Path, make_pdf: Make) -> None:
    data = make_pdf([LONG])
    paths = [tmp_path / f"{n}.pdf" for n in range(30)]
    for path in paths:
        path.write_bytes(data)
    stop = threading.Event()

    def disturb() -> None:
        turn = 0
        while not stop.is_set():
            path = paths[turn % len(paths)]
            if turn % 3:
                path.write_bytes(data[: turn % len(data)])
            else:
                path.unlink(missing_ok=True)
            turn += 1

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        requests = [ExtractRequest(path.name, path) for path in paths]
        found = list(extract_files(requests, settings=SETTINGS, workers=2))
    finally:
        stop.set()
        thread.join()
    assert len(found) == 30
    assert all(item.extraction.reason or item.extraction.pages for item in found)


@given(
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=30),
    backend=st.sampled_from(["auto", "pypdf"]),
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_flipped_bytes(
    tmp_path: Path,
    read: Read,
    make_pdf: Make,
    flips: list[tuple[float, int]],
    backend: str,
) -> None:
    data = bytearray(make_pdf([f"Part {n}\n{LONG}" for n in "abc"], compressed=False))
    for place, value in flips:
        data[int(place * (len(data) - 1))] = value
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    [found] = read(path, settings=replace(SETTINGS, backend=backend, page_deadline_s=2.0))
    assert (found.extraction.status is FileStatus.OK) == (not found.extraction.reason)
    numbers = [page.number for page in found.extraction.pages]
    assert numbers == sorted(set(numbers))


PEAK_OF_PARENT = """
import re, sys
from pathlib import Path
from droindex.extract.workers import pool
from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.settings import ExtractSettings

pool._MAX_HELD_CHARS = 3_000_000
path, place = sys.argv[1:]
sys.path.insert(0, place)
Path(path).write_text("x" * 950_000 + "\\U0001f4c4", "utf-8")  # in memory: 4 bytes a character
requests = (ExtractRequest(str(n), Path(path)) for n in range(50))
for item in extract_files(requests, settings=ExtractSettings(), workers=2):
    assert len(item.extraction.pages[0].text) > 900_000
# not ru_maxrss: that begins with the size of the process that started this one
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def test_the_parent_stays_small(tmp_path: Path, slow_extractor: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("memory is read from /proc")
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", PEAK_OF_PARENT, str(tmp_path / "a.slow"), str(slow_extractor)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) <= 120  # MB; it is 40, and 210 where the readings are kept
