"""Whatever fails in the parent while it has a file: the file ends, and the build goes on."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import pytest

from droindex import Index
from droindex.errors import StorageError
from droindex.extract.cleanup.running_heads import strip_running_lines
from droindex.extract.workers import job as job_module
from droindex.extract.workers import process
from droindex.extract.workers.job import Job
from droindex.extract.workers.pool import Pool
from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.model import FileStatus
from droindex.pages import Page
from droindex.settings import ExtractSettings

_STEPS = [
    (job_module.Collector, "add"),
    (job_module.Collector, "result"),
    (job_module.Job, "take"),
    (job_module.Job, "take_item"),
    (job_module.Job, "lost"),
    (job_module.Job, "finish"),
    (job_module, "page_from_dict"),
    (job_module, "facts_from_dict"),
    (job_module, "_copy_of"),
    (process, "job_message"),
    (process.WorkerProcess, "give"),
    (process.WorkerProcess, "read"),
    (process.WorkerProcess, "late"),
    (process.WorkerProcess, "take"),
    (process.WorkerProcess, "finish"),
    (process.WorkerProcess, "is_worn"),
]
SETTINGS = ExtractSettings(ocr=False)


@pytest.mark.parametrize("mask", ["#", "# #", "\0", "@", "#@1", "/ #"])
def test_a_line_that_looks_like_masked_digits_is_text(mask: str) -> None:
    texts = [f"{mask}\nThe text of page {word}." for word in ("one", "two", "three")]
    pages = [Page(number, text) for number, text in enumerate(texts, 1)]
    assert strip_running_lines(pages) == (texts, ())


@pytest.mark.parametrize(
    ("owner", "name"), _STEPS, ids=lambda item: getattr(item, "__name__", item)
)
def test_a_fault_in_the_parent_ends_its_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    owner: Any,
    name: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a planted fault")

    requests = []
    for key in ("a", "b"):
        (tmp_path / f"{key}.txt").write_text(f"The text of {key}.", encoding="utf-8")
        requests.append(ExtractRequest(key, tmp_path / f"{key}.txt"))
    monkeypatch.setattr(owner, name, fail)
    with caplog.at_level(logging.ERROR, logger="droindex"):
        found = list(extract_files(requests, settings=ExtractSettings(), workers=1))
    assert [item.request.key for item in found] == ["a", "b"]
    if name not in ("lost", "is_worn"):  # called where something else has failed, or all is done
        statuses = {item.extraction.status for item in found}
        assert statuses <= {FileStatus.CRASHED, FileStatus.PARTIAL}  # what had come is kept
        assert "a planted fault" in caplog.text


_HOSTILE = """#!{python}
import os, struct
def said(body, text=b""):
    return struct.pack(">II", len(body), len(text)) + body + text
def send(body, text=b""):
    os.write(1, said(body, text))
def exactly(count):
    return b"".join(os.read(0, 1) for _ in range(count))
