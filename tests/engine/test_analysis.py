"""A stem says as much as its word: none is a stop word, or a single letter of a longer word."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine.libraries import built, opened
from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.analysis import KEPT, Analyzer
from droindex.engine.protocol import Engine

ENGLISH = Analyzer()
ENDINGS = ["", "s", "ed", "ing", "es", "ly", "ful", "fully", "er", "ings"]
words = st.builds(
    "{}{}".format,
    st.sampled_from(sorted(ENGLISH.stop_words)) | st.text("aeinorst", min_size=1, max_size=4),  # type: ignore[call-overload] # of English it is a set
    st.sampled_from(ENDINGS),
)


@given(words)
def test_no_stem_is_a_stop_word_or_a_letter(word: str) -> None:
    ((stem, surface),) = ENGLISH.terms(word)
    if stem != surface and surface not in ENGLISH.stop_words:
        assert len(stem) > 1
        assert stem not in ENGLISH.stop_words


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("AED", f"aed{KEPT}"),
        ("INS", f"ins{KEPT}"),
        ("willful", f"willful{KEPT}"),
        ("the", "the"),
        ("being", "be"),
        ("s", "s"),
        ("escorts", "escort"),
        ("used", "use"),
    ],
)
def test_what_is_no_form_of_a_stop_word_is_its_own_stem(word: str, stem: str) -> None:
    assert [found for found, _ in ENGLISH.terms(word)] == [stem]
    assert [token.stem for token in ENGLISH.tokens(word)] == [stem]


def test_words_of_another_language_keep_theirs_too() -> None:
    german = Analyzer("german")
    for stem, surface in german.terms("Derer dessen Ins einem Eines Dase Verwahrung"):
        assert stem == surface or stem not in german.stop_words or surface in german.stop_words


@given(st.lists(words | st.sampled_from(["escort", "12", ", ", "\n", "§"]), max_size=30))
def test_marked_text_gives_the_same_terms_and_reads_the_same(parts: list[str]) -> None:
    text = " ".join(parts)
    marked = ENGLISH.with_kept(text)
    assert marked.replace(KEPT, "") == text
    assert ENGLISH.stemming.analyze(marked) == [stem for stem, _ in ENGLISH.terms(text)]


def test_an_acronym_that_looks_inflected_finds_itself_alone(tmp_path: Path, engine: Engine) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        '{"id": "aed", "title": "Defibrillators", "body": "Each AED is checked. Old AED policy."}\n'
        '{"id": "ins", "title": "The INS", "body": "Willful harm to files of the INS."}\n'
        '{"id": "other", "title": "A policy", "body": "A thing in a bag will do. Order it."}\n',
        "utf-8",
    )
    with opened(built(corpus, tmp_path / "library.idx", engine), engine) as index:
        for query, expected in [("AED", "aed"), ("INS", "ins"), ("willful", "ins")]:
            assert [hit.doc_id for hit in index.search(query)] == [expected]
        assert index.search('"AED policy"')[0].snippet.html().count("<mark>") >= 2
        assert index.search("title:ins").total == 1
        assert index.get("aed").body == "Each AED is checked. Old AED policy."
