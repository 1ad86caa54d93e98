"""Files that have several names: each is as restricted as the most restricted name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from droindex.clearance.ranks import restriction
from droindex.corpus.entry import FileIdentity
from droindex.corpus.given import NO_EVIDENCE, read_given

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from droindex.corpus.config import CorpusConfig
    from droindex.corpus.entry import Entry
    from droindex.corpus.given import Given
    from droindex.settings import Settings

__all__ = ["LINK", "NameLabel", "labels_of_names"]

LINK = "link"  # the source of a label that another name of the same file gives
_SUFFIXES = (".toml", ".json")


@dataclass(frozen=True, slots=True)
class NameLabel:
    """The label that all names of a file have.

    Attributes:
        is_stated: Whether any name states one; without, what the text says counts.
        label: None is open: said so under every name.
        source: Where it comes from.
    """

    is_stated: bool
    label: str | None = None
    source: str = LINK

    def put_on(self, given: Given) -> Given:
        """Return metadata with this label."""
        values, sources = dict(given.values), dict(given.sources)
        if not self.is_stated:
            values.pop("label", None)
            sources.pop("label", None)
        elif "label" not in values or values["label"] != self.label:
            values["label"], sources["label"] = self.label, self.source
        return replace(given, values=values, sources=sources)


def labels_of_names(
    entries: Iterable[Entry], config: CorpusConfig, settings: Settings
) -> dict[str, NameLabel]:
    """Return the label of each file that has several names, by each of its names.

    A link and a hard link show what another name shows. Metadata that lies beside the target of a
    link counts too where the target itself is no document, as in a hidden folder.
    """
    names: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        names.setdefault((entry.identity.device, entry.identity.inode), []).append(entry)
    found: dict[str, NameLabel] = {}
    for same in names.values():
        metadata = [*same, *_beside_targets(same)]
        if len(metadata) > 1:
            label = _strictest(metadata, config, settings)
            found |= {entry.file: label for entry in same}
    return found


def _strictest(entries: Iterable[Entry], config: CorpusConfig, settings: Settings) -> NameLabel:
    stated: list[NameLabel] = []
    is_silent = False
    for entry in entries:
        given = read_given(
            entry,
            settings=settings.build,
            statuses=config.statuses,
            labels=config.labels,
            kinds=config.kinds,
        )
        if "label" in given.values:
            source = given.sources.get("label")
            source = NO_EVIDENCE if source == NO_EVIDENCE else LINK
            stated.append(NameLabel(is_stated=True, label=given.values["label"], source=source))
        else:
            is_silent = True
    top = max(
        stated,
        default=NameLabel(is_stated=False),
        # what is known to be a label is remembered, so it comes before what only may be one
        key=lambda one: (restriction(one.label, config.labels), one.source == LINK),
    )
    return NameLabel(is_stated=False) if top.label is None and is_silent else top


def _beside_targets(entries: list[Entry]) -> list[Entry]:
    """Return the metadata beside targets of links that are no documents of the corpus."""
    known = {str(entry.path) for entry in entries}
    targets = {entry.opened(entry.path): entry for entry in entries}
    return [
        beside
        for target, entry in targets.items()
        if target.is_absolute() and entry.path.is_symlink() and str(target) not in known
        for beside in _beside(target, entry)
    ]


def _beside(target: Path, entry: Entry) -> list[Entry]:
    """Return the metadata beside the target of a link, each as that of a document."""
    names = {target.name.casefold(), target.stem.casefold()}
    found: list[Entry] = []
    for real in _sidecars_in(target.parent):
        if real.stem.casefold() in names:
            try:
                identity = FileIdentity.of(real.lstat())
            except OSError:
                continue
            found.append(replace(entry, sidecar=real, sidecar_identity=identity, real={}))
    return found


def _sidecars_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.name.lower().endswith(_SUFFIXES)]
    except OSError:
        return []
