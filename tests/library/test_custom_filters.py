"""Custom fields asked for: values, words, ranges, counts."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex import Document, Index, Library
from droindex.errors import QueryError

TOML = """
[catalog.columns]
"Name" = "file"
[fields]
remarks = "text"
[fields.owner]
column = "Process owner"
type = "keyword"
[fields.due]
column = "Next review"
type = "date"
[fields.fee]
column = "Fee"
type = "number"
"""
ROWS = """Name;Process owner;Next review;Fee;Remarks;Room
a.txt;Jo Smith;25/12/2026 00:00;12.5;Towed vehicles are kept.;4
b.txt;Al Doe;03/02/2027;100;It tows nothing.;5
c.txt;jo smith;;7;;
d.txt;;;;;
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("custom")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name in "abcd":
        (corpus / f"{name}.txt").write_text(f"Policy {name} of the office.")
    (corpus / "catalog.csv").write_text(ROWS)
    (corpus / "corpus.toml").write_text(TOML)
    (corpus / "d.toml").write_text('owner = "Al Doe"\nfee = 3\n')
    found = Library(folder / "library.idx")
    problems = found.build(corpus, ocr=False).problems
    assert [(problem.slug, problem.file) for problem in problems] == [
        ("unknown-key", "catalog.csv:2")
    ]
    assert 'below [fields]: room = {column = "Room", type = "keyword"}' in problems[0].message
    return found


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ('owner:"Jo Smith"', "ac"),
        ("owner:smith", "ac"),
        ("OWNER:doe policy", "bd"),
        ("-owner:smith", "bd"),
        ("owner:(smith OR doe)", "abcd"),
        ("owner:jo*", "ac"),
        ("owner:nobody", ""),
        ("due:2026", "a"),
        ("due:2027-02-03", "b"),
        ("due:2026..2027", "ab"),
        ("due:>2026", "b"),
        ("due:>=2026-12-25", "ab"),
        ("due:<2027-02", "a"),
        ("fee:12.5", "a"),
        ("fee:100.0", "b"),
        ("fee:7..12.5", "ac"),
        ("fee:>7", "ab"),
        ("fee:<=7", "cd"),
        ("remarks:tow", "ab"),
        ('remarks:"towing vehicles"', "a"),
        ("remarks:towi*", ""),
        ("remarks:vehicle*", "a"),
        ("remarks:policy", ""),
    ],
)
def test_a_query_filters_by_custom_fields(library: Library, query: str, ids: str) -> None:
    with library.open() as index:
        assert sorted(hit.doc_id for hit in index.search(query, scope="all")) == list(ids)


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"owner": "jo SMITH"}, "ac"),
        ({"owner": ["Al Doe", "Jo Smith"]}, "abcd"),
        ({"due": "2026..2027-01"}, "a"),
        ({"due": date(2027, 2, 3)}, "b"),
        ({"fee": 7}, "c"),
        ({"fee": "..7"}, "cd"),
        ({"remarks": "towing"}, "ab"),
        ({"owner": []}, ""),
    ],
)
def test_filters_take_custom_fields(library: Library, filters: dict[str, Any], ids: str) -> None:
    with library.open() as index:
        assert sorted(hit.doc_id for hit in index.search("", filters=filters)) == list(ids)
        scores = [hit.score for hit in index.search("policy", filters=filters)]
        assert set(scores) <= {hit.score for hit in index.search("policy")}


def test_keyword_fields_are_counted(library: Library) -> None:
    with library.open() as index:
        counts = index.search("policy", facets=("owner", "doc_type")).facets
        assert [(item.value, item.count) for item in counts["owner"]] == [
            ("Al Doe", 2),
            ("Jo Smith", 1),
            ("jo smith", 1),
        ]
        assert counts["doc_type"] == []
        counts = index.search("", filters={"fee": "..7"}, facets=("owner",)).facets
        assert sorted(item.value for item in counts["owner"]) == ["Al Doe", "jo smith"]


def test_they_are_shown_and_exported(library: Library) -> None:
    custom = {"owner": "Jo Smith", "due": "2026-12-25", "fee": 12.5}
    with library.open() as index:
        hit = index.search("fee:12.5")[0]
        document = index.get("a")
        assert dict(document.custom) == custom | {"remarks": "Towed vehicles are kept."}
        assert document.sources["custom"] == "catalog"
        assert hit.to_dict()["document"]["custom"] == document.to_dict()["custom"]
        assert Document.from_dict(
            json.loads(json.dumps(document.to_dict()))
        ) == document.with_pages(())
        assert "owner: Jo Smith; due: 2026-12-25" in str(hit.to_row()["custom"])
        assert "Jo Smith" in document._repr_html_()


