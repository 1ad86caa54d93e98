"""What an operator does with generations: check them, go back, clear away, hand out one set."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.clearance.ranks import rank_of
from droindex.clearance.withdrawal import Today, exposed, unproven, withdraw_older
from droindex.engine.analysis import fold
from droindex.engine.clauses import AllDocuments, PhraseOf
from droindex.errors import (
    DroindexError,
    ExposureRefusedError,
    IndexDamagedError,
    IndexFormatError,
    SettingsError,
)
from droindex.files.disk import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    StorageErrors,
    copy_file,
    copy_tree,
    link_tree,
)
from droindex.library.reader import DOCUMENTS, PAGES, SetReader
from droindex.library.state import load_state
from droindex.metadata.infer.inference import choose
from droindex.serialize import Serializable
from droindex.store.damage import (
    CheckReport,
    find_damage,
    is_withdrawn,
    known_damage,
    mark_damage,
    verify_files,
    verify_library,
    withdraw,
)
from droindex.store.generation import (
    MANIFEST,
    OPEN_SET,
    WITHHELD_SET,
    read_current,
)
from droindex.store.store import Generation, Store
from droindex.synonyms.table import ACRONYMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from droindex.library.state import DocState
    from droindex.store.store import Answer

__all__ = [
    "GenerationInfo",
    "PruneReport",
    "check_library",
    "current_state",
    "export_set",
    "highest_set",
    "list_generations",
    "prune",
    "rollback",
]


# Fields whose values corpus.toml speaks of -> what it calls them.
_NAMES_OF = {
    "category": "categories",
    "collection": "collections",
    "status": "active_statuses",
}


@dataclass(frozen=True, slots=True)
class GenerationInfo(Serializable):
    """One generation, as an operator sees it.

    Attributes:
        name: Its number.
        created: When it was built, ISO 8601; empty where its manifest cannot be read.
        size_bytes: Bytes of its files; what generations share counts in each.
        is_current: Whether it answers.
        is_held: Whether a reader holds it, as far as this account may know: only those that may
            write the library hold, and see what is held.
        withdrawn: Its sets that hold documents which gained a label since.
        damaged: Its files that are known to be damaged.
    """

    name: str
    created: str
    size_bytes: int
    is_current: bool
    is_held: bool
    withdrawn: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PruneReport(Serializable):
    """What was cleared away.

    Attributes:
        removed: Generations that are gone.
        held: Old generations that stay because a reader holds them.
        rubbish: Pieces that killed builds had left.
        cache_bytes: Bytes of extracted texts that are gone.
    """

    removed: tuple[str, ...]
    held: tuple[str, ...]
    rubbish: int
    cache_bytes: int


def check_library(folder: Path) -> CheckReport:
    """Read every file of a library and compare it with its checksum; see `Library.check`."""
    store = Store(folder)
    names = store.names()
    if not names:
        store.current()  # says what is wrong with that place
    return verify_library(folder, names, store.generations_folder)


def current_state(store: Store) -> tuple[Generation, dict[str, DocState]]:
    """Return the generation that `CURRENT` names, and what its build knew of each document.

    Raises:
        IndexNotFoundError, IndexFormatError, IndexDamagedError, StorageError: as `Store.current`.
    """
    while True:
        generation = store.current()
        try:
            exported = "exported" in generation.manifest
            return generation, {} if exported else load_state(generation)
        except IndexDamagedError:
            if not generation.is_gone():  # else builds published and swept meanwhile
                raise


def list_generations(store: Store) -> tuple[GenerationInfo, ...]:
    """Return all generations of a library, newest first."""
    try:
        current = read_current(store.folder)
    except DroindexError:
        current = None
    described = [_describe(store, name, current) for name in store.names()]
    kept = set(store.names())  # what a build removed meanwhile is not damaged
    return tuple(item for item in described if item.name in kept)


def _describe(store: Store, name: str, current: str | None) -> GenerationInfo:
    folder = store.generations_folder / name
    damaged = tuple(sorted(known_damage(folder)))
    try:
        manifest = store.load(name).manifest
    except DroindexError:
        return GenerationInfo(name, "", 0, name == current, is_held=False, damaged=(MANIFEST,))
    return GenerationInfo(
        name,
        manifest["created"],
        sum(size for size, _ in manifest["files"].values()),
        name == current,
        is_held=store.is_held(name),
        withdrawn=tuple(sorted(item for item in manifest["sets"] if is_withdrawn(folder, item))),
        damaged=damaged,
    )


def rollback(folder: Path, to: str | None, *, allow_exposure: bool, wait_s: float) -> str:
    """Make an older generation answer again; see `Library.rollback`. Return its new name."""
    store = Store(folder)
    with StorageErrors(folder), store.locked(wait_s):
        target = _target(store, to)
        _refuse_exposure(store, target, allow_exposure=allow_exposure)
        draft = store.draft()
        try:
            for item in sorted(target.manifest["sets"]):
                file_mode, folder_mode = _modes(item)
                (draft / item).mkdir(mode=folder_mode)
                for index in (DOCUMENTS, PAGES):
                    link_tree(target.folder / item / index, draft / item / index)
                _copy_files(target.folder / item, draft / item, file_mode)
            _copy_files(target.folder, draft, PRIVATE_FILE)
            manifest = {**target.manifest, "rolled_back_to": target.name}
            _withdraw_others(store, target)
            keep = len(store.names()) + 1  # what it goes back from stays, to go forward again
            return store.publish(draft, manifest, target, keep).name
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise


def _withdraw_others(store: Store, target: Generation) -> None:
    """Withdraw what other generations show and the labels hide that are in force from now on."""
    if "exported" in target.manifest:
        return
    others = []
    for name in store.names():
        with suppress(DroindexError):  # what cannot be opened shows nothing to anybody
            others.append(store.load(name))
    withdraw_older(others, _labels_of(target))


def _target(store: Store, to: str | None) -> Generation:
    """Return the generation to go back to: sound, and older than the one that answers."""
    try:
        current = read_current(store.folder)
    except IndexDamagedError:
        current = None  # then the newest one that is sound is what was lost
    names = [name for name in store.names() if current is None or int(name) < int(current)]
    if to is not None:
        names = [name for name in names if name.lstrip("0") == to.lstrip("0")]
    for name in names:
        try:
            generation = store.load(name)
        except DroindexError:
            continue
        damages = verify_files(generation, generation.manifest["files"])
        if not damages:
            return generation
        mark_damage(generation.folder, [item.file for item in damages])
    listed = ", ".join(name for name in store.names() if name != current) or "none"
    raise SettingsError(
        f"There is no sound older generation{f' {to}' if to else ''} to go back to.",
        hint=f"Older generations: {listed}. droindex status lists them.",
    )


def _refuse_exposure(store: Store, target: Generation, *, allow_exposure: bool) -> None:
    marked = {item for item in target.manifest["sets"] if is_withdrawn(target.folder, item)}
    if "exported" in target.manifest and (marked or not allow_exposure):
        raise ExposureRefusedError(
            f"{store.folder} is an exported set, and cannot tell what gained a label since "
            f"generation {target.name}.",
            hint="Nothing was changed. Export the set anew.",
            doc_ids=(),
        )
    if allow_exposure:
        return
    today, is_named = _today(store, target)
    found = exposed(target, today) if today else {}
    if found is None:  # it cannot tell what it holds
        found = {name: [] for name in target.manifest["sets"]}
    for name in marked:  # a mark holds, unless today's labels prove that all may be seen again
        doubtful = unproven(target, name, today) if today and is_named else []
        if doubtful or not is_named:
            found.setdefault(name, doubtful)
    if found:
        doc_ids = sorted({key for ids in found.values() for key in ids})
        raise ExposureRefusedError(
            f"Generation {target.name} shows what gained a label since then"
            f"{f', for example {doc_ids[0]!r}' if doc_ids else ''}.",
            doc_ids=tuple(doc_ids),
        )


def _today(store: Store, target: Generation) -> tuple[Today | None, bool]:
    """Return what is labelled today, and whether the generation that answers says so."""
    newest, is_named = _newest_state(store, target)
    if newest is None:
        return None, False
    return _labels_of(newest), is_named


def _labels_of(generation: Generation) -> Today:
    """Return what a generation knows of labels."""
    labels, states = generation.manifest["labels"], load_state(generation)
    ranks = {
        key: rank_of(state.document(choose(state.inferred)).label, labels)
        for key, state in states.items()
    }
    return Today(states, ranks, labels)


def _newest_state(store: Store, target: Generation) -> tuple[Generation | None, bool]:
    """Return the newest generation that tells labels, and whether it is the one that answers."""
    try:
        current = read_current(store.folder)
    except IndexDamagedError:
        current = None
    newer = [name for name in store.names() if int(name) > int(target.name) and name != current]
    for name in (*([current] if current else ()), *newer):
        try:
            generation = store.load(name)
            load_state(generation)
        except DroindexError:
            continue
        return generation, name == current
    return None, False


def _copy_files(source: Path, target: Path, mode: int) -> None:
    """Copy the files of a folder, save for the manifest, which is made anew."""
    for path in source.iterdir():
        if path.is_file() and path.name != MANIFEST:
            copy_file(path, target / path.name, mode)


def _modes(name: str) -> tuple[int, int]:
    """Return the modes of the files and folders of a set; labelled ones are their owner's alone."""
    return (0o666, 0o777) if name == OPEN_SET else (PRIVATE_FILE, PRIVATE_FOLDER)


