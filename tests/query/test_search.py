from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from engine.libraries import opened, put
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import SUBJECTS, document

from droindex import DocumentNotFoundError, Index, LimitError, QueryError
from droindex.engine.protocol import Engine
from droindex.query.results.relevance import relevance

Library = Callable[..., Path]
WORDS = [*SUBJECTS, "policy"]

RECORDS = [
    {
        "doc_id": "escort",
        "title": "Escort Policy",
        "summary": "Who escorts an alien.",
        "number": "11-2",
        "doc_type": "Directive",
        "opi": "Detention and Removal Management (ADDRM)",
        "status": "Current",
        "issued": date(2006, 2, 3),
        "body": ["The escort carries travel documents.", "Two officers go with a juvenile."],
    },
    {
        "doc_id": "travel",
        "title": "Travel Documents",
        "number": "Appendix 11-2.1",
        "doc_type": "Guidance",
        "opi": "Enforcement (ADENF)",
        "issued": date(2004, 5, 31),
        "body": "Documents for travel are asked of the consulate. An escort is not needed.",
    },
    {
        "doc_id": "old",
        "title": "Escort Policy",
        "status": "Superseded",
        "issued": date(1999, 1, 1),
        "body": "The escort of former days, as 11-2 has it.",
    },
    {"doc_id": "draft", "title": "Draft on escorts", "status": "Draft", "body": "escort"},
    {"doc_id": "help", "title": "Help", "collection": "help", "body": "How to search for escort"},
    {
        "doc_id": "expired",
        "title": "Escort pilot",
        "status": "Current",
        "expires": date(2007, 1, 1),
        "body": "An escort pilot programme.",
    },
]


@pytest.fixture
def index(tmp_path: Path, engine: Engine) -> Iterator[Index]:
    path = put(tmp_path / "index.idx", [document(**record) for record in RECORDS], engine)
    with opened(path, engine) as index:
        yield index


def ids(results: object) -> list[str]:
    return [hit.doc_id for hit in results]  # type: ignore[attr-defined]


def test_scopes_part_the_documents(index: Index) -> None:
    active = set(ids(index.search("escort")))
    archived = set(ids(index.search("escort", scope="archived")))
    everything = set(ids(index.search("escort", scope="all")))
    assert active == {"escort", "travel"}
    assert archived == {"old", "expired"}
    assert everything == active | archived | {"draft", "help"}


def test_a_title_or_number_that_only_another_scope_holds_is_said_to_be_there(
    index: Index,
) -> None:
    archived = "1 document with this title is archived: search the scope “archived”."
    assert archived in index.search("Escort pilot").notes
    assert archived not in index.search("Escort pilot", scope="all").notes
    assert index.search("Escort policy").notes == ()  # an old one is there as well
    elsewhere = "1 document with this title is in other scopes: search the scope “all”."
    assert elsewhere in index.search("draft on escorts").notes
    assert index.search("escort").notes == ()
    number = "1 document with this number is in other scopes: search the scope “all”."
    assert number in index.search("11-2.1", scope="archived").notes


def test_a_document_has_the_same_score_in_every_scope_that_holds_it(index: Index) -> None:
    everywhere = {hit.doc_id: hit.score for hit in index.search("escort policy", scope="all")}
    for scope in ("active", "archived"):
        for hit in index.search("escort policy", scope=scope):
            assert hit.score == everywhere[hit.doc_id]


def test_a_hit_holds_one_of_the_bare_words_at_least(index: Index) -> None:
    assert set(ids(index.search("consulate juvenile"))) == {"escort", "travel"}


def test_a_phrase_binds(index: Index) -> None:
    assert set(ids(index.search('escort "travel documents"'))) == {"escort", "travel"}
    assert ids(index.search('"documents for travel"')) == ["travel"]


def test_and_binds_and_minus_excludes(index: Index) -> None:
    assert ids(index.search("escort AND consulate")) == ["travel"]
    assert ids(index.search("escort -juvenile")) == ["travel"]
    assert ids(index.search("escort NOT juvenile")) == ["travel"]


def test_or_inside_parentheses_is_one_part(index: Index) -> None:
    results = index.search("travel AND (consulate OR juvenile)")
    assert set(ids(results)) == {"escort", "travel"}
    assert [hit.match for hit in results] == [100, 100]


def test_only_exclusions_list_the_rest_without_scores(index: Index) -> None:
    results = index.search("-juvenile")
    assert ids(results) == ["travel"]
    assert (results[0].score, results[0].relevance, results[0].match) == (0.0, None, None)


