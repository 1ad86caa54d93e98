"""`show`, `browse` and `recent`: a document's page, the shelves, the newest."""

from __future__ import annotations

import csv
import io
import json

import pytest

from droindex import Document, Index, Page


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("show.txt", ("show", "enforcement/escort")),
        ("show-page.txt", ("show", "--page", "2", "enforcement/escort")),
        ("show-cite.txt", ("show", "--page", "1", "--format", "cite", "enforcement/escort")),
        ("show-pages.txt", ("show", "--pages", "enforcement/cases")),
        ("show.json", ("show", "--format", "json", "--pages", "enforcement/escort")),
        ("show-steering.txt", ("show", "odd/steering")),
        ("show-no-date.txt", ("show", "mission/vehicles")),
        ("browse.txt", ("browse", "--scope", "all")),
        ("browse.json", ("browse", "--format", "json")),
        ("recent.txt", ("recent",)),
        ("recent-all.txt", ("recent", "2", "--scope", "all")),
    ],
)
def test_looks_as_reviewed(run, golden, name, args):
    result = run(*args)
    assert result.exit_code == 0, result.stderr
    golden(name, result.stdout)


def test_json_is_the_document_with_its_sources(run, small):
    shape = json.loads(run("show", "--format", "json", "enforcement/escort").stdout)
    with Index.open(small) as index:
        assert shape == index.get("enforcement/escort").to_dict()
    assert shape["sources"]["title"] == "update"
    assert "pages" not in shape


def test_what_to_read_next_is_listed_with_percentages(run, sample_library):
    out = run("show", "--related", "5", "enforcement/escort-deviation", index=sample_library).stdout
    with Index.open(sample_library) as index:
        last = index.related("enforcement/escort-deviation", limit=5)[-1]
    assert "\n\ndocuments like this one\n  " in out
    assert out.splitlines()[-1].strip().endswith(f"({last.doc_id})")
    assert f"\n  {last.relevance}% " in out
    plain = run("show", "enforcement/escort-deviation", index=sample_library).stdout
    assert out.startswith(plain)


def test_json_lists_what_to_read_next(run, sample_library):
    args = ("show", "--format", "json", "--related", "5", "enforcement/escort-deviation")
    shape = json.loads(run(*args, index=sample_library).stdout)
    with Index.open(sample_library) as index:
        expected = [
            {
                "doc_id": other.doc_id,
                "title": other.title,
                "is_link": other.is_link,
                "relevance": other.relevance,
            }
            for other in index.related("enforcement/escort-deviation", limit=5)
        ]
    assert expected
    assert shape["related_documents"] == expected


def test_unknown_document(run):
    result = run("show", "no\x1b[2Jsuch")
    assert (result.exit_code, result.stdout) == (7, "")
    assert "\x1b" not in result.stderr


def test_readings_are_told_from_statements(run, sample_library, golden):
    args = ("--clearance", "LES", "mission-support/armory-keys-les")
    result = run("show", *args, index=sample_library)
    assert "LES (read from the text, " in result.stdout
    assert "application/pdf, " in result.stdout


def test_what_a_file_lacks_is_shown(run, sample_library):
    result = run("show", "detention-and-removal/funds-and-personal-property", index=sample_library)
    assert "read        needs_ocr" in result.stdout
    assert "needs OCR   pages 1" in result.stdout


def test_reference_to_a_document_that_went(run, small, tmp_path):
    path = tmp_path / "library.idx"
    with Index.open(small) as index:
        escort = index.get("enforcement/escort")
    Index.update(path, documents=[escort])
    result = run("show", "enforcement/escort", index=path)
    assert "superseded by\n  Case management (not in this library)" in result.stdout


def test_library_without_shelves(run, tmp_path):
    path = tmp_path / "library.idx"
    Index.update(path, documents=[Document(doc_id="a", pages=(Page(1, "text"),), status="Draft")])
    assert run("browse", index=path).exit_code == 1
    recent = run("recent", index=path)
    assert (recent.exit_code, recent.stdout) == (1, "No documents in Active Documents.\n")


def test_named_library_shows_its_name_and_what_shelves_hold(run, sample_library):
    out = run("browse", index=sample_library).stdout
    assert out.startswith("DRO Resource Library (sample)\nA sample of a policy library")
    assert "\n\nCategories in Active Documents\n" in out
    assert "\n      Operational oversight of the field offices\n" in out
    status = run("status", index=sample_library).stdout
    assert status.startswith("DRO Resource Library (sample)\nlibrary")


def test_recent_as_json_is_a_list_of_results(run):
    shape = json.loads(run("recent", "--format", "json", "1").stdout)
    assert [hit["doc_id"] for hit in shape["hits"]] == ["enforcement/cases"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_shelves_are_rows_for_programs(run, form):
    shape = json.loads(run("browse", "--format", "json").stdout)["shelves"]
    out = run("browse", "--format", form, "-n", "2").stdout_bytes.decode()
    if form == "jsonl":
        rows = [json.loads(line) for line in out.splitlines()]
    else:
        rows = [
            {**row, "count": int(row["count"])}
            for row in csv.DictReader(io.StringIO(out, newline=""))
        ]
    assert rows == shape[:2]


def test_no_shelves_are_no_rows(run, tmp_path):
    Index.update(tmp_path / "library.idx", [Document(doc_id="a")])
    result = run("browse", "--format", "csv", index=tmp_path / "library.idx")
    assert (result.exit_code, result.stdout) == (1, "")


def test_recent_takes_its_number_once(run):
    assert run("recent", "2", "--limit", "2").exit_code == 2
    assert run("recent", "0").exit_code == 2


def test_one_page_is_printed_alone(run):
    shape = json.loads(run("show", "--page", "2", "--format", "json", "enforcement/escort").stdout)
    assert [page["number"] for page in shape["pages"]] == [2]
    result = run("show", "--page", "3", "enforcement/escort")
    assert result.exit_code == 2
    assert "There is no text of a page 3: the document has 2 pages." in result.stderr


def test_a_page_is_written_as_a_picture_with_words_marked(run, sample_library, tmp_path):
    path = tmp_path / "page.png"
    args = ("show", "enforcement/escort-deviation", "--image", str(path), "--width", "400")
    plain = run(*args, index=sample_library)
    assert (plain.exit_code, plain.stdout) == (0, "")
    assert plain.stderr == f"note: Page 1 is in {path} (400 x 517 pixels).\n"
    content = path.read_bytes()
    marked = run(*args, "--page", "1", "--words", "escort policy", index=sample_library)
    assert " words marked)." in marked.stderr
    assert path.read_bytes() != content


@pytest.mark.parametrize(
    ("name", "options", "code", "said"),
    [
        ("enforcement/escort-deviation", ("--page", "99"), 7, "Page 99 of"),
        ("enforcement/escort-deviation", ("--width", "1"), 2, "--width"),
        ("no/such", (), 7, "There is no document"),
    ],
)
def test_pictures_that_cannot_be_had(run, sample_library, tmp_path, name, options, code, said):
    path = tmp_path / "page.png"
    result = run("show", name, "--image", str(path), *options, index=sample_library)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert not path.exists()


def test_a_picture_that_cannot_be_written(run, sample_library, tmp_path):
    path = tmp_path / "none" / "page.png"
    args = ("show", "enforcement/escort-deviation", "--image", str(path))
    result = run(*args, index=sample_library)
    assert (result.exit_code, result.stdout) == (9, "")
    assert f"Cannot write {path}: " in result.stderr