def prune(folder: Path, *, now: bool, wait_s: float, keep: int) -> PruneReport:
    """Clear away what is no longer needed; see `Library.prune`."""
    store = Store(folder)
    store.current()
    with StorageErrors(folder), store.locked(wait_s):
        rubbish = store.sweep()
        removed, held = store.drop_old(1 if now else keep, also_held=now)
        cache_bytes = _empty(store.cache_folder) if now else 0
    return PruneReport(tuple(removed), tuple(held), rubbish, cache_bytes)


def _empty(folder: Path) -> int:
    """Remove everything below a folder; return how many bytes that were."""
    size = 0
    for base, _, names in os.walk(folder):
        size += sum((Path(base) / name).lstat().st_size for name in names)
    if folder.exists():
        shutil.rmtree(folder)
    return size


def export_set(folder: Path, clearance: str | None, target: Path, *, wait_s: float) -> Generation:
    """Copy one set into a library of its own; see `Library.export_set`."""
    store, copy = Store(folder), Store(target)
    if target.resolve() == folder.resolve() or folder.resolve() in target.resolve().parents:
        raise SettingsError(f"{target} is the library itself.", hint="Give another folder.")
    answer = _verified(store, clearance)
    with StorageErrors(target), copy.locked(wait_s):
        _check_target(copy)
        source, name = answer.generation, answer.name
        draft = copy.draft()
        try:
            if name != OPEN_SET:  # its manifest tells of labelled documents as well
                draft.chmod(PRIVATE_FOLDER)
            _copy_set(source.folder / name, draft / name)
            manifest = _manifest_of(source, name)
            _withdraw_all(copy)  # first: a kill between the two leaves nothing to go back to
            return copy.publish(draft, manifest, None, 1, also_held=True)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        finally:
            answer.hold.release()


