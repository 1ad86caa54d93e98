"""Nobody learns of a document that he may not see: not from any answer, file or error."""

from __future__ import annotations

import json
import os
import stat
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from support import cut_short, document

from droindex import (
    DroindexError,
    ExposureRefusedError,
    Index,
    IndexDamagedError,
    IndexFormatError,
    SettingsError,
)
from droindex.cli.program import program
from droindex.engine.tantivy.engine import Reader
from droindex.store.store import Store

EXAMPLES = int(os.environ.get("DROINDEX_HISTORIES", "8"))
PHASES = (Phase.explicit, Phase.generate)  # each history takes seconds: shrink by hand
TEXTS = ("escort of juveniles", "removal order and escort", "custody review", "escort escort")
QUERIES = (
    "escort",
    "removal custody",
    '"removal order"',
    "juven*",
    "escrot",
    "title:memo",
    "label:LES",
    "zzq2",
    "zzq*",
    "ARB",
    "BRB escort",
    "coastal removal board",
    "supersedes:c1",
    "",
)
BOARDS = ("Arctic", "Boreal", "Coastal", "Desert", "Alpine", "Basin")
SHORTS = ("ARB", "BRB", "CRB", "DRB", "ARB", "BRB")
IDS = ("c0", "c1", "c2", "c3", "u0", "u1")


def record(doc_id: str, text: str, label: str | None, body: int | None = None) -> dict[str, Any]:
    """Return a record; its last word tells its body, which may have been that of another id."""
    number = IDS.index(doc_id)
    shape: dict[str, Any] = {
        "doc_id": doc_id,
        "title": f"Memo {number} on {text}",
        "summary": f"By the {BOARDS[number]} Removal Board ({SHORTS[number]}).",
        "body": f"{text} {word_of(number if body is None else body)}",
        "issued": f"200{number}-02-03",
        "category": f"Category {number % 2}",
        "supersedes": [IDS[(number + 1) % 4]],
        "expires": ("2011-01-01", "2999-01-01", None)[number % 3],
    }
    return {**shape, "label": label or "open"}  # to leave a label out opens nothing


def word_of(body: int) -> str:
    return f"zz{'abcdef'[body]}{'ghijkl'[body]}qx"


ANCHORS = [
    {"doc_id": f"a{n}", "title": f"Anchor {n}", "body": f"escort removal {n}", "opi": "PMU"}
    for n in range(24)  # so many that one that leaves is a small share
]