exactly(sum(struct.unpack(">II", exactly(8))))  # the settings
send(b'{{"kind": "ready"}}')
{attack}
while os.read(0, 65536):
    pass
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has workers be a program of ours, which says it is ready and then does as it is told."""

    def plant(attack: str) -> None:
        program = tmp_path / "python"
        text = _HOSTILE.format(python=sys.executable, attack=attack)
        program.write_text(text, encoding="utf-8")
        program.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(program))

    return plant


def _requests(folder: Path, count: int) -> list[ExtractRequest]:
    paths = [folder / f"{number}.txt" for number in range(count)]
    for path in paths:
        path.write_text("A text.", encoding="utf-8")
    return [ExtractRequest(path.name, path) for path in paths]


@pytest.mark.parametrize(
    "attack",
    [
        """os.write(1, struct.pack(">II", 2**32 - 1, 0))""",
        """os.write(1, struct.pack(">II", 2, 2**32 - 1))""",
        """send(b"no JSON")""",
        """send(b"[1]")""",
        """send(b'{"no": "kind"}')""",
        """send(b'{"kind": "copy", "sha256": "0", "size": 1e999}')""",
        """send(b'{"kind": "page", "page": 7}')""",
        """send(b'{"kind": "page", "page": {"n": 1}}', b"\\xff")""",
        """send(b'{"kind": "end", "status": "no such", "reason": ""}')""",
        """send(b'{"kind": ' + b"[" * 60000)""",
        """send(b'{"kind": "copy", "sha256": "0", "size": ' + b"9" * 9000 + b"}")""",
        """while True: send(b'{"kind": "ready"}')""",
        """send(b'{"kind": "end"}'); send(b'{"kind": "end"}')""",
        """os.write(2, b"!" * 1_000_000); raise SystemExit(9)""",
        """send(b'{"kind": "copy", "sha256": "' + rb"\\ud800" * 64 + b'", "size": 1}')""",
        """send(b'{"kind": "copy", "sha256": "%s", "size": -1}' % (b"0" * 64))""",
        """os.kill(os.getpid(), 40)""",  # of the realtime range, without a name
    ],
)
def test_no_message_of_a_worker_stops_a_build(
    tmp_path: Path, hostile: Callable[[str], None], attack: str
) -> None:
    hostile(attack)
    (found,) = extract_files(_requests(tmp_path, 1), settings=SETTINGS, workers=1)
    assert found.extraction.status in (FileStatus.CRASHED, FileStatus.EMPTY)


@pytest.mark.parametrize("more", ['{"kind": "page"}', '{"kind": "end"}', "[1]"])
def test_what_a_worker_says_after_its_last_file_concerns_nobody(
    tmp_path: Path, hostile: Callable[[str], None], more: str
) -> None:
    hostile(f"""os.write(1, said(b'{{"kind": "end", "rss": 999999999999}}') + said(b'{more}'))""")
    found = list(extract_files(_requests(tmp_path, 3), settings=SETTINGS, workers=1))
    assert {item.extraction.status for item in found} == {FileStatus.EMPTY}


_HALF = r"\\ud800"  # of a character, as JSON writes it
_SOUND = (
    '{"kind": "facts", "facts": {"media_type": "%s", "page_count": 1, "properties": {"Title": '
    '"%s"}, "outline": [["%s", 0, 1]], "sized_lines": [["%s", 12, 1]], "running_lines": ["%s"], '
    '"is_encrypted": false, "notes": ["%s"]}}'
)


def test_halves_of_characters_end_no_build(tmp_path: Path, hostile: Callable[[str], None]) -> None:
    facts = _SOUND % ((f"half {_HALF}",) * 6)
    hostile(f"""
send(b'{facts}')
send(b'{{"kind": "page", "page": {{"n": 1, "label": "{_HALF}", "engine": "{_HALF}"}}}}',
    b"policy \\xed\\xa0\\x80")
send(b'{{"kind": "end", "status": "damaged", "reason": "half {_HALF}"}}')
""")
    corpus, library = tmp_path / "corpus", tmp_path / "library.idx"
    corpus.mkdir()
    _requests(corpus, 2)
    report = Index.build(corpus, library, workers=1)
    assert {(item.slug, item.message) for item in report.problems} == {("partial", "half \ufffd")}
    with Index.open(library) as index:
        assert [hit.doc_id for hit in index.search("policy")] == ["0", "1"]


HASTY = ExtractSettings(
    page_deadline_s=0.5, ocr_page_deadline_s=0.0, document_deadline_s=1.0, ocr=True
)


@pytest.mark.parametrize(
    "attack",
    [
        "",
        """while True: send(b'{"kind": "page", "page": {"n": 1, "ocr": true}}', b"x")""",
        """while True: send(b'{"kind": "copy", "sha256": "%s", "size": 1}' % (b"0" * 64))""",
        """os.fork() or os._exit(0)""",  # the child holds the pipe open
        """import signal; os.kill(os.getpid(), signal.SIGSTOP)""",
    ],
    ids=["silent", "pages", "copies", "fork", "stopped"],
)
def test_a_deadline_ends_whatever_a_worker_does(
    tmp_path: Path, hostile: Callable[[str], None], attack: str
) -> None:
    hostile(attack)
    pool = Pool(HASTY, 1)
    job, other = (Job(item.path, "plain", HASTY) for item in _requests(tmp_path, 2))
    pool.submit(job)
    pool.submit(other)
    statuses = {pool.result(item).extraction.status for item in (job, other)}
    pool.close()
    assert statuses <= {FileStatus.TIMED_OUT, FileStatus.PARTIAL, FileStatus.CRASHED}


def test_a_worker_that_does_not_listen_is_replaced(
    tmp_path: Path, hostile: Callable[[str], None]
) -> None:
    hostile("""
import fcntl, termios
seen = 0
while True:
    there = struct.unpack("i", fcntl.ioctl(0, termios.FIONREAD, b"0000"))[0]
    if there > seen:
        seen = there
        send(b'{"kind": "end"}')