def test_an_empty_query_lists_the_scope_newest_first(index: Index) -> None:
    results = index.search("")
    assert ids(results) == ["escort", "travel"]
    assert results.total == 2
    assert results[0].relevance is None
    assert results[0].match is None


def test_a_query_without_anything_to_search_for_says_so(index: Index) -> None:
    results = index.search("?!")
    assert results.total == 2
    assert "Nothing in the query" in results.notes[0]


def test_a_word_that_no_document_holds_is_named(index: Index) -> None:
    results = index.search("zebra")
    assert results.total == 0
    assert any("zebra" in note for note in results.notes)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:escort", ["escort"]),
        ("summary:alien", ["escort"]),
        ("body:consulate", ["travel"]),
        ('body:"travel documents"', ["escort"]),
        ("doc_type:guidance", ["travel"]),
        ("opi:ADDRM", ["escort"]),
        ('opi:"detention and removal management"', ["escort"]),
        ("number:11-2", ["escort"]),
        ("doc_id:travel", ["travel"]),
        ("issued:2006", ["escort"]),
        ("issued:2004..2005-06", ["travel"]),
        ("issued:>2004", ["escort"]),
        ("issued:<=2004-05", ["travel"]),
        ("status:current escort", ["escort"]),
    ],
)
def test_a_field_limits_where_a_word_must_stand(
    index: Index, query: str, expected: list[str]
) -> None:
    assert ids(index.search(query)) == expected


def test_a_word_in_the_title_alone_is_not_on_a_page(index: Index) -> None:
    assert ids(index.search("body:policy")) == []


@pytest.mark.parametrize(
    ("query", "first"),
    [("11-2", "escort"), ("Appendix 11-2.1", "travel"), ("Travel Documents", "travel")],
)
def test_an_exact_number_or_title_comes_first(index: Index, query: str, first: str) -> None:
    assert ids(index.search(query))[0] == first


def test_a_half_typed_word_is_scored_like_its_words(index: Index) -> None:
    results = index.search("consul*")
    assert ids(results) == ["travel"]
    assert results[0].relevance == 100
    assert ("consulate", True) in results[0].snippet.segments


def test_a_wildcard_stands_for_one_letter(index: Index) -> None:
    assert ids(index.search("off?cers")) == ["escort"]


def test_a_wildcard_that_nothing_fits_finds_nothing_and_says_so(index: Index) -> None:
    results = index.search("xyz*")
    assert results.total == 0
    assert results.notes


@pytest.mark.parametrize(
    "filters",
    [
        {"opi": "ADDRM"},
        {"opi": "addrm"},
        {"doc_type": ["Directive", "Manual"]},
        {"number": "11-2"},
        {"year": "2006"},
        {"issued": "2006-01..2006-12"},
    ],
)
def test_a_filter_limits_the_hits(index: Index, filters: dict[str, object]) -> None:
    assert ids(index.search("escort", filters=filters)) == ["escort"]  # type: ignore[arg-type]


def test_a_range_of_issue_dates_includes_both_ends(index: Index) -> None:
    assert ids(index.search("escort", issued_from="2004-05-31", issued_to="2004")) == ["travel"]
    assert ids(index.search("escort", issued_from=date(2006, 2, 3))) == ["escort"]


def test_a_range_that_ends_before_it_starts_finds_nothing(index: Index) -> None:
    assert index.search("escort", issued_from="2008", issued_to="2004").total == 0


@pytest.mark.parametrize(
    ("arguments", "slug"),
    [
        ({"filters": {"offfice": "x"}}, "unknown-field"),
        ({"filters": {"issued": "See 29, 2008"}}, "bad-date"),
        ({"issued_from": "soon"}, "bad-date"),
        ({"facets": ("titel",)}, "unknown-field"),
        ({"sort": "size"}, "unknown-sort"),
        ({"scope": "secret"}, "unknown-scope"),
    ],
)
def test_what_does_not_exist_is_named_with_the_nearest(
    index: Index, arguments: dict[str, object], slug: str
) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("escort", **arguments)  # type: ignore[arg-type]
    assert caught.value.slug == slug
    assert caught.value.hint


@pytest.mark.parametrize(
    "arguments", [{"limit": 0}, {"limit": -1}, {"limit": 1001}, {"offset": -1}]
)
def test_a_limit_out_of_range_is_refused(index: Index, arguments: dict[str, int]) -> None:
    with pytest.raises(LimitError) as caught:
        index.search("escort", **arguments)  # type: ignore[arg-type]
    assert caught.value.slug == "limit-out-of-range"


