from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import cut_short, document

from droindex import (
    CorpusError,
    CorpusNotFoundError,
    DocumentError,
    DocumentNotFoundError,
    Index,
    IndexDamagedError,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    RemovalsRefusedError,
    Settings,
    SettingsError,
)
from droindex.store.store import Store
from droindex.store.writer import StoreWriter


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(10):
        (folder / f"memo-{number}.txt").write_text(f"Memo {number} about escorts.", "utf-8")
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "library.idx"


def build(corpus: Path, target: Path, **options: object) -> object:
    return Index.build(corpus, target, workers=0, **options)  # type: ignore[arg-type]


def found(target: Path, query: str = "", **options: object) -> set[str]:
    with Index.open(target) as index:
        return {hit.doc_id for hit in index.scan(query, scope="all", **options)}  # type: ignore[arg-type]


def counts(report: object) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.removed, report.unchanged  # type: ignore[attr-defined]


def test_a_build_reports_what_was_added_changed_and_removed(corpus: Path, target: Path) -> None:
    assert counts(build(corpus, target)) == (10, 0, 0, 0)
    assert counts(build(corpus, target)) == (0, 0, 0, 10)
    (corpus / "memo-0.txt").write_text("Memo 0 about consulates.", "utf-8")
    (corpus / "memo-1.txt").unlink()
    (corpus / "new.txt").write_text("A new memo.", "utf-8")
    assert counts(build(corpus, target)) == (1, 1, 1, 8)
    assert found(target, "consulates") == {"memo-0"}
    assert "memo-1" not in found(target)
    assert "new" in found(target)


