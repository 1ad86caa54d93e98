from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex import Index, Snippet
from droindex.engine.analysis import Analyzer
from droindex.engine.entries import Passage
from droindex.query.compile.contribution import Highlights
from droindex.query.results.snippet import SnippetMaker
from droindex.settings import SnippetSettings

FILLER = "Nothing of note stands in this sentence of the page. " * 30


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer("english")


def maker(analyzer: Analyzer, *words: str) -> SnippetMaker:
    stems = {stem for word in words for stem, _ in analyzer.terms(word)}
    return SnippetMaker(analyzer, Highlights(stems=frozenset(stems)), SnippetSettings())


def marked(snippet: Snippet) -> list[str]:
    return [text for text, is_match in snippet.segments if is_match]


def test_the_words_of_the_query_are_marked_with_their_endings(analyzer: Analyzer) -> None:
    passage = Passage(3, "iii", "An escort escorts; escorted aliens are under escorting officers.")
    snippet = maker(analyzer, "escort").from_passage(passage)
    assert snippet is not None
    assert marked(snippet) == ["escort", "escorts", "escorted", "escorting"]
    assert (snippet.page, snippet.page_label) == (3, "iii")


def test_the_stretch_with_the_most_different_words_is_taken(analyzer: Analyzer) -> None:
    text = f"An escort goes. {FILLER} The escort carries travel documents. {FILLER}"
    snippet = maker(analyzer, "escort", "travel", "documents").from_passage(Passage(1, None, text))
    assert snippet is not None
    assert set(marked(snippet)) == {"escort", "travel", "documents"}


def test_a_cut_is_shown_by_an_ellipsis_and_nothing_else_is(analyzer: Analyzer) -> None:
    text = f"{FILLER}The consulate answers. {FILLER}"
    snippet = maker(analyzer, "consulate").from_passage(Passage(1, None, text))
    assert snippet is not None
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")
    whole = maker(analyzer, "consulate").from_passage(Passage(1, None, "The consulate answers."))
    assert whole is not None
    assert whole.text == "The consulate answers."


def test_a_passage_without_the_words_gives_no_snippet(analyzer: Analyzer) -> None:
    assert maker(analyzer, "zebra").from_passage(Passage(1, None, FILLER)) is None


@pytest.mark.parametrize(
    ("word", "text", "shown"),
    [
        ("café", "A CAFÉ near the § 241 office.", "CAFÉ"),
        ("école", "Voir l’École nationale.", "École"),
        ("拘留", "他们的拘留所在这里。", "拘"),
        ("कानून", "यह कानून है।", "कानून"),
        ("241.4", "See 8 C.F.R. § 241.4(d).", "241"),
    ],
)
def test_marks_stand_on_the_word_in_any_script(
    analyzer: Analyzer, word: str, text: str, shown: str
) -> None:
    snippet = maker(analyzer, word).from_passage(Passage(1, None, text))
    assert snippet is not None
    assert marked(snippet)[0] == shown
    assert snippet.text == text


def test_a_short_word_is_not_marked_inside_a_longer_one(analyzer: Analyzer) -> None:
    snippet = maker(analyzer, "art").from_passage(Passage(1, None, "Party article, the art of it."))
    assert snippet is not None
    assert marked(snippet) == ["art"]


relaxed = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(text=st.text(max_size=2000), words=st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_any_text_gives_a_snippet_of_that_text(
    analyzer: Analyzer, text: str, words: list[str]
) -> None:
    text = text.encode("utf-8", "replace").decode()
    words = [word.encode("utf-8", "replace").decode() for word in words]
    made = maker(analyzer, *words).from_passage(Passage(1, None, text))
    if made is None:
        return
    assert all(piece for piece, _ in made.segments)
    plain = made.text.strip("… ")
    assert re.sub(r"\s+", " ", plain).strip() in re.sub(r"\s+", " ", text).strip()
    assert len(made.text) <= SnippetSettings().max_chars + 4
    for piece in marked(made):
        assert not any(letter.isspace() for letter in piece)


@given(st.lists(st.tuples(st.text(), st.booleans())))
def test_html_is_escaped_and_marks_nothing_else(segments: list[tuple[str, bool]]) -> None:
    snippet = Snippet(tuple(segments))
    shown = snippet.html()
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare
    assert html.unescape(bare) == html.unescape(html.escape(snippet.text))


@pytest.fixture
def index(library: Callable[..., Path]) -> Iterator[Index]:
    records = [
        {
            "doc_id": "manual",
            "title": "Manual of Custody",
            "summary": "How custody is kept.",
            "body": [f"Page {n} tells of matter number {n}. {FILLER}" for n in range(1, 40)]
            + ["The quarantine of dormitories lasts 21 days."],
        },
        {"doc_id": "bare", "title": "Firearms", "body": "Nothing but text here."},
        {"doc_id": "empty", "title": "Uniforms"},
    ]
    with Index.open(library(records)) as opened:
        yield opened


def test_the_snippet_comes_from_the_best_page(index: Index) -> None:
    hit = index.search("quarantine dormitories")[0]
    assert hit.snippet is not None
    assert hit.snippet.page == 40
    assert marked(hit.snippet) == ["quarantine", "dormitories"]


def test_a_phrase_on_a_page_comes_before_its_words_strewn_about(index: Index) -> None:
    hit = index.search('"matter number 7"')[0]
    assert hit.snippet is not None
    assert hit.snippet.page == 7


def test_where_only_the_title_matched_the_summary_is_shown(index: Index) -> None:
    hit = index.search("manual")[0]
    assert hit.snippet is not None
    assert (hit.snippet.text, hit.snippet.page) == ("How custody is kept.", None)


def test_without_a_summary_the_first_page_is_shown(index: Index) -> None:
    hit = index.search("firearms")[0]
    assert hit.snippet is not None
    assert (hit.snippet.text, hit.snippet.page) == ("Nothing but text here.", 1)


def test_a_snippet_is_never_missing(index: Index) -> None:
    hit = index.search("uniforms")[0]
    assert hit.snippet is not None
    assert (hit.snippet.text, hit.snippet.page) == ("", None)
    assert index.search("uniforms", snippets=False)[0].snippet is None
