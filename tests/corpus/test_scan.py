"""A corpus folder: what is a document, what belongs to it, and what is reported."""

from __future__ import annotations

import json
import os
import socket
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex.corpus.config import CorpusConfig
from droindex.corpus.entry import Entry, FileIdentity, Scan
from droindex.corpus.given import read_given
from droindex.corpus.names import valid_name
from droindex.corpus.patterns import path_matcher
from droindex.corpus.scan import scan
from droindex.errors import CorpusError, CorpusNotFoundError, StorageError
from droindex.problems import MAX_REPORTED
from droindex.settings import BuildSettings

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = CorpusConfig()
is_root = hasattr(os, "geteuid") and os.geteuid() == 0


def fill(folder: Path, *names: str, text: str = "") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def ids(found: Scan) -> list[str]:
    return [entry.doc_id for entry in found.entries]


def problems(found: Scan) -> list[tuple[str, str]]:
    return [(problem.file, problem.slug) for problem in found.problems]


def only(found: Scan) -> Entry:
    (entry,) = found.entries
    return entry


# -- documents


def test_documents_are_found_at_any_depth(tmp_path: Path) -> None:
    fill(tmp_path, "b.PDF", "a/x.html", "a/b/c.d.htm", "README.md", "z.TXT", "a/picture.png", "no")
    found = scan(tmp_path, DEFAULTS)
    assert ids(found) == ["README", "a/b/c.d", "a/x", "b", "z"]
    assert [entry.file for entry in found.entries][1:3] == ["a/b/c.d.htm", "a/x.html"]
    assert problems(found) == []
    facts = (tmp_path / "b.PDF").stat()
    assert found.entries[3].path == tmp_path / "b.PDF"
    assert found.entries[3].identity == FileIdentity(0, facts.st_mtime_ns, facts.st_ino)


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    fill(tmp_path, ".a.pdf", ".git/b.pdf", ".pdf", "c/.d/e.pdf", ".f.toml")
    assert scan(tmp_path, DEFAULTS) == Scan()


def test_an_empty_folder_has_no_documents(tmp_path: Path) -> None:
    assert scan(tmp_path, DEFAULTS) == Scan()


def test_a_corpus_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFoundError):
        scan(tmp_path / "gone", DEFAULTS)
    fill(tmp_path, "a.pdf", "b.jsonl")
    for name in ("a.pdf", "b.jsonl"):
        with pytest.raises(CorpusError):
            scan(tmp_path / name, DEFAULTS)


def rivals(found: Scan) -> dict[str, list[str]]:
    return {doc_id: [entry.file for entry in rest] for doc_id, rest in found.rivals.items()}


def test_of_files_with_one_id_the_pdf_comes_first(tmp_path: Path) -> None:
    fill(tmp_path, "a.html", "a.pdf", "a.toml", "b.htm", "b.html", "b.txt", "c.txt")
    found = scan(tmp_path, DEFAULTS)
    assert [entry.file for entry in found.entries] == ["a.pdf", "b.htm", "c.txt"]
    assert rivals(found) == {"a": ["a.html"], "b": ["b.html", "b.txt"]}
    assert found.rivals["a"][0].sidecar == found.entries[0].sidecar == tmp_path / "a.toml"
    assert found.problems == []


def test_rows_are_paired_with_each_file_of_an_id(tmp_path: Path) -> None:
    fill(tmp_path, "a.html", "a.pdf", "b.html", "b.pdf")
    found = catalogued(tmp_path, "file,label\na.pdf,LES\nA.HTML,open\nB,TOP\n")
    first, second = found.entries
    assert (first.catalog_row, found.rivals["a"][0].catalog_row) == (
        {"label": "LES"},
        {"label": "open"},
    )
    # A row that names the id is one for all files that have it.
    assert second.catalog_row == found.rivals["b"][0].catalog_row == {"label": "TOP"}
    assert found.problems == []


