"""Other ways to say the same: each of a group leads to each other, and to nothing else."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.corpus.config import CorpusConfig
from droindex.engine.analysis import Analyzer
from droindex.synonyms.issuances import ISSUANCES
from droindex.synonyms.lookup import Variants

ENGLISH = Analyzer("english")
GROUPS = [
    ("removal", "deportation"),
    ("bond", "surety", "immigration bond"),
    ("escort officer", "transport officer"),
]
NAMES = st.sampled_from(["escort", "bond", "removal", "custody", "detention order", "field office"])


def stems(text: str) -> tuple[str, ...]:
    return tuple(stem for stem, _ in ENGLISH.terms(text))


def variants(
    synonyms: list[tuple[str, ...]], acronyms: dict[str, str | None] | None = None
) -> Variants:
    config = CorpusConfig(synonyms=tuple(synonyms), acronyms=MappingProxyType(acronyms or {}))
    return Variants(config, ENGLISH, {})


@pytest.mark.parametrize("group", GROUPS)
def test_each_of_a_group_stands_for_each_other(group: tuple[str, ...]) -> None:
    known = variants(GROUPS)
    for name in group:
        found = {variant.text for variant in known.of(stems(name))}
        assert found == set(group) - {name}


def test_an_acronym_and_its_meaning_stand_for_each_other() -> None:
    known = variants([], {"OPI": "office of primary interest", "XYZ": None})
    [meaning] = known.of(stems("opi"))
    assert (meaning.text, meaning.is_harvested) == ("office of primary interest", False)
    [acronym] = known.of(stems("office primary interest"))  # common words left out
    assert acronym.text == "OPI"
    assert known.of(stems("xyz")) == []


def test_what_is_not_listed_has_no_other_way() -> None:
    known = variants(GROUPS)
    assert known.of(stems("detention")) == []
    assert known.of(()) == []
    assert known.of(stems("immigration")) == []  # a part of a name is not the name


def test_the_reach_is_the_longest_name_that_begins_with_a_word() -> None:
    known = variants(GROUPS)
    reaches = {word: known.reach(stems(word)[0]) for word in ("bond", "immigration", "escort", "x")}
    assert reaches == {"bond": 1, "immigration": 2, "escort": 2, "x": 0}


@given(st.lists(st.lists(NAMES, min_size=2, max_size=4).map(tuple), max_size=4))
def test_what_is_said_in_one_way_comes_back_from_the_other(groups: list[tuple[str, ...]]) -> None:
    known = variants(groups)
    for group in groups:
        for name in group:
            own = stems(name)
            found = known.of(own)
            assert len(set(found)) == len(found)
            for other in found:
                assert other.stems != own
                assert own in {back.stems for back in known.of(other.stems)}
                assert known.reach(own[0]) >= len(own)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("EO", {"Executive Order"}),
        ("executive order", {"EO"}),
        ("vol", {"volume", "v"}),
        ("DoDI", {"DoD Instruction", "Department of Defense Instruction"}),
        ("section", {"sec"}),
        ("escort", set()),
    ],
)
def test_types_of_issuances_are_known_where_a_number_follows(asked: str, told: set[str]) -> None:
    known = variants([])
    key = tuple(stem for stem, _ in ENGLISH.terms(asked))
    assert {variant.text for variant in known.of_issuance(key)} == told
    assert known.of(key) == []  # and nowhere else
    if told:
        assert known.issuance_reach(key[0]) >= len(key)


def test_issuances_are_groups_of_names_of_their_own() -> None:
    names = [name for group in ISSUANCES for name in group]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(group) > 1 for group in ISSUANCES)
    assert all(ENGLISH.terms(name) for name in names)
