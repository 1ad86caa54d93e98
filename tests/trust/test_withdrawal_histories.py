"""Random histories of one library, a handle that runs on, and an export.

What was hidden from open callers, and was not put where they may see it again, is in nothing that
answers them.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support import cut_short, document

from droindex import ExposureRefusedError, Index, IndexDamagedError, SettingsError
from droindex.build.maintenance.generations import list_generations
from droindex.engine.clauses import Term
from droindex.engine.tantivy.engine import Reader
from droindex.settings import BuildSettings, Settings
from droindex.store.store import Store

EXAMPLES = int(os.environ.get("DROINDEX_WITHDRAWALS", "5"))
STEPS = int(os.environ.get("DROINDEX_WITHDRAWAL_STEPS", "7"))
WORDS = ("zorblatt", "wumpus", "quokka", "fjordling", "mxyzptlk", "grommet")
BODIES = tuple(f"The {word} is kept in a store by order of the keeper." for word in WORDS)
IDS = ("a", "b", "c", "d")
KEPT = Settings(build=BuildSettings(keep_generations=4))
FILLER = [document(f"Filler for the shelves, part {n}.", doc_id=f"f{n}") for n in range(3)]

Held = dict[str, tuple[tuple[int, ...], str | None]]  # id -> its bodies and its label
bodies = st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True).map(tuple)
labels = st.sampled_from([None, None, "LES"])


class Histories(RuleBasedStateMachine):
    """The model knows what each generation was given, and what is secret since."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="droindex-histories-"))
        self.library, self.out = self.folder / "library.idx", self.folder / "out.idx"
        self.held: Held = {}
        self.given: dict[int, Held] = {}
        self.secret: set[int] = set()
        self.damaged: set[int] = set()
        Index.update(self.library, FILLER, settings=KEPT)
        self.note()
        self.handle = Index.open(self.library, auto_reload_s=None)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.handle.close()
            shutil.rmtree(self.folder)

    @property
    def is_damaged(self) -> bool:
        return self.newest() in self.damaged

    def newest(self) -> int:
        return max(int(item.name) for item in list_generations(Store(self.library)))

    def note(self) -> None:
        """Take note of what was published just now."""
        self.given[self.newest()] = dict(self.held)
        shown = {n for own, label in self.held.values() if label is None for n in own}
        hidden = {n for own, label in self.held.values() if label for n in own}
        self.secret = (self.secret | hidden) - shown

    def put(self, doc_id: str, own: tuple[int, ...], label: str | None, cut: int) -> object:
        self.held[doc_id] = own, label
        texts = [BODIES[n] for n in own]
        whole = " ".join(texts)
        pages = {0: texts, 1: [whole], 2: [whole[:60], whole[60:]]}[cut]
        return document(pages, doc_id=doc_id, label=label)

    # what an author or an operator does -------------------------------------------------------

    @rule(doc_id=st.sampled_from(IDS), own=bodies, label=labels, cut=st.integers(0, 2))
    def write(self, doc_id: str, own: tuple[int, ...], label: str | None, cut: int) -> None:
        Index.update(self.library, [self.put(doc_id, own, label, cut)], settings=KEPT)  # type: ignore[list-item]
        self.note()

    @rule(to=st.sampled_from(IDS), data=st.data(), label=labels, cut=st.integers(0, 2))
    @precondition(lambda self: self.held)
    def move(self, to: str, data: st.DataObject, label: str | None, cut: int) -> None:
        doc_id = data.draw(st.sampled_from(sorted(self.held)))
        own, _ = self.held.pop(doc_id)
        gone = [] if to == doc_id else [doc_id]
        Index.update(self.library, [self.put(to, own, label, cut)], gone, settings=KEPT)  # type: ignore[list-item]
        self.note()

    @rule(data=st.data())
    @precondition(lambda self: self.held)
    def remove(self, data: st.DataObject) -> None:
        doc_id = data.draw(st.sampled_from(sorted(self.held)))
        del self.held[doc_id]
        Index.update(self.library, remove=[doc_id], settings=KEPT)
        self.note()

    @rule(back=st.integers(1, 3))
    def go_back(self, back: int) -> None:
        names = sorted(int(item.name) for item in list_generations(Store(self.library)))
        if len(names) <= back:
            return
        try:
            Index.rollback(self.library, str(names[-1 - back]))
        except (ExposureRefusedError, SettingsError):
            return
        self.held = dict(self.given[names[-1 - back]])
        shown = {n for own, label in self.held.values() if label is None for n in own}
        assert not shown & self.secret
        self.note()

    @rule(now=st.booleans())
    def prune(self, *, now: bool) -> None:
        if not self.is_damaged:
            Index.prune(self.library, now=now)

    @rule()
    def hand_out(self) -> None:
        try:
            Index.export_set(self.library, None, self.out)
        except IndexDamagedError:
            return
        found = b"".join(path.read_bytes() for path in self.out.rglob("*") if path.is_file())
        assert [WORDS[n] for n in self.secret if WORDS[n].encode() in found.lower()] == []
        with Index.open(self.out) as index:
            self.ask(index)

    @rule()
    def damage(self) -> None:
        if not self.is_damaged:
            cut_short(self.generation(self.newest()) / "open" / "documents" / "meta.json", 1)
            self.damaged.add(self.newest())

    @rule()
    def open_again(self) -> None:
        if not self.is_damaged:
            self.handle.close()
            self.handle = Index.open(self.library, auto_reload_s=None)

    # what must hold ---------------------------------------------------------------------------

    @invariant()
    def nothing_answers_with_a_secret(self) -> None:
        if not hasattr(self, "folder"):
            return
        self.ask(self.handle)
        try:
            index = Index.open(self.library)
        except IndexDamagedError:
            pass
        else:
            with index:
                self.ask(index)
        for item in list_generations(Store(self.library)):
            if "open" not in item.withdrawn and int(item.name) not in self.damaged:
                self.look_into(self.generation(int(item.name)) / "open")

    def generation(self, number: int) -> Path:
        return self.library / "generations" / f"{number:06d}"

    def ask(self, index: Index) -> None:
        for query in ("kept keeper store", *(WORDS[n] for n in self.secret)):
            try:
                hits = [hit.to_dict() for hit in index.search(query, scope="all", limit=50)]
            except IndexDamagedError:
                return
            found = json.dumps(hits).lower()
            assert [WORDS[n] for n in self.secret if WORDS[n] in found] == []

    def look_into(self, folder: Path) -> None:
        found = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        documents = Reader(folder / "documents")
        for n in self.secret:
            assert WORDS[n].encode() not in found.lower()
            assert documents.count(Term("exact", WORDS[n])) == 0


Histories.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize="DROINDEX_WITHDRAWALS" not in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # each history takes seconds: shrink by hand
)
TestHistories = Histories.TestCase
