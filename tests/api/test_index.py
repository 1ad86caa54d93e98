"""`Index`: a handle that travels."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from droindex import Document, Library, Page, QueryError


def test_another_process_opens_its_own_with_the_same_clearance(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.idx")
    pages = (Page(1, "A badge."),)
    library.update([Document(doc_id="hidden", label="LES", pages=pages)])
    with library.open(clearance="LES") as index, pickle.loads(pickle.dumps(index)) as other:
        assert (other.path, other.clearance, len(other)) == (index.path, "LES", 1)
        assert [hit.doc_id for hit in other.search("badge")] == ["hidden"]


def test_an_index_is_asked_like_a_mapping_of_what_its_clearance_sees(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.idx")
    pages = (Page(1, "A badge."),)
    library.update(
        [
            Document(doc_id="hidden", label="LES", pages=pages),
            Document(doc_id="draft", status="Draft", pages=pages),
            Document(doc_id="new", issued=date(2009, 1, 1), pages=pages),
        ]
    )
    with library.open() as index:
        assert list(index) == ["new", "draft"]
        assert len(index) == 2
        assert index["new"] == index.get("new")
        assert index["new"].pages == pages
        assert ("new" in index, "hidden" in index, 7 in index, "\ud800" in index) == (
            True, False, False, False,
        )  # fmt: skip
        with pytest.raises(KeyError) as caught:
            index["hidden"]
        assert str(caught.value) == "There is no document 'hidden' in this library."
    with library.open(clearance="LES") as cleared:
        assert "hidden" in cleared


@pytest.mark.parametrize("scope", ["mars", "", "ACTIVE", "\ud800", None, 0, ["all"], b"all"])
def test_a_bad_scope_is_refused_in_the_same_way_everywhere(tmp_path: Path, scope: object) -> None:
    library = Library(tmp_path / "library.idx")
    library.update([Document(doc_id="a")])
    with library.open() as index:
        calls = {
            "search": lambda given: index.search("a", scope=given),
            "scan": lambda given: index.scan("a", scope=given),
            "suggest": lambda given: index.suggest("a", scope=given),
            "recent": lambda given: index.recent(1, scope=given),
            "browse": lambda given: index.browse(scope=given),
            "related": lambda given: index.related("a", scope=given),
        }
        for name, call in calls.items():
            with pytest.raises(QueryError) as caught:
                call(scope)
            assert caught.value.slug == "unknown-scope", name


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("badge", "Badge and badges", ["Badge", "badges"]),
        ("badeg", "Badge", ["Badge"]),
        ("the badge", "The badge", ["badge"]),
        ("", "The badge", []),
        ("(", "The badge", []),
        ("badge", "", []),
        ("badge", "\ufb01ne \U0001f600 badge", ["badge"]),
    ],
)
def test_titles_are_marked_like_texts(
    tmp_path: Path, query: str, text: str, marked: list[str]
) -> None:
    library = Library(tmp_path / "library.idx")
    library.update([Document(doc_id="a", pages=(Page(1, "A badge of the office."),))])
    with library.open() as index:
        segments = index.search(query).marked(text)
        assert "".join(part for part, _ in segments) == text
        assert [part for part, is_match in segments if is_match] == marked


def test_of_a_half_typed_word_the_whole_ones_are_marked(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.idx")
    library.update([Document(doc_id="a", pages=(Page(1, "A badge of the office."),))])
    with library.open() as index:
        marked = index.suggest("office bad").marked("Badge Office")
        assert marked == (("Badge", True), (" ", False), ("Office", True))
        typed = index.suggest("the bad")
        assert typed.marked("The Badge") == (("The ", False), ("Badge", True))
        assert typed[0].snippet.segments[:2] == (("A ", False), ("badge", True))
