"""What corpus.toml says of a catalogue's heads: taken as said, and opening nothing."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex import Library
from droindex.corpus.catalog.catalog import read_catalogs
from droindex.corpus.catalog.columns import field_to_add, head_key, line_to_add, read_columns
from droindex.corpus.config import CorpusConfig
from droindex.corpus.config_file import load_config
from droindex.errors import SettingsError
from droindex.metadata.custom_fields import read_custom_fields
from droindex.metadata.keys import KNOWN_KEYS
from droindex.problems import UNREADABLE_LABEL, Problem

LABELS = ("LES", "TOP")
TOML = """
[catalog.columns]
"Document name" = "file"
"Document title" = "title"
"Ref." = "number"
"Einstufung" = "label"
"Remarks" = false
"""


def taken(
    folder: Path, columns: dict[str, object], text: str, name: str = "catalog.csv"
) -> tuple[dict[str, dict[str, object]], list[Problem]]:
    """Return the values of each row, and the problems."""
    (folder / name).write_text(text, encoding="utf-8")
    mapping, _ = read_columns(columns, "corpus.toml")
    found = read_catalogs([folder / name], LABELS, lambda text: text in {"a.txt", "b.txt"}, mapping)
    return {file: dict(row.values) for file, row in found.rows.items()}, found.problems


def test_their_heads_become_our_keys(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text(TOML)
    config, problems = load_config(tmp_path)
    assert not problems
    assert config.columns == {
        "document_name": "file",
        "document_title": "title",
        "ref.": "number",
        "einstufung": "label",
        "remarks": "",
    }
    assert CorpusConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize("name", ["catalog.csv", "catalog.jsonl"])
def test_both_forms_of_a_catalogue_are_mapped(tmp_path: Path, name: str) -> None:
    columns: dict[str, object] = {"Document name": "file", "Ref.": "number", "Remarks": False}
    text = 'DOCUMENT\u00a0NAME;Ref.;Title;remarks\na.txt;7-2;Towing;"x, y"\n'
    if name == "catalog.jsonl":
        text = json.dumps(
            {"Document Name": "a.txt", "Ref.": "7-2", "title": "Towing", "Remarks": "x"}
        )
    rows, problems = taken(tmp_path, columns, text, name)
    assert rows == {"a.txt": {"number": "7-2", "title": "Towing"}}
    assert not problems


def test_what_was_mapped_comes_before_what_has_our_name(tmp_path: Path) -> None:
    text = "file,title,Document title\na.txt,Ours,Theirs\nb.txt,Ours,\n"
    rows, _ = taken(tmp_path, {"Document title": "title"}, text)
    assert rows == {"a.txt": {"title": "Theirs"}, "b.txt": {"title": "Ours"}}


def test_a_changed_mapping_is_a_changed_row(tmp_path: Path) -> None:
    (tmp_path / "catalog.csv").write_text("file,Ref.,Nr.\na.txt,7-2,9\n")
    digests = {
        read_catalogs([tmp_path / "catalog.csv"], columns=columns).rows["a.txt"].digest
        for columns in ({}, {"ref.": "number"}, {"nr.": "number"}, {"ref.": "title"})
    }
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("columns", "cell", "label"),
    [
        ({"Einstufung": "label"}, "LES", "LES"),
        ({"Einstufung": "label"}, "secret", "secret"),  # in no list: above all labels
        ({"Einstufung": "label"}, "open", "open"),
        ({"Einstufung": "label"}, "None", None),  # it says that there is none
        ({"Einstufung": "doc_type"}, "LES", UNREADABLE_LABEL),
        ({"Einstufung": "doc_type"}, "Staff", UNREADABLE_LABEL),
        ({"Einstufung": "doc_type"}, "None", None),
        ({"Einstufung": False}, "LES", UNREADABLE_LABEL),
        ({"Einstufung": False}, "Staff", UNREADABLE_LABEL),
        ({}, "Staff", UNREADABLE_LABEL),
    ],
)
def test_no_mapping_opens_what_a_head_labels(
    tmp_path: Path, columns: dict[str, object], cell: str, label: str | None
) -> None:
    rows, problems = taken(tmp_path, columns, f"file,Einstufung,title\na.txt,{cell},A\n")
    assert rows["a.txt"].get("label") == label
    hides = label == UNREADABLE_LABEL
    assert [problem.slug for problem in problems] == ["unreadable-label"] * hides
    if hides and not columns:
        assert '[catalog.columns]: "Einstufung" = "label"' in problems[0].message


@pytest.mark.parametrize(
    ("head", "cell"), [("Notes", "LES"), ("Notes", "x; LES"), ("Distribution", "staff only")]
)
def test_a_custom_field_hides_in_its_row_what_it_would_hide_undeclared(
    tmp_path: Path, head: str, cell: str
) -> None:
    (tmp_path / "catalog.csv").write_text(f"file,{head}\na.txt,{cell}\n")
    for columns in ({}, {head.lower(): "remarks"}):
        found = read_catalogs([tmp_path / "catalog.csv"], LABELS, columns=columns)
        assert found.rows["a.txt"].values["label"] == UNREADABLE_LABEL
        assert [problem.slug for problem in found.problems] == ["unreadable-label"]


def test_two_columns_of_labels_that_differ_hide(tmp_path: Path) -> None:
    text = "file,label,Handling\na.txt,LES,TOP\nb.txt,LES,LES\n"
    rows, _ = taken(tmp_path, {"Handling": "label"}, text)
    assert rows["a.txt"]["label"] == UNREADABLE_LABEL
    assert rows["b.txt"]["label"] == "LES"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from(["label", "Classification", "Access level", "Marking", "TLP", "les"]),
    key=st.sampled_from([*sorted(KNOWN_KEYS - {"label"}), False]),
    cell=st.sampled_from(["LES", "TOP", "Restricted", "staff only", "x", "1"]),
    own=st.sampled_from(["", "LES", "open"]),
)
def test_whatever_a_column_is_mapped_to_it_hides_as_it_did(
    tmp_path: Path, head: str, key: object, cell: str, own: str
) -> None:
    text = f"file,title,{head},Own marking\na.txt,A,{cell},{own}\n"
    rows, _ = taken(tmp_path, {head: key, "Own marking": "label"}, text)
    assert rows["a.txt"]["label"] == UNREADABLE_LABEL


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"Ref" = "nummber"', "did you mean number?"),
        ('"Ref" = "x"', "docs/fields.md"),
        ('"Ref" = 7', "in quotes"),
        ('"" = "title"', "catalog.columns"),
        ('title = "Document title"', '"Document title" = "title"'),
        ('"A b" = "title"\n"A-B" = "number"', "twice"),
    ],
)
def test_a_line_that_cannot_be_used_is_told(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "corpus.toml").write_text(f"[catalog.columns]\n{line}\n")
    _, problems = load_config(tmp_path)
    assert [problem.slug for problem in problems] == ["bad-value"]
    assert said in problems[0].message


@pytest.mark.parametrize(
    "text",
    [
        '[catalog.columns]\n"Einstufung" = "lable"\n',
        '[catalog.columns]\n"Einstufung" = ["label"]\n',
        '[catalog.columns]\nlabel = "Geheimhaltung"\n',
        '[catalog.columns]\n"A" = "label"\n"a" = "title"\n',
        '[catalog.column]\n"Geheimhaltung" = "label"\n',
        '[catalogue.columns]\n"Geheimhaltung" = "label"\n',
        '[catalog]\n"Geheimhaltung" = "Label"\n',
        '[columns]\n"Geheimhaltung" = "label"\n',
        '[catalog]\ncolumns = ["label"]\n',
    ],
)
def test_a_line_that_may_give_labels_and_cannot_be_used_stops_the_build(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "corpus.toml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_config(tmp_path)
    assert "corpus.toml" in caught.value.message
    assert "label" in caught.value.hint or "catalog.columns" in caught.value.hint


@given(st.text(max_size=30))
def test_heads_are_compared_without_case_and_form(head: str) -> None:
    assert head_key(f" {head_key(head)} ") == head_key(head)


@given(st.text(max_size=40).filter(head_key))
def test_the_line_that_is_offered_for_a_column_declares_it(head: str) -> None:
    line = field_to_add(head).removeprefix("below [fields]: ")
    (declared,), problems = read_custom_fields(tomllib.loads(line), "corpus.toml")
    assert not problems
    assert head_key(declared.column) == head_key(head)
    added = line_to_add(head, "title").removeprefix("below [catalog.columns]: ")
    assert read_columns(tomllib.loads(added), "corpus.toml")[0] == {head_key(head): "title"}


def test_a_library_follows_the_mapping(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Towing of vehicles.")
    (corpus / "b.txt").write_text("Towing of boats.")
    (corpus / "catalog.csv").write_text(
        "Document name;Document title;State;Link\n"
        "a.txt;On towing;Withdrawn;https://example.org/a\n"
        "b.txt;On boats;In force;ftp://example.org/b\n"
    )
    toml = corpus / "corpus.toml"
    library = Library(tmp_path / "library.idx")
    first = library.build(corpus, ocr=False)
    assert [(problem.slug, problem.file) for problem in first.problems] == [
        ("catalog-no-file", "catalog.csv")
    ]
    assert '[catalog.columns]: "Document name" = "file"' in first.problems[0].message
    toml.write_text(
        '[statuses]\nactive = ["In force"]\narchived = ["Withdrawn", "Repealed"]\n'
        '[catalog.columns]\n"Document name" = "file"\n"Document title" = "title"\n'
        '"State" = "status"\n"Link" = "url"\n'
    )
    second = library.build(corpus, ocr=False)
    assert [(problem.slug, problem.file) for problem in second.problems] == [
        ("bad-value", "catalog.csv:3")
    ]
    with library.open() as index:
        assert [hit.doc_id for hit in index.search("towing")] == ["b"]
        hit = index.search("towing", scope="archived")[0]
        assert (hit.document.title, hit.document.status) == ("On towing", "Withdrawn")
        assert hit.document.url == hit.to_dict()["document"]["url"] == "https://example.org/a"
        assert hit.document.sources["url"] == "catalog"
        assert "https://example.org/a" in hit.cite()
        assert index.get("b").url is None
    mapping = '"Document name" = "file"\n"Document title" = false\n"State" = "title"\n'
    toml.write_text(f"[catalog.columns]\n{mapping}")
    library.build(corpus, ocr=False)
    with library.open() as index:
        assert index.get("a").title == "Withdrawn"
        assert index.get("a").status is None


@pytest.mark.parametrize(
    ("mode", "categories"),
    [
        ("folder", {"a": None, "ops/b": "Operations", "ops/2019/c": "2019", "ops/d": "Sidecar"}),
        (
            "top-folder",
            {"a": None, "ops/b": "Operations", "ops/2019/c": "Operations", "ops/d": "Sidecar"},
        ),
        ("", {"a": None, "ops/b": None, "ops/2019/c": None, "ops/d": "Sidecar"}),
    ],
)
def test_the_folder_gives_the_category_where_nothing_else_does(
    tmp_path: Path, mode: str, categories: dict[str, str | None]
) -> None:
    corpus = tmp_path / "corpus"
    for doc_id in categories:
        (corpus / doc_id).parent.mkdir(parents=True, exist_ok=True)
        (corpus / f"{doc_id}.txt").write_text(f"Towing of vehicles: {doc_id}.")
    (corpus / "ops" / "d.toml").write_text('category = "Sidecar"\n')
    (corpus / "ops" / "e.md").write_text("---\ncategory: Front\n---\n\nTowing.\n")
    toml = f'category = "{mode}"\n[categories.Operations]\naliases = ["OPS"]\n'
    (corpus / "corpus.toml").write_text(toml)
    library = Library(tmp_path / "library.idx")
    assert not library.build(corpus, ocr=False).problems
    with library.open() as index:
        assert {doc_id: index.get(doc_id).category for doc_id in categories} == categories
        assert index.get("ops/e").category == "Front"
        assert index.get("ops/b").sources.get("category") == ("folder" if mode else None)
    if mode:
        (corpus / "corpus.toml").write_text('category = ""\n')
        library.build(corpus, ocr=False)
        with library.open() as index:
            assert index.get("ops/b").category is None


def test_statuses_have_their_scopes(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for status in ("In force", "Withdrawn", "Consultation", "Archived", "Other"):
        (corpus / f"{status}.txt").write_text(f"Towing: {status}.")
        (corpus / f"{status}.toml").write_text(f'status = "{status}"\n')
    toml = (
        "[statuses]\nactive = ['In force', 'Current']\narchived = ['withdrawn', 'In force']\n"
        "draft = ['Consultation']\n"
    )
    (corpus / "corpus.toml").write_text(toml)
    library = Library(tmp_path / "library.idx")
    problems = library.build(corpus, ocr=False).problems
    assert [problem.slug for problem in problems] == ["bad-value", "unknown-status"]
    assert 'archived = ["Other"]' in problems[1].message
    with library.open() as index:
        found = {
            scope: {hit.doc_id for hit in index.search("towing", scope=scope)}
            for scope in ("active", "archived", "all")
        }
    assert found["active"] == {"In force"}
    assert found["archived"] == {"Withdrawn", "Archived"}
    assert len(found["all"]) == 5
    toml = toml.replace("['Consultation']", "['Consultation', 'Other']")
    (corpus / "corpus.toml").write_text(toml)
    again = library.build(corpus, ocr=False).problems
    assert [problem.slug for problem in again] == ["bad-value"]
