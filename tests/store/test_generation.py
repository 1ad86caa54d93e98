"""Two small files vouch for a library: whatever is altered in them is told, and never used."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from droindex.corpus.config import CorpusConfig
from droindex.errors import DroindexError, IndexDamagedError, IndexFormatError, SettingsError
from droindex.store.generation import (
    CURRENT,
    FORMAT,
    MANIFEST,
    OPEN_SET,
    Generation,
    clearance_set,
    read_current,
    read_manifest,
    set_for,
    write_current,
    write_manifest,
)

NAMES = st.integers(1, 999_999_999_999).map(lambda number: f"{number:06}")
INFO: dict[str, Any] = {"documents": 1, "scopes": {"active": 1}, "expiries": [], "fingerprint": "f"}


def manifest(**values: object) -> dict[str, Any]:
    """Return the manifest of a library of two sets."""
    return {
        "format": FORMAT,
        "created": "2026-01-01T00:00:00+00:00",
        "config": CorpusConfig(labels=("LES", "Secret")).to_dict(),
        "labels": ["LES", "Secret"],
        "clearances": {"LES": "clearance-1", "Secret": "clearance-1"},
        "corpora": ["/srv/corpus"],
        "sets": {"open": INFO, "clearance-1": INFO},
        "files": {"open/documents/a.store": [10, 123], "state.jsonl": [3, 5]},
        **values,
    }


def refused(folder: Path) -> str:
    """Return the slug with which a manifest is refused; empty where it is read."""
    try:
        read_manifest(folder)
    except DroindexError as error:
        return error.slug
    return ""


@given(NAMES)
def test_the_name_of_the_generation_comes_back(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("library")
    assert read_current(folder) is None
    write_current(folder, name)
    assert read_current(folder) == name
    assert [path.name for path in folder.iterdir()] == [CURRENT]


def test_any_flipped_bit_of_the_name_is_damage(tmp_path: Path) -> None:
    write_current(tmp_path, "000042")
    whole = (tmp_path / CURRENT).read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            broken = bytearray(whole)
            broken[place] ^= 1 << bit
            (tmp_path / CURRENT).write_bytes(broken)
            with pytest.raises(IndexDamagedError) as caught:
                read_current(tmp_path)
            assert caught.value.file == CURRENT
    (tmp_path / CURRENT).write_bytes(whole)
    assert read_current(tmp_path) == "000042"


@pytest.mark.parametrize(
    "line", [b"", b"000042\n", b"../../x 00000000\n", b"\xff" * 20, b"1 2\n\n"]
)
def test_a_line_that_no_build_wrote_is_damage(tmp_path: Path, line: bytes) -> None:
    (tmp_path / CURRENT).write_bytes(line)
    with pytest.raises(IndexDamagedError, match="is damaged"):
        read_current(tmp_path)


def test_where_there_is_no_folder_nothing_was_built(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert read_current(tmp_path / "gone") is None
    assert read_current(tmp_path / "file") is None
    (tmp_path / CURRENT).mkdir()
    with pytest.raises(IndexDamagedError, match="cannot be read"):
        read_current(tmp_path)


@given(st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), st.integers() | st.text(
    st.characters(exclude_categories=("Cs",))), max_size=4))  # fmt: skip
def test_a_manifest_comes_back_with_what_later_versions_may_add(
    tmp_path_factory: pytest.TempPathFactory, more: dict[str, object]
) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    written = {**more, **manifest()}
    written.pop("name", None)
    write_manifest(folder, written)
    assert read_manifest(folder) == written


@given(place=st.floats(0, 0.999), mask=st.integers(1, 255))
@settings(max_examples=150)
def test_any_altered_byte_of_a_manifest_is_damage(
    tmp_path_factory: pytest.TempPathFactory, place: float, mask: int
) -> None:
    folder = tmp_path_factory.mktemp("manifest")
    write_manifest(folder, manifest())
    broken = bytearray((folder / MANIFEST).read_bytes())
    broken[int(place * len(broken))] ^= mask
    (folder / MANIFEST).write_bytes(broken)
    assert refused(folder) == "index-damaged"


def test_a_manifest_that_is_gone_is_damage_and_one_of_another_format_is_named(
    tmp_path: Path,
) -> None:
    assert refused(tmp_path) == "index-damaged"
    write_manifest(tmp_path, manifest(format=FORMAT + 1))
    with pytest.raises(IndexFormatError, match=f"has format {FORMAT + 1}"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("payload", [b"", b"[]", b"1", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_manifest_is_damage_whatever_its_checksum_says(
    tmp_path: Path, payload: bytes
) -> None:
    (tmp_path / MANIFEST).write_bytes(b'{"crc":%d}\n' % zlib.crc32(payload) + payload)
    assert refused(tmp_path) == "index-damaged"


@pytest.mark.parametrize(
    "key", ["created", "config", "labels", "clearances", "corpora", "sets", "files"]
)
@pytest.mark.parametrize("value", [None, 1, "x", True])
def test_a_manifest_written_by_hand_has_to_have_its_shape(
    tmp_path: Path, key: str, value: object
) -> None:
    write_manifest(tmp_path, manifest(**{key: value}))
    is_fine = key == "created" and value == "x"
    assert refused(tmp_path) == ("" if is_fine else "index-damaged")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("labels", [1]),
        ("corpora", [None]),
        ("sets", {"../open": INFO}),
        ("sets", {"clearance-0": INFO}),
        ("sets", {"clearance-01": INFO}),
        ("sets", {"open": {}}),
        ("sets", {"open": {**INFO, "documents": "1"}}),
        ("sets", {"open": {**INFO, "scopes": {"active": None}}}),
        ("sets", {"open": {**INFO, "expiries": ["2026"]}}),
        ("sets", {"open": {**INFO, "fingerprint": 7}}),
        ("clearances", {"LES": "/etc"}),
        ("clearances", {"LES": 1}),
        ("files", {"../outside": [1, 2]}),
        ("files", {"/etc/passwd": [1, 2]}),
        ("files", {"open/../../x": [1, 2]}),
        ("files", {"open/\0": [1, 2]}),
        ("files", {"open/a": [1]}),
        ("files", {"open/a": [1, 2, 3]}),
        ("files", {"open/a": [1.0, 2]}),
        ("files", {"open/a": [True, 2]}),
        ("files", {"open/a": "12"}),
        ("name", "000007"),
    ],
)
def test_no_name_in_a_manifest_leads_astray(tmp_path: Path, key: str, value: object) -> None:
    write_manifest(tmp_path, manifest(**{key: value}))
    assert refused(tmp_path) == "index-damaged"


@pytest.mark.parametrize(
    ("clearance", "name"),
    [(None, "open"), ("LES", "clearance-1"), ("les", "clearance-1"), (" secret ", "clearance-1")],
)
def test_a_caller_reads_the_set_of_his_clearance(clearance: str | None, name: str) -> None:
    assert set_for(manifest(), clearance) == name


@pytest.mark.parametrize("clearance", ["", "Top", "open", "clearance-1"])
def test_a_clearance_that_the_library_does_not_know_is_refused(clearance: str) -> None:
    with pytest.raises(SettingsError, match="knows no clearance"):
        set_for(manifest(), clearance)


def test_an_exported_set_is_for_its_own_clearance_alone() -> None:
    exported = manifest(sets={"clearance-1": INFO}, clearances={"LES": "clearance-1"})
    assert set_for(exported, "LES") == "clearance-1"
    with pytest.raises(SettingsError, match="exported") as caught:
        set_for(exported, None)
    assert "LES" in str(caught.value.hint)


def test_sets_are_named_by_rank() -> None:
    names = [clearance_set(rank) for rank in range(12)]
    assert names[0] == OPEN_SET
    assert len(set(names)) == 12


def test_a_generation_knows_its_files_and_its_configuration(tmp_path: Path) -> None:
    made = Generation("000001", tmp_path, manifest())
    assert made.files_of("open") == {"open/documents/a.store": [10, 123]}
    assert made.files_of("op") == {}
    assert made.config().labels == ("LES", "Secret")
    assert not made.is_gone()
    assert Generation("000002", tmp_path / "gone", manifest()).is_gone()
    with pytest.raises(IndexDamagedError, match="config"):
        Generation("000001", tmp_path, manifest(config={"labels": 7})).config()


def test_a_manifest_is_text_that_people_can_read(tmp_path: Path) -> None:
    write_manifest(tmp_path, manifest(corpora=["/srv/Öffentlich"]))
    head, _, payload = (tmp_path / MANIFEST).read_text("utf-8").partition("\n")
    assert json.loads(head) == {"crc": zlib.crc32(payload.encode())}
    assert "/srv/Öffentlich" in payload
