"""Names that may be meant as that of the catalogue are not taken for documents' own."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.corpus.walk import is_like_catalog

SLIPS = [*("catalog"[:place] + "catalog"[place + 1 :] for place in range(7)), "katalog", "catalog"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("catalogue.csv", True),
        ("Catalog.CSV", True),
        ("catalog (1).csv", True),
        ("catalog.csv.bak", True),
        ("my-catalog.tsv", True),
        ("Katalog.csv", True),
        ("catalog.pdf", False),
        ("catalog", False),
        ("escort.csv", False),
        ("cattle.csv", False),
        ("", False),
    ],
)
def test_a_name_that_may_be_meant_as_the_catalogue(name: str, expected: bool) -> None:  # noqa: FBT001 - drawn
    assert is_like_catalog(name) is expected


@given(st.sampled_from(SLIPS), st.text(string.ascii_lowercase + "-_ ", max_size=5))
def test_one_letter_left_out_makes_no_other_name_of_it(slip: str, around: str) -> None:
    assert is_like_catalog(f"{around}{slip}{around}.csv")
    assert not is_like_catalog(f"{around}{slip}{around}.pdf")
