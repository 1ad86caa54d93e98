"""The words of a set: read once, and the same as counting them one by one."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from engine.libraries import ENGINES
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.engine.schema import OWNER, Key, Number, Words
from droindex.engine.vocabulary import Bucket, Vocabulary

SCHEMA = (
    Key("doc_id", is_stored=True),
    Number(OWNER, is_indexed=True),
    Words("exact", is_stemmed=False),
)
WORDS = [*("a", "ab", "aba", "abb", "abc", "abcd", "b", "ba", "bb", "zebra", "a1b", "21", "2004")]
TERMS = [*(word for word in WORDS if word != "a1b"), "a", "1", "b"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), min_size=1, max_size=8)
PREFIXES = st.sampled_from(sorted({word[:end] for word in TERMS for end in range(1, 4)}))


def test_a_bucket_knows_its_beginnings() -> None:
    bucket = Bucket(["ab", "abb", "abc", "b"], {"ab": 1, "abb": 2, "abc": 3, "b": 4})
    assert bucket.starting("ab") == ["ab", "abb", "abc"]
    assert bucket.starting("abb") == ["abb"]
    assert bucket.starting("c") == []
    known = {prefix: bucket.has(prefix) for prefix in ("", "a", "abc", "abcd", "b", "ba", "c")}
    assert [prefix for prefix, is_known in known.items() if is_known] == ["", "a", "abc", "b"]


@given(st.sets(st.text(min_size=1, max_size=4)), st.text(max_size=3))
def test_a_bucket_gives_what_looking_at_each_word_gives(words: set[str], prefix: str) -> None:
    bucket = Bucket(sorted(words), dict.fromkeys(words, 1))
    expected = sorted(word for word in words if word.startswith(prefix))
    assert bucket.starting(prefix) == expected
    assert bucket.has(prefix) is bool(expected)


@contextmanager
def vocabulary(engine: str, texts: list[list[str]]) -> Iterator[Vocabulary]:
    """Give the words of an index of some texts."""
    held = ENGINES[engine]
    # The engine watches its notes, and lays a lock there when they go.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        writer = held.writer(Path(folder) / "index", SCHEMA, held.analyzer("english"), 0)
        for number, words in enumerate(texts):
            writer.add({"doc_id": f"d{number}", OWNER: number + 1, "exact": " ".join(words)})
        writer.commit()
        yield Vocabulary(held.reader(Path(folder) / "index"))


def counted(texts: list[list[str]]) -> Counter[str]:
    """Return how many texts hold each term; `a1b` is three of them."""
    found: Counter[str] = Counter()
    for words in texts:
        terms = {term for word in words for term in (list(word) if word == "a1b" else [word])}
        found.update(terms)
    return found


@pytest.mark.parametrize("engine", ENGINES)
@given(texts=TEXTS, prefix=PREFIXES, limit=st.integers(1, 4))
@settings(max_examples=20)
def test_words_are_those_of_the_documents_with_their_counts(
    engine: str, texts: list[list[str]], prefix: str, limit: int
) -> None:
    counts = counted(texts)
    expected = sorted(
        ((word, count) for word, count in counts.items() if word.startswith(prefix)),
        key=lambda pair: (-pair[1], pair[0]),
    )
    with vocabulary(engine, texts) as words:
        assert words.starting("exact", prefix) == expected
        assert words.top("exact", prefix, limit) == expected[:limit]
        assert words.top("exact", prefix, limit) == expected[:limit]  # from what was kept
        left = [pair for pair in expected if pair[0] != prefix]
        assert words.top("exact", prefix, 50, stop_words={prefix}) == left
        for term in TERMS:
            asked = words.doc_freq("exact", term), words.count("exact", term)
            assert asked == (counts[term], counts[term])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_bucket_is_read_once_and_then_counted_from(engine: str) -> None:
    with vocabulary(engine, [["ab", "abc"], ["ab", "b"]]) as words:
        bucket = words.bucket("exact", "a")
        assert bucket == (["ab", "abc"], {"ab": 2, "abc": 1})
        assert words.bucket("exact", "a") is bucket
        assert words.count("exact", "abd") == 0
        assert words.count("exact", "b") == 1  # of a bucket that was not read
        assert words.bucket("exact", "z") == ([], {})


@pytest.mark.parametrize("engine", ENGINES)
def test_more_than_the_first_words_are_looked_at_where_stop_words_are_left_out(engine: str) -> None:
    names = [f"a{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(200)]
    with vocabulary(engine, [names]) as words:
        assert words.top("exact", "a", 3, stop_words=names[:190]) == [
            (n, 1) for n in names[190:193]
        ]
        assert words.top("exact", "a", 150) == [(name, 1) for name in names[:150]]
        assert words.top("exact", "a", 2) == [(name, 1) for name in names[:2]]
