"""Which metadata belongs to which document; a label that fits none hides what it may mean."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.corpus.catalog.rows import CatalogRow
from droindex.corpus.config import CorpusConfig
from droindex.corpus.pairing.documents import CorpusDocuments
from droindex.corpus.pairing.rows import pair_rows
from droindex.corpus.pairing.sidecars import pair_sidecars
from droindex.corpus.pairing.unplaced import UnplacedLabels, refuse_misplaced
from droindex.corpus.walk import Walk
from droindex.errors import CorpusError
from droindex.metadata.label_hints import Hints
from droindex.settings import BuildSettings

LABELLED = 'label = "LES"\n'
PLAIN = 'title = "Escorts"\n'


class Met(NamedTuple):
    """What a walk met, as those who pair are given it."""

    walk: Walk
    documents: CorpusDocuments
    hints: Hints
    unplaced: UnplacedLabels

    def sidecars(self) -> dict[str, list[str]]:
        """Return the sidecars of each document by path, the one that counts first."""
        paired = pair_sidecars(*self)
        return {doc_id: [file.relative for file in found] for doc_id, found in paired.items()}

    def rows(self, **rows: str | None) -> dict[str, str]:
        """Return the row that each file gets, given the labels of rows by what they name."""
        given = {
            name: CatalogRow(
                f"catalog.csv:{line}", {"title": name} | ({"label": label} if label else {})
            )
            for line, (name, label) in enumerate(rows.items(), 2)
        }
        return {file: row.where for file, row in pair_rows(*self, given).items()}

    def problems(self) -> list[tuple[str, str]]:
        return [(problem.file, problem.slug) for problem in self.walk.problems]


def met(folder: Path, files: dict[str, str], known: tuple[str, ...] = ()) -> Met:
    """Return what a walk over files with these texts meets."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    walk = Walk(folder, CorpusConfig(), BuildSettings(), (".pdf", ".txt"))
    walk.run()
    return Met(walk, CorpusDocuments(walk, known), Hints.of(("LES",)), UnplacedLabels(walk))


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("memo", "memo"),
        ("memo.txt", "memo"),
        ("MEMO.TXT", "memo"),
        ("memo.tax", None),
        ("sub/memo", None),
        ("sub/order", "sub/Order"),  # case makes no difference
        ("twin", None),  # where it does not decide between two
        ("Twin", "Twin"),
    ],
)
def test_a_name_means_one_document_or_none(tmp_path: Path, name: str, document: str | None) -> None:
    files = dict.fromkeys(["memo.txt", "sub/Order.pdf", "Twin.txt", "tWin.txt"], "")
    assert met(tmp_path, files).documents.document_of(name) == document


def test_a_sidecar_is_paired_by_its_name_and_the_toml_one_counts(tmp_path: Path) -> None:
    files = {"a.pdf": "", "a.json": "{}", "a.toml": PLAIN, "a.pdf.toml": PLAIN, "b.txt": ""}
    found = met(tmp_path, files)
    assert found.sidecars() == {"a": ["a.toml", "a.json", "a.pdf.toml"]}
    assert found.problems() == [
        ("a.json", "duplicate-sidecar"),
        ("a.pdf.toml", "duplicate-sidecar"),
    ]


@pytest.mark.parametrize(
    ("text", "slug", "hidden"),
    [(PLAIN, "sidecar-orphan", set()), (LABELLED, "label-unplaced", {"escort"})],
)
def test_an_orphan_hides_what_is_called_like_it_if_it_may_give_a_label(
    tmp_path: Path, text: str, slug: str, hidden: set[str]
) -> None:
    found = met(tmp_path, {"escort.txt": "", "travel.txt": "", "escrt.toml": text})
    assert found.sidecars() == {}
    assert found.problems() == [("escrt.toml", slug)]
    assert found.unplaced.near == hidden


