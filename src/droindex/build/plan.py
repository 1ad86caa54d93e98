"""What each clearance set is to hold, worked out from that set's documents alone."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from droindex.build.write import SetPlan, fingerprint
from droindex.clearance.ranks import is_hidden
from droindex.library.scopes import scope_of
from droindex.metadata.infer.date_order import ORDER_FIELD, corpus_order, settle_dates
from droindex.metadata.infer.inference import choose, is_unlabelled_title
from droindex.metadata.resolution import resolve
from droindex.model import DateOrder
from droindex.problems import Problem, shown
from droindex.store.generation import WITHHELD_SET, clearance_set

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping

    from droindex.corpus.config import CorpusConfig
    from droindex.library.state import DocState
    from droindex.metadata.inferred import Inferred
    from droindex.model import Document

__all__ = ["Planner"]

_REPEATED_PHRASE = 9  # one that no label names, in the texts of more files: a letterhead
_REPEATED = 2  # a title in the properties of more files than this is a template's


class Planner:
    """Plans the sets of a new generation.

    Args:
        config: The corpus's configuration.
        old: What the last build remembers of each document.

    Attributes:
        problems: What was found to be uncertain while planning, each once.
    """

    def __init__(
        self,
        config: CorpusConfig,
        old: Mapping[str, DocState],
    ) -> None:
        self._config = config
        self._old = old
        self.problems: dict[Problem, None] = {}  # each once: a document may be in several sets

    def sets(
        self,
        states: Mapping[str, DocState],
        ranks: Mapping[str, int | None],
        lost: Container[str],
    ) -> tuple[list[SetPlan], dict[str, str]]:
        """Return what each clearance set is to hold, and which set each clearance reads.

        Args:
            states: Every document of the library.
            ranks: Document id -> 0 for open, the label's place in the list, None if unlisted.
            lost: Documents without a text: they are in no set.
        """
        readable = {key: rank for key, rank in ranks.items() if key not in lost}
        listed = range(len(self._config.labels) + 1)
        held = {0, *readable.values()}
        used = [rank for rank in listed if rank in held]
        plans = [self._plan(clearance_set(rank), _visible(states, readable, rank)) for rank in used]
        # A label that no document has shares the set of the next one below it.
        clearances = {
            label: clearance_set(used[bisect_right(used, rank) - 1])
            for rank, label in enumerate(self._config.labels, 1)
        }
        withheld = {key: states[key] for key, rank in readable.items() if rank is None}
        if withheld:  # their texts are kept for the day on which their label is listed
            plans.append(self._plan(WITHHELD_SET, withheld))
        return plans, clearances

    def _plan(self, name: str, members: dict[str, DocState]) -> SetPlan:
        repeated = (
            _repeated_titles(members.values(), _is_file_title, _REPEATED),
            _repeated_titles(members.values(), is_unlabelled_title, _REPEATED_PHRASE),
        )
        orders = _date_orders(members.values())
        documents = {
            key: self._document(state, repeated, orders[_folder(state)])
            for key, state in members.items()
        }
        documents |= resolve(list(documents.values()))
        plan = SetPlan(name, documents)
        for key, document in documents.items():
            scope = scope_of(document, self._config)
            plan.fingerprints[key] = fingerprint(
                document, members[key].digest, scope, self._config.kinds
            )
        plan.before = {
            key: state.fingerprints[name]
            for key, state in self._old.items()
            if name in state.fingerprints
        }
        return plan

    def _document(
        self,
        state: DocState,
        repeated: tuple[Container[str], Container[str]],
        order: DateOrder | None,
    ) -> Document:
        """Return a document with what was chosen of its readings, and dates that are certain."""
        titles, phrases = repeated
        chosen = choose(state.inferred, repeated_titles=titles, repeated_phrases=phrases)
        own = chosen.get(ORDER_FIELD)
        order = self._config.dates or (DateOrder(own.value) if own else order)
        settled, undecided = settle_dates(chosen, order)
        document = state.document(settled)
        file = str(state.file_facts.get("file", state.doc_id))
        for name in undecided:
            text = getattr(document, f"{name}_text")
            if getattr(document, name) is None and text is not None:
                message = (
                    f"{name} is kept as text only: {shown(text)} may be two days, and no other "
                    'date decides which. Say dates = "day-first" or "month-first" in corpus.toml.'
                )
                self.problems[Problem(file, "bad-date", message)] = None
        return document


def _visible(
    states: Mapping[str, DocState], ranks: Mapping[str, int | None], clearance: int
) -> dict[str, DocState]:
    """Return the documents that a clearance of this rank may see."""
    return {key: states[key] for key, rank in ranks.items() if not is_hidden(rank, clearance)}


def _repeated_titles(
    states: Iterable[DocState], counts_as: Callable[[Inferred], bool], most: int
) -> set[str]:
    """Return the titles of one kind, casefolded, that more files have than a title is right for."""
    counts: Counter[str] = Counter()
    for state in states:  # a title counts once for a file
        values = {item.value for item in state.inferred if counts_as(item)}
        counts.update(str(value).casefold() for value in values)
    return {title for title, count in counts.items() if count > most}


def _date_orders(states: Collection[DocState]) -> dict[str, DateOrder | None]:
    """Return the order of day and month by folder: its own, else that of all documents.

    Offices that write dates in different orders have folders of their own, as a rule.
    """
    by_folder: dict[str, list[DocState]] = defaultdict(list)
    for state in states:
        by_folder[_folder(state)].append(state)
    whole = corpus_order(state.inferred for state in states)
    return {
        folder: corpus_order(state.inferred for state in own) or whole
        for folder, own in by_folder.items()
    }


def _folder(state: DocState) -> str:
    return str(state.file_facts.get("file", state.doc_id)).rpartition("/")[0]


def _is_file_title(item: Inferred) -> bool:
    return item.field == "title" and item.source == "properties"
