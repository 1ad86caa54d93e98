"""TOML and JSON of outsiders: sound texts are read, costly ones refused before they cost."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from droindex.metadata.parsing import MAX_KEYS, loads_json, loads_toml

_MEGABYTES = 300  # that the parent may need for any metadata of a document


def _quoted(text: str) -> str:
    """Return a text as TOML has it: JSON's escapes are TOML's, but for a half of a character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r", "#", '"""', "'''", "a = 1", "[x.y]", "\\", "=" * 30]
)
_bare = st.text("abcXYZ019_-", min_size=1, max_size=8)
_part = _bare | _texts.map(_quoted) | st.sampled_from(["''", "'a.b'", "'#'", "'\"'"])
_key = st.lists(_part, min_size=1, max_size=4).flatmap(
    lambda parts: st.sampled_from([".", " . ", "\t."]).map(lambda dot: dot.join(parts))
)
_inner = _texts.filter(lambda text: not set(text) & {"\\", '"', "'"} and text.isprintable())
_scalar = st.one_of(
    _texts.map(_quoted),
    _inner.map(lambda text: f'"""{text}\n#.a.b "" \\" x"""'),
    _inner.map(lambda text: f"'''\n{text} '' . = #'''"),
    _inner.map(lambda text: f'"""{text}"""""'),
    st.sampled_from(["1.5", "-0.1e5", "07:32:00.999", "1979-05-27T07:32:00.99Z", "true", "[]"]),
)
_value = st.recursive(
    _scalar,
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(inner, max_size=4).map(lambda items: "[ # a.b\n" + " ,\n".join(items) + " ]")
    ),
    max_leaves=6,
)
_line = st.one_of(
    st.tuples(_key, _value).map(lambda pair: f"{pair[0]} = {pair[1]} # a.b = '''"),
    _key.map(lambda key: f"[{key}]"),
    _key.map(lambda key: f"[[{key}]] # it's"),
)


# texts of many parts are slow to make; the machine's load is nothing that is tested here
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_line, max_size=12))
def test_sound_toml_is_never_refused(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        expected = tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError:  # a key given twice
        return
    assert loads_toml(text) == expected


def test_texts_and_comments_that_look_like_long_keys_are_none() -> None:
    path = ".".join("a" * 500)
    text = f'a = "{path}" # {path} = 1\nb = \'\'\'\n{path} = 1\n\'\'\'\nc = """{path} = 1"""""\n'
    text += f"# {path}\n'{path}' = [1.5, \"{path}\"]\n"
    assert loads_toml(text) == tomllib.loads(text, parse_float=str)


def test_a_long_configuration_is_no_costly_one() -> None:
    groups = "".join(f'  ["word{number}", "other{number}"],\n' for number in range(20_000))
    acronyms = "".join(f'A{number} = "meaning {number}"\n' for number in range(5_000))
    read = loads_toml(f"synonyms = [\n{groups}]\n[acronyms]\n{acronyms}")
    assert len(read["synonyms"]) == 20_000
    assert len(read["acronyms"]) == 5_000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (".".join("a" * 20_000) + " = 1", "a key has 20,000 parts"),
        (f"[{'.'.join('a' * 20_000)}]", "a key has 20,000 parts"),
        ("x = {" + ".".join(["'a'"] * 5_000) + " = 1}", "a key has 5,000 parts"),
        ("'''x'''\n" + " . ".join(['""'] * 5_000) + " = 1", "a key has 5,000 parts"),
        ('x = "\\"" # """\n' + ".".join("a" * 5_000) + " = 1", "a key has 5,000 parts"),
        ("\n".join(f"k{n}.a = 1" for n in range(26_000)), "its keys have 52,000 parts"),
        ("\n".join(f"[k{n}]" for n in range(51_000)), "its keys have 51,000 parts"),
        ("a = " + "[" * 60 + "]" * 60, "nested more than 32 deep"),
        (
            "\n".join(f"[{'.'.join('a' * 10)}.{'.'.join('b' * n)}]" for n in range(1, 7))
            + "\nx = "
            + "[" * 40
            + "]" * 40,
            "nested more than 32 deep",
        ),
    ],
)
def test_costly_toml_is_refused_and_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        loads_toml(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[" * 60 + "]" * 60, "nested more than 32 deep"),
        ('{"a":' * 60 + "1" + "}" * 60, "nested more than 32 deep"),
        (json.dumps({f"k{n}": n for n in range(MAX_KEYS + 1)}), "a table has 1,001 keys"),
        ('{"a": 1, "a": 2}', "given twice"),
        ("1" * 5_000, "digits"),
    ],
)
def test_costly_json_is_refused_and_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        loads_json(text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
def test_json_that_never_ends_its_lists_is_refused(text: str) -> None:
    with pytest.raises((RecursionError, ValueError)):
        loads_json(text)


def test_numbers_of_json_that_are_none_do_no_harm() -> None:
    assert loads_json('{"a": 1e999, "b": 11.10}') == {"a": "1e999", "b": "11.10"}
    assert loads_json("[NaN]")[0] != loads_json("[NaN]")[0]


# What a megabyte of TOML or JSON can ask for; each text is made in the process that reads it.
_COSTLY = {
    "a key of 20,000 parts": "'.'.join('a' * 20_000) + ' = 1'",
    "keys of 16 parts": r"'\n'.join(f'k{n}.' + '.'.join('a' * 15) + '=1' for n in range(3_100))",
    "keys of two parts": r"'\n'.join(f'k{n}.a={{}}' for n in range(24_900))",
    "headers": r"'\n'.join(f'[k{n}]' for n in range(49_900))",
    "tables in a list": "'a = [' + '{b.c={}},' * 24_900 + ']'",
    "empty tables in a list": "'a = [' + '{},' * 330_000 + ']'",
    "lists": "'a = [' + '[],' * 330_000 + ']'",
    "deep lists": "'a = [' + ('[' * 25 + ']' * 25 + ',') * 19_000 + ']'",
    "quotes": "'\"' * 999_000",
    "half quotes": '\'"""\' + r\'\\"""\' * 240_000',
    "a long number": "'a = ' + '1' * 990_000",
    "json tables": "'[' + '{},' * 330_000 + '[]]'",
}
_CHILD = """
import resource
from droindex.metadata.parsing import loads_json, loads_toml
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
for name, made in {costly!r}.items():
    text = eval(made)
    assert len(text) <= 1_000_000
    try:
        (loads_json if name.startswith('json') else loads_toml)(text)
    except (ValueError, RecursionError):
        pass
    for line in open('/proc/self/status'):
        if line.startswith('VmHWM'):
            print(int(line.split()[1]) // 1024, name)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_a_megabyte_of_metadata_needs_bounded_memory() -> None:
    command = [sys.executable, "-c", _CHILD.format(costly=_COSTLY)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peaks = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert len(peaks) == len(_COSTLY)
    assert [name for peak, name in peaks if int(peak) > _MEGABYTES] == []


@settings(max_examples=25)
@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_sound_json_is_read_as_it_is(value: Any) -> None:
    assert loads_json(json.dumps(value)) == value
