"""Files that hold several orders, and those that only look so."""

from __future__ import annotations

import pytest
from bounds import assert_linear

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.bundles import part_numbers
from droindex.metadata.infer.inference import choose, infer
from droindex.model import FileStatus
from droindex.pages import Page

BLOCK = (
    "{number}\n\n6/5/00\n{title}\nNUMBER OF PAGES\n2\nDISTRIBUTION\nAll\n"
    "SUPERSEDES\nN/A\nAUTHORITY\n"
)
LINES = "Order No.: {number}  Issued: 6/5/00\nSubject: {title}\nRescinds: none  Distribution: all\n"
GOES_ON = "the chief of the day.\nGENERAL ORDER {number}\nPAGE 2 OF 2\n"
ORDERS = {"300.01": "Career Development", "300.02": "Social Media", "300.03": "Civil Actions"}


def pages_of(*texts: str) -> tuple[Page, ...]:
    return tuple(Page(number, text) for number, text in enumerate(texts, 1))


def bundle(block: str, orders: dict[str, str]) -> tuple[Page, ...]:
    """Return orders of two pages each, one behind the other."""
    texts: list[str] = []
    for number, title in orders.items():
        texts.append(block.format(number=number, title=title) + "I. PURPOSE\nTo see to it.")
        texts.append(GOES_ON.format(number=number))
    return pages_of(*texts)


@pytest.mark.parametrize("block", [BLOCK, LINES])
def test_a_header_block_that_comes_again_with_other_numbers_begins_a_part(block: str) -> None:
    assert part_numbers(bundle(block, ORDERS)) == tuple(ORDERS)


def test_the_number_is_that_of_the_order_and_not_of_those_that_it_names() -> None:
    head = (
        "Subject: {title} Technical Services Order {number}\nIssued: May 4, 2009 Rescinds: G.O. "
        "87-06\nEffective Date: May 4, 2009 Reference CALEA Standards:\nTermination Date: N/A "
        "16.2.3, 41.1.4\n"
    )
    orders = {"500": "Evidence", "501": "Medicine", "503": "Canine Unit"}
    assert part_numbers(bundle(head, orders)) == tuple(orders)


@pytest.mark.parametrize(
    "pages",
    [
        (),
        bundle(BLOCK, {"300.01": "Career Development"}),
        pages_of(*(BLOCK.format(number="300.01", title="Careers") for _ in range(5))),  # its head
        pages_of(*(f"Policy No.: 7-{at}\nPage: {at}\nTowing." for at in range(5))),  # two labels
        pages_of("A cover sheet", *(page.text for page in bundle(BLOCK, ORDERS))),
        pages_of(*(BLOCK.format(number=f"Version {at}.0", title="A") for at in range(1, 4))),
        pages_of(BLOCK.format(number="300.01", title="A"), "As 300.02 has it:\nAUTHORITY\n300.03"),
    ],
)
def test_whatever_else_repeats_is_one_document(pages: tuple[Page, ...]) -> None:
    assert part_numbers(pages) == ()


def test_a_bundle_takes_nothing_from_its_first_part_but_its_label() -> None:
    pages = bundle("LAW ENFORCEMENT SENSITIVE\nIssue Date: June 5, 2000\n" + BLOCK, ORDERS)
    read = choose(infer(Extraction(FileStatus.OK, "", pages, FileFacts()), "Personnel-Orders.pdf"))
    assert read["part_count"].value == len(ORDERS)
    assert (read["title"].value, read["title"].source) == ("Personnel Orders", "filename")
    assert "label" in read
    assert not read.keys() & {"number", "issued", "issued_text", "supersedes"}
    alone = choose(infer(Extraction(FileStatus.OK, "", pages[:2], FileFacts()), "Orders.pdf"))
    assert "part_count" not in alone
    assert str(alone["issued"].value) == "2000-06-05"


def test_a_long_file_costs_no_more_than_its_length() -> None:
    long = bundle(BLOCK, {f"300.{at}": "Order" for at in range(800)})
    assert len(part_numbers(long)) == 800
    assert_linear(lambda: part_numbers(long[:400]), lambda: part_numbers(long))
