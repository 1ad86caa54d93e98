"""Numbers as poor scans leave them are mended where figures stand, and words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.infer.scan import mend_scan

SLIPS = {"1": "Il", "0": "Oo"}
PREFIXES = st.sampled_from(["BOD-", "BOD ", "DHS.", "CJCSI "])


@pytest.mark.parametrize(
    ("scanned", "number"),
    [
        ("BOD-I 5-01", "BOD-15-01"),
        ("BOD 1 6-02", "BOD 16-02"),
        ("BOD lO-03", "BOD lO-03"),  # no figure among them: it may be a word
        ("BOD 2O-03", "BOD 20-03"),
        ("11-4.I", "11-4.I"),
        ("ED 19-0I", "ED 19-01"),
        ("ED 19-0 l", "ED 19-01"),
        ("ED 19-0Il", "ED 19-0Il"),  # a word begins
        ("Order IO-1", "Order IO-1"),
        ("BOD-15-01", "BOD-15-01"),
        ("", ""),
    ],
)
def test_a_number_is_read_as_it_was_printed(scanned: str, number: str) -> None:
    assert mend_scan(scanned) == number


@given(PREFIXES, st.integers(10, 99), st.integers(1, 9), st.data())
def test_letters_for_figures_are_mended(
    prefix: str, year: int, serial: int, data: st.DataObject
) -> None:
    figures = str(year)
    places = [place for place, figure in enumerate(figures) if figure in SLIPS]
    if len(places) == 1:
        slip = data.draw(st.sampled_from(SLIPS[figures[places[0]]]))
        figures = figures[: places[0]] + slip + figures[places[0] + 1 :]
    assert mend_scan(f"{prefix}{figures}-0{serial}") == f"{prefix}{year}-0{serial}"


@given(st.text("0123456789-. ABCDEFGHJKLMNPQRSTUVWXYZ", max_size=30))
def test_figures_that_stand_together_are_left_alone(text: str) -> None:
    without_gaps = "-".join(text.replace(" ", "").split("-"))
    mended = mend_scan(without_gaps)
    confused = set("IlOo")
    assert mended == without_gaps or confused & set(without_gaps)


@given(st.text("IlOo01-. 9B", max_size=30))
def test_only_letters_that_look_like_figures_and_blanks_change(text: str) -> None:
    mended = mend_scan(text)
    plain = str.maketrans({"I": "1", "l": "1", "O": "0", "o": "0", " ": ""})
    assert mended.translate(plain) == text.translate(plain)
    assert len(mended) <= len(text)
