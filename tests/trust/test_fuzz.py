"""Whatever comes in, nothing but DroindexError comes out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import soak_fuzz
from bounds import LONGER, assert_linear, ending
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import document

from droindex import DroindexError, Index
from droindex.settings import BuildSettings, QueryLimits, Settings

EXAMPLES = int(os.environ.get("DROINDEX_FUZZ", "60"))
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="DROINDEX_FUZZ" not in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PIECES = st.sampled_from(
    ['"', "(", ")", " AND ", " OR ", " NOT ", "-", "*", "?", ":", "title:", "issued:", "..", "~",
     "label:", "\\", "[", "]", "{", "^", "/", "+", "\0", "\u202e", "\ud800", "ﬁ", "escort", "11-4"]
)  # fmt: skip


def encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")


QUERIES = st.lists(PIECES | st.text(max_size=4), max_size=40).map("".join)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("fuzz") / "library.idx"
    Index.update(path, documents=[document(f"escort text {n}", doc_id=f"d{n}") for n in range(30)])
    return Index.open(path)


@FUZZ
@given(
    query=QUERIES,
    sort=st.sampled_from(["relevance", "title", "-issued", "no"]),
    limit=st.integers(-2, 1200),
    offset=st.integers(-2, 200_000),
    value=st.text(max_size=20),
    strict=st.booleans(),
)
def test_any_request_is_answered_or_refused(
    index: Index,
    query: str,
    sort: str,
    limit: int,
    offset: int,
    value: str,
    strict: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    for call in (
        lambda: index.search(query, sort=sort, limit=limit, offset=offset, strict=strict).to_dict(),
        lambda: index.search(query, filters={"opi": value}, issued_from=value).to_dict(),
        lambda: index.suggest(query, limit=1).to_dict(explain=True),
        lambda: index.search(query, limit=1).to_dict(explain=True),
        lambda: list(index.scan(query, strict=strict)),
        lambda: index.get(value),
        lambda: index.file_path(value),
        lambda: index.lineage(value),
    ):
        with ending():
            try:
                call()
            except DroindexError as error:
                assert error.slug  # noqa: PT017 - refusing is as good as an answer


@pytest.mark.parametrize(
    ("piece", "count"), [("(", 50_000), ('"', 50_000), ("a ", 50_000), ("a* ", 600), ("-(", 9_999)]
)
def test_a_hostile_query_costs_no_more_than_its_length(
    index: Index, piece: str, count: int
) -> None:
    def ask(query: str) -> None:
        index.search(query, scope="all").to_dict()
        index.suggest(query).to_dict()

    assert_linear(lambda: ask(piece * (count // LONGER)), lambda: ask(piece * count))


@FUZZ
@given(
    content=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
@pytest.mark.parametrize(
    "name", ["a.toml", "a.json", "catalog.csv", "catalog.jsonl", "corpus.toml"]
)
def test_any_metadata_file_is_read_or_reported(tmp_path: Path, name: str, content: bytes) -> None:
    from droindex.corpus.config_file import load_config
    from droindex.corpus.given import read_given
    from droindex.corpus.scan import scan

    (tmp_path / "a.txt").write_text("text", "utf-8")
    (tmp_path / name).write_bytes(content)
    try:
        config, _ = load_config(tmp_path)
        for entry in scan(tmp_path, config).entries:
            read_given(entry, settings=BuildSettings())
    except DroindexError as error:
        assert error.slug  # noqa: PT017 - refusing is as good as an answer


@FUZZ
@given(content=st.binary(max_size=300), victim=st.sampled_from(["CURRENT", "manifest.json"]))
def test_any_content_of_the_heads_is_refused(tmp_path: Path, content: bytes, victim: str) -> None:
    path = tmp_path / "library.idx"
    if not path.exists():
        Index.update(path, documents=[document("a", doc_id="a")])
    target = path / "CURRENT" if victim == "CURRENT" else path / "generations/000001/manifest.json"
    before = target.read_bytes()
    target.write_bytes(content)
    try:
        with pytest.raises(DroindexError):
            Index.open(path)
    finally:
        target.write_bytes(before)


@pytest.mark.parametrize("find", sorted(soak_fuzz.FINDS.iterdir()), ids=lambda find: find.name)
def test_what_was_found_once_stays_mended(tmp_path: Path, find: Path) -> None:
    kind = find.name.rpartition("-")[0]
    assert soak_fuzz.attempt(soak_fuzz.targets(tmp_path)[kind], find.read_bytes()) == ""


def test_a_short_soak_of_made_up_inputs_finds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soak_fuzz, "FINDS", tmp_path / "finds")
    found = soak_fuzz.fuzz(tmp_path, 2, seed=5)
    assert found.finds == []
    assert len(found.tries) == 9


def test_past_the_deadline_only_what_is_dear_is_left_out(index: Index) -> None:
    limits = QueryLimits(deadline_s=0.0)
    with Index.open(index.path, settings=Settings(limits=limits)) as hurried:
        results = hurried.search("escort", facets=("opi",))
        whole = index.search("escort", facets=("opi",))
        assert [hit.doc_id for hit in results] == [hit.doc_id for hit in whole]
        assert results.total == whole.total
        assert results.facets == {}
        assert {hit.snippet.text for hit in results if hit.snippet} <= {""}
        assert any("too long" in note for note in results.notes)
        assert results.to_dict()["hits"][0]["snippet"] is not None
