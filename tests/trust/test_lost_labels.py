"""What was seen with a label stays hidden until somebody says that it is open."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support import document, flip_byte

from droindex import CorpusError, Index, IndexDamagedError, SettingsError
from droindex.cli.program import program

TEXT = "Rules on the custody of juveniles."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    put(folder, "memo.txt", TEXT)
    put(folder, "other.txt", "Rules on travel.")
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "library.idx"


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def build(corpus: Path, target: Path, **options: Any) -> tuple[str, ...]:
    """Build, and return the documents that lost a label."""
    return Index.build(corpus, target, workers=0, allow_removals=True, **options).lost_labels


def seen(target: Path, clearance: str | None = None) -> set[str]:
    with Index.open(target, clearance=clearance) as index:
        return {hit.doc_id for hit in index.scan("", scope="all")}


@pytest.fixture
def labelled(corpus: Path, target: Path) -> Path:
    put(corpus, "memo.toml", 'label = "LES"\n')
    assert build(corpus, target) == ()
    assert seen(target) == {"other"}
    return corpus


@pytest.mark.parametrize("left", [None, "", 'title = "Memo"\n', "[meta]\ntitle = 'x'\n"])
def test_a_lost_label_opens_nothing(labelled: Path, target: Path, left: str | None) -> None:
    (labelled / "memo.toml").unlink()
    if left is not None:
        put(labelled, "memo.toml", left)
    for _ in range(2):
        assert build(labelled, target) == (("memo",) if left != "" else ())
        assert seen(target) == {"other"}
    assert seen(target, "LES") == ({"other", "memo"} if left != "" else {"other"})


def test_a_document_that_was_away_is_still_hidden(labelled: Path, target: Path) -> None:
    (labelled / "memo.toml").unlink()
    (labelled / "memo.txt").unlink()
    assert build(labelled, target) == ()
    put(labelled, "memo.txt", "Other rules.")
    assert build(labelled, target) == ("memo",)
    assert seen(target) == {"other"}


def test_a_copy_under_another_name_is_hidden(labelled: Path, target: Path) -> None:
    put(labelled, "copy.txt", TEXT)
    put(labelled, "spaced.md", f"  {TEXT.upper()}\n")
    assert build(labelled, target) == ("copy", "spaced")
    assert seen(target) == {"other"}


def test_what_was_open_all_along_is_no_copy(corpus: Path, target: Path) -> None:
    put(corpus, "twin.txt", TEXT)
    put(corpus, "memo.toml", 'label = "LES"\n')
    for _ in range(3):
        assert build(corpus, target) == ()
        assert seen(target) == {"twin", "other"}


def test_metadata_says_that_it_is_open(labelled: Path, target: Path) -> None:
    put(labelled, "memo.toml", 'label = "open"\n')
    report = Index.build(labelled, target, workers=0)
    assert (report.lost_labels, report.opened) == ((), ("memo",))
    (labelled / "memo.toml").unlink()
    assert build(labelled, target) == ()
    assert seen(target) == {"memo", "other"}


def test_an_operator_confirms(labelled: Path, target: Path) -> None:
    (labelled / "memo.toml").unlink()
    told = CliRunner().invoke(program, ["build", str(labelled), "--index", str(target)])
    assert told.output.splitlines()[3].strip() == "label-lost"
    assert "--confirm-open memo" in " ".join(told.output.split())
    options = ["--index", str(target), "--confirm-open", "memo", "--confirm-open", "zzz"]
    told = CliRunner().invoke(program, ["build", str(labelled), *options, "--format", "json"])
    shape = json.loads(told.output)
    assert (shape["lost_labels"], shape["opened"]) == ([], ["memo"])
    assert [problem["slug"] for problem in shape["problems"]] == ["nothing-to-confirm"]
    assert build(labelled, target) == ()
    assert seen(target) == {"memo", "other"}


def test_confirmations_are_a_list(corpus: Path, target: Path) -> None:
    with pytest.raises(SettingsError, match="list of ids"):
        build(corpus, target, confirm_open="memo")


def test_records_are_remembered_too(tmp_path: Path, target: Path) -> None:
    records = tmp_path / "all.jsonl"
    other = {"doc_id": "b", "body": "Rules on travel."}
    for first, shown in (
        ({"doc_id": "a", "body": TEXT, "label": "LES"}, {"b"}),
        ({"doc_id": "a", "body": "Other rules."}, {"b"}),
        ({"doc_id": "moved", "body": TEXT}, {"b"}),
        ({"doc_id": "a", "body": "Other rules.", "label": "open"}, {"a", "b"}),
        ({"doc_id": "a", "body": "Other rules."}, {"a", "b"}),
    ):
        records.write_text("".join(f"{json.dumps(row)}\n" for row in (first, other)))
        build(records, target)
        assert seen(target) == shown, first


def test_updates_are_remembered_too(corpus: Path, target: Path) -> None:
    Index.update(target, [document(TEXT, doc_id="memo", label="LES")])
    assert Index.update(target, [document("New", doc_id="memo")]).lost_labels == ("memo",)
    Index.update(target, remove=["memo"])
    build(corpus, target)
    assert seen(target) == {"other"}
    report = Index.update(target, [document("New", doc_id="memo", label="open")])
    assert report.opened == ("memo",)
    assert seen(target) == {"memo", "other"}


def test_going_back_and_clearing_away_forget_nothing(corpus: Path, target: Path) -> None:
    build(corpus, target)
    put(corpus, "memo.toml", 'label = "LES"\n')
    build(corpus, target)
    Index.rollback(target, allow_exposure=True)
    Index.prune(target, now=True)
    (corpus / "memo.toml").unlink()
    assert build(corpus, target) == ("memo",)
    assert seen(target) == {"other"}


def test_a_moved_corpus_is_the_same_one(labelled: Path, target: Path) -> None:
    moved = labelled.rename(labelled.with_name("elsewhere"))
    (moved / "memo.toml").unlink()
    put(moved, "memo.txt", "Other rules.")
    assert build(moved, target) == ("memo",)
    assert seen(target) == {"other"}


def test_the_memory_is_private_and_survives_damage(labelled: Path, target: Path) -> None:
    own = target / "labelled.jsonl"
    (copy,) = target.glob("generations/*/labelled.jsonl")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (own, copy)} == {0o600}
    Index.export_set(target, None, target.with_name("export"))
    assert not list(target.with_name("export").rglob("labelled.jsonl"))
    flip_byte(own, 20)
    (labelled / "memo.toml").unlink()
    assert build(labelled, target) == ("memo",)
    for path in (own, *target.glob("generations/*/labelled.jsonl")):
        flip_byte(path, 20)
    with pytest.raises(IndexDamagedError):
        build(labelled, target)
    assert seen(target) == {"other"}


def test_the_memory_has_one_line_for_each_document(labelled: Path, target: Path) -> None:
    for number in range(12):
        put(labelled, "memo.txt", f"Rules {number}.")
        build(labelled, target)
    (line,) = (target / "labelled.jsonl").read_text().splitlines()[1:]
    assert len(json.loads(line)[4]) == 8


def test_the_label_of_a_file_that_was_left_out_is_remembered(corpus: Path, target: Path) -> None:
    put(corpus, "memo.html", "<p>Another memo.</p>")
    put(corpus, "catalog.csv", "file,label\nmemo.html,\nmemo.txt,LES\nother.txt,\n")
    build(corpus, target)
    assert seen(target) == {"memo", "other"}
    (corpus / "memo.html").unlink()
    (corpus / "catalog.csv").unlink()
    assert build(corpus, target) == ("memo",)
    assert seen(target) == {"other"}


# -- labels that look alike


@pytest.mark.parametrize(
    "label", ["ＬＥＳ", "L\u200bES", "les", " LES\u00a0", "L\u00adES", "L\ufe0fES"]
)
def test_labels_that_look_alike_are_one(corpus: Path, target: Path, label: str) -> None:
    put(corpus, "memo.json", json.dumps({"label": label}))
    assert Index.build(corpus, target, workers=0).problems == ()
    assert seen(target, label) == {"memo", "other"}
    twice = json.dumps([label, "l\u200be\u200bs"])
    put(corpus, "corpus.toml", f"labels = {twice}")
    with pytest.raises(SettingsError, match="labels"):
        build(corpus, target)


@pytest.mark.parametrize(
    "config",
    ['lables = ["TOP"]', '[statuses]\nlabels = ["TOP"]', 'exlude = ["a"]', '[x]\nexclude = ["a"]'],
)
def test_what_decides_who_sees_what_is_not_guessed(corpus: Path, target: Path, config: str) -> None:
    put(corpus, "corpus.toml", config)
    with pytest.raises(SettingsError, match="looks like"):
        build(corpus, target)


# -- no false alarms


def test_sound_metadata_without_labels_hides_nothing(corpus: Path, target: Path) -> None:
    put(
        corpus, "memo.toml", 'title = "On the label of LES, and access"\naccess_date = 2001-02-03\n'
    )
    put(corpus, "other.json", '{"summary": "Security labels.", "page_count": 3, "rights": "x"}')
    put(corpus, "catalog.csv", "file,title,label,notes\r\nmemo.txt,,,a\r\nother.txt,,,\r\n\r\n")
    report = Index.build(corpus, target, workers=0)
    assert {problem.slug for problem in report.problems} == {"unknown-key"}
    assert seen(target) == {"memo", "other"}


def test_a_name_that_fits_hides_only_what_it_may_mean(corpus: Path, target: Path) -> None:
    put(corpus, "catalog.csv", "file,label\nmem0.txt,LES\n")
    report = Index.build(corpus, target, workers=0)
    assert report.problems[0].slug == "label-unplaced"
    assert seen(target) == {"other"}
    put(corpus, "catalog.csv", "file,label\n")
    build(corpus, target)
    assert seen(target) == {"memo", "other"}  # what was only suspected is not remembered
    put(corpus, "catalog.csv", "file,label\nzebra.txt,LES\n")
    with pytest.raises(CorpusError, match=r"line 2.*zebra"):
        build(corpus, target)


@pytest.mark.parametrize("left", ["", "---\ntitle: Rules\n---\n", "---\nlabel: open\n---\n"])
def test_a_label_in_front_matter_is_not_lost_by_a_new_name(
    corpus: Path, target: Path, left: str
) -> None:
    body = f"# Rules\n\n{TEXT}\n"
    put(corpus, "paper.md", f"---\ntitle: Rules\nlabel: LES\n---\n{body}")
    assert build(corpus, target) == ()
    (corpus / "paper.md").unlink()
    put(corpus, "moved.md", left + body)
    assert build(corpus, target) == ("moved",)
    assert seen(target) == {"memo", "other"}