State = tuple[int, str | None, int]  # its text, label and body
Step = dict[str, State | None] | int  # what documents become; or so many steps back
CHANGES = st.dictionaries(
    st.sampled_from(IDS),
    st.none()
    | st.tuples(
        st.integers(0, 3),
        st.sampled_from([None, None, None, "LES", "TOP", "UNLISTED"]),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=4,
)
STEPS = st.lists(st.one_of(CHANGES, CHANGES, CHANGES, st.integers(1, 3)), min_size=1, max_size=6)
HIDDEN = {None: ("LES", "TOP", "UNLISTED"), "LES": ("TOP", "UNLISTED")}


@dataclass
class Moment:
    """What a history holds after a step, to go back to."""

    held: dict[str, dict[str, Any]]
    updated: dict[str, dict[str, Any]]
    generation: str


class History:
    """A library that is built by a history in which documents with some labels are removed instead.

    Attributes:
        library: The library.
        went_back: For each step that went back or was refused, whether it went.
    """

    def __init__(self, folder: Path, hidden: tuple[str, ...], went_back: tuple[bool, ...]) -> None:
        """Begin with the anchors alone.

        Args:
            folder: Where to write it.
            hidden: The labels.
            went_back: What the history with those documents did; empty to find out.
        """
        folder.mkdir()
        self.library, self._corpus = folder / "library.idx", folder / "corpus.jsonl"
        self._export = folder / "export.idx"
        (folder / "corpus.toml").write_text('labels = ["LES", "TOP"]\n', "utf-8")
        self._hidden = hidden
        self._asked = list(went_back)
        self.went_back: tuple[bool, ...] = ()
        self._now = Moment({}, {}, "")
        self._past: list[Moment] = []
        self._was_labelled = False  # from then on what is open says so
        self._build()

    def run(self, steps: list[Step]) -> None:
        for number, step in enumerate(steps):
            if isinstance(step, int):
                self._go_back(step)
            else:
                self._change(step)
                self._build()
            if number % 2:
                Index.prune(self.library, now=True)
            Index.export_set(self.library, None, self._export)  # over the one before

    def open_words(self) -> set[str]:
        """Return the words of the bodies that it holds open."""
        living = [*self._now.held.values(), *self._now.updated.values()]
        return {x["body"].split()[-1] for x in living if x.get("label") in (None, "open")}

    def _change(self, step: dict[str, State | None]) -> None:
        self._was_labelled |= any(state and state[1] for state in step.values())
        for doc_id, state in step.items():
            if doc_id.startswith("c"):
                self._put(doc_id, state)
            elif not state or state[1] != "UNLISTED":  # which is refused
                self._update(doc_id, state)

    def _is_there(self, state: State | None) -> TypeGuard[State]:
        return state is not None and state[1] not in self._hidden

    def _put(self, doc_id: str, state: State | None) -> None:
        self._now.held.pop(doc_id, None)
        if self._is_there(state):
            label = state[1] or ("open" if self._was_labelled else None)
            self._now.held[doc_id] = record(doc_id, TEXTS[state[0]], label, state[2])

    def _update(self, doc_id: str, state: State | None) -> None:
        if self._is_there(state):
            made = record(doc_id, TEXTS[state[0]], state[1])
            made |= {"issued": None, "expires": None, "supersedes": ()}
            Index.update(self.library, documents=[document(**made)])
            self._now.updated[doc_id] = made
        elif self._now.updated.pop(doc_id, None):
            Index.update(self.library, remove=[doc_id])

    def _build(self) -> None:
        items = [*ANCHORS, *self._now.held.values()]
        self._corpus.write_text("".join(json.dumps(item) + "\n" for item in items), "utf-8")
        Index.build(self._corpus, self.library, allow_removals=True, workers=0)
        self._now.generation = Store(self.library).current().name
        self._past.append(deepcopy(self._now))

    def _go_back(self, steps: int) -> None:
        """Go back, where the history with the hidden documents may."""
        target = self._past[-1 - steps] if steps < len(self._past) else self._past[0]
        if self._asked:
            may = self._asked.pop(0)
        else:
            names = [item.name for item in Index.status(self.library).generations]
            may = target.generation in names and target.generation != self._now.generation
        if may and target.generation != self._now.generation:  # else nothing has changed since
            try:
                Index.rollback(self.library, to=target.generation)
            except ExposureRefusedError:
                may = False
        self.went_back = (*self.went_back, may)
        if may:
            self._now = deepcopy(target)
            self._now.generation = Store(self.library).current().name


def run(
    folder: Path, steps: list[Step], hidden: tuple[str, ...], went_back: tuple[bool, ...] = ()
) -> History:
    """Return what a history of steps leaves; see `History`."""
    history = History(folder, hidden, went_back)
    history.run(steps)
    return history


def assert_no_deleted(folder: Path) -> None:
    """No segment of a set holds a deleted document."""
    for part in ("documents", "pages"):
        meta = json.loads((folder / part / "meta.json").read_bytes())
        assert [item["deletes"] for item in meta["segments"] if item["deletes"]] == []


def assert_unknown(library: Path, word: str) -> None:
    """No dictionary and no file of the open set holds the word, deleted documents included."""
    folder = Store(library).current().folder / "open"
    for part in ("documents", "pages"):
        reader = Reader(folder / part)
        assert reader.terms("all" if part == "documents" else "text", word[:5], 5) == []
    for file in folder.rglob("*"):
        assert not file.is_file() or word.encode() not in file.read_bytes(), file


def answers(
    library: Path,
    clearance: str | None = None,
    queries: tuple[str, ...] = QUERIES,
    doc_ids: tuple[str, ...] = (*IDS, "nope"),
) -> list[tuple[object, ...]]:
    """Return everything that a caller can get to see."""
    out: list[tuple[object, ...]] = []

    def ask(name: str, call: Any) -> None:
        try:
            shape = call()
        except DroindexError as error:
            shape = (error.slug, str(error).replace(str(library), "INDEX"), error.hint)
        if isinstance(shape, dict):
            shape.pop("took_ms", None)
        out.append((name, json.dumps(shape, sort_keys=True, default=str)))

    with Index.open(library, clearance=clearance) as index:
        for query in queries:
            for scope in ("active", "all"):
                ask(
                    query,
                    lambda q=query, s=scope: index.search(
                        q, scope=s, limit=50, facets=("label", "category", "year")
                    ).to_dict(explain=True),
                )
            ask(query, lambda q=query: index.suggest(q).to_dict())
            ask(query, lambda q=query: [hit.to_dict() for hit in index.scan(q, scope="all")])
        ask("strict", lambda: index.search("nofield:x (", strict=True).to_dict())
        for doc_id in doc_ids:
            ask(doc_id, lambda d=doc_id: index.get(d).to_dict(pages=True))
            ask(doc_id, lambda d=doc_id: [x.doc_id for x in index.lineage(d)])
            ask(doc_id, lambda d=doc_id: [x.to_dict() for x in index.related(d)])
            ask(doc_id, lambda d=doc_id: index.file_path(d))
        ask("browse", lambda: [shelf.to_dict() for shelf in index.browse(scope="all")])
        ask("recent", lambda: index.recent(20, scope="all").to_dict())
        ask("about", lambda: (len(index), index.fingerprint, index.name, list(index.notices)))
    return out


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=PHASES,
    derandomize="DROINDEX_HISTORIES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
@example(steps=[{"c0": (0, None, 0), "c1": (1, None, 1)}, {"c0": (0, "LES", 0)}], clearance=None)
@example(steps=[{"c0": (0, None, 0)}, {"c1": (1, None, 1)}, 1], clearance=None)
@example(
    steps=[{"c0": (0, "LES", 0)}, 1, {"c0": (0, None, 0), "c1": (1, "LES", 1)}, 1], clearance=None
)
@example(steps=[{"c0": (0, "LES", 0), "u0": (1, "LES", 4)}, {"u0": (1, "TOP", 4)}], clearance="LES")
@given(steps=STEPS, clearance=st.sampled_from([None, None, "LES"]))
def test_a_caller_cannot_tell_whether_a_document_was_labelled_or_removed(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step], clearance: str | None
) -> None:
    folder = tmp_path_factory.mktemp("history")
    history = run(folder / "with", steps, ())
    library, words = history.library, history.open_words()
    other_history = run(folder / "without", steps, HIDDEN[clearance], history.went_back)
    assert other_history.went_back == history.went_back  # who labels nothing is refused nothing
    twin = other_history.library
    whole = answers(library, clearance)
    assert whole == answers(twin, clearance)
    generation = Store(library).current()
    name = generation.manifest["clearances"][clearance] if clearance else "open"
    theirs = Store(twin).current()
    other = theirs.manifest["clearances"][clearance] if clearance else "open"
    content = (theirs.folder / other / "acronyms.json").read_bytes()
    assert (generation.folder / name / "acronyms.json").read_bytes() == content
    for own in generation.manifest["sets"]:
        assert_no_deleted(generation.folder / own)
    for word in {word_of(body) for body in range(6)} - words:
        assert_unknown(library, word)
    export = folder / "export.idx"
    Index.export_set(library, clearance, export)
    sees = None if name == "open" else clearance  # one that hides nothing is given as it is
    some = QUERIES[:4]
    handed = [answers(at / "export.idx", None, some) for at in (library.parent, twin.parent)]
    assert handed[0] == handed[1]
    assert answers(export, sees, some, ()) == answers(library, clearance, some, ())


