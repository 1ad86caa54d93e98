from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine.libraries import ENGINES, put
from engine.libraries import opened as opened_by
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex import Document, Index, Page
from droindex.engine.clauses import Bool, PhraseOf, Term
from droindex.engine.schema import TEXT
from droindex.extract.blocks.layout import with_layouts
from droindex.query.results.named import Named
from droindex.query.results.passages import PassageFinder
from droindex.settings import RankingSettings

FILLER = "Nothing of note stands in this sentence of the page. " * 8
Library = Callable[..., Path]


def page_of(index: Index, query: str, doc_id: str = "manual") -> int | None:
    hit = index.search(query, filters={"doc_id": doc_id})[0]
    assert hit.snippet is not None
    return hit.snippet.page


def opened(library: Library, *pages: str, others: list[dict[str, object]] | None = None) -> Index:
    manual = {"doc_id": "manual", "title": "Manual", "body": list(pages)}
    return Index.open(library([manual, *(others or [])]))


def test_a_word_of_every_page_does_not_choose_the_page(library: Library) -> None:
    # Among all documents “custody” is rare and “vehicle” is not; in the manual it is turned round.
    heavy = f"Custody custody custody custody. {FILLER}"
    pages = [heavy, heavy, f"Custody needs a vehicle. {FILLER}", heavy]
    others: list[dict[str, object]] = [
        {"doc_id": f"memo-{n}", "title": "Memo", "body": "The vehicle, a vehicle, any vehicle."}
        for n in range(30)
    ]
    with opened(library, *pages, others=others) as index:
        assert page_of(index, "custody vehicle") == 3


def test_words_near_each_other_come_before_words_strewn_about(library: Library) -> None:
    strewn = f"Receipt receipt. {FILLER} Envelope envelope. {FILLER} Receipt. {FILLER} Cashier."
    near = f"{FILLER} The cashier puts a copy of the receipt into the envelope. {FILLER}"
    with opened(library, strewn, near, strewn, FILLER) as index:
        assert page_of(index, "cashier receipt envelope") == 2


def test_more_of_the_words_come_before_one_of_them_often(library: Library) -> None:
    often = "Quarantine quarantine quarantine quarantine. " * 6
    with opened(library, often, f"{FILLER} A quarantine takes 21 days. {FILLER}", often) as index:
        assert page_of(index, "quarantine days") == 2


def test_among_pages_with_the_same_words_the_one_that_says_more_of_them_is_taken(
    library: Library,
) -> None:
    once = f"Ladder and rope. {FILLER}"
    more = f"Ladder and rope. The ladder, the rope. Any ladder, any rope. {FILLER}"
    with opened(library, once, f"Rope. {FILLER}", more, once) as index:
        assert page_of(index, "ladder rope") == 3


def test_a_number_is_looked_for_as_a_whole(library: Library) -> None:
    strewn = f"Parts 11, 4 and 1 of the annex. {FILLER} Annex 4. {FILLER} Annex 11."
    with opened(library, strewn, f"{FILLER} See annex 11-4.1. {FILLER}", strewn) as index:
        assert page_of(index, "annex 11-4.1") == 2


def test_the_page_is_the_same_whatever_else_is_on_the_list(library: Library) -> None:
    pages = [f"Escort of matter {n}. {FILLER}" for n in range(1, 60)]
    pages[40] += " The escort carries a roster."
    others: list[dict[str, object]] = [
        {"doc_id": f"long-{n}", "title": "Long", "body": [f"Escort roster. {FILLER}"] * 40}
        for n in range(12)
    ]
    with opened(library, *pages, others=others) as index:
        assert page_of(index, "escort roster matter") == 41
        found = {
            hit.doc_id: hit.snippet.page
            for hit in index.search("escort roster matter", limit=20)
            if hit.snippet
        }
        assert found["manual"] == 41
        assert {found[f"long-{n}"] for n in range(12)} == {1}


def test_a_manual_of_more_pages_than_are_listed_is_opened_at_its_best(library: Library) -> None:
    pages = [f"Custody and transport. {FILLER}" for _ in range(300)]
    pages[220] += " Custody and transport of a stretcher."
    with opened(library, *pages) as index:
        assert page_of(index, "custody transport stretcher") == 221


def test_a_long_query_is_weighed_by_its_rarest_words(library: Library) -> None:
    words = [f"{a}{b}ent" for a in "bdfgklmnpr" for b in "aeiou"]
    common = " ".join(words)
    pages = [f"{common}. {FILLER}"] * 3 + [f"{common} zymurgy. {FILLER}"] + [common] * 3
    with opened(library, *pages) as index:
        assert page_of(index, f"{common} zymurgy") == 4


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    texts = ["alpha beta gamma", "beta delta", "alpha 11-4.1 delta epsilon", "gamma beta alpha"]
    documents = [
        Document(
            doc_id=f"d{n}",
            title="Paper",
            pages=tuple(Page(number=p, text=text) for p, text in enumerate(texts, 1)),
        )
        for n in range(3)
    ]
    path = tmp_path_factory.mktemp("shelf") / "library.idx"
    Index.update(path, documents=documents)
    with Index.open(path) as index:
        yield index


WORDS = ["alpha", "beta", "gam*", "delta", '"beta alpha"', "11-4.1", "unheard", "OR", "AND", "-"]