def test_the_sidecar_of_a_document_that_is_gone_hides_nothing(tmp_path: Path) -> None:
    found = met(tmp_path, {"escort.txt": "", "escrt.toml": LABELLED}, known=("escrt",))
    assert found.sidecars() == {}
    assert found.unplaced.near == set()


def test_a_slip_in_the_suffix_of_a_sidecar_hides_its_document(tmp_path: Path) -> None:
    found = met(tmp_path, {"a.pdf": "", "a.yaml": "label: LES\n", "b.pdf": "", "b.tml": PLAIN})
    assert found.sidecars() == {}
    assert found.problems() == [("a.yaml", "label-unplaced")]
    assert found.unplaced.near == {"a"}


def test_a_row_goes_to_the_file_of_its_very_name_before_one_that_is_like_it(tmp_path: Path) -> None:
    found = met(tmp_path, dict.fromkeys(["a.pdf", "A.txt", "sub/b.pdf"], ""))
    assert found.rows(**{"A.txt": None, "SUB\\b.pdf": None, "./a.PDF": None}) == {
        "A.txt": "catalog.csv:2",
        "sub/b.pdf": "catalog.csv:3",
        "a.pdf": "catalog.csv:4",
    }
    assert found.problems() == []


def test_a_row_without_a_file_hides_what_it_may_mean_where_it_gives_a_label(tmp_path: Path) -> None:
    found = met(tmp_path, dict.fromkeys(["escort.pdf", "travel.pdf"], ""))
    assert found.rows(**{"escrt.pdf": "LES", "gone.pdf": None, "lost.pdf": "open"}) == {}
    assert found.problems() == [
        ("catalog.csv:2", "label-unplaced"),
        ("catalog.csv:3", "catalog-file-missing"),
        ("catalog.csv:4", "catalog-file-missing"),
    ]
    assert found.unplaced.near == {"escort"}


def test_a_label_for_a_document_that_nothing_is_like_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"catalog\.csv gives a label in line 3 to .zzz\.pdf"):
        met(tmp_path, {"escort.pdf": ""}).rows(**{"gone.pdf": None, "zzz.pdf": "LES"})
    # not where every document has a row of its own, nor where the document is known to be gone
    assert met(tmp_path, {}).rows(**{"escort.pdf": None, "zzz.pdf": "LES"}).keys() == {"escort.pdf"}
    assert met(tmp_path, {}, known=("zzz.pdf",)).rows(**{"zzz.pdf": "LES"}) == {}


@pytest.mark.parametrize("name", ["catalogue.csv", "sub/catalog.csv", "catalog.csv.txt"])
def test_what_looks_like_a_catalogue_with_labels_is_refused(tmp_path: Path, name: str) -> None:
    plain = met(tmp_path, {name: "file,title\na.txt,Escorts\n"})
    refuse_misplaced(plain.walk, plain.hints)
    labelled = met(tmp_path, {name: "file,label\na.txt,LES\n"})
    with pytest.raises(CorpusError, match="looks like a catalogue with labels"):
        refuse_misplaced(labelled.walk, labelled.hints)


@settings(deadline=None, max_examples=60)
@given(
    documents=st.sets(st.sampled_from(["a.txt", "b.pdf", "ab.txt", "x/a.pdf"])),
    sidecars=st.dictionaries(
        st.sampled_from(["a", "A", "b", "ba", "x/a", "a.txt", "x/b.pdf"]).map(
            lambda stem: f"{stem}.toml"
        ),
        st.sampled_from([PLAIN, LABELLED]),
    ),
)
def test_each_sidecar_is_paired_once_or_reported(
    documents: set[str], sidecars: dict[str, str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = met(Path(folder), dict.fromkeys(sorted(documents), "") | sidecars)
        paired = [name for names in found.sidecars().values() for name in names]
    told = [file for file, slug in found.problems() if slug != "duplicate-sidecar"]
    assert sorted([*paired, *told]) == sorted(sidecars)
    assert found.unplaced.near <= found.documents.files.keys()
