"""Keys in front of a text, or in the head of a web page, that hint at a label."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.protocol import Extraction, FileFacts
from droindex.metadata.infer.front_matter import front_hints_at_label
from droindex.model import FileStatus
from droindex.pages import Page


def hints(text: str, media_type: str = "text/markdown", **properties: str) -> bool:
    facts = FileFacts(media_type, properties=properties)
    pages = (Page(1, text),)
    return front_hints_at_label(Extraction(FileStatus.OK, pages=pages, facts=facts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: Escort\nlabel: LES\n---\nThe escort.", True),
        ("---\ntitle: Escort\n---\nThe escort.", False),
        ("---\nTitle: Escort\nAccess label: LES\n---\n", True),
        ("----\nlabel: LES\n----\nThe escort.", True),  # a slip in each fence
        ("\u2014\nlabel: LES\n---\nThe escort.", True),  # as an editor makes of three dashes
        ("-\nlabel: LES\n\nThe escort.", False),
        ('{"title": "Escort",\n"label": "LES"}\n\nThe escort.', True),
        ('{"label": "LES"}\n\nThe escort.', True),
        ("---\n? label\n: LES\n---\nThe escort.", True),
        ("<!-- of the unit -->\n---\nlabel: LES\n---\nThe escort.", True),
        ("<!-- label: LES -->\nThe escort.", True),
        ("title: Escort\nlabel: LES\n\nThe escort.", True),  # a head without fences
        ("title: Escort\nlabel: of the jar\n\nThe escort.", True),  # a key that can only be ours
        ("title: Escort\nLabel: SECRET\n\nThe escort.", True),
        ("title: Escort\nclassification: of the jar\n\nThe escort.", False),
        ("title: Escort\n\nlabel: LES", False),  # of the text
        ("# Escort\n\n---\n\nThe label: of the jar", False),
        ("{The} escort.", False),
        ("The escort of detainees.", False),
        ("", False),
    ],
)
def test_a_block_of_keys_in_front_of_a_text(text: str, expected: bool) -> None:  # noqa: FBT001 - drawn
    assert hints(text) is expected
    assert not hints(text, media_type="application/pdf")


@given(st.text(max_size=200))
def test_a_text_without_such_keys_hints_at_nothing(text: str) -> None:
    assert hints(text) in {True, False}
    assert not hints("The escort. " + text.replace(":", "").replace("=", ""))


def test_a_document_without_pages_hints_at_nothing() -> None:
    assert not front_hints_at_label(Extraction(FileStatus.OK, facts=FileFacts("text/plain")))
