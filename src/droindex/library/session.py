"""One caller's way into a library: it finds what answers him, and notices when that changes."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.engine.analysis import ANALYSIS_VERSION
from droindex.engine.schema import SCHEMA_VERSION
from droindex.engine.tantivy.engine import TANTIVY
from droindex.errors import (
    DroindexError,
    EngineError,
    ExposureRefusedError,
    IndexDamagedError,
    IndexFormatError,
)
from droindex.library.judge import Judge
from droindex.library.reader import SetReader
from droindex.store.damage import (
    damage_marker,
    known_damage,
    refuse_damaged,
    touches,
    withdrawn_marker,
)
from droindex.store.generation import CURRENT, read_current
from droindex.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from droindex.engine.protocol import Engine
    from droindex.store.generation import Generation
    from droindex.store.store import Answer

__all__ = ["PLACES", "Handle", "check_versions"]

PLACES = "places.json"  # in a set whose documents come from several corpora: which from which

_TICK_NS = 2_000_000_000  # the clock of a file system may tick as seldom as every two seconds

Stamp = tuple[int, int, int] | None


@dataclass(slots=True)
class _View:
    """What answers now.

    Attributes:
        answer: The generation, the set and the claim on it.
        reader: The set, open.
        pid: The process that opened it; a forked one opens its own.
        marker: Where damage of the generation would be noted.
        marker_stamp: What tells whether that note has changed.
        withdrawn: What lies beside the generation once the set may not be shown any more.
        around: The folder of the generations, in which all such notes lie.
        settled: What that folder looked like when there was nothing to note; None before.
    """

    answer: Answer
    reader: SetReader
    pid: int
    marker: str
    marker_stamp: Stamp
    withdrawn: str
    around: str
    settled: Stamp = None


class Handle:
    """Gives the reader of one clearance.

    It may be shared by threads and survives a fork. Two threads that notice a change at once both
    open the new generation, and one of the two is kept: so that no lock can be left behind.

    Args:
        path: Where the library lies.
        clearance: A label, or None for the open set.
        auto_reload_s: How often to look for a newer generation, in seconds; None for never.
        engine: What the library was written with.
    """

    def __init__(
        self,
        path: Path,
        clearance: str | None,
        auto_reload_s: float | None,
        engine: Engine = TANTIVY,
    ) -> None:
        self.path = path
        self.clearance = clearance
        self.auto_reload_s = auto_reload_s
        self._store = Store(path)
        self._engine = engine
        self._current = os.fspath(path / CURRENT)
        self._seen = _stamp(self._current)
        self._next_look_s = time.monotonic() + (auto_reload_s or 0.0)
        self._view = self._open()

    def reader(self) -> SetReader:
        """Return the reader to use for this call, as a context: its judge sees all errors.

        Raises:
            IndexDamagedError: `index-damaged`, a file turned out to be damaged, and no older
                generation can take over; or the set was withdrawn, and no newer one is sound.
        """
        view = self._view
        if view.pid != os.getpid() or not self._still_answers(view):
            view = self._view = self._open()
        elif self.auto_reload_s is not None and time.monotonic() >= self._next_look_s:
            self._look()
            view = self._view
        return view.reader

    def refuse_withdrawn(self, reader: SetReader) -> None:
        """Refuse to read on in what was withdrawn or removed since a long call began.

        Raises:
            ExposureRefusedError: `exposure-refused`, it may hold documents that gained a label.
        """
        view = self._view
        if view.reader is reader and self._still_answers(view):
            return
        folder = reader.folder.parent
        is_withdrawn = _stamp(os.fspath(withdrawn_marker(folder, reader.folder.name))) is not None
        if (is_withdrawn or not folder.exists()) and read_current(self.path) != folder.name:
            raise ExposureRefusedError(
                "What this call reads was withdrawn since it began.",
                hint="Call it again: it is answered by the newest state.",
                doc_ids=(),
            )

    @property
    def generation(self) -> Generation:
        """The generation that answers."""
        return self._view.answer.generation

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences for the caller, if it is not the newest generation that answers."""
        return self._view.answer.notices

    def reload(self) -> bool:
        """Turn to the newest generation; return whether anything that is seen here changed."""
        before = self._view
        view = self._open()
        name, other = before.answer.generation.name, view.answer.generation.name
        is_sound = before.pid == os.getpid() and self._still_answers(before)
        if is_sound and int(other) <= int(name):  # the same, or one that stands in for a newer
            view.answer.hold.release()
            return False
        self._view = view
        return _face(before) != _face(view)

    def release(self) -> None:
        """Let builds remove the generation; what is open stays readable."""
        self._view.answer.hold.release()

    def corpora_of(self, doc_id: str) -> tuple[Path, ...]:
        """Return the corpora in which the file of a document may lie."""
        reader = self.reader()
        while True:
            corpora: list[str] = reader.info.get("corpora", [])
            if len(corpora) < 2:
                break
            try:
                places = json.loads((reader.folder / PLACES).read_bytes())
            except FileNotFoundError:
                if not self._view.answer.generation.is_gone():
                    raise
                self._view = self._open()
                reader = self._view.reader
                continue
            if doc_id in places:
                corpora = [corpora[places[doc_id]]]
            break
        return tuple(map(Path, corpora))

    def _still_answers(self, view: _View) -> bool:
        """Whether what answers is there, not known to be damaged, and may be shown.

        One look at the folder in which a note of it would lie tells that nothing changed there.
        """
        stamp = _stamp(view.around)
        if stamp is not None and stamp == view.settled:
            return True
        if _stamp(view.marker) != view.marker_stamp or view.answer.generation.is_gone():
            return False
        if _stamp(view.withdrawn) is not None:
            return not self._is_withdrawn(view)  # a build may be about to publish
        # Changes within one tick of the file system's clock leave no trace of their number.
        if stamp is not None and abs(time.time_ns() - stamp[1]) > _TICK_NS:
            view.settled = stamp
        return True

    def _is_withdrawn(self, view: _View) -> bool:
        """Whether what answers holds documents that gained a label.

        The mark is left before the generation that knows of the label is published: until then
        the label is not in force.
        """
        if _stamp(view.withdrawn) is None:
            return False
        return read_current(self.path) != view.answer.generation.name

    def _look(self) -> None:
        assert self.auto_reload_s is not None
        self._next_look_s = time.monotonic() + self.auto_reload_s
        found = _stamp(self._current)
        if found != self._seen:
            try:
                self.reload()
            except DroindexError:  # what is open is sound, and newer than nothing
                return
            self._seen = found

    def _open(self) -> _View:
        while True:
            answer = self._store.answer(self.clearance)
            judge = Judge(answer)
            try:
                with judge:
                    return _view(answer, judge, self._engine)
            except (IndexDamagedError, EngineError, FileNotFoundError):
                folder = answer.generation.folder
                if answer.generation.is_gone() or touches(known_damage(folder), answer.name):
                    answer.hold.release()  # a build removed it meanwhile, or a mark has come
                    continue
                # Damage that only shows when the engine opens its files: found and marked, it
                # lets an older generation take over.
                answer.hold.release()
                if not answer.generation.is_gone() and not judge.is_marked:
                    raise
            except BaseException:
                answer.hold.release()
                raise


