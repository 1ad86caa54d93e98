"""What is withdrawn is found by what it says: under whatever id, file or page it stood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import document

from droindex import ExposureRefusedError, Index
from droindex.clearance.signatures import MIN_BYTES, digest_of, digests_in, signature_of
from droindex.files.disk import sum_file
from droindex.pages import Page
from droindex.settings import BuildSettings, Settings
from droindex.store.generation import read_manifest, write_manifest
from droindex.store.layers import Layers

SECRET = "The zorblatt is kept in the cellar of the old mill."
OTHER = "The wumpus is fed at noon by two trusted officers."
THIRD = "Nobody else may enter the yard before the gong is heard."
THINGS = ("anvil", "barrel", "candle", "drum", "engine", "funnel", "girder", "hammer", "ingot")
LONG = [f"Sentence {n} tells of the {thing} and what it is for." for n, thing in enumerate(THINGS)]
BODY = " ".join(LONG)
PLAIN = BODY.replace(".", "")


def put(library: Path, *documents: object, remove: tuple[str, ...] = ()) -> None:
    kept = Settings(build=BuildSettings(keep_generations=9))
    Index.update(library, documents, remove, settings=kept)  # type: ignore[arg-type]


def filler(count: int = 4) -> list[object]:
    return [
        document(f"Plain text number {n} of the yearbook.", doc_id=f"f{n}") for n in range(count)
    ]


def withdrawn(library: Path, name: str = "1") -> tuple[str, ...]:
    found = {int(item.name): item.withdrawn for item in Index.status(library).generations}
    return found[int(name)]


CASES = {
    "one page of two": ([SECRET, OTHER], [SECRET]),
    "pages in another order": ([SECRET, OTHER], [OTHER, SECRET]),
    "one page becomes several": ([BODY], [BODY[:200], BODY[200:]]),
    "several pages become one": ([BODY[:210], BODY[210:]], [BODY]),
    "pages cut elsewhere": ([BODY[:210], BODY[210:]], [BODY[:333], BODY[333:]]),
    "lines broken elsewhere": ([SECRET], [SECRET.replace(" ", "\n")]),
    "in capitals": ([SECRET], [SECRET.upper()]),
    "a sentence of a page": ([f"{OTHER} {SECRET} {THIRD}"], [SECRET]),
    "a whole body of one word": (["zorblatt"], ["zorblatt"]),
    "without any full stop": ([PLAIN], [OTHER, PLAIN[50:]]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_text_that_is_hidden_elsewhere_is_withdrawn(tmp_path: Path, case: str) -> None:
    before, after = CASES[case]
    library = tmp_path / "library.idx"
    put(library, *filler(), document(before, doc_id="x"))
    put(library, document(after, doc_id="y", label="LES"), remove=("x",))
    assert withdrawn(library) == ("open",)
    with pytest.raises(ExposureRefusedError) as caught:
        Index.rollback(library)
    assert caught.value.doc_ids == ("x",)


@pytest.mark.parametrize("field", ["title", "summary"])
def test_a_heading_that_is_hidden_elsewhere_is_withdrawn(tmp_path: Path, field: str) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(), document("A harmless body.", doc_id="x", **{field: SECRET}))
    put(library, document("Quite another body.", doc_id="y", label="LES", **{field: SECRET}),
        remove=("x",))  # fmt: skip
    assert withdrawn(library) == ("open",)


def test_a_page_that_leaves_a_document_and_is_hidden_in_another(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(), document([SECRET, OTHER], doc_id="x"))
    put(library, document([OTHER], doc_id="x"), document([SECRET], doc_id="y", label="LES"))
    assert withdrawn(library) == ("open",)


def test_what_was_seen_in_two_documents_goes_with_the_last_of_them(tmp_path: Path) -> None:
    """The labelled one did not change: it is hidden only since nobody may see the other one."""
    library = tmp_path / "library.idx"
    put(library, *filler(), document(SECRET, doc_id="x"), document(SECRET, doc_id="y", label="LES"))
    put(library, *filler(5))
    assert withdrawn(library) == ()
    put(library, remove=("x",))
    assert withdrawn(library) == withdrawn(library, "2") == ("open",)


def test_what_may_still_be_seen_is_not_withdrawn(tmp_path: Path) -> None:
    """Headings of forms, notes on empty pages: open and labelled documents share them."""
    library, blank = tmp_path / "library.idx", "This page is left blank, and that is intended."
    put(library, *filler(), document([OTHER, blank], doc_id="x"), document(blank, doc_id="z"))
    put(library, document([SECRET, blank], doc_id="y", label="LES"), remove=("x",))
    assert withdrawn(library) == ()
    Index.rollback(library)


def test_a_few_words_say_nothing(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(), document([OTHER, "page two"], doc_id="x", title="Memo"))
    put(library, document([SECRET, "page two", ""], doc_id="y", title="Memo", label="LES"),
        remove=("x",))  # fmt: skip
    assert withdrawn(library) == ()


def test_a_record_that_moves_and_gains_a_label_at_once(tmp_path: Path) -> None:
    library, corpus = tmp_path / "library.idx", tmp_path / "corpus.jsonl"
    (tmp_path / "corpus.toml").write_text('labels = ["LES"]\n')
    plain = [
        {"doc_id": f"f{n}", "body": f"Plain text number {n} of the yearbook."} for n in range(9)
    ]

    def build(*records: dict[str, str]) -> None:
        corpus.write_text("".join(json.dumps(item) + "\n" for item in (*plain, *records)))
        Index.build(corpus, library, workers=0)

    build({"doc_id": "x", "title": "One", "body": SECRET})
    build({"doc_id": "y", "title": "Two", "body": SECRET, "label": "LES"})
    assert withdrawn(library) == ("open",)
    with Index.open(library) as index:
        assert index.search("zorblatt").total == 0


# libraries of the version before ------------------------------------------------------------------


def forget_signatures(library: Path) -> None:
    """Make every generation what a version before wrote: lines of JSON, without signatures."""
    for folder in (library / "generations").glob("[0-9]*[0-9]"):
        manifest = read_manifest(folder)
        names, state = manifest.pop("state"), folder / "state.jsonl"
        with Layers(folder, names) as layers:
            lines = [json.loads(value) for _, value in layers.scan(b"D")]
        for shape in lines:
            shape.pop("signature", None)
        state.write_bytes(b"".join(json.dumps(shape).encode() + b"\n" for shape in lines))
        for name in names:
            (folder / name).unlink()
            del manifest["files"][name]
        manifest["files"]["state.jsonl"] = sum_file(state)
        write_manifest(folder, manifest)


def test_an_upgrade_withdraws_nothing_needlessly(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(), document(SECRET, doc_id="y", label="LES"), document("x", doc_id="x"))
    forget_signatures(library)
    put(library, document(OTHER, doc_id="n"), remove=("x",))
    put(library, document(THIRD, doc_id="f0"))
    assert withdrawn(library) == withdrawn(library, "2") == ()
    put(library, document(f"{THIRD} {SECRET}", doc_id="l", label="LES"))  # THIRD: f0 shows it
    assert withdrawn(library, "3") == withdrawn(library, "2") == ()


def test_what_the_version_before_cannot_tell_is_withdrawn(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(), document([SECRET, OTHER], doc_id="x"))
    forget_signatures(library)
    put(library, document([SECRET], doc_id="y", label="LES"), remove=("x",))
    assert withdrawn(library) == ("open",)


def test_after_an_upgrade_unchanged_texts_are_known(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    put(library, *filler(), document([SECRET, OTHER], doc_id="x"))
    forget_signatures(library)
    put(library, document(THIRD, doc_id="n"))
    put(library, document([SECRET], doc_id="y", label="LES"), remove=("x",))
    assert withdrawn(library) == withdrawn(library, "2") == ("open",)


# signatures ---------------------------------------------------------------------------------------


def digests(*texts: str) -> set[bytes]:
    return digests_in(signature_of([Page(number, text) for number, text in enumerate(texts, 1)]))


def test_a_signature_is_bounded() -> None:
    pages = [" ".join(f"{n} {m} {LONG[m]}" for m in range(9)) for n in range(50)]
    assert len(digests(*pages)) <= len(pages) + 1 + 64
    assert digests("", "  ") == set()
    assert digest_of("a" * (MIN_BYTES - 1)) == frozenset()
    assert len(digest_of("a" * MIN_BYTES)) == 1


def test_a_chapter_of_a_long_body_is_known_by_its_sentences() -> None:
    body = [
        f"In case {n} the {THINGS[n % 9]} goes to the {THINGS[n // 9 % 9]} of depot {n * 7}."
        for n in range(1000)
    ]
    whole = digests(*(" ".join(body[n : n + 20]) for n in range(0, 1000, 20)))
    for start in range(0, 900, 100):
        chapter = " ".join(body[start + 3 : start + 103])
        assert whole & digests(chapter[:1000], chapter[1000:])
