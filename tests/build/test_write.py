"""What a set's files hold: its own documents, and nothing of those that left."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support import document, flip_byte

from droindex import Document, DocumentError, Index
from droindex.engine import entries
from droindex.engine.analysis import Analyzer
from droindex.engine.clauses import Term
from droindex.engine.entries import owner_number
from droindex.engine.profile import pack_profile
from droindex.engine.tantivy.engine import Reader
from droindex.store.store import Store

PARTS = ("documents", "pages")


def made(number: int, text: str = "") -> Document:
    return document(f"escort w{number}x {text}", doc_id=f"d{number:02}", title=f"Memo {number}")


def segments(library: Path, part: str) -> list[dict[str, object]]:
    folder = Store(library).current().folder / "open" / part
    listed: list[dict[str, object]] = json.loads((folder / "meta.json").read_bytes())["segments"]
    return listed


def content(library: Path) -> bytes:
    folder = Store(library).current().folder / "open"
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def frequencies(library: Path, text: str) -> tuple[int, int]:
    """Return how many documents and passages hold a word, deleted ones included."""
    folder = Store(library).current().folder / "open"
    of_documents = Reader(folder / "documents").count(Term("exact", text))
    return of_documents, Reader(folder / "pages").count(Term("text", text))


def word(step: int, number: int) -> str:
    return f"{chr(97 + step)}{chr(97 + number)}quxgx"


def files(library: Path) -> dict[str, int]:
    folder = Store(library).current().folder / "open"
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob("*")}


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # each takes seconds: shrink by hand
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    steps=st.lists(
        st.dictionaries(st.integers(0, 14), st.booleans()),
        min_size=1,
        max_size=9,
    )
)
def test_after_any_history_the_files_hold_the_living_documents_alone(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[int, bool]]
) -> None:
    library = tmp_path_factory.mktemp("sets") / "library.idx"
    held = {number: word(20, number) for number in range(12)}
    Index.update(library, documents=[made(number, text) for number, text in held.items()])
    for at, step in enumerate(steps):
        added = {number: word(at, number) for number, stays in step.items() if stays}
        gone = [number for number, stays in step.items() if not stays and number in held]
        Index.update(
            library,
            documents=[made(number, text) for number, text in added.items()],
            remove=[f"d{number:02}" for number in gone],
        )
        left = {held[number] for number in (*gone, *added) if number in held}
        for number in gone:
            del held[number]
        held |= added
        found = content(library)
        assert not [text for text in left if text.encode() in found]
        assert not [text for text in left if any(frequencies(library, text))]
        for part in PARTS:
            listed = segments(library, part)
            assert sum(int(str(item["max_doc"])) for item in listed) == len(held)
            assert not [item for item in listed if item["deletes"]]
        with Index.open(library) as index:
            assert len(index) == len(held)
            for number, text in held.items():
                assert [hit.doc_id for hit in index.search(text)] == [f"d{number:02}"]
                assert text in index.get(f"d{number:02}").body


def test_a_document_of_many_passages_in_several_segments_leaves_none_behind(
    tmp_path: Path,
) -> None:
    library = tmp_path / "library.idx"
    for number in range(3):
        Index.update(library, documents=[made(number, f"text {number} ") for number in (number,)])
    Index.update(library, documents=[document(["zorilla one", "two"] * 20, doc_id="long")])
    Index.update(library, documents=[document(["other"], doc_id="long")])
    assert b"zorilla" not in content(library)
    assert sum(int(str(item["max_doc"])) for item in segments(library, "pages")) == 4


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_document_that_is_written_again_keeps_its_profile(
    tmp_path: Path,
    is_damaged: bool,  # noqa: FBT001 - a parameter of pytest
) -> None:
    library = tmp_path / "library.idx"
    Index.update(library, documents=[made(number, f"custody {number}") for number in range(6)])
    if is_damaged:  # then nothing is taken from there
        folder = Store(library).current().folder / "open" / "documents"
        flip_byte(next(folder.glob("*.store")), 40)
    Index.update(library, documents=[made(0, "review")])
    reader = Reader(Store(library).current().folder / "open" / "documents")
    for number in range(6):
        body = f"escort w{number}x {f'custody {number}' if number else 'review'}"
        found, _ = reader.search(Term("doc_id", f"d{number:02}"), 1)
        ((stored,),) = reader.fetch(found, ("profile",))
        assert stored == pack_profile(f"Memo {number}\n{body}", Analyzer(), 100)


def test_a_change_of_what_was_added_last_leaves_the_other_files_alone(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    Index.update(library, documents=[made(number) for number in range(20)])
    first = files(library)
    Index.update(library, documents=[made(20)])
    Index.update(library, documents=[made(20, "again")])
    after = files(library)
    kept = {name for name, inode in first.items() if after.get(name) == inode}
    assert {Path(name).suffix for name in kept} >= {".store", ".term", ".idx", ".pos", ".fast"}


def test_hidden_documents_leave_the_files_of_the_open_set_alone(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    corpus = tmp_path / "corpus.jsonl"
    (tmp_path / "corpus.toml").write_text('labels = ["LES"]\n', "utf-8")
    corpus.write_text(json.dumps({"doc_id": "a", "body": "open"}), "utf-8")
    Index.build(corpus, library)
    before, prints = content(library), Store(library).current().manifest["sets"]["open"]
    for text in ("secret", "another"):
        Index.update(library, documents=[document(text, doc_id="x", label="LES")])
        assert content(library) == before
        assert Store(library).current().manifest["sets"]["open"] == prints


# what tells that answers may have changed --------------------------------------------------------


def test_the_fingerprint_changes_with_what_answers_depend_on(tmp_path: Path) -> None:
    library, corpus = tmp_path / "library.idx", tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"doc_id": "a", "body": "open"}), "utf-8")
    seen = []
    for config in (
        "",
        'acronyms = { ARB = "Arctic Removal Board" }\n',
        'synonyms = [["escort", "guard"]]\n',
        '[statuses]\nactive = ["Valid"]\n',
        'name = "Library"\n',
        'language = "french"\n',
    ):
        (tmp_path / "corpus.toml").write_text(config, "utf-8")
        Index.build(corpus, library)
        with Index.open(library) as index:
            seen.append(index.fingerprint)
    assert len(set(seen)) == len(seen)


def test_the_fingerprint_changes_on_the_day_after_one_expired(tmp_path: Path) -> None:
    from datetime import date

    library = tmp_path / "library.idx"
    Index.update(library, documents=[document("a", doc_id="a", expires=date(2999, 1, 1))])
    with Index.open(library) as index, index._reader as reader:
        days = (date(2998, 1, 1), date(2999, 1, 1), date(2999, 1, 2), date(3000, 1, 1))
        first, same, lapsed, later = (reader.fingerprint(day, "1") for day in days)
        assert first == same != lapsed == later
        assert reader.fingerprint(days[0], "2") != first


def test_how_a_set_came_about_is_in_its_fingerprint_until_it_is_written_anew(
    tmp_path: Path,
) -> None:
    corpus = tmp_path / "corpus.jsonl"
    grown, whole = tmp_path / "grown.idx", tmp_path / "whole.idx"
    lines = [json.dumps({"doc_id": key, "body": f"escort {key}"}) for key in ("a", "b")]
    corpus.write_text(lines[0], "utf-8")
    Index.build(corpus, grown)
    corpus.write_text("\n".join(lines), "utf-8")
    Index.build(corpus, grown)
    Index.build(corpus, whole)

    def fingerprint(library: Path) -> str:
        return str(Store(library).current().manifest["sets"]["open"]["fingerprint"])

    assert fingerprint(grown) != fingerprint(whole)
    Index.build(corpus, grown, compact=True)
    assert fingerprint(grown) == fingerprint(whole)


# ids with one number -----------------------------------------------------------------------------


@pytest.fixture
def twins(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Make hashes so short that ids share one, as an author could with far more work."""
    monkeypatch.setattr(entries, "_SPARE_BITS", 56)

    def find(count: int) -> list[str]:
        by_number: dict[int, list[str]] = {}
        for number in range(5000):
            same = by_number.setdefault(owner_number(f"id{number}"), [])
            same.append(f"id{number}")
            if len(same) == count:
                return sorted(same)
        raise AssertionError

    return find


