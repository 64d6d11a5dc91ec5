"""How fast requests go out: as many as Discord takes, none more, people first."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord.pace import Pace
from bot.platforms.discord.posting import Poster
from bot.platforms.discord.rest import Rest
from bot.sdk.people import Person, Place
from bot.sdk.ports import Later, Sent
from bot.sdk.words import Shown
from bot.testing.discord_server import DiscordServer, point_discord_py_at

POST = "POST /channels/{channel_id}/messages"


async def test_many_posts_draw_no_429_and_people_do_not_wait_behind_them(server: DiscordServer) -> None:
    ana = server.add_user("ana")
    guild = server.add_guild("Harbour", [f"room-{n}" for n in range(130)], members=[ana])
    rest = Rest(server.token, Pace())
    shown = Shown(text="How is it?", rouse=True)
    with point_discord_py_at(server):
        await rest.open()
        poster = Poster(rest)
        posts = [
            asyncio.create_task(poster.post(Place("discord", str(room.id)), shown, f"mark-{n}"))
            for n, room in enumerate(guild.channels.values())
        ]
        await server.until(lambda: server.stats.requests[POST] >= 10)
        assert isinstance(await poster.direct(Person("discord", str(ana.id)), shown, "mine"), Sent)
        waiting = sum(not post.done() for post in posts)
        assert all(isinstance(one, Sent) for one in await asyncio.gather(*posts))
        await rest.close()
    assert waiting >= 20  # it did not stand in line behind those
    assert server.stats.statuses[POST, 200] == 131
    assert not any(status == 429 for _, status in server.stats.statuses)


async def test_a_global_limit_that_discord_announces_holds_everything_back(server: DiscordServer) -> None:
    guild = server.add_guild("Harbour", ["one", "two"])
    one, two = (Place("discord", str(room.id)) for room in guild.channels.values())
    pace = Pace()
    rest = Rest(server.token, pace)
    with point_discord_py_at(server):
        await rest.open()
        poster = Poster(rest)
        server.fail_next("POST /channels/*/messages", 429, retry_after=0.3, overall=True)
        assert await poster.post(one, Shown(text="a"), "a") == Later(0.3)
        held = asyncio.create_task(poster.post(two, Shown(text="b"), "b"))
        await asyncio.sleep(0)
        assert pace._others
        assert isinstance(await held, Sent)
        await rest.close()


async def test_whoever_stops_waiting_gives_the_place_on() -> None:
    pace = Pace(1 / 50)

    async def hold(done: list[str], name: str, people: bool) -> None:
        async with pace.place(people=people):
            done.append(name)

    done: list[str] = []
    first, second, third = (
        asyncio.create_task(hold(done, name, name == "person")) for name in ("first", "post", "person")
    )
    fourth = asyncio.create_task(hold(done, "other", False))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(first, third, fourth)
    assert done == ["first", "person", "other"]


class _Leaping(selectors.DefaultSelector):
    """Waits for nothing: the loop's clock goes on instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        self.now += timeout or 0.0
        return super().select(0)


def _leaping(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end on a clock of its own that leaps from timer to timer."""
    selector = _Leaping()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.now  # type: ignore[method-assign]  # the point of it
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()


Way = Callable[[int], tuple[float, float]]
"""Of a request by its number: seconds to Discord, and from there to the answer."""


def _reached(count: int, way: Way, share: float = 1.0) -> list[float]:
    """When each of so many requests, all wanted at once, reached Discord; in order."""
    reached: list[float] = []

    async def request(pace: Pace, number: int) -> None:
        there, back = way(number)
        async with pace.place(people=number % 7 == 0):
            await asyncio.sleep(there)
            reached.append(asyncio.get_running_loop().time())
            await asyncio.sleep(back)

    async def all_of_them() -> None:
        pace = Pace(share)
        await asyncio.gather(*(request(pace, number) for number in range(count)))

    _leaping(all_of_them())
    return reached


def _least_span(reached: list[float], many: int = 50) -> float:
    """The shortest time in which one more than so many arrived."""
    return min(later - first for first, later in zip(reached, reached[many:], strict=False))


@given(
    there=st.floats(0, 0.3),
    back=st.floats(0, 0.3),
    uneven=st.floats(0, 2.0),
    connecting=st.floats(0, 0.5),
    seed=st.integers(0, 1000),
)
def test_no_second_of_discords_clock_sees_more_than_fifty(
    there: float, back: float, uneven: float, connecting: float, seed: int
) -> None:
    chance = random.Random(seed)

    def way(number: int) -> tuple[float, float]:
        new = connecting if number < 50 or chance.random() < 0.02 else 0.0
        late = [chance.expovariate(8) * uneven if chance.random() < 0.3 else 0.0 for _ in range(2)]
        return there + new + late[0], back + late[1]

    assert _least_span(_reached(450, way)) >= 0.999_999


def test_a_long_way_takes_little_of_the_limit() -> None:
    chance = random.Random(5)
    reached = _reached(2000, lambda _: (0.07 + chance.random() * 0.01, 0.08 + chance.random() * 0.01))
    steady = reached[200:]
    assert (len(steady) - 1) / (steady[-1] - steady[0]) >= 0.95 * 50
    assert _least_span(reached) >= 0.999_999


def test_a_way_that_gets_a_third_quicker_is_still_right() -> None:
    reached = _reached(900, lambda number: (0.1, 0.1) if number < 400 else (0.067, 0.067))
    assert _least_span(reached) >= 0.999_999


def test_a_share_of_the_limit_is_a_share_of_it() -> None:
    assert _least_span(_reached(200, lambda _: (0.05, 0.05), 0.5), 25) >= 0.999_999


@pytest.mark.parametrize("said", [False, True])
def test_after_too_much_the_whole_way_is_waited_for(said: bool) -> None:
    async def work() -> None:
        pace, loop = Pace(1 / 50), asyncio.get_running_loop()
        for _ in range(120):
            async with pace.place(people=True):
                await asyncio.sleep(0.2)
        if said:
            pace.pause(0.0)
        async with pace.place(people=True):
            await asyncio.sleep(0.2)
            before = loop.time()
        async with pace.place(people=True):
            assert loop.time() - before == pytest.approx(1.0 if said else 0.85)

    _leaping(work())