def test_a_bad_date_in_the_query_is_left_out_with_a_note(index: Index) -> None:
    results = index.search("escort issued:200x")
    assert set(ids(results)) == {"escort", "travel"}
    assert any("200x" in note for note in results.notes)


def test_strict_mode_refuses_a_bad_date_at_its_place(index: Index) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("escort issued:200x", strict=True)
    assert (caught.value.slug, caught.value.position) == ("bad-date", 14)


def test_strict_mode_refuses_only_exclusions(index: Index) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("-escort", strict=True)
    assert caught.value.slug == "only-exclusions"


def test_facets_count_all_hits_and_not_just_the_page(index: Index) -> None:
    results = index.search("escort", limit=1, facets=("opi", "year"))
    assert [(item.value, item.count) for item in results.facets["opi"]] == [
        ("ADDRM", 1),
        ("ADENF", 1),
    ]
    assert {item.value for item in results.facets["year"]} == {"2004", "2006"}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-issued", ["escort", "travel", "old", "draft", "expired", "help"]),
        ("issued", ["old", "travel", "escort", "draft", "expired", "help"]),
        ("title", ["draft", "expired", "escort", "old", "help", "travel"]),
    ],
)
def test_another_order_keeps_scores_and_percentages(
    index: Index, sort: str, expected: list[str]
) -> None:
    by_relevance = {hit.doc_id: hit for hit in index.search("escort", scope="all")}
    results = index.search("escort", scope="all", sort=sort)
    assert ids(results) == expected
    for hit in results:
        assert hit.score == by_relevance[hit.doc_id].score
        assert hit.relevance == by_relevance[hit.doc_id].relevance


def test_total_all_words_counts_the_hits_that_hold_every_word(index: Index) -> None:
    results = index.search("escort consulate")
    assert (results.total, results.total_all_words) == (2, 1)


def test_scan_yields_every_hit_in_the_order_of_search(index: Index) -> None:
    scanned = [
        (hit.rank, hit.doc_id, hit.relevance, hit.match)
        for hit in index.scan("escort", scope="all")
    ]
    searched = [
        (hit.rank, hit.doc_id, hit.relevance, hit.match)
        for hit in index.search("escort", scope="all", limit=100)
    ]
    assert scanned == searched


def test_results_stay_readable_after_the_index_is_closed(library: Library) -> None:
    with Index.open(library(RECORDS)) as index:
        results = index.search("escort")
    assert results[0].match == 100
    assert results.total_all_words == 2
    assert results.to_dict()["hits"][0]["document"]["title"]


def test_the_json_shape_holds_every_metadata_field(index: Index) -> None:
    shape = index.search("escort", limit=1, facets=("opi",)).to_dict()
    assert list(shape) == [
        "format",
        "query",
        "scope",
        "in_force_on",
        "total",
        "total_lines",
        "total_all_words",
        "offset",
        "limit",
        "took_ms",
        "hits",
        "facets",
        "suggestion",
        "notes",
    ]
    document = shape["hits"][0]["document"]
    assert document == index.get("escort").to_dict()
    assert document["subject"] == []
    assert document["signatory"] is None


# percentages ----------------------------------------------------------------------------------

bodies = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).map(" ".join), min_size=1, max_size=12
)
queries = st.lists(st.sampled_from([*WORDS, "zebra"]), min_size=1, max_size=4).map(" ".join)
relaxed = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def build(library: Library, texts: list[str]) -> Path:
    build.count += 1  # type: ignore[attr-defined]
    records = [
        {
            "doc_id": f"d{place}",
            "title": text.split()[0],
            "body": text,
            "doc_type": ("Directive", "Guidance")[place % 2],
            "status": (None, "Superseded")[place % 3 == 0],
            "issued": date(2000 + place % 3, 1, 1),
        }
        for place, text in enumerate(texts)
    ]
    return library(records, name=f"p{build.count}.idx")  # type: ignore[attr-defined]


build.count = 0  # type: ignore[attr-defined]


