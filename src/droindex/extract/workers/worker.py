"""The inside of a worker process: reads the files it is told to, and sends what it finds."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.extract.codec import facts_to_dict, page_to_dict
from droindex.extract.private_copy import Copy
from droindex.extract.protocol import FileFacts, UnreadableFileError
from droindex.extract.registry import Registry
from droindex.extract.workers import resource_limits, wire
from droindex.extract.workers.attempt import read_file
from droindex.settings import ExtractSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from droindex.extract.protocol import Extractor

__all__ = ["BOOT", "begin", "job_message", "main", "own_pipes", "start_message"]

_FRAME_BYTES = 1_000  # of a message around its facts

# what the interpreter is started with: the parent's import path, then this module
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from droindex.extract.workers.worker import main; main()"
)


def start_message(
    settings: ExtractSettings, *, life_fd: int, image_cache: Path | None
) -> dict[str, Any]:
    """Return the first message to a worker.

    Args:
        settings: Its limits.
        life_fd: The reading end of the pipe that tells it that the parent lives.
        image_cache: Where to keep the texts that OCR finds; None for nowhere.
    """
    return {
        "settings": asdict(settings),
        "life_fd": life_fd,
        "parent": os.getpid(),
        "image_cache": None if image_cache is None else str(image_cache.absolute()),
    }


def job_message(path: Path, extractor: str, first_page: int, backend: str) -> dict[str, Any]:
    """Return the message that has a file read.

    Args:
        path: The file.
        extractor: The name of its extractor.
        first_page: Where to start, from 1.
        backend: What to set `ExtractSettings.backend` to for this file.
    """
    return {
        "path": str(path.absolute()),  # a worker has another working folder
        "extractor": extractor,
        "first_page": first_page,
        "backend": backend,
    }


def main() -> None:
    """Serve until the requests end. Standard input brings them, standard output takes replies."""
    requests, replies = own_pipes()
    begun = begin(requests)
    if begun is None:
        return
    start, settings = begun
    folder = start["image_cache"]
    extractors = Registry().with_image_cache(None if folder is None else Path(folder))
    gc.freeze()  # what is loaded by now stays: the collector need not look at it again
    wire.send(replies, {"kind": "ready"})
    while (job := wire.receive(requests)) is not None:
        _serve(job, extractors, settings, replies)


def begin(requests: int) -> tuple[dict[str, Any], ExtractSettings] | None:
    """Read the first message and put this process under its limits; return both.

    None at the end of the pipe.
    """
    start = wire.receive(requests)
    if start is None:
        return None
    settings = ExtractSettings(**start["settings"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    has_limit = resource_limits.apply_resource_limits(settings)
    watch_bytes = None if has_limit else settings.memory_bytes
    resource_limits.die_with_parent(start["life_fd"], start["parent"], watch_bytes=watch_bytes)
    return start, settings


def own_pipes() -> tuple[int, int]:
    """Return the pipes to and from the parent, moved out of the way of prints and C libraries."""
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    os.close(nothing)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - for good
    return requests, replies


def _serve(
    job: dict[str, Any],
    extractors: Mapping[str, Extractor],
    settings: ExtractSettings,
    replies: int,
) -> None:
    resource_limits.allow_cpu(settings.cpu_s)
    end: dict[str, Any] = {"kind": "end"}
    settings = replace(settings, backend=job["backend"])
    extractor = extractors[job["extractor"]]
    try:
        for item in read_file(Path(job["path"]), extractor, settings, job["first_page"]):
            if isinstance(item, Copy):
                wire.send(replies, {"kind": "copy", "sha256": item.sha256, "size": item.size})
            elif isinstance(item, FileFacts):
                wire.send(replies, {"kind": "facts", "facts": _fitting(item)})
            else:
                shape = page_to_dict(item)
                # one character more shows that there was more
                text = shape.pop("text")[: settings.max_page_chars + 1]
                wire.send(replies, {"kind": "page", "page": shape}, text)
                if settings.ocr:
                    resource_limits.allow_cpu(settings.cpu_s)
    except UnreadableFileError as error:
        end |= {"status": error.status.value, "reason": error.reason}
    end["rss"] = resource_limits.resident_bytes()
    wire.send(replies, end)


def _fitting(facts: FileFacts) -> dict[str, Any]:
    """Return the JSON shape of the facts; of what the parent would refuse, the first part."""
    while len(json.dumps(shape := facts_to_dict(facts))) > wire.MAX_JSON_BYTES - _FRAME_BYTES:
        if not (facts.outline or facts.sized_lines or facts.running_lines):
            return facts_to_dict(FileFacts(facts.media_type[:_FRAME_BYTES], facts.page_count))
        facts = replace(
            facts,
            outline=facts.outline[: len(facts.outline) // 2],
            sized_lines=facts.sized_lines[: len(facts.sized_lines) // 2],
            running_lines=facts.running_lines[: len(facts.running_lines) // 2],
        )
    return shape
