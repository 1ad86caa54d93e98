"""Where the head of a table is found, and what is taken for the separator of its cells."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.corpus.catalog.columns import Columns
from droindex.corpus.catalog.head import column_of_files, find_layout, table_rows

OURS = Columns({"document_name": "file"})
HEADS = ["File", "Document name", "Title", "Number", "Remarks"]


def is_name(text: str) -> bool:
    return text.strip() in {"a.txt", "b.pdf"}


@pytest.mark.parametrize(
    ("text", "delimiter", "lines_before", "head", "above"),
    [
        ("file,title\na.txt,Escorts\n", ",", 0, ["file", "title"], 0),
        ("title;file\nEscorts, part 1;a.txt\n", ";", 0, ["title", "file"], 0),
        ("title\tfile\n", "\t", 0, ["title", "file"], 0),
        ("\n\nfile|title\n", "|", 2, ["file", "title"], 0),
        ("sep=;\nfile;title,number\n", ";", 1, ["file", "title,number"], 0),
        ("\nsep=|\nfile|title\n", "|", 2, ["file", "title"], 0),
        (
            "Register of policies,\nas of 1 March,\n\nfile,title\na.txt,x\n",
            ",",
            0,
            ["file", "title"],
            2,
        ),
        ("Document name,Title\na.txt,x\n", ",", 0, ["Document name", "Title"], 0),
        # the row that knows more of our heads is the head, not a title that is called like one
        ("file\nfile,title,number\na.txt,x,y\n", ",", 0, ["file", "title", "number"], 1),
        # below a row that names a document there is no head
        ("name,what\na.txt,x\nfile,title\n", ",", 0, None, 0),
        ("title,number\nx,y\n", ",", 0, None, 0),
        ("", ",", 0, None, 0),
    ],
)
def test_the_head_is_the_row_that_knows_most(
    text: str, delimiter: str, lines_before: int, head: list[str] | None, above: int
) -> None:
    found = find_layout(text, OURS, is_name)
    assert (found.head and found.head.cells) == head
    assert found.lines_before == lines_before
    if head is not None:
        assert found.delimiter == delimiter
        assert found.head is not None
        assert len(found.head.above) == above


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("Which,What\na.txt,x\nb.pdf,y\n", "Which"),
        ("Register,,\nNo.,Path,What\n1,a.txt,x\n", "Path"),
        ("What\nx\n", ""),  # nothing names a document
        ("a.txt,x\nb.pdf,y\n", ""),  # nothing stands above them
    ],
)
def test_a_column_whose_cells_name_documents_is_told_by_its_head(text: str, column: str) -> None:
    assert column_of_files(find_layout(text, Columns({}), is_name), is_name) == column


def test_rows_come_with_the_line_that_they_end_in() -> None:
    text = 'a,b\n\n"two\nlines",c\n , \nd,e\n'
    assert list(table_rows(text, ",")) == [
        (["a", "b"], 1),
        (["two\nlines", "c"], 4),
        (["d", "e"], 6),
    ]
    with pytest.raises(csv.Error):
        list(table_rows('a,"b\n', ","))


@given(
    heads=st.permutations(HEADS).flatmap(
        lambda order: st.integers(2, 5).map(lambda end: list(order[:end]))
    ),
    delimiter=st.sampled_from(",;\t|"),
    titles=st.lists(st.sampled_from(["Register", "as of 1 March", "by Ä. Öz"]), max_size=4),
    cells=st.lists(st.text('xyz ,;|"\n', max_size=6), min_size=5, max_size=5),
)
def test_what_a_spreadsheet_writes_is_found_again(
    heads: list[str], delimiter: str, titles: list[str], cells: list[str]
) -> None:
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter)
    table.writerows([title, *[""] * (len(heads) - 1)] for title in titles)
    table.writerow(heads)
    table.writerow(cells[: len(heads)])
    found = find_layout(out.getvalue(), OURS, is_name)
    if {"File", "Document name"} & set(heads):
        assert found.head is not None
        assert (found.head.cells, found.delimiter) == (heads, delimiter)
        assert [row[0] for row in found.head.above] == titles
    else:
        assert found.head is None
