"""What a document gets is a matter of document, query and set alone, feedback included."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from support import SUBJECTS

from droindex import Index, Settings
from droindex.query.results.hit import Hit

Library = Callable[..., Path]
WORDS = [*SUBJECTS, "juvenile"]
STATUSES = ("Current", "Superseded", "Draft")
ROUNDED = 0.0002  # what two scores of four digits may be apart from their difference
FEW = 3  # documents that feedback can raise here, so that small libraries have others
COUNT = itertools.count()

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=15).map(" ".join)
documents = st.lists(
    st.fixed_dictionaries(
        {
            "body": texts,
            "status": st.sampled_from(STATUSES),
            "collection": st.sampled_from((None, "help")),
            "doc_type": st.sampled_from(("Directive", "Guidance")),
            "issued": st.sampled_from((None, date(2001, 1, 1), date(2002, 1, 1))),
            "copies": st.sampled_from((1, 1, 3)),
        }
    ),
    min_size=1,
    max_size=9,
)
queries = st.lists(st.sampled_from([*WORDS, "zebra"]), min_size=1, max_size=9).map(" ".join)
relaxed = hypothesis_settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def records(drawn: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    copied = [{**item} for item in drawn for _ in range(item["copies"])]
    return [
        {
            "doc_id": f"d{place:02}",
            "title": item["body"].split()[0],
            **{key: value for key, value in item.items() if key != "copies"},
        }
        for place, item in enumerate(copied)
    ]


def with_ranking(**values: Any) -> Settings:
    defaults = Settings()
    return replace(defaults, ranking=replace(defaults.ranking, **values))


def told(hits: Iterable[Hit]) -> dict[str, tuple[float, int | None]]:
    return {hit.doc_id: (hit.score, hit.match) for hit in hits}


def order_key(hit: Hit) -> tuple[float, int, str]:
    issued = hit.document.issued
    return -hit._score, -issued.toordinal() if issued else 0, hit.doc_id


@relaxed
@given(drawn=documents, query=queries)
def test_no_way_of_asking_changes_a_score(
    library: Library, drawn: list[dict[str, Any]], query: str
) -> None:
    path = library(records(drawn), name=f"{next(COUNT)}.idx")
    with Index.open(path, settings=with_ranking(feedback_candidates=FEW)) as index:
        free = told(index.search(query, scope="all", limit=100))
        for asked in (
            {"scope": "active"},
            {"scope": "archived"},
            {"filters": {"doc_type": "Guidance"}},
            {"filters": {"doc_type": ["Guidance", "Directive"], "status": "Draft"}},
            {"issued_from": "2002"},
            {"sort": "-issued"},
            {"sort": "issued"},
            {"sort": "title", "limit": 2, "offset": 1},
            {"snippets": False, "limit": 1},
            {"limit": 2, "offset": 3},
        ):
            hits = index.search(query, **{"scope": "all", "limit": 100, **asked})  # type: ignore[arg-type]
            assert told(hits).items() <= free.items()
        for sort in ("relevance", "-issued", "title"):
            assert told(index.scan(query, scope="all", sort=sort)) == free
        limited = index.search(f"{query} doc_type:Guidance", scope="all", limit=100)
        assert told(limited).items() <= free.items()


@relaxed
@given(drawn=documents, query=queries, limit=st.integers(1, 5))
def test_pages_put_together_are_the_whole_list_in_order(
    library: Library, drawn: list[dict[str, Any]], query: str, limit: int
) -> None:
    path = library(records(drawn), name=f"{next(COUNT)}.idx")
    with Index.open(path, settings=with_ranking(feedback_candidates=FEW)) as index:
        for scope in ("active", "all"):
            whole = list(index.search(query, scope=scope, limit=100))
            assert whole == sorted(whole, key=order_key)
            seen = [(hit.rank, hit.doc_id, hit.score, hit.relevance) for hit in whole]
            pages: list[object] = []
            for offset in range(0, len(whole), limit):
                page = index.search(query, scope=scope, limit=limit, offset=offset)
                assert page.total == len(whole)
                pages += [(hit.rank, hit.doc_id, hit.score, hit.relevance) for hit in page]
            assert pages == seen
            scanned = index.scan(query, scope=scope)
            assert [(hit.rank, hit.doc_id, hit.score, hit.relevance) for hit in scanned] == seen


@relaxed
@given(drawn=documents, query=queries)
def test_feedback_raises_the_best_alone_and_none_past_its_bounds(
    library: Library, drawn: list[dict[str, Any]], query: str
) -> None:
    path = library(records(drawn), name=f"{next(COUNT)}.idx")
    ranking = {"feedback_candidates": FEW, "long_query_words": 2}
    plain = with_ranking(**ranking, feedback_boost=0.0)
    with Index.open(path, settings=plain) as index:
        before = list(index.search(query, scope="all", limit=100))
    with Index.open(path, settings=with_ranking(**ranking)) as index:
        after = told(index.search(query, scope="all", limit=100))
        fast = told(index.search(query, scope="all", limit=100, ranking="fast"))
    assert after.keys() == fast.keys() == {hit.doc_id for hit in before}
    best = before[0].score if before else 0.0
    raised = set()
    for hit in before:
        lift = after[hit.doc_id][0] - hit.score
        assert 0 <= lift <= best + ROUNDED
        if lift:
            raised.add(hit.doc_id)
            assert not is_archived(hit) or hit is before[0]
    assert raised <= {hit.doc_id for hit in before[:FEW]}
    if len(before) > FEW:  # a tie with the first that cannot rise does not rise either
        cut = before[FEW]._score
        assert all(hit._score > cut for hit in before if hit.doc_id in raised)
    if raised:
        inside = [after[key][0] for key in raised]
        outside = [after[hit.doc_id][0] for hit in before[FEW:]]
        weakest = min(hit.score for hit in before if hit.doc_id in raised)
        assert min(inside) >= weakest >= max(outside, default=0.0) - ROUNDED


def test_a_first_hit_that_nothing_is_like_gets_next_to_nothing_for_itself(
    library: Library,
) -> None:
    query = "notification of the next of kin after a death in the line of duty"
    waiver = (
        "Notification of the next of kin, death in the line of duty: a kayak, a helmet, a paddle."
    )
    path = library(
        [
            {"doc_id": "waiver", "title": "Notification of next of kin", "body": waiver},
            {"doc_id": "death", "body": "Duty death: the chaplain tells the next of kin at home."},
            {"doc_id": "kin", "body": "The kin of officers: the chaplain calls at their home."},
            *({"doc_id": f"other{n}", "body": f"Bond number {n} is posted."} for n in range(9)),
        ]
    )
    with Index.open(path, settings=with_ranking(feedback_boost=0.0)) as index:
        (before, *_) = index.search(query)
    with Index.open(path) as index:
        results = index.search(query)
        likeness = {hit.doc_id: hit.explain().likeness for hit in results}
    assert before.doc_id == results[0].doc_id == "waiver"
    own = likeness["waiver"]
    assert own is not None
    assert own.score < before.score / 3
    likest = max(like.score for key, like in likeness.items() if like and key not in own.models)
    assert own.score <= likest


def is_archived(hit: Hit) -> bool:
    return hit.document.status == "Superseded" and hit.document.collection != "help"


@hypothesis_settings(parent=relaxed, max_examples=8)
@given(drawn=documents, query=queries)
def test_a_library_written_anew_answers_like_a_new_one(
    tmp_path: Path, drawn: list[dict[str, Any]], query: str
) -> None:
    kept = records(drawn)
    corpus, number = tmp_path / "corpus.jsonl", next(COUNT)
    write(corpus, [*kept, {"doc_id": "gone", "title": "Gone", "body": query}])
    Index.build(corpus, tmp_path / f"one{number}.idx")
    write(corpus, kept)
    Index.build(corpus, tmp_path / f"one{number}.idx", compact=True, allow_removals=True)
    Index.build(corpus, tmp_path / f"new{number}.idx")
    with (
        Index.open(tmp_path / f"one{number}.idx") as one,
        Index.open(tmp_path / f"new{number}.idx") as new,
    ):
        assert told(one.search(query, scope="all", limit=100)) == told(
            new.search(query, scope="all", limit=100)
        )


def write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(f"{json.dumps(line, default=str)}\n" for line in lines))