@relaxed
@given(texts=bodies, query=queries)
def test_percentages_are_whole_and_fall_with_the_score(
    library: Library, texts: list[str], query: str
) -> None:
    with Index.open(build(library, texts)) as index:
        hits = list(index.search(query, scope="all", limit=100))
        for hit in hits:
            assert isinstance(hit.relevance, int)
            assert 0 <= hit.relevance <= 100
            assert isinstance(hit.match, int)
            assert 0 <= hit.match <= 100
        if hits:
            assert hits[0].relevance == 100
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        for one, two in itertools.pairwise(hits):
            assert one.relevance >= two.relevance  # type: ignore[operator]
            if one.score == two.score:
                assert one.relevance == two.relevance
                assert (one.document.issued, two.doc_id) >= (two.document.issued, one.doc_id)


@relaxed
@given(texts=bodies, query=queries, limit=st.integers(1, 4), offset=st.integers(0, 6))
def test_pages_of_the_list_are_cuts_of_the_whole(
    library: Library, texts: list[str], query: str, limit: int, offset: int
) -> None:
    with Index.open(build(library, texts)) as index:
        for sort in ("relevance", "-issued", "title"):
            whole = [
                (hit.rank, hit.doc_id, hit.score, hit.relevance, hit.match)
                for hit in index.search(query, scope="all", limit=100, sort=sort)
            ]
            page = index.search(query, scope="all", limit=limit, offset=offset, sort=sort)
            cut = [(h.rank, h.doc_id, h.score, h.relevance, h.match) for h in page]
            assert cut == whole[offset : offset + limit]
            assert page.total == len(whole)


@relaxed
@given(texts=bodies, query=queries)
def test_a_filter_changes_no_score(library: Library, texts: list[str], query: str) -> None:
    with Index.open(build(library, texts)) as index:
        free = {
            hit.doc_id: (hit.score, hit.match)
            for hit in index.search(query, scope="all", limit=100)
        }
        for arguments in (
            {"filters": {"doc_type": "Guidance"}},
            {"filters": {"doc_type": ["Guidance", "Directive"], "year": "2001"}},
            {"scope": "active"},
            {"scope": "archived"},
            {"issued_from": "2001"},
            {"issued_to": date(2001, 6, 1)},
        ):
            for hit in index.search(query, limit=100, **{"scope": "all", **arguments}):  # type: ignore[arg-type]
                assert (hit.score, hit.match) == free[hit.doc_id]
        for extra in ("doc_type:Guidance", "issued:2001..2002", "-doc_id:d0"):
            for hit in index.search(f"{query} {extra}", scope="all", limit=100):
                assert (hit.score, hit.match) == free[hit.doc_id]


@relaxed
@given(texts=bodies, query=queries)
def test_match_is_100_exactly_when_every_word_is_there(
    library: Library, texts: list[str], query: str
) -> None:
    with Index.open(build(library, texts)) as index:
        results = index.search(query, scope="all", limit=100)
        asked = set(query.split())
        full = 0
        for hit in results:
            held = asked <= set(texts[int(hit.doc_id[1:])].split())
            assert (hit.match == 100) == held
            full += held
        assert results.total_all_words == full


@relaxed
@given(texts=bodies, query=queries)
def test_match_falls_when_a_word_is_added_that_the_document_lacks(
    library: Library, texts: list[str], query: str
) -> None:
    with Index.open(build(library, texts)) as index:
        before = {hit.doc_id: hit.match for hit in index.search(query, scope="all", limit=100)}
        for hit in index.search(f"{query} quagga", scope="all", limit=100):
            assert hit.match <= before[hit.doc_id]  # type: ignore[operator]
            assert hit.match < 100  # type: ignore[operator]


@given(score=st.floats(0, 1e6, width=32), best=st.floats(0, 1e6, width=32))
def test_relevance_is_the_truncated_percent_of_the_best(score: float, best: float) -> None:
    score = min(score, best)
    percent = relevance(score, best)
    if best == 0:
        assert percent is None
    else:
        assert percent == (100 if score == best else min(99, int(100 * score / best)))


def test_the_best_hit_is_100_whatever_floating_point_makes_of_it() -> None:
    best = 26.406347170323134
    scores = [best * (1 + step * 1e-15) for step in range(2000)]
    assert any(int(100 * score / score) < 100 for score in scores)
    assert {relevance(score, score) for score in scores} == {100}


def test_a_wildcard_after_a_letter_and_a_digit_binds_both(library: Library) -> None:
    records = [
        {"doc_id": "i", "body": "Form I-213 and others"},
        {"doc_id": "j", "body": "Form I-865, 21 copies"},
    ]
    with Index.open(library(records)) as index:
        assert set(ids(index.search("I-21*"))) == {"i", "j"}
        assert ids(index.search("I-213*")) == ["i"]