def _view(answer: Answer, judge: Judge, engine: Engine) -> _View:
    generation = answer.generation
    check_versions(generation.manifest, str(generation.folder.parent.parent))
    marker = os.fspath(damage_marker(answer.generation.folder))
    stamp = _stamp(marker)
    if stamp is not None:  # it may have come since the set was chosen
        refuse_damaged(answer.generation.folder, answer.name)
    withdrawn = os.fspath(withdrawn_marker(answer.generation.folder, answer.name))
    reader = SetReader(answer.generation, answer.name, judge, engine)
    around = os.fspath(answer.generation.folder.parent)
    return _View(answer, reader, os.getpid(), marker, stamp, withdrawn, around)


def _face(view: _View) -> tuple[object, ...]:
    """Return what a caller can see of a generation: nothing of other sets is in it."""
    return view.reader.info["fingerprint"], view.reader.config


def _stamp(path: str) -> Stamp:
    try:
        facts = os.stat(path)  # noqa: PTH116 - on the hot path, and a Path costs more than the call
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size


def check_versions(manifest: Mapping[str, Any], where: str) -> None:
    """Refuse a library whose terms or fields are not those of this version.

    Args:
        manifest: Of the generation.
        where: What the library is called.

    Raises:
        IndexFormatError: `index-format`.
    """
    if (manifest.get("analysis"), manifest.get("schema")) != (ANALYSIS_VERSION, SCHEMA_VERSION):
        raise IndexFormatError(
            f"{where} was written by another version of droindex.",
            hint="Bring it up to date with: droindex build CORPUS --index DIR",
        )
