"""Going back to an older generation, unless that shows what gained a label since."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

from droindex.clearance.withdrawal import (
    CurrentLabels,
    exposed,
    labels_of,
    unproven,
    withdraw_older,
)
from droindex.errors import DroindexError, ExposureRefusedError, SettingsError
from droindex.files.disk import PRIVATE_FILE, StorageErrors, copy_file, link_tree, modes_of
from droindex.store.damage import find_damage, is_withdrawn
from droindex.store.generation import DOCUMENTS, MANIFEST, OPEN_SET, PAGES
from droindex.store.writer import StoreWriter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from droindex.store.generation import Generation
    from droindex.store.store import Store

__all__ = ["rollback"]


def rollback(folder: Path, to: str | None, *, allow_exposure: bool, wait_s: float) -> str:
    """Make an older generation answer again; see `Library.rollback`. Return its new name."""
    store = StoreWriter(folder)
    with StorageErrors(folder), store.locked(wait_s):
        target = _target(store, to)
        _refuse_exposure(store, target, allow_exposure=allow_exposure)
        draft = store.draft()
        try:
            _link_sets(target, draft)
            _copy_files(target.folder, draft, PRIVATE_FILE)
            manifest = {**target.manifest, "rolled_back_to": target.name}
            if not _is_exported(target):  # others show what the labels hide from now on
                withdraw_older(store.readable(), labels_of(target))
            keep = len(store.names()) + 1  # what it goes back from stays, to go forward again
            return store.publish(draft, manifest, target, keep).name
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise


def _link_sets(target: Generation, draft: Path) -> None:
    for item in sorted(target.manifest["sets"]):
        file_mode, folder_mode = modes_of(is_public=item == OPEN_SET)
        (draft / item).mkdir(mode=folder_mode)
        for index in (DOCUMENTS, PAGES):
            link_tree(target.folder / item / index, draft / item / index)
        _copy_files(target.folder / item, draft / item, file_mode)


def _copy_files(source: Path, target: Path, mode: int) -> None:
    """Copy the files of a folder, save for the manifest, which is made anew."""
    for path in source.iterdir():
        if path.is_file() and path.name != MANIFEST:
            copy_file(path, target / path.name, mode)


def _is_exported(generation: Generation) -> bool:
    return "exported" in generation.manifest


# which generation -------------------------------------------------------------------------------


def _target(store: Store, to: str | None) -> Generation:
    """Return the generation to go back to: sound, and older than the one that answers."""
    current = store.current_name()  # without one, the newest that is sound is what was lost
    for name in _candidates(store, current, to):
        generation = _sound(store, name)
        if generation is not None:
            return generation
    listed = ", ".join(name for name in store.names() if name != current) or "none"
    raise SettingsError(
        f"There is no sound older generation{f' {to}' if to else ''} to go back to.",
        hint=f"Older generations: {listed}. droindex status lists them.",
    )


def _candidates(store: Store, current: str | None, to: str | None) -> Iterator[str]:
    for name in store.names():
        is_older = current is None or int(name) < int(current)
        if is_older and (to is None or name.lstrip("0") == to.lstrip("0")):
            yield name


def _sound(store: Store, name: str) -> Generation | None:
    """Return a generation whose every file is as it was written; note what is damaged."""
    try:
        generation = store.load(name)
    except DroindexError:
        return None
    damage, _ = find_damage(generation)
    return None if damage is not None or generation.is_gone() else generation


# what it may show -------------------------------------------------------------------------------


class _Judgement(NamedTuple):
    """What an older generation is judged by.

    Attributes:
        labels: The documents and labels of the newest generation that tells them; None for none.
        is_certain: Whether that is the one that answers.
    """

    labels: CurrentLabels | None
    is_certain: bool


def _refuse_exposure(store: Store, target: Generation, *, allow_exposure: bool) -> None:
    withdrawn = {item for item in target.manifest["sets"] if is_withdrawn(target.folder, item)}
    if _is_exported(target) and (withdrawn or not allow_exposure):
        raise ExposureRefusedError(
            f"{store.folder} is an exported set, and cannot tell what gained a label since "
            f"generation {target.name}.",
            hint="Nothing was changed. Export the set anew.",
            doc_ids=(),
        )
    if allow_exposure:
        return
    found = _exposed_sets(target, withdrawn, _judgement(store, target))
    if found:
        doc_ids = sorted({key for ids in found.values() for key in ids})
        raise ExposureRefusedError(
            f"Generation {target.name} shows what gained a label since then"
            f"{f', for example {doc_ids[0]!r}' if doc_ids else ''}.",
            doc_ids=tuple(doc_ids),
        )


def _exposed_sets(
    target: Generation, withdrawn: Collection[str], judgement: _Judgement
) -> dict[str, list[str]]:
    """Return the sets that may not be shown -> documents that are why, as far as is known."""
    labels, is_certain = judgement
    found = exposed(target, labels) if labels else {}
    if found is None:  # it cannot tell what it holds
        found = {name: [] for name in target.manifest["sets"]}
    for name in withdrawn:  # it stays so, unless today's labels prove that all may be seen again
        doubtful = unproven(target, name, labels) if labels and is_certain else []
        if doubtful or not is_certain:
            found.setdefault(name, doubtful)
    return found


def _judgement(store: Store, target: Generation) -> _Judgement:
    current = store.current_name()
    newer = [name for name in store.names() if int(name) > int(target.name) and name != current]
    for name in (*([current] if current else ()), *newer):
        try:
            return _Judgement(labels_of(store.load(name)), name == current)
        except DroindexError:
            continue
    return _Judgement(None, is_certain=False)