# gaining a label --------------------------------------------------------------------------------


def put(library: Path, *documents: Any, **options: Any) -> None:
    Index.update(library, documents=documents, **options)


def filler(count: int = 40) -> list[Any]:
    return [document(f"filler text {n}", doc_id=f"f{n}", title=f"Filler {n}") for n in range(count)]


def test_a_removed_document_that_comes_back_labelled_leaves_no_word(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(), document("zorblatt", doc_id="x", title="X"))
    Index.update(library, remove=["x"])
    put(library, document("zorblatt", doc_id="x", title="X", label="LES"))
    assert_unknown(library, "zorblatt")


def test_a_document_that_is_moved_and_labelled_at_once_leaves_no_word(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(), document("zorblatt", doc_id="x", title="X"))
    put(library, document("zorblatt", doc_id="secret/x", label="LES"), remove=["x"])
    assert_unknown(library, "zorblatt")


def test_an_older_version_of_a_labelled_document_leaves_no_word(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(), document("zorblatt", doc_id="x"))
    put(library, document("harmless", doc_id="x"))
    put(library, document("harmless", doc_id="x", label="LES"))
    assert_unknown(library, "zorblatt")


def test_going_back_does_not_show_what_gained_a_label(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(3), document("zorblatt", doc_id="x"))
    put(library, document("zorblatt", doc_id="x", label="LES"))
    with pytest.raises(ExposureRefusedError) as caught:
        Index.rollback(library)
    assert caught.value.doc_ids == ("x",)
    with Index.open(library) as index:
        assert index.search("zorblatt").total == 0
    Index.rollback(library, allow_exposure=True)
    with Index.open(library) as index:
        assert index.search("zorblatt").total == 1


