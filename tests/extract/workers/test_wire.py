"""Messages through a pipe: whole however they are cut, refused where they are none."""

from __future__ import annotations

import json
import os
import struct
import threading
from collections.abc import Iterator
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.extract.workers.wire import MAX_JSON_BYTES, Inbox, WireError, receive, send

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
MESSAGES = st.tuples(
    st.dictionaries(st.text(max_size=5).filter(lambda key: key != "text"), VALUES, max_size=3),
    st.text(st.characters(exclude_categories=()), max_size=30),  # halves of characters too
)


class Pipe:
    """A pipe whose ends are closed when it is done with."""

    def __enter__(self) -> Self:
        self.read_end, self.write_end = os.pipe()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.read_end)
        self.close()

    def close(self) -> None:
        """Close the end that is written to, once."""
        if self.write_end >= 0:
            os.close(self.write_end)
        self.write_end = -1


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    with Pipe() as made:
        yield made


def packed(body: bytes, text: bytes = b"") -> bytes:
    return struct.pack(">II", len(body), len(text)) + body + text


def drained(inbox: Inbox) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while not inbox.is_closed:
        found += inbox.read()
    return found


@given(MESSAGES)
def test_a_message_arrives_as_it_was_sent(sent: tuple[dict[str, Any], str]) -> None:
    message, text = sent
    with Pipe() as pipe:
        send(pipe.write_end, message, text)
        pipe.close()
        assert drained(Inbox(pipe.read_end, max_chars=100)) == [{**message, "text": text}]


@given(st.lists(MESSAGES, max_size=5), st.data())
def test_messages_that_come_in_pieces_are_put_together(
    sent: list[tuple[dict[str, Any], str]], data: st.DataObject
) -> None:
    with Pipe() as pipe:
        for message, text in sent:
            send(pipe.write_end, message, text)
        pipe.close()
        stream = b""
        while piece := os.read(pipe.read_end, 1 << 16):
            stream += piece
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=6)))
    found: list[dict[str, Any]] = []
    with Pipe() as pipe:
        inbox = Inbox(pipe.read_end, max_chars=100)
        for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
            if start < end:
                os.write(pipe.write_end, stream[start:end])
                found += inbox.read()
    assert found == [{**message, "text": text} for message, text in sent]


def test_a_long_text_is_written_as_the_other_side_reads(pipe: Pipe) -> None:
    text = "é" * 1_000_000
    writer = threading.Thread(target=lambda: (send(pipe.write_end, {"a": 1}, text), pipe.close()))
    writer.start()
    found = drained(Inbox(pipe.read_end, max_chars=len(text)))
    writer.join()
    assert found == [{"a": 1, "text": text}]


@given(st.dictionaries(st.text(max_size=5).filter(lambda key: key != "text"), VALUES, max_size=3))
def test_a_worker_receives_what_the_parent_sends(message: dict[str, Any]) -> None:
    with Pipe() as pipe:
        send(pipe.write_end, message)
        pipe.close()
        assert receive(pipe.read_end) == {**message, "text": ""}
        assert receive(pipe.read_end) is None


@pytest.mark.parametrize("count", range(11))
def test_a_pipe_that_ends_within_a_message_is_at_its_end(pipe: Pipe, count: int) -> None:
    os.write(pipe.write_end, packed(b'{"a":1}')[:count])
    pipe.close()
    assert receive(pipe.read_end) is None


@pytest.mark.parametrize(
    "body",
    [b"x", b"{", b"[]", b"1", b"null", b'"a"', b"\xff", b"{}{}", b"[" * 100_000, b'{"a":}'],
)
def test_what_is_no_object_is_refused(pipe: Pipe, body: bytes) -> None:
    stream = packed(body)
    writer = threading.Thread(target=lambda: (os.write(pipe.write_end, stream), pipe.close()))
    writer.start()
    with pytest.raises(WireError):
        drained(Inbox(pipe.read_end, max_chars=10))
    writer.join()


@pytest.mark.parametrize("text", [b"\xff", b"\xc3", b"\xf8\x88\x80\x80\x80"])
def test_a_text_that_is_none_is_refused(pipe: Pipe, text: bytes) -> None:
    os.write(pipe.write_end, packed(b"{}", text))
    with pytest.raises(WireError):
        list(Inbox(pipe.read_end, max_chars=10).read())


@pytest.mark.parametrize(
    ("body", "text", "fits"),
    [
        (MAX_JSON_BYTES, 40, True),
        (MAX_JSON_BYTES + 1, 0, False),
        (2, 41, False),  # four bytes a character at most
        (2**32 - 1, 0, False),
        (0, 2**32 - 1, False),
    ],
)
def test_too_long_a_message_is_refused_before_it_is_there(
    pipe: Pipe,
    body: int,
    text: int,
    fits: bool,  # noqa: FBT001 - drawn
) -> None:
    os.write(pipe.write_end, struct.pack(">II", body, text))
    inbox = Inbox(pipe.read_end, max_chars=10)
    if fits:
        assert list(inbox.read()) == []
    else:
        with pytest.raises(WireError, match="too long"):
            list(inbox.read())


def test_what_is_sent_is_plain_ascii_json(pipe: Pipe) -> None:
    send(pipe.write_end, {"é": "\ud800"}, "ü")
    stream = os.read(pipe.read_end, 1_000)
    lengths = struct.unpack(">II", stream[:8])
    body, text = stream[8 : 8 + lengths[0]], stream[8 + lengths[0] :]
    assert body.isascii()
    assert json.loads(body) == {"é": "\ud800"}
    assert text == "ü".encode()
