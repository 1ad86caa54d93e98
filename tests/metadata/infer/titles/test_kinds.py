"""Words that tell a document from whoever has issued it."""

from __future__ import annotations

import pytest

from droindex.metadata.infer.titles.kinds import (
    has_own_host,
    is_body,
    names_kind,
    opens_with_kind,
    read_hosts,
)


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("Hill Road School", True),
        ("University of", True),  # its seal has the rest
        ("Harbour Committee on Cold Storage", True),
        ("Gemeinde Nordwall", True),
        ("Association Sportive du Port", True),
        ("Amtliches Mitteilungsblatt", True),
        ("Larks Holdings Ltd.", True),
        ("College Admissions", False),
        ("Local Council Refunds", False),
        ("Audit Committee Charter", False),
        ("Lost Property", False),
    ],
)
def test_bodies_are_told_by_the_word_that_ends_or_begins_their_name(line: str, body: bool) -> None:  # noqa: FBT001 - the answer
    assert is_body(line) is body


@pytest.mark.parametrize(
    ("line", "names", "opens"),
    [
        ("Lost Property Policy", True, False),
        ("Rules for the Pool", True, True),
        ("Hundesteuersatzung", True, True),
        ("Studien- und Prüfungsordnung", True, True),
        ("Règlement intérieur", True, True),
        ("Manual de Procedimientos", True, True),
        ("Politics of the Harbour", False, False),
        ("Lost Property", False, False),
    ],
)
def test_kinds_are_known_in_some_languages(line: str, names: bool, opens: bool) -> None:  # noqa: FBT001 - the answers
    assert (names_kind(line), opens_with_kind(line)) == (names, opens)


def test_names_are_known_by_the_addresses_beside_them() -> None:
    hosts = read_hosts(["Write to post@northern-larks.example", "www.hillroad.example", "No. 5"])
    assert has_own_host("Northern Larks", hosts)
    assert has_own_host("HILL ROAD", hosts)
    assert not has_own_host("Lost Property", hosts)
    assert not has_own_host("Hill", hosts)  # too short to tell
