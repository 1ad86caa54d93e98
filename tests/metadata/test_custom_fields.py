"""Which custom fields corpus.toml may declare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.corpus.config import CorpusConfig
from droindex.corpus.config_file import load_config
from droindex.errors import SettingsError
from droindex.metadata.coercion import coerce
from droindex.metadata.custom_fields import CUSTOM_KINDS, CustomField, read_custom_fields
from droindex.metadata.keys import KNOWN_KEYS
from droindex.model import DateOrder
from droindex.problems import UNREADABLE_LABEL
from droindex.settings import BuildSettings


def test_fields_are_declared_with_type_and_column(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text(
        '[fields]\nfee = "number"\n[fields.owner]\ncolumn = "Process  owner"\ntype = "keyword"\n'
    )
    config, problems = load_config(tmp_path)
    assert not problems
    assert config.fields == (
        CustomField("fee", "number"),
        CustomField("owner", "keyword", "Process owner"),
    )
    assert config.columns == {"fee": "fee", "process_owner": "owner"}
    assert CorpusConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_a_column_may_be_mapped_to_a_custom_field(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text(
        '[fields]\nowner = "keyword"\n[catalog.columns]\n"Process owner" = "owner"\n'
    )
    config, problems = load_config(tmp_path)
    assert not problems
    assert config.columns == {"process_owner": "owner", "owner": "owner"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('fields = "owner"', "tables"),
        ('[fields]\n"9 lives" = "text"', "begins with a letter"),
        ('[fields]\ntitle = "text"', "all documents have"),
        ('[fields]\nowner = "words"', "text, keyword, date, number"),
        ("[fields]\nowner = 3", "in quotes"),
        ('[fields.owner]\ncolumn = "Owner"', "text, keyword, date, number"),
        ('[fields.owner]\ntype = "text"\nhead = "Owner"', "type and column"),
        ('[fields]\nowner = "text"\nOwner = "keyword"', "twice"),
        ('[fields.owner]\ntype = "text"\ncolumn = "Title"', "has no column"),
        ('[catalog.columns]\nO = "opi"\n[fields.owner]\ntype = "text"\ncolumn = "o"', "opi"),
    ],
)
def test_what_cannot_be_declared_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "corpus.toml").write_text(f"{text}\n")
    _, problems = load_config(tmp_path)
    assert [problem.slug for problem in problems] == ["bad-value"]
    assert said in problems[0].message


@pytest.mark.parametrize("name", ["label", "classification", "Access", "lable", "tlp"])
def test_a_field_that_means_a_label_stops_the_build(tmp_path: Path, name: str) -> None:
    (tmp_path / "corpus.toml").write_text(f'[fields]\n{name} = "keyword"\n')
    with pytest.raises(SettingsError) as caught:
        load_config(tmp_path)
    assert "[catalog.columns]" in caught.value.hint


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
        max_leaves=8,
    )
)
def test_any_table_is_read_or_told(table: object) -> None:
    try:
        found, problems = read_custom_fields(table, "corpus.toml")
    except SettingsError:
        return
    assert all(field.kind in CUSTOM_KINDS and field.name not in KNOWN_KEYS for field in found)
    if not isinstance(table, dict):
        assert problems


KINDS = {"owner": "keyword", "remarks": "text", "due": "date", "fee": "number"}


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("Owner", " Jo  Smith ", "Jo Smith"),
        ("owner", 7, "7"),
        ("remarks", "a\nb", "a\nb"),
        ("due", "25/12/2016", "2016-12-25"),
        ("due", "2016-12-25", "2016-12-25"),
        ("due", "03/02/2006", "03/02/2006"),  # nothing says which figure is the day
        ("fee", "12.50", 12.5),
        ("fee", "1250.0", 1250),
        ("fee", 3, 3),
        ("fee", "1,250", None),  # a comma may be either
        ("fee", "nan", None),
        ("fee", float("inf"), None),
        ("fee", True, None),
        ("owner", ["a"], None),
        ("owner", "", None),
        ("due", None, None),
    ],
)
def test_values_are_of_their_kind(key: str, value: object, read: object) -> None:
    given_ = coerce(
        {key: value}, source="sidecar", file="a.toml", settings=BuildSettings(), kinds=KINDS
    )
    assert given_.values.get("custom", {}).get(key.lower()) == read
    assert type(given_.values.get("custom", {}).get(key.lower())) is type(read)
    is_told = value not in ("", None) and read in (None, "03/02/2006")
    assert bool(given_.problems) == is_told


def test_dates_follow_the_order_of_their_column() -> None:
    given_ = coerce(
        {"due": "03/02/2006"},
        source="catalog",
        file="catalog.csv:2",
        settings=BuildSettings(),
        kinds=KINDS,
        date_orders={"due": DateOrder.DAY_FIRST},
    )
    assert given_.values["custom"] == {"due": "2006-02-03"}
    assert "due_text" not in given_.values


@given(
    name=st.sampled_from(["owner", "distribution", "audience", "notes"]),
    kind=st.sampled_from(CUSTOM_KINDS),
    value=st.sampled_from(["LES", "x; LES", "staff only", "Confidential", "7", "2019-03-04"])
    | st.text(max_size=12),
    is_open=st.booleans(),
)
def test_to_declare_a_field_opens_nothing(
    name: str,
    kind: str,
    value: str,
    is_open: bool,  # noqa: FBT001 - drawn
) -> None:
    raw = {name: value, **({"label": "open"} if is_open else {})}
    labels = [
        coerce(
            raw,
            source="sidecar",
            file="a.toml",
            settings=BuildSettings(),
            labels=("LES",),
            kinds=kinds,
        ).values.get("label", "none")
        for kinds in ({}, {name: kind})
    ]
    assert labels[0] != UNREADABLE_LABEL or labels[1] == UNREADABLE_LABEL
