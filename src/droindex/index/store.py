"""Generations on disk: how a library changes all at once, or not at all.

    library.idx/
      CURRENT              the name of the generation that answers
      LOCK                 held by the process that builds
      cache/               extracted texts, by content; can be deleted at any time
      generations/000007/  manifest.json, state.jsonl, and one folder per clearance set

A generation is never changed once `CURRENT` names it. The next one starts as hard links to its
segment files, is changed, synced, and published by renaming a new `CURRENT` into place.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import socket
import time
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.errors import (
    IndexDamagedError,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    StorageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FORMAT", "Generation", "Store"]

FORMAT = 1  # of the folder as a whole; a reader refuses what it does not know

_CURRENT = "CURRENT"
_LOCK = "LOCK"
_GENERATIONS = "generations"
_MANIFEST = "manifest.json"
_DRAFT = "draft-"
_COPIED = ("meta.json", ".managed.json")  # the engine rewrites these in place of a rename
_POLL_S = 0.05
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Generation:
    """One whole state of a library.

    Attributes:
        name: Its folder's name, a rising number.
        folder: Where it lies.
        manifest: What it holds: format, configuration, sets, files.
    """

    name: str
    folder: Path
    manifest: dict[str, Any]


class Store:
    """The folder of a library.

    Args:
        folder: Where it lies or will lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache_folder = folder / "cache"

    def current(self) -> Generation:
        """Return the generation that answers.

        Raises:
            IndexNotFoundError: `index-not-found`, there is no library there.
            IndexFormatError: `index-format`, a newer or older format.
            IndexDamagedError: `index-damaged`, a file is missing, cut short or altered.
        """
        generation = self.find_current()
        if generation is None:
            raise IndexNotFoundError(f"There is no library at {self.folder}.")
        return generation

    def find_current(self) -> Generation | None:
        """Return the generation that answers, or None where nothing was built yet."""
        try:
            name = (self.folder / _CURRENT).read_text("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except PermissionError as error:
            raise StorageError(f"{self.folder} may not be read.", path=str(self.folder)) from error
        except ValueError:
            name = ""
        if not name.isdigit():
            raise IndexDamagedError(f"{self.folder / _CURRENT} is damaged.", file=_CURRENT)
        folder = self.folder / _GENERATIONS / name
        manifest = _read_manifest(folder / _MANIFEST)
        _check_sizes(folder, manifest)
        return Generation(name, folder, manifest)

    @contextmanager
    def locked(self, wait_s: float = 0.0) -> Iterator[None]:
        """Hold the library for writing.

        Args:
            wait_s: How long to wait for another holder, in seconds.

        Raises:
            IndexLockedError: `index-locked`, another process still holds it.
            IndexFormatError: `index-format`, the folder holds something else.
            StorageError: `storage-error`, the folder cannot be written.
        """
        self._claim_folder()
        try:
            descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise storage_error(error, self.folder) from error
        try:
            self._acquire(descriptor, wait_s)
            yield
        finally:
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
            os.close(descriptor)  # the system lets go of the lock, also when a process is killed

    def _claim_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            names = {item.name for item in self.folder.iterdir()}
        except OSError as error:
            raise storage_error(error, self.folder) from error
        if names and not names & {_CURRENT, _LOCK, _GENERATIONS}:
            raise IndexFormatError(
                f"{self.folder} holds other files and is no library.",
                hint="Give a new or empty folder with --index DIR.",
            )

    def _acquire(self, descriptor: int, wait_s: float) -> None:
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    holder = _read_holder(descriptor)
                    raise IndexLockedError(
                        f"{self.folder} is being written{holder and f' by {holder}'}.",
                        holder=holder,
                    ) from None
                time.sleep(_POLL_S)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        note = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        with suppress(OSError):  # a full disk must not keep a build from saying so itself
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(note).encode(), 0)

    def draft(self) -> Path:
        """Return a new, empty folder for the next generation; hold the lock first."""
        self.sweep()
        base = self.folder / _GENERATIONS
        names = [int(item.name) for item in base.iterdir() if item.name.isdigit()]
        folder = base / f"{_DRAFT}{max(names, default=0) + 1:06d}"
        folder.mkdir()
        return folder

    def sweep(self) -> None:
        """Remove what killed builds left behind; hold the lock first."""
        base = self.folder / _GENERATIONS
        base.mkdir(exist_ok=True)
        for item in base.iterdir():
            if item.name.startswith(_DRAFT):
                shutil.rmtree(item, ignore_errors=True)
        for item in self.folder.glob(f"{_CURRENT}.*"):
            item.unlink(missing_ok=True)

    def publish(
        self, draft: Path, manifest: dict[str, Any], base: Generation | None, keep: int
    ) -> Generation:
        """Make a draft the generation that answers, and drop the oldest ones.

        Args:
            draft: The folder from `draft`, complete.
            manifest: What it holds; `files` is added here.
            base: The generation it started from: files linked from it are known to be good.
            keep: How many generations to keep, the new one included.
        """
        manifest["files"] = _sync_and_sum(draft, base)
        payload = _dump(manifest)
        _write_synced(draft / _MANIFEST, f'{{"crc":{zlib.crc32(payload)}}}\n'.encode() + payload)
        _sync_folder(draft)
        name = draft.name.removeprefix(_DRAFT)
        folder = draft.with_name(name)
        draft.rename(folder)
        _sync_folder(folder.parent)
        fresh = self.folder / f"{_CURRENT}.{os.getpid()}"
        _write_synced(fresh, f"{name}\n".encode())
        fresh.replace(self.folder / _CURRENT)
        _sync_folder(self.folder)
        self._drop_old(name, keep)
        return Generation(name, folder, manifest)

    def _drop_old(self, current: str, keep: int) -> None:
        base = self.folder / _GENERATIONS
        names = sorted(item.name for item in base.iterdir() if item.name.isdigit())
        older = [name for name in names if name < current]
        for name in [*older[: max(0, len(older) - (keep - 1))], *(n for n in names if n > current)]:
            shutil.rmtree(base / name, ignore_errors=True)


