"""What is kept of each document of a clearance set beside its indexes, and counted over all.

It is put and taken away document by document, so that a change costs what changed: what many
documents have in common is found by keys, what is said of all of them is a sum. It says of a set
what the set's own documents say, and belongs to no other.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from droindex.library.scopes import scope_counts
from droindex.metadata.infer.date_order import decided_order
from droindex.model import DateOrder, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from droindex.store.layers import Layers

__all__ = ["AMBIGUOUS", "LINE", "MENTION", "ORDER", "UNDECIDED", "Member", "SetFacts"]

_MEMBER, _KEY, _COUNT = b"S", b"I", b"G"
_END = b"\0"
_LONG_KEY = 80  # characters; of longer keys a digest stands in the layers
_SUM_BITS = 512  # of the sum of digests: two sets never have the same by chance

ORDER = "o"  # begins the keys of what a document's dates decide: the order, `:`, its folder
LINE = "L"  # of the line of documents that it stands in
AMBIGUOUS = "a"  # of the folder of a document whose dates may be read by the order of others
MENTION = "m"  # of what its references ask for
UNDECIDED = "!"  # of the problem of a date that may be two days


class Member(NamedTuple):
    """What is kept of one document of a set.

    Attributes:
        fingerprint: Of what is indexed of it.
        scope: Where it is found.
        expires: The day on which it expires; None for none.
        origin: The corpus it came from.
        custom: Its custom fields, each with its kind.
        keys: What it is found by.
        said: What it says of short forms, as `synonyms.table` counts it.
        problems: Dates that may be two days, as they are to be told.
    """

    fingerprint: str
    scope: str
    expires: int | None
    origin: str
    custom: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> bytes:
        """Return what stands in the layers."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, stored: bytes) -> Member:
        """Return what `to_json` wrote."""
        first, scope, expires, origin, custom, keys, said, problems = json.loads(stored)
        return cls(
            first,
            scope,
            expires,
            origin,
            tuple((name, kind) for name, kind in custom),
            tuple(keys),
            tuple(said),
            tuple((file, message) for file, message in problems),
        )


@dataclass(slots=True)
class _Sums:
    """What is counted over all documents of a set.

    Attributes:
        documents: How many there are.
        total: Sum of the digests of their fingerprints.
        counts: Kind of count -> what is counted -> how many documents say so.
    """

    documents: int = 0
    total: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        counts = {
            kind: {key: count for key, count in sorted(own.items()) if count}
            for kind, own in sorted(self.counts.items())
            if any(own.values())
        }
        return {"documents": self.documents, "total": f"{self.total:x}", "counts": counts}

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> _Sums:
        """Return what `to_dict` wrote."""
        counts = {kind: Counter(own) for kind, own in shape["counts"].items()}
        return cls(shape["documents"], int(shape["total"], 16), counts)