""")
    deep = tmp_path.joinpath(*["folder" * 40] * 8)
    deep.mkdir(parents=True)
    found = list(extract_files(_requests(deep, 80), settings=SETTINGS, workers=1))
    assert len(found) == 80


_MEASURED = """
import re, sys
from pathlib import Path
from droindex.extract.workers.run import ExtractRequest, extract_files
from droindex.settings import ExtractSettings
sys.executable = sys.argv[1]
requests = [ExtractRequest(name, Path(name)) for name in sys.argv[2:]]
found = extract_files(requests, settings=ExtractSettings(), workers=1)
print({item.extraction.status.value for item in found})
# not ru_maxrss: that begins with the size of the process that started this one
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""
_FACTS = (
    '{"kind": "facts", "facts": {"media_type": "", "page_count": 1, "properties": {}, '
    '"outline": [], "running_lines": [], "is_encrypted": 0, "notes": [], "sized_lines": [%s]}}'
)


@pytest.mark.parametrize(
    "attack",
    [
        """send(b'{"kind": "x", "y": [' + b'{"":0},' * 285_000 + b'0]}')""",
        f"""
send(b'{_FACTS}' % b",".join([b'["",1,1]'] * 200_000))
send(b'{{"kind": "end"}}')
""",
        """
for number in range(1, 30):
    send(b'{"kind": "page", "page": {"n": %d}}' % number, b"\\xf0\\x9f\\x98\\x80" * 1_000_000)
send(b'{"kind": "end"}')
""",
    ],
    ids=["brackets", "facts", "pages"],
)
def test_the_memory_of_the_parent_has_a_bound(
    tmp_path: Path, hostile: Callable[[str], None], attack: str
) -> None:
    if sys.platform != "linux":
        pytest.skip("memory is read from /proc")
    python = sys.executable
    hostile(attack)
    paths = [str(item.path) for item in _requests(tmp_path, 1)]
    command = [python, "-c", _MEASURED, sys.executable, *paths]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    megabytes = int(run.stdout.split()[-1])
    assert megabytes < 300, run.stdout


def test_a_file_is_given_up_when_no_worker_is_heard_of(
    tmp_path: Path, hostile: Callable[[str], None]
) -> None:
    hostile("")
    pool = Pool(SETTINGS, 1)
    first, second = (Job(item.path, "plain", SETTINGS) for item in _requests(tmp_path, 2))
    pool.submit(first)
    pool.submit(second)
    while not any(worker.was_ready for worker in pool._workers):
        pass  # it says that it is ready, and nothing more
    found = pool.result(first, silence_s=0.0).extraction
    assert (found.status, "Nothing was heard" in found.reason) == (FileStatus.CRASHED, True)
    pool.close()
    assert second.future.cancelled()


def test_a_file_that_nobody_has_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process.WorkerProcess, "give", lambda *_: None)
    found = list(extract_files(_requests(tmp_path, 3), settings=SETTINGS, workers=1))
    assert {item.extraction.status for item in found} == {FileStatus.CRASHED}


def test_a_pool_that_has_ended_takes_no_file(
    tmp_path: Path, hostile: Callable[[str], None]
) -> None:
    job, other, late = (Job(item.path, "plain", SETTINGS) for item in _requests(tmp_path, 3))
    closed = Pool(SETTINGS, 1)
    closed.close()
    closed.submit(job)
    assert job.future.cancelled()
    hostile("")
    Path(sys.executable).write_text("#!/bin/sh\nexit 3\n")
    failed = Pool(SETTINGS, 1)
    for given in (other, late):
        failed.submit(given)
        with pytest.raises(StorageError):
            failed.result(given)
    failed.close()


def test_what_a_caller_does_to_a_file_under_way_concerns_no_other(tmp_path: Path) -> None:
    pool = Pool(SETTINGS, 1)
    gone, sound = (Job(item.path, "plain", SETTINGS) for item in _requests(tmp_path, 2))
    gone.future.cancel()
    for job in (gone, sound):
        pool.submit(job)
    assert pool.result(sound).extraction.status is FileStatus.OK
    pool.close()


def test_a_listener_that_blocks_holds_up_no_file(tmp_path: Path) -> None:
    first, *others = (Job(item.path, "plain", SETTINGS) for item in _requests(tmp_path, 6))

    def listen(_count: int) -> None:  # like a terminal whose output is held
        assert wait([job.future for job in others], 60).not_done == set()

    pool = Pool(SETTINGS, 1, on_page=listen)
    for job in (first, *others):
        pool.submit(job)
    for job in (first, *others):
        assert pool.result(job).extraction.status is FileStatus.OK
    pool.close()


@pytest.mark.parametrize("workers", [0, 1])
def test_what_a_listener_raises_goes_to_the_caller(tmp_path: Path, workers: int) -> None:
    def fail(_count: int) -> None:
        raise RuntimeError("a planted fault")

    found = extract_files(_requests(tmp_path, 3), settings=SETTINGS, workers=workers, on_page=fail)
    with pytest.raises(RuntimeError, match="a planted fault"):
        list(found)
