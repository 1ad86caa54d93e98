"""Lines that run along the pages, and the header blocks of orders that only look like them."""

from __future__ import annotations

import pytest

from droindex.extract.cleanup.running_heads import strip_running_lines
from droindex.pages import Page


def running(*texts: str) -> tuple[str, ...]:
    return strip_running_lines([Page(number, text) for number, text in enumerate(texts, 1)])[1]


BODY = "Whoever sees to {at} writes it down."


@pytest.mark.parametrize("label", ["Distribution: all", "Effective Date: June 5, 2000"])
def test_labels_on_the_first_pages_of_orders_stay(label: str) -> None:
    orders = [text for at in "abcd" for text in (f"{label}\nOrder {at}", BODY.format(at=at))]
    assert running(*orders) == ()
    assert running(*(f"{label}\n{BODY.format(at=at)}" for at in "abcd")) == (label,)


@pytest.mark.parametrize("head", ["Riverside Police", "Policy Manual", "Order: "])
def test_heads_of_every_other_page_go(head: str) -> None:
    texts = [text for at in "abcd" for text in (f"{head}\n{at}", BODY.format(at=at))]
    assert running(*texts) == (head.strip(),)


@pytest.mark.parametrize("name", ["Attachment", "Abschnitt", "Disposición"])
def test_the_names_of_parts_stay_where_each_page_begins_one(name: str) -> None:
    def headed(head: str) -> list[str]:
        return [f"{head} {page}\n{BODY.format(at=at)}" for page, at in enumerate("abcd", 1)]

    assert running(*headed(name)) == ()
    assert running(*headed("Riverside Police")) == ("Riverside Police 1",)  # it counts the pages
