"""One set as a library of its own: nothing in it tells of documents of other sets."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from droindex.engine.analysis import fold
from droindex.engine.clauses import AllDocuments, PhraseOf
from droindex.errors import IndexDamagedError, IndexFormatError, SettingsError
from droindex.files.disk import (
    PRIVATE_FOLDER,
    StorageErrors,
    copy_file,
    copy_tree,
    modes_of,
)
from droindex.library.reader import SetReader
from droindex.store.damage import find_damage, withdraw
from droindex.store.generation import DOCUMENTS, OPEN_SET, PAGES, read_current
from droindex.store.store import Store
from droindex.store.writer import StoreWriter
from droindex.synonyms.table import SYNONYMS

if TYPE_CHECKING:
    from pathlib import Path

    from droindex.store.generation import Generation
    from droindex.store.store import Answer

__all__ = ["export_set"]

_KEPT = ("format", "analysis", "schema", "engine", "language", "passage_chars")  # of a manifest


def export_set(folder: Path, clearance: str | None, target: Path, *, wait_s: float) -> Generation:
    """Copy one set into a library of its own; see `Library.export_set`."""
    store, copy = Store(folder), StoreWriter(target)
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
    file_mode, folder_mode = modes_of(is_public=target.name == OPEN_SET)
    target.mkdir(mode=folder_mode)
    for index in (DOCUMENTS, PAGES):
        copy_tree(source / index, target / index, file_mode, folder_mode)
    copy_file(source / SYNONYMS, target / SYNONYMS, file_mode)


def _withdraw_all(copy: Store) -> None:
    """Withdraw what an export held before: it cannot tell what gained a label since."""
    for older in copy.readable():
        for name in older.manifest["sets"]:
            withdraw(older.folder, name)


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
    return {
        **{key: manifest[key] for key in _KEPT},
        "config": {**_OwnConfig(source, name).to_dict(), "labels": labels},
        "labels": labels,
        "clearances": visible,
        "corpora": [],
        "sets": {name: {**manifest["sets"][name], "corpora": []}},
        "exported": name,
    }


class _OwnConfig:
    """The configuration without what only documents of other sets use.

    Args:
        source: The generation.
        name: The set.
    """

    def __init__(self, source: Generation, name: str) -> None:
        self._config = source.manifest["config"]
        self._reader = SetReader(source, name)
        fields = ("category", "collection", "status")
        index = self._reader.documents
        used = index.facets(AllDocuments(), fields, max(index.num_docs, 1))
        self._used = {field: {fold(value) for value, _ in used[field]} for field in fields}

    def to_dict(self) -> dict[str, Any]:
        """Return its JSON shape."""
        config = self._config
        return {
            **config,
            "categories": self._shelves("category", config["categories"]),
            "collections": self._shelves("collection", config["collections"]),
            "exclude": [],
            **{
                name: [status for status in config.get(name, ()) if self._uses("status", status)]
                for name in ("active_statuses", "archived_statuses", "draft_statuses")
            },
            "columns": {},
            "fields": [],  # the set names those that its documents have
            "acronyms": {
                short: meaning
                for short, meaning in config["acronyms"].items()
                if self._is_said(short) or self._is_said(meaning)
            },
            "synonyms": [group for group in config["synonyms"] if any(map(self._is_said, group))],
        }

    def _shelves(self, field: str, shelves: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [shelf for shelf in shelves if self._uses(field, shelf["name"], *shelf["aliases"])]

    def _uses(self, field: str, *names: str) -> bool:
        """Whether a document of the set has one of these values in a field."""
        return not self._used[field].isdisjoint(map(fold, names))

    def _is_said(self, text: str) -> bool:
        """Whether a document of the set says a text."""
        stems = tuple(stem for stem, _ in self._reader.analyzer.terms(text))
        return bool(stems) and self._reader.documents.count(PhraseOf("all", stems)) > 0