def _verified(store: Store, clearance: str | None) -> Answer:
    """Return what a caller is answered from, every file of it read and found sound."""
    while True:
        answer = store.answer(clearance)
        source = answer.generation
        damage, _ = find_damage(source, answer.name)
        if damage is None and not source.is_gone():
            return answer
        answer.hold.release()
        if damage is not None:  # else a build removed it meanwhile
            raise damage


def _copy_set(source: Path, target: Path) -> None:
    """Copy a set; one with labels is nobody else's from its first byte on."""
    file_mode, folder_mode = _modes(target.name)
    target.mkdir(mode=folder_mode)
    for index in (DOCUMENTS, PAGES):
        copy_tree(source / index, target / index, file_mode, folder_mode)
    copy_file(source / ACRONYMS, target / ACRONYMS, file_mode)


def _withdraw_all(copy: Store) -> None:
    """Withdraw what an export held before: it cannot tell what gained a label since."""
    for older in copy.names():
        try:
            sets = copy.load(older).manifest["sets"]
        except DroindexError:  # what cannot be opened shows nothing to anybody
            continue
        for name in sets:
            withdraw(copy.generations_folder / older, name)


def _check_target(copy: Store) -> None:
    try:
        name = read_current(copy.folder)
        if name is not None and "exported" not in copy.load(name).manifest:
            raise IndexFormatError(
                f"{copy.folder} is a whole library: it is not overwritten by an exported set.",
                hint="Give a new or empty folder, or one of an earlier export.",
            )
    except IndexDamagedError:
        return  # an export that was damaged is replaced by a sound one


def _manifest_of(source: Generation, name: str) -> dict[str, Any]:
    """Return the manifest of a set alone: nothing in it tells of other sets."""
    manifest = source.manifest
    visible = {
        label: own
        for label, own in manifest["clearances"].items()
        if own == name and name != OPEN_SET
    }
    labels = [label for label in manifest["labels"] if label in visible]
    kept = ("format", "analysis", "schema", "engine", "language", "passage_chars")
    return {
        **{key: manifest[key] for key in kept},
        "config": {**_config_of(source, name), "labels": labels},
        "labels": labels,
        "clearances": visible,
        "corpora": [],
        "sets": {name: {**manifest["sets"][name], "corpora": []}},
        "exported": name,
    }


def _config_of(source: Generation, name: str) -> dict[str, Any]:
    """Return the configuration without what only documents of other sets use."""
    config = source.manifest["config"]
    reader = SetReader(source, name)
    used = reader.documents.facets(
        AllDocuments(), tuple(_NAMES_OF), max(reader.documents.num_docs, 1)
    )
    names = {field: {fold(value) for value, _ in used[field]} for field in _NAMES_OF}
    shelves = {
        _NAMES_OF[field]: [
            shelf
            for shelf in config[_NAMES_OF[field]]
            if names[field] & {fold(text) for text in (shelf["name"], *shelf["aliases"])}
        ]
        for field in ("category", "collection")
    }

    def is_said(text: str) -> bool:
        stems = tuple(stem for stem, _ in reader.analyzer.terms(text))
        return bool(stems) and reader.documents.count(PhraseOf("all", stems)) > 0

    return {
        **config,
        **shelves,
        "exclude": [],
        "active_statuses": [
            status for status in config["active_statuses"] if fold(status) in names["status"]
        ],
        "acronyms": {
            short: meaning
            for short, meaning in config["acronyms"].items()
            if is_said(short) or is_said(meaning)
        },
        "synonyms": [group for group in config["synonyms"] if any(map(is_said, group))],
    }


def highest_set(sets: dict[str, Any]) -> str:
    """Return the name of the set that holds most: of the highest label, else the open one."""
    names: Iterator[str] = (name for name in sets if name not in (OPEN_SET, WITHHELD_SET))
    return max(names, key=lambda name: int(name.rpartition("-")[2]), default=OPEN_SET)
