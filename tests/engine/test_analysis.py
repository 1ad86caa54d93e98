"""How text becomes terms: the same on the way in, when it is asked for, and when it is marked."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.analysis import Analyzer, chunks_of, fold, normalise

ENGLISH = Analyzer("english")
WORDS = st.sampled_from(
    ["Escort", "detainees", "removal", "orders", "the", "of", "11", "4.1", "DoDI5000.02", "§", "-"]
)
SENTENCES = st.lists(WORDS, max_size=12).map(" ".join)
LATIN = st.text(st.characters(max_codepoint=0x24F), max_size=60)
ANY = st.text(max_size=60)


def surfaces(text: str) -> list[str]:
    return [surface for _, surface in ENGLISH.terms(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Escort of Detainees", ["escort", "of", "detainees"]),
        ("DoDI5000.02", ["dodi", "5000", "02"]),
        ("dodi 5000.02", ["dodi", "5000", "02"]),
        ("DoDI-5000.02", ["dodi", "5000", "02"]),
        ("11-4.1", ["11", "4", "1"]),
        ("Détention naïve", ["detention", "naive"]),
        ("\ufb01le", ["file"]),  # a ligature
        ("co\u00adop", ["coop"]),  # a soft hyphen
        ("a\u00a0b", ["a", "b"]),
        ("\u6cd5\u5f8b", ["\u6cd5", "\u5f8b"]),  # a script without blanks
        ("§ 241.4(a)", ["241", "4", "a"]),
        ("...", []),
        ("", []),
        ("x" * 100, []),  # nobody types that
        ("x" * 99, ["x" * 99]),
    ],
)
def test_words_are_runs_of_letters_and_runs_of_figures(text: str, expected: list[str]) -> None:
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    "alike",
    [
        ("escort", "Escorts", "ESCORTED", "escorting"),
        ("removal", "removals"),
        ("detention", "Détention", "DETENTION"),
    ],
)
def test_forms_of_a_word_have_one_stem(alike: tuple[str, ...]) -> None:
    assert len({stem for word in alike for stem, _ in ENGLISH.terms(word)}) == 1


@given(SENTENCES, SENTENCES)
def test_terms_of_two_texts_are_those_of_each(first: str, second: str) -> None:
    assert ENGLISH.terms(f"{first} {second}") == ENGLISH.terms(first) + ENGLISH.terms(second)


@given(ANY)
def test_what_became_a_term_stays_one(text: str) -> None:
    for surface in surfaces(text):
        assert surfaces(surface) in ([surface], [])  # none: it grew past the length of a term


@given(SENTENCES)
def test_pieces_cut_at_blanks_have_the_terms_of_the_whole(text: str) -> None:
    found = list(ENGLISH.chunk_terms(text.split()))
    stems = [stem for some, _ in found for stem in some]
    whole = [surface for _, some in found for surface in some]
    assert list(zip(stems, whole, strict=True)) == ENGLISH.terms(text)
    content = [stem for some in ENGLISH.content_stems(text.split()) for stem in some]
    kept = [stem for stem, surface in ENGLISH.terms(text) if not ENGLISH.is_stop_word(surface)]
    assert content == kept


@given(SENTENCES)
def test_words_in_their_places_are_those_that_the_engine_finds(text: str) -> None:
    found = ENGLISH.tokens(text)
    assert found == ENGLISH.engine_tokens(text)
    assert [(token.stem, token.surface) for token in found] == ENGLISH.terms(text)
    for token in found:
        assert surfaces(text[token.start : token.end]) == [token.surface]


@given(LATIN)
def test_places_of_words_lie_in_the_text_in_order(text: str) -> None:
    at = 0
    for token in ENGLISH.tokens(text):
        assert at <= token.start < token.end <= len(text)
        at = token.end


@given(ANY)
def test_a_normal_text_stays_so(text: str) -> None:
    plain = normalise(text)
    assert normalise(plain) == plain or unicodedata.normalize("NFKC", plain) != plain
    assert not set(plain) & set("\u00ad\u200b\ufeff\u2060")


@given(st.text(st.characters(max_codepoint=0x7F), max_size=60))
def test_plain_text_is_normal(text: str) -> None:
    assert normalise(text) == text


@given(LATIN)
def test_the_short_way_of_western_text_gives_what_nfkc_gives(text: str) -> None:
    """Letters that NFKC leaves alone are not asked for; nothing else may differ by it."""
    expected = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    assert normalise(text) == expected


@given(LATIN)
def test_a_folded_key_is_the_same_in_any_case_and_spacing(text: str) -> None:
    key = fold(text)
    assert fold(f"  {text} ") == key
    assert fold(key) == key
    assert key == " ".join(key.split())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("officer's", ["officer"]),
        ("officer\u2019s", ["officer"]),
        ("officers'", ["officers"]),
        ("OFFICER'S badge", ["officer", "badge"]),
        ("it's", ["it"]),
    ],
)
def test_a_possessive_ending_of_a_query_is_no_word(typed: str, meant: list[str]) -> None:
    assert [surface for _, surface in ENGLISH.query_terms(typed)] == meant


@pytest.mark.parametrize("word", ["the", "of", "and", "who", "your"])
def test_small_words_are_stop_words_and_content_is_none(word: str) -> None:
    assert ENGLISH.is_stop_word(word)
    assert list(ENGLISH.content_stems([word])) == [[]]
    assert not ENGLISH.is_stop_word("escort")


@pytest.mark.parametrize("language", ["german", "french", "spanish", "english"])
def test_other_languages_have_their_own_endings_and_stop_words(language: str) -> None:
    analyzer = Analyzer(language)
    small = {"german": "und", "french": "les", "spanish": "los", "english": "the"}[language]
    assert analyzer.is_stop_word(small)
    assert [surface for _, surface in analyzer.terms("Ordnung 12")] == ["ordnung", "12"]


@given(
    text=st.text(st.sampled_from("ab \n\t\x85\u2028\u00a0"), max_size=40), part=st.integers(1, 9)
)
def test_the_chunks_of_a_text_are_the_same_in_parts(text: str, part: int) -> None:
    assert [chunk for some in chunks_of(text, part) for chunk in some] == text.split()


def test_chunks_come_a_few_lines_at_a_time() -> None:
    lines = "the field office\n" * 50_000
    assert max(len(some) for some in chunks_of(lines)) < len(lines.split()) / 2
