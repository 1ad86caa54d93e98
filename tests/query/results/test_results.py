"""Results and hits are complete when made: what comes late is a function given to them."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex import Document, EngineError, Index, Settings
from droindex.engine.entries import encode_document
from droindex.query.request import Request
from droindex.query.results.explanation import (
    Explanation,
    Likeness,
    MatchPart,
    ScorePart,
    sentences,
)
from droindex.query.results.hit import Hit, HitSources, Snippet
from droindex.query.results.named import Named
from droindex.query.results.relevance import Match, relevance
from droindex.query.results.results import FacetCount, Results
from droindex.query.results.snippets.hit_snippets import HitSnippets, no_snippet
from droindex.query.search import compile_request

DOCUMENT = Document(doc_id="one", title="Escort", summary="Who escorts.", opi="ADDRM")
SNIPPET = Snippet((("an ", False), ("escort", True)), 2, "ii")
PART = ScorePart("escort", "in the text", "all", 0.5, 1.5)
REQUIREMENT = MatchPart("escort", 2.0, 0.5, ("guard",))
LIKENESS = Likeness(0.5, 0.25, ("two",), (("escort", True), ("bond", False)))
EXPLANATION = Explanation(2.0, 4.0, 50, 50, (PART,), (REQUIREMENT,), LIKENESS, ("A note.",))


class Counted:
    """A function that counts how often it is called."""

    def __init__(self, value: object) -> None:
        self.value = value
        self.calls = 0

    def __call__(self, *_: object) -> object:
        self.calls += 1
        return self.value


def made_of(
    snippet: object = SNIPPET, meta: bytes = encode_document(DOCUMENT)
) -> tuple[Hit, list[Counted]]:
    sources = [Counted(Match(50, 1, 2)), Counted(snippet), Counted(None), Counted(2)]
    sources.append(Counted(EXPLANATION))
    return Hit(3, "one", 2.00004, 4.0, Named(meta), HitSources(*sources, nullcontext())), sources  # type: ignore[arg-type]


def results_of(**values: object) -> Results:
    given: dict[str, object] = {
        "query": "escort", "scope": "active", "hits": [made_of()[0]], "total": 5,
        "count_all_words": Counted(4), "judge": nullcontext(), "offset": 2, "limit": 1,
        "took_ms": 0.5,
        "facets": {"opi": [FacetCount("ADDRM", 3)]}, "notes": ["A note."],
    }  # fmt: skip
    return Results(**{**given, **values})  # type: ignore[arg-type]


def test_a_hit_asks_for_what_is_looked_at_and_for_a_snippet_once() -> None:
    hit, (match, snippet, _, _, explain) = made_of()
    assert (hit.rank, hit.doc_id, hit.score, hit.relevance) == (3, "one", 2.0, 50)
    assert hit.document == DOCUMENT
    assert hit.document is hit.document
    assert [source.calls for source in (match, snippet, explain)] == [0, 0, 0]
    assert hit.match == 50
    assert (hit.words_held, hit.words_required) == (1, 2)
    assert hit.snippet is hit.snippet is SNIPPET
    assert hit.explain() == EXPLANATION
    assert [source.calls for source in (match, snippet, explain)] == [3, 1, 1]


def test_the_json_shape_has_every_key_of_a_document() -> None:
    hit, _ = made_of(snippet=None)
    shape = json.loads(json.dumps(hit.to_dict(explain=True)))
    assert shape["document"] == json.loads(json.dumps(DOCUMENT.to_dict()))
    assert shape["snippet"] is None
    assert shape["explain"]["requirements"] == [
        {"what": "escort", "idf": 2.0, "share": 0.5, "stands_for": ["guard"]}
    ]
    assert "explain" not in hit.to_dict()


def test_what_cannot_be_read_is_a_fault_that_the_judge_is_told_of() -> None:
    hit, _ = made_of(meta=b"{")
    with pytest.raises(EngineError):
        hit.document  # noqa: B018 - reading it is the test


def test_results_are_a_sequence_that_says_the_same_each_time() -> None:
    counter = Counted(4)
    results = results_of(count_all_words=counter)
    assert (len(results), results[0].rank, list(results)[0:1], results[0:1]) == (
        1, 3, [results[0]], (results[0],)
    )  # fmt: skip
    assert counter.calls == 0
    assert results.total_all_words == results.total_all_words == 4
    assert counter.calls == 1
    assert repr(results) == "<Results 'escort': 1 of 5>"
    assert repr(results[0]) == "<Hit 3 'one' relevance=50>"


def test_only_a_suggestion_has_completions() -> None:
    assert results_of().completions is None
    assert "completions" not in results_of().to_dict()
    complete = Counted(("escorts",))
    results = results_of(complete=complete, suggestion="escort", notes=())
    assert results.completions == results.completions == ("escorts",)
    assert complete.calls == 1
    assert results.to_dict()["completions"] == ["escorts"]
    assert results.suggestion == "escort"
    assert results.notes == ()


def test_a_snippet_is_text_or_safe_html() -> None:
    snippet = Snippet((("a < b ", False), ("<i>", True)))
    assert snippet.text == "a < b <i>"
    assert snippet.html() == "a &lt; b <mark>&lt;i&gt;</mark>"
    assert snippet.to_dict()["segments"] == [["a < b ", False], ["<i>", True]]


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_relevance_is_a_percent_of_the_best(score: float, best: float) -> None:
    percent = relevance(min(score, best), best)
    assert percent is None if best <= 0 else 0 <= (percent or 0) <= 100
    if best > 0:
        assert relevance(best, best) == 100


def test_an_explanation_says_its_numbers_in_sentences() -> None:
    said = "\n".join(sentences(EXPLANATION))
    for part in ("Score 2.0000", "Relevance 50%", "Match 50%", "50% held", "escort = guard",
                 "likeness to two"):  # fmt: skip
        assert part in said
    assert EXPLANATION.text.endswith("A note.")
    nothing = Explanation(0.0, 0.0, None, None, (), (), None, ())
    assert str(nothing) == "Score 0: nothing in the query scores."


def test_snippets_stop_when_time_is_up(library: Callable[..., Path]) -> None:
    records = [
        {"doc_id": "page", "body": ["a page", "the escort waits"]},
        {"doc_id": "summary", "summary": "Travel papers.", "body": "more", "title": "escort"},
        {"doc_id": "lead", "body": "First words.", "title": "escort"},
    ]
    with Index.open(library(records)) as index, index._reader as reader:
        request = Request(today=date(2020, 1, 1), text="escort")
        snippets = HitSnippets(reader, compile_request(reader, request, Settings()), Settings())
        names = {
            doc_id: Named(encode_document(reader.document(doc_id)))
            for doc_id in ("page", "summary", "lead")
        }
        never, always = snippets.now(names, 0), snippets.now(names, float("inf"))
        later = snippets.later(names)
        for doc_id, text in (("page", "the escort waits"), ("summary", "Travel papers."),
                             ("lead", "First words.")):  # fmt: skip
            assert never(doc_id) == Snippet(())
            assert always(doc_id) == later(doc_id)
            assert always(doc_id).text == text
    assert always("page").page == 2
    assert no_snippet("page") is None


def test_any_text_is_marked_as_snippets_are() -> None:
    results = results_of(find=lambda text: [(4, 10)] if text else [])
    assert results.marked("The escort.") == (("The ", False), ("escort", True), (".", False))
    assert results.marked("") == ()
    for other in (copy.deepcopy(results), results_of()):
        assert "".join(text for text, _ in other.marked("The escort.")) == "The escort."
    assert copy.deepcopy(results).marked("The escort.")[1] == ("escort", True)
    assert pickle.loads(pickle.dumps(results)).marked("The escort.") == (("The escort.", False),)
