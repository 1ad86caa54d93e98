"""A document as people name it: by rank, id, number or address; and what may be linked."""

from __future__ import annotations

import os
import pty
from collections.abc import Iterator
from pathlib import Path

import pytest

from droindex import DocumentNotFoundError, Index
from droindex.cli.documents import address_of, is_shown, keep_list, named, remembered
from droindex.cli.last_list import Listed


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("named") / "corpus"
    folder.mkdir()
    (folder / "memo.txt").write_text("An escort memo.", "utf-8")
    (folder / "page.html").write_text("<p>An escort page.</p>", "utf-8")
    (folder / "memo.toml").write_text('number = "7-2"\n', "utf-8")
    return folder


@pytest.fixture(scope="module")
def index(corpus: Path) -> Iterator[Index]:
    library = corpus.parent / "library.idx"
    Index.build(corpus, library, workers=0)
    with Index.open(library) as opened:
        yield opened


@pytest.fixture
def _terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A terminal of our own as standard input, and a folder for what it showed last."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("DROINDEX_STATE", raising=False)
    leader, follower = pty.openpty()
    before = os.dup(0)
    os.dup2(follower, 0)
    yield
    os.dup2(before, 0)
    for descriptor in (leader, follower, before):
        os.close(descriptor)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a.pdf", True), ("a.TXT", True), ("a.md", True), ("a.html", False), ("a", False)],
)
def test_viewers_get_what_no_system_runs(name: str, shown: bool) -> None:  # noqa: FBT001 - a row
    assert is_shown(Path(name)) is shown


def test_only_what_is_shown_has_an_address(index: Index, corpus: Path) -> None:
    addresses = {hit.doc_id: address_of(index, hit) for hit in index.search("escort", scope="all")}
    assert addresses == {"memo": (corpus / "memo.txt").resolve().as_uri(), "page": ""}


def test_a_hit_whose_file_is_gone_has_no_address(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("An escort.", "utf-8")
    Index.build(corpus, tmp_path / "library.idx", workers=0)
    (corpus / "a.txt").unlink()
    with Index.open(tmp_path / "library.idx") as index:
        [hit] = index.search("escort", scope="all")
        assert address_of(index, hit) == ""


def test_a_document_is_named_by_id_or_number(index: Index) -> None:
    assert named(index, "memo") == Listed("memo", None)
    assert named(index, "7-2") == Listed("memo", None)


@pytest.mark.usefixtures("_terminal")
def test_a_rank_means_what_stood_there_in_the_last_list(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DocumentNotFoundError) as told:
        named(index, "2")
    assert told.value.hint == "No list of this library was shown here that has a number 2."
    keep_list(index, ["page", "memo"])
    assert named(index, "2") == Listed("memo", None)
    assert "2 of the last list here is memo." in capsys.readouterr().err


@pytest.mark.usefixtures("_terminal")
def test_hits_are_remembered_with_their_pages_once_they_were_shown(index: Index) -> None:
    hits = list(remembered(index, index.search("escort", scope="all")))
    assert len(hits) == 2
    for hit in hits:
        page = hit.snippet.page if hit.snippet else None
        assert named(index, str(hit.rank)) == Listed(hit.doc_id, page)


@pytest.mark.usefixtures("_terminal")
def test_a_list_that_was_left_early_is_remembered_as_far_as_it_was_shown(index: Index) -> None:
    shown = remembered(index, index.search("escort", scope="all"))
    first, _ = next(shown), next(shown)  # the second one is on its way when the list ends
    shown.close()  # type: ignore[attr-defined] # a generator
    assert named(index, "1").doc_id == first.doc_id
    with pytest.raises(DocumentNotFoundError):
        named(index, "2")
