"""What each clearance set is to hold, worked out from that set's documents alone."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from droindex.build.planning.facts import UNDECIDED, SetFacts
from droindex.build.planning.set_plan import SetPlanning
from droindex.clearance.ranks import is_hidden
from droindex.library.states import all_states
from droindex.problems import Problem
from droindex.store.generation import WITHHELD_SET, clearance_set

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from droindex.build.planning.set_plan import SetPlan
    from droindex.corpus.config import CorpusConfig
    from droindex.library.states import Changes
    from droindex.store.layers import Layers

__all__ = ["Planner", "undecided"]


class Planner:
    """Plans the sets of a new generation.

    Args:
        config: The corpus's configuration.
        states: Every document of the library.
        layers: Where it is kept what the sets hold.
        sums: Set -> what was counted of it; none of those that are to be planned anew.
    """

    def __init__(
        self,
        config: CorpusConfig,
        states: Changes,
        layers: Layers,
        sums: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._config = config
        self._states = states
        self._layers = layers
        self._sums = sums
        self._touched: Collection[str] = ()
        self._everything: Collection[str] | None = None

    def sets(
        self,
        hidden: Mapping[str, int | None],
        ranks: Collection[int | None],
        touched: Collection[str],
        is_lost: Callable[[str], bool],
    ) -> tuple[list[SetPlan], dict[str, str]]:
        """Return what each clearance set is to hold, and which set each clearance reads.

        Args:
            hidden: Documents that are not open -> the label's place in the list, from 1; None if
                it is not listed.
            ranks: Of those of them that have a text.
            touched: Ids of all documents that may be other than before, or gone.
            is_lost: Whether a document has no text: then it is in no set.
        """
        self._touched = touched
        states = self._states

        def holds(clearance: int) -> Callable[[str], bool]:
            return lambda key: (
                not is_hidden(hidden.get(key, 0), clearance) and key in states and not is_lost(key)
            )

        def is_withheld(key: str) -> bool:
            return key in hidden and hidden[key] is None and key in states and not is_lost(key)

        listed = range(len(self._config.labels) + 1)
        held = {0, *ranks}
        used = [rank for rank in listed if rank in held]
        plans = [self._plan(clearance_set(rank), holds(rank)) for rank in used]
        # A label that no document has shares the set of the next one below it.
        clearances = {
            label: clearance_set(used[bisect_right(used, rank) - 1])
            for rank, label in enumerate(self._config.labels, 1)
        }
        if None in held:  # their texts are kept for the day on which their label is listed
            plans.append(self._plan(WITHHELD_SET, is_withheld))
        return plans, clearances

    def _plan(self, name: str, holds: Callable[[str], bool]) -> SetPlan:
        sums = self._sums.get(name)
        facts = SetFacts(self._layers, name, sums)
        planning = SetPlanning(name, facts, self._states, self._config, holds)
        if sums is not None:
            return planning.plan(self._touched, self._print_before(name), is_all=False)
        before = {
            key: own
            for key, state in all_states(self._states.old)
            if (own := state.fingerprints.get(name)) is not None
        }
        if self._everything is None:
            self._everything = {*self._states, *self._states.gone}
        return planning.plan(self._everything, before.get, is_all=True)

    def _print_before(self, name: str) -> Callable[[str], str | None]:
        def print_before(doc_id: str) -> str | None:
            state = self._states.old.get(doc_id)
            return None if state is None else state.fingerprints.get(name)

        return print_before


def undecided(plans: Collection[SetPlan]) -> Iterator[Problem]:
    """Yield what is uncertain of documents, each once: one may be in several sets."""
    told: set[Problem] = set()
    for plan in plans:
        for key in plan.facts.ids_with(UNDECIDED):
            member = plan.facts.get(key)
            for file, message in member.problems if member else ():
                problem = Problem(file, "bad-date", message)
                if problem not in told:
                    told.add(problem)
                    yield problem
