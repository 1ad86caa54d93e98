"""Keys and values in layers: as a dict would have them, through any history, or known as damage."""

from __future__ import annotations

import os
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import flip_byte

from droindex import IndexDamagedError
from droindex.store.layers import Layers
from droindex.store.table import Table, write_table

KEYS = st.binary(min_size=1, max_size=3)
VALUES = st.none() | st.binary(max_size=40)
STEPS = st.lists(st.dictionaries(KEYS, VALUES, max_size=30), min_size=1, max_size=8)


def follow(folder: Path, layers: Layers, number: int) -> tuple[Path, Layers]:
    """Write a next generation, and open it."""
    draft = folder / f"{number}"
    draft.mkdir()
    names, linked = layers.write(draft, f"{number:06d}")
    for name in linked:
        os.link(layers.folder / name, draft / name)
    layers.close()
    return draft, Layers(draft, names, passing=folder)


@given(STEPS, st.binary(max_size=2))
@settings(deadline=None, max_examples=60)
def test_layers_hold_what_a_dict_would(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[bytes, bytes | None]], prefix: bytes
) -> None:
    folder, model = tmp_path_factory.mktemp("layers"), dict[bytes, bytes]()
    layers = Layers(folder, passing=folder)
    for number, step in enumerate(steps):
        for key, value in step.items():
            layers.put(key, value)
            model.pop(key, None)
            if value is not None:
                model[key] = value
        for _ in range(2):  # as it is held back, and as it was written
            found = list(layers.scan(prefix))
            assert found == sorted(item for item in model.items() if item[0].startswith(prefix))
            assert all(layers.get(key) == model.get(key) for key in step)
            if not _:
                _, layers = follow(folder, layers, number)
    layers.close()


def test_layers_stay_few_and_a_small_change_is_a_small_file(tmp_path: Path) -> None:
    layers = Layers(tmp_path, passing=tmp_path)
    for number in range(20_000):
        layers.put(b"%d" % (number * 7919), os.urandom(20))
    folder, layers = follow(tmp_path, layers, 0)
    [base] = layers.names
    for number in range(1, 30):
        layers.put(b"%d" % number, b"x")
        folder, layers = follow(tmp_path, layers, number)
        assert layers.names[0] == base
        assert len(layers.names) <= 6
        assert (folder / layers.names[-1]).stat().st_size < 2_000
    layers.close()


def test_what_memory_is_not_to_hold_goes_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("droindex.store.layers._SPILLED_BYTES", 2_000)
    layers = Layers(tmp_path, passing=tmp_path)
    for number in range(300):
        layers.put(b"%03d" % (number % 200), b"%d" % number)
    layers.put(b"007", None)
    expected = {b"%03d" % (n % 200): b"%d" % n for n in range(300) if n % 200 != 7}
    assert dict(layers.scan(b"")) == expected
    _, layers = follow(tmp_path, layers, 1)
    assert dict(layers.scan(b"")) == expected
    layers.take_away(b"1")
    assert dict(layers.scan(b"1")) == {}
    layers.close()


@given(
    st.dictionaries(st.binary(max_size=9), st.none() | st.binary(max_size=3_000), max_size=40),
    st.integers(0),
    st.integers(0, 7),
)
@settings(deadline=None)
def test_a_table_never_gives_what_was_not_written(
    items: dict[bytes, bytes | None], place: int, bit: int
) -> None:
    """Whatever bit of it flips: what it gives is right, or it is known to be damaged."""
    file = BytesIO()
    assert write_table(file, sorted(items.items())) == len(items)
    content = bytearray(file.getvalue())
    assert list(Table(BytesIO(content)).scan(b"", None)) == sorted(items.items())
    content[place % len(content)] ^= 1 << bit
    with suppress(IndexDamagedError):
        table = Table(BytesIO(content), "a.state")
        assert all(table.get(key) == (True, value) for key, value in items.items())
        assert [*table.scan(b"", None)] == sorted(items.items())


def test_a_layer_that_is_gone_or_damaged_is_named(tmp_path: Path) -> None:
    layers = Layers(tmp_path)
    layers.put(b"key", b"value")
    folder, layers = follow(tmp_path, layers, 1)
    layers.close()
    [name] = layers.names
    flip_byte(folder / name, 3)
    with Layers(folder, [name]) as damaged, pytest.raises(IndexDamagedError):
        damaged.get(b"key")
    (folder / name).unlink()
    with pytest.raises(IndexDamagedError) as caught:
        Layers(folder, [name])
    assert caught.value.file == name
