"""Errors say in another process what they said in the one that raised them."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest

from droindex import errors

VALUES = {
    "message": "It failed.",
    "hint": "Try again.",
    "slug": "a-slug",
    "query": "escort (",
    "position": 7,
    "doc_id": "a/b",
    "near": ("a/c",),
    "doc_ids": ("a", "b"),
    "path": "/x",
    "extra": "ocr",
    "total": 9,
}
KINDS = [
    kind
    for name in errors.__all__
    if issubclass(kind := getattr(errors, name), errors.DroindexError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_is_the_same_after_a_journey(kind: type[errors.DroindexError]) -> None:
    taken = inspect.signature(kind).parameters.values()
    positional = [
        VALUES.get(one.name, "x") for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD
    ]
    named = {one.name: VALUES.get(one.name, "x") for one in taken if one.kind is one.KEYWORD_ONLY}
    error = kind(*positional, **named)
    for other in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(other) is kind
        assert (str(other), other.args, vars(other)) == (str(error), error.args, vars(error))
        assert (other.slug, other.hint, other.exit_code) == (
            error.slug,
            error.hint,
            error.exit_code,
        )