def test_strange_names_survive(tmp_path: Path) -> None:
    fill(tmp_path, "two\nlines.pdf", "smile 😀.pdf", "a;b,c'\".pdf", "..x.pdf.pdf", " .pdf")
    bad = os.fsencode(tmp_path) + b"/caf\xe9 \xff.pdf"
    with open(bad, "wb"):  # noqa: PTH123 - a name that no Path literal can hold
        pass
    found = scan(tmp_path, DEFAULTS)
    assert ids(found) == [" ", "a;b,c'\"", "caf%E9 %FF", "smile 😀", "two\nlines"]
    for entry in found.entries:
        assert entry.doc_id.encode()
        assert entry.file.encode()
        assert entry.path.exists()
    assert problems(found) == []


def test_names_that_differ_only_in_broken_bytes_are_told_apart_or_reported(tmp_path: Path) -> None:
    fill(tmp_path, "a%FF.pdf")
    with open(os.fsencode(tmp_path) + b"/a\xff.pdf", "wb"):  # noqa: PTH123
        pass
    found = scan(tmp_path, DEFAULTS)
    assert ids(found) == ["a%FF"]
    assert rivals(found) == {"a%FF": ["a%FF.pdf"]}


def test_an_id_that_is_too_long_is_reported(tmp_path: Path) -> None:
    fill(tmp_path, "x" * 20 + ".pdf", "y" * 21 + ".pdf", "y" * 21 + ".toml")
    found = scan(tmp_path, DEFAULTS, settings=BuildSettings(max_doc_id_chars=20))
    assert ids(found) == ["x" * 20]
    assert problems(found) == [("y" * 21 + ".pdf", "doc-id-too-long")]
    deep = tmp_path
    for _ in range(4):
        deep /= "d" * 200
    fill(deep, "a.pdf")
    assert ("doc-id-too-long") in [slug for _, slug in problems(scan(tmp_path, DEFAULTS))]


def test_what_is_no_file_is_reported_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    os.mkfifo(tmp_path / "b.toml")
    fill(tmp_path, "b.pdf")
    server = socket.socket(socket.AF_UNIX)
    cwd = os.open(".", os.O_RDONLY)
    try:
        os.chdir(tmp_path)  # the path of a socket must be short
        server.bind("s.txt")
        found = scan(tmp_path, DEFAULTS)
    finally:
        os.fchdir(cwd)
        os.close(cwd)
        server.close()
    assert ids(found) == ["b"]
    assert problems(found) == [
        ("b.toml", "not-a-file"),
        ("pipe.pdf", "not-a-file"),
        ("s.txt", "not-a-file"),
    ]
    closed = read_given(only(found), settings=BuildSettings())
    assert closed.values == {"label": "UNREADABLE"}


# -- permissions


