"""What a build is told, and what it starts from: the last generation and all that it remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from droindex.build.record_changes import forget_lines
from droindex.clearance.label_memory import Labelled, load_labelled
from droindex.clearance.ranks import rank_of, restriction
from droindex.corpus.config import CorpusConfig
from droindex.corpus.config_file import load_config
from droindex.engine.tantivy.engine import TANTIVY
from droindex.errors import SettingsError
from droindex.library.state import UPDATE, exported_error
from droindex.library.states import States, load_state
from droindex.library.stored_texts import StoredTexts
from droindex.settings import Settings
from droindex.store.layers import Layers

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.engine.protocol import Engine
    from droindex.library.report import Progress
    from droindex.library.state import DocState
    from droindex.store.writer import StoreWriter

__all__ = ["BuildOptions", "Start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How a build is done; see `Library.build` for the meaning of each value.

    Attributes:
        engine: What the library is written with.
    """

    settings: Settings = field(default_factory=Settings)
    allow_removals: bool = False
    compact: bool = False
    workers: int | None = None
    cache: Path | None = None
    wait_s: float = 0.0
    progress: Callable[[Progress], None] | None = None
    confirm_open: tuple[str, ...] = ()
    engine: Engine = TANTIVY


class Start:
    """What one build starts from; the lock is held.

    Args:
        store: The library.
        options: How the build is done.
        config: What corpus.toml says; None for what the last build was told.

    Attributes:
        point: The generation to start from, and what of it is damaged.
        generation: The same generation; None for a library that is new.
        config: The configuration of the next generation.
        states: What the last build remembers of each document.
        is_moved: Whether its corpus lies in another place now.
        texts: The texts that the library holds already.
        memory: What it remembers of labels; None where nothing was noted yet.

    Raises:
        IndexFormatError: `index-format`, the library is an exported set.
        IndexDamagedError: `index-damaged`, of no generation is enough left.
    """

    def __init__(
        self, store: StoreWriter, options: BuildOptions, config: CorpusConfig | None
    ) -> None:
        self.store = store
        self.options = options
        self.point = store.starting_point()
        self.generation = self.point.generation
        if self.generation is not None and "exported" in self.generation.manifest:
            raise exported_error(self.generation)
        if config is None and self.generation is not None:
            config = self.generation.config()
        self.config = config or CorpusConfig()
        self.is_moved = False
        if self.generation is None:
            self.states = States(Layers(store.folder, passing=store.folder))
        else:
            self.states = load_state(
                self.generation, passing=store.folder, lost_sets=self.point.lost_texts
            )
        self.texts = StoredTexts(store, self.point, self.states, options.engine)
        try:
            self.memory: Labelled | None = load_labelled(store.folder, store.readable())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files of what is remembered."""
        self.texts.close()
        self.states.layers.close()

    def count_before(self, origin: str) -> int:
        """Return how many documents of an origin the library had when the build began."""
        return self.states.origins().get(origin, 0)

    @property
    def is_as_noted(self) -> bool:
        """Whether what is remembered of labels is what the last build left: else all are judged."""
        memory = self.memory or Labelled()
        return bool(self.states.meta) and self.states.meta.get("labelled") == memory.digest

    @property
    def may_build_upon(self) -> bool:
        """Whether what was counted over the documents of the last generation still holds."""
        return (
            self.generation is not None
            and bool(self.states.meta)
            and self.config.to_dict() == self.generation.manifest["config"]
            and not self.point.lost_texts
            and not self.is_moved
        )

    def origin_of(self, corpus: Path) -> str:
        """Return the name under which a corpus's documents are remembered: its place.

        Where the only corpus of the library is gone, this one is taken for it, moved.
        """
        here = str(corpus.resolve())
        known = self.states.origins().keys() - {UPDATE}
        if here in known or len(known) != 1:
            return here
        before = next(iter(known))
        if not Path(before).exists():
            self.states.rename(before, here)
            forget_lines(self.states, before)
            self.is_moved = True
            if self.memory is not None:
                self.memory = self.memory.moved(before, here)
        return here

    def check_labels(self, origin: str) -> None:
        """Refuse labels that another corpus of this library does not list in the same way.

        Raises:
            SettingsError: `settings-error`, with the other corpus.
        """
        if self.generation is None:
            return
        before = self.generation.config().labels
        for other in self.states.origins().keys() - {UPDATE, origin}:
            place = Path(other)
            theirs = load_config(place)[0].labels if place.exists() else before
            if theirs != self.config.labels:
                raise SettingsError(
                    f"The corpus {other} of this library lists other labels.",
                    hint="Give both the same `labels` in corpus.toml, or build two libraries.",
                )

    def rank(self, label: str | None) -> int | None:
        """Return the rank of a label of this library; None for one that is not listed."""
        return rank_of(label, self.config.labels)

    def restriction(self, state: DocState) -> float:
        """Return how restricted a document is."""
        return restriction(state.document_alone().label, self.config.labels)
