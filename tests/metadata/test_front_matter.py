"""The block of keys in front of a Markdown text: a small part of YAML, and nothing else."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from bounds import LONGER, assert_linear, repeated
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.front_matter import loads_front_matter


def read(text: str, fence: str = "---") -> dict[str, Any] | None:
    return loads_front_matter(f"{fence}\n{text}\n{fence}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: Escort policy", "Escort policy"),
        ("title:   Escort policy   # a note", "Escort policy"),
        ("title: C#, and so on", "C#, and so on"),
        ('title: "Escorts: who, and \\"why\\""  # note', 'Escorts: who, and "why"'),
        ("title: 'It''s: \"so\"'", 'It\'s: "so"'),
        ("title: 11.10", "11.10"),
        ("title: 2006-02-03", "2006-02-03"),
        ("title: yes", "yes"),
        ("title: https://example.org/a", "https://example.org/a"),
        ("title:", None),
        ("title: ~", None),
        ("title: null", None),
        ("title: # nothing", None),
        ("title: [a, 'b, c', \"d\"] # note", ["a", "b, c", "d"]),
        ("title: []", []),
        ("title: [a, b, ]", ["a", "b"]),
        ("title:\n- a\n# note\n- 'b'\n", ["a", "b"]),
        ("title:\n  - a\n\n  - b # note", ["a", "b"]),
        ("title: |\n  one\n  two: three\n\n", "one\ntwo: three"),
        ("title: >-\n  one\n  two\n\n  three", "one two\n\nthree"),
        ('"title": a', "a"),
        ("# note\n\ntitle: a", "a"),
    ],
)
def test_a_text_or_a_list_of_texts(text: str, expected: object) -> None:
    assert read(text) == {"title": expected}


def test_several_keys_and_ends_of_lines_as_windows_writes_them() -> None:
    text = "---\r\ntitle: A\r\ndoc type: Order\r\ntags:\r\n- x\r\nstatus: Current\r\n...\r\n"
    expected = {"title": "A", "doc type": "Order", "tags": ["x"], "status": "Current"}
    assert loads_front_matter(text) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: &x 2", 3),
        ("a: *x", 2),
        ("a: !!python/object x", 2),
        ("a: {b: c}", 2),
        ("a: [b, [c]]", 2),
        ("a: [b", 2),
        ("a: [b,\n c]", 2),
        ("a: [b] c", 2),
        ("a: one\n  two", 2),
        ("a:\n  b: c", 2),
        ("a:\n- b: c", 3),
        ("a: b: c", 2),
        ("a: b\na: c", 3),
        ("a: b\nnot a key", 3),
        ("a: b\n---\nc: d", 3),
        ('a: "\\x41"', 2),
        ('a: "open', 2),
        ("a: %x", 2),
        ("<<: *x", 0),
    ],
)
def test_what_means_more_is_refused_with_its_line(text: str, line: int) -> None:
    if not line:  # no key of ours: no block of keys
        assert read(text) is None
        return
    with pytest.raises(ValueError, match=f"^line {line}: "):
        read(text)


@pytest.mark.parametrize("text", ["Some prose.", "", "- a\n- b", "(a: b)"])
def test_a_text_between_two_rules_is_no_block_of_keys(text: str) -> None:
    assert read(text) is None


def test_toml_between_pluses() -> None:
    assert read('title = "A"\n[x]\ny = 1', "+++") == {"title": "A", "x": {"y": 1}}
    assert read("Some prose", "+++") is None
    with pytest.raises(ValueError, match=r"Unterminated|line 1"):
        read('title = "A', "+++")


def test_a_block_that_was_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        loads_front_matter("---\ntitle: A\nsummary: B")


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,6}", fullmatch=True), TEXTS | st.lists(TEXTS), max_size=6
    )
)
def test_what_json_writes_is_read_as_it_was(keys: dict[str, str | list[str]]) -> None:
    text = "\n".join(f"{key}: {json.dumps(value)}" for key, value in keys.items())
    assert read(text) == (keys or None)


@given(st.text("ab:-#[]{}&*!|>'\"\\, \n\t~?%"))
def test_any_text_is_read_refused_or_none(text: str) -> None:
    try:
        found = read(text)
    except ValueError:
        return
    for value in (found or {}).values():
        assert value is None or isinstance(value, (str, list))


@pytest.mark.parametrize(
    "part", ["a: b\n", "- a\n", "'", '"\\', "[a, ", "a: [", ": ", "#", " ", "a: |\n b\n", "{", "\n"]
)
def test_the_cost_grows_with_the_length(part: str) -> None:
    def run(size: int) -> None:
        for start in ("k: v\n", "k: [", "k: '", 'k: "', "k:\n", "k: |\n"):
            with suppress(ValueError):
                read(start + repeated(part, size))

    assert_linear(lambda: run(25_000), lambda: run(LONGER * 25_000))
