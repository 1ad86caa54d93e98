"""Mentions of a part of another document."""

from __future__ import annotations

import pytest

from droindex.metadata.partial import AMENDED, split_part
from droindex.metadata.values import parse_reference


@pytest.mark.parametrize(
    ("text", "part", "rest"),
    [
        ("12080.1 (section 3 only)", "section 3 only", "12080.1"),
        ("12080.1, sections 3 and 4", "sections 3 and 4", "12080.1"),
        ("BOD 16-01 in part", "in part", "BOD 16-01"),
        ("Section 4 of Policy No. 10074.1", "Section 4", "Policy No. 10074.1"),
        ("paragraphs 2-5 of the Escort Policy", "paragraphs 2-5", "Escort Policy"),
        ("parts of 11032.2", "parts", "11032.2"),
        ("in part, DRO 07-14", "in part", "DRO 07-14"),
        ("Amends G-12, issued 03/04/15", AMENDED, "G-12, issued 03/04/15"),
        ("DROPPM Chapter 16", None, "DROPPM Chapter 16"),
        ("Drugs, Part 4", None, "Drugs, Part 4"),
        ("Appendix 11-2", None, "Appendix 11-2"),
        ("Section 8 Housing", None, "Section 8 Housing"),
    ],
)
def test_the_part_that_a_mention_means(text: str, part: str | None, rest: str) -> None:
    assert split_part(text) == (part, rest)


def test_a_reference_to_a_part_keeps_its_text_and_has_the_number_of_the_whole() -> None:
    found = parse_reference("12080.1 (section 3 only)")
    assert (found.text, found.number, found.title) == ("12080.1 (section 3 only)", "12080.1", None)
    assert found.part == "section 3 only"