@pytest.mark.parametrize("query", ['"consulate juvenile"', "consulate AND juvenile"])
def test_what_no_document_holds_as_a_whole_is_answered_in_part_and_said(
    index: Index, query: str
) -> None:
    results = index.search(query)
    assert set(ids(results)) == {"escort", "travel"}
    assert any("part of it" in note for note in results.notes)
    assert results.total_all_words == 0
    assert all(hit.match is not None and hit.match < 100 for hit in results)
    assert [hit.doc_id for hit in index.scan(query)] == ids(results)


def test_strict_mode_answers_nothing_in_part(index: Index) -> None:
    assert index.search("consulate AND juvenile", strict=True).total == 0


def test_parentheses_in_prose_ask_for_nothing(index: Index) -> None:
    plain = [(hit.doc_id, hit.score) for hit in index.search("escort travel documents")]
    assert [(h.doc_id, h.score) for h in index.search("escort (travel documents)")] == plain


def test_an_exclusion_inside_a_field_asks_for_nothing(index: Index) -> None:
    for query in ("title:(escort -travel)", "title:escort -title:travel"):
        results = index.search(query)
        assert [(hit.doc_id, hit.match) for hit in results] == [("escort", 100)]
        assert results.total_all_words == 1
    assert index.search("title:(-travel)")[0].match is None


def test_a_word_too_long_for_any_dictionary_finds_nothing(index: Index) -> None:
    assert index.search("a" * 300).total == 0
    assert index.suggest("a" * 300).total == 0
    results = index.search("escort " + "a" * 300)
    assert {hit.match for hit in results} != {100}


@pytest.mark.parametrize(
    "arguments", [{"scope": "bogus"}, {"sort": "size"}, {"filters": {"zz": "1"}}]
)
def test_scan_refuses_what_search_refuses_and_at_once(
    index: Index, arguments: dict[str, object]
) -> None:
    with pytest.raises(QueryError):
        index.scan("escort", **arguments)  # type: ignore[arg-type]


def test_a_range_without_bounds_is_no_date(index: Index) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("escort", filters={"issued": ".."})
    assert caught.value.slug == "bad-date"


def test_a_year_may_be_a_number(index: Index) -> None:
    assert ids(index.search("escort", issued_from=2006)) == ["escort"]


def test_a_filter_that_was_left_empty_is_none(index: Index) -> None:
    assert index.search("escort", filters={"opi": None}).total == 2  # type: ignore[dict-item]
    assert index.search("escort", filters={"opi": []}).total == 0


@pytest.mark.parametrize(
    "arguments",
    [{"query": "escort -escort"}, {"query": "escort", "issued_from": "2008", "issued_to": "2004"}],
)
def test_finding_nothing_is_never_silent(index: Index, arguments: dict[str, str]) -> None:
    results = index.search(**arguments)  # type: ignore[arg-type]
    assert results.total == 0
    assert results.notes


@pytest.mark.parametrize("doc_id", ["\ud800", "nope", None, 5])
def test_an_id_that_is_none_names_no_document(index: Index, doc_id: str) -> None:
    with pytest.raises(DocumentNotFoundError):
        index.get(doc_id)


def test_a_facet_may_be_one_name(index: Index) -> None:
    assert list(index.search("escort", facets="opi").facets) == ["opi"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:(escort OR travel)", {"escort", "travel"}),
        ("title:(escort AND policy)", {"escort"}),
        ("summary:alie*", {"escort"}),
        ("body:consul*", {"travel"}),
        ("title:esc*", {"escort"}),
        ("doc_type:(directive OR guidance)", {"escort", "travel"}),
        ("doc_type:(NOT directive)", {"travel"}),
        ("doc_type:dir*", {"escort"}),
        ("escort AND (opi:ADDRM OR opi:ADENF)", {"escort", "travel"}),
        ("(escort -juvenile) OR alien", {"escort", "travel"}),
        ("(doc_type:guidance) travel", {"travel"}),
        ("issued:>=2006-02", {"escort"}),
        ("issued:<2006", {"travel"}),
        ("escort NOT issued:2006", {"travel"}),
        ("escort (juvenile OR -consulate)", {"escort", "travel"}),
        ("number:(11-2)", {"escort"}),
    ],
)
def test_operators_work_inside_fields_and_groups(
    index: Index, query: str, expected: set[str]
) -> None:
    assert set(ids(index.search(query))) == expected
