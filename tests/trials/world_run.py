"""One build over a folder of files that nobody has seen, with all that is told of it.

It runs in a process of its own, so that its peak of memory is the build's alone.
"""

from __future__ import annotations

import faulthandler
import hashlib
import logging
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock

from droindex import Index, Settings
from droindex.extract.workers import job as job_module
from droindex.extract.workers import process as process_module
from droindex.extract.workers.collector import Collector
from droindex.extract.workers.job import Job
from droindex.extract.workers.process import WorkerProcess, longest_silence
from droindex.library.report import Progress
from droindex.settings import ExtractSettings

PLANTED = "a planted fault"
# Every call of the pool's thread that may have a file in its hands, in the order they come.
CALLS: dict[str, tuple[Any, str]] = {
    "WorkerProcess.give": (WorkerProcess, "give"),
    "job_message": (process_module, "job_message"),
    "WorkerProcess.read": (WorkerProcess, "read"),
    "WorkerProcess.late": (WorkerProcess, "late"),
    "WorkerProcess.take": (WorkerProcess, "take"),
    "Job.take": (Job, "take"),
    "Job.take_item": (Job, "take_item"),
    "facts_from_dict": (job_module, "facts_from_dict"),
    "page_from_dict": (job_module, "page_from_dict"),
    "Collector.add": (Collector, "add"),
    "Job.lost": (Job, "lost"),
    "WorkerProcess.finish": (WorkerProcess, "finish"),
    "Job.finish": (Job, "finish"),
    "Collector.result": (Collector, "result"),
    "WorkerProcess.is_worn": (WorkerProcess, "is_worn"),
}
AFTER = ("WorkerProcess.is_worn",)  # by then the reading has been handed over
_LEADS_TO = {"Job.lost": "Job.take"}  # is called where another call has failed


@dataclass
class Run:
    """What came of a build.

    Attributes:
        statuses: How each file ended, by its name below the folder.
        reasons: Why, of those that are not `ok`.
        pages: With text.
        seconds: Of the whole build.
        slowest: File and seconds between its first worker and its reading, the slowest first.
        reading_mb: Peak of the parent's memory when all files were read.
        peak_mb: Of the whole build.
        problems: How many of each kind the build reports.
        told: What the log and the standard error stream hold.
        met: The calls that failed as planned, by file.
    """

    statuses: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    seconds: float = 0.0
    slowest: list[tuple[str, float]] = field(default_factory=list)
    reading_mb: int = 0
    peak_mb: int = 0
    problems: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    met: dict[str, str] = field(default_factory=dict)

    @property
    def tracebacks(self) -> list[str]:
        """What was told that has a traceback which nobody planted."""
        return [text for text in self.told if "Traceback" in text and PLANTED not in text]


