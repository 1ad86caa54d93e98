"""What each clearance set is to hold, worked out from that set's documents alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from droindex.build.write import SetPlan, fingerprint
from droindex.library.scopes import scope_of
from droindex.metadata.infer.date_order import ORDER_FIELD, corpus_order, settle_dates
from droindex.metadata.infer.inference import Inferred, choose
from droindex.metadata.resolution import resolve
from droindex.model import DateOrder
from droindex.problems import Problem, shown
from droindex.store.generation import WITHHELD_SET, clearance_set

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from droindex.corpus.config import CorpusConfig
    from droindex.library.state import DocState
    from droindex.model import Document

__all__ = ["Planner"]

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
        readable = {key: own for key, own in ranks.items() if key not in lost}
        clearances: dict[str, str] = {}
        plans: list[SetPlan] = []
        for rank, label in enumerate(("", *self._config.labels)):
            if rank == 0 or rank in readable.values():
                own = [key for key, x in readable.items() if x is not None and x <= rank]
                plans.append(self._plan(clearance_set(rank), {key: states[key] for key in own}))
            if rank:
                clearances[label] = plans[-1].name
        withheld = {key: states[key] for key, own_rank in readable.items() if own_rank is None}
        if withheld:  # their texts are kept for the day on which their label is listed
            plans.append(self._plan(WITHHELD_SET, withheld))
        return plans, clearances

    def _plan(self, name: str, members: dict[str, DocState]) -> SetPlan:
        titles = Counter(
            str(item.value).casefold()
            for state in members.values()
            for item in {i.value: i for i in state.inferred if _is_file_title(i)}.values()
        )
        repeated = {title for title, count in titles.items() if count > _REPEATED}
        order = corpus_order(state.inferred for state in members.values())
        documents = {key: self._document(state, repeated, order) for key, state in members.items()}
        documents |= resolve(list(documents.values()))
        plan = SetPlan(name, documents)
        for key, document in documents.items():
            scope = scope_of(document, self._config)
            plan.prints[key] = fingerprint(document, members[key].digest, scope)
        plan.before = {
            key: state.prints[name] for key, state in self._old.items() if name in state.prints
        }
        return plan

    def _document(
        self, state: DocState, repeated: Container[str], order: DateOrder | None
    ) -> Document:
        """Return a document with what was chosen of its readings, and dates that are certain."""
        chosen = choose(state.inferred, repeated_titles=repeated)
        own = chosen.get(ORDER_FIELD)
        order = self._config.dates or (DateOrder(own.value) if own else order)
        settled, undecided = settle_dates(chosen, order)
        document = state.document(settled)
        file = str(state.base.get("file", state.doc_id))
        for name in undecided:
            text = getattr(document, f"{name}_text")
            if getattr(document, name) is None and text is not None:
                message = (
                    f"{name} is kept as text only: {shown(text)} may be two days, and no other "
                    'date decides which. Say dates = "day-first" or "month-first" in corpus.toml.'
                )
                self.problems[Problem(file, "bad-date", message)] = None
        return document


def _is_file_title(item: Inferred) -> bool:
    return item.field == "title" and item.source == "properties"
