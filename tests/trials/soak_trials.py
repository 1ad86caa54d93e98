"""The trials of `make soak`: each returns what it counted; the tests run them with small numbers.

Work that may die happens in processes of its own, forked from a server that has opened no index.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex import Document, DroindexError, Index, IndexDamagedError, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.process import BaseProcess

WORDS = tuple(
    "escort removal detention officer travel custody order standard review policy field office "  # noqa: SIM905
    "appeal bond transfer juvenile medical consulate record notice".split()
)
QUERIES = ("escort", "removal travel", '"custody order"', "juven*", "escrot", "title:policy", "")

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["droindex.api", "droindex.build.build"])


def records(count: int, seed: int, prefix: str = "d") -> list[dict[str, Any]]:
    """Return made-up records, the same for the same seed."""
    dice = random.Random(seed)
    return [
        {
            "doc_id": f"{prefix}{number}",
            "title": " ".join(dice.choices(WORDS, k=5)),
            "summary": " ".join(dice.choices(WORDS, k=15)),
            "issued": f"200{dice.randrange(10)}-0{dice.randrange(1, 10)}-11",
            "opi": dice.choice(("ADDRM", "ADFO", "PMU")),
            "body": " ".join(dice.choices(WORDS, k=200)),
        }
        for number in range(count)
    ]


def write_corpus(path: Path, items: list[dict[str, Any]]) -> Path:
    """Write a corpus of records."""
    path.write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
    return path


def total(library: Path) -> int:
    """Return how many documents the open caller finds."""
    with Index.open(library) as index:
        return index.search("", scope="all", limit=1, snippets=False).total


def _build(corpus: str, library: str) -> None:
    Index.build(corpus, library, allow_removals=True, workers=0)


def _has_parent() -> bool:
    """Whether the process that started this one is still there to end it."""
    parent = multiprocessing.parent_process()
    return parent is None or parent.is_alive()


def _search_until(library: str, stop: Any, allowed: set[int], faults: Any) -> None:
    """Open, search and reload until told to stop; report what must not be."""
    index = Index.open(library, auto_reload_s=0.01)
    searches = 0
    while not stop.is_set() and _has_parent():
        try:
            fresh = Index.open(library)
            for handle in (index, fresh):
                found = handle.search("", scope="all", limit=5)
                handle.search("escort removal", limit=5)
                if found.total not in allowed:
                    faults.put(f"total {found.total}")
            fresh.close()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is a fault
            faults.put(f"{type(error).__name__}: {error}")
        searches += 4
    faults.put(searches)


@dataclass
class Killed:
    """What came of builds that were killed."""

    kills: int = 0
    late_kills: int = 0
    too_late: int = 0  # the build had ended before the signal came
    totals: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    searches: int = 0


def kills(folder: Path, count: int, *, documents: int = 150, seed: int = 1) -> Killed:
    """Kill builds at random moments, half of them in the last tenth, while a reader searches."""
    dice = random.Random(seed)
    small = records(documents, 1)
    large = [*small, *records(documents, 2, "e")]
    corpus, library = folder / "corpus.jsonl", folder / "library.idx"
    _build(str(write_corpus(corpus, small)), str(library))
    write_corpus(corpus, large)
    started = time.perf_counter()
    _run(_build, str(corpus), str(folder / "other.idx"))
    span = time.perf_counter() - started
    allowed = {documents, 2 * documents}
    result = Killed()
    stop, faults = _CONTEXT.Event(), _CONTEXT.Queue()
    reader = _CONTEXT.Process(target=_search_until, args=(str(library), stop, allowed, faults))
    with _running([reader]):
        while result.kills < count and result.too_late < 2 * count:
            write_corpus(corpus, large if total(library) == documents else small)
            is_late = result.kills % 2 == 1
            wait = dice.uniform(0.9, 1.02) * span if is_late else dice.uniform(0.02, 0.95) * span
            builder = _CONTEXT.Process(target=_build, args=(str(corpus), str(library)))
            builder.start()
            began = time.perf_counter()
            builder.join(wait)
            if builder.is_alive():
                builder.kill()
                result.kills += 1
                result.late_kills += is_late
            else:
                result.too_late += 1
                span = time.perf_counter() - began  # the machine is faster than it was
            builder.join()
            found = total(library)
            result.totals[found] += 1
            if found not in allowed:
                result.faults.append(f"after kill {result.kills}: total {found}")
        stop.set()
        while not isinstance(message := faults.get(timeout=30), int):
            result.faults.append(message)
        result.searches = message
    write_corpus(corpus, large)
    _build(str(corpus), str(library))
    if total(library) != 2 * documents:
        result.faults.append("the build after the kills is not whole")
    if list((library / "generations").glob("draft-*")):
        result.faults.append("a draft was left behind")
    if Index.check(library).damages:
        result.faults.append("check --deep finds damage")
    return result


@contextmanager
def _running(processes: Sequence[BaseProcess]) -> Iterator[None]:
    """Start processes, and leave none of them behind, also where the trial is stopped."""
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()  # all that it had to say has been read by now
            process.join()


def _run(target: Any, *arguments: object) -> int:
    process = _CONTEXT.Process(target=target, args=arguments)
    process.start()
    process.join()
    return process.exitcode or 0


# damage -------------------------------------------------------------------------------------------


@dataclass
class Flipped:
    """What came of bytes that were flipped."""

    tries: int = 0
    unnoticed: list[str] = field(default_factory=list)  # by check --deep
    answered: list[str] = field(default_factory=list)  # after the check
    escaped: list[str] = field(default_factory=list)  # what is no DroindexError
    died: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)  # more than two seconds
    outcomes: Counter[str] = field(default_factory=Counter)  # before the check


def flips(folder: Path, count: int, *, seed: int = 1) -> Flipped:
    """Flip one byte at a time, search, check, search again; put the byte back."""
    library = folder / "library.idx"
    corpus = write_corpus(folder / "corpus.jsonl", records(60, 1))
    _build(str(corpus), str(library))
    Index.prune(library, now=True)
    dice = random.Random(seed)
    generation = next(path for path in (library / "generations").iterdir() if path.is_dir())
    files = sorted(path for path in generation.rglob("*") if not path.name.endswith(".lock"))
    files = [library / "CURRENT", *(path for path in files if path.is_file())]
    plan = []
    for _ in range(count):
        # each kind of file as often as any other, whatever its size
        path = dice.choice(files)
        place = dice.randrange(path.stat().st_size)
        plan.append((str(path), place, dice.randrange(1, 256)))
    result = Flipped()
    while result.tries < count:
        receiver, sender = _CONTEXT.Pipe(duplex=False)
        arguments = (str(library), plan[result.tries :], sender)
        worker = _CONTEXT.Process(target=_flip_all, args=arguments)
        worker.start()
        sender.close()
        _collect(receiver, result)
        worker.join()
        if worker.exitcode:  # it died over the try that it was at
            path, place, mask = plan[result.tries]
            result.died.append(f"{Path(path).name} at {place}: exit code {worker.exitcode}")
            result.tries += 1
            _flip(path, place, mask)
            _clear_marks(library)
    return result


def _collect(receiver: Any, result: Flipped) -> None:
    while True:
        try:
            kind, text = receiver.recv()
        except EOFError:
            return
        if kind == "done":
            result.tries += 1
        elif kind == "outcome":
            result.outcomes[text] += 1
        else:
            getattr(result, kind).append(text)


def _flip_all(library: str, plan: list[tuple[str, int, int]], sender: Any) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the engine tells of its panics
    folder = Path(library)
    for path, place, mask in plan:
        name = f"{Path(path).name} at {place} ^ {mask}"
        _flip(path, place, mask)
        started = time.process_time()
        sender.send(("outcome", _use(folder, name, sender)))
        if time.process_time() - started > 2:
            sender.send(("slow", name))
        if not Index.check(folder).damages:
            sender.send(("unnoticed", name))
        is_used = Path(path).parent.parent.name in ("open", "generations") or path.endswith(
            "CURRENT"
        )
        if is_used and not path.endswith(".state"):
            try:
                Index.open(folder).search("escort")
                sender.send(("answered", name))
            except IndexDamagedError:
                pass
        _flip(path, place, mask)
        _clear_marks(folder)
        sender.send(("done", ""))


def _use(library: Path, name: str, sender: Any) -> str:
    """Use every reading call; return how it ended."""
    try:
        index = Index.open(library)
        for query in QUERIES:
            index.search(query, scope="all", limit=20, facets=("opi",)).to_dict()
            index.suggest(query).to_dict()
        for hit in list(index.scan("escort OR removal", scope="all"))[:5]:
            index.get(hit.doc_id)
        index.browse()
        index.recent(5).to_dict()
    except DroindexError as error:
        return error.slug
    except BaseException as error:  # noqa: BLE001 - that is what is counted
        sender.send(("escaped", f"{name}: {type(error).__name__}: {str(error)[:80]}"))
        return "escaped"
    return "answered"


def _flip(path: str, place: int, mask: int) -> None:
    with open(path, "r+b") as file:  # noqa: PTH123 - a path of another process
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ mask]))


def _clear_marks(library: Path) -> None:
    for mark in (library / "generations").glob("*.damaged*"):
        mark.unlink()


# many at once -------------------------------------------------------------------------------------


def readers(
    folder: Path,
    seconds: float,
    *,
    processes: int = 8,
    documents: int = 100,
) -> Killed:
    """Let processes search while builds and updates follow one another."""
    small = records(documents, 1)
    large = [*small, *records(documents, 2, "e")]
    corpus, library = folder / "corpus.jsonl", folder / "library.idx"
    _build(str(write_corpus(corpus, small)), str(library))
    allowed = {documents, 2 * documents}
    stop, faults = _CONTEXT.Event(), _CONTEXT.Queue()
    workers = [
        _CONTEXT.Process(target=_search_until, args=(str(library), stop, allowed, faults))
        for _ in range(processes)
    ]
    result = Killed()
    with _running(workers):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            write_corpus(corpus, small if result.kills % 2 else large)
            _build(str(corpus), str(library))
            result.kills += 1  # here: builds
        stop.set()
        ended = 0
        while ended < processes:
            message = faults.get(timeout=60)
            if isinstance(message, int):
                ended += 1
                result.searches += message
            else:
                result.faults.append(message)
    return result


def threads(library: Path, searches: int, workers: int = 16) -> int:
    """Search from many threads; return how many answers differ from those of one thread."""
    with Index.open(library) as index:
        asked = [(QUERIES[n % len(QUERIES)], 1 + n % 7, n % 3) for n in range(searches)]

        def answer(item: tuple[str, int, int]) -> str:
            query, limit, offset = item
            shape = index.search(
                query, scope="all", limit=limit, offset=offset, facets=("opi",)
            ).to_dict()
            shape["took_ms"] = 0
            return json.dumps(shape, sort_keys=True)

        alone = {item: answer(item) for item in dict.fromkeys(asked)}
        with ThreadPoolExecutor(workers) as pool:
            return sum(
                alone[item] != got for item, got in zip(asked, pool.map(answer, asked), strict=True)
            )


@dataclass
class Sample:
    """What a process uses at one moment of a long run."""

    steps: int  # how many were done in this process
    memory_mb: float  # its own, without mapped files
    open_files: int
    threads: int
    objects: int = 0  # of Python, once garbage is collected


def motion(folder: Path, updates: int, searches_each: int, every: int) -> Iterator[Sample]:
    """Update, each time with some searches, in this process; tell what it uses every so often."""
    library = folder / "motion.idx"
    base = [
        Document(doc_id=item["doc_id"], title=item["title"], pages=(Page(1, item["body"]),))
        for item in records(100, 1)
    ]
    Index.update(library, documents=base)
    dice = random.Random(3)
    with Index.open(library) as index:
        for step in range(1, updates + 1):
            number = dice.randrange(100)
            page = Page(1, " ".join(dice.choices(WORDS, k=100)))
            changed = Document(doc_id=f"d{number}", title=base[number].title, pages=(page,))
            Index.update(library, documents=[changed])
            index.reload()
            for _ in range(searches_each):
                index.search(dice.choice(QUERIES), scope="all")
            if step % every == 0 or step == updates:
                gc.collect()
                yield Sample(step, *_used(), objects=len(gc.get_objects()))


def _used() -> tuple[float, int, int]:
    """Return memory in MB, open files and threads of this process."""
    files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    return round(_memory_bytes() / 1e6, 1), files, threading_count()


def _follow(library: str, sender: Any) -> None:
    """Search, turn to each new generation, and tell what that took whenever another one came."""
    index = Index.open(library, auto_reload_s=0.0)
    seen = ""
    while _has_parent():
        for query in QUERIES:
            found = index.search(query, scope="all")
        assert found.total == 100
        if index.fingerprint != seen:
            seen = index.fingerprint
            sender.send(_used())


def generations(folder: Path, count: int, every: int) -> Iterator[Sample]:
    """Let one handle of another process follow generations; tell what it uses every so often."""
    library = folder / "followed.idx"
    texts = [item["body"] for item in records(100, 1)]
    Index.update(
        library,
        documents=[
            Document(doc_id=f"d{n}", pages=(Page(1, text),)) for n, text in enumerate(texts)
        ],
    )
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    reader = _CONTEXT.Process(target=_follow, args=(str(library), sender))
    reader.start()
    sender.close()
    try:
        receiver.recv()
        for step in range(1, count + 1):
            page = Page(1, f"{texts[step % 100]} number {step}")
            Index.update(library, documents=[Document(doc_id=f"d{step % 100}", pages=(page,))])
            used = receiver.recv()  # it has turned to this one
            if step % every == 0 or step == count:
                yield Sample(step, *used)
    finally:
        reader.kill()
        reader.join()


def motion_apart(folder: Path, updates: int, searches_each: int, every: int) -> Iterator[Sample]:
    """Do `motion` in a fresh Python with the default allocator, and tell as it goes on."""
    code = (
        "import dataclasses, json, pathlib, sys, soak_trials as trials\n"
        "for sample in trials.motion(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:])):\n"
        "    print(json.dumps(dataclasses.asdict(sample)), flush=True)\n"
    )
    here = str(Path(__file__).resolve().parent)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([here, *filter(None, sys.path)])}
    counts = [str(updates), str(searches_each), str(every)]
    command = [sys.executable, "-c", code, str(folder), *counts]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                yield Sample(**json.loads(line))
        finally:
            process.kill()
    last = process.returncode
    if last not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the process that updates and searches ended with {last}")


def threading_count() -> int:
    """Return the threads of this process, the engine's included."""
    task = Path("/proc/self/task")
    return sum(1 for _ in task.iterdir()) if task.exists() else threading.active_count()


