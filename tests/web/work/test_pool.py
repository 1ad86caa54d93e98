"""Threads for what blocks: how many, how long, and that no place is lost."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest


def run(work: Any) -> Any:
    """Run a coroutine in a thread of its own: a browser kept open has a loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


def test_a_place_is_free_again_when_the_work_has_ended_and_not_before(web: None) -> None:
    from droindex.web.work.pool import BusyError, Pool

    pool = Pool(threads=1, waiting=1, timeout_s=0.05)
    gate = Event()
    ran: list[int] = []

    async def ask() -> None:
        with pytest.raises(BusyError):  # it runs on: its place is taken
            await pool.run(lambda: gate.wait(60))
        asked = [pool.run(lambda: ran.append(1)) for _ in range(2)]  # one waits, one has no place
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(end) for end in ends] == [BusyError, BusyError]

    run(ask())
    gate.set()
    pool.close()
    with pytest.raises(BusyError):
        run(pool.run(lambda: None))
    assert ran == []


def test_every_place_is_given_back_whatever_happens(web: None) -> None:
    from droindex.web.work.pool import Pool

    pool = Pool(threads=4, waiting=4, timeout_s=60.0)

    async def ask() -> list[Any]:
        found: list[Any] = []
        for _ in range(50):
            asked = [pool.run(partial(divmod, 1, place % 2)) for place in range(8)]
            found += await asyncio.gather(*asked, return_exceptions=True)
        return found

    ends = run(ask())
    pool.close()
    assert {type(end) for end in ends} == {tuple, ZeroDivisionError}
