"""Dates that sentences tell: of this paper, and not of another."""

from __future__ import annotations

from datetime import date

import pytest
from bounds import LONGER, assert_linear, repeated
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.infer.forms.sentences import sentence_dates
from droindex.pages import Page

DAY = date(2019, 5, 6)


def told(text: str) -> dict[str, date]:
    """Return the days that a text tells."""
    return {name: day for name, day, _, _ in sentence_dates([Page(1, text)])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By-law read and passed this 6th day of May, 2019.", {"issued": DAY}),
        ("FINALLY\nPASSED THIS 6TH DAY OF MAY, A.D., 2019.", {"issued": DAY}),
        (
            (
                "This by-law comes into force on the date of its passing. "
                "Passed this 6th day of May, 2019."
            ),
            {"issued": DAY, "effective": DAY},
        ),
        ("This policy comes into force on 6 May 2019.", {"effective": DAY}),
        ("This Order takes effect from May 6, 2019.", {"effective": DAY}),
        ("Diese Richtlinie tritt am 06.05.2019 in Kraft.", {"effective": date(2019, 6, 5)}),
        ("Diese Ordnung tritt am 6. Mai 2019 in Kraft.", {"effective": DAY}),
        ("Die Richtlinien treten rückwirkend zum 6. Mai 2019 in Kraft.", {"effective": DAY}),
        ("Esta Resolução entra em vigor em 6 de maio de 2019.", {"effective": DAY}),
        ("La presente norma entrará en vigencia el 6 de mayo de 2019.", {"effective": DAY}),
        ("Le présent règlement entrera en vigueur à compter du 6 mai 2019.", {"effective": DAY}),
        ("This circular shall come into force with effect from May 6, 2019.", {"effective": DAY}),
        ("Niniejsza uchwała wchodzi w życie z dniem 6 maja 2019 r.", {"effective": DAY}),
        (
            "Die Ordnung tritt nach ihrer Bekanntgabe mit Wirkung vom 6. Mai 2019 in Kraft.",
            {"effective": DAY},
        ),
        ("Der Vertrag wird mit Wirkung vom 6. Mai 2019 gekündigt.", {}),
        (
            "Der Rat der Stadt hat am 6. Mai 2019 die folgende Hundesatzung beschlossen:",
            {"issued": DAY},
        ),
        (
            (
                "Nach dem Gesetz vom 1. Juni 2011 hat der Fachbereichsrat\nam 6. Mai 2019 folgende "
                "Studien- und Prüfungsordnung erlassen:"
            ),
            {"issued": DAY},
        ),
        (
            "THIS HANDBOOK WAS APPROVED AND ADOPTED BY THE HARBOUR ASSOCIATION\nON May 6, 2019.",
            {"issued": DAY},
        ),
        ("This policy has been ratified by the Board on 6 May 2019.", {"issued": DAY}),
        ("These rules were last amended on 6 May 2019.", {"revised": DAY}),
        ("The budget was adopted on 6 May 2019.", {}),
        ("İ This policy was adopted on 6 May 2019.", {"issued": DAY}),  # whose small i is two
        ("Am 6. Mai 2019 galt folgende Ordnung der Akten.", {}),  # no body decides
        ("A contract was signed; it comes into force on 6 May 2019.", {}),
        ("The exam was passed on 6 May 2019.", {}),
        ("", {}),
    ],
)
def test_a_sentence_tells_a_day(text: str, expected: dict[str, date]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("§ 12 Inkrafttreten\nSie tritt am 6. Mai 2019 in Kraft.", {"effective": DAY}),
        ("9. Commencement\nIt shall take effect on 6 May 2019.", {"effective": DAY}),
        ("Article 8 - Entrée en vigueur\nElle entre en vigueur le 6 mai 2019.", {"effective": DAY}),
        ("Contracts\nThis order takes effect on 6 May 2019.", {}),  # any chapter may speak so
    ],
)
def test_the_section_on_force_tells_a_day_on_any_page(
    section: str, expected: dict[str, date]
) -> None:
    texts = ["Keys", "Rooms", f"Stairs\n{section}", *["Gates"] * 4]
    pages = [Page(number, text) for number, text in enumerate(texts, start=1)]
    assert {name: day for name, day, _, _ in sentence_dates(pages)} == expected


def test_a_long_file_is_a_collection_of_acts() -> None:
    pages = [Page(number, "Passed this 6th day of May, 2019.") for number in range(1, 62)]
    assert not list(sentence_dates(pages))
    assert list(sentence_dates(pages[:60]))


@given(st.text(max_size=300))
def test_any_text_gives_days_with_their_text(text: str) -> None:
    for name, day, written, sure in sentence_dates([Page(1, text)]):
        assert name in {"issued", "effective", "revised"}
        assert isinstance(day, date)
        assert written
        assert 0 < sure < 1


@pytest.mark.parametrize(
    "piece",
    ["this order takes effect on ", "passed by a ", "die ", "hat am folgende ", "mit wirkung vom "],
)
def test_time_grows_with_the_text(piece: str) -> None:
    short, long = repeated(piece, 20_000), repeated(piece, LONGER * 20_000)
    assert_linear(lambda: told(short), lambda: told(long))
