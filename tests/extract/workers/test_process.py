"""Worker processes that die, hang, hog and are left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bounds import not_hanging, until
from support import children

from droindex.errors import StorageError
from droindex.extract.workers import process, resource_limits
from droindex.extract.workers.run import Extracted, ExtractRequest, extract_files
from droindex.model import FileStatus
from droindex.pages import PageStatus
from droindex.settings import ExtractSettings

Read = Callable[..., list[Extracted]]
SETTINGS = ExtractSettings(ocr=False)  # the tests of OCR turn it on
HASTY = replace(SETTINGS, page_deadline_s=1.0, document_deadline_s=2.5)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
    pytest.mark.usefixtures("slow_extractor"),
]


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines))
    return path


@pytest.fixture(autouse=True)
def _no_process_is_left() -> object:
    before = set(children())
    yield
    assert set(children()) <= before, "a worker or a zombie is left"


def test_a_worker_that_dies_costs_one_page_of_one_file(tmp_path: Path, read: Read) -> None:
    bad = write(tmp_path / "bad.slow", "one", "two", "die", "four")
    good = write(tmp_path / "good.slow", "one", "two")
    found, other = read(bad, good, workers=2)
    assert found.extraction.status is FileStatus.PARTIAL
    assert [(page.text, page.status) for page in found.extraction.pages] == [
        ("one", PageStatus.OK),
        ("two", PageStatus.OK),
        ("", PageStatus.CRASHED),
    ]
    assert "SIGKILL" in found.extraction.reason
    assert other.extraction.status is FileStatus.OK


def test_workers_killed_from_outside(tmp_path: Path) -> None:
    paths = [
        write(tmp_path / f"{n}.slow", *(f"{n} line {m}" for m in range(3)), "sleep 0.1", "end")
        for n in range(12)
    ]
    kills = 0
    before = set(children())

    def kill(_pages: int) -> None:
        nonlocal kills
        workers = set(children()) - before
        if kills < 10 and workers:  # in turn: none is always killed while it starts
            os.kill(sorted(workers)[kills % len(workers)], signal.SIGKILL)
            kills += 1

    requests = [ExtractRequest(path.name, path) for path in paths]
    found = list(extract_files(requests, settings=SETTINGS, workers=2, on_page=kill))
    assert kills == 10
    for number, item in enumerate(found):
        texts = [page.text for page in item.extraction.pages if page.status is PageStatus.OK]
        whole = [f"{number} line {m}" for m in range(3)] + ["sleep 0.1", "end"]
        if item.extraction.status is FileStatus.OK:
            assert texts == whole
        else:
            assert item.extraction.status in (FileStatus.PARTIAL, FileStatus.CRASHED)
            assert texts == whole[: len(texts)]


def test_deadlines(tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_GRACE_S", 0.2)
    page = write(tmp_path / "page.slow", "one", "sleep 30")
    document = write(tmp_path / "document.slow", *["sleep 0.3"] * 30)
    nothing = write(tmp_path / "nothing.slow", "spin")
    first, second, third = read(page, document, nothing, workers=3, settings=HASTY)
    assert first.extraction.status is FileStatus.PARTIAL
    assert first.extraction.reason.startswith("Reading it took too long.")
    assert [p.status for p in first.extraction.pages] == [PageStatus.OK, PageStatus.TIMED_OUT]
    assert second.extraction.status is FileStatus.PARTIAL
    assert "longer than a document may take" in second.extraction.reason
    assert third.extraction.status is FileStatus.TIMED_OUT


def test_memory(tmp_path: Path, read: Read) -> None:
    hog = write(tmp_path / "hog.slow", "one", "hog 900")
    [found] = read(hog, workers=1, settings=replace(SETTINGS, memory_bytes=400 << 20))
    assert found.extraction.status is FileStatus.PARTIAL
    assert "more memory than a reader may use" in found.extraction.reason


def test_the_memory_watch_where_there_is_no_limit() -> None:
    code = (
        "import os, sys, time;"
        "from droindex.extract.workers.resource_limits import die_with_parent;"
        "die_with_parent(int(sys.argv[1]), os.getppid(), watch_bytes=200 << 20);"
        "hog = b'x' * (300 << 20); time.sleep(30)"
    )
    out, into = os.pipe()
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)], pass_fds=(out,), timeout=29, check=False
    )
    os.close(out)
    os.close(into)
    assert done.returncode == resource_limits.EXIT_MEMORY


def test_computing_time(tmp_path: Path, read: Read) -> None:
    spin = write(tmp_path / "spin.slow", "one", "spin")
    # on a busy machine a second of computing takes many on the wall
    patient = replace(SETTINGS, cpu_s=1, page_deadline_s=60.0)
    [found] = read(spin, workers=1, settings=patient)
    assert found.extraction.status is FileStatus.PARTIAL
    assert "computing time" in found.extraction.reason


def test_workers_are_renewed(tmp_path: Path, read: Read) -> None:
    paths = [write(tmp_path / f"{n}.slow", "pid") for n in range(5)]
    found = read(*paths, workers=1, settings=replace(SETTINGS, files_per_worker=2))
    assert len({item.extraction.pages[0].text for item in found}) == 3


def test_dropping_the_iterator_ends_the_workers(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{n}.slow", "one", "sleep 3600") for n in range(4)]
    first = write(tmp_path / "first.slow", "one")
    requests = [ExtractRequest(path.name, path) for path in [first, *paths]]
    patient = replace(SETTINGS, page_deadline_s=3600.0)
    before = set(children())
    found = extract_files(requests, settings=patient, workers=2)
    assert next(found).extraction.status is FileStatus.OK
    with not_hanging():  # it does not wait for what sleeps
        found.close()  # type: ignore[attr-defined]
    assert set(children()) <= before


def test_workers_that_never_start(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "BOOT", "raise SystemExit(3)")
    with pytest.raises(StorageError, match="cannot be started"):
        read(write(tmp_path / "a.slow", "one"), workers=1)


def test_a_worker_that_talks_nonsense(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = r"\0\0\0\x10\0\0\0\0"  # 16 bytes of JSON, and no text
    ready = '{"kind":"ready"}'
    nonsense = f"import os; os.write(1, b'{head}{ready}' + b'?' * 99)"
    monkeypatch.setattr(process, "BOOT", nonsense)
    [found] = read(write(tmp_path / "a.slow", "one"), workers=1)
    assert found.extraction.status is FileStatus.CRASHED


PARENT = """
import os, sys
from pathlib import Path
from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.settings import ExtractSettings
sys.path.insert(0, sys.argv[1])
requests = [ExtractRequest(name, Path(name)) for name in sys.argv[2:]]
def tell(_pages):
    os.write(1, b"page\\n")
list(extract_files(requests, settings=ExtractSettings(page_deadline_s=60), workers=2, on_page=tell))
"""


def test_no_worker_outlives_a_parent_that_is_killed(tmp_path: Path, slow_extractor: Path) -> None:
    paths = [write(tmp_path / f"{n}.slow", "one", "sleep 30", "spin") for n in range(2)]
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(slow_extractor), *map(str, paths)],
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    for _ in paths:
        assert parent.stdout.readline() == b"page\n"
    workers = [pid for pid in map(int, _pids()) if _parent_of(pid) == parent.pid]
    assert len(workers) == 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not any(_is_alive(pid) for pid in workers))  # else one outlives its parent


def _pids() -> list[str]:
    return [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["X", "0"]


def _parent_of(pid: int) -> int:
    return int(_fields(pid)[1])


def _is_alive(pid: int) -> bool:
    return _fields(pid)[0] not in ("X", "Z")
