"""What one clearance set is to hold: what of it changes, and what follows from that."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from droindex.build.planning.facts import AMBIGUOUS, LINE, MENTION, ORDER, UNDECIDED, Member
from droindex.build.planning.set_lines import (
    LINE_KEYS,
    STEP,
    SetLines,
    keys_among_lines,
    keys_of_steps,
)
from droindex.engine.custom import kind_of
from droindex.engine.entries import encode_document
from droindex.engine.fields import day_number
from droindex.lazy import Bounded
from droindex.library.scopes import scope_of
from droindex.metadata.infer.date_order import ORDER_FIELD, settle_dates
from droindex.metadata.infer.inference import choose, is_unlabelled_title
from droindex.metadata.resolution import MAX_ALIKE, complete, keys_of, wanted_keys
from droindex.model import DateOrder
from droindex.problems import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from droindex.build.planning.facts import SetFacts
    from droindex.build.planning.set_lines import Placed
    from droindex.corpus.config import CorpusConfig
    from droindex.library.state import DocState
    from droindex.library.states import Changes
    from droindex.metadata.inferred import Inferred
    from droindex.model import Document

__all__ = ["SetPlan", "SetPlanning", "fingerprint"]

_FINGERPRINT_CHARS = 24  # of a digest; enough that two states never share one by chance
_NO_KINDS: Mapping[str, str] = MappingProxyType({})
_KEPT_DOCUMENTS = 2_000  # that references ask for again

_PROPERTY, _PHRASE = "p", "u"  # titles of properties, and of texts where no label names them
_MOST = {
    _PROPERTY: 2,  # a title in the properties of more files than this is a template's
    _PHRASE: 9,  # one that no label names, in the texts of more files: a letterhead
}
_EVERYWHERE = "*"  # no key: what the dates of all documents decide
_READINGS = frozenset({_PROPERTY, _PHRASE, ORDER, AMBIGUOUS})


@dataclass(slots=True)
class SetPlan:
    """What a set is to hold, and what of it changes.

    Attributes:
        name: The set's folder.
        facts: What is kept of its documents.
        document: Returns one of them, as it is to be indexed.
        line_scopes: Returns the scopes of all documents in the line of one.
        changed: Ids of those to write, rising, each with its fingerprint.
        gone: Ids of those to delete, rising.
        leaving: Ids of those that are held now and will not be, or not so.
        layout: How its files came about, when they are not written anew.
        is_anew: Whether nothing was taken over of what was planned before.
    """

    name: str
    facts: SetFacts
    document: Callable[[str], Document]
    line_scopes: Callable[[str], tuple[str, ...]]
    changed: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    leaving: list[str] = field(default_factory=list)
    layout: str = ""
    is_anew: bool = False


def fingerprint(
    document: Document,
    digest: str,
    scope: str,
    kinds: Mapping[str, str] = _NO_KINDS,
    line_scopes: Sequence[str] = (),
) -> str:
    """Return what tells whether an indexed document is up to date.

    Args:
        document: Its metadata.
        digest: Of its text.
        scope: Where it is found.
        kinds: Of the custom fields that the corpus declares, by name.
        line_scopes: Those of all documents in its line.
    """
    parts = [encode_document(document), digest.encode(), scope.encode()]
    if document.custom:
        parts.append(json.dumps([kinds.get(name) for name in document.custom]).encode())
    if line_scopes:
        parts.append(json.dumps(line_scopes).encode())
    whole = b"\0".join(parts)
    return hashlib.sha256(whole).hexdigest()[:_FINGERPRINT_CHARS]


class SetPlanning:
    """Plans one set.

    Args:
        name: The set.
        facts: What is kept of its documents; it is brought up to date.
        states: Every document of the library.
        config: The corpus's configuration.
        holds: Whether the set is to hold a document.
    """

    def __init__(
        self,
        name: str,
        facts: SetFacts,
        states: Changes,
        config: CorpusConfig,
        holds: Callable[[str], bool],
    ) -> None:
        self._name = name
        self._facts = facts
        self._states = states
        self._config = config
        self._holds = holds
        self._titles = _Repeated(facts, _PROPERTY)
        self._phrases = _Repeated(facts, _PHRASE)
        self._whole_order: DateOrder | None = None
        self._placed: dict[str, Placed] = {}  # as they are to be indexed
        self._lines = SetLines(facts, self._completed, config)
        self._alone: dict[str, Document] = {}  # the same before their references are completed
        self._asked: Bounded[str, Document] = Bounded(most=_KEPT_DOCUMENTS)
        self._complete: dict[str, Document] = {}  # likewise, of those that are planned
        self._complete_asked: Bounded[str, Document] = Bounded(most=_KEPT_DOCUMENTS)

    def plan(
        self, touched: Collection[str], before: Callable[[str], str | None], *, is_all: bool
    ) -> SetPlan:
        """Return what the set is to hold.

        Args:
            touched: Ids of all documents that may be other than before, or gone.
            before: Returns the fingerprint of what the set holds of a document now, if it does.
            is_all: Whether these are all documents of the library.
        """
        plan = SetPlan(self._name, self._facts, self.document, self.line_scopes, is_anew=is_all)
        stirred = {f"i{key}" for key in touched}
        affected = self._take_readings(touched, stirred, is_all=is_all)
        for key in sorted({*filter(self._holds, touched), *affected}):
            self._take(key, stirred)
        asking: set[str] = set()
        if self._facts.has_mentions and not is_all:
            for key in stirred:
                asking.update(self._facts.ids_with(f"{MENTION}{key}"))
        settled = self._alone.keys() | asking
        for key in sorted(settled):
            self._take_steps(key, stirred)
        if not is_all:
            settled |= self._in_lines(settled, stirred)
        for key in sorted(settled):
            self._settle(key, plan, before(key))
        plan.gone = sorted(key for key in touched if before(key) and not self._holds(key))
        plan.leaving = sorted({*plan.gone, *filter(before, plan.changed)})
        self._alone, self._complete = {}, {}
        return plan

    def document(self, doc_id: str) -> Document:
        """Return a document as it is to be indexed."""
        found = self._placed.get(doc_id) or self._lines.placed(doc_id)
        return found.document

    def line_scopes(self, doc_id: str) -> tuple[str, ...]:
        """Return the scopes of all documents in the line of one."""
        found = self._placed.get(doc_id) or self._lines.placed(doc_id)
        return found.scopes

    # what is read from many documents -----------------------------------------------------------

    def _take_readings(
        self, touched: Iterable[str], stirred: set[str], *, is_all: bool
    ) -> set[str]:
        """Take what is counted of readings; return the documents for which that changes much."""
        facts = self._facts
        differing: dict[str, tuple[Member | None, tuple[str, ...] | None]] = {}
        keys: set[str] = set()
        for doc_id in touched:
            before = facts.get(doc_id)
            old = _of_readings(before.keys) if before else ()
            if self._holds(doc_id):
                new = _reading_keys(self._states[doc_id], self._config)
                if new != old:
                    differing[doc_id] = (before, new)
                    keys.update(set(old).symmetric_difference(new))
            elif before is not None:
                differing[doc_id] = (before, None)
                keys.update(old)
                stirred.update(before.keys)
        were = {} if is_all else self._judged(keys)
        for doc_id, (before, taken) in differing.items():
            if taken is None:
                assert before is not None
                facts.drop(doc_id, before)
            else:
                facts.put(doc_id, _with_readings(before, taken), before)
        self._whole_order = facts.order_of_all()
        now = {} if is_all else self._judged(keys)
        affected: set[str] = set()
        for key in were:
            if were[key] != now[key]:
                affected.update(self._ids_of(key))
        return affected

    def _judged(self, keys: Iterable[str]) -> dict[str, object]:
        """Return what is decided by the keys of readings."""
        facts = self._facts
        found: dict[str, object] = {_EVERYWHERE: facts.order_of_all()}
        for key in keys:
            if key[0] in _MOST:
                found[key] = facts.has_more(key, _MOST[key[0]])
            elif key[0] == ORDER:
                folder = key.partition(":")[2]
                found[AMBIGUOUS + folder] = facts.order_of(folder)
        return found

    def _ids_of(self, key: str) -> Iterator[str]:
        """Return the documents of which something is decided otherwise."""
        if key == _EVERYWHERE:
            return self._facts.ids_with_any(AMBIGUOUS)
        return self._facts.ids_with(key)

    # one document -------------------------------------------------------------------------------

    def _take(self, doc_id: str, stirred: set[str]) -> None:
        """Take a document with what is chosen of its readings."""
        before = self._facts.get(doc_id)
        document, problems = self._choose(self._states[doc_id])
        keys = self._keys(doc_id, document, problems)
        stirred.update(keys)
        if before is not None:
            stirred.update(before.keys)
        self._alone[doc_id] = document
        self._put(doc_id, document, keys, problems, before)

    def _take_steps(self, doc_id: str, stirred: set[str]) -> None:
        """Take what a document replaces and what replaces it, once its references are completed."""
        document = self._complete[doc_id] = complete(self._chosen(doc_id), self)
        member = self._facts.get(doc_id)
        assert member is not None, doc_id
        steps = keys_of_steps(document)
        kept = [key for key in member.keys if key[0] != STEP]
        old = {key for key in member.keys if key[0] == STEP}
        stirred.update(key for key in member.keys if key[0] in LINE_KEYS)
        stirred.update(old.symmetric_difference(steps))
        if old != set(steps):
            self._facts.put(doc_id, member._replace(keys=(*kept, *steps)), member)

    def _in_lines(self, settled: Iterable[str], stirred: Iterable[str]) -> set[str]:
        """Return the documents whose lines are other than before, or may be."""
        found = {*settled, *self._lines.stirred(stirred)}
        waiting = [*found]
        while waiting:
            fresh = self._lines.around(waiting.pop()) - found
            found |= fresh
            waiting += fresh
        return found

    def _settle(self, doc_id: str, plan: SetPlan, old_print: str | None) -> None:
        """Place a document in its line, and see whether it changes in the set."""
        placed = self._placed[doc_id] = self._lines.placed(doc_id)
        member = self._facts.get(doc_id)
        assert member is not None, doc_id
        own = self._print_of(doc_id, placed, member.scope)
        line = placed.document.line
        keys = [key for key in member.keys if key[0] != LINE]
        keys += [f"{LINE}{line}"] if line is not None else []
        settled = member._replace(fingerprint=own, keys=tuple(keys))
        self._facts.put(doc_id, settled, member)
        if own != old_print:
            plan.changed[doc_id] = own
        elif not self._states_are_new(doc_id):
            del self._placed[doc_id]

    def _states_are_new(self, doc_id: str) -> bool:
        return doc_id in self._states.changed

    def _put(
        self,
        doc_id: str,
        document: Document,
        keys: tuple[str, ...],
        problems: tuple[tuple[str, str], ...],
        before: Member | None,
    ) -> None:
        kinds = self._config.kinds
        scope = scope_of(document, self._config)
        member = Member(
            fingerprint="",  # known when it stands in its line
            scope=scope,
            expires=None if document.expires is None else day_number(document.expires),
            origin=self._states[doc_id].origin,
            custom=tuple(
                (name, kind_of(name, value, kinds)) for name, value in document.custom.items()
            ),
            keys=keys,
            said=self._facts.said_before(doc_id, before),
            problems=problems,
        )
        self._facts.put(doc_id, member, before)

    def _print_of(self, doc_id: str, placed: Placed, scope: str) -> str:
        digest, kinds = self._states[doc_id].digest, self._config.kinds
        return fingerprint(placed.document, digest, scope, kinds, placed.scopes)

    def _keys(
        self, doc_id: str, document: Document, problems: Sequence[tuple[str, str]]
    ) -> tuple[str, ...]:
        return (
            *_reading_keys(self._states[doc_id], self._config),
            *keys_of(document),
            *(f"{MENTION}{key}" for key in wanted_keys(document)),
            *keys_among_lines(document, self._config),
            *([UNDECIDED] if problems else []),
        )

    def _choose(self, state: DocState) -> tuple[Document, tuple[tuple[str, str], ...]]:
        """Return a document with what was chosen of its readings, and dates that are certain.

        With it comes what is to be told of dates that are not.
        """
        if not state.inferred:
            return state.document({}), ()
        chosen = choose(
            state.inferred, repeated_titles=self._titles, repeated_phrases=self._phrases
        )
        own = chosen.get(ORDER_FIELD)
        order = self._config.dates or (DateOrder(own.value) if own else self._order_of(state))
        settled, undecided = settle_dates(chosen, order)
        document = state.document(settled)
        file = str(state.file_facts.get("file", state.doc_id))
        problems = []
        for name in undecided:
            text = getattr(document, f"{name}_text")
            if getattr(document, name) is None and text is not None:
                message = (
                    f"{name} is kept as text only: {shown(text)} may be two days, and no other "
                    'date decides which. Say dates = "day-first" or "month-first" in corpus.toml.'
                )
                problems.append((file, message))
        return document, tuple(problems)

    def _order_of(self, state: DocState) -> DateOrder | None:
        """Return the order by the folder of a document: its own, else that of all documents."""
        return self._facts.order_of(_folder(state)) or self._whole_order

    def _chosen(self, doc_id: str) -> Document:
        """Return a document before its references are completed."""
        found = self._alone.get(doc_id) or self._asked.get(doc_id)
        if found is None:
            found, _ = self._choose(self._states[doc_id])
            self._asked.keep(doc_id, found)
        return found

    def _completed(self, doc_id: str) -> Document:
        """Return a document with its references completed."""
        found = self._complete.get(doc_id) or self._complete_asked.get(doc_id)
        if found is None:
            found = complete(self._chosen(doc_id), self)
            self._complete_asked.keep(doc_id, found)
        return found

    # the set as a catalogue: see `metadata.resolution` -------------------------------------------

    def found_by(self, key: str) -> Sequence[Document]:
        """Return the documents that are found by a key."""
        doc_ids = [*islice(self._facts.ids_with(key), MAX_ALIKE + 1)]
        if len(doc_ids) > MAX_ALIKE:
            return (self._chosen(doc_ids[0]),) * len(doc_ids)
        return [self._chosen(doc_id) for doc_id in doc_ids]

    def with_id(self, doc_id: str) -> Document | None:
        """Return the document that has an id."""
        return None if self._facts.get(doc_id) is None else self._chosen(doc_id)


class _Repeated:
    """Titles that more files have than a title is right for, casefolded.

    Args:
        facts: What is kept of the documents of the set.
        kind: Which titles.
    """

    def __init__(self, facts: SetFacts, kind: str) -> None:
        self._facts = facts
        self._kind = kind

    def __contains__(self, title: object) -> bool:
        return self._facts.has_more(f"{self._kind}{title}", _MOST[self._kind])


def _of_readings(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(key for key in keys if key[0] in _READINGS)


def _with_readings(before: Member | None, keys: tuple[str, ...]) -> Member:
    """Return what is kept of a document until all is known of it."""
    if before is None:
        return Member("", "", None, "", keys=keys)
    others = (key for key in before.keys if key[0] not in _READINGS)
    return before._replace(keys=(*keys, *others))


def _reading_keys(state: DocState, config: CorpusConfig) -> tuple[str, ...]:
    """Return the keys of what others may have in common with the readings of a document."""
    keys: dict[str, None] = {}
    for item in state.inferred:
        kind = _PHRASE if is_unlabelled_title(item) else ""
        kind = _PROPERTY if _is_file_title(item) else kind
        if kind:
            keys[f"{kind}{str(item.value).casefold()}"] = None
    if state.inferred and config.dates is None:
        own = next((item for item in state.inferred if item.field == ORDER_FIELD), None)
        folder = _folder(state)
        keys[f"{ORDER}{own.value}:{folder}" if own else f"{AMBIGUOUS}{folder}"] = None
    return tuple(keys)


def _is_file_title(item: Inferred) -> bool:
    return item.field == "title" and item.source == "properties"


def _folder(state: DocState) -> str:
    return str(state.file_facts.get("file", state.doc_id)).rpartition("/")[0]
