from __future__ import annotations

from droindex.engine.analysis import Analyzer
from droindex.query.language.function_words import marked_stems

ANALYZER = Analyzer("english")


def told(query: str, *, has_others: bool = False) -> set[str]:
    stems = {stem for stem, _ in ANALYZER.terms(query)}
    return set(marked_stems(stems, ANALYZER.is_stop_word, has_others=has_others))


def test_function_words_of_other_languages_are_not_marked() -> None:
    assert told("cancelar autorização de débito") == {"cancelar", "autorizacao", "debito"}
    assert told("motifs d'absence légitimes d'un élève") == {"motif", "absenc", "legitim", "elev"}
    assert told("Wer vertritt den Leiter, wenn er nicht da ist?").isdisjoint(
        {"wer", "nicht", "ist"}
    )


def test_what_may_be_a_name_or_an_acronym_is_marked_where_it_stands_alone() -> None:
    assert told("des encryption") == {"des", "encrypt"}
    assert told("mit licence") == {"mit", "licenc"}


def test_a_query_of_nothing_else_is_marked_whole() -> None:
    assert told("de la") == {"de", "la"}
    assert told("the of") == {"the", "of"}


def test_beside_the_beginning_of_a_word_none_of_them_is_marked() -> None:
    assert told("the of", has_others=True) == told("de la", has_others=True) == set()
    assert told("the escort", has_others=True) == {"escort"}


def test_what_is_left_of_an_apostrophe_and_words_beside_foreign_ones_are_not_marked() -> None:
    assert told("the officer's car") == {"offic", "car"}
    assert "die" not in told("Wer prüft die Kasse und die Kassierer")
    assert "die" in told("die casting")
