"""What else to read: links first, then documents like one, without its versions and copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from engine.libraries import ENGINES, opened, put
from hypothesis import given, settings
from hypothesis import strategies as st
from support import document

from droindex import Document, DocumentNotFoundError, Index, LimitError, QueryError
from droindex.engine.protocol import Engine
from droindex.model import Reference
from droindex.query.related import RelatedDocument, alike
from droindex.settings import RelatedSettings

ESCORT = "Officers escort juveniles on charter flights with travel documents. "
TEXTS = {
    "escort": ESCORT + "Two officers for each group of juveniles.",
    "flights": "Charter flights carry juveniles; officers check travel documents.",
    "papers": "Officers ask for travel documents of juveniles at the consulate.",
    "meals": "Meals are served three times a day.",
    "kitchen": "The kitchen cooks meals for every diet.",
}


def link(doc_id: str) -> Reference:
    return Reference(doc_id, doc_id=doc_id)


def documents() -> list[Document]:
    made = [
        document(text, doc_id=key, title=key.title(), issued=date(2006, 2, 3))
        for key, text in TEXTS.items()
        if key != "escort"
    ]
    given = {"related": (link("meals"),), "supersedes": (link("escort-old"),)}
    own = document(TEXTS["escort"], doc_id="escort", title="Escort", sources={}, **given)
    old = document(ESCORT, doc_id="escort-old", title="Escort 2003", status="Superseded")
    oldest = document(
        ESCORT, doc_id="escort-1999", title="Escort 1999", superseded_by=(link("escort-old"),)
    )
    copy = document(TEXTS["escort"], doc_id="copy", title="Escort")
    return [*made, own, old, oldest, copy]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.idx"
    Index.update(path, documents())
    return path


@pytest.fixture
def index(tmp_path: Path, engine: Engine) -> Iterator[Index]:
    with opened(put(tmp_path / "index.idx", documents(), engine), engine) as index:
        yield index


def ids(index: Index, doc_id: str, **options: object) -> list[str]:
    return [other.doc_id for other in index.related(doc_id, **options)]  # type: ignore[arg-type]


def test_links_come_first_and_then_what_is_alike(index: Index) -> None:
    found = index.related("escort")
    assert [(other.doc_id, other.is_link) for other in found] == [
        ("meals", True),
        ("flights", False),
        ("papers", False),
    ]
    assert found[0].relevance is None
    percents = [other.relevance for other in found[1:]]
    assert percents == sorted(percents, reverse=True)
    assert all(10 <= percent < 100 for percent in percents)
    assert isinstance(found[1], Document)
    assert found[1].title == "Flights"
    assert found[1].to_dict()["relevance"] == found[1].relevance


def test_versions_copies_and_the_document_itself_are_left_out(index: Index) -> None:
    found = ids(index, "escort", scope="all")
    assert not {"escort", "escort-old", "escort-1999", "copy"} & set(found)
    assert (
        ids(index, "flights", scope="all").count("copy")
        + ids(index, "flights", scope="all").count("escort")
        == 1
    )


def test_it_stays_in_its_scope(index: Index) -> None:
    assert "escort-old" not in ids(index, "flights")
    assert "escort-old" in ids(index, "flights", scope="all")
    assert ids(index, "flights", scope="archived") == ["escort-old"]


def test_a_shorter_list_is_the_beginning_of_a_longer_one(index: Index) -> None:
    whole = ids(index, "flights", scope="all", limit=10)
    assert len(whole) >= 3
    for limit in range(1, len(whole)):
        assert ids(index, "flights", scope="all", limit=limit) == whole[:limit]


def test_links_are_never_cut(library: Path) -> None:
    many = (link("meals"), link("kitchen"), link("papers"))
    Index.update(library, [document("x", doc_id="linked", related=many)])
    with Index.open(library) as index:
        assert ids(index, "linked", limit=1) == ["meals", "kitchen", "papers"]


def test_a_long_tie_is_ordered_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "ties.idx"
    same = [
        document(
            f"escort juveniles {chr(96 + n) * 3 if n < 27 else n}",
            doc_id=f"d{n:02}",
            issued=date(2000, 1, n),
        )
        for n in range(1, 31)
    ]
    Index.update(path, [*same, *(document("filler", doc_id=f"f{n}") for n in range(60))])
    with Index.open(path) as index:
        assert ids(index, "d30", limit=20) == [f"d{n:02}" for n in range(29, 9, -1)]


def test_what_was_removed_is_not_found(library: Path) -> None:
    Index.update(library, remove=["flights"])
    with Index.open(library) as index:
        assert ids(index, "escort") == ["meals", "papers"]


def test_a_labelled_document_has_no_part_in_it(library: Path) -> None:
    with Index.open(library) as index:
        before = [other.to_dict() for other in index.related("escort")]
    secret = document(ESCORT + "Secret juveniles.", doc_id="secret", label="LES")
    Index.update(library, [secret])
    with Index.open(library) as index, Index.open(library, clearance="LES") as cleared:
        assert [other.to_dict() for other in index.related("escort")] == before
        assert "secret" in ids(cleared, "escort")


def test_a_document_without_text_has_its_links_alone(library: Path) -> None:
    Index.update(library, [document("", doc_id="empty", related=(link("meals"),))])
    with Index.open(library) as index:
        assert ids(index, "empty") == ["meals"]


def test_what_cannot_be_asked_for(index: Index) -> None:
    with pytest.raises(DocumentNotFoundError):
        index.related("nope")
    with pytest.raises(QueryError):
        index.related("escort", scope="every")
    with pytest.raises(LimitError):
        index.related("escort", limit=0)


WORDS = ["officer", "juvenile", "flight", "meal", "consulate", "travel", "order", "custody", "bond"]
DRAWN = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), min_size=2, max_size=10)


@given(drawn=DRAWN, least=st.integers(0, 100), limit=st.integers(1, 6), away=st.integers(0, 9))
@settings(max_examples=25)
def test_what_is_alike_is_told_once_in_order_and_above_the_least(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[list[str]],
    least: int,
    limit: int,
    away: int,
) -> None:
    """Over the engine in plain Python, whose index is written in no time."""
    engine = ENGINES["memory"]
    papers = [document(" ".join(words), doc_id=f"d{n}") for n, words in enumerate(drawn)]
    path = put(tmp_path_factory.mktemp("alike") / "library.idx", papers, engine)
    reader = opened(path, engine)._handle.reader()
    wanted = RelatedSettings(min_relevance=least)
    left_out = {f"d{away}"}
    found = alike(reader, "d0", limit, wanted, left_out)
    assert len(found) <= limit
    names = [other.doc_id for other in found]
    assert len(set(names)) == len(names)
    assert not {"d0", *left_out} & set(names)
    percents = [other.relevance or 0 for other in found]
    assert all(least <= percent <= 100 for percent in percents)
    assert percents == sorted(percents, reverse=True)
    texts = [tuple(sorted(drawn[int(name[1:])])) for name in names]
    assert len(set(texts)) == len(texts)  # no copies of one another
    assert tuple(sorted(drawn[0])) not in texts
    assert all(not other.is_link for other in found)
    longer = alike(reader, "d0", limit + 2, wanted, left_out)
    assert longer[: len(found)] == found


@pytest.mark.parametrize(("is_link", "percent"), [(True, None), (False, 63)])
def test_the_shape_is_that_of_a_document_and_says_how_it_is_related(
    is_link: bool,  # noqa: FBT001 - drawn
    percent: int | None,
) -> None:
    other = RelatedDocument(doc_id="a", title="T", is_link=is_link, relevance=percent)
    shape = other.to_dict()
    own = Document(doc_id="a", title="T").to_dict()
    assert shape == {**own, "is_link": is_link, "relevance": percent}