def test_nothing_is_opened_when_nothing_changed(
    corpus: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, target)
    opened: list[str] = []
    real = os.open

    def watch(path: object, *arguments: object, **options: object) -> int:
        opened.append(str(path))
        return real(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", watch)
    report = build(corpus, target)
    assert counts(report) == (0, 0, 0, 10)
    assert not [path for path in opened if path.endswith(".txt")]


def test_a_changed_sidecar_changes_the_document_without_reading_its_file(
    corpus: Path, target: Path
) -> None:
    build(corpus, target)
    (corpus / "memo-3.toml").write_text('title = "Consular notes"\n', "utf-8")
    (corpus / "memo-3.txt").chmod(0o600)
    assert counts(build(corpus, target)) == (0, 1, 0, 9)
    with Index.open(target) as index:
        stored = index.get("memo-3")
        assert stored.title == "Consular notes"
        assert stored.sources["title"] == "sidecar"
        assert stored.body == "Memo 3 about escorts."
    (corpus / "memo-3.toml").unlink()
    assert counts(build(corpus, target)) == (0, 1, 0, 9)
    with Index.open(target) as index:
        assert index.get("memo-3").title != "Consular notes"


def test_more_than_a_fifth_is_not_removed_unasked(corpus: Path, target: Path) -> None:
    build(corpus, target)
    for number in range(3):
        (corpus / f"memo-{number}.txt").unlink()
    with pytest.raises(RemovalsRefusedError) as caught:
        build(corpus, target)
    assert caught.value.doc_ids == ("memo-0", "memo-1", "memo-2")
    assert len(found(target)) == 10
    assert counts(build(corpus, target, allow_removals=True)) == (0, 0, 3, 7)


def test_an_empty_folder_where_documents_were_removes_nothing(corpus: Path, target: Path) -> None:
    build(corpus, target)
    for file in corpus.iterdir():
        file.unlink()
    with pytest.raises(RemovalsRefusedError):
        build(corpus, target)
    assert len(found(target)) == 10


def test_a_folder_without_documents_is_named(tmp_path: Path, target: Path) -> None:
    with pytest.raises(CorpusNotFoundError):
        build(tmp_path / "nowhere", target)
    (tmp_path / "bare").mkdir()
    with pytest.raises(CorpusError) as caught:
        build(tmp_path / "bare", target)
    assert caught.value.slug == "corpus-empty"
    assert not (target / "CURRENT").exists()


def test_a_file_that_was_fine_and_cannot_be_read_keeps_its_last_good_text(
    tmp_path: Path, target: Path
) -> None:
    sample = Path(__file__).parents[2] / "corpus" / "enforcement" / "escort-deviation.pdf"
    folder = tmp_path / "corpus"
    folder.mkdir()
    shutil.copy(sample, folder / "advisory.pdf")
    (folder / "other.txt").write_text("Another document.", "utf-8")
    build(folder, target)
    (folder / "advisory.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    report = build(folder, target)
    assert [problem.slug for problem in report.problems] == ["kept-last-good"]  # type: ignore[attr-defined]
    assert "advisory" in found(target, "deviation")
    report = build(folder, target)
    assert [problem.slug for problem in report.problems] == ["kept-last-good"]  # type: ignore[attr-defined]
    shutil.copy(sample, folder / "advisory.pdf")
    report = build(folder, target)
    assert report.problems == ()  # type: ignore[attr-defined]


def test_documents_of_an_application_survive_builds(corpus: Path, target: Path) -> None:
    build(corpus, target)
    Index.update(target, documents=[document("From the application.", doc_id="own")])
    assert counts(build(corpus, target)) == (0, 0, 0, 10)
    assert "own" in found(target)
    report = Index.update(target, remove=["own"])
    assert counts(report) == (0, 0, 1, 0)
    assert "own" not in found(target)


def test_an_update_replaces_a_document_with_the_same_id(target: Path) -> None:
    Index.update(target, documents=[document("first", doc_id="a"), document("b", doc_id="b")])
    report = Index.update(target, documents=[document("second", doc_id="a")])
    assert counts(report) == (0, 1, 0, 1)
    assert found(target, "first") == set()
    assert found(target, "second") == {"a"}


def test_removing_an_unknown_document_changes_nothing(target: Path) -> None:
    Index.update(target, documents=[document("text", doc_id="a")])
    with pytest.raises(DocumentError):
        Index.update(target, documents=[document("new", doc_id="b")], remove=["c"])
    assert found(target) == {"a"}


def test_two_corpora_in_one_library_leave_each_other_alone(
    corpus: Path, tmp_path: Path, target: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "memo-0.txt").write_text("The same id, another corpus.", "utf-8")
    (other / "extra.txt").write_text("An extra document.", "utf-8")
    build(corpus, target)
    report = build(other, target)
    assert counts(report)[0] == 1
    assert "duplicate-doc-id" in {problem.slug for problem in report.problems}  # type: ignore[attr-defined]
    assert found(target, "another") == set()
    assert counts(build(corpus, target)) == (0, 0, 0, 10)
    assert "extra" in found(target)


def test_two_corpora_of_one_library_must_list_the_same_labels(
    corpus: Path, tmp_path: Path, target: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "extra.txt").write_text("An extra document.", "utf-8")
    (other / "corpus.toml").write_text('labels = ["TOP", "LES"]', "utf-8")
    build(corpus, target)
    with pytest.raises(SettingsError) as caught:
        build(other, target)
    assert str(corpus) in caught.value.message
    assert "extra" not in found(target)


def test_a_document_that_was_left_out_lends_no_text_to_the_one_that_counts(
    tmp_path: Path, target: Path
) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text('{"doc_id": "x", "body": "the first"}\n', "utf-8")
    two.write_text('{"doc_id": "x", "body": "zorblatt", "label": "LES"}\n', "utf-8")
    build(one, target)
    Index.build(two, target, compact=True)
    with Index.open(target, clearance="LES") as index:
        assert index.get("x").body == "the first"


def test_a_corpus_that_was_moved_is_the_same_corpus(corpus: Path, target: Path) -> None:
    build(corpus, target)
    moved = corpus.with_name("moved")
    corpus.rename(moved)
    report = build(moved, target)
    assert report.added == 0  # type: ignore[attr-defined]
    assert len(found(target)) == 10


def test_records_are_read_and_only_changed_ones_are_written(tmp_path: Path, target: Path) -> None:
    file = tmp_path / "records.jsonl"
    records = [
        {"id": f"r{n}", "title": f"Record {n}", "body": f"text {n}", "issued": "2006-02-03"}
        for n in range(20)
    ]
    write = lambda: file.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")  # noqa: E731
    write()
    assert counts(build(file, target)) == (20, 0, 0, 0)
    records[3]["body"] = "another text"
    del records[19]
    write()
    assert counts(build(file, target)) == (0, 1, 1, 18)
    assert found(target, "another") == {"r3"}


def test_every_page_comes_back_as_it_was_stored(target: Path) -> None:
    pages = ["First page. " * 900, "", "Third\n\npage"]
    Index.update(target, documents=[document(pages, doc_id="a")])
    Index.update(target, documents=[document("x", doc_id="b")])
    with Index.open(target) as index:
        assert [page.text for page in index.get("a").pages] == pages
        with pytest.raises(DocumentNotFoundError):
            index.get("c")


def test_a_second_builder_is_told_who_holds_the_library(corpus: Path, target: Path) -> None:
    build(corpus, target)
    with StoreWriter(target).locked(), pytest.raises(IndexLockedError) as caught:
        build(corpus, target)
    assert str(os.getpid()) in caught.value.holder
    assert counts(build(corpus, target)) == (0, 0, 0, 10)


def test_a_folder_with_other_files_is_not_taken_for_a_library(corpus: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter.txt").write_text("keep me", "utf-8")
    with pytest.raises(IndexFormatError):
        build(corpus, precious)
    assert [file.name for file in precious.iterdir()] == ["letter.txt"]


def test_opening_what_is_no_library_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError) as caught:
        Index.open(tmp_path / "nowhere")
    assert "droindex build" in caught.value.hint


def test_a_library_of_another_format_is_refused(corpus: Path, target: Path) -> None:
    build(corpus, target)
    store = StoreWriter(target)
    generation = store.current()
    manifest = dict(generation.manifest, format=99)
    draft = store.draft()
    store.publish(draft, manifest, None, keep=2)
    with pytest.raises(IndexFormatError):
        Index.open(target)


@pytest.mark.parametrize("damage", ["cut", "missing", "manifest", "current"])
def test_damage_is_named_when_a_library_is_opened(corpus: Path, target: Path, damage: str) -> None:
    build(corpus, target)
    generation = Store(target).current().folder
    if damage == "manifest":
        path = generation / "manifest.json"
        path.write_bytes(path.read_bytes().replace(b"documents", b"documemts"))
    elif damage == "current":
        (target / "CURRENT").write_text("what", "ascii")
    else:
        victim = max((generation / "open" / "documents").iterdir(), key=lambda f: f.stat().st_size)
        if damage == "cut":
            cut_short(victim, 9)
        else:
            victim.unlink()
    with pytest.raises(IndexDamagedError):
        Index.open(target)


def test_what_a_killed_build_left_is_swept_by_the_next(corpus: Path, target: Path) -> None:
    build(corpus, target)
    rubbish = target / "generations" / "draft-000002"
    rubbish.mkdir()
    (rubbish / "junk").write_bytes(b"x")
    (corpus / "more.txt").write_text("One more.", "utf-8")
    build(corpus, target)
    assert not rubbish.exists()
    assert "more" in found(target)


def test_a_reader_keeps_its_snapshot_until_it_reloads(corpus: Path, target: Path) -> None:
    build(corpus, target)
    with Index.open(target) as index:
        before = index.fingerprint
        (corpus / "more.txt").write_text("One more about zeppelins.", "utf-8")
        build(corpus, target)
        assert index.search("zeppelins").total == 0
        assert index.reload()
        assert not index.reload()
        assert index.search("zeppelins").total == 1
        assert index.fingerprint != before


def test_nothing_of_many_replaced_documents_is_found(target: Path) -> None:
    texts = [document(f"quagga{chr(97 + n)}x escort", doc_id=f"d{n}") for n in range(20)]
    Index.update(target, documents=texts)
    Index.update(target, documents=[document("escort", doc_id=f"d{n}") for n in range(10)])
    with Index.open(target) as index:
        assert not [hit for hit in index.search("quaggacx") if hit.doc_id == "d2"]
        assert index.search("quagga*").total == 10


def test_an_incremental_library_answers_like_a_compacted_one(tmp_path: Path) -> None:
    one, two = tmp_path / "one.idx", tmp_path / "two.idx"
    texts = {f"d{n}": "escort removal " * (n % 5 + 1) + f"w{n}" for n in range(30)}
    documents = [document(text, doc_id=key) for key, text in texts.items()]
    for item in documents:
        Index.update(one, documents=[item])
    Index.update(two, documents=documents)
    with Index.open(one) as index, Index.open(two) as other:
        for query in ("escort", "removal w3", "w1*", ""):
            rows = [(h.doc_id, h.score, h.match) for h in index.search(query, limit=50)]
            assert rows == [(h.doc_id, h.score, h.match) for h in other.search(query, limit=50)]


# labels ---------------------------------------------------------------------------------------


def labelled(target: Path) -> None:
    Index.update(
        target,
        documents=[
            document("An open escort.", doc_id="open", title="Open"),
            document("A secret escort with xylophones.", doc_id="les", title="Secret", label="LES"),
        ],
    )


def test_a_labelled_document_is_seen_with_its_clearance_alone(target: Path) -> None:
    labelled(target)
    with Index.open(target) as index:
        assert {hit.doc_id for hit in index.search("escort")} == {"open"}
        assert index.search("xylo*").total == 0
        with pytest.raises(DocumentNotFoundError):
            index.get("les")
    with Index.open(target, clearance="LES") as index:
        assert {hit.doc_id for hit in index.search("escort")} == {"open", "les"}


def test_an_unknown_clearance_is_refused(target: Path) -> None:
    labelled(target)
    with pytest.raises(SettingsError):
        Index.open(target, clearance="TOP")


def test_the_open_answers_are_the_same_with_and_without_labelled_documents(
    tmp_path: Path,
) -> None:
    plain, mixed = tmp_path / "plain.idx", tmp_path / "mixed.idx"
    labelled(mixed)
    Index.update(plain, documents=[document("An open escort.", doc_id="open", title="Open")])
    with Index.open(plain) as one, Index.open(mixed) as two:
        for query in ("escort", "xylophones", "LES", "label:LES", "", "secr*"):
            shapes = [index.search(query, facets=("label",)).to_dict() for index in (one, two)]
            for shape in shapes:
                shape["took_ms"] = 0
            assert shapes[0] == shapes[1]
        assert one.fingerprint == two.fingerprint


def test_a_document_that_gains_a_label_leaves_no_word_in_the_open_set(target: Path) -> None:
    filler = [document(f"filler {n}", doc_id=f"f{n}") for n in range(60)]
    Index.update(target, documents=[*filler, document("zorblatt", doc_id="x", title="Zorblatt")])
    Index.update(
        target, documents=[document("zorblatt", doc_id="x", title="Zorblatt", label="LES")]
    )
    folder = Store(target).current().folder / "open"
    for file in folder.rglob("*"):
        if file.is_file():
            assert b"orblatt" not in file.read_bytes(), file
    with Index.open(target, clearance="LES") as index:
        assert index.search("zorblatt").total == 1
    Index.update(
        target, documents=[document("zorblatt", doc_id="x", title="Zorblatt", label="open")]
    )
    assert found(target, "zorblatt") == {"x"}


def test_a_label_that_is_not_listed_hides_the_document_and_is_reported(
    corpus: Path, target: Path
) -> None:
    (corpus / "memo-0.toml").write_text('label = "TOP"\n', "utf-8")
    report = build(corpus, target)
    assert "unlisted-label" in {problem.slug for problem in report.problems}  # type: ignore[attr-defined]
    assert "memo-0" not in found(target)
    (corpus / "corpus.toml").write_text('labels = ["LES", "TOP"]\n', "utf-8")
    build(corpus, target)
    with Index.open(target, clearance="TOP") as index:
        assert index.get("memo-0").body == "Memo 0 about escorts."
    with pytest.raises(DocumentError):
        Index.update(target, documents=[document("x", doc_id="x", label="COSMIC")])


# order and history ------------------------------------------------------------------------------


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["escort", "removal", "escort escort", None])),
        min_size=1,
        max_size=8,
    )
)
def test_any_history_ends_like_a_build_of_what_is_left(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str | None]]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    held: dict[str, str] = {}
    Index.update(folder / "one.idx", documents=[document("anchor", doc_id="anchor")])
    for number, text in steps:
        key = f"d{number}"
        if text is None:
            if key in held:
                del held[key]
                Index.update(folder / "one.idx", remove=[key])
            continue
        held[key] = text
        Index.update(folder / "one.idx", documents=[document(text, doc_id=key)])
    final = [document(text, doc_id=key) for key, text in held.items()]
    Index.update(folder / "two.idx", documents=[document("anchor", doc_id="anchor"), *final])
    with Index.open(folder / "one.idx") as one, Index.open(folder / "two.idx") as two:
        for query in ("escort", "removal", ""):
            assert {h.doc_id for h in one.search(query)} == {h.doc_id for h in two.search(query)}


