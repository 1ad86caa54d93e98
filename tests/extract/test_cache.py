"""Readings that are kept."""

from __future__ import annotations

import hmac
import os
import resource
import shutil
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from droindex import Index
from droindex.extract.cache import ExtractionCache, limits_fingerprint, settings_fingerprint
from droindex.extract.protocol import Extraction, FileFacts, OutlineEntry, SizedLine
from droindex.extract.workers.run import Extracted
from droindex.model import FileStatus
from droindex.pages import Page, PageStatus
from droindex.settings import ExtractSettings

Read = Callable[..., list[Extracted]]
SETTINGS = ExtractSettings(ocr=False)
READING = Extraction(
    FileStatus.PARTIAL,
    "Page 2 could not be read.",
    (Page(1, "text – ü", label="i", backend="pdfium"), Page(2, "", status=PageStatus.DAMAGED)),
    FileFacts(
        page_count=2,
        properties={"Title": "T"},
        outline=(OutlineEntry("One", 0, 1), OutlineEntry("Nowhere", 1, None)),
        sized_lines=(SizedLine("T", 18.0),),
        running_lines=("LES",),
        is_encrypted=True,
        notes=("note",),
    ),
)


@pytest.fixture
def cache(tmp_path: Path) -> ExtractionCache:
    return ExtractionCache(tmp_path / "cache")


def test_what_is_kept_comes_back_whole(cache: ExtractionCache) -> None:
    key = cache.key("00" * 32, "pdf 1", SETTINGS)
    assert cache.get(key) is None
    assert cache.put(key, READING)
    assert cache.holds(key)
    assert cache.get(key) == READING


def test_the_key_follows_what_touches_the_output(cache: ExtractionCache) -> None:
    base = cache.key("00" * 32, "pdf 1", SETTINGS)
    assert cache.key("01" * 32, "pdf 1", SETTINGS) != base
    assert cache.key("00" * 32, "pdf 2", SETTINGS) != base
    assert cache.key("00" * 32, "pdf 1", replace(SETTINGS, backend="pypdf")) != base
    assert cache.key("00" * 32, "pdf 1", replace(SETTINGS, ocr=True)) != base
    assert cache.key("00" * 32, "pdf 1", replace(SETTINGS, page_deadline_s=1.0)) == base
    assert settings_fingerprint(replace(SETTINGS, ocr_dpi=300)) == settings_fingerprint(SETTINGS)


def test_only_the_owner_may_look(cache: ExtractionCache) -> None:
    key = cache.key("00" * 32, "pdf 1", SETTINGS)
    cache.put(key, READING)
    for path in [cache.folder, *cache.folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0


def test_a_damaged_entry_is_a_miss(cache: ExtractionCache) -> None:
    key = cache.key("00" * 32, "pdf 1", SETTINGS)
    cache.put(key, READING)
    [place] = cache.folder.glob("??/*")
    sound = place.read_bytes()
    for at in range(0, len(sound), 7):
        place.write_bytes(sound[:at])
        assert cache.get(key) is None
        place.write_bytes(sound[:at] + bytes([sound[at] ^ 0x10]) + sound[at + 1 :])
        assert cache.get(key) is None
    place.write_bytes(sound)
    assert cache.get(cache.key("02" * 32, "pdf 1", SETTINGS)) is None
    assert cache.get(key) == READING


def test_readings_of_the_hour_are_not_kept(cache: ExtractionCache) -> None:
    key = cache.key("00" * 32, "pdf 1", SETTINGS)
    for status in (FileStatus.TIMED_OUT, FileStatus.CRASHED):
        assert not cache.put(key, replace(READING, status=status))
    late = (Page(1, "", status=PageStatus.TIMED_OUT),)
    assert not cache.put(key, replace(READING, pages=late))
    assert not cache.holds(key)


def test_pruning(cache: ExtractionCache) -> None:
    keys = [cache.key(f"{n:02}" * 32, "pdf 1", SETTINGS) for n in range(4)]
    for age, key in enumerate(keys):
        cache.put(key, READING)
        place = cache.folder / key[:2] / f"{key}.json.z"
        os.utime(place, (time.time() - 100 * age,) * 2)
    count, size = cache.size()
    assert count == 4
    abandoned = cache.folder / keys[0][:2] / ".tmp-0"
    abandoned.write_bytes(b"")
    os.utime(abandoned, (0, 0))
    assert cache.prune(max_age_s=250) == 1
    assert not abandoned.exists()
    assert cache.prune(max_bytes=size // 3) == 2
    assert cache.holds(keys[0])


def test_reading_again_reads_nothing(
    tmp_path: Path, cache: ExtractionCache, read: Read, make_pdf: Callable[..., bytes]
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(["The first page of a directive."]))
    [first] = read(path, cache=cache)
    assert not first.from_cache
    again = tmp_path / "moved.pdf"
    path.rename(again)
    pages: list[int] = []
    [second] = read(again, cache=cache, workers=2, on_page=pages.append)
    assert second.from_cache
    assert second.extraction == first.extraction
    assert second.sha256 == first.sha256
    assert pages == []


def test_a_damaged_entry_is_read_anew(
    tmp_path: Path, cache: ExtractionCache, read: Read, make_pdf: Callable[..., bytes]
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(["The first page of a directive."]))
    [first] = read(path, cache=cache)
    [place] = cache.folder.glob("??/*")
    place.write_bytes(b"")
    for workers in (0, 1):
        [second] = read(path, cache=cache, workers=workers)
        assert second.extraction == first.extraction
    assert read(path, cache=cache)[0].from_cache


def test_a_full_disk_costs_the_cache_and_not_the_reading(
    tmp_path: Path,
    cache: ExtractionCache,
    read: Read,
    make_pdf: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(["The first page of a directive."]))

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))  # bytes of a file, the least of a disk
    try:
        assert not cache.put("ab" * 32, READING)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path.name for path in cache.folder.rglob("*")} <= {"ab", "cache.key"}
    monkeypatch.setattr(
        cache,
        "put",
        lambda key, reading, limits: setattr(cache, "fault", OSError(28, "No space left")),
    )
    [found] = read(path, cache=cache)
    assert found.extraction.status is FileStatus.OK
    assert found.extraction.facts.notes == (
        "The reading could not be kept in the cache: No space left.",
    )