def link_tree(source: Path, target: Path) -> None:
    """Fill `target` with the files of an engine index: linked where possible, else copied."""
    target.mkdir(parents=True)
    for item in source.iterdir():
        if item.name.startswith(".tmp") or item.name.endswith(".lock"):
            continue
        if item.name in _COPIED:
            shutil.copyfile(item, target / item.name)
            continue
        try:
            os.link(item, target / item.name)
        except OSError:  # a file system without links, or one more link than it allows
            shutil.copyfile(item, target / item.name)


def storage_error(error: OSError, path: Path) -> StorageError:
    """Return the error for people that says what the system refused."""
    reason = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EACCES: "permission denied",
        errno.EPERM: "permission denied",
        errno.EROFS: "the file system is read-only",
        errno.ENOTDIR: "a part of the path is a file",
        errno.EEXIST: "a file of that name is in the way",
    }.get(error.errno or 0, os.strerror(error.errno) if error.errno else str(error))
    return StorageError(f"Cannot write {error.filename or path}: {reason}.", path=str(path))


def _read_holder(descriptor: int) -> str:
    try:
        note = json.loads(os.pread(descriptor, 1000, 0))
        return f"process {note['pid']} on {note['host']} since {note['since']}"
    except (ValueError, KeyError, TypeError, OSError):
        return ""


def _dump(manifest: dict[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        head, _, payload = path.read_bytes().partition(b"\n")
        manifest = json.loads(payload)
        sound = json.loads(head)["crc"] == zlib.crc32(payload)
    except PermissionError as error:
        raise StorageError(f"{path} may not be read.", path=str(path)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"{path} is missing or damaged.", file=_MANIFEST) from error
    if not sound or not isinstance(manifest, dict):
        raise IndexDamagedError(f"{path} was altered: its checksum differs.", file=_MANIFEST)
    if manifest.get("format") != FORMAT:
        raise IndexFormatError(
            f"{path.parent} has format {manifest.get('format')}; this version reads {FORMAT}."
        )
    return manifest


def _check_sizes(folder: Path, manifest: dict[str, Any]) -> None:
    for name, (size, _) in manifest["files"].items():
        try:
            found = (folder / name).stat().st_size
        except PermissionError as error:
            raise StorageError(f"{folder / name} may not be read.", path=name) from error
        except OSError:
            found = -1
        if found != size:
            state = "missing" if found < 0 else f"{found} bytes long and should have {size}"
            raise IndexDamagedError(f"{folder / name} is {state}.", file=name)


def _sync_and_sum(draft: Path, base: Generation | None) -> dict[str, list[int]]:
    """Return {relative name: [size in bytes, CRC-32]}; what is new is forced to disk."""
    known = base.manifest["files"] if base else {}
    files: dict[str, list[int]] = {}
    for folder, _, names in os.walk(draft):
        for name in sorted(names):
            path = Path(folder) / name
            if name.endswith(".lock") or name.startswith(".tmp"):
                path.unlink()
                continue
            relative = path.relative_to(draft).as_posix()
            if base and relative in known and _same_file(path, base.folder / relative):
                files[relative] = known[relative]
            else:
                files[relative] = _sum_synced(path)
        _sync_folder(Path(folder))
    return files


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _sum_synced(path: Path) -> list[int]:
    crc = size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
        os.fsync(file.fileno())
    return [size, crc]


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
