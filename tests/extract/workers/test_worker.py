"""A worker by itself: a process that speaks through two pipes, and sends what it finds."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from droindex.extract.workers.wire import Inbox, send
from droindex.extract.workers.worker import BOOT, job_message, start_message
from droindex.settings import ExtractSettings

SETTINGS = ExtractSettings(ocr=False)


class Worker:
    """A worker, and what goes to it and comes from it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._to = process.stdin.fileno()
        self._inbox = Inbox(process.stdout.fileno(), max_chars=1_000_000)

    def tell(self, message: dict[str, Any]) -> None:
        send(self._to, message)

    def hear(self, last: str) -> list[dict[str, Any]]:
        """Return messages up to one of a kind, or the end of the process."""
        found: list[dict[str, Any]] = []
        while not self._inbox.is_closed:
            found += self._inbox.read()
            if found and found[-1]["kind"] == last:
                break
        return found

    def read(self, path: Path, extractor: str, first_page: int = 1) -> list[dict[str, Any]]:
        self.tell(job_message(path, extractor, first_page, "auto"))
        return self.hear("end")

    def finish(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait()


@contextmanager
def worker(settings: ExtractSettings = SETTINGS) -> Iterator[Worker]:
    """Start a worker as the pool does, ready for its first file."""
    alive, life = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", BOOT, json.dumps(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=(alive,),
    )
    try:
        started = Worker(process)
        started.tell(start_message(settings, life_fd=alive, image_cache=None))
        assert [message["kind"] for message in started.hear("ready")] == ["ready"]
        yield started
    finally:
        os.close(life)
        process.kill()
        process.wait()
        os.close(alive)
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            stream.close()


def test_a_file_comes_as_copy_facts_pages_and_end(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The escort of detainees.")
    with worker() as started:
        copy, facts, page, end = started.read(path, "plain")
        assert started.finish() == 0
    assert (copy["kind"], copy["size"]) == ("copy", 24)
    assert copy["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts["facts"]["media_type"] == "text/plain"
    assert (page["kind"], page["page"]["n"], page["text"]) == ("page", 1, path.read_text())
    assert (end["kind"], "status" in end) == ("end", False)
    assert end["rss"] > 0


def test_it_serves_one_file_after_the_other(tmp_path: Path) -> None:
    with worker() as started:
        for number in range(5):
            path = tmp_path / f"{number}.md"
            path.write_text(f"# Order {number}")
            kinds = [message["kind"] for message in started.read(path, "markdown")]
            assert kinds == ["copy", "facts", "page", "end"]
        assert started.finish() == 0


@pytest.mark.parametrize(
    ("name", "content", "extractor", "status"),
    [
        ("gone.pdf", None, "pdf", "damaged"),
        ("empty.pdf", b"", "pdf", "not_pdf"),
        ("page.pdf", b"<html></html>", "pdf", "not_pdf"),
        ("broken.pdf", b"%PDF-1.4\n1 0 obj", "pdf", "damaged"),
    ],
)
def test_what_cannot_be_read_ends_with_a_status_and_a_reason(
    tmp_path: Path, name: str, content: bytes | None, extractor: str, status: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    sound = tmp_path / "sound.txt"
    sound.write_text("A sound page.")
    with worker() as started:
        *_, end = started.read(path, extractor)
        assert (end["kind"], end["status"]) == ("end", status)
        assert end["reason"]
        assert "status" not in started.read(sound, "plain")[-1]  # it goes on


def test_one_character_more_than_a_page_may_have_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("word " * 1_000)
    with worker(replace(SETTINGS, max_page_chars=100)) as started:
        texts = [item["text"] for item in started.read(path, "plain") if item["kind"] == "page"]
    assert [len(text) for text in texts] == [101]


def test_no_start_is_no_work() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOOT, json.dumps(sys.path)],
        input=b"",
        capture_output=True,
        check=True,
    )
    assert done.stdout == b""


@pytest.mark.parametrize("folder", [None, Path("relative"), Path("/absolute")])
def test_a_start_message_is_json_and_names_whole_paths(folder: Path | None) -> None:
    message = start_message(SETTINGS, life_fd=7, image_cache=folder)
    arrived = json.loads(json.dumps(message))
    assert ExtractSettings(**arrived["settings"]) == SETTINGS
    assert (arrived["life_fd"], arrived["parent"]) == (7, os.getpid())
    assert arrived["image_cache"] == (None if folder is None else str(folder.absolute()))


@pytest.mark.parametrize("path", [Path("a.pdf"), Path("/b/c.pdf"), Path("ü/é.pdf")])
def test_a_job_message_is_json_and_names_whole_paths(path: Path) -> None:
    message = job_message(path, "pdf", 3, "pypdf")
    assert json.loads(json.dumps(message)) == {
        "path": str(path.absolute()),
        "extractor": "pdf",
        "first_page": 3,
        "backend": "pypdf",
    }