def test_an_index_built_with_other_sizes_is_written_anew(corpus: Path, target: Path) -> None:
    build(corpus, target)
    small = Settings()
    object.__setattr__(small.build, "passage_chars", 500)
    before = Store(target).current().name
    build(corpus, target, settings=small)
    assert Store(target).current().name != before
    assert len(found(target)) == 10


def test_status_counts_what_an_operator_wants_to_know(corpus: Path, target: Path) -> None:
    (corpus / "broken.pdf").write_bytes(b"no pdf")
    build(corpus, target)
    status = Index.status(target)
    assert status.documents == 11
    assert status.file_statuses == {"not_pdf": 1, "ok": 10}
    assert status.size_bytes > 0
    assert status.to_dict()["sets"] == {"open": 11}


def test_a_library_inside_its_corpus_is_no_part_of_it(corpus: Path) -> None:
    for _ in range(2):
        report = build(corpus, corpus / "library.idx")
        assert report.problems == ()  # type: ignore[attr-defined]
    assert counts(report) == (0, 0, 0, 10)


def test_a_text_in_place_of_a_list_of_ids_removes_nothing(target: Path) -> None:
    Index.update(target, documents=[document("x", doc_id="a"), document("y", doc_id="b")])
    with pytest.raises(DocumentError):
        Index.update(target, remove="ab")
    assert found(target) == {"a", "b"}