@given(query=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_page_that_is_shown_holds_a_word_that_is_marked(shelf: Index, query: str) -> None:
    for hit in shelf.search(query):
        if hit.snippet is not None and hit.score > 0:
            assert any(is_match for _, is_match in hit.snippet.segments)


LETTERS = ["alpha", "beta", "gamma", "delta"]
PASSAGES = st.lists(
    st.lists(st.sampled_from([*LETTERS, "other"]), min_size=1, max_size=6), min_size=1, max_size=6
)
CLAUSES = st.lists(
    st.one_of(
        st.sampled_from(LETTERS).map(lambda word: Term(TEXT, word)),
        st.sampled_from(LETTERS).map(lambda word: Term(TEXT, word, 0.5)),
        st.lists(st.sampled_from(LETTERS), min_size=2, max_size=2, unique=True).map(
            lambda words: Bool(should=tuple(Term(TEXT, word) for word in words))
        ),
        st.lists(st.sampled_from(LETTERS), min_size=2, max_size=2, unique=True).map(
            lambda words: PhraseOf(TEXT, tuple(words), 10, 0.5)
        ),
    ),
    min_size=1,
    max_size=5,
)


def holds(clause: Term | PhraseOf | Bool, words: list[str]) -> bool:
    """Return whether a page of some words, in which no ten stand between two, holds a clause."""
    if isinstance(clause, Term):
        return clause.term in words
    if isinstance(clause, PhraseOf):
        return all(term in words for term in clause.terms)
    return any(isinstance(part, Term) and holds(part, words) for part in clause.should)


@given(drawn=st.lists(PASSAGES, min_size=1, max_size=4), clauses=CLAUSES)
@settings(max_examples=40)
def test_the_best_page_holds_all_that_any_holds_where_one_does(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[list[list[str]]],
    clauses: list[Term | PhraseOf | Bool],
) -> None:
    """Over the engine in plain Python: whatever weighs what, nothing beats having everything."""
    engine = ENGINES["memory"]
    papers = [
        Document(
            doc_id=f"d{n}",
            pages=tuple(Page(place, " ".join(words)) for place, words in enumerate(pages, 1)),
        )
        for n, pages in enumerate(drawn)
    ]
    path = put(tmp_path_factory.mktemp("passages") / "library.idx", papers, engine)
    reader = opened_by(path, engine)._handle.reader()
    asked = list(dict.fromkeys(clauses))
    finder = PassageFinder(reader, asked, RankingSettings(), 3)
    best = finder.best({paper.doc_id: Named(b"{}") for paper in papers})
    for n, pages in enumerate(drawn):
        held = [frozenset(c for c in asked if holds(c, words)) for words in pages]
        everything = frozenset().union(*held)
        assert (f"d{n}" in best) is bool(everything)
        if everything in held and everything:
            page = reader.passages(best[f"d{n}"][:1])[0].page
            assert held[page - 1] == everything


LISTED = ["Carrying the spray", "Warn before using", "Medical attention", "Disposal of cans"]


def in_blocks(tmp_path: Path, *pages: str, title: str = "Spray Manual", number: str = "") -> Index:
    """Open a library of one manual whose pages have blocks, as a reader of files finds them."""
    document = Document(doc_id="manual", title=title, number=number or None)
    made = with_layouts([Page(at, text) for at, text in enumerate(pages, 1)])
    Index.update(tmp_path / "a.idx", [document.with_pages(made)])
    return Index.open(tmp_path / "a.idx")


def contents() -> str:
    return "\n".join(
        ["Table of contents", *(f"{t} ............ {n}" for n, t in enumerate(LISTED, 2))]
    )


@pytest.mark.parametrize(("asked", "page"), [(text, n) for n, text in enumerate(LISTED, 2)])
def test_a_list_of_contents_loses_to_the_page_that_it_points_to(
    tmp_path: Path, asked: str, page: int
) -> None:
    prose = "Each of the cans with spray is carried, and a warning is given before using any."
    texts = [f"{heading}\n{prose} {FILLER}" for heading in LISTED]
    with in_blocks(tmp_path, contents(), *texts) as index:
        assert page_of(index, asked) == page


def test_a_list_is_opened_where_nothing_else_holds_the_words(tmp_path: Path) -> None:
    with in_blocks(tmp_path, contents(), FILLER, FILLER) as index:
        assert page_of(index, "medical attention") == 1


def test_words_of_the_path_do_not_choose_the_page(tmp_path: Path) -> None:
    texts = [
        f"{FILLER} Pictures belong to the Las Vegas police.",
        *[f"{FILLER} A low lethality shotgun is marked in orange."] * 9,
        *[FILLER] * 20,
    ]
    order = Document(
        doc_id="force",
        title="Pictures",
        file="orders/LasVegas/force.pdf",
        pages=tuple(Page(number=n, text=text) for n, text in enumerate(texts, 1)),
    )
    Index.update(tmp_path / "library.idx", documents=[order])
    with Index.open(tmp_path / "library.idx") as index:
        assert page_of(index, "las vegas low lethality shotgun", "force") == 2


def test_words_of_title_and_number_do_not_choose_the_page(tmp_path: Path) -> None:
    named = "This is the Spray Manual 7-21. The Spray Manual 7-21 is kept in the office."
    texts = [f"{named} {FILLER}", f"{FILLER} A can that leaks is handed in at once.", FILLER]
    with in_blocks(tmp_path, *texts, number="7-21") as index:
        assert page_of(index, "7-21 leaking can") == 2
        assert page_of(index, "spray manual leak") == 2