@pytest.mark.parametrize("way", ["label", "remove-then-label", "renamed"])
def test_a_generation_that_shows_a_labelled_document_does_not_stand_in(
    tmp_path: Path, way: str
) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(3), document("zorblatt", doc_id="x"))
    if way == "remove-then-label":
        Index.update(library, remove=["x"])
    if way == "renamed":
        put(library, document("zorblatt", doc_id="y", label="LES"), remove=["x"])
    else:
        put(library, document("zorblatt", doc_id="x", label="LES"))
    for item in Index.status(library).generations[1:]:
        with Reader_of(library, item.name) as words:
            assert item.withdrawn == (("open",) if words else ())
    damage(library, "open")
    try:
        with Index.open(library) as index:
            assert index.search("zorblatt").total == 0
    except IndexDamagedError:
        pass


class Reader_of:  # noqa: N801 - reads as a function
    """Whether the open set of a generation finds the labelled document."""

    def __init__(self, library: Path, name: str) -> None:
        folder = library / "generations" / name / "open" / "documents"
        reader = Reader(folder)
        from droindex.engine.clauses import Term

        self.found = reader.count(Term("doc_id", "x"))

    def __enter__(self) -> int:
        return self.found

    def __exit__(self, *_error: object) -> None:
        return None


def damage(library: Path, name: str) -> None:
    folder = Store(library).current().folder / name / "documents"
    victim = max(folder.iterdir(), key=lambda file: file.stat().st_size)
    cut_short(victim, 3)


def test_damage_of_a_labelled_set_is_nothing_to_the_open_caller(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(3), document("zorblatt", doc_id="x", label="LES"))
    before = answers(library)
    damage(library, "clearance-1")
    Index.check(library)
    assert answers(library) == before
    with pytest.raises(IndexDamagedError):
        Index.open(library, clearance="LES")


def test_a_handle_cannot_be_widened(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, document("a", doc_id="a"), document("zorblatt", doc_id="x", label="LES"))
    index = Index.open(library)
    for name in ("clearance", "path"):
        with pytest.raises(AttributeError):
            setattr(index, name, "LES")
    assert index.search("zorblatt label:LES", filters={"label": "LES"}).total == 0


def test_reload_tells_nothing_of_labelled_changes(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, document("a", doc_id="a"))
    index = Index.open(library)
    put(library, document("zorblatt", doc_id="x", label="LES"))
    assert index.reload() is False
    put(library, document("b", doc_id="b"))
    assert index.reload() is True
    assert len(index) == 2


