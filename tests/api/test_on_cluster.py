"""A library on a real cluster: published, searched, brought back, and what can go wrong with it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.cluster import address
from support import document

from droindex import Index, Library, Progress
from droindex.engine.opensearch.address import Address
from droindex.engine.opensearch.cluster import Cluster
from droindex.errors import (
    DroindexError,
    ExposureRefusedError,
    IndexDamagedError,
    IndexNotFoundError,
    SettingsError,
)

LABELS = 'labels = ["LES"]\n'
RECORDS: list[dict[str, Any]] = [
    {"id": "a", "title": "Escort of aliens", "body": "Officers escort aliens in custody."},
    {"id": "b", "title": "Bonds", "body": "Who posts a bond.", "summary": "Of bonds."},
    {"id": "c", "title": "Custody", "body": "The custody of bonds.", "label": "LES"},
    {"id": "d", "title": "Old custody", "body": "Custody of old.", "status": "Superseded"},
]


@pytest.fixture
def place() -> Iterator[str]:
    """An address of its own on the cluster; what lies there goes with the test."""
    found = address(f"t{secrets.token_hex(6)}")
    yield found
    where = Address.parse(found)
    cluster = Cluster(where)
    cluster.drop(f"/{where.name}-*", action="clear away")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return written(tmp_path, RECORDS)


def written(folder: Path, records: list[dict[str, Any]]) -> Path:
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    (corpus / "corpus.toml").write_text(LABELS)
    for record in records:
        facts = {key: value for key, value in record.items() if key not in ("id", "body")}
        (corpus / f"{record['id']}.txt").write_text(record["body"])
        sidecar = "".join(f"{key} = {json.dumps(value)}\n" for key, value in facts.items())
        (corpus / f"{record['id']}.toml").write_text(sidecar)
    return corpus


def built(folder: Path, corpus: Path) -> Library:
    library = Library(folder / "library.idx")
    library.build(corpus, workers=0)
    return library


def answers(library: Library, clearance: str | None = None) -> list[dict[str, Any]]:
    """Return what a library says, in the ranking that scores no words near each other."""
    with library.open(clearance=clearance) as index:
        shapes = [
            index.search(text, scope="all", facets=("status", "label"), ranking="fast").to_dict()
            for text in ("custody bond", "escort", "", "bon*", "title:custody", '"custody of"')
        ]
        found = [index.get(doc_id).to_dict() for doc_id in index]
    for shape in shapes:
        del shape["took_ms"]
        for hit in shape["hits"]:
            hit["score"] = pytest.approx(hit["score"], rel=1e-4)
    return [*shapes, *found]


def test_a_library_answers_alike_on_a_cluster_and_comes_back_whole(
    tmp_path: Path, corpus: Path, place: str
) -> None:
    library = built(tmp_path, corpus)
    report = library.copy(place)
    assert report.documents == {"clearance-1": 4, "open": 3}
    assert report.entries == 14
    assert report.written == 4
    remote = Library(place)
    for clearance in (None, "LES"):
        assert answers(remote, clearance) == answers(library, clearance)

    again = library.copy(place)
    assert (again.generation, again.written, again.entries) == (report.generation, 0, 14)

    status, local = remote.status(), library.status()
    assert status.cluster is not None
    assert status.cluster.health in ("green", "yellow")
    assert (status.documents, status.sets, status.files) == (4, local.sets, local.files)
    assert "cluster" in status.to_dict()
    assert "cluster" not in local.to_dict()
    assert not remote.check().damages

    back = Library(tmp_path / "back.idx")
    remote.copy(back.location)
    assert answers(back, "LES") == answers(library, "LES")
    assert not back.check().damages
    assert back.build(corpus, workers=0).unchanged == 4
    with pytest.raises(SettingsError, match="holds a library already"):
        remote.copy(back.location)
    assert back.copy(place).generation == "000002"  # it is the same library


def test_what_is_built_since_is_published_and_can_be_taken_back(
    tmp_path: Path, corpus: Path, place: str
) -> None:
    library = built(tmp_path, corpus)
    library.copy(place)
    remote = Library(place)
    with remote.open() as index, remote.open() as pinned:
        library.update([document("New rules for bonds.", doc_id="e", title="New")])
        library.copy(place)
        assert "e" not in index
        assert index.reload()
        assert "e" in index
        assert not index.reload()
        assert "e" not in pinned  # its own generation, until it is told
    assert [item.name for item in remote.status().generations] == ["000002", "000001"]
    assert remote.rollback() == "000001"
    with remote.open() as index:
        assert "e" not in index
    with pytest.raises(SettingsError, match="no older generation"):
        remote.rollback()
    assert remote.prune(now=True).removed == ("000002",)
    assert library.copy(place).generation == "000002"


def test_what_gains_a_label_is_not_kept_where_others_see_it(
    tmp_path: Path, corpus: Path, place: str
) -> None:
    library = built(tmp_path, corpus)
    library.copy(place)
    remote = Library(place)
    index = remote.open()
    assert "a" in index
    written(tmp_path, [{**RECORDS[0], "label": "LES"}, *RECORDS[1:]])
    library.build(corpus, workers=0)
    assert library.copy(place).removed == ("000001",)
    with pytest.raises(DroindexError):
        index.search("escort")  # what it read is gone
    assert not index.search("escort").total  # and from then on it has the newest
    assert "a" not in index
    with remote.open(clearance="LES") as cleared:
        assert "a" in cleared


def test_going_back_shows_nothing_that_gained_a_label(
    tmp_path: Path, corpus: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = built(tmp_path, corpus)
    library.copy(place)
    written(tmp_path, [{**RECORDS[0], "label": "LES"}, *RECORDS[1:]])
    library.build(corpus, workers=0)
    with monkeypatch.context() as patch:  # a copy that was stopped before it cleared away
        patch.setattr("droindex.build.maintenance.to_cluster.exposing", lambda *_: [])
        library.copy(place)
    remote = Library(place)
    with pytest.raises(ExposureRefusedError) as caught:
        remote.rollback()
    assert "a" in caught.value.doc_ids
    assert remote.rollback(allow_exposure=True) == "000001"


def test_what_a_stopped_copy_left_in_sight_goes_with_the_next(
    tmp_path: Path, corpus: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = built(tmp_path, corpus)
    library.copy(place)
    written(tmp_path, [{**RECORDS[0], "label": "LES"}, *RECORDS[1:]])
    library.build(corpus, workers=0)

    def stop(*_given: object) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("droindex.build.maintenance.to_cluster.exposing", stop)
        with pytest.raises(KeyboardInterrupt):
            library.copy(place)
    again = library.copy(place)
    assert (again.generation, again.written, again.removed) == ("000002", 0, ("000001",))
    assert [item.name for item in Library(place).status().generations] == ["000002"]


def test_a_copy_that_is_damaged_is_published_anew_by_the_command_that_is_named(
    tmp_path: Path, corpus: Path, place: str
) -> None:
    library = built(tmp_path, corpus)
    library.copy(place)
    where = Address.parse(place)
    cluster = Cluster(where)
    cluster.drop(f"/{where.name}-open-000001-pages", action="damage it")
    assert library.copy(place).generation == "000002"
    manifest_lost(cluster, f"{where.name}-library-000002")
    with pytest.raises(IndexDamagedError):
        Library(place).open()
    report = library.copy(place)
    assert report.generation == "000003"
    assert "000002" in report.removed  # nobody can tell what it shows
    assert answers(Library(place)) == answers(library)
    assert library.copy(place, replace=True).generation == "000004"  # whole, and yet anew


def manifest_lost(cluster: Cluster, index: str) -> None:
    """Take the manifest of a generation from under it."""
    free = {"index": {"blocks": {"write": None}}}
    cluster.ask("PUT", f"/{index}/_settings", free, action="damage it")
    cluster.ask("DELETE", f"/{index}/_doc/manifest.json?refresh=true", action="damage it")


def test_what_cannot_be_read_and_may_be_of_another_is_replaced_when_that_is_said(
    tmp_path: Path, corpus: Path, place: str, library: Callable[..., Path]
) -> None:
    ours = built(tmp_path, corpus)
    ours.copy(place)
    where = Address.parse(place)
    cluster = Cluster(where)
    manifest_lost(cluster, f"{where.name}-library-000001")
    other = Library(library([{"body": "Other.", "doc_id": "o", "title": "O"}], "other.idx"))
    with pytest.raises(IndexDamagedError) as caught:
        other.copy(place)
    assert "--replace" in caught.value.hint
    other.copy(place, replace=True)
    assert list(Library(place).open()) == ["o"]

    foreign = f"x{where.name}"  # the alias leads to two, one of them not of this library
    cluster.ask("PUT", f"/{foreign}", {}, action="make an index")
    try:
        swap = {"actions": [{"add": {"index": foreign, "alias": where.name}}]}
        cluster.ask("POST", "/_aliases", swap, action="swap")
        for call in (Library(place).open, lambda: ours.copy(place)):
            with pytest.raises(IndexDamagedError, match="points to") as caught:
                call()
            assert "--replace" in caught.value.hint
        ours.copy(place, replace=True)
        assert answers(Library(place)) == answers(ours)
    finally:
        cluster.drop(f"/{foreign}", action="clear away")


def test_an_address_may_be_given_as_one(tmp_path: Path, corpus: Path, place: str) -> None:
    where = Address.parse(place)
    built(tmp_path, corpus).copy(where)
    assert Library(where).location == where
    assert "a" in Library(where).open()


def test_a_copy_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, corpus: Path, place: str
) -> None:
    library = built(tmp_path, corpus)

    def stop_in_the_second_set(progress: Progress) -> None:
        if progress.done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.copy(place, progress=stop_in_the_second_set)
    with pytest.raises(IndexNotFoundError) as caught:
        Library(place).open()
    assert "droindex copy" in caught.value.hint
    report = library.copy(place)
    assert report.written == 2  # the other set's two indexes were done
    assert report.entries == 14
    assert answers(Library(place)) == answers(library)


def test_the_place_of_something_else_is_not_taken(
    tmp_path: Path, corpus: Path, place: str, library: Callable[..., Path]
) -> None:
    built(tmp_path, corpus).copy(place)
    other = Library(library([{"body": "Other.", "doc_id": "o", "title": "O"}], "other.idx"))
    with pytest.raises(SettingsError, match="Another library answers") as caught:
        other.copy(place)
    assert "--replace" in caught.value.hint
    assert "a" in Library(place).open()
    other.copy(place, replace=True)
    assert list(Library(place).open()) == ["o"]

    where = Address.parse(place)
    cluster, name = Cluster(where), f"{where.name}x"
    cluster.ask("PUT", f"/{name}", {}, action="make an index")
    try:
        with pytest.raises(SettingsError, match="none of droindex"):
            other.copy(place.replace(where.name, name))
    finally:
        cluster.drop(f"/{name}", action="clear away")


def test_a_library_that_is_half_there_is_told_and_replaced(
    tmp_path: Path, corpus: Path, place: str
) -> None:
    library = built(tmp_path, corpus)
    library.copy(place)
    where = Address.parse(place)
    cluster = Cluster(where)
    second = f"{where.name}-library-000009"
    cluster.ask("PUT", f"/{second}", {}, action="make an index")
    swap = {"actions": [{"add": {"index": second, "alias": where.name}}]}
    cluster.ask("POST", "/_aliases", swap, action="swap")
    with pytest.raises(IndexDamagedError, match="points to") as caught:
        Library(place).open()
    assert second in caught.value.message
    cluster.drop(f"/{second}", action="clear away")

    cluster.drop(f"/{where.name}-open-000001-pages", action="clear away")
    assert [item.file for item in Library(place).check().damages] == ["open/pages"]
    with pytest.raises(DroindexError) as caught:
        Library(place).open()
    assert "droindex copy" in caught.value.hint
    assert Library(place).open(clearance="LES").search("custody").total  # the other set is whole

    cluster.drop(f"/{where.name}-library-000001", action="clear away")
    with pytest.raises(IndexNotFoundError):
        Library(place).open()
    library.copy(place)
    assert answers(Library(place)) == answers(library)


def test_what_a_cluster_cannot_do_is_refused_with_the_next_step(tmp_path: Path) -> None:
    remote = Library("opensearch://127.0.0.1:9/policies")
    for call in (
        lambda: remote.build(tmp_path),
        remote.update,
        lambda: remote.export_set(None, tmp_path / "x.idx"),
        lambda: remote.copy("opensearch://127.0.0.1:9/other"),
        lambda: Library(tmp_path / "a.idx").copy(tmp_path / "b.idx"),
    ):
        with pytest.raises(SettingsError) as caught:
            call()
        assert caught.value.hint


def test_a_handle_is_opened_anew_in_another_process(
    tmp_path: Path, corpus: Path, place: str
) -> None:
    import pickle

    built(tmp_path, corpus).copy(place)
    with Index.open(place, clearance="LES") as index:
        other = pickle.loads(pickle.dumps(index))
        assert str(other.path) == str(index.path)
        assert "c" in other