def test_a_value_that_is_near_is_told(library: Library) -> None:
    with library.open() as index:
        notes = index.search('owner:"Jo Smyth"').notes
        assert any('Did you mean owner:"' in note and "mith" in note for note in notes)
        notes = index.search("", filters={"owner": "Al Do"}).notes
        assert any("Did you mean “Al Doe”?" in note for note in notes)


@pytest.mark.parametrize(
    ("values", "slug"),
    [
        ({"filters": {"room": "4"}}, "unknown-field"),
        ({"filters": {"fee": "x"}}, "bad-number"),
        ({"filters": {"due": "x"}}, "bad-date"),
        ({"filters": {"fee": ".."}}, "bad-number"),
        ({"facets": ("fee",)}, "unknown-field"),
        ({"text": "fee:>x", "strict": True}, "bad-number"),
    ],
)
def test_what_cannot_be_asked_is_told(library: Library, values: dict[str, Any], slug: str) -> None:
    with library.open() as index, pytest.raises(QueryError) as caught:
        index.search(values.pop("text", ""), **values)
    assert caught.value.slug == slug
    assert caught.value.hint


def test_a_changed_declaration_counts_with_the_next_build(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Policy.")
    (corpus / "a.toml").write_text('room = "4 West"\n')
    library = Library(tmp_path / "library.idx")
    for kind, query, ids in (
        ("", "room:west", []),
        ("keyword", 'room:"4 west"', ["a"]),
        ("text", "room:west", ["a"]),
        ("number", "room:4", []),
    ):
        (corpus / "corpus.toml").write_text(f'[fields]\nroom = "{kind}"\n' if kind else "")
        library.build(corpus, ocr=False)
        with library.open() as index:
            assert [hit.doc_id for hit in index.search(query)] == ids
            assert dict(index.get("a").custom) == ({"room": "4 West"} if ids else {})


def test_an_application_gives_them_too(tmp_path: Path) -> None:
    library = tmp_path / "library.idx"
    Index.update(
        library,
        [Document(doc_id="a", title="A", custom={"owner": "Jo Smith", "fee": 3})],
    )
    with Index.open(library) as index:
        assert [hit.doc_id for hit in index.search("owner:smith fee:3..4")] == ["a"]
        assert index.get("a").sources["custom"] == "update"


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "owner": st.sampled_from(["Jo Smith", "Al Doe", "=x", "a=b", "~", "*"]),
        "fee": st.integers(-5, 5) | st.sampled_from([0.5, 2.25]),
        "due": st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(date.isoformat),
    },
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(VALUES, min_size=1, max_size=6), low=st.integers(0, 4), high=st.integers(0, 4))
def test_what_is_found_is_what_has_the_value(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], low: int, high: int
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    text = io.StringIO()
    table = csv.DictWriter(text, ["doc_id", "title", "owner", "fee", "due"])
    table.writeheader()
    lines = [{"doc_id": f"d{at}", "title": f"Policy {at}", **row} for at, row in enumerate(rows)]
    table.writerows(lines)
    (folder / "records.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (folder / "corpus.toml").write_text('[fields]\nowner="keyword"\nfee="number"\ndue="date"\n')
    library = Library(folder / "library.idx")
    assert not library.build(folder / "records.jsonl").problems
    with library.open() as index:

        def found(**filters: Any) -> list[str]:
            kept = {
                name: value for name, value in filters.items() if any(name in row for row in rows)
            }
            return sorted(hit.doc_id for hit in index.search("", filters=kept)) if kept else []

        for owner in {row["owner"] for row in rows if "owner" in row}:
            assert found(owner=owner) == [
                f"d{at}" for at, row in enumerate(rows) if row.get("owner") == owner
            ]
        assert found(fee=f"{low}..{high}") == [
            f"d{at}" for at, row in enumerate(rows) if "fee" in row and low <= row["fee"] <= high
        ]
        assert found(due="2026") == [
            f"d{at}" for at, row in enumerate(rows) if row.get("due", "").startswith("2026")
        ]