def test_labelled_sets_and_what_the_build_remembers_are_for_their_owner_alone(
    tmp_path: Path,
) -> None:
    library = tmp_path / "library.idx"
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("open", "utf-8")
    (corpus / "x.txt").write_text("zorblatt", "utf-8")
    (corpus / "x.toml").write_text('label = "LES"\n', "utf-8")
    Index.build(corpus, library, workers=0)
    folder = Store(library).current().folder
    private = [*folder.glob("*.state")]
    assert private
    private += (folder / "clearance-1").rglob("*")
    private += [folder / "clearance-1", *(library / "cache").rglob("*"), library / "cache"]
    for path in private:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert path.is_dir() or mode & 0o077 == 0, (path, oct(mode))
    for path in (folder / "clearance-1", library / "cache"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path


def test_pruning_now_leaves_no_word_of_a_document_that_gained_a_label(tmp_path: Path) -> None:
    library, corpus = tmp_path / "library.idx", tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("open text", "utf-8")
    (corpus / "x.txt").write_text("zorblatt", "utf-8")
    Index.build(corpus, library, workers=0)
    (corpus / "x.toml").write_text('label = "LES"\n', "utf-8")
    Index.build(corpus, library, workers=0)
    with Index.open(library):
        report = Index.prune(library, now=True)
        assert report.removed == ("000001",)
    assert report.cache_bytes > 0
    assert not (library / "cache").exists()
    assert [item.name for item in Index.status(library).generations] == ["000002"]
    current = Store(library).current().folder
    for file in library.rglob("*"):
        is_private = current / "clearance-1" in file.parents or file.suffix == ".state"
        if file.is_file() and not is_private:
            assert b"zorblatt" not in file.read_bytes(), file


# unlisted labels --------------------------------------------------------------------------------


def test_a_document_whose_label_is_dropped_from_the_list_keeps_its_text(tmp_path: Path) -> None:
    library, corpus = tmp_path / "library.idx", tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("open text", "utf-8")
    (corpus / "corpus.toml").write_text('labels = ["LES", "TOP"]\n', "utf-8")
    Index.build(corpus, library, workers=0)
    put(library, document("zorblatt", doc_id="x", label="TOP"))
    (corpus / "corpus.toml").write_text('labels = ["LES"]\n', "utf-8")
    Index.build(corpus, library, workers=0)
    for clearance in (None, "LES"):
        with Index.open(library, clearance=clearance) as index:
            assert index.search("zorblatt").total == 0
    with pytest.raises(SettingsError):
        Index.open(library, clearance="withheld")
    (corpus / "corpus.toml").write_text('labels = ["LES", "TOP"]\n', "utf-8")
    Index.build(corpus, library, workers=0)
    with Index.open(library, clearance="TOP") as index:
        assert index.get("x").body == "zorblatt"


def test_labels_that_change_places_change_who_sees_what(tmp_path: Path) -> None:
    library, corpus = tmp_path / "library.idx", tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("open text", "utf-8")
    config = corpus / "corpus.toml"
    config.write_text('labels = ["LES", "TOP"]\n', "utf-8")
    Index.build(corpus, library, workers=0)
    put(library, document("quokka", doc_id="l", label="LES"))
    put(library, document("zorblatt", doc_id="t", label="TOP"))
    index = Index.open(library, clearance="LES")
    config.write_text('labels = ["TOP", "LES"]\n', "utf-8")
    Index.build(corpus, library, workers=0)
    with Index.open(library, clearance="TOP") as top:
        assert (top.search("quokka").total, top.search("zorblatt").total) == (0, 1)
    index.reload()
    assert (index.search("quokka").total, index.search("zorblatt").total) == (1, 1)
    assert any(item.withdrawn for item in Index.status(library).generations)


# handing out one set ------------------------------------------------------------------------------


def test_an_exported_set_answers_alone_and_tells_nothing_of_the_rest(tmp_path: Path) -> None:
    library, plain, out = (tmp_path / name for name in ("library.idx", "plain.idx", "out.idx"))
    put(library, *filler(10), document("zorblatt", doc_id="x", title="X", label="LES"))
    put(plain, *filler(10))
    Index.export_set(library, None, out)
    assert answers(out) == answers(plain)
    content = b"".join(file.read_bytes() for file in out.rglob("*") if file.is_file())
    assert b"zorblatt" not in content
    assert b"clearance" not in content.replace(b'"clearances"', b"")
    assert b"LES" not in content
    with pytest.raises(SettingsError):
        Index.open(out, clearance="LES")
    with pytest.raises(IndexFormatError):
        put(out, document("more", doc_id="m"))
    assert Index.status(out).documents == 10
    assert Index.check(out).damages == ()
    put(library, document("more", doc_id="m"))
    index = Index.open(out)
    Index.export_set(library, None, out)
    assert index.reload()
    assert len(index) == 11


def test_an_exported_labelled_set_wants_its_clearance(tmp_path: Path) -> None:
    library, out = tmp_path / "library.idx", tmp_path / "out.idx"
    put(library, *filler(3), document("zorblatt", doc_id="x", label="LES"))
    Index.export_set(library, "LES", out)
    with Index.open(out, clearance="LES") as index:
        assert index.search("zorblatt").total == 1
    with pytest.raises(SettingsError):
        Index.open(out)
    with pytest.raises(SettingsError):
        Index.export_set(library, "TOP", tmp_path / "other.idx")
    with pytest.raises(IndexFormatError):
        Index.export_set(library, None, make_library(tmp_path))
    with pytest.raises(SettingsError):
        Index.export_set(library, None, library)


def make_library(folder: Path) -> Path:
    put(folder / "another.idx", document("a", doc_id="a"))
    return folder / "another.idx"


# the command line ---------------------------------------------------------------------------------


def test_the_command_line_prints_the_same_with_and_without_labelled_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = []
    for name in ("with", "without"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        put(Path("library.idx"), *filler(12))
        if name == "with":
            put(Path("library.idx"), document("zorblatt", doc_id="x", title="X", label="LES"))
        seen: list[list[str]] = []
        for form in ("text", "json", "jsonl", "csv", "ids", "trec"):
            for query in ("filler", "zorblatt", "fillr", "label:LES"):
                asked = ["query", "--format", form, "--facet", "label", query]
                seen.append(asked)
        seen += [["suggest", "zor"], ["show", "x"], ["browse"], ["recent"]]
        done = [CliRunner().invoke(program, asked) for asked in seen]
        outputs.append([(r.exit_code, clean(r.stdout), r.stderr, str(r.exception)) for r in done])
    assert outputs[0] == outputs[1]


def clean(text: str) -> str:
    import re

    return re.sub(r'"took_ms": [0-9.]+|\([0-9.]+ ms\)', "", text)


def test_a_file_is_looked_for_in_the_corpus_of_its_document_alone(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(f"text {name}", "utf-8")
    (tmp_path / "one" / "memo.txt").write_text("open memo", "utf-8")
    Index.build(tmp_path / "one", library, workers=0)
    Index.build(tmp_path / "two", library, workers=0)
    with Index.open(library) as index:
        assert index.file_path("memo") == (tmp_path / "one" / "memo.txt").resolve()
        (tmp_path / "one" / "memo.txt").unlink()
        (tmp_path / "two" / "memo.txt").write_text("another one's", "utf-8")
        assert index.file_path("memo") is None
        (tmp_path / "one" / "memo.txt").symlink_to(tmp_path / "two" / "memo.txt")
        assert index.file_path("memo") is None


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "a\0b", "x" * 5000, "."])
def test_no_file_name_leads_out_of_the_corpus(tmp_path: Path, name: str) -> None:
    library, corpus = tmp_path / "library.idx", tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (corpus / "a.txt").write_text("a", "utf-8")
    Index.build(corpus, library, workers=0)
    try:
        put(library, document("b", doc_id="b", file=name))
    except DroindexError:
        return
    with Index.open(library) as index:
        assert index.file_path("b") is None


# duplicate ids ------------------------------------------------------------------------------------

CORPORA = ("one.jsonl", "two.jsonl", "folder")
LABELS = st.sampled_from([None, None, "LES", "TOP", "UNLISTED"])
DUPLICATES = st.lists(
    st.tuples(st.sampled_from(CORPORA), st.sampled_from(["x", "y"]), LABELS),
    min_size=1,
    max_size=6,
)


def fill_corpora(folder: Path, items: list[tuple[int, str, str, str | None]]) -> None:
    """Write corpora of items: number, corpus, id, label; a folder tells them by their suffix."""
    rows = ["file,label"]
    lines: dict[str, list[str]] = {name: [] for name in CORPORA if name != "folder"}
    for name in (*lines, "folder"):
        (folder / name).parent.mkdir(exist_ok=True)
    (folder / "folder").mkdir(exist_ok=True)
    for old in (folder / "folder").iterdir():
        old.unlink()
    for number, corpus, doc_id, label in items:
        if corpus == "folder":
            suffix = (".html", ".htm", ".md", ".txt")[number % 4]
            (folder / corpus / f"{doc_id}{suffix}").write_text(f"escort text {number}", "utf-8")
            rows.append(f"{doc_id}{suffix},{label or 'open'}")  # a label is not just dropped
        else:
            shape = {"doc_id": doc_id, "body": f"escort text {number}", "label": label or "open"}
            lines[corpus].append(json.dumps(shape))
    for at in (folder, folder / "folder"):
        (at / "corpus.toml").write_text('labels = ["LES", "TOP"]\n', "utf-8")
    (folder / "folder" / "catalog.csv").write_text("\n".join(rows), "utf-8")
    (folder / "folder" / "anchor.txt").write_text("an anchor", "utf-8")
    for name, own in lines.items():
        anchor = json.dumps({"doc_id": f"anchor of {name}", "body": "an anchor"})
        (folder / name).write_text("\n".join([anchor, *own]), "utf-8")


@settings(
    max_examples=max(5, EXAMPLES // 2),  # each builds up to twelve times
    deadline=None,
    phases=PHASES,
    derandomize="DROINDEX_HISTORIES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(before=DUPLICATES, after=DUPLICATES)
def test_a_labelled_document_with_the_id_of_an_open_one_does_not_hide_it(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[str, str, str | None]],
    after: list[tuple[str, str, str | None]],
) -> None:
    seen = []
    for is_whole in (True, False):
        folder = tmp_path_factory.mktemp("duplicates")
        library = folder / "library.idx"
        for state in (before, after):
            numbered = {
                # one file cannot be there twice
                (item[0], item[1], number % 4 if item[0] == "folder" else number): (number, *item)
                for number, item in enumerate(state)
            }
            kept = [item for item in numbered.values() if is_whole or item[3] is None]
            fill_corpora(folder, kept)
            for name in sorted({item[0] for item in (*before, *after)}):
                Index.build(folder / name, library, allow_removals=True, workers=0)
        with Index.open(library) as index:
            shape = index.search("escort", scope="all", limit=50, facets=("label",)).to_dict()
            pages = [index.get(hit["doc_id"]).to_dict(pages=True) for hit in shape["hits"]]
            seen.append((shape | {"took_ms": 0}, pages, len(index), index.fingerprint))
    assert seen[0] == seen[1]


def test_which_of_two_documents_with_one_id_counts_is_told(tmp_path: Path) -> None:
    fill_corpora(
        tmp_path,
        [(0, "folder", "x", "LES"), (1, "folder", "x", None), (2, "folder", "x", None)],
    )
    library = tmp_path / "library.idx"
    report = Index.build(tmp_path / "folder", library, workers=0)
    told = {problem.file: problem.message for problem in report.problems}
    assert set(told) == {"x.html", "x.md"}
    assert "less restricted" in told["x.html"]
    assert "less restricted" not in told["x.md"]
    for clearance in (None, "TOP"):
        with Index.open(library, clearance=clearance) as index:
            assert index.get("x").file == "x.htm"
    (tmp_path / "folder" / "x.htm").unlink()
    (tmp_path / "folder" / "x.md").unlink()
    Index.build(tmp_path / "folder", library, workers=0)
    with Index.open(library, clearance="LES") as index:
        assert index.get("x").body == "escort text 0"
    with Index.open(library) as index, pytest.raises(DroindexError):
        index.get("x")


def test_an_id_that_an_update_labelled_is_not_opened_by_a_corpus(tmp_path: Path) -> None:
    fill_corpora(tmp_path, [(0, "one.jsonl", "x", None)])
    library, corpus = tmp_path / "library.idx", tmp_path / "one.jsonl"
    Index.build(corpus, library)
    put(library, document("escort text 0", doc_id="x", label="LES"))
    report = Index.build(corpus, library, compact=True)
    assert {problem.slug for problem in report.problems} == {"duplicate-doc-id"}
    with Index.open(library) as index:
        assert index.search("escort", scope="all").total == 0