def test_a_reading_that_was_cut_short_counts_for_the_same_limits_only(
    cache: ExtractionCache,
) -> None:
    key = cache.key("00" * 32, "pdf 1", SETTINGS)
    tight = limits_fingerprint(replace(SETTINGS, memory_bytes=300_000_000))
    for status in (FileStatus.PARTIAL, FileStatus.TOO_BIG):
        reading = replace(READING, status=status)
        cache.put(key, reading, tight)
        assert cache.get(key, tight) == reading
        assert cache.get(key, limits_fingerprint(SETTINGS)) is None
    whole = replace(READING, status=FileStatus.OK)
    cache.put(key, whole, tight)
    assert cache.get(key, limits_fingerprint(SETTINGS)) == whole


def test_an_entry_of_another_key_is_a_miss(tmp_path: Path) -> None:
    ours = ExtractionCache(tmp_path / "ours" / "cache", tmp_path / "ours")
    theirs = ExtractionCache(tmp_path / "theirs")
    key = ours.key("00" * 32, "pdf 1", SETTINGS)
    assert ours.put(key, READING)
    assert theirs.put(key, replace(READING, reason="forged"))
    assert (tmp_path / "ours" / "cache.key").stat().st_mode & 0o777 == 0o600
    [place] = ours.folder.glob("??/*")
    [forged] = theirs.folder.glob("??/*")
    assert ours.get(key) == READING
    place.write_bytes(forged.read_bytes())
    assert ours.get(key) is None


@pytest.mark.parametrize("slip", ["open folder", "open key", "linked key", "short key"])
def test_a_shared_cache_that_others_may_change_is_not_used(
    tmp_path: Path, cache: ExtractionCache, slip: str
) -> None:
    key = cache.key("00" * 32, "pdf 1", SETTINGS)
    assert cache.put(key, READING)
    secret = cache.folder / "cache.key"
    if slip == "open folder":
        cache.folder.chmod(0o777)
    elif slip == "open key":
        secret.chmod(0o644)
    elif slip == "linked key":
        secret.rename(tmp_path / "elsewhere")
        secret.symlink_to(tmp_path / "elsewhere")
    else:
        secret.write_bytes(b"short")
    again = ExtractionCache(cache.folder)
    assert again.get(key) is None
    assert not again.put(key, READING)
    assert again.image_folder is None
    assert again.fault is not None


def test_a_forged_reading_opens_no_document_that_its_banner_labels(tmp_path: Path) -> None:
    corpus, library = tmp_path / "corpus", tmp_path / "library.idx"
    corpus.mkdir()
    (corpus / "corpus.toml").write_text('labels = ["LES"]\n', "utf-8")
    banner = "LAW ENFORCEMENT SENSITIVE\n\nSecret otters.\n"
    (corpus / "memo.txt").write_text(banner, "utf-8")
    (corpus / "a.txt").write_text("Ordinary geese.", "utf-8")
    Index.build(corpus, library, workers=0)
    before = {path: path.read_bytes() for path in (library / "cache").glob("??/*")}
    assert before
    for path, content in before.items():  # signed by somebody who cannot read the key
        shape = zlib.decompress(content[32:]).replace(b"LAW ENFORCEMENT SENSITIVE", b"-")
        packed = zlib.compress(shape)
        path.write_bytes(hmac.digest(b"guessed", packed, "sha256") + packed)
    shutil.rmtree(library / "generations")
    for name in ("CURRENT", "labelled.jsonl"):
        (library / name).unlink(missing_ok=True)
    Index.build(corpus, library, workers=0)
    with Index.open(library) as index:
        found = {hit.doc_id for hit in index.search("", scope="all")}
    with Index.open(library, clearance="LES") as index:
        assert {hit.doc_id for hit in index.search("", scope="all")} == {"a", "memo"}
    assert found == {"a"}


def test_numbers_that_are_no_settings_any_more_change_no_name() -> None:
    """A library and a cache of the version before name the same reading."""
    assert settings_fingerprint(ExtractSettings(ocr=False)) == "d137f04a90941eb5"
    assert settings_fingerprint(ExtractSettings(ocr=True)) == "96469b3f1bf051e4"
    pypdf = ExtractSettings(ocr=False, backend="pypdf")  # called `engine` then
    assert settings_fingerprint(pypdf) == "1ecb25fff42104ec"
    assert limits_fingerprint(ExtractSettings()) == "13caf8eef8e0f7ba"
