from __future__ import annotations

import pytest

from droindex import Settings


@pytest.mark.parametrize(("timeout_s", "deadline_s"), [(2.0, 2.0), (60.0, 5.0)])
def test_no_search_takes_longer_than_somebody_waits_for_it(
    web: None, timeout_s: float, deadline_s: float
) -> None:
    from droindex.web.app import in_time

    assert in_time(Settings(), timeout_s).limits.deadline_s == deadline_s
    assert in_time(Settings(), timeout_s).ranking == Settings().ranking
