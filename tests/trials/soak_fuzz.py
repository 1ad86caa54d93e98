"""Fuzzing of what people hand to the library; what is found is kept as files and replayed.

Each kind of input has a target, which may answer or raise a `DroindexError`. Everything else is a
find: another error, a process that dies, or more than `SLOW_S` for one input. The tests replay
all finds (`tests/trust/finds`), so one that was mended stays mended.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import multiprocessing
import os
import random
import shutil
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex import Document, DroindexError, Index, Page
from droindex.corpus.config_file import load_config
from droindex.corpus.given import read_given
from droindex.corpus.records.files import scan_records
from droindex.corpus.records.record import read_record
from droindex.corpus.scan import scan
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Callable

FINDS = Path(__file__).resolve().parents[1] / "trust" / "finds"
SLOW_S = 2.0  # of CPU time
_DEAD_S = 30.0  # without a sign of life for that long, the worker hangs
_PIECES = (
    '"', "(", ")", " AND ", " OR ", " NOT ", "-", "*", "?", ":", "title:", "issued:", "..", "~",
    "label:", "\\", "[", "]", "{", "}", "^", "/", "+", "\0", "\u202e", "\ufb01", "escort", "11-4",
    "\n", ",", ";", "=", "'", "file", "title", "label", "LES", "open", "\ufeff", "\r", "\t", "0",
    "-1", "1e999", "2006-02-30", "null", "true", "[[", "]]", '{"', '":', "labels = [", "\u0130",
    "doc_id", "a.txt", "../", "é", "\U0001f600", "9" * 400, "[" * 300, '{"a":' * 300, "# ",
)  # fmt: skip
_SEEDS: dict[str, tuple[bytes, ...]] = {
    "query": (b'escort "travel documents" -juvenile', b"title:(a OR b) issued:2006..2008"),
    "a.toml": (b'title = "T"\nlabel = "LES"\nissued = 2006-02-03\nsubject = ["a", "b"]\n',),
    "a.json": (b'{"title": "T", "label": "LES", "supersedes": [{"number": "11-4.1"}]}',),
    "catalog.csv": (b"file,title,label,issued\na.txt,T,LES,2006-02-03\n",),
    "catalog.jsonl": (b'{"file": "a.txt", "title": "T", "label": "LES"}\n',),
    "corpus.toml": (
        (
            b'name = "N"\nlanguage = "english"\nlabels = ["LES"]\nsynonyms = [["a", "b"]]\n'
            b'exclude = ["**/x*"]\n[acronyms]\nAB = "a b"\n'
        ),
    ),
    "records.jsonl": (b'{"doc_id": "a", "pages": ["x", {"text": "y", "label": "i"}]}\n' * 2,),
}
_CONTEXT = multiprocessing.get_context("forkserver")


def targets(folder: Path) -> dict[str, Callable[[bytes], object]]:
    """Return what is to be tried, by kind of input.

    Args:
        folder: Where the targets may write; it is empty or was given before.
    """
    library = folder / "library.idx"
    if not library.exists():
        texts = [f"escort text {number}" for number in range(30)]
        Index.update(
            library,
            documents=[
                Document(doc_id=f"d{number}", title=text, pages=(Page(1, text),))
                for number, text in enumerate(texts)
            ],
        )
    index = Index.open(library)
    found: dict[str, Callable[[bytes], object]] = {"query": lambda data: _query(index, data)}
    for name in ("a.toml", "a.json", "catalog.csv", "catalog.jsonl", "corpus.toml"):
        corpus = folder / name.replace(".", "-")
        corpus.mkdir(exist_ok=True)
        (corpus / "a.txt").write_text("text", "utf-8")
        found[name] = lambda data, corpus=corpus, name=name: _metadata(corpus, name, data)
    found["records.jsonl"] = lambda data: _records(folder / "records.jsonl", data)
    for name in ("CURRENT", "manifest.json"):
        damaged = folder / f"{name}.idx"
        if not damaged.exists():
            shutil.copytree(library, damaged)
        found[name] = lambda data, damaged=damaged, name=name: _head(damaged, name, data)
    return found


def seeds_of(kind: str, folder: Path) -> list[bytes]:
    """Return sound inputs of a kind, from which others are made, and the finds."""
    kept = [path.read_bytes() for path in sorted(FINDS.glob(f"{kind}-*"))]
    if kind in _SEEDS:
        return [*_SEEDS[kind], *kept]
    heads = sorted((folder / f"{kind}.idx").rglob(kind))
    return [*(path.read_bytes() for path in heads), *kept]


def attempt(target: Callable[[bytes], object], data: bytes) -> str:
    """Return what is wrong with how a target takes an input; empty where nothing is."""
    started = time.process_time()  # other work on the machine does not count
    try:
        target(data)
    except DroindexError as error:
        if not error.slug:
            return "an error without a slug"
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a find
        return f"{type(error).__name__}: {str(error)[:200]}"
    took = time.process_time() - started
    return f"it took {took:.1f} s" if took > SLOW_S else ""


def _query(index: Index, data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")  # half characters come in so
    for strict in (False, True):
        with contextlib.suppress(DroindexError):
            index.search(text, scope="all", strict=strict).to_dict()
    index.suggest(text).to_dict()
    index.search("escort", filters={"opi": text}, issued_from=text)


def _metadata(corpus: Path, name: str, data: bytes) -> None:
    (corpus / name).write_bytes(data)
    config, _ = load_config(corpus)
    for entry in scan(corpus, config).entries:
        read_given(entry, settings=BuildSettings())


def _records(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    entries, _ = scan_records(path)
    for entry in entries:
        line = data[entry.offset : entry.offset + entry.length]
        read_record(line, file=path.name, settings=BuildSettings())


def _head(library: Path, name: str, data: bytes) -> None:
    path = next(path for path in sorted(library.rglob(name)))
    forms = [data]
    if name == "manifest.json":  # as somebody would write it who mends the checksum as well
        payload = data.partition(b"\n")[2]
        forms.append(b'{"crc":%d}\n' % zlib.crc32(payload) + payload)
    for form, clearance in itertools.product(forms, (None, "LES")):
        path.write_bytes(form)
        with contextlib.suppress(DroindexError), Index.open(library, clearance=clearance) as index:
            index.search("escort").to_dict()
    with contextlib.suppress(DroindexError):
        Index.status(library)


def mutate(seeds: list[bytes], dice: random.Random) -> bytes:
    """Return an input made from a sound one, or from pieces alone."""
    data = bytearray(dice.choice(seeds)) if dice.random() < 0.8 else bytearray()
    for _ in range(dice.choice((1, 1, 2, 3, 8, 30))):
        place = dice.randrange(len(data) + 1)
        kind = dice.random()
        if kind < 0.5:
            data[place:place] = dice.choice(_PIECES).encode("utf-8", "surrogatepass")
        elif kind < 0.65:
            data[place : place + dice.randrange(1, 20)] = b""
        elif kind < 0.8:
            data[place:place] = data[dice.randrange(len(data) + 1) :][: dice.randrange(1, 40)]
        elif kind < 0.9 and data:
            data[place - 1] ^= 1 << dice.randrange(8)
        else:
            data[place:place] = dice.randbytes(dice.randrange(1, 6))
    return bytes(data[:20_000])


@dataclass
class Fuzzed:
    """What came of fuzzing."""

    tries: Counter[str] = field(default_factory=Counter)
    finds: list[str] = field(default_factory=list)


def fuzz(folder: Path, seconds: float, *, seed: int | None = None) -> Fuzzed:
    """Try made-up inputs for some time, in a process that may die; keep the finds as files."""
    result = Fuzzed()
    started = time.monotonic()
    dice = random.Random(seed)
    while (left := started + seconds - time.monotonic()) > 0:
        receiver, sender = _CONTEXT.Pipe(duplex=False)
        worker = _CONTEXT.Process(
            target=_work, args=(str(folder), left, dice.randrange(1 << 60), sender)
        )
        worker.start()
        sender.close()
        last: tuple[str, bytes] | None = None
        is_over = False
        while not is_over and receiver.poll(_DEAD_S):
            try:
                kind, data, fault = receiver.recv()
            except EOFError:
                break
            if kind == "end":
                is_over = True
            elif fault is None:
                last = kind, data
                result.tries[kind] += 1
            else:
                result.finds.append(f"{_keep(kind, data)}: {fault}")
        if worker.is_alive() and not is_over:
            worker.kill()
        worker.join()
        if not is_over and last is not None:
            result.finds.append(f"{_keep(*last)}: the process died or hung ({worker.exitcode})")
    return result


def _work(folder: str, seconds: float, seed: int, sender: Any) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the engine tells of its panics
    here = Path(folder)
    known = targets(here)
    seeds = {kind: seeds_of(kind, here) for kind in known}
    dice = random.Random(seed)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        kind = dice.choice(sorted(known))
        data = mutate(seeds[kind], dice)
        sender.send((kind, data, None))
        fault = attempt(known[kind], data)
        if fault:
            sender.send((kind, data, fault))
    sender.send(("end", b"", None))


def _keep(kind: str, data: bytes) -> str:
    """Keep an input that found something, for the tests to replay; return its name."""
    FINDS.mkdir(exist_ok=True)
    name = f"{kind}-{hashlib.sha256(data).hexdigest()[:12]}"
    (FINDS / name).write_bytes(data)
    return name
