"""Where a library lies on a cluster: read as it is meant, or refused with the form."""

from __future__ import annotations

import pickle
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from droindex.engine.opensearch.address import Address, is_address
from droindex.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("opensearch://localhost:9200/policies", Address((("localhost", 9200),), "policies")),
        ("opensearchs://search.example/p_1", Address((("search.example", 9200),), "p_1", True)),
        (
            "opensearch://A:9201,b/p?shards=3&replicas=1",
            Address((("a", 9201), ("b", 9200)), "p", shards=3, replicas=1),
        ),
        ("opensearch://[::1]:9200/p/", Address((("[::1]", 9200),), "p")),
    ],
)
def test_an_address_is_read_and_written(text: str, address: Address) -> None:
    assert Address.parse(text) == address
    assert Address.parse(str(address)) == address
    assert pickle.loads(pickle.dumps(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "opensearch://",
        "opensearch://localhost:9200",
        "opensearch://localhost:9200/",
        "opensearch:///name",
        "opensearch://localhost:0/name",
        "opensearch://localhost:99999/name",
        "opensearch://local host/name",
        "opensearch://localhost/Name",
        "opensearch://localhost/na-me",
        "opensearch://localhost/a/b",
        "opensearch://localhost/_all",
        "opensearch://localhost/name?shards=0",
        "opensearch://localhost/name?shards=many",
        "opensearch://localhost/name?shards",
        "opensearch://localhost/name?copies=2",
        "opensearch://localhost/name#part",
        "opensearch://[::1/name",
        "opensearch://localhost/" + "n" * 61,
        "https://localhost:9200/name",
        "//localhost:9200/name",
    ],
)
def test_what_is_no_address_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Address.parse(text)
    assert "opensearch://HOST:9200/NAME" in caught.value.hint


@pytest.mark.parametrize("rest", ["localhost/name", "[::1/name", "localhost", "a b/name", ""])
def test_a_password_in_an_address_is_refused_and_not_repeated(rest: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Address.parse(f"opensearch://me:secret@{rest}")
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert "DROINDEX_OPENSEARCH_PASSWORD" in caught.value.hint


def test_a_path_is_no_address() -> None:
    assert not is_address("library.idx")
    assert not is_address("opensearch/name")
    assert not is_address(7)
    assert is_address(Address.parse("opensearch://localhost/name"))


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with suppress(SettingsError):
        address = Address.parse(f"opensearch://{text}")
        assert Address.parse(str(address)) == address
