"""The generations of a library on a cluster, for those who read it.

A library `policies` is a group of indexes for each generation, all of them closed to changes:

    policies-library-000007                 its files: manifest.json, *.state, acronyms.json
    policies-open-000007-documents, -pages  the two indexes of a clearance set, each with `…-words`

The alias `policies` names the library index of the generation that answers: one swap of it changes
all sets at once. Whoever opens the library asks for the alias once, and from then on for indexes by
their own names, so that what he reads is one state.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from droindex.engine.opensearch.cluster import Cluster
from droindex.engine.opensearch.engine import OpenSearchEngine
from droindex.engine.opensearch.writer import words_index
from droindex.errors import IndexDamagedError, IndexFormatError, IndexNotFoundError
from droindex.store.generation import (
    DOCUMENTS,
    FORMAT,
    MANIFEST,
    PAGES,
    Generation,
    check_manifest,
)
from droindex.store.remote.files import RemoteFiles

if TYPE_CHECKING:
    from droindex.engine.opensearch.address import Address

__all__ = ["LIBRARY", "PUBLISHED", "RemoteGeneration", "RemoteStore", "indexes_of_sets"]

LIBRARY = "library"
PUBLISHED = "droindex"  # in the mapping of a library index: what is known of it without its files
_ANEW = "Publish the library anew with: droindex copy LIBRARY ADDRESS"
_OURS = r"-(?:library|open|withheld|clearance-[0-9]+)-(?P<generation>[0-9]{6,12})(?:-[a-z-]+)?"


@dataclass(frozen=True, slots=True)
class RemoteGeneration(Generation):
    """One whole state of a library on a cluster.

    Attributes:
        files: Its files.
    """

    files: RemoteFiles

    def read(self, file: str) -> bytes:
        """Return what one of its files holds."""
        return self.files.get(file)


class RemoteStore:
    """A library on a cluster, for those who read it.

    Args:
        address: Where it is.
        cluster: The same cluster, where somebody speaks with it already.

    Attributes:
        address: As given.
        cluster: The cluster.
        engine: Opens its indexes; a place is generation, set and index.
    """

    def __init__(self, address: Address, cluster: Cluster | None = None) -> None:
        self.address = address
        self.cluster = cluster or Cluster(address)
        self.engine = OpenSearchEngine(self.cluster, self.index_at)

    def index_at(self, place: Path) -> str:
        """Return the index at a place: `000007/open/pages`."""
        generation, name, part = place.parts[-3:]
        return f"{self.address.name}-{name}-{generation}-{part}"

    def library_index(self, generation: str) -> str:
        """Return the index with the files of a generation."""
        return f"{self.address.name}-{LIBRARY}-{generation}"

    def current_name(self) -> str | None:
        """Return the name of the generation that answers; None where nothing was published.

        Raises:
            IndexDamagedError: `index-damaged`, the alias is not one that droindex made.
            ClusterError: `cluster-error`.
        """
        alias = self.address.name
        found = self.cluster.ask_for(f"/_alias/{alias}", action="look for the library")
        if not found:
            return None
        names: list[str] = [name.removeprefix(f"{alias}-{LIBRARY}-") for name in found]
        if len(names) > 1 or not names[0].isdigit():
            raise IndexDamagedError(
                f"The alias {alias} points to {', '.join(sorted(found))}.",
                hint=f"Leave the newest that droindex made. {_ANEW} --replace",
            )
        return names[0]

    def current(self) -> RemoteGeneration:
        """Return the generation that answers.

        Raises:
            IndexNotFoundError: `index-not-found`, nothing was published there.
            IndexFormatError: `index-format`, a newer or older format.
            IndexDamagedError: `index-damaged`, a part of it is missing.
            ClusterError: `cluster-error`.
        """
        self.cluster.version  # noqa: B018 - another server is refused before anything else
        name = self.current_name()
        if name is None:
            raise IndexNotFoundError(
                f"There is no library {self.address.name!r} on {self.cluster.where.lower()}.",
                hint=f"Publish one with: droindex copy LIBRARY {self.address}",
            )
        return self.load(name)

    def load(self, name: str) -> RemoteGeneration:
        """Return a generation by its name."""
        files = RemoteFiles(self.cluster, self.library_index(name))
        try:
            manifest = json.loads(files.get(MANIFEST))
        except (ValueError, RecursionError) as error:
            raise _no_manifest(name) from error
        if not isinstance(manifest, dict):
            raise _no_manifest(name)
        if manifest.get("format") != FORMAT:
            raise IndexFormatError(
                f"{self.address} has format {manifest.get('format')}; this version reads {FORMAT}.",
                hint=_ANEW,
            )
        try:
            check_manifest(manifest, Path(MANIFEST))
        except IndexDamagedError as error:
            error.hint = _ANEW
            raise
        return RemoteGeneration(name, Path(self.address.name) / name, manifest, files)

    def names(self) -> list[str]:
        """Return the names of all generations that were written to their end, newest first."""
        found = self.indexes()
        whole = [name for name in found if self.said_of(name).get("is_whole")]
        return sorted(whole, key=int, reverse=True)

    def indexes(self) -> dict[str, list[str]]:
        """Return the indexes of the library by generation, those of unfinished ones included."""
        pattern = re.compile(f"{re.escape(self.address.name)}{_OURS}")
        path = f"/_cat/indices/{self.address.name}-*?format=json&h=index&expand_wildcards=all"
        listed = self.cluster.ask("GET", path, action="list the indexes")
        found: dict[str, list[str]] = {}
        for item in listed:
            if match := pattern.fullmatch(item["index"]):
                found.setdefault(match["generation"], []).append(item["index"])
        return found

    def said_of(self, name: str) -> dict[str, Any]:
        """Return what the library index of a generation says of itself; empty where it is gone."""
        index = self.library_index(name)
        mapping = self.cluster.ask_for(f"/{index}/_mapping", action="look at a generation")
        said = (mapping or {}).get(index, {}).get("mappings", {}).get("_meta", {})
        found: dict[str, Any] = said.get(PUBLISHED, {})
        return found


def _no_manifest(name: str) -> IndexDamagedError:
    return IndexDamagedError(f"{MANIFEST} of {name} is none.", file=MANIFEST, hint=_ANEW)


def indexes_of_sets(store: RemoteStore, generation: Generation) -> dict[str, str]:
    """Return set/index -> the index of the cluster, those of words included."""
    found = {}
    for name in generation.manifest["sets"]:
        for part in (DOCUMENTS, PAGES):
            index = store.index_at(generation.folder / name / part)
            found[f"{name}/{part}"] = index
            found[f"{name}/{part} words"] = words_index(index)
    return found
