"""Which documents a name may mean that none has exactly: slips, cut names, other folders."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.corpus.near_names import NearNames

NAMES = ["orders/escort.pdf", "bonds.html", "Détention.PDF", "11-4.1.txt", "archive/11-4.2.txt"]
WORDS = st.text(string.ascii_lowercase + string.digits, min_size=3, max_size=12)


def near(name: str) -> set[str]:
    return NearNames((known, known) for known in NAMES).near(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("orders/escort.pdf", {"orders/escort.pdf"}),
        ("escort.pdf", {"orders/escort.pdf"}),  # another folder
        ("other\\escort.pdf", {"orders/escort.pdf"}),
        ("ESCORT.PDF", {"orders/escort.pdf"}),
        ("escort", {"orders/escort.pdf"}),  # no suffix
        ("escort.pdf.txt", {"orders/escort.pdf"}),
        ("escrt.pdf", {"orders/escort.pdf"}),  # a letter missing
        ("esccort.pdf", {"orders/escort.pdf"}),
        ("escert.pdf", {"orders/escort.pdf"}),  # a wrong one
        ("esc", {"orders/escort.pdf"}),  # cut short
        ("escort-final-version.pdf", {"orders/escort.pdf"}),  # more behind it
        ("detention.pdf", {"Détention.PDF"}),  # accents
        ("11-4", {"11-4.1.txt", "archive/11-4.2.txt"}),
        ("11_4_1", {"11-4.1.txt", "archive/11-4.2.txt"}),  # one figure away from the other too
        ("bonds.html; escort.pdf", {"bonds.html", "orders/escort.pdf"}),  # several in a cell
        ("bonds.html|escort.pdf\n11-4.1.txt", {*NAMES} - {"Détention.PDF"}),
        ("zzqx.pdf", set()),
        ("/", set()),
        ("", set()),
    ],
)
def test_what_a_name_may_mean(name: str, meant: set[str]) -> None:
    assert near(name) == meant


@given(st.sets(WORDS, min_size=1, max_size=8), st.data())
def test_one_slip_away_is_near(words: set[str], data: st.DataObject) -> None:
    names = NearNames((f"{word}.pdf", word) for word in words)
    word = data.draw(st.sampled_from(sorted(words)))
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    slips = [
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + letter + word[place + 1 :],
        word[: place + 1],
        word + letter * 3,
    ]
    for slip in slips:
        assert word in names.near(f"folder/{slip}.pdf"), slip


@given(st.sets(WORDS, max_size=8), st.text(max_size=30))
def test_any_name_means_documents_that_are_there(words: set[str], name: str) -> None:
    names = NearNames((f"{word}.pdf", word) for word in words)
    assert names.near(name) <= words


@given(st.sets(st.text("ab", min_size=6, max_size=6), min_size=2, max_size=6))
def test_names_that_are_far_apart_are_not_near(words: set[str]) -> None:
    names = NearNames((word, word) for word in words)
    for word in words:
        for other in names.near(word):
            assert abs(word.count("a") - other.count("a")) <= 1
