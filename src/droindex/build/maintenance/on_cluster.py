"""What an operator does with a library on a cluster: looked at, checked, rolled back, cleared."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.build.maintenance.generations import ClusterStatus, GenerationInfo, PruneReport
from droindex.build.maintenance.to_cluster import local_copy
from droindex.clearance.withdrawal import exposed, labels_of
from droindex.errors import (
    ExposureRefusedError,
    IndexDamagedError,
    IndexFormatError,
    SettingsError,
)
from droindex.store.damage import CheckReport, Damage
from droindex.store.generation import MANIFEST
from droindex.store.remote.remote_store import RemoteStore, indexes_of_sets
from droindex.store.remote.remote_writer import RemoteWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from droindex.engine.opensearch.address import Address
    from droindex.store.generation import Generation
    from droindex.store.remote.remote_store import RemoteGeneration

__all__ = [
    "check_on_cluster",
    "cluster_status",
    "fetched",
    "generations_on_cluster",
    "prune_on_cluster",
    "rollback_on_cluster",
]


@contextmanager
def fetched(address: Address) -> Iterator[tuple[RemoteGeneration, Generation]]:
    """Give the generation that answers, and what it knows of its documents, while it is asked."""
    store = RemoteWriter(address)
    generation = store.current()
    with tempfile.TemporaryDirectory(prefix="droindex-") as folder:
        yield generation, local_copy(store, generation, Path(folder))


def cluster_status(address: Address) -> ClusterStatus:
    """Return how the cluster is that holds a library."""
    store = RemoteStore(address)
    version = ".".join(map(str, store.cluster.version))
    name = store.current_name() or ""
    health = store.cluster.ask(
        "GET", f"/_cluster/health/{address.name}-*", action="tell its health"
    )
    sizes = _sizes(store)
    return ClusterStatus(
        version=version,
        health=health["status"],
        nodes=health["number_of_data_nodes"],
        shards=health["active_shards"],
        unassigned=health["unassigned_shards"],
        indexes={index: sizes.get(index, 0) for index in sorted(store.indexes().get(name, ()))},
    )


def generations_on_cluster(address: Address) -> tuple[GenerationInfo, ...]:
    """Return all generations of a library on a cluster, newest first."""
    store = RemoteStore(address)
    current, sizes, indexes = store.current_name(), _sizes(store), store.indexes()
    return tuple(
        GenerationInfo(
            name,
            store.said_of(name).get("source", {}).get("created", ""),
            sum(sizes.get(index, 0) for index in indexes.get(name, ())),
            name == current,
            is_held=False,
        )
        for name in store.names()
    )


def _sizes(store: RemoteStore) -> dict[str, int]:
    """Return index -> its bytes on all nodes."""
    asked = "format=json&bytes=b&h=index,store.size"
    path = f"/_cat/indices/{store.address.name}-*?{asked}"
    listed = store.cluster.ask("GET", path, action="list the indexes")
    return {item["index"]: int(item["store.size"] or 0) for item in listed}


def check_on_cluster(address: Address) -> CheckReport:
    """Read the files of every generation, and count what its indexes hold; see `Library.check`."""
    store = RemoteStore(address)
    store.current()
    files = size = 0
    damages: list[Damage] = []
    names = store.names()
    for name in names:
        try:
            generation = store.load(name)
        except (IndexDamagedError, IndexFormatError) as error:
            damages.append(Damage(name, MANIFEST, error.message))
            continue
        for file, (own, _) in generation.manifest["files"].items():
            files, size = files + 1, size + own
            damages += _damage_of(name, file, lambda: generation.read(file))  # noqa: B023 - called at once
        for place in indexes_of_sets(store, generation):
            if not place.endswith("words"):
                files += 1
                damages += _damage_of(
                    name,
                    place,
                    lambda: store.engine.reader(generation.folder / place),  # noqa: B023 - as above
                )
    return CheckReport(tuple(names), files, size, tuple(damages))


def _damage_of(name: str, file: str, read: Any) -> list[Damage]:
    """Return what is wrong with a file or an index of a generation, if anything is."""
    try:
        read()
    except IndexDamagedError as error:
        return [Damage(name, file, error.message)]
    return []


def rollback_on_cluster(address: Address, to: str | None, *, allow_exposure: bool) -> str:
    """Make an older generation answer again; see `Library.rollback`. Return its name."""
    store = RemoteWriter(address)
    current = store.current()
    older = [name for name in store.names() if int(name) < int(current.name)]
    wanted = [name for name in older if to is None or name.lstrip("0") == to.lstrip("0")]
    if not wanted:
        raise SettingsError(
            f"There is no older generation{f' {to}' if to else ''} to go back to.",
            hint=f"Older generations: {', '.join(older) or 'none'}. droindex status lists them.",
        )
    target = store.load(wanted[0])
    for place in indexes_of_sets(store, target):
        if not place.endswith("words"):
            store.engine.reader(target.folder / place)  # refuses what is not whole
    if not allow_exposure:
        _refuse_exposure(store, current, target)
    store.answer_with(target.name)
    return target.name


def _refuse_exposure(
    store: RemoteWriter, current: RemoteGeneration, target: RemoteGeneration
) -> None:
    if "exported" in current.manifest or "exported" in target.manifest:
        raise ExposureRefusedError(
            f"{store.address} is an exported set, and cannot tell what gained a label since.",
            hint="Nothing was changed. Export the set anew, and publish it.",
            doc_ids=(),
        )
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        labels = labels_of(local_copy(store, current, Path(one)))
        found = exposed(local_copy(store, target, Path(other)), labels)
    if found != {}:
        doc_ids: Sequence[str] = sorted({key for ids in (found or {}).values() for key in ids})
        raise ExposureRefusedError(
            f"Generation {target.name} shows what gained a label since then"
            f"{f', for example {doc_ids[0]!r}' if doc_ids else ''}.",
            doc_ids=tuple(doc_ids),
        )


def prune_on_cluster(address: Address, *, now: bool, keep: int) -> PruneReport:
    """Clear away what is no longer needed; see `Library.prune`."""
    store = RemoteWriter(address)
    store.current()
    rubbish = store.sweep()
    removed = store.drop_old(1 if now else keep)
    return PruneReport(tuple(removed), (), rubbish, 0)
