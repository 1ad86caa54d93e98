"""What an act repeals, and what it only cites or changes in part."""

from __future__ import annotations

import pytest
from bounds import LONGER, assert_linear, repeated
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.infer.forms.repeals import repealed
from droindex.pages import Page


def numbers(text: str, own: str = "") -> list[str | None]:
    """Return the numbers of what a text says that it repeals."""
    return [reference.number for reference in repealed([Page(1, text)], own)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By-law No. 299-70, being a by-law to keep keys, is repealed.", ["299-70"]),
        (
            (
                "By-law No. 531-99, being a by-law to amend By-law No. 299-70, is repealed. "
                "By-law No. 899-79 is hereby repealed."
            ),
            ["531-99", "899-79"],
        ),
        (
            "(a) Executive Order 13999 of December 9, 2016 (Amending the Keys), is hereby revoked.",
            ["13999"],
        ),
        (
            (
                "Ficam revogados: I - a Resolução nº 2.099, de 24 de novembro de 1993; e "
                "II - a Resolução nº 2.098, de 1994."
            ),
            ["2.099", "2.098"],
        ),
        (
            "Derógase el Decreto Supremo Nº 074-2001-XYZ y la Ley N° 26999. Disposiciones",
            ["074-2001-XYZ", "26999"],
        ),
        ("on the keeping of keys and repealing Directive 99/46/EC", ["99/46/EC"]),
        ("Supersedes HPD General Orders 1.99 and 1.14", ["1.99", "1.14"]),
        ("6. CANCELLATIONS\nHPD.SOP.3099, June 1, 2012\n7. REFERENCES\n", ["HPD.SOP.3099"]),
        ("Section 3 of By-law No. 299-70 is repealed.", []),
        ("By-law No. 299-70 is repealed by the Council.", []),
        ("By-law No. 299-70 is in force.", []),
        ("", []),
    ],
)
def test_a_paper_says_what_it_repeals(text: str, expected: list[str]) -> None:
    assert numbers(text) == expected


def test_a_paper_repeals_itself_in_another_edition_only() -> None:
    assert numbers("By-law No. 299-70 is repealed.", "299-70") == []
    dated = "6. CANCELLATIONS\nHPD.SOP.3099, issued June 1, 2012\n"
    assert numbers(dated, "HPD.SOP.3099") == ["HPD.SOP.3099"]


@given(st.text(max_size=300))
def test_any_text_is_looked_at(text: str) -> None:
    assert len(repealed([Page(1, f"Ficam revogadas {text} is repealed")])) <= 20


@pytest.mark.parametrize("piece", ["derogase ", "by-law no. 1 (", "repealing directive 1 "])
def test_time_grows_with_the_text(piece: str) -> None:
    texts = [f"repealed {repeated(piece, size)}" for size in (10_000, LONGER * 10_000)]
    assert_linear(lambda: numbers(texts[0]), lambda: numbers(texts[1]))
