"""Titles as they are typed, letter by letter and by the beginnings of their words."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex import Index
from droindex.engine.analysis import Analyzer
from droindex.engine.fields import title_key
from droindex.query.compile.contribution import Beginning
from droindex.query.typed_titles import order_share, title_words

ANALYZER = Analyzer()
WORDS = st.lists(st.sampled_from(["juvenile", "escort", "and", "shelter", "roster", "jury", "es"]))
NEAR = 3  # hits that a reader sees without looking
ROSTER = "Appendix 11-4.2: Juvenile Escort and Shelter Roster"


def share(title: str, typed: list[str]) -> float:
    stems = ANALYZER.stems(typed)
    beginnings = [Beginning(*pair) for pair in zip(typed, stems, strict=True)]
    return order_share(title_words(title, ANALYZER), beginnings, ANALYZER.stop_words)


@pytest.mark.parametrize(
    ("title", "typed", "expected"),
    [
        ("Juvenile Escort", ["juv", "esc"], 1 + 1 + 1 + 2),  # order, side by side, head, all of it
        ("Juvenile Escort Shelter Roster", ["juv", "esc"], 1 + 1 + 1 + 1),  # half of it
        ("Juvenile Escort and Shelter Roster", ["esc", "she"], 1 + 1 + 1),  # but for a stop word
        ("Juvenile Escort Shelter Roster", ["juv", "ros"], 1 + 1 + 1),  # not side by side
        ("Appendix 11: Juvenile Escort", ["juv", "esc"], 1 + 1 + 1 + 1),  # behind its number
        ("Juvenile Escort", ["juveniles", "escorting"], 1 + 1 + 1 + 2),  # other forms of the words
        ("Juvenile Escort and Shelter Roster", ["esc", "juv"], 0),
        ("Juvenile Escort", ["juv", "juv"], 0),  # a word counts once
        ("Form 11-2", ["for", "11", "2"], 1 + 1 + 1 + 2),
        ("", ["juv"], 0),
    ],
)
def test_how_well_a_title_holds_what_was_typed(
    title: str, typed: list[str], expected: float
) -> None:
    assert share(title, typed) == pytest.approx(expected)


@given(WORDS, st.lists(st.sampled_from(["j", "juv", "es", "s", "r", "a"]), min_size=1, max_size=3))
def test_a_title_counts_where_some_choice_of_its_words_keeps_the_order(
    words: list[str], typed: list[str]
) -> None:
    kept = [word for word in words if word != "and" or word.startswith(tuple(typed))]
    holds = any(
        all(word.startswith(begun) for word, begun in zip(chosen, typed, strict=True))
        for chosen in combinations(kept, len(typed))
    )
    assert (share(" ".join(words), typed) > 0) == holds


@pytest.fixture(scope="module")
def sample(sample_library: Path) -> Iterator[Index]:
    with Index.open(sample_library, clearance="LES") as opened:
        yield opened


def test_as_a_title_is_typed_it_comes_and_stays(sample: Index) -> None:
    titles = [hit.document.title for hit in sample.scan("", scope="all", snippets=False)]
    keys = [title_key(title, ANALYZER) for title in titles]
    for title in random.Random(12).sample(titles, 12):
        is_first = False
        for length in range(2, min(len(title), 40)):
            typed = title[:length].rstrip()
            found = [hit.document.title for hit in sample.suggest(typed, scope="all", limit=NEAR)]
            begun = title_key(typed, ANALYZER)
            fitting = sum(key.startswith(begun) for key in keys)
            if (is_first or " " in begun) and fitting <= NEAR:
                assert title in found, typed
            is_first = found[0] == title


@pytest.mark.parametrize(
    "typed", ["juveniles esc", "escorts juv", "juv escorting", "juv esc ros", "juvenile e"]
)
def test_whole_words_are_found_in_any_form(library: Callable[..., Path], typed: str) -> None:
    records = [
        {"doc_id": "roster", "title": ROSTER, "body": "Names and places."},
        {"doc_id": "ratios", "title": "Escort Ratios", "body": "juveniles and their escorts " * 5},
        {"doc_id": "duties", "title": "Duties", "body": "a juvenile and an escort roster " * 5},
    ]
    with Index.open(library(records)) as index:
        assert index.suggest(typed)[0].doc_id == "roster"


def test_a_title_that_begins_so_comes_before_others_with_such_words(
    library: Callable[..., Path],
) -> None:
    titles = {
        "begins": "Assistance to parts of districts that are not in eligible areas of a state",
        "holds": "Technical Assistance",
        "short": "Assistance and training",
    }
    records = [{"doc_id": key, "title": title, "body": "text"} for key, title in titles.items()]
    with Index.open(library(records)) as index:
        for typed in ("assistance to", "assistance to p", "assistance to pa"):
            assert index.suggest(typed)[0].doc_id == "begins", typed
        assert index.suggest("assistance t")[0].doc_id == "begins"
        assert index.suggest("as")[0].doc_id in {"begins", "short"}