def test_of_ids_with_one_number_the_least_restricted_is_kept(
    tmp_path: Path, twins: Callable[[int], list[str]]
) -> None:
    first, second, third = twins(3)
    labels = {first: "LES", second: None, third: None}
    (tmp_path / "corpus.toml").write_text('labels = ["LES"]\n', "utf-8")
    corpus, library = tmp_path / "corpus.jsonl", tmp_path / "library.idx"
    lines = [
        json.dumps({"doc_id": key, "body": f"escort {key}x"} | ({"label": own} if own else {}))
        for key, own in labels.items()
    ]
    corpus.write_text("\n".join(lines), "utf-8")
    for _ in range(2):
        report = Index.build(corpus, library)
        assert [item.slug for item in report.problems] == ["duplicate-doc-id"] * 2
        for clearance in (None, "LES"):
            with Index.open(library, clearance=clearance) as index:
                (hit,) = index.search("escort")
                assert hit.doc_id == second
                assert f"{second}x" in hit.snippet.text
    corpus.write_text(lines[0], "utf-8")
    Index.build(corpus, library, allow_removals=True)
    with Index.open(library, clearance="LES") as index:
        assert index.get(first).body == f"escort {first}x"


def test_an_update_refuses_an_id_with_the_number_of_another(
    tmp_path: Path, twins: Callable[[int], list[str]]
) -> None:
    first, second = twins(2)
    library = tmp_path / "library.idx"
    Index.update(library, documents=[document("a", doc_id=first)])
    with pytest.raises(DocumentError, match="hash"):
        Index.update(library, documents=[document("b", doc_id=second)])


def test_numbers_are_wide_and_fit_the_engine() -> None:
    numbers = {owner_number(f"id{number}") for number in range(20_000)}
    assert len(numbers) == 20_000
    assert all(0 <= number < 1 << 63 for number in numbers)
    assert max(numbers) > 1 << 62
