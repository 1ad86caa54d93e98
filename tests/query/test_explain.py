"""An explanation is true: its parts add up to the score, and its shares to match."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from engine.libraries import built, opened
from hypothesis import given, settings
from hypothesis import strategies as st
from support import document

from droindex import Explanation, Hit, Index, Settings
from droindex.engine.fields import QUERY_FIELDS
from droindex.engine.protocol import Engine
from droindex.query.compile.compiler import compile_query
from droindex.query.explain import explain
from droindex.query.feedback import NO_LIFTS
from droindex.query.language.parser import parse
from droindex.query.request import Request, hit_filters_of
from droindex.query.results.relevance import relevance
from droindex.settings import RankingSettings

WORDS = ["escort", "escorts", "removal", "detention", "officer", "travel", "documents", "custody",
         "order", "review", "juvenile", "transfer", "consulate", "night", "carrier"]  # fmt: skip
ODD = ["zebra", "detent", "quaranitne", "orr", "office", "the", "11-4.1", "11", "e" * 300, "§?!"]
WILD = [
    "esc*",
    "t?avel",
    "*vel",
    "no such*",
    "I-21*",
    "title:esc*",
    "summary:rem*",
    "body:cus*",
    "escrot~",
    "travle~2",
    "title:escrot~",
    "body:escrot~",
    '"travle documents"',
]
LIMITS = ["doc_type:guidance", "issued:2004..2006", "number:11-4.1", "status:current", "issued:x"]
RECORDS = [
    {
        "doc_id": f"d{n}",
        "title": " ".join(WORDS[(n * 3 + k) % len(WORDS)] for k in range(3)).title(),
        "summary": " ".join(WORDS[(n * 5 + k) % len(WORDS)] for k in range(n % 5)),
        "number": "11-4.1" if n == 3 else f"{n}-7" if n % 4 == 0 else None,
        "doc_type": ("Directive", "Guidance")[n % 2],
        "status": (None, "Superseded", "Current")[n % 3],
        "issued": f"200{n % 9}-01-02" if n % 7 else None,
        "pages": [
            " ".join(WORDS[(n * (k + 2) + k * k) % len(WORDS)] for k in range(12 + n)),
            ("See 11-4.1 on quarantine.", "ORR and Form I-213.", "Refugee Resettlement Office.")[
                n % 3
            ],
        ],
    }
    for n in range(30)
]
LONG = "escort removal detention officer travel custody juvenile transfer"
FLOAT32 = 1e-6  # relative step of a 32-bit number, with the rounding of some dozen additions


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("explain")
    (folder / "corpus.toml").write_text(
        'synonyms = [["juvenile", "minor", "child"], ["travel documents", "laissez-passer"]]\n'
        '[acronyms]\nORR = "Refugee Resettlement Office"\n',
        "utf-8",
    )
    lines = (json.dumps(record) for record in RECORDS)
    (folder / "corpus.jsonl").write_text("\n".join(lines), "utf-8")
    path = built(folder / "corpus.jsonl", folder / "library.idx", engine)
    with opened(path, engine) as index:
        yield index


def weighted(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(texts, st.sampled_from(["", "", "", "^3", "^0.5"])).map("".join)


def either(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.lists(inner, min_size=2, max_size=3)
    return (
        two.map(" AND ".join)
        | two.map(" OR ".join)
        | two.map(" ".join)
        | inner.map("({})".format)
        | inner.map("-{}".format)
        | inner.map("NOT {}".format)
        | inner.map("title:({})".format)
    )


words = st.sampled_from([*WORDS, *WORDS, *ODD])
phrases = st.tuples(
    st.lists(words, min_size=1, max_size=3).map(" ".join), st.sampled_from(["", "~3"])
).map(lambda pair: f'"{pair[0]}"{pair[1]}')
fielded = st.tuples(st.sampled_from(["title", "summary", "body"]), words | phrases).map(":".join)
atoms = weighted(words | phrases | fielded) | st.sampled_from([*WILD, *LIMITS])
queries = st.recursive(atoms, either, max_leaves=6) | st.lists(words, max_size=12).map(" ".join)
ASKED: dict[str, Any] = {"scope": "all", "filters": {"doc_type": "Directive"}}


def check(hits: Iterable[Hit]) -> list[Explanation]:
    """Compare each explanation with the numbers of its hit."""
    found = []
    for hit in hits:
        told = hit.explain()
        total = sum(part.score for part in told.parts)
        assert total == pytest.approx(hit._score, rel=FLOAT32, abs=FLOAT32), (hit, told.text)
        assert (told.score, told.relevance, told.match) == (hit.score, hit.relevance, hit.match)
        assert told.relevance == relevance(hit._score, hit._best)
        asked = sum(part.idf for part in told.requirements)
        held = sum(part.idf * part.share for part in told.requirements)
        if asked:
            assert told.match == math.floor(100 * held / asked + 1e-9)
        else:
            assert told.match is None
        assert all(part.what and 0 <= part.share <= 1 for part in told.requirements), told.text
        liked = [part for part in told.parts if not part.what]
        assert [part.score for part in liked] == ([told.likeness.score] if told.likeness else [])
        assert all(part.score > 0 for part in told.parts)
        assert json.loads(json.dumps(told.to_dict()))["score"] == told.score
        assert str(told) == told.text
        found.append(told)
    return found


@settings(max_examples=150, deadline=None)
@given(
    query=queries,
    sort=st.sampled_from(["relevance", "relevance", "-issued", "issued", "title"]),
    more=st.sampled_from(
        [{}, ASKED, {"scope": "archived"}, {"scope": "all", "issued_from": "2003"}]
    ),
)
def test_the_parts_add_up_to_the_score(
    index: Index, query: str, sort: str, more: dict[str, Any]
) -> None:
    check(index.search(query, sort=sort, limit=5, **more))
    check(index.search(query, sort=sort, limit=2, offset=4, **more))
    check(islice(index.scan(query, sort=sort, **more), 4))
    check(islice(index.suggest(query, limit=3), 3))


def test_a_phrase_that_no_page_holds_excludes_nothing(index: Index) -> None:
    assert len(check(index.search('escort AND -(body:"escort 11-4.1"~3)', limit=5))) == 5


def whats(told: Explanation) -> list[tuple[str, float, tuple[str, ...]]]:
    return [(part.what, part.share, part.stands_for) for part in told.requirements]


def purposes(told: Explanation) -> set[tuple[str, str]]:
    return {(part.purpose, part.what) for part in told.parts}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Index]:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "corpus.toml").write_text(
        'synonyms = [["restraints", "leg irons"]]\n[acronyms]\nORR = "Refugee Resettlement"\n',
        "utf-8",
    )
    (corpus / "catalog.jsonl").write_text(
        json.dumps(
            {
                "file": "a.txt",
                "title": "Escort Policy",
                "number": "11-4.1",
                "summary": "On escorts.",
            }
        ),
        "utf-8",
    )
    (corpus / "a.txt").write_text("Escorted travel needs documents and leg irons.", "utf-8")
    (corpus / "b.txt").write_text("Refugee Resettlement in quarantine; travel.", "utf-8")
    (corpus / "c.txt").write_text("Nothing of that kind.", "utf-8")
    Index.build(corpus, tmp_path / "library.idx", workers=0)
    with Index.open(tmp_path / "library.idx") as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("Escorts zebra", [("escorts", 1, ()), ("zebra", 0, ())]),
        ('"travel needs" AND escort', [('"travel needs"', 1, ()), ("escort", 1, ())]),
        ('"travel documents"~3', [('"travel documents"~3', 1, ())]),
        ("title:escort", [("title:escort", 1, ())]),
        ('body:"travel needs"', [('body:"travel needs"', 1, ())]),
        ("title:esc*", [("title:esc*", 1, ("escort",))]),
        ("summary:esc*", [("summary:esc*", 1, ())]),
        ("body:esc*", [("body:esc*", 1, ())]),
        ("esc*", [("esc*", 1, ("escort", "escorted", "escorts"))]),
        ("docu", [("docu*", 1, ("documents",))]),
        ("travle", [("travle", 1, ("travel",))]),
        ('"travle needs"', [('"travle needs"', 1, ("travel needs",))]),
        ("polcy~", [("polcy~", 1, ("policy",))]),
        ("title:polyc~2", [("title:polyc~2", 1, ("policy",))]),
        ("body:travle~", [("body:travle~", 1, ("travel",))]),
        ("restraints", [("restraints", 1, ("leg irons",))]),
        ("escort AND (zebra OR travel)", [("escort", 1, ()), ("zebra OR travel", 1, ())]),
        (
            "escort AND ((travel AND zebra) OR restraints)",
            [("escort", 1, ()), ("(travel zebra) OR restraints", 1, ("leg irons",))],
        ),
        ("escort nothing*", [("nothing*", 0, ("nothing",)), ("escort", 1, ())]),
        ("escort zzz*", [("zzz*", 0, ()), ("escort", 1, ())]),
        (f"escort {'é' * 200}", [(f"{'é' * 200}", 0, ()), ("escort", 1, ())]),
    ],
)
def test_what_was_asked_is_named_as_in_the_query(
    small: Index, query: str, asked: list[tuple[str, float, tuple[str, ...]]]
) -> None:
    (told,) = check(hit for hit in small.search(query) if hit.doc_id == "a")
    assert sorted(whats(told)) == sorted(asked)


def test_each_part_says_what_it_counts_for(small: Index) -> None:
    every_word = Settings(ranking=RankingSettings(coverage_min_idf=0, pair_min_idf=0))
    with Index.open(small.path, settings=every_word) as index:
        (told,) = check(index.search("escort policy", limit=1))
    assert {
        ("in the text", "escort"),
        ("in the title", "escort"),
        ("in the summary", "escort"),
        ("as written in the text", "escort"),
        ("is there at all", "policy"),
        ("side by side, up to 2 words between, in the text", "escort policy"),
        ("is the whole title", "escort policy"),
    } <= purposes(told)
    title = next(part for part in told.parts if part.purpose == "in the title")
    assert (title.field, title.boost) == ("title", 0.35)
    assert next(part.boost for part in told.parts if part.purpose == "is the whole title") is None
    (told,) = check(small.search("11-4.1", limit=1))
    assert {("is the number", "11 4 1"), ("as a phrase in the text", "11 4 1")} <= purposes(told)
    (told,) = check(small.search("summary:esc* body:esc* title:esc*"))
    assert {
        ("is there in the summary", "summary:esc*"),
        ("is there on a page", "body:esc*"),
        ("as written in the title", "escort"),
    } <= purposes(told)
    assert {part.field for part in told.parts} == {"summary", "body", "title"}


def test_other_words_for_it_are_named_as_the_corpus_writes_them(small: Index) -> None:
    (told,) = check(small.search("orr"))
    assert ("as a phrase in the text", "Refugee Resettlement") in purposes(told)
    assert whats(told) == [("orr", 1, ("Refugee Resettlement",))]
    assert told.notes[0] == "“orr” also finds “Refugee Resettlement”."


def test_a_long_query_says_what_likeness_adds(index: Index) -> None:
    found = check(index.search(LONG, limit=10, scope="all"))
    likes = [told.likeness for told in found if told.likeness]
    assert len(likes) > 2
    best, other = likes[0], min(likes, key=lambda like: like.similarity)
    assert best.similarity <= 1
    others = [
        told.likeness
        for told, hit in zip(found, index.search(LONG, limit=10, scope="all"), strict=True)
        if told.likeness and hit.doc_id not in best.models
    ]
    likest = max(like.similarity for like in others)
    assert all(like.similarity <= likest for like in likes)
    assert best.models == other.models
    assert other.similarity < 1
    assert [term for term, _ in best.terms] == [term for term, _ in other.terms]
    assert not all(is_held for _, is_held in other.terms)
    filtered = {hit.doc_id: hit.explain() for hit in index.search(LONG, scope="all", limit=30)}
    for hit in index.search(LONG, filters={"doc_type": "Directive"}, sort="title"):
        assert hit.explain().parts == filtered[hit.doc_id].parts


def test_a_relaxed_query_says_so(small: Index) -> None:
    (told,) = check(hit for hit in small.search('"policy escort"') if hit.doc_id == "a")
    assert whats(told) == [('"policy escort"', 0, ())]
    assert told.match == 0
    assert "No document holds all that was asked for" in told.text


@pytest.mark.parametrize("query", ["", "-escort", "doc_type:zebra OR number:11-4.1"])
def test_where_nothing_scores_there_is_little_to_explain(small: Index, query: str) -> None:
    told = check(small.search(query))[0]
    assert (told.score, told.relevance, told.match, told.parts) == (0, None, None, ())
    assert told.text == "Score 0: nothing in the query scores."


def test_it_is_said_in_plain_sentences(small: Index) -> None:
    second = next(hit for hit in small.search("travel escort zebra") if hit.doc_id == "b")
    lines = second.explain().text.splitlines()
    assert lines[0] == f"Score {second.score:.4f} is the sum of:"
    assert any(line.split()[1:] == ["in", "the", "text", "travel"] for line in lines)
    assert any(line.endswith("x 0.5") for line in lines)
    assert any(line.startswith(f"Relevance {second.relevance}%: {second.score}") for line in lines)
    assert any(line.startswith(f"Match {second.match}%: it holds ") for line in lines)
    assert [line.split()[1:] for line in lines[-4:-1]] == [
        ["held", "travel"],
        ["not", "held", "escort"],
        ["not", "held", "zebra"],
    ]
    assert lines[-1] == "No document here holds “zebra”."
    assert "Relevance 100%: no hit" in small.search("travel")[0].explain().text


def test_long_lists_are_cut_in_sentences_alone(tmp_path: Path) -> None:
    text = " ".join(f"esc{letter}" for letter in "abcdefghijklm")
    Index.update(tmp_path / "l.idx", documents=[document(text, doc_id="d", title="D")])
    with Index.open(tmp_path / "l.idx") as index:
        told = index.search("esc*")[0].explain()
    assert len(told.requirements[0].stands_for) == 13
    assert "and 3 more" in told.text


def test_alternatives_can_be_held_in_part(small: Index) -> None:
    told = next(hit for hit in small.search("refugee restraints irons orr") if hit.doc_id == "b")
    assert told.explain().match == told.match
    (hit,) = small.search('travel AND (("zebra crossing" AND escort) OR zebra OR policy*)')
    assert hit.explain().requirements[-1].share == 1
    relaxed = small.search("zebra AND (quarantine OR (escort AND wombat))")
    shares = {hit.doc_id: hit.explain().requirements[1] for hit in relaxed}
    assert shares["b"].share == 1
    assert 0 < shares["a"].share < 1
    text = next(hit for hit in relaxed if hit.doc_id == "a").explain().text
    assert f"{int(100 * shares['a'].share)}% held" in text


def test_a_hit_explains_itself_when_its_library_was_closed_or_changed(tmp_path: Path) -> None:
    path = tmp_path / "library.idx"
    Index.update(path, documents=[document("escort of aliens", doc_id=f"d{n}") for n in (1, 2)])
    with Index.open(path) as index:
        hit = index.search("escort")[1]
        before = hit.explain()
        Index.update(path, documents=[document("another", doc_id="d3")], remove=["d1", "d2"])
        Index.prune(path, now=True)
        index.reload()
        assert hit.explain() == before
    assert hit.explain() == before


def test_json_has_it_only_when_asked(small: Index) -> None:
    results = small.search("escort")
    assert "explain" not in results.to_dict()["hits"][0]
    shape = results.to_dict(explain=True)["hits"][0]
    assert shape["explain"] == results[0].explain().to_dict()
    assert list(shape)[-1] == "explain"
    rounded = sum(part["score"] for part in shape["explain"]["parts"])
    assert rounded == pytest.approx(shape["score"], abs=1e-4)


@pytest.mark.parametrize("query", ["escort", "travel documents", '"travel documents" OR night'])
def test_what_there_is_no_time_for_is_left_out_and_said(small: Index, query: str) -> None:
    reader = small._handle.reader()
    limits = hit_filters_of(reader, Request(today=date(2020, 5, 17), scope="all"))
    parsed = parse(query, fields=QUERY_FIELDS)
    compiled = compile_query(parsed, reader, Settings(), limits, strict=False)
    for hit in small.search(query, scope="all", snippets=False):
        late = explain(reader, compiled, NO_LIFTS, hit.score, hit, deadline_s=0.0)
        assert "took too long" in late.notes[-1]
        assert late.parts == ()
        assert [part.share for part in late.requirements] == [0.0] * len(compiled.requirements)
        assert (late.score, late.match) == (hit.score, hit.match)
        patient = explain(reader, compiled, NO_LIFTS, hit.score, hit, deadline_s=1e6)
        assert patient.notes == compiled.notes
        assert sum(part.score for part in patient.parts) == pytest.approx(hit.score, abs=1e-3)
