from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.blocks.header_block import header_end

MEMO = [
    "U.S. Department of Homeland Security",
    "",
    "MEMORANDUM FOR: Field Office Directors",
    "FROM: John P. Torres",
    "SUBJECT: Escort of juveniles who are moved",
    "",
    "This memorandum tells officers who escort juveniles what they are to carry and to sign.",
]
LABELS_ALONE = ["Number", "4.1", "Effective Date", "March 4, 2015", "Purpose", "To say how."]
PROSE = [
    "Bonds",
    "The officer who takes a bond signs for it and gives a receipt to whoever posted it there.",
]


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (MEMO, 5),
        (LABELS_ALONE, 4),
        (PROSE, 0),  # one line above text is its heading
        (["City Police", "General Order", *PROSE[1:]], 2),  # two are a letterhead
        (["Policy: 4.1", "Purpose: to say how the officer signs for whatever is taken"], 1),
        ([], 0),
        (["One line"], 0),
    ],
)
def test_the_header_ends_where_the_text_begins(lines: list[str], end: int) -> None:
    assert header_end(lines, 80) == end


@given(
    st.lists(
        st.sampled_from([*MEMO, *LABELS_ALONE, *PROSE, "", "---", "a) x", "1.", "TO:", "12/4/06"]),
        max_size=80,
    ),
    st.integers(0, 200),
)
def test_whatever_stands_there_the_end_is_a_line_of_it(lines: list[str], wide: int) -> None:
    assert 0 <= header_end(lines, wide) <= len(lines)
