"""corpus.toml: what it may say, and what happens to what it may not."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex.corpus.config import CorpusConfig, Problem, Shelf
from droindex.corpus.config_file import load_config
from droindex.errors import CorpusError, CorpusNotFoundError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path


def load(folder: Path, text: str) -> tuple[CorpusConfig, list[Problem]]:
    (folder / "corpus.toml").write_text(text, encoding="utf-8")
    return load_config(folder)


def test_a_corpus_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    config, problems = load_config(tmp_path)
    assert config == CorpusConfig()
    assert config.labels == ("LES",)
    assert config.active_statuses == ("Current",)
    assert problems == []


def test_every_key_is_read(tmp_path: Path) -> None:
    config, problems = load(
        tmp_path,
        """
        name = "Resource  Library"
        tagline = "Policy"
        language = "German"
        labels = ["FOUO", "LES"]
        exclude = ["drafts/**"]
        split = ["orders/**"]
        synonyms = [["alien", "noncitizen"]]
        [statuses]
        active = ["Current", "Interim"]
        [categories."Mission Support"]
        description = "People, money"
        aliases = ["ADMS"]
        [collections]
        help = "How to"
        [acronyms]
        OPI = "office of primary interest"
        """,
    )
    assert problems == []
    assert config == CorpusConfig(
        name="Resource Library",
        tagline="Policy",
        language="german",
        labels=("FOUO", "LES"),
        active_statuses=("Current", "Interim"),
        categories=(Shelf("Mission Support", "People, money", ("ADMS",)),),
        collections=(Shelf("help", "How to"),),
        acronyms={"OPI": "office of primary interest"},
        synonyms=(("alien", "noncitizen"),),
        exclude=("drafts/**",),
        split=("orders/**",),
    )


@pytest.mark.parametrize(
    ("value", "patterns", "problems"),
    [("true", ("**",), 0), ("false", (), 0), ('"orders"', (), 1), ("[3]", (), 1), ("1", (), 1)],
)
def test_split_is_a_choice_or_a_list_of_patterns(
    tmp_path: Path, value: str, patterns: tuple[str, ...], problems: int
) -> None:
    config, found = load(tmp_path, f"split = {value}\n")
    assert config.split == patterns
    assert [item.slug for item in found] == ["bad-value"] * problems


def test_synonyms_may_be_tables(tmp_path: Path) -> None:
    config, problems = load(tmp_path, '[synonyms]\nalien = ["noncitizen"]\njail = "prison"\n')
    assert config.synonyms == (("alien", "noncitizen"), ("jail", "prison"))
    assert problems == []


def test_the_json_shape_comes_back(tmp_path: Path) -> None:
    config, _ = load(tmp_path, '[categories.A]\naliases=["B"]\n[acronyms]\nX = "y"\n')
    assert CorpusConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_beside_a_record_file_it_is_found_too(tmp_path: Path) -> None:
    records = tmp_path / "records.JSONL"
    records.write_text("", encoding="utf-8")
    (tmp_path / "corpus.toml").write_text('name = "R"', encoding="utf-8")
    assert load_config(records)[0].name == "R"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_of_editors_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "corpus.toml").write_text('name = "Größe"', encoding=encoding)
    assert load_config(tmp_path)[0].name == "Größe"


@pytest.mark.parametrize(
    "text",
    [
        "labels = [",
        'language = "klingon"',
        "language = 3",
        'labels = "LES"',
        'labels = ["LES", 3]',
        'labels = ["LES", ""]',
        'labels = ["LES", "Les"]',
        'labels = ["Open"]',
        'labels = ["unreadable"]',
        'exclude = "drafts"',
        "exclude = [3]",
        "a = " + "[" * 100_000,
        "x" * 1_000_001,
    ],
)
def test_what_decides_who_sees_what_is_never_guessed(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    assert caught.value.slug == "settings-error"
    assert "corpus.toml" in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_bytes(b"name = '\xff\xfe\xfa'")
    with pytest.raises(SettingsError):
        load_config(tmp_path)


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "corpus.toml")
    with pytest.raises(SettingsError, match="no regular file"):
        load_config(tmp_path)
    (tmp_path / "corpus.toml").unlink()
    (tmp_path / "corpus.toml").symlink_to(tmp_path / "gone.toml")
    with pytest.raises(SettingsError):
        load_config(tmp_path)


def test_labels_may_be_none_at_all(tmp_path: Path) -> None:
    assert load(tmp_path, "labels = []")[0].labels == ()


@pytest.mark.parametrize(
    ("text", "slug", "words"),
    [
        ("taglin = 'A'", "unknown-key", "did you mean tagline?"),
        ("xyzzy = 1", "unknown-key", "xyzzy"),
        ("name = 3", "bad-value", "name"),
        ("statuses = ['Current']", "bad-value", "statuses"),
        ("[statuses]\nactive = 'Current'", "bad-value", "statuses.active"),
        ("[statuses]\nactiv = ['Current']", "unknown-key", "did you mean active?"),
        ("categories = ['A']", "bad-value", "categories"),
        ("[categories.A]\ndescription = 3", "bad-value", "categories.A.description"),
        ("[categories.A]\naliases = 'B'", "bad-value", "categories.A.aliases"),
        ("[categories.A]\nalias = ['B']", "unknown-key", "categories.A.alias"),
        ("[collections]\nA = 3", "bad-value", "collections.A"),
        ("acronyms = 3", "bad-value", "acronyms"),
        ("[acronyms]\nOPI = ['a']", "bad-value", "acronyms.OPI"),
        ("synonyms = 3", "bad-value", "synonyms"),
        ("synonyms = [['alien']]", "bad-value", "group 1"),
        ("synonyms = ['alien']", "bad-value", "group 1"),
    ],
)
def test_the_rest_is_reported_and_left_out(
    tmp_path: Path, text: str, slug: str, words: str
) -> None:
    config, problems = load(tmp_path, text)
    assert [problem.slug for problem in problems] == [slug]
    assert words in problems[0].message
    assert problems[0].file == "corpus.toml"
    assert config.labels == ("LES",)
    assert config.active_statuses == ("Current",)


def test_a_corpus_must_be_there_and_of_a_known_kind(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFoundError) as caught:
        load_config(tmp_path / "gone")
    assert caught.value.exit_code == 6
    with pytest.raises(CorpusNotFoundError):
        load_config(tmp_path / "gone" / "deeper.jsonl")
    file = tmp_path / "one.pdf"
    file.write_bytes(b"")
    with pytest.raises(CorpusError, match="neither a folder nor"):
        load_config(file)
    os.mkfifo(tmp_path / "pipe.jsonl")
    with pytest.raises(CorpusError):
        load_config(tmp_path / "pipe.jsonl")


def test_a_problem_has_a_json_shape() -> None:
    shape = Problem("a.toml", "bad-date", "No.").to_dict()
    assert shape == {"file": "a.toml", "slug": "bad-date", "message": "No."}


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "corpus.toml").write_bytes(data)
    with suppress(SettingsError):
        assert load_config(tmp_path)[0].language == "english"
