"""What a library holds and how its last build ended, for those who run it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.build.maintenance.generations import (
    current_state,
    highest_set,
    known_states,
    list_generations,
)
from droindex.engine.opensearch.address import Address
from droindex.library.report import load_passed_over, load_problems
from droindex.library.scopes import scopes_on
from droindex.library.state import file_reports
from droindex.serialize import Serializable
from droindex.store.generation import OPEN_SET
from droindex.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from droindex.build.maintenance.generations import ClusterStatus, GenerationInfo
    from droindex.library.report import FileReport
    from droindex.library.state import DocState
    from droindex.problems import Problem
    from droindex.store.generation import Generation

__all__ = ["LibraryStatus", "status_of"]


@dataclass(frozen=True, slots=True)
class LibraryStatus(Serializable):
    """What an operator wants to know of a library; it covers labelled documents too.

    Attributes:
        name: The library's name, from corpus.toml.
        generation: The generation that answers.
        created: When it was built, ISO 8601.
        documents: Documents in all, labelled ones and those of no set included.
        sets: Clearance set, as its folder is called -> number of documents.
        clearances: Label that a caller is cleared for -> number of documents that he sees.
        scopes: Scope -> number of documents of the highest set, today.
        files: Every file that was read and how that ended.
        file_statuses: Status of reading -> number of files.
        passed_over: Files that the last build passed over, by kind, as it reported them.
        problems: What was wrong at the last build, as it reported it.
        size_bytes: Size of the generation that answers.
        cache_bytes: Size of the cache of extracted texts.
        generations: All generations that are there, newest first.
        cluster: How the cluster is that holds the library; None for a library in a folder.
    """

    name: str
    generation: str
    created: str
    documents: int
    sets: Mapping[str, int]
    clearances: Mapping[str, int]
    scopes: Mapping[str, int]
    files: tuple[FileReport, ...]
    file_statuses: Mapping[str, int]
    passed_over: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    size_bytes: int
    cache_bytes: int
    generations: tuple[GenerationInfo, ...] = ()
    cluster: ClusterStatus | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape, without the list of files; of a cluster where there is one."""
        # not super(): the class that a dataclass with slots returns is another one
        shape = Serializable.to_dict(self)
        del shape["files"]
        if self.cluster is None:
            del shape["cluster"]
        return shape


def status_of(location: Path | Address, today: date) -> LibraryStatus:
    """Return what an operator wants to know of a library; see `Library.status`."""
    if isinstance(location, Address):
        return _status_on_cluster(location, today)
    store = Store(location)
    generation, states = current_state(store)
    return LibraryStatus(
        **_told(generation, states, today),
        passed_over=load_passed_over(store.folder),
        problems=load_problems(store.folder),
        size_bytes=sum(size for size, _ in generation.manifest["files"].values()),
        cache_bytes=_folder_bytes(store.cache_folder),
        generations=list_generations(store),
    )


def _status_on_cluster(address: Address, today: date) -> LibraryStatus:
    from droindex.build.maintenance.on_cluster import (  # noqa: PLC0415 - an extra
        cluster_status,
        fetched,
        generations_on_cluster,
    )

    with fetched(address) as (_, local):
        cluster = cluster_status(address)
        return LibraryStatus(
            **_told(local, known_states(local), today),
            passed_over=load_passed_over(local.folder),
            problems=load_problems(local.folder),
            size_bytes=sum(cluster.indexes.values()),
            cache_bytes=0,
            generations=generations_on_cluster(address),
            cluster=cluster,
        )


def _told(generation: Generation, states: Mapping[str, DocState], today: date) -> dict[str, Any]:
    """Return what a generation and its documents tell, wherever they lie."""
    manifest = generation.manifest
    sets: dict[str, Any] = manifest["sets"]
    files = file_reports(states.values())
    highest = sets[manifest.get("exported") or highest_set(sets)]
    return {
        "name": manifest["config"].get("name", ""),
        "generation": generation.name,
        "created": manifest["created"],
        "documents": len(states) or highest["documents"],
        "sets": {name: info["documents"] for name, info in sets.items()},
        "clearances": _clearances(manifest),
        "scopes": scopes_on(highest, today),
        "files": files,
        "file_statuses": dict(sorted(Counter(report.status for report in files).items())),
    }


def _clearances(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Return label -> number of documents that it shows, for the sets that are there."""
    sets = manifest["sets"]
    names = {"": OPEN_SET, **manifest["clearances"]}
    return {
        label or "no clearance": sets[name]["documents"]
        for label, name in names.items()
        if name in sets
    }


def _folder_bytes(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except OSError:  # removed meanwhile
                continue
    return total