def pdf_files(folder: Path) -> list[str]:
    """Return the names of all PDF files below a folder, sorted."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix.casefold() == ".pdf" and path.is_file()
    )


def planned(folder: Path, each: int) -> dict[str, str]:
    """Return the call that is to fail for every so many files, each call in turn.

    A file whose bytes lie there twice is passed by: its reading may come from the cache.
    """
    digests = {
        name: hashlib.sha256((folder / name).read_bytes()).digest() for name in pdf_files(folder)
    }
    times = Counter(digests.values())
    alone = [name for name, digest in digests.items() if times[digest] == 1]
    calls = tuple(CALLS)
    return {name: calls[n % len(calls)] for n, name in enumerate(alone[each - 1 :: each])}


def build_apart(folder: Path, faults: Mapping[str, str] | None = None, workers: int = 2) -> Run:
    """Build a library over a folder in a process of its own; see `build`.

    Raises:
        ChildProcessError: The process ended before the build did.
    """
    with tempfile.TemporaryDirectory(prefix="droindex-world-") as place:
        context = get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        arguments = (str(folder), place, dict(faults or {}), workers, sender)
        child = context.Process(target=_build, args=arguments)
        child.start()
        sender.close()
        try:
            return receiver.recv()  # type: ignore[no-any-return]
        except EOFError:
            child.join()
            told = (Path(place) / "stderr").read_text("utf-8", "replace")
            raise ChildProcessError(f"The build ended with {child.exitcode}:\n{told}") from None
        finally:
            child.join()


def _build(folder: str, place: str, faults: Mapping[str, str], workers: int, sender: Any) -> None:
    log = (Path(place) / "stderr").open("w+b")
    os.dup2(log.fileno(), 2)
    sender.send(build(Path(folder), Path(place), faults, workers, log.fileno()))


def build(
    folder: Path, place: Path, faults: Mapping[str, str], workers: int, stderr: int = 2
) -> Run:
    """Build a library over a folder, without OCR, and return what came of it.

    The process ends with a traceback if the build says nothing for longer than any file may take.

    Args:
        folder: Of the files.
        place: An empty folder for the library.
        faults: For some files the name of a call that raises whenever it has that file.
        workers: How many processes read.
        stderr: Where the processes' standard error stream goes, if that can be read.
    """
    run, extract = Run(), ExtractSettings(ocr=False)
    silence_s = 2 * longest_silence(extract)
    began, spans = time.monotonic(), dict[str, float]()

    def heard(progress: Progress) -> None:
        faulthandler.dump_traceback_later(silence_s, exit=True, file=stderr)
        if progress.phase == "reading":
            run.reading_mb = _peak_mb()

    heard(Progress("reading", 0, 0))
    with _listening(run.told), _timed(folder, spans), _failing(folder, faults, run.met):
        report = Index.build(
            folder,
            place / "library.idx",
            workers=workers,
            settings=Settings(extract=extract),
            progress=heard,
        )
    faulthandler.cancel_dump_traceback_later()
    run.seconds, run.peak_mb = time.monotonic() - began, _peak_mb()
    for file in report.files:
        run.statuses[file.file], run.pages = file.status, run.pages + file.pages
        if file.status != "ok":
            run.reasons[file.file] = file.reason
    run.slowest = sorted(spans.items(), key=lambda item: -item[1])
    run.problems = dict(Counter(problem.slug for problem in report.problems))
    if stderr != 2 and (said := os.pread(stderr, 1 << 20, 0)):
        run.told.append(said.decode("utf-8", "replace"))
    return run


def _peak_mb() -> int:
    """Return the most memory that this process has had so far, in MB."""
    status = Path("/proc/self/status").read_text("utf-8")
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found[1]) // 1024 if found else 0


@contextmanager
def _listening(told: list[str]) -> Iterator[None]:
    """Keep whatever droindex logs at the level of a warning or above, with its traceback."""

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(self.format(record))

    log, keeper = logging.getLogger("droindex"), Keeper(logging.WARNING)
    log.addHandler(keeper)
    try:
        yield
    finally:
        log.removeHandler(keeper)


@contextmanager
def _timed(folder: Path, spans: dict[str, float]) -> Iterator[None]:
    """Note how long each file took, from its first worker to its reading."""
    give, begun = WorkerProcess.give, set[str]()

    def timed(worker: WorkerProcess, job: Job) -> None:
        name, start = _name(folder, job), time.monotonic()
        if name not in begun:
            begun.add(name)
            job.future.add_done_callback(
                lambda _: spans.__setitem__(name, time.monotonic() - start)
            )
        give(worker, job)

    with mock.patch.object(WorkerProcess, "give", timed):
        yield


@contextmanager
def _failing(folder: Path, faults: Mapping[str, str], met: dict[str, str]) -> Iterator[None]:
    """Have calls raise whenever they have one of these files in their hands."""
    under_way: list[str] = []  # innermost last; only the pool's thread has any
    last: dict[WorkerProcess, Job] = {}  # that each worker was given

    def job_of(args: Sequence[Any]) -> Job | None:
        for item in args:
            if isinstance(item, Job):
                if isinstance(args[0], WorkerProcess):
                    last[args[0]] = item
                return item
        if args and isinstance(args[0], WorkerProcess):
            return args[0].job or last.get(args[0])
        return None

    def failing(call: str, original: Any) -> Any:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            job = job_of(args)
            name = _name(folder, job) if job else under_way[-1] if under_way else ""
            wanted = faults.get(name)
            if wanted == call or (wanted and _LEADS_TO.get(wanted) == call):
                if wanted == call:
                    met[name] = call
                raise RuntimeError(PLANTED)
            under_way.append(name)
            try:
                return original(*args, **kwargs)
            finally:
                under_way.pop()

        return wrapper

    with ExitStack() as stack:
        for call, (owner, name) in CALLS.items() if faults else ():
            original = getattr(owner, name)
            stack.enter_context(mock.patch.object(owner, name, failing(call, original)))
        yield


def _name(folder: Path, job: Job) -> str:
    return job.path.relative_to(folder).as_posix()