def _memory_bytes() -> int:
    """Return the memory of this process alone; the library's mapped files are not counted."""
    for line in Path("/proc/self/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    return 0


# a full disk --------------------------------------------------------------------------------------


def _build_within(corpus: str, library: str, limit_bytes: int, answer: Any) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
    try:
        _build(corpus, library)
        answer.put("built")
    except DroindexError as error:
        answer.put(error.slug)
    except BaseException as error:  # noqa: BLE001 - that is what is counted
        answer.put(f"{type(error).__name__}: {error}")


def full_disk(folder: Path, limits: list[int]) -> Counter[str]:
    """Build with a limit on the size of files, and search the old library after each."""
    small = records(60, 1)
    corpus, library = folder / "corpus.jsonl", folder / "library.idx"
    _build(str(write_corpus(corpus, small)), str(library))
    outcomes: Counter[str] = Counter()
    for limit in limits:
        write_corpus(corpus, [*small, *records(200, 2, "e")])
        answer = _CONTEXT.Queue()
        _run(_build_within, str(corpus), str(library), limit, answer)
        outcome = answer.get(timeout=30)
        found = total(library)
        whole = found == (260 if outcome == "built" else 60)
        outcomes[outcome if whole else f"{outcome}, but {found} documents"] += 1
        write_corpus(corpus, small)
        _build(str(corpus), str(library))
    return outcomes


def small_disk(mount: Path, rounds: int = 8) -> Counter[str]:
    """Build on a small file system with up to half of its room left; the old library must stay."""
    small = records(60, 1)
    corpus, library = mount.parent / "small.jsonl", mount / "library.idx"
    _build(str(write_corpus(corpus, small)), str(library))
    outcomes: Counter[str] = Counter()
    size = shutil.disk_usage(mount).free
    for number in range(1, rounds + 1):
        filler = mount / "filler"
        room = size * number**2 // (2 * rounds**2)
        filler.write_bytes(b"x" * max(0, shutil.disk_usage(mount).free - room))
        write_corpus(corpus, [*small, *records(200, number, "e")])
        try:
            Index.build(corpus, library, allow_removals=True, workers=0)
            outcome = "built"
        except DroindexError as error:
            outcome = error.slug
        whole = total(library) in ((260,) if outcome == "built" else (60, 260))
        outcomes[outcome if whole else f"{outcome}, not whole"] += 1
        filler.unlink()
        write_corpus(corpus, small)
        _build(str(corpus), str(library))
    return outcomes
