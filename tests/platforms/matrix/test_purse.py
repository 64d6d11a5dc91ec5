from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from bot.platforms.matrix.purse import EVERY, KEEP, SIZE, Pace, Purse, Urgency


class Time:
    """A clock that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def time() -> Time:
    return Time()


def test_ten_at_once_then_one_every_five_seconds(time: Time) -> None:
    purse = Purse(time)
    for _ in range(SIZE):
        assert purse.wait(Urgency.PERSON) == 0
        purse.spend()
    assert purse.wait(Urgency.PERSON) == pytest.approx(EVERY)
    time.now += EVERY
    assert purse.wait(Urgency.PERSON) == 0
    purse.spend()
    assert purse.wait(Urgency.PERSON) == pytest.approx(EVERY)


def test_it_never_holds_more_than_its_size(time: Time) -> None:
    purse = Purse(time)
    time.now += 10_000
    assert purse.left == SIZE


@pytest.mark.parametrize("urgency", [Urgency.SCHEDULED, Urgency.CLEANUP])
def test_what_can_wait_leaves_three_for_people(time: Time, urgency: Urgency) -> None:
    purse = Purse(time)
    sent = 0
    while purse.wait(urgency) == 0:
        purse.spend()
        sent += 1
    assert sent == SIZE - KEEP
    for _ in range(KEEP):
        assert purse.wait(Urgency.PERSON) == 0
        purse.spend()


def test_a_slower_server_is_learned_from_its_429(time: Time) -> None:
    purse = Purse(time)
    purse.spend()
    purse.refused(20)
    assert purse.wait(Urgency.RESCUE) == pytest.approx(20)
    time.now += 20
    assert purse.wait(Urgency.PERSON) == pytest.approx(0)
    purse.spend()
    assert purse.wait(Urgency.PERSON) == pytest.approx(20)


def test_a_429_with_less_than_a_turn_to_wait_is_believed(time: Time) -> None:
    purse = Purse(time)
    purse.refused(1)
    assert purse.wait(Urgency.PERSON) == pytest.approx(1)
    time.now += 1
    assert purse.wait(Urgency.PERSON) == pytest.approx(0)
    purse.spend()
    assert purse.wait(Urgency.PERSON) == pytest.approx(EVERY)


def test_lifted_means_no_limit_but_a_429_still_counts(time: Time) -> None:
    purse = Purse(time, lifted=True)
    for _ in range(500):
        assert purse.wait(Urgency.CLEANUP) == 0
        purse.spend()
    purse.refused(3)
    assert purse.wait(Urgency.RESCUE) == pytest.approx(3)


async def act(pace: Pace, urgency: Urgency, name: str, done: list[str]) -> None:
    await pace.permit(urgency)
    done.append(name)


async def test_people_go_before_posts_and_redactions_last(time: Time) -> None:
    pace = Pace(Purse(time, size=1, keep=0), time.sleep)
    done: list[str] = []
    await pace.permit(Urgency.PERSON)
    waits: list[Awaitable[None]] = [
        act(pace, Urgency.CLEANUP, "redaction", done),
        act(pace, Urgency.SCHEDULED, "post 1", done),
        act(pace, Urgency.SCHEDULED, "post 2", done),
        act(pace, Urgency.PERSON, "answer", done),
        act(pace, Urgency.RESCUE, "crisis", done),
    ]
    await asyncio.gather(*waits)
    assert done == ["crisis", "answer", "post 1", "post 2", "redaction"]


async def test_thirty_rooms_take_the_limit_itself_plus_fifteen_seconds(time: Time) -> None:
    pace = Pace(Purse(time), time.sleep)
    await asyncio.gather(*(pace.permit(Urgency.SCHEDULED) for _ in range(30)))
    assert time.now <= ((30 - 10) * 5 + 15) * 1.05


async def test_somebody_arriving_overtakes_a_queue_of_ten_thousand_posts(time: Time) -> None:
    pace = Pace(Purse(time), time.sleep)
    done: list[str] = []
    posts = [asyncio.create_task(act(pace, Urgency.SCHEDULED, "post", done)) for _ in range(10_000)]
    while len(done) < SIZE - KEEP:
        await asyncio.sleep(0)
    before = time.now
    await act(pace, Urgency.RESCUE, "crisis", done)
    assert time.now - before <= EVERY
    assert done.count("post") < 20
    for post in posts:
        post.cancel()
    await asyncio.gather(*posts, return_exceptions=True)
    await pace.close()


async def test_who_gives_up_waiting_spends_nothing(time: Time) -> None:
    gate = asyncio.Event()

    async def sleep(_: float) -> None:
        await gate.wait()

    pace = Pace(Purse(time, size=1, keep=0), sleep)
    await pace.permit(Urgency.PERSON)
    waiting = asyncio.create_task(pace.permit(Urgency.PERSON))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    time.now += EVERY
    gate.set()
    await asyncio.sleep(0)
    assert pace.purse.wait(Urgency.PERSON) == 0
    await pace.close()
