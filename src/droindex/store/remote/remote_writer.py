"""Changing a library on a cluster: drafts that can be taken up again, publishing, clearing away."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.engine.opensearch.mapping import META, WORDS_MAPPING
from droindex.errors import IndexDamagedError
from droindex.store.generation import MANIFEST
from droindex.store.remote.files import RemoteFiles
from droindex.store.remote.remote_store import PUBLISHED, RemoteGeneration, RemoteStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["RemoteWriter"]

_ACTION = "publish a library"


class RemoteWriter(RemoteStore):
    """A library on a cluster, for those who change it; one at a time."""

    def draft(self, source: Mapping[str, Any]) -> str:
        """Return the name of the next generation: a draft of the same source is taken up again.

        What other drafts left is removed.

        Args:
            source: What tells where it comes from.
        """
        found = self.indexes()
        said = {name: self.said_of(name) for name in found}
        numbers = [int(name) for name, own in said.items() if own.get("is_whole")]
        chosen = ""
        for name, own in said.items():
            if own.get("is_whole"):
                continue
            if own.get("source") == source and int(name) > max(numbers, default=0):
                chosen = name
            else:
                self.remove(name)
        if not chosen:
            chosen = f"{max(numbers, default=0) + 1:06d}"
            settings = {"number_of_shards": 1, "number_of_replicas": 0}
            said_now = {"_meta": {PUBLISHED: {"source": source, "is_whole": False}}}
            body = {"settings": settings, "mappings": {**WORDS_MAPPING, **said_now}}
            self.cluster.ask("PUT", f"/{self.library_index(chosen)}", body, action=_ACTION)
        return chosen

    def is_written(self, place: Path, entries: int) -> bool:
        """Whether the index at a place of a draft was written to its end; else it is removed.

        Args:
            place: The place.
            entries: How many entries it is to hold.
        """
        index = self.index_at(place)
        settings = self.cluster.ask_for(f"/{index}", action=_ACTION)
        if settings is None:
            return False
        own = settings[index]
        said = own["mappings"].get("_meta", {}).get(META, {})
        is_closed = own["settings"]["index"].get("blocks", {}).get("write") == "true"
        if is_closed and said.get("entries") == entries:
            return True
        self.cluster.drop(f"/{index}", action=_ACTION)
        return False

    def publish(self, name: str, manifest: Mapping[str, Any], source: Mapping[str, Any]) -> None:
        """Make a draft the generation that answers, all sets at once.

        Args:
            name: Its name.
            manifest: What it holds.
            source: What tells where it comes from.
        """
        index = self.library_index(name)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=MANIFEST) as file:
            json.dump(manifest, file, ensure_ascii=False, sort_keys=True)
            file.flush()
            RemoteFiles(self.cluster, index).put(MANIFEST, Path(file.name))
        said = {"_meta": {PUBLISHED: {"source": source, "is_whole": True}}}
        self.cluster.ask("PUT", f"/{index}/_mapping", said, action=_ACTION)
        copies = self.address.replicas
        settled = {"index": {"blocks": {"write": True}, "number_of_replicas": copies}}
        self.cluster.ask("PUT", f"/{index}/_settings", settled, action=_ACTION)
        self.answer_with(name)

    def answer_with(self, name: str) -> None:
        """Have a generation answer, and no other."""
        alias = self.address.name
        # Others by their names: a user may have no say over what else the cluster holds.
        held = self.cluster.ask_for(f"/_alias/{alias}", action=_ACTION) or ()
        going = [f"{alias}-*", *(index for index in held if not index.startswith(f"{alias}-"))]
        actions: list[dict[str, Any]] = [
            {"remove": {"indices": going, "alias": alias, "must_exist": False}},
            {"add": {"index": self.library_index(name), "alias": alias}},
        ]
        self.cluster.ask("POST", "/_aliases", {"actions": actions}, action=_ACTION)

    def drop_old(self, keep: int, *, also: Iterable[str] = ()) -> list[str]:
        """Remove old generations; return their names.

        Args:
            keep: How many to keep, the one that answers included.
            also: Names of those that go in any case.
        """
        current = self.current_name()
        older = [name for name in self.names() if current and int(name) != int(current)]
        going = dict.fromkeys([*also, *older[max(0, keep - 1) :]])
        for name in going:
            if name != current:
                self.remove(name)
        return [name for name in going if name != current]

    def sweep(self) -> int:
        """Remove what copies left that were stopped; return how many generations that were."""
        whole = {*self.names()}
        unfinished = [name for name in self.indexes() if name not in whole]
        for name in unfinished:
            self.remove(name)
        return len(unfinished)

    def remove(self, name: str) -> None:
        """Remove a generation: first the index without which nobody can open it."""
        found = self.indexes().get(name, [])
        library = self.library_index(name)
        for index in sorted(found, key=lambda index: index != library):
            self.cluster.drop(f"/{index}", action="remove a generation")

    def fetched(self, generation: RemoteGeneration, folder: Path, mode: int) -> None:
        """Write the files of a generation that belong to no set into a folder.

        Raises:
            IndexDamagedError: `index-damaged`, one is missing, or not as it was written.
        """
        for file in generation.manifest["files"]:
            if "/" in file or file == MANIFEST:
                continue
            if Path(file).name != file:
                raise IndexDamagedError(f"{file!r} is no name of a file.", file=MANIFEST)
            generation.files.fetch(file, folder / file, mode)