class SetFacts:
    """What is kept of the documents of one set.

    Args:
        layers: Where it is kept.
        name: The set.
        sums: What was counted; None to begin anew.
    """

    def __init__(self, layers: Layers, name: str, sums: Mapping[str, Any] | None) -> None:
        self._layers = layers
        self._name = name.encode() + _END
        self._sums = _Sums() if sums is None else _Sums.from_dict(sums)
        self._said_before: dict[str, tuple[str, ...]] = {}
        if sums is None:
            self._forget()

    def _forget(self) -> None:
        """Take all away; what was read from texts is right of those that stay as they are."""
        self._said_before = {key: own.said for key, own in self.members() if own.said}
        for letter in (_MEMBER, _KEY, _COUNT):
            self._layers.take_away(letter + self._name)

    def said_before(self, doc_id: str, before: Member | None) -> tuple[str, ...]:
        """Return what a document said of short forms when it was written.

        Args:
            doc_id: Its id.
            before: What is kept of it now.
        """
        return before.said if before and before.scope else self._said_before.get(doc_id, ())

    def to_dict(self) -> dict[str, Any]:
        """Return what is counted, for the next build."""
        return self._sums.to_dict()

    # one document -------------------------------------------------------------------------------

    def get(self, doc_id: str) -> Member | None:
        """Return what is kept of a document; None where the set does not hold it."""
        found = self._layers.get(self._member(doc_id))
        return None if found is None else Member.from_json(found)

    def put(self, doc_id: str, member: Member, before: Member | None) -> None:
        """Keep a document.

        Args:
            doc_id: Its id.
            member: What is to be kept of it.
            before: What is kept of it now.
        """
        if member == before:
            return
        if before is not None:
            self._count(doc_id, before, -1)
        self._count(doc_id, member, 1)
        self._index(doc_id, before.keys if before else (), member.keys)
        self._layers.put(self._member(doc_id), member.to_json())

    def drop(self, doc_id: str, before: Member) -> None:
        """Forget a document."""
        self._count(doc_id, before, -1)
        self._index(doc_id, before.keys, ())
        self._layers.put(self._member(doc_id), None)

    def _index(self, doc_id: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        old, new = set(before), set(after)
        for key in old - new:
            self._layers.put(self._key(key) + doc_id.encode(), None)
        for key in new - old:
            self._layers.put(self._key(key) + doc_id.encode(), b"")

    def _count(self, doc_id: str, member: Member, step: int) -> None:
        sums = self._sums
        sums.documents += step
        digest = hashlib.sha512(f"{doc_id}\0{member.fingerprint}".encode()).digest()
        sums.total = (sums.total + step * int.from_bytes(digest, "big")) % (1 << _SUM_BITS)
        self._add("scope", member.scope, step)
        self._add("origin", member.origin, step)
        if member.expires is not None and member.scope == Scope.ACTIVE.value:
            self._add("expires", str(member.expires), step)
        for name, kind in member.custom:
            self._add("custom", f"{kind}:{name}", step)
        for key in member.keys:
            if key[0] == ORDER:
                self._add("order", key[1:], step)
            elif key[0] == MENTION:
                self._add("mention", "", step)
        for text in member.said:
            self._add_said(text, step)

    def _add(self, kind: str, key: str, step: int) -> None:
        self._sums.counts.setdefault(kind, Counter())[key] += step

    def _add_said(self, text: str, step: int) -> None:
        key = _COUNT + self._name + text.encode()
        count = int(self._layers.get(key) or b"0") + step
        self._layers.put(key, b"%d" % count if count else None)

    def _member(self, doc_id: str) -> bytes:
        return _MEMBER + self._name + doc_id.encode()

    def _key(self, key: str) -> bytes:
        if len(key) > _LONG_KEY or "\0" in key:
            key = f"{key[0]}#{hashlib.sha256(key.encode()).hexdigest()}"
        return _KEY + self._name + key.encode() + _END

    # all documents ------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self._sums.documents

    @property
    def total(self) -> str:
        """What tells the documents of the set from any others: it is of no order and no history."""
        return f"{self._sums.total:x}"

    def members(self) -> Iterator[tuple[str, Member]]:
        """Yield all documents with what is kept of them, by their ids, rising."""
        start = _MEMBER + self._name
        for key, value in self._layers.scan(start):
            yield key[len(start) :].decode(), Member.from_json(value)

    def ids(self) -> Iterator[str]:
        """Yield the ids of all documents, rising."""
        start = _MEMBER + self._name
        for key, _ in self._layers.scan(start):
            yield key[len(start) :].decode()

    def ids_with(self, key: str) -> Iterator[str]:
        """Yield the ids of the documents that are found by a key, rising."""
        start = self._key(key)
        for found, _ in self._layers.scan(start):
            yield found[len(start) :].decode()

    def ids_with_any(self, letter: str) -> Iterator[str]:
        """Yield the ids of the documents that are found by any key of one kind."""
        for found, _ in self._layers.scan(_KEY + self._name + letter.encode()):
            yield found.rpartition(_END)[2].decode()

    def has_any(self, letter: str) -> bool:
        """Whether any document is found by a key of one kind."""
        return next(self.ids_with_any(letter), None) is not None

    def has_more(self, key: str, most: int) -> bool:
        """Whether more documents than so many are found by a key."""
        return sum(1 for _ in islice(self.ids_with(key), most + 1)) > most

    @property
    def has_mentions(self) -> bool:
        """Whether references of any document ask for others."""
        return bool(self._counts("mention")[""])

    def order_of(self, folder: str) -> DateOrder | None:
        """Return the order of day and month that the documents of a folder keep to, if any.

        Offices that write dates in different orders have folders of their own, as a rule.
        """
        counts = self._counts("order")
        own = Counter({str(order): counts[f"{order}:{folder}"] for order in DateOrder})
        return decided_order(own)

    def order_of_all(self) -> DateOrder | None:
        """Return the order that nearly all documents keep to that decide; None if they differ."""
        votes: Counter[str] = Counter()
        for key, count in self._counts("order").items():
            votes[key.partition(":")[0]] += count
        return decided_order(votes)

    def scopes(self) -> dict[str, Any]:
        """Return how many documents each scope has, and when how many of them expire."""
        days = {int(day): count for day, count in self._counts("expires").items()}
        return scope_counts(self._counts("scope"), days)

    def custom_kinds(self) -> dict[str, str]:
        """Return the kind of each custom field that documents have, by name."""
        kinds = (key.partition(":") for key, count in self._counts("custom").items() if count)
        return {name: kind for name, _, kind in sorted((name, "", kind) for kind, _, name in kinds)}

    def origins(self) -> list[str]:
        """Return the corpora of the documents, and the origin of updates."""
        return sorted(origin for origin, count in self._counts("origin").items() if count)

    def said(self) -> Iterator[tuple[str, int]]:
        """Yield what documents say of short forms, and how many say it."""
        start = _COUNT + self._name
        for key, value in self._layers.scan(start):
            yield key[len(start) :].decode(), int(value)

    def _counts(self, kind: str) -> Counter[str]:
        return self._sums.counts.get(kind) or Counter()
