from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.analysis import Analyzer
from droindex.query.results.snippets.places import Place, Probes, Stretch, best_stretch

WORDS = st.sampled_from(
    [
        *("file", "files", "filed", "filing", "duty", "duties", "escort", "escorts", "escorted"),
        *("bond", "bonds", "bonding", "order", "orders", "ordered", "post", "posting", "2006"),
        *("11", "officer’s", "OFFICER", "Officers", "use", "using", "die", "dying", "sky", "skies"),
    ]
)


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer("english")


@given(st.lists(WORDS, min_size=1, max_size=12), WORDS)
def test_every_word_with_a_stem_that_was_asked_for_is_found(words: list[str], asked: str) -> None:
    analyzer = Analyzer("english")
    text = " ".join(words)
    stems = {stem for stem, _ in analyzer.terms(asked)[:1]}
    found = {place for place, _ in Probes(stems, (), ()).places(text)}
    meant = {token.start for token in analyzer.tokens(text) if token.stem in stems}
    assert meant <= found


def test_places_rise_and_say_which_word() -> None:
    places = Probes(["bond", "escort"], (), ()).places("An escort posts a bond; escorts do not.")
    assert places == [(3, 1), (18, 0), (24, 1)]


def test_a_number_is_found_whole_and_a_word_at_its_start_alone() -> None:
    probes = Probes(["11", "port"], (), ())
    text = "2011, 11, 110, 11.2; port, report, seaport, ports"
    assert [text[place : place + 4] for place, _ in probes.places(text)] == [
        *("11, ", "11.2", "port", "port")
    ]


def test_letters_that_are_two_when_small_shift_nothing() -> None:
    text = "İİİ Escort"  # the small form of the first letter has two characters
    assert Probes(["escort"], (), ()).places(text) == [(4, 0)]


def test_letters_of_any_script_join_a_word_that_stands_behind_them() -> None:
    text = "éport őport порт-port “port” ПОРТ"
    assert [place for place, _ in Probes(["port"], (), ()).places(text)] == [17, 23]
    assert [place for place, _ in Probes(["порт"], (), ()).places(text)] == [12, 29]


def test_surfaces_are_found_as_whole_words() -> None:
    text = "BON BOND BONDS"
    found = [place for place, _ in Probes((), ["bond"], ()).places(text)]
    assert 4 in found
    assert 0 not in found


def stretches(
    places: list[Place], width: int, weights: dict[int, float]
) -> list[tuple[tuple[float, int], Stretch]]:
    """Return every stretch with its value, in order, from the definition."""
    found = []
    times = Counter(which for _, which, _, _ in places)
    for start, _, worth, limit in places:
        inside = [item for item in places if start <= item[0] <= start + width]
        if limit:
            inside = [item for item in inside if item[0] < limit or item[0] == start]
        words = {which for _, which, _, _ in inside}
        held = worth + sum(1 + (weights[which] - 1) / times[which] ** 0.5 for which in words)
        found.append(((round(held, 6), len(inside)), Stretch(start, inside[-1][0])))
    return found


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 4), st.integers(1, 2), st.integers(0, 60)),
        min_size=1,
        max_size=25,
        unique_by=lambda item: item[0],
    ),
    st.integers(1, 120),
    st.lists(st.sampled_from([1.0, 1.5, 2.25, 3.0]), min_size=5, max_size=5),
)
def test_the_best_stretch_is_the_best_by_the_definition(
    drawn: list[tuple[int, int, int, int]], width: int, worths: list[float]
) -> None:
    places = sorted(
        (at, which, worth, at + 1 + more if more else 0) for at, which, worth, more in drawn
    )
    weights = dict(enumerate(worths))
    every = stretches(places, width, weights)
    best = max(value for value, _ in every)
    found = next(found for value, found in every if value == best)
    shown = best_stretch(places, width, weights, 99)
    inside = [item for item in places if found.start <= item[0] <= found.last]
    kept = [item for item in inside if item[0] >= shown.start]
    assert shown.last == found.last
    assert {which for _, which, _, _ in kept} == {which for _, which, _, _ in inside}
    for (here, which, _, _), (after, *_) in pairwise(item for item in inside if item not in kept):
        assert after - here > 30
        assert which in {other for at, other, _, _ in inside if at > here}


def test_of_equal_stretches_the_one_with_the_rarer_word_is_taken() -> None:
    places = [(0, 0, 2, 0), (20, 0, 2, 0), (300, 1, 2, 0)]
    assert best_stretch(places, 100, {}, 99) == Stretch(300, 300)
    assert best_stretch(places, 100, {}, 1) == Stretch(0, 20)  # it stands for the other


def test_a_stretch_begins_with_no_word_that_comes_again_where_the_rest_stands() -> None:
    places = [(0, 0, 2, 0), (90, 0, 2, 0), (100, 1, 2, 0)]
    assert best_stretch(places, 200, {}, 99) == Stretch(90, 100)
    near = [(0, 0, 2, 0), (20, 0, 2, 0), (30, 1, 2, 0)]
    assert best_stretch(near, 200, {}, 99) == Stretch(0, 30)
    assert best_stretch([(0, 0, 2, 0), (90, 0, 2, 0)], 200, {}, 99) == Stretch(
        0, 90
    )  # one word alone


def test_words_that_name_the_document_choose_no_place_within_it() -> None:
    places = [(0, 0, 2, 0), (10, 1, 2, 0), (500, 2, 2, 0)]
    assert best_stretch(places, 100, {}, 99) == Stretch(0, 10)
    assert best_stretch(places, 100, {0: 1, 1: 1}, 99) == Stretch(500, 500)


def test_one_rare_word_says_more_than_two_that_all_documents_hold() -> None:
    places = [(0, 0, 2, 0), (10, 1, 2, 0), (500, 2, 2, 0)]
    assert best_stretch(places, 100, {0: 1.0, 1: 1.1, 2: 3.0}, 99) == Stretch(500, 500)
