"""Custom fields and clearance: names and values are those of the caller's own set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from droindex import Index, Library, QueryError

TOML = """
labels = ["LES", "TOP"]
[catalog.columns]
"Marking" = "label"
[fields]
owner = "keyword"
informer = "keyword"
fee = "number"
remarks = "text"
"""
OPEN = "file;owner;informer;fee;remarks;Marking\na.txt;Jo Smith;;3;Towed;\nb.txt;Al Doe;;;;open\n"
HIDDEN = "h.txt;Zed Zorro;Agent Quill;99;Xylophones;LES\n"


def built(folder: Path, *, whole: bool) -> Path:
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for name in "abh" if whole else "ab":
        (corpus / f"{name}.txt").write_text(f"Policy {name} of the office.")
    (corpus / "catalog.csv").write_text(OPEN + HIDDEN * whole)
    (corpus / "corpus.toml").write_text(TOML)
    report = Library(folder / "library.idx").build(corpus, ocr=False)
    assert not report.problems
    return folder / "library.idx"


def seen(index: Index) -> list[Any]:
    """Return what a caller can get to see."""
    found: list[Any] = [len(index), index.fingerprint]
    for query in ("policy", "owner:z*", "owner:zorro", "informer:quill", "fee:>0", "remarks:x*"):
        shape = index.search(query, scope="all", facets=("owner",)).to_dict()
        found.append(shape | {"took_ms": 0})
    for values in (
        {"filters": {"informer": "Agent Quill"}},
        {"filters": {"owner": "zorro"}},
        {"filters": {"fee": "99"}},
        {"filters": {"nothing": "x"}},
        {"facets": ("informer",)},
        {"facets": ("nothing",)},
        {"text": "informer:quill", "strict": True},
    ):
        try:
            answer = index.search(values.pop("text", ""), **values).to_dict()  # type: ignore[arg-type]
            found.append(answer | {"took_ms": 0})
        except QueryError as error:
            found.append([error.slug, error.message, error.hint])
    return found


def test_an_open_caller_cannot_tell_whether_labelled_documents_have_custom_fields(
    tmp_path: Path,
) -> None:
    answers = []
    for whole in (True, False):
        library = built(tmp_path / str(whole), whole=whole)
        with Index.open(library) as index:
            answers.append(seen(index))
    assert answers[0] == answers[1]
    assert "Jo Smith" in json.dumps(answers[0])
    told = [item for item in answers[0] if isinstance(item, list)]
    assert [slug for slug, _, _ in told] == ["unknown-field"] * 5
    assert not any("informer" in hint for _, _, hint in told)


def test_a_labelled_caller_has_them(tmp_path: Path) -> None:
    library = built(tmp_path, whole=True)
    with Index.open(library, clearance="LES") as index:
        hits = index.search("informer:quill fee:>10 remarks:xylophone", facets=("informer",))
        assert [hit.doc_id for hit in hits] == ["h"]
        assert [(item.value, item.count) for item in hits.facets["informer"]] == [
            ("Agent Quill", 1)
        ]


def test_what_gains_a_label_takes_its_custom_fields_along(tmp_path: Path) -> None:
    library = built(tmp_path, whole=False)
    corpus = tmp_path / "corpus"
    (corpus / "catalog.csv").write_text(OPEN.replace("Towed;", "Towed;LES"))
    Library(library).build(corpus, ocr=False)
    with Index.open(library) as index:
        assert [hit.doc_id for hit in index.search("owner:smith")] == []
        with pytest.raises(QueryError):
            index.search("", filters={"fee": 3})
        assert [item.value for item in index.search("", facets=("owner",)).facets["owner"]] == [
            "Al Doe"
        ]


def test_an_exported_set_names_its_own_fields_alone(tmp_path: Path) -> None:
    library = built(tmp_path, whole=True)
    target = tmp_path / "open.idx"
    Library(library).export_set(None, target)
    said = b"".join(path.read_bytes() for path in target.rglob("*") if path.is_file())
    assert b"jo smith" in said.lower()
    assert not any(word in said.lower() for word in (b"informer", b"quill", b"zorro", b"marking"))
    with Index.open(target) as index:
        assert [hit.doc_id for hit in index.search("owner:smith fee:3")] == ["a"]


def test_a_declared_column_that_holds_a_label_hides(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Policy.")
    (corpus / "catalog.csv").write_text("file;Distribution\na.txt;LES\n")
    (corpus / "corpus.toml").write_text('[fields]\ndistribution = "keyword"\n')
    library = Library(tmp_path / "library.idx")
    report = library.build(corpus, ocr=False)
    assert {problem.slug for problem in report.problems} == {"unreadable-label"}
    with library.open() as index:
        assert len(index) == 0