@pytest.mark.skipif(is_root, reason="root may open everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "sub/b.pdf")
    (tmp_path / "a.pdf").chmod(0)
    (tmp_path / "sub").chmod(0)
    try:
        found = scan(tmp_path, DEFAULTS)
    finally:
        (tmp_path / "sub").chmod(0o755)
    assert found.unreadable == ["a"]
    assert found.unreadable_folders == ["sub"]
    assert problems(found) == [("a.pdf", "file-unreadable"), ("sub", "folder-unreadable")]


def test_a_file_that_may_not_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a.pdf", "b.pdf", "a.toml", text="label = 'LES'")
    before = scan(tmp_path, DEFAULTS).entries[0].identity
    monkeypatch.setattr(os, "access", lambda path, mode: not path.endswith("a.pdf"))
    found = scan(tmp_path, DEFAULTS)
    assert found.entries[0].identity != before
    assert found.unreadable == ["a"]
    assert ids(found) == ["a", "b"]
    assert problems(found) == [("a.pdf", "file-unreadable")]
    assert read_given(found.entries[0], settings=BuildSettings()).values == {"label": "LES"}


def test_a_sidecar_that_may_not_be_opened_closes_its_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a.pdf", "a.toml")
    monkeypatch.setattr(os, "access", lambda path, mode: path.endswith("a.pdf"))
    entry = only(scan(tmp_path, DEFAULTS))
    assert entry.sidecar_identity is None
    assert read_given(entry, settings=BuildSettings()).values == {"label": "UNREADABLE"}


class Shut:
    """What the system tells of a file in a folder that may be listed but not entered."""

    def __init__(self, item: os.DirEntry[str]) -> None:
        self._item = item
        self.name, self.path = item.name, item.path

    def is_symlink(self) -> bool:
        return False

    def refuse(self, **_: bool) -> bool:
        raise PermissionError(13, "Permission denied")

    is_dir = is_file = stat = refuse


def test_files_that_may_not_be_looked_at_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a.pdf", "b.html", "b.toml", "c.png")
    with os.scandir(tmp_path) as items:
        shut = [Shut(item) for item in items]
    monkeypatch.setattr(os, "scandir", lambda path: nullcontext(shut))
    found = scan(tmp_path, DEFAULTS)
    assert found.entries == []
    assert found.unreadable == ["a", "b"]
    assert problems(found) == [("a.pdf", "file-unreadable"), ("b.html", "file-unreadable")]


def test_a_folder_that_may_not_be_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a.pdf", "shut/b.pdf")
    fill(tmp_path, "catalog.csv", text="file,title\nshut/b.pdf,B\n")
    listing = os.scandir

    def refuse(path: str) -> object:
        if str(path).rstrip("/").endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = scan(tmp_path, DEFAULTS)
    assert ids(found) == ["a"]
    assert found.unreadable_folders == ["shut"]
    assert problems(found) == [("shut", "folder-unreadable")]
    with pytest.raises(StorageError) as caught:
        scan(tmp_path / "shut", DEFAULTS)
    assert caught.value.exit_code == 9


# -- links


def test_links_out_of_the_corpus_are_reported_once_each(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    fill(corpus, "a.pdf", "real/b.pdf")
    fill(outside, "secret.pdf", "secret.toml", "picture.png")
    (corpus / "out.pdf").symlink_to(outside / "secret.pdf")
    (corpus / "a.toml").symlink_to(outside / "secret.toml")
    (corpus / "folder").symlink_to(outside)
    (corpus / "picture.png").symlink_to(outside / "picture.png")
    (corpus / "gone.pdf").symlink_to(outside / "gone.pdf")
    (corpus / "loop.pdf").symlink_to(corpus / "loop.pdf")
    (corpus / "similar").symlink_to(tmp_path / "corpus-2")
    found = scan(corpus, DEFAULTS)
    assert ids(found) == ["a", "real/b"]
    assert problems(found) == [
        ("a.toml", "link-outside"),
        ("folder", "link-outside"),
        ("gone.pdf", "link-broken"),
        ("loop.pdf", "link-broken"),
        ("out.pdf", "link-outside"),
    ]
    assert read_given(found.entries[0], settings=BuildSettings()).values["label"] == "UNREADABLE"


def test_links_inside_the_corpus_are_harmless(tmp_path: Path) -> None:
    fill(tmp_path, "a/x.pdf", ".store/y.pdf")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "a")
    (tmp_path / "latest.pdf").symlink_to(tmp_path / "a" / "x.pdf")
    (tmp_path / "kept.pdf").symlink_to(tmp_path / ".store" / "y.pdf")
    (tmp_path / "store").symlink_to(tmp_path / ".store")
    found = scan(tmp_path, DEFAULTS)
    assert ids(found) == ["a/x", "kept", "latest"]
    assert found.entries[0].identity == found.entries[2].identity
    assert problems(found) == [("store", "link-hidden")]


def test_the_corpus_may_itself_be_a_link(tmp_path: Path) -> None:
    fill(tmp_path, "real/a.pdf")
    (tmp_path / "real" / "b.pdf").symlink_to("a.pdf")
    (tmp_path / "corpus").symlink_to("real")
    found = scan(tmp_path / "corpus", DEFAULTS)
    assert ids(found) == ["a", "b"]
    assert found.entries[0].path == tmp_path / "corpus" / "a.pdf"


# -- exclusions


@pytest.mark.parametrize(
    ("pattern", "excluded", "kept"),
    [
        ("source/**", ["source/a.md", "source/b/c.md", "source"], ["sources/a.md", "x/source/a"]),
        ("source", ["source", "source/a.md"], ["a/source"]),
        ("source/", ["source/a.md"], ["sourcex"]),
        ("./README.md", ["README.md"], ["a/README.md", "READMExmd"]),
        ("*.html", ["a.html", "a\nb.html"], ["b/a.html"]),
        ("**/*.html", ["a.html", "b/c/a.html"], ["a.htm"]),
        ("a/**/z.pdf", ["a/z.pdf", "a/b/c/z.pdf"], ["z.pdf", "az.pdf"]),
        ("**/old/**", ["old/a", "x/old/b"], ["older/a"]),
        ("a?.pdf", ["ab.pdf"], ["a.pdf", "abc.pdf", "a/.pdf"]),
        ("[a-c]1.pdf", ["b1.pdf"], ["d1.pdf", "[1.pdf"]),
        ("[!a]1.pdf", ["b1.pdf"], ["a1.pdf"]),
        ("[^]1.pdf", ["^1.pdf"], ["a1.pdf"]),
        ("[a.pdf", ["[a.pdf"], ["a.pdf"]),
        ("a+(b).pdf", ["a+(b).pdf"], ["aab.pdf"]),
        ("**", ["a", "a/b"], []),
    ],
)
def test_patterns_exclude_by_path(pattern: str, excluded: list[str], kept: list[str]) -> None:
    is_excluded = path_matcher((pattern,))
    assert [path for path in excluded if not is_excluded(path)] == []
    assert [path for path in kept if is_excluded(path)] == []


@settings(deadline=None)
@given(pattern=st.text("ab/*?[]!^-\\.", max_size=8), path=st.text("ab/.", max_size=8))
def test_any_pattern_can_be_used(pattern: str, path: str) -> None:
    assert path_matcher((pattern,))(path) in (True, False)
    assert path_matcher(())(path) is False


def test_what_is_excluded_is_no_part_of_the_corpus(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "a.html", "b.html", "b.toml", "source/c.md", "source/d.toml")
    fill(tmp_path, "catalog.csv", text="file\nsource/c.md\na.html\n")
    found = scan(tmp_path, CorpusConfig(exclude=("source/**", "*.html")))
    assert ids(found) == ["a"]
    assert problems(found) == []


# -- sidecars


def test_sidecars_belong_to_the_document_of_their_name(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "a.toml", "b/c.html", "b/c.JSON", "corpus.toml", "d.pdf")
    found = scan(tmp_path, DEFAULTS)
    by_id = {entry.doc_id: entry for entry in found.entries}
    assert by_id["a"].sidecar == tmp_path / "a.toml"
    assert by_id["a"].sidecar_identity == FileIdentity.of((tmp_path / "a.toml").stat())
    assert by_id["b/c"].sidecar == tmp_path / "b" / "c.JSON"
    assert by_id["d"].sidecar is None
    assert by_id["d"].sidecar_identity is None
    assert problems(found) == []


def test_a_sidecar_that_differs_in_case_is_paired(tmp_path: Path) -> None:
    fill(tmp_path, "Report.pdf", "report.toml")
    assert only(scan(tmp_path, DEFAULTS)).sidecar == tmp_path / "report.toml"
    fill(tmp_path, "REPORT.pdf")
    found = scan(tmp_path, DEFAULTS)
    assert [entry.sidecar for entry in found.entries] == [None, None]
    assert problems(found) == [("report.toml", "sidecar-orphan")]


def test_a_sidecar_without_a_document_is_reported(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "b.toml", "a.pdf.json", "c.xlsx", "c.json", "sub/corpus.toml")
    found = scan(tmp_path, DEFAULTS)
    assert [slug for _, slug in problems(found)] == ["sidecar-orphan"] * 3
    assert only(found).sidecar == tmp_path / "a.pdf.json"


def test_of_two_sidecars_the_toml_wins_and_nothing_is_lost(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf")
    fill(tmp_path, "a.toml", text='title = "T"')
    fill(tmp_path, "a.json", text='{"title": "J", "label": "LES"}')
    found = scan(tmp_path, DEFAULTS)
    assert problems(found) == [("a.json", "duplicate-sidecar")]
    entry = only(found)
    given_ = read_given(entry, settings=BuildSettings())
    assert given_.values == {"title": "T", "label": "LES"}
    fill(tmp_path, "a.json", text="{}")
    assert only(scan(tmp_path, DEFAULTS)).sidecar_identity != entry.sidecar_identity


# -- the catalogue


def catalogued(folder: Path, text: str | bytes, name: str = "catalog.csv") -> Scan:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return scan(folder, DEFAULTS)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\r\n"])
def test_a_catalogue_gives_rows(tmp_path: Path, separator: str, start: str) -> None:
    fill(tmp_path, "a.pdf", "b/c.pdf")
    rows = [["file", "Title", "Doc Type"], ["a.pdf", '"One; two, ""three"""', "Manual"]]
    text = start + "".join(separator.join(row) + "\r\n" for row in rows)
    found = catalogued(tmp_path, text)
    entry = found.entries[0]
    assert entry.catalog_row == {"title": 'One; two, "three"', "doc_type": "Manual"}
    assert len(entry.catalog_digest) == 32
    assert entry.catalog_file.startswith("catalog.csv:")
    assert found.entries[1].catalog_row is None
    assert found.entries[1].catalog_digest == ""
    assert problems(found) == []


def test_what_a_spreadsheet_writes_is_read(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf")
    text = "sep=|\r\nfile|title\r\na.pdf|Größe\r\n"
    assert only(catalogued(tmp_path, text.encode("utf-16"))).catalog_row == {"title": "Größe"}
    found = catalogued(tmp_path, text.replace("sep=|\r\n", "").replace("|", ",").encode("cp1252"))
    assert only(found).catalog_row == {"title": "Größe"}
    assert problems(found) == [("catalog.csv", "catalog-encoding")]


def test_a_catalogue_of_lines_gives_rows(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "b.pdf")
    lines = [{"file": "a.pdf", "subject": ["x", "y"], "issued": None}, {"File": "b.pdf"}]
    text = "\n\n".join(json.dumps(line) for line in lines)
    found = catalogued(tmp_path, "\ufeff" + text, "catalog.jsonl")
    assert [entry.catalog_row for entry in found.entries] == [{"subject": ["x", "y"]}, {}]
    assert found.entries[1].catalog_file == "catalog.jsonl:3"
    assert problems(found) == []
    again = catalogued(tmp_path, text.encode("utf-16"), "catalog.jsonl")
    assert [entry.catalog_row for entry in again.entries] == [{"subject": ["x", "y"]}, {}]


def test_the_digest_tells_a_changed_row_wherever_it_stands(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf")
    first = only(catalogued(tmp_path, "file,title\na.pdf,A\n")).catalog_digest
    moved = only(catalogued(tmp_path, "title,file\n\nA,a.pdf\n")).catalog_digest
    other = only(catalogued(tmp_path, "file,title\na.pdf,B\n")).catalog_digest
    assert first == moved != other


@pytest.mark.parametrize("name", ["./Sub/É.pdf", "sub\\é.PDF", "sub/e\u0301", " sub/é.pdf "])
def test_names_may_be_spelt_as_people_and_systems_do(tmp_path: Path, name: str) -> None:
    fill(tmp_path, "sub/é.pdf")
    found = catalogued(tmp_path, f"file,label\n{name},LES\n")
    assert only(found).catalog_row == {"label": "LES"}
    assert problems(found) == []


def test_a_row_without_a_file_is_reported(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "a.html")
    found = catalogued(tmp_path, "file,title\ngone.pdf,G\na.pdf,A\na.html,H\n,B\n../x.pdf,X\n,\n")
    assert problems(found) == [
        ("catalog.csv:5", "catalog-row"),
        ("catalog.csv:2", "catalog-file-missing"),
        ("catalog.csv:6", "catalog-file-missing"),
    ]


def test_unknown_columns_are_reported_once(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "b.pdf")
    found = catalogued(tmp_path, "file,doc_id,titel,x\na.pdf,a,T,1\nb.pdf,b,T,2\n")
    assert problems(found) == [("catalog.csv:2", "unknown-key")] * 2
    assert "did you mean title?" in found.problems[0].message
    assert [entry.catalog_row for entry in found.entries] == [{}, {}]


def test_the_first_of_two_rows_counts_and_differing_labels_close(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "b.pdf")
    text = "file,title,label\na.pdf,A,\na.pdf,B,LES\nb.pdf,C,LES\nb.pdf,D,LES\n"
    found = catalogued(tmp_path, text)
    assert [entry.catalog_row for entry in found.entries] == [
        {"title": "A", "label": "UNREADABLE"},
        {"title": "C", "label": "LES"},
    ]
    assert problems(found) == [
        ("catalog.csv:3", "unreadable-label"),
        ("catalog.csv:5", "duplicate-key"),
    ]


def test_of_two_catalogues_the_csv_wins_per_value(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "b.pdf")
    lines = '{"file": "a.pdf", "title": "J", "label": "LES"}\n{"file": "b.pdf", "title": "B"}\n'
    (tmp_path / "Catalog.JSONL").write_text(lines, encoding="utf-8")
    found = catalogued(tmp_path, "file,title,label\na.pdf,C,\n")
    assert [entry.catalog_row for entry in found.entries] == [
        {"title": "C", "label": "LES"},
        {"title": "B"},
    ]
    assert problems(found) == [("Catalog.JSONL", "two-catalogs")]


def test_a_catalogue_deeper_down_is_none(tmp_path: Path) -> None:
    fill(tmp_path, "sub/a.pdf")
    fill(tmp_path, "sub/catalog.csv", text="file,title\na.pdf,A\n")
    assert only(scan(tmp_path, DEFAULTS)).catalog_row is None


def test_rows_out_of_step_without_labels_are_reported(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "b.pdf")
    found = catalogued(tmp_path, "file,title,opi\na.pdf,One, two,PMU\nb.pdf,B\n")
    assert [(entry.catalog_row or {}).get("opi") for entry in found.entries] == ["two", None]
    assert problems(found) == [("catalog.csv:2", "catalog-row"), ("catalog.csv:3", "catalog-row")]


def test_a_misspelt_label_column_closes_its_documents(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "b.pdf")
    found = catalogued(tmp_path, "file,lable\na.pdf,LES\nb.pdf,\n")
    assert [entry.catalog_row for entry in found.entries] == [{"label": "UNREADABLE"}, {}]
    assert problems(found) == [("catalog.csv:2", "unreadable-label")]


def test_a_column_that_hides_is_told_however_many_unknown_ones_stand_before_it(
    tmp_path: Path,
) -> None:
    fill(tmp_path, "a.pdf")
    names = ",".join(f"x{number}" for number in range(MAX_REPORTED))
    found = catalogued(tmp_path, f"file,{names},lable\na.pdf{',1' * MAX_REPORTED},LES\n")
    assert only(found).catalog_row == {"label": "UNREADABLE"}
    assert ("catalog.csv:2", "unreadable-label") in problems(found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("catalog.csv", 'file,label\na.pdf,"LES\nb.pdf,LES\n'),
        ("catalog.csv", 'file,label\na.pdf,"LES" x\n'),
        ("catalog.csv", "name,label\na.pdf,LES\n"),
        ("catalog.csv", '"file,label\n'),
        ("catalog.csv", "file,label\na.pdf," + "x" * 200_000 + "\n"),
        ("catalog.jsonl", '{"file": a.pdf, "label": "LES"}\n'),
        ("catalog.jsonl", '{"file": "a.pdf"}\n[1]\n'),
        ("catalog.csv", "file,title,label\na.pdf,One, two,LES\n"),
        ("catalog.csv", "file,title,label\na.pdf,One\n"),
        ("catalog.csv", "Our LES policies\nfile,label\na.pdf,LES\n"),
        ("catalog.csv", "b.pdf,LES\nfile,label\na.pdf,LES\n"),
        ("catalog.csv", "file^label\na.pdf^LES\n"),
        ("catalog.csv", 'file,title,label\nb.pdf,"One,LES\na.pdf,""Two"",LES\nc.pdf,C",\n'),
        ("catalog.csv", "file,label\n,LES\n"),
        ("catalog.csv", "file,label\nzebra.pdf,LES\n"),
        ("catalogue.csv", "file,label\na.pdf,LES\n"),
        ("sub/catalog.csv", "file,label\na.pdf,LES\n"),
    ],
)
def test_a_catalogue_whose_labels_cannot_be_placed_stops_the_build(
    tmp_path: Path, name: str, text: str
) -> None:
    fill(tmp_path, "a.pdf")
    with pytest.raises(CorpusError) as caught:
        catalogued(tmp_path, text, name)
    assert name.rpartition("/")[2] in caught.value.message
    assert "nothing is changed" in caught.value.hint
    assert caught.value.exit_code == 6


def test_a_catalogue_that_cannot_be_opened_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "catalog.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(CorpusError, match="cannot be read"):
        scan(tmp_path, DEFAULTS)


def test_a_broken_catalogue_without_labels_is_reported(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "b.pdf")
    found = catalogued(tmp_path, 'file,title\na.pdf,A\nb.pdf,"B\n')
    assert [entry.catalog_row for entry in found.entries] == [{"title": "A"}, None]
    assert [slug for _, slug in problems(found)] == ["catalog-broken"]
    assert problems(catalogued(tmp_path, "name,title\na.pdf,A\n")) == [
        ("catalog.csv", "catalog-no-file")
    ]
    assert problems(catalogued(tmp_path, "")) == []


def test_a_broken_line_costs_only_itself(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf", "b.pdf", "ü.pdf")
    lines = [
        '{"file": "a.pdf", "title": "A",}',
        '{"file": "\\u00fc.pdf", "label": "LES",}',
        '{"file": "b.pdf", "title": "B"}',
    ]
    found = catalogued(tmp_path, "\n".join(lines), "catalog.jsonl")
    assert {entry.doc_id: entry.catalog_row for entry in found.entries} == {
        "a": {"label": "UNREADABLE"},
        "b": {"title": "B"},
        "ü": {"label": "UNREADABLE"},
    }
    assert problems(found) == [(f"catalog.jsonl:{line}", "catalog-row") for line in (1, 2)]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    data=st.binary(max_size=100) | st.text(max_size=60).map(lambda text: f"file,{text}".encode()),
    name=st.sampled_from(["catalog.csv", "catalog.jsonl"]),
)
def test_arbitrary_bytes_in_a_catalogue_never_escape(
    tmp_path: Path, data: bytes, name: str
) -> None:
    for other in tmp_path.iterdir():
        other.unlink()
    fill(tmp_path, "a.pdf")
    try:
        found = catalogued(tmp_path, data, name)
    except CorpusError as error:
        assert error.hint  # noqa: PT017 - either way is right
    else:
        assert ids(found) == ["a"]
        assert all(problem.message.isprintable() for problem in found.problems)


def test_a_name_of_valid_text_stays_as_it_is() -> None:
    assert valid_name("é/😀\n%FF.pdf") == "é/😀\n%FF.pdf"
    assert valid_name("a\udcff") == "a%FF"


@pytest.mark.parametrize(
    ("name", "doc_id"),
    [
        ("a.pdf", "ops/a"),
        ("S:\\Policies\\OPS\\A.pdf", "ops/a"),
        ("policies/ops/a.pdf", "ops/a"),
        ("b.pdf", None),  # two are called so
        ("sea/a.pdf", None),  # its folder says that it is another one
        ("xa.pdf", None),
    ],
)
def test_a_row_may_name_folders_above_the_corpus_or_none(
    tmp_path: Path, name: str, doc_id: str | None
) -> None:
    fill(tmp_path, "ops/a.pdf", "ops/b.pdf", "sea/b.pdf")
    found = catalogued(tmp_path, f"file,title\n{name},A\n")
    taken = {entry.doc_id for entry in found.entries if entry.catalog_row}
    assert taken == ({doc_id} if doc_id else set())
    assert problems(found) == ([] if doc_id else [("catalog.csv:2", "catalog-file-missing")])


def test_a_row_that_names_no_folder_hides_and_opens_nothing(tmp_path: Path) -> None:
    fill(tmp_path, "ops/a.pdf", "ops/c.pdf")
    found = catalogued(tmp_path, "file,title,label\na.pdf,A,open\nc.pdf,C,LES\n")
    assert [entry.catalog_row for entry in found.entries] == [
        {"title": "A"},
        {"title": "C", "label": "LES"},
    ]


def test_two_rows_for_one_tail_are_told(tmp_path: Path) -> None:
    fill(tmp_path, "a.pdf")
    found = catalogued(tmp_path, "file,title\nx/a.pdf,A\ny/a.pdf,B\n")
    assert only(found).catalog_row is None
    assert [slug for _, slug in problems(found)] == ["catalog-file-missing"] * 2
